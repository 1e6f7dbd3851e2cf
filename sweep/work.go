package sweep

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"kindred/internal/durable"
	"kindred/internal/team"
)

// Work runs the cells of a share that have no result in the store dir, as many at a time as there are processors, and
// stores each result as soon as it is there. The folder is made if it is not there. Files that are damaged or of something
// else are kept aside, under a name that ends in .refused or .previous, and their cells are run.
//
// A cell that fails does not stop the others; the error joins those of all that failed, each with its cell. The end of
// ctx ends the cells under way; a result that cannot be stored lets no further one begin. What was stored is there for the
// next call. Where Run panics, so does Work, with the same value, when the cells under way have ended.
func (e Experiment[R]) Work(ctx context.Context, dir string, share Share) error {
	if ctx == nil {
		panic("sweep: Experiment.Work: ctx is nil; give one, such as context.Background()")
	}
	e.check("Experiment.Work")
	checkStore("Experiment.Work", dir)
	if err := share.fault(); err != nil {
		panic("sweep: Experiment.Work: " + err.Error())
	}
	w := work[R]{Experiment: e, to: e.folder(dir)}
	if err := w.to.open(); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	if err := w.find(ctx, share); err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	var job team.Job
	job.Do(len(w.left), runtime.GOMAXPROCS(0), func(_, k int) {
		returned := false
		defer func() {
			if !returned { // it panics: the others need not be waited for
				stop()
				w.say("%v: panics", w.left[k])
			}
		}()
		if running.Err() == nil && !w.full.Load() {
			w.run(running, w.left[k])
		}
		returned = true
	})
	if ctx.Err() != nil && w.done < len(w.left) {
		w.errs = append(w.errs, fmt.Errorf("sweep: %s was stopped with %d of its %d cells to go; the same call goes on from "+
			"there: %w", e.Name, len(w.left)-w.done, w.cells, context.Cause(ctx)))
	}
	return errors.Join(w.errs...)
}

func checkStore(caller, dir string) {
	if dir == "" {
		panic("sweep: " + caller + ": the store is \"\"; name a folder, or \".\"")
	}
}

// work is a share under way.
type work[R any] struct {
	Experiment[R]
	to    folder[R]
	cells int         // of the share
	left  []Cell      // those of them without a result
	full  atomic.Bool // a result could not be stored

	mu   sync.Mutex
	done int
	errs []error
}

// find looks for the cells that are to be run.
func (w *work[R]) find(ctx context.Context, share Share) error {
	for i, c := range w.Cells {
		if !share.has(i) {
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("sweep: %s was stopped before it began: %w", w.Name, context.Cause(ctx))
		}
		w.cells++
		_, err := w.to.read(c)
		switch {
		case err == nil:
			w.to.clear(c)
			continue
		case errors.Is(err, durable.ErrRefused):
			w.say("%v; %v is run anew", err, c)
		case !missing(err):
			w.fail(c, err)
			continue
		}
		c.checkpoint = w.to.checkpoint(c)
		w.left = append(w.left, c)
	}
	return nil
}

// run runs a cell and stores its result.
func (w *work[R]) run(ctx context.Context, c Cell) {
	begin := time.Now()
	result, err := w.Run(ctx, c)
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return
	case err != nil:
		w.fail(c, err)
		return
	}
	if err := w.to.write(c, result); err != nil {
		w.full.Store(true)
		w.fail(c, err)
		return
	}
	w.to.clear(c)
	w.mu.Lock()
	w.done++
	left := len(w.left) - w.done
	w.mu.Unlock()
	w.say("%v: done in %.2g s, %d of %d cells to go", c, time.Since(begin).Seconds(), left, w.cells)
}

func (w *work[R]) fail(c Cell, err error) {
	w.say("%v: %v", c, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.errs = append(w.errs, fmt.Errorf("sweep: %s: %v: %w", w.Name, c, err))
}

func (w *work[R]) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Log != nil {
		w.Log(fmt.Sprintf(format, args...))
	}
}
