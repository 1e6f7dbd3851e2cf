package metakit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"kindred/autodiff"
)

// A form is a program for an episode of one size, or for a stack of such episodes.
type form struct {
	*traced
	number   int
	episodes int // in the stack
	program  *autodiff.Program
	values   []autodiff.Output // what is read of every episode
	sums     []autodiff.Output // what is summed over the episodes, of the same sizes for all forms
}

// A kind says which form it is.
type kind struct {
	Size         // of an episode
	episodes int // in the stack
}

// A crew runs a learner on many episodes at once. What is compiled for a size of episode, and what each worker needs
// for it, is made when first needed, and kept.
type crew struct {
	what     string // is done with the episodes, for messages
	learner  Learner
	tasks    Distribution
	training bool
	stacks   bool          // episodes of one size
	trace    func(f *form) // fills in program, values and sums

	forms   map[kind]*form
	all     []*form
	batch   *autodiff.Batch // made with the first form
	workers []*worker
	work    func(worker, k int, ws *autodiff.Workspace) (*autodiff.Workspace, []autodiff.Output) // c.one, once

	// Of the run under way:
	state
	ctx         context.Context
	round       int // counts the runs, so that a worker knows what it has set
	seed, first uint64
	of          []*form // of every stack
	begin       []int   // the number of the first episode of every stack
	after       func(k int, f *form, ws *autodiff.Workspace, e *Episode)
	fault       fault
}

// A state is what is the same for all episodes of a run.
type state struct {
	meta, statistics []float64
	step             int // 0, 1, … of a training
}

// A worker has a seat for every form that it met.
type worker struct {
	seats []*seat // by the number of the form

	started []float64 // meta-parameters of a Restarter
	source  rand.PCG
	rng     *rand.Rand
}

// A seat is what a worker needs for the episodes of one form.
type seat struct {
	ws       *autodiff.Workspace
	stack    *Episode
	episodes []*Episode // of the stack
	round    int        // in which the state was set
}

// start traces and compiles the form of the first of n episodes of a seed, which will be run at once.
func (c *crew) start(seed, first uint64, n int) *crew {
	c.forms, c.work = map[kind]*form{}, c.one
	if !c.stacks {
		n = 1
	}
	c.assign(seed, first, n)
	f := c.all[0]
	c.batch = f.program.NewBatch(f.sums...)
	for range c.batch.Workers() {
		w := &worker{started: make([]float64, f.size)}
		w.rng = rand.New(&w.source)
		c.workers = append(c.workers, w)
	}
	return c
}

// assign divides n episodes into stacks, and finds their forms. Without stacks, or where sizes differ, each is its own.
func (c *crew) assign(seed, first uint64, n int) {
	size := c.tasks.Size(seed, first)
	together := c.stacks
	for k := 1; k < n && together; k++ {
		together = c.tasks.Size(seed, first+uint64(k)) == size
	}
	c.of, c.begin = c.of[:0], c.begin[:0]
	count := n
	if together {
		count = stacks(n)
	}
	for k := range count {
		begin, end := n*k/count, n*(k+1)/count
		if !together {
			size = c.tasks.Size(seed, first+uint64(k))
		}
		c.of, c.begin = append(c.of, c.form(kind{size, end - begin})), append(c.begin, begin)
	}
}

// form returns the form of a kind.
func (c *crew) form(s kind) *form {
	if f, ok := c.forms[s]; ok {
		return f
	}
	f := &form{traced: newTraced(c.what, c.learner, s.times(s.episodes), c.training), number: len(c.all),
		episodes: s.episodes}
	f.ask(c.what, s.Size)
	c.trace(f)
	if len(c.all) > 0 {
		if was, is := c.all[0].statisticsShapes(), f.statisticsShapes(); !slices.Equal(was, is) {
			panic(fmt.Sprintf("metakit: %s: %T has the running statistics %v for one size of episode and %v for %+v",
				c.what, c.learner, was, is, s.Size))
		}
	}
	c.forms[s], c.all = f, append(c.all, f)
	return f
}

// run runs the program on n episodes of a seed, from index first on. It calls after for each stack of them, by the number
// from 0 on of its first, several at once, with a workspace that ran. The error is that of the first episode whose data cannot be
// used, which comes with it; or errGivenUp if ctx ended meanwhile.
func (c *crew) run(ctx context.Context, n int, s state, seed, first uint64,
	after func(k int, f *form, ws *autodiff.Workspace, e *Episode)) (int, error) {
	c.ctx, c.state, c.seed, c.first, c.after = ctx, s, seed, first, after
	c.round++
	c.assign(seed, first, n)
	err := c.batch.RunEachContext(ctx, len(c.of), c.work)
	k, fault := c.fault.take()
	if err != nil {
		return 0, errGivenUp
	}
	return k, fault
}

// one runs the program on a stack of episodes.
func (c *crew) one(worker, stack int, own *autodiff.Workspace) (*autodiff.Workspace, []autodiff.Output) {
	w, f, begin := c.workers[worker], c.of[stack], c.begin[stack]
	s := w.seat(f, own)
	if s.stack == nil {
		s.stack = NewEpisode(f.stackSize())
		s.episodes = s.stack.divide(f.episodes)
	}
	for k, e := range s.episodes {
		c.tasks.Draw(e, c.seed, c.first+uint64(begin+k))
		c.fault.note(begin+k, e.check(f.label))
	}
	if s.round != c.round {
		f.setState(s.ws, c.meta, c.statistics, c.step)
		s.round = c.round
	}
	index := c.first + uint64(begin)
	if r, ok := c.learner.(Restarter); ok {
		copy(w.started, c.meta)
		w.source.Seed(c.seed, index^restartStream)
		r.Restart(w.started, w.rng)
		s.ws.Set(f.metaIn, w.started)
	}
	f.setEpisode(s.ws, s.stack)
	s.ws.SetNoise(c.seed, uint64(c.step), index)
	switch err := compute(c.ctx, s.ws); {
	case err == errGivenUp:
		return s.ws, f.sums // and the batch knows
	case err != nil:
		c.fault.note(begin, err)
	}
	c.after(begin, f, s.ws, s.stack)
	return s.ws, f.sums
}

// seat returns the worker's seat for a form. The first form has the workspaces of the batch.
func (w *worker) seat(f *form, own *autodiff.Workspace) *seat {
	for len(w.seats) <= f.number {
		w.seats = append(w.seats, nil)
	}
	s := w.seats[f.number]
	if s == nil {
		if f.number > 0 {
			own = f.program.NewWorkspace()
		}
		s = &seat{ws: own}
		w.seats[f.number] = s
	}
	return s
}

// A fault is the first of many episodes whose data cannot be used.
type fault struct {
	mu      sync.Mutex
	episode int
	err     error
}

// note notes that episode k is at fault, if err is not nil.
func (f *fault) note(k int, err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil || k < f.episode {
		f.episode, f.err = k, err
	}
}

// take returns the fault noted, and the number of its episode, and forgets it.
func (f *fault) take() (episode int, err error) {
	episode, err = f.episode, f.err
	f.err = nil
	return episode, err
}

// errGivenUp tells that a context ended while episodes were under way.
var errGivenUp = errors.New("given up")

// compute runs a program, or gives it up with errGivenUp when ctx ends. What stops one under way is data that it cannot use and a loss did not refuse, as an index of
// nothing: the engine panics, and that is an error here.
func compute(ctx context.Context, ws *autodiff.Workspace) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string:
			err = errors.New(p)
		default:
			panic(p)
		}
	}()
	if ws.RunContext(ctx) != nil {
		return errGivenUp
	}
	return nil
}
