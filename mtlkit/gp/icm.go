package gp

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ICM learns the numbers of a [Kernel]: those that make the labels most likely, from a start, by BFGS on the exact
// gradient. The likelihood may have several peaks; this is the one that is met.
//
// Labels should have a mean of 0 and a scale near 1 in each task. Those without any noise are ever likelier the less
// noise the kernel has: it ends at Floor. [NewICM] has the usual settings.
type ICM struct {
	Rank       int     // columns of L: how many processes the tasks have in common; at least 1
	Tol        float64 // most that a derivative of a row's mean log likelihood is, but for noise at Floor; positive
	Iterations int     // of BFGS at most, at least 1
	Floor      float64 // least noise, as a share of the root mean square of labels, in [0, 1); 0 is none
	Start      *Kernel // where to begin, all its numbers positive but L's; nil is a start of the data, see [ICM.Fit]
}

// NewICM returns an ICM of that rank, with a tolerance of 1e-4, 200 iterations and a floor of 1e-3.
func NewICM(rank int) ICM { return ICM{Rank: rank, Tol: 1e-4, Iterations: 200, Floor: 1e-3} }

// Unfinished is the error of a fit whose slope is not within the tolerance. It carries the best model that was found.
type Unfinished struct {
	Model *Model
	Tol   float64
	cause string
}

// Error says how far it came, and what can be done.
func (u *Unfinished) Error() string {
	return fmt.Sprintf("gp: the slope is %.2g after %d iterations, want %.2g: %s; allow more iterations or a larger "+
		"tolerance, begin elsewhere, or bring labels to a scale near 1", u.Model.Slope, u.Model.Iterations, u.Tol,
		u.cause)
}

// Fit learns a kernel and returns it with the rows. Without a Start it begins, v being the variance of labels, with
// half of v in LLᵀ, the first column of which is the same for all tasks and the next are cosines over them, v/4 in κ
// and in the noise, and lengths of the standard deviation of a column times the root of their number. What no row tells
// of stays there: κ, L and noise of a task without rows.
//
// Where the slope does not come within the tolerance, the best model comes with an [Unfinished]; where the context
// ends, with its error, once a likelihood has been computed.
func (m ICM) Fit(ctx context.Context, data Data) (*Model, error) {
	m.check(ctx)
	data.check("ICM.Fit")
	_, columns := data.X.Dims()
	if m.Start != nil {
		m.Start.check("ICM.Fit: Start", data.Tasks, columns)
		if _, rank := m.Start.L.Dims(); rank != m.Rank {
			panic(fmt.Sprintf("gp: ICM.Fit: Start: L has %d columns, Rank is %d", rank, m.Rank))
		}
		if min(slices.Min(m.Start.Kappa), slices.Min(m.Start.Noise)) == 0 {
			panic("gp: ICM.Fit: Start: Kappa or Noise has a 0, from which nothing is learned; give positive numbers")
		}
	}
	rows, err := data.present()
	if err != nil {
		return nil, err
	}
	start := m.start(rows, data.Tasks)
	t := trace(rows, data.Tasks, m.Rank)
	climb := newClimb(ctx, t, len(rows.y))
	climb.floor = math.Log(m.Floor * floats.Norm(rows.y, 2) / math.Sqrt(float64(len(rows.y))))
	iterations, err := climb.climb(t.numbers(start), m)
	if climb.best == nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("gp: ICM.Fit: stopped before the first likelihood: %w", ctx.Err())
		}
		return nil, notPositive(len(rows.y))
	}
	model, at := t.kernel(climb.best).condition(rows)
	if at != nil {
		return nil, at
	}
	model.Slope, model.Iterations = climb.slope, iterations
	if ctx.Err() != nil {
		return model, fmt.Errorf("gp: ICM.Fit: stopped after %d iterations: %w", model.Iterations, ctx.Err())
	}
	if !(model.Slope <= m.Tol) {
		cause := "that is all that were allowed"
		if err != nil {
			cause = err.Error()
		}
		return model, &Unfinished{model, m.Tol, cause}
	}
	return model, nil
}

func (m ICM) check(ctx context.Context) {
	if ctx == nil {
		panic("gp: ICM.Fit: the context is nil; give context.Background()")
	}
	if m.Rank < 1 {
		panic(fmt.Sprintf("gp: ICM: Rank is %d; it must be 1 or more", m.Rank))
	}
	if !(m.Tol > 0) || math.IsInf(m.Tol, 1) {
		panic(fmt.Sprintf("gp: ICM: Tol is %v; it must be finite and positive, as NewICM sets it", m.Tol))
	}
	if !(m.Floor >= 0 && m.Floor < 1) {
		panic(fmt.Sprintf("gp: ICM: Floor is %v; it must be in [0, 1)", m.Floor))
	}
	if m.Iterations < 1 {
		panic(fmt.Sprintf("gp: ICM: Iterations is %d; it must be 1 or more, as NewICM sets it", m.Iterations))
	}
}

// start returns the kernel to begin with.
func (m ICM) start(p present, tasks int) Kernel {
	if m.Start != nil {
		return *m.Start
	}
	n, columns := p.x.Dims()
	v := floats.Dot(p.y, p.y) / float64(n)
	if v == 0 {
		v = 1
	}
	k := Kernel{L: mat.NewDense(tasks, m.Rank, nil)}
	for t := range tasks {
		for r := range m.Rank {
			k.L.Set(t, r, math.Sqrt(v/2/float64(m.Rank))*math.Cos(math.Pi*float64(r)*(float64(t)+0.5)/float64(tasks)))
		}
		k.Kappa, k.Noise = append(k.Kappa, v/4), append(k.Noise, math.Sqrt(v/4))
	}
	for j := range columns {
		values := mat.Col(nil, j, p.x)
		mean, sum := floats.Sum(values)/float64(n), 0.0
		for _, x := range values {
			sum += (x - mean) * (x - mean)
		}
		length := math.Sqrt(sum / float64(n) * float64(columns))
		if length == 0 {
			length = 1
		}
		k.Lengthscales = append(k.Lengthscales, length)
	}
	return k
}
