// Package team lets goroutines that are awake help whoever has work that can be done in portions: tasks of a batch, parts
// of a matrix product, columns of a Jacobian.
package team

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// The team is one goroutine fewer than there are processors, started when first needed. A helper that has nothing to do
// joins the latest job that has a seat left. Help is never waited for, so that a batch whose tasks keep all helpers busy
// runs each task on one processor.
var team struct {
	mu      sync.Mutex
	open    []*Job       // that helpers may join
	seats   atomic.Int64 // left in them
	wake    sync.Cond    // signals to a helper asleep that there is one
	asleep  int
	started int
}

// A Job is work in numbered portions, done by the caller and by helpers. Each worker has a range of portions of its own
// and takes those of others when that is done. So a worker meets again, from job to job, what is in its cache.
//
// The zero value is ready. A job does one piece of work at a time; doing the like again allocates nothing.
type Job struct {
	portion func(worker, k int)
	ranges  []portions
	fault   atomic.Pointer[any] // what a portion panicked with

	joined  int          // workers so far, the caller among them; guarded by team.mu
	helping atomic.Int64 // helpers at work; changed under team.mu
	left    sync.Cond    // signals that the last helper left
}

// portions is what is left of a range. Each lies in a cache line of its own.
type portions struct {
	next atomic.Int64
	end  int64
	_    [112]byte
}

// Do calls portion for 0 to n−1 on at most the given number of workers, the caller being number 0, and returns when
// all are done. It panics with what a portion panicked with, see [Located], and if a portion ended a helper's goroutine
// by runtime.Goexit.
func (j *Job) Do(n, workers int, portion func(worker, k int)) {
	workers = max(1, min(n, workers))
	j.portion = portion
	j.ranges = slices.Grow(j.ranges[:0], workers)[:workers]
	for w := range j.ranges {
		j.ranges[w].next.Store(int64(n * w / workers))
		j.ranges[w].end = int64(n * (w + 1) / workers)
	}
	j.fault.Store(nil)
	j.share(workers)
	if fault := j.fault.Load(); fault != nil {
		panic(*fault)
	}
}

// share does all portions, with helpers if there is more than one worker.
func (j *Job) share(workers int) {
	if workers > 1 {
		j.offer()
		defer j.close() // even if a portion ends the caller's goroutine
	}
	j.work(0)
}

// exited is what Do panics with if a portion ended a helper's goroutine.
const exited = "team: a task or portion ended its goroutine by runtime.Goexit, as FailNow and Fatal of package testing " +
	"do; it must return or panic"

// work does the portions of a worker's range, then what is left of the others, until none is.
func (j *Job) work(worker int) {
	returned := false
	defer func() {
		r := recover()
		if returned {
			return
		}
		fault := any(exited)
		if r != nil {
			fault = Located(r)
		}
		j.fault.Store(&fault)
		for w := range j.ranges {
			j.ranges[w].next.Store(j.ranges[w].end)
		}
	}()
	for w := range j.ranges {
		r := &j.ranges[(worker+w)%len(j.ranges)]
		for k := r.next.Add(1) - 1; k < r.end; k = r.next.Add(1) - 1 {
			j.portion(worker, int(k))
		}
	}
	returned = true
}

// offer lets helpers join.
func (j *Job) offer() {
	helpers := len(j.ranges) - 1
	team.mu.Lock()
	defer team.mu.Unlock()
	hire(min(helpers, runtime.GOMAXPROCS(0)-1))
	j.joined, j.left.L = 1, &team.mu
	team.open = append(team.open, j)
	team.seats.Add(int64(helpers))
	for range min(helpers, team.asleep) {
		team.wake.Signal()
	}
}

// close lets nobody join any more, and returns when those who did have left.
func (j *Job) close() {
	team.mu.Lock()
	k := len(team.open) - 1
	for team.open[k] != j {
		k--
	}
	team.open = slices.Delete(team.open, k, k+1)
	team.seats.Add(int64(j.joined - len(j.ranges)))
	team.mu.Unlock()
	if j.helping.Load() == 0 || soon(func() bool { return j.helping.Load() == 0 }) {
		return
	}
	team.mu.Lock()
	defer team.mu.Unlock()
	for j.helping.Load() > 0 {
		j.left.Wait()
	}
}

// hire starts helpers until there are n.
func hire(n int) {
	team.wake.L = &team.mu
	for ; team.started < n; team.started++ {
		go help()
	}
}

// help joins jobs for ever.
func help() {
	for {
		soon(func() bool { return team.seats.Load() > 0 })
		team.mu.Lock()
		j := vacancy()
		for j == nil {
			team.asleep++
			team.wake.Wait()
			team.asleep--
			j = vacancy()
		}
		worker := j.joined
		j.joined++
		j.helping.Add(1)
		team.seats.Add(-1)
		team.mu.Unlock()
		j.assist(worker)
	}
}

// assist works on a job that was joined and leaves it, even if a portion ends the goroutine: then there is one helper
// fewer, and the next job hires another.
func (j *Job) assist(worker int) {
	returned := false
	defer func() {
		team.mu.Lock()
		defer team.mu.Unlock()
		if !returned {
			team.started--
		}
		if j.helping.Add(-1) == 0 {
			j.left.Signal()
		}
	}()
	j.work(worker)
	returned = true
}

// vacancy returns the latest open job with a seat left, or nil.
func vacancy() *Job {
	for k := len(team.open) - 1; k >= 0; k-- {
		if j := team.open[k]; j.joined < len(j.ranges) {
			return j
		}
	}
	return nil
}

// patience is how long a goroutine stays awake for what is likely to come: the end of the last tasks of others, the next
// product, the next iteration of a training. It is what waking a processor was seen to take on a virtual machine, so
// that staying awake costs at most as much as it can save.
const patience = 120 * time.Microsecond

// looks is how often it is looked before another goroutine is let in, some microseconds: to go on at once, on the same
// processor, is worth most for the shortest work.
const looks = 2000

// soon reports whether ready said so before patience was at its end.
func soon(ready func() bool) bool {
	for range looks {
		if ready() {
			return true
		}
	}
	for start := time.Now(); time.Since(start) < patience; {
		if ready() {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// Located adds to an error of the runtime, such as an index out of range, where it happened: the stack of the goroutine
// that panics with it again does not tell. What else a goroutine panicked with stays as it is.
func Located(fault any) any {
	if err, ok := fault.(runtime.Error); ok {
		return fmt.Errorf("%w\n\n%s", err, debug.Stack())
	}
	return fault
}
