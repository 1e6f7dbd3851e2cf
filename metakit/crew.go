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

// A form is a program for the episodes of one size.
type form struct {
	*traced
	number  int
	program *autodiff.Program
	values  []autodiff.Output // what is read of every episode
	sums    []autodiff.Output // what is summed over the episodes, of the same sizes for all forms
}

// A crew runs a learner on many episodes at once. What is compiled for a size of episode, and what each worker needs
// for it, is made when first needed, and kept.
type crew struct {
	what     string // is done with the episodes, for messages
	learner  Learner
	tasks    Distribution
	training bool
	trace    func(f *form) // fills in program, values and sums

	forms   map[Size]*form
	all     []*form
	batch   *autodiff.Batch // made with the first form
	workers []*worker
	work    func(worker, k int, ws *autodiff.Workspace) (*autodiff.Workspace, []autodiff.Output) // c.one, once

	// Of the run under way:
	state
	ctx         context.Context
	round       int // counts the runs, so that a worker knows what it has set
	seed, first uint64
	of          []*form // of every episode
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

// A seat is what a worker needs for the episodes of one size.
type seat struct {
	ws      *autodiff.Workspace
	episode *Episode
	round   int // in which the state was set
}

// start traces and compiles the form of episode first of a seed.
func (c *crew) start(seed, first uint64) *crew {
	c.forms, c.work = map[Size]*form{}, c.one
	f := c.form(c.tasks.Size(seed, first))
	c.batch = f.program.NewBatch(f.sums...)
	for range c.batch.Workers() {
		w := &worker{started: make([]float64, f.size)}
		w.rng = rand.New(&w.source)
		c.workers = append(c.workers, w)
	}
	return c
}

// form returns the form of a size.
func (c *crew) form(s Size) *form {
	if f, ok := c.forms[s]; ok {
		return f
	}
	f := &form{traced: newTraced(c.what, c.learner, s, c.training), number: len(c.all)}
	f.ask(c.what, s)
	c.trace(f)
	if len(c.all) > 0 {
		if was, is := c.all[0].statisticsShapes(), f.statisticsShapes(); !slices.Equal(was, is) {
			panic(fmt.Sprintf("metakit: %s: %T has the running statistics %v for one size of episode and %v for %+v",
				c.what, c.learner, was, is, s))
		}
	}
	c.forms[s], c.all = f, append(c.all, f)
	return f
}

// run runs the program on n episodes of a seed, from index first on. It calls after for each of them, by its number
// from 0 on, several at once, with a workspace that ran. The error is that of the first episode whose data cannot be
// used, which comes with it; or errGivenUp if ctx ended meanwhile.
func (c *crew) run(ctx context.Context, n int, s state, seed, first uint64,
	after func(k int, f *form, ws *autodiff.Workspace, e *Episode)) (int, error) {
	c.ctx, c.state, c.seed, c.first, c.after = ctx, s, seed, first, after
	c.round++
	c.of = c.of[:0]
	for k := range n {
		c.of = append(c.of, c.form(c.tasks.Size(seed, first+uint64(k))))
	}
	err := c.batch.RunEachContext(ctx, n, c.work)
	k, fault := c.fault.take()
	if err != nil {
		return 0, errGivenUp
	}
	return k, fault
}

// one runs the program on an episode.
func (c *crew) one(worker, k int, own *autodiff.Workspace) (*autodiff.Workspace, []autodiff.Output) {
	w, f, index := c.workers[worker], c.of[k], c.first+uint64(k)
	s := w.seat(f, own)
	if s.episode == nil {
		s.episode = NewEpisode(c.tasks.Size(c.seed, index))
	}
	c.tasks.Draw(s.episode, c.seed, index)
	c.fault.note(k, s.episode.check(f.label))
	if s.round != c.round {
		f.setState(s.ws, c.meta, c.statistics, c.step)
		s.round = c.round
	}
	if r, ok := c.learner.(Restarter); ok {
		copy(w.started, c.meta)
		w.source.Seed(c.seed, index^restartStream)
		r.Restart(w.started, w.rng)
		s.ws.Set(f.metaIn, w.started)
	}
	f.setEpisode(s.ws, s.episode)
	s.ws.SetNoise(c.seed, uint64(c.step), index)
	switch err := compute(c.ctx, s.ws); {
	case err == errGivenUp:
		return s.ws, f.sums // and the batch knows
	case err != nil:
		c.fault.note(k, err)
	}
	c.after(k, f, s.ws, s.episode)
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
