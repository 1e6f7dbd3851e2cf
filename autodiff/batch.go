package autodiff

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"kindred/internal/kernel"
)

// A Batch runs one program for many tasks on all processors and adds up outputs over the tasks. The sums are made in
// the order of the tasks, in float64, and are the same to the last bit on any number of processors.
//
//	batch := program.NewBatch(loss, gradient)
//	batch.Set(theta, parameters)
//	batch.Run(25, func(worker, task int, ws *autodiff.Workspace) {
//		x, y := draw(task)
//		ws.Set(support, x)
//		ws.Set(target, y)
//		ws.Run()
//	})
//	batch.Sum(gradient, sum)
//
// A batch must not be used by two goroutines at once.
type Batch struct {
	program *Program
	workers []*Workspace
	sums    []Output
	offsets []int // where the sums begin and end in total
	total   []float64
	job     job

	mu      sync.Mutex
	turn    int         // the task whose outputs are added next
	adding  bool        // a worker is at it
	faulty  int         // the first task whose outputs are not finite, or −1
	pending [][]float64 // outputs of tasks that ended and wait for their turn
	spare   [][]float64 // room for outputs
	window  int         // a task waits with its start until so many before it are added; there is room for no more
	moved   sync.Cond   // signals that the turn went on
	broken  bool        // a task panicked
	task    func(worker, task int, ws *Workspace)
	portion func(worker, task int) // b.one, once
}

// NewBatch returns a batch with a workspace for each processor Go may use. The given outputs are summed.
func (p *Program) NewBatch(sums ...Output) *Batch {
	b := &Batch{program: p, sums: sums, offsets: []int{0}, faulty: -1}
	size := 0
	for _, o := range sums {
		for _, v := range o.outputs() {
			if _, ok := p.find(v); !ok {
				panic(fmt.Sprintf("autodiff: NewBatch: %v is not an output of the program", v))
			}
			size += v.Size()
		}
		b.offsets = append(b.offsets, size)
	}
	b.total = make([]float64, size)
	b.portion = b.one
	for range runtime.GOMAXPROCS(0) {
		b.workers = append(b.workers, p.NewWorkspace())
	}
	b.window = 4 * len(b.workers)
	b.moved.L = &b.mu
	return b
}

// Workers returns the number of workspaces: the worker that is passed to the function of [Batch.Run] is below it.
func (b *Batch) Workers() int { return len(b.workers) }

// Set copies data into an input, or into parameters laid end to end, of every workspace, as [Workspace.Set] does.
func (b *Batch) Set(input Output, data []float64) {
	for _, ws := range b.workers {
		ws.Set(input, data)
	}
}

// Run calls task for the numbers from 0 to n−1, each with a workspace in which it sets the inputs that are its own and
// which it runs; afterwards the outputs to be summed are taken from it. Calls run side by side, one at a time for each
// worker; which worker gets which task is left to chance. It panics with what a task panicked with.
func (b *Batch) Run(n int, task func(worker, task int, ws *Workspace)) {
	b.task, b.turn, b.adding, b.faulty, b.broken = task, 0, false, -1, false
	for len(b.spare) < b.window { // at first, and after a panic
		b.spare = append(b.spare, make([]float64, len(b.total)))
	}
	clear(b.total)
	b.pending = slices.Grow(b.pending[:0], n)[:n]
	clear(b.pending)
	b.job.do(n, len(b.workers), b.portion)
	b.task = nil
}

// Sum copies the sum of an output into dst and returns it; a nil dst is allocated. It panics if output is not one of
// those given to [Program.NewBatch].
func (b *Batch) Sum(output Output, dst []float64) []float64 {
	var one, other [1]Value
	for k, o := range b.sums {
		if !slices.Equal(valuesOf(o, &one), valuesOf(output, &other)) {
			continue
		}
		sum := b.total[b.offsets[k]:b.offsets[k+1]]
		if dst == nil {
			dst = make([]float64, len(sum))
		}
		if len(dst) != len(sum) {
			panic(fmt.Sprintf("autodiff: Sum: %d numbers into a slice of length %d", len(sum), len(dst)))
		}
		copy(dst, sum)
		return dst
	}
	panic("autodiff: Sum: not one of the outputs that this batch sums")
}

// NotFinite returns the first task of the last run one of whose summed outputs was infinite or not a number, and
// whether there was one.
func (b *Batch) NotFinite() (task int, ok bool) { return b.faulty, b.faulty >= 0 }

// one runs a task and sees to its outputs. It puts them aside; if nobody is adding, it adds all whose turn has come.
// So they are added in order.
func (b *Batch) one(worker, task int) {
	ws := b.workers[worker]
	if len(b.total) == 0 {
		b.task(worker, task, ws)
		return
	}
	values := b.room(task)
	if values == nil {
		return
	}
	defer b.breakOff()
	b.task(worker, task, ws)
	b.read(ws, values)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pending[task] = values
	if b.adding {
		return
	}
	b.adding = true
	for b.turn < len(b.pending) && b.pending[b.turn] != nil {
		values := b.pending[b.turn]
		b.mu.Unlock()
		if sum := kernel.Total(values); sum-sum != 0 && b.faulty < 0 {
			b.faulty = b.turn
		}
		kernel.Binary(kernel.Add, b.total, b.total, values, 1, len(values), kernel.Full, kernel.Full)
		b.mu.Lock()
		b.spare = append(b.spare, values)
		b.turn++
		b.moved.Broadcast()
	}
	b.adding = false
}

// room returns a slice for the outputs of a task, or nil if another has panicked.
func (b *Batch) room(task int) []float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	for task >= b.turn+b.window && !b.broken {
		b.moved.Wait()
	}
	if b.broken {
		return nil
	}
	n := len(b.spare)
	values := b.spare[n-1]
	b.spare = b.spare[:n-1]
	return values
}

// breakOff lets nobody wait for a task that panicked.
func (b *Batch) breakOff() {
	if r := recover(); r != nil {
		b.mu.Lock()
		b.broken = true
		b.moved.Broadcast()
		b.mu.Unlock()
		panic(r)
	}
}

// read copies the outputs to be summed out of a workspace.
func (b *Batch) read(ws *Workspace, values []float64) {
	for k, o := range b.sums {
		ws.Read(o, values[b.offsets[k]:b.offsets[k+1]])
	}
}
