package autodiff

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// The team is the goroutines that help whoever calls [Workspace.Run] or [Batch.Run]: one fewer than there are
// processors, started when first needed, asleep while nobody wants help. Help is taken where it is free and never
// waited for, so that a batch whose tasks keep all helpers busy runs each task on one processor.
var team struct {
	mu      sync.Mutex
	started atomic.Int64
	idle    atomic.Int64
	jobs    chan *job
}

// maxHelpers bounds the team.
const maxHelpers = 1023

// A job is work in numbered portions, done by the caller and by helpers, whoever comes first to the next.
type job struct {
	portion func(worker, k int)
	n       int64
	next    atomic.Int64
	fault   atomic.Pointer[any] // what a portion panicked with

	mu      sync.Mutex
	left    sync.Cond // signals that the last helper left
	open    bool      // helpers may join
	limit   int       // of workers
	joined  int       // workers so far, the caller among them
	helping int       // helpers at work
}

// do calls portion for 0 to n−1 on at most the given number of workers, the caller being number 0, and returns when
// all are done. It panics with what a portion panicked with.
func (j *job) do(n, workers int, portion func(worker, k int)) {
	j.mu.Lock()
	j.portion, j.n = portion, int64(n)
	j.next.Store(0)
	j.fault.Store(nil)
	j.open, j.limit, j.joined = true, workers, 1
	j.left.L = &j.mu
	j.mu.Unlock()
	recruit(j, min(n, workers)-1)
	j.work(0)
	j.mu.Lock()
	j.open = false // a helper that is late has nothing to do and is not waited for
	helping := j.helping > 0
	j.mu.Unlock()
	if helping {
		soon(func() bool {
			j.mu.Lock()
			defer j.mu.Unlock()
			return j.helping == 0
		})
	}
	j.mu.Lock()
	for j.helping > 0 {
		j.left.Wait()
	}
	j.mu.Unlock()
	if fault := j.fault.Load(); fault != nil {
		panic(*fault)
	}
}

// work does portions until none is left.
func (j *job) work(worker int) {
	defer func() {
		if r := recover(); r != nil {
			fault := r // r itself would be allocated each time
			j.fault.Store(&fault)
			j.next.Store(j.n)
		}
	}()
	for {
		k := j.next.Add(1) - 1
		if k >= j.n {
			return
		}
		j.portion(worker, int(k))
	}
}

// help joins the job, if it is still open, and works.
func (j *job) help() {
	j.mu.Lock()
	joins := j.open && j.joined < j.limit
	worker := j.joined
	if joins {
		j.joined++
		j.helping++
	}
	j.mu.Unlock()
	if joins {
		j.work(worker)
	}
	team.idle.Add(1) // before the caller goes on and may want help again
	if joins {
		j.mu.Lock()
		j.helping--
		j.left.Signal()
		j.mu.Unlock()
	}
}

// patience is how long a goroutine stays awake for what is likely to come: the end of the last tasks of others, the next
// product, the next iteration of a training. It is what waking a processor was seen to take on a virtual machine, so
// that staying awake costs at most as much as it can save.
const patience = 120 * time.Microsecond

// soon returns when ready says so, or when patience is at its end.
func soon(ready func() bool) {
	for start := time.Now(); !ready() && time.Since(start) < patience; {
		runtime.Gosched()
	}
}

// recruit hands a job to idle helpers.
func recruit(j *job, most int) {
	if most <= 0 {
		return
	}
	most = min(most, runtime.GOMAXPROCS(0)-1, maxHelpers)
	if int(team.started.Load()) < most {
		hire(most)
	}
	for range most {
		if team.idle.Add(-1) < 0 {
			team.idle.Add(1)
			return
		}
		team.jobs <- j // has room for every idle helper
	}
}

// hire starts helpers until there are n.
func hire(n int) {
	team.mu.Lock()
	defer team.mu.Unlock()
	if team.jobs == nil {
		team.jobs = make(chan *job, maxHelpers)
	}
	for int(team.started.Load()) < n {
		go func() {
			for {
				soon(func() bool { return len(team.jobs) > 0 })
				j := <-team.jobs
				j.help()
			}
		}()
		team.idle.Add(1)
		team.started.Add(1)
	}
}
