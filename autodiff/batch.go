package autodiff

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"kindred/internal/kernel"
	"kindred/internal/stop"
	"kindred/internal/team"
)

// A Batch runs one program for many tasks on all processors and adds up outputs over the tasks, in float64: first those
// of neighbours, task 0 and 1, 2 and 3, and so on, then the sums of neighbouring pairs, until one is left. So the sums
// are the same to the last bit on any number of processors, and whoever is the second to have a summand adds.
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
	size    int   // of all sums
	total   *partial
	job     team.Job
	n       int                       // tasks of the run under way
	waiting []atomic.Pointer[partial] // the summand of tasks before or from k on that waits for the other, for 0 < k < n
	task    func(worker, task int, ws *Workspace)
	each    func(worker, task int, ws *Workspace) (*Workspace, []Output)
	portion func(worker, k int) // b.one, once
	sign    stop.Sign
	stopped bool // the last run was given up

	mu     sync.Mutex
	spare  [][]*partial // of each worker
	faulty int          // the first task whose outputs are not finite, or −1
	from   snapshot     // what it was computed from
}

// A partial is a sum over some of the tasks, in memory that was made for a worker and stays with it.
type partial struct {
	values []float64
	worker int
}

// NewBatch returns a batch with a workspace for each processor Go may use. The given outputs are summed.
func (p *Program) NewBatch(sums ...Output) *Batch {
	p.check()
	b := &Batch{program: p, sums: sums, offsets: []int{0}, faulty: -1}
	var one [1]Value
	for _, o := range sums {
		for _, v := range valuesOf(o, &one) {
			if _, ok := p.find(v); !ok {
				panic(fmt.Sprintf("autodiff: NewBatch: %v is not an output of the program", v))
			}
			b.size += v.Size()
		}
		b.offsets = append(b.offsets, b.size)
	}
	for range runtime.GOMAXPROCS(0) {
		b.workers = append(b.workers, p.NewWorkspace())
	}
	b.spare = make([][]*partial, len(b.workers))
	b.total = b.room(0)
	b.portion = b.one
	return b
}

// Workers returns the number of workspaces: the worker that is passed to the function of [Batch.Run] is below it.
func (b *Batch) Workers() int {
	b.check()
	return len(b.workers)
}

// check panics for a batch that no program made.
func (b *Batch) check() {
	if b == nil || b.program == nil {
		panic("autodiff: the zero Batch belongs to no program; make one with Program.NewBatch")
	}
}

// Set copies data into an input, or into parameters laid end to end, of every workspace, as [Workspace.Set] does.
func (b *Batch) Set(input Output, data []float64) {
	b.check()
	for _, ws := range b.workers {
		ws.Set(input, data)
	}
}

// Run calls task for the numbers from 0 to n−1, each with a workspace in which it sets the inputs that are its own and
// which it runs; afterwards the outputs to be summed are taken from it. Calls run side by side, one at a time for each
// worker; which worker gets which task is left to chance. It panics with what a task panicked with.
func (b *Batch) Run(n int, task func(worker, task int, ws *Workspace)) {
	b.start("Run", n, task == nil)
	b.task = task
	b.run(never, n)
	b.task = nil
}

// RunContext is [Batch.Run], but for a run that is given up when ctx ends: it is looked at between tasks, and within a
// task by [Workspace.RunContext], whose error the task may leave to the batch. The error is then that of ctx, and there
// are no sums. nil says that all tasks were done.
func (b *Batch) RunContext(ctx context.Context, n int, task func(worker, task int, ws *Workspace)) error {
	b.start("RunContext", n, task == nil)
	checkContext("Batch.RunContext", ctx)
	b.task = task
	err := b.run(ctx, n)
	b.task = nil
	return err
}

// RunEach is [Batch.Run] for tasks whose programs differ. task returns the workspace that it ran, either the one it is
// given or one of its own, and what of it is to be summed: outputs of the same sizes as those given to
// [Program.NewBatch], in the same order, of a program of the same precision.
func (b *Batch) RunEach(n int, task func(worker, task int, ws *Workspace) (ran *Workspace, sums []Output)) {
	b.start("RunEach", n, task == nil)
	b.each = task
	b.run(never, n)
	b.each = nil
}

// RunEachContext is [Batch.RunEach], given up when ctx ends, as [Batch.RunContext] is.
func (b *Batch) RunEachContext(ctx context.Context, n int,
	task func(worker, task int, ws *Workspace) (ran *Workspace, sums []Output)) error {
	b.start("RunEachContext", n, task == nil)
	checkContext("Batch.RunEachContext", ctx)
	b.each = task
	err := b.run(ctx, n)
	b.each = nil
	return err
}

func (b *Batch) start(method string, n int, none bool) {
	b.check()
	if n < 0 {
		panic(fmt.Sprintf("autodiff: Batch.%s: %d tasks", method, n))
	}
	if none && n > 0 {
		panic("autodiff: Batch." + method + ": the function is nil")
	}
	b.task, b.each = nil, nil // what a panic left
}

func (b *Batch) run(ctx context.Context, n int) error {
	b.sign.Begin(ctx)
	b.stopped = true // unless this returns
	b.n, b.faulty = n, -1
	if len(b.waiting) < n {
		b.waiting = make([]atomic.Pointer[partial], n)
	}
	for k := range b.waiting { // what a panic left
		b.waiting[k].Store(nil)
	}
	clear(b.total.values)
	b.job.Do(n, len(b.workers), b.portion)
	err := b.sign.Err()
	b.stopped = err != nil
	return err
}

// Sum copies the sum of an output into dst and returns it; a nil dst is allocated. It panics if output is not one of
// those given to [Program.NewBatch].
func (b *Batch) Sum(output Output, dst []float64) []float64 {
	b.check()
	if b.stopped {
		panic("autodiff: Sum: there are no sums: the last run did not end, or was given up, as its error says")
	}
	var one, other [1]Value
	for k, o := range b.sums {
		if !slices.Equal(valuesOf(o, &one), valuesOf(output, &other)) {
			continue
		}
		sum := b.total.values[b.offsets[k]:b.offsets[k+1]]
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
func (b *Batch) NotFinite() (task int, ok bool) {
	b.check()
	return b.faulty, b.faulty >= 0
}

// Fault tells what made an output of that task infinite or not a number, as [Workspace.NotFinite] does for a run.
func (b *Batch) Fault() (f Fault, ok bool) {
	b.check()
	if b.faulty < 0 {
		return Fault{}, false
	}
	return b.from.explain()
}

// one runs a task, and adds its outputs to those of its neighbour, the sum to that of the neighbouring pair, and so on,
// as long as the others are there. If one is not, it leaves the sum for whoever brings the other.
func (b *Batch) one(worker, task int) {
	if b.sign.Up() {
		return
	}
	ws, sums := b.workers[worker], b.sums
	if b.each != nil {
		ws, sums = b.each(worker, task, ws)
	} else {
		b.task(worker, task, ws)
	}
	if ws != nil && ws.stopped && b.sign.Watching() {
		b.sign.Raise()
		return
	}
	if b.size == 0 {
		return
	}
	p, width := b.neighbour(task), 2
	if p == nil {
		p, width = b.room(worker), 1
	}
	if !b.collect(p.values, ws, sums, width == 2) {
		b.blame(task, ws)
	}
	for ; width < b.n; width *= 2 {
		middle := task&^(2*width-1) + width // between the two summands
		if middle >= b.n {                  // there is no other
			continue
		}
		if b.waiting[middle].CompareAndSwap(nil, p) {
			return
		}
		other := b.waiting[middle].Load()
		add(p.values, other.values)
		b.giveBack(other)
	}
	b.giveBack(b.total)
	b.total = p
}

// neighbour returns the outputs of the task's neighbour, if they are there and those of the task can be added where
// they lie.
func (b *Batch) neighbour(task int) *partial {
	if task|1 >= b.n {
		return nil
	}
	return b.waiting[task|1].Swap(nil)
}

// collect copies the outputs to be summed out of a workspace, or adds them to what is there, and reports whether they
// are finite.
func (b *Batch) collect(values []float64, ws *Workspace, sums []Output, adding bool) (finite bool) {
	if len(sums) != len(b.sums) || ws.p.precision != b.program.precision {
		panic(fmt.Sprintf("autodiff: Batch: %d outputs of a %v program to be summed; this batch sums %d of %v programs",
			len(sums), ws.p.precision, len(b.sums), b.program.precision))
	}
	finite = true
	for k, o := range sums {
		to := values[b.offsets[k]:b.offsets[k+1]]
		var one [1]Value
		for _, v := range valuesOf(o, &one) {
			size := v.Size()
			if size > len(to) {
				panic(fmt.Sprintf("autodiff: Batch: an output to be summed has %d numbers too many", size-len(to)))
			}
			finite = ws.collect(to[:size], v, adding) && finite
			to = to[size:]
		}
		if len(to) > 0 {
			panic(fmt.Sprintf("autodiff: Batch: an output to be summed has %d numbers too few", len(to)))
		}
	}
	return finite
}

// collect copies an output, or adds it to what is there, and reports whether it is finite.
func (ws *Workspace) collect(to []float64, v Value, adding bool) (finite bool) {
	at, ok := ws.p.find(v)
	if !ok {
		panic(fmt.Sprintf("autodiff: Batch: %v, which is to be summed, is not an output of the program that ran", v))
	}
	ws.checkDone("Batch", v)
	switch {
	case ws.p.precision == Float32 && adding:
		return isFinite(kernel.AddWidened(to, ws.f32[at:at+len(to)]))
	case ws.p.precision == Float32:
		return isFinite(kernel.WidenTotal(to, ws.f32[at:at+len(to)]))
	}
	from := ws.f64[at : at+len(to)]
	if adding {
		add(to, from)
	} else {
		copy(to, from)
	}
	return allFinite(from)
}

func add(to, from []float64) {
	kernel.Binary(kernel.Add, to, to, from, 1, len(to), kernel.Full, kernel.Full)
}

func allFinite(values []float64) bool {
	return isFinite(kernel.Total(values)) || !slices.ContainsFunc(values, func(v float64) bool { return !isFinite(v) })
}

func isFinite(v float64) bool { return v-v == 0 }

// room returns a partial sum of a worker that is not in use.
func (b *Batch) room(worker int) *partial {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.spare[worker])
	if n == 0 {
		return &partial{make([]float64, b.size), worker}
	}
	p := b.spare[worker][n-1]
	b.spare[worker] = b.spare[worker][:n-1]
	return p
}

func (b *Batch) giveBack(p *partial) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare[p.worker] = append(b.spare[p.worker], p)
}

// blame notes a task whose outputs are not finite.
func (b *Batch) blame(task int, ws *Workspace) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.faulty < 0 || task < b.faulty {
		b.faulty, b.from = task, ws.snapshot()
	}
}
