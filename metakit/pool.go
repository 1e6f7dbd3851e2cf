package metakit

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// A pool calls functions for the numbers 0 to n − 1 on several goroutines. Which goroutine gets which number is left to
// chance: results must not depend on it.
type pool struct {
	workers int
	begin   chan struct{}
	busy    sync.WaitGroup

	call func(worker, k int)
	n    int64
	next atomic.Int64

	fault atomic.Pointer[any] // what a call panicked with
}

// newPool starts one goroutine fewer than there are processors to use; the caller is the first worker.
func newPool() *pool {
	p := &pool{workers: runtime.GOMAXPROCS(0), begin: make(chan struct{})}
	for w := 1; w < p.workers; w++ {
		go func() {
			for range p.begin {
				p.work(w)
				p.busy.Done()
			}
		}()
	}
	return p
}

// do returns when call has been called for 0 … n − 1. It panics with what a call panicked with.
func (p *pool) do(n int, call func(worker, k int)) {
	p.call, p.n = call, int64(n)
	p.next.Store(0)
	p.busy.Add(p.workers - 1)
	for w := 1; w < p.workers; w++ {
		p.begin <- struct{}{}
	}
	p.work(0)
	p.busy.Wait()
	if fault := p.fault.Load(); fault != nil {
		panic(*fault)
	}
}

func (p *pool) work(worker int) {
	defer func() {
		if r := recover(); r != nil {
			fault := r // a variable of its own: only a panic allocates
			p.fault.Store(&fault)
		}
	}()
	for {
		k := p.next.Add(1) - 1
		if k >= p.n {
			return
		}
		p.call(worker, int(k))
	}
}

// close ends the goroutines.
func (p *pool) close() { close(p.begin) }
