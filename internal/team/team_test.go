package team

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kindred/internal/race"
)

func TestEveryPortionOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var j Job
	for _, n := range []int{0, 1, 2, 3, 7, 100} {
		for _, workers := range []int{0, 1, 2, 4, 9} {
			done := make([]atomic.Int64, n)
			var strange atomic.Int64
			j.Do(n, workers, func(worker, k int) {
				done[k].Add(1)
				if worker < 0 || worker >= max(1, workers) {
					strange.Store(int64(worker))
				}
			})
			for k := range done {
				if c := done[k].Load(); c != 1 || strange.Load() != 0 {
					t.Fatalf("%d portions, %d workers: portion %d was done %d times; worker %d", n, workers, k, c, strange.Load())
				}
			}
		}
	}
}

// Every worker is at one portion at a time, and helpers come.
func TestHelp(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	var j Job
	var busy, portions [3]atomic.Int64
	for range 20 {
		j.Do(12, 3, func(worker, _ int) {
			if busy[worker].Add(1) != 1 {
				t.Error("a worker is at two portions")
			}
			time.Sleep(time.Millisecond)
			portions[worker].Add(1)
			busy[worker].Add(-1)
		})
	}
	if portions[1].Load()+portions[2].Load() == 0 {
		t.Error("nobody helped")
	}
}

// Portions that have jobs of their own, several callers at once.
func TestJobsWithinJobs(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var sum atomic.Int64
	var callers sync.WaitGroup
	for range 5 {
		callers.Go(func() {
			var outer Job
			inner := make([]Job, 4)
			for range 50 {
				outer.Do(6, 4, func(worker, _ int) {
					inner[worker].Do(5, 3, func(_, k int) { sum.Add(int64(k)) })
				})
			}
		})
	}
	callers.Wait()
	if sum.Load() != 5*50*6*10 {
		t.Errorf("got %d", sum.Load())
	}
}

func TestPanics(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var j Job
	caught := func(portion func(worker, k int)) (fault any) {
		defer func() { fault = recover() }()
		j.Do(50, 4, portion)
		return nil
	}
	if fault := caught(func(_, k int) {
		if k == 30 {
			panic("portion 30")
		}
	}); fault != "portion 30" {
		t.Errorf("recovered %v", fault)
	}
	var none []int
	fault := caught(func(_, k int) { none[k]++ })
	var runtimeError runtime.Error
	if err, ok := fault.(error); !ok || !errors.As(err, &runtimeError) || !strings.Contains(fmt.Sprint(fault), "TestPanics") {
		t.Errorf("an index out of range became %v", fault)
	}
	if fault := caught(func(_, _ int) {}); fault != nil {
		t.Errorf("the next job panics with %v", fault)
	}
}

// A portion that ends its goroutine does not hang the job: on a helper's goroutine Do panics, on the caller's the
// caller ends, as it asked for.
func TestPortionsThatExit(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	var j Job
	for _, who := range []string{"helper", "caller"} {
		var fault any
		var ended atomic.Bool
		var caller sync.WaitGroup
		caller.Go(func() {
			defer func() { fault = recover() }()
			defer ended.Store(true)
			j.Do(400, 4, func(worker, _ int) {
				time.Sleep(time.Millisecond)
				if (worker == 0) == (who == "caller") {
					runtime.Goexit()
				}
			})
			if who == "caller" {
				t.Error("Do returned")
			}
		})
		caller.Wait()
		if who == "helper" && fault != any(exited) || who == "caller" && fault != nil || !ended.Load() {
			t.Errorf("a %s that exits: recovered %v", who, fault)
		}
		var done atomic.Int64
		j.Do(100, 4, func(_, _ int) { done.Add(1) }) // and goes on
		if done.Load() != 100 {
			t.Errorf("after a %s exited, %d of 100 portions were done", who, done.Load())
		}
	}
}

func TestDoAllocatesNothing(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	var j Job
	portion := func(_, _ int) {}
	if n := testing.AllocsPerRun(100, func() { j.Do(8, 2, portion) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
