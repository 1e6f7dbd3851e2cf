package mtlkit

import (
	"gonum.org/v1/gonum/mat"
)

// What the tests of this package look at inside. They are in a package of their own, since they train the models of
// package sharing, which imports this one.

// A Look is a step taken by itself, from given parameters.
type Look struct {
	Losses, Weights, Grad []float64
	Jacobians             []*mat.Dense
}

// LookAtStep computes the direction of the first step of a trainer, or of another one, at theta.
func LookAtStep(t Trainer, theta []float64, n int) (Look, error) {
	t.Initial = theta
	t.Optimizer = standing{t.Optimizer}
	r, err := t.Start()
	if err != nil {
		return Look{}, err
	}
	err = r.step.take(n, r.Theta, r.Statistics)
	return Look{r.step.losses, r.step.weights, r.step.grad, r.step.jacobians}, err
}

// Take takes a step of a run, and reports whether it ended an epoch.
func (r *Run) Take() (ended bool, err error) {
	if err := r.take(); err != nil {
		return false, err
	}
	if r.steps%r.stepsPerEpoch() == 0 {
		r.endEpoch()
		return true, nil
	}
	return false, nil
}

// Rows returns the rows of data that a batch of a stream takes.
func Rows_(t Trainer, stream, streams, epoch, step int) []int {
	s := newSampler(t.Data, t.Tasks, t.BatchSize, t.Seed, stream, streams)
	s.fill(epoch, step)
	return s.order[0][step*s.rows[0] : (step+1)*s.rows[0]]
}
