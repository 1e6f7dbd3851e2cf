package mtlkit

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"

	"kindred/nn"
)

// What the tests of this package look at inside. They are in a package of their own, since they train the models of
// package sharing, which imports this one.

// A Look is what a step computed.
type Look struct {
	Losses, Weights, Grad []float64
	Jacobians             []*mat.Dense
}

// LookAtStep takes step n of a trainer, the first that it takes, at theta.
func LookAtStep(t Trainer, theta []float64, n int) (Look, error) {
	t.Initial, t.Optimizer = theta, nn.SGD{}
	r, err := t.Start()
	if err != nil {
		return Look{}, err
	}
	err = r.step.take(context.Background(), n, r.Theta, r.Statistics)
	return Look{r.step.losses, r.step.weights, r.step.grad, r.step.jacobians}, err
}

// UsersOf tells which tasks use each matrix of the trainer's model.
func UsersOf(t Trainer) [][]int {
	r, err := t.Start()
	if err != nil {
		panic(err)
	}
	return r.step.users
}

// BatchRows returns the rows that step k of the first epoch takes.
func BatchRows(t Trainer, stream, streams, k int) []int {
	s := newSampler(t.Data, t.Tasks, t.Data.batchRows(t.BatchSize, t.SizePower), t.Seed, stream, streams)
	s.fill(0, k)
	return s.order[0][k*s.rows[0] : (k+1)*s.rows[0]]
}

// RowsOf returns some rows of data.
func (d Data) RowsOf(index [][]int) Data { return d.rows(index) }

// Take takes a step, and ends the epoch if it was its last.
func (r *Run) Take() error {
	if err := r.take(context.Background()); err != nil {
		return err
	}
	if r.steps%r.stepsPerEpoch() == 0 {
		_ = r.endEpoch(context.Background())
	}
	return nil
}

// StepsPerEpoch returns the number of steps in an epoch.
func (r *Run) StepsPerEpoch() int { return r.stepsPerEpoch() }

// Look computes norms and cosines of the rows of jac.
func LookAtRows(jac *mat.Dense) (norms, cosines []float64) {
	m, _ := jac.Dims()
	s := step{norms: make([]float64, m), cosines: make([]float64, m*(m-1)/2)}
	s.look(jac)
	return s.norms, s.cosines
}

// SpansOf returns where the matrices lie that just these tasks use.
func SpansOf(t Trainer, tasks ...int) (at [][2]int) {
	var matrices []int
	for k, users := range UsersOf(t) {
		if slices.Equal(users, tasks) {
			matrices = append(matrices, k)
		}
	}
	for _, s := range spansOf(t.Model.Shapes(), matrices) {
		at = append(at, [2]int{s.at, s.at + s.n})
	}
	return at
}

// A SideBySide is pieces of work on several processors.
type SideBySide struct{ *sideBySide }

// NewSideBySide begins none yet.
func NewSideBySide(ctx context.Context) (SideBySide, context.Context) {
	s, ctx := newSideBySide(ctx)
	return SideBySide{s}, ctx
}

// Do begins a piece of work.
func (s SideBySide) Do(f func() error) { s.do(f) }

// Wait waits for all.
func (s SideBySide) Wait() error { return s.wait() }

// CostOf returns what the main program of a step costs.
func CostOf(t Trainer) autodiff.Cost {
	r, err := t.Start()
	if err != nil {
		panic(err)
	}
	return r.step.program.Cost()
}

// BatchesOf returns how many rows of each matrix of inputs a step takes, and the inputs of an epoch.
func BatchesOf(t Trainer, epoch int) (rows []int, x [][]float64) {
	s := newSampler(t.Data, t.Tasks, t.Data.batchRows(t.BatchSize, t.SizePower), t.Seed, 0, 1)
	for j := range t.Data.X {
		x = append(x, s.collect(epoch, j))
	}
	return s.rows, x
}
