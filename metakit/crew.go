package metakit

import (
	"errors"
	"math/rand/v2"
	"sync"

	"kindred/autodiff"
)

// A crew runs a program on many episodes at once. What each of its workers needs is made once.
type crew struct {
	inputs  *traced
	batch   *autodiff.Batch
	tasks   Distribution
	workers []*worker
	work    func(worker, k int, ws *autodiff.Workspace) // c.one, once

	// Of the run under way:
	meta        []float64
	seed, first uint64
	after       func(k int, ws *autodiff.Workspace)
	fault       fault
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

// A worker holds the episode it is at.
type worker struct {
	episode *Episode

	restarter Restarter // nil if the learner is none
	started   []float64 // its meta-parameters
	source    rand.PCG
	rng       *rand.Rand
}

// newCrew returns a crew for a program that has the inputs t. The given outputs are summed over the episodes.
func (t *traced) newCrew(p *autodiff.Program, l Learner, tasks Distribution, sums ...autodiff.Output) *crew {
	c := &crew{inputs: t, batch: p.NewBatch(sums...), tasks: tasks}
	c.work = c.one
	for range c.batch.Workers() {
		w := &worker{episode: NewEpisode(tasks.Size())}
		if r, ok := l.(Restarter); ok {
			w.restarter, w.started = r, make([]float64, t.size)
			w.rng = rand.New(&w.source)
		}
		c.workers = append(c.workers, w)
	}
	return c
}

// run runs the program on n episodes of a seed, from index first on. It calls after for each of them, by its number
// from 0 on, several at once, with a workspace that ran. The error is that of the first episode whose data cannot be
// used, which comes with it.
func (c *crew) run(n int, meta []float64, seed, first uint64, after func(k int, ws *autodiff.Workspace)) (int, error) {
	c.meta, c.seed, c.first, c.after = meta, seed, first, after
	c.batch.Set(c.inputs.metaIn, meta)
	c.batch.Run(n, c.work)
	return c.fault.take()
}

// one runs the program on an episode.
func (c *crew) one(worker, k int, ws *autodiff.Workspace) {
	w, index := c.workers[worker], c.first+uint64(k)
	c.tasks.Draw(w.episode, c.seed, index)
	c.fault.note(k, w.episode.check(c.inputs.label))
	if w.restarter != nil {
		copy(w.started, c.meta)
		w.source.Seed(c.seed, index^restartStream)
		w.restarter.Restart(w.started, w.rng)
		ws.Set(c.inputs.metaIn, w.started)
	}
	c.inputs.setEpisode(ws, w.episode)
	c.fault.note(k, compute(ws))
	c.after(k, ws)
}

// compute runs a program. What stops one under way is data that it cannot use and a loss did not refuse, as an index of
// nothing: the engine panics, and that is an error here.
func compute(ws *autodiff.Workspace) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case string:
			err = errors.New(p)
		default:
			panic(p)
		}
	}()
	ws.Run()
	return nil
}
