package acting

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/internal/team"
)

// An Adaptation adapts a policy to tasks, step by step, and tells how it acts after each.
type Adaptation struct {
	Learner     MAML
	Environment Environment
	Tasks       []Task    // such as Goal{0.3, -0.2}
	Rates       []float64 // of the steps; the published results of the MAML paper have 0.5 at first and 0.25 afterwards
	Rollouts    int       // episodes that a step is taken from and that the mean return is of, for each task
	Paths       int       // of that many of these episodes the observations are kept
	Seed        uint64
	Precision   autodiff.Precision
}

// An Adapted is what became of a task.
type Adapted struct {
	Returns []float64 // the mean return of the episodes after 0, 1, …, len(Rates) steps
	Paths   [][]Path  // after each number of steps
}

// A Path is the observations of an episode, one after the other; the last one is that after the last step.
type Path [][]float64

// Run adapts theta to every task. The error is that of ctx, or names a task.
func (a Adaptation) Run(ctx context.Context, theta []float64) ([]Adapted, error) {
	s := check("Adaptation", a.Environment)
	a.Learner.check()
	checkCount("Adaptation", "tasks", len(a.Tasks))
	checkCount("Adaptation", "rollouts", a.Rollouts)
	checkContext("Adaptation", ctx)
	checkTheta("Adaptation", theta, a.Learner.Shapes())
	for k, task := range a.Tasks {
		if task == nil {
			panic(fmt.Sprintf("acting: Adaptation: task %d is nil; give one, such as Goal{0.3, -0.2}", k))
		}
	}
	for _, rate := range a.Rates {
		if !(rate >= 0 && finite(rate)) {
			panic(fmt.Sprintf("acting: Adaptation: Rates are %v; they must be finite and not negative", a.Rates))
		}
	}
	if a.Paths < 0 || a.Paths > a.Rollouts {
		panic(fmt.Sprintf("acting: Adaptation: Paths is %d; there are %d episodes", a.Paths, a.Rollouts))
	}
	parts := newAdapting("Adaptation", a.Learner, s, a.Rollouts, a.Precision)
	workers := make([]*adapter, min(processors(), len(a.Tasks)))
	all := make([]Adapted, len(a.Tasks))
	var faults faults
	new(team.Job).Do(len(a.Tasks), len(workers), func(worker, k int) {
		if ctx.Err() != nil {
			return
		}
		if workers[worker] == nil {
			workers[worker] = parts.worker()
		}
		w, now := workers[worker], theta
		for stage := range len(a.Rates) + 1 {
			if err := w.play(a.Tasks[k], now, a.Seed, uint64(k), stage); err != nil {
				faults.note(k, err)
				return
			}
			all[k].Returns = append(all[k].Returns, mean(w.crowd.returns(nil, w.crowd.n)))
			var paths []Path
			for i := range a.Paths {
				paths = append(paths, w.path(i))
			}
			all[k].Paths = append(all[k].Paths, paths)
			if stage < len(a.Rates) {
				now = w.adapt(now, a.Rates[stage])
				if !finite(now...) {
					faults.note(k, fmt.Errorf("step %d: the parameters are %w", stage+1, ErrDiverged))
					return
				}
			}
		}
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("acting: adaptation stopped: %w", ctx.Err())
	}
	if k, err := faults.first(); err != nil {
		return nil, fmt.Errorf("acting: task %d: %w", k, err)
	}
	return all, nil
}

// path returns the observations of episode i.
func (w *adapter) path(i int) (p Path) {
	c, width := w.crowd, w.of.Seen
	for t := range w.of.Horizon {
		if row := t*c.n + i; c.live[row] != 0 {
			p = append(p, append([]float64(nil), c.reads[row*width:(row+1)*width]...))
		}
	}
	return append(p, append([]float64(nil), c.episodes[i].seen...))
}

func mean(x []float64) float64 { return floats.Sum(x) / float64(len(x)) }
