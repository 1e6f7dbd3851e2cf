package threeways

import (
	"context"
	"iter"
	"runtime"

	"golang.org/x/sync/errgroup"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
)

// A chorus trains several settings from several seeds side by side, an epoch of all at a time, and looks at each before
// the first epoch and after every one.
type chorus struct {
	settings []lessons.Configure
	seeds    int
	look     func(r *mtlkit.Run) []float64 // numbers to watch

	runs [][]*mtlkit.Run // of each setting and seed
	seen [][][][]float64 // of each setting, number and seed, over the epochs
	done bool            // all epochs are
}

// learn yields the number of epochs that are done, and ends early with ctx.
func (c *chorus) learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		c.runs, c.seen = make([][]*mtlkit.Run, len(c.settings)), make([][][][]float64, len(c.settings))
		var epochs []func() (mtlkit.Epoch, error, bool)
		for k, configure := range c.settings {
			for seed := range uint64(c.seeds) {
				r, err := configure(seed).Start()
				if err != nil {
					panic(err)
				}
				next, stop := iter.Pull2(r.Epochs(ctx))
				defer stop()
				c.runs[k], epochs = append(c.runs[k], r), append(epochs, next)
			}
		}
		c.note()
		for done := 1; ; done++ {
			over := make([]bool, len(epochs))
			var group errgroup.Group
			group.SetLimit(runtime.GOMAXPROCS(0))
			for i, next := range epochs {
				group.Go(func() error {
					_, err, more := next()
					over[i] = !more
					return err
				})
			}
			if err := group.Wait(); err != nil && ctx.Err() == nil {
				panic(err)
			}
			if c.done = ctx.Err() == nil && over[0]; c.done || ctx.Err() != nil {
				return
			}
			if c.note(); !yield(done) {
				return
			}
		}
	}
}

// note looks at all runs.
func (c *chorus) note() {
	for k, runs := range c.runs {
		for seed, r := range runs {
			for i, v := range c.look(r) {
				if i == len(c.seen[k]) {
					c.seen[k] = append(c.seen[k], make([][]float64, c.seeds))
				}
				c.seen[k][i][seed] = append(c.seen[k][i][seed], v)
			}
		}
	}
}

// last returns the last of what was seen of each seed.
func last(seeds [][]float64) (values []float64) {
	for _, s := range seeds {
		values = append(values, s[len(s)-1])
	}
	return values
}
