package gp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"kindred/autodiff"
)

// ICM learns the numbers of a [Kernel]: those that make the labels most likely, from a start, by BFGS on the exact gradient.
// The likelihood may have several peaks; this is the one that is met.
//
// Labels should have a mean of 0 and a scale near 1 in each task. [NewICM] has the usual settings.
type ICM struct {
	Rank       int     // columns of L: how many processes the tasks have in common; at least 1
	Tol        float64 // most that a derivative of the mean log likelihood of a row may be; positive
	Iterations int     // of BFGS at most, at least 1
	Floor      float64 // least noise, as a share of the root mean square of the labels; 0 is none, which labels without noise break
	Start      *Kernel // where to begin, all its numbers positive but L's; nil is a start of the data, see [ICM.Fit]
}

// NewICM returns an ICM of that rank, with a tolerance of 1e-5, 200 iterations and a floor of 1e-3.
func NewICM(rank int) ICM { return ICM{Rank: rank, Tol: 1e-5, Iterations: 200, Floor: 1e-3} }

// A Model is a kernel that has seen rows.
type Model struct {
	Kernel        Kernel
	LogLikelihood float64 // of all labels, log p(y)
	Slope         float64 // the largest derivative of the mean log likelihood of a row, by L and the logarithms of the rest, without noise at its floor; 0 if it was not learned
	Iterations    int     // of BFGS

	x       *mat.Dense // divided by the lengths
	task    []int
	factor  []float64
	weights []float64
}

// Unfinished is the error of a fit whose slope is not within the tolerance. It carries the best model that was found.
type Unfinished struct {
	Model *Model
	Tol   float64
	cause string
}

// Error says how far it came, and what can be done.
func (u *Unfinished) Error() string {
	return fmt.Sprintf("gp: the slope is %.2g after %d iterations, want %.2g: %s; allow more iterations or a larger tolerance, "+
		"begin elsewhere, or bring labels to a scale near 1", u.Model.Slope, u.Model.Iterations, u.Tol, u.cause)
}

// Fit learns a kernel and returns it with the rows. Without a Start it begins, v being the variance of labels, with half of
// v in LLᵀ, the first column of which is the same for all tasks and the next are cosines over them, v/4 in κ and in
// the noise, and lengths of the standard deviation of a column times the root of their number. What no row tells of stays
// there: κ, L and noise of a task without rows.
//
// Where the slope does not come within the tolerance, the best model comes with an [Unfinished]; where the context ends,
// with its error, once a likelihood has been computed.
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

// climb computes the negative mean log likelihood of a row and its gradient, and keeps the best numbers it met. Where the
// noise is below its floor, it counts as that: the likelihood is flat there.
type climb struct {
	ctx   context.Context
	t     traced
	rows  float64
	floor float64 // of log σ
	ws    *autodiff.Workspace
	grads autodiff.Params

	at       []float64 // where the workspace last ran
	now      float64
	grad     []float64
	best     []float64 // nil until one is finite
	least    float64
	slope    float64
	gradient func(grad, numbers []float64)
}

func newClimb(ctx context.Context, t traced, rows int) *climb {
	grads := autodiff.GradParams(t.value, t.inputs)
	c := &climb{ctx: ctx, t: t, rows: float64(rows), floor: math.Inf(-1), grads: grads, least: math.Inf(1)}
	c.ws = autodiff.Compile(t.value, grads).NewWorkspace()
	c.gradient = func(grad, numbers []float64) {
		c.run(numbers)
		copy(grad, c.grad)
	}
	return c
}

// climb runs BFGS from there, and from the best numbers that it met anew where a line search fails, as it may beside
// numbers for which the covariance is not positive definite, as long as that leads on.
func (c *climb) climb(numbers []float64, m ICM) (iterations int, err error) {
	for before := math.Inf(1); ; before = c.least {
		var result *optimize.Result
		result, err = optimize.Minimize(optimize.Problem{Func: c.value, Grad: c.gradient}, numbers, &optimize.Settings{
			GradientThreshold: m.Tol, MajorIterations: m.Iterations - iterations, Converger: optimize.NeverTerminate{},
		}, &optimize.BFGS{})
		if result != nil {
			iterations += result.MajorIterations
		}
		if err == nil || c.best == nil || c.slope <= m.Tol || !(c.least < before) || iterations >= m.Iterations || c.ctx.Err() != nil {
			return iterations, err
		}
		numbers = c.best
	}
}

func (c *climb) value(numbers []float64) float64 {
	c.run(numbers)
	return c.now
}

// run does nothing where it stands already. A covariance that is not positive definite, or a context that has ended, is as
// unlikely as can be.
func (c *climb) run(numbers []float64) {
	if slices.Equal(numbers, c.at) {
		return
	}
	c.at = slices.Clone(numbers)
	c.now, c.grad = math.Inf(1), make([]float64, len(numbers))
	raised := slices.Clone(numbers)
	noise := raised[len(raised)-c.t.tasks:]
	for t, v := range noise {
		noise[t] = max(v, c.floor)
	}
	c.ws.Set(c.t.inputs, raised)
	if err := c.ws.RunContext(c.ctx); err != nil {
		return
	}
	value, grad := c.ws.Scalar(c.t.value)/c.rows, c.ws.Read(c.grads, nil)
	floats.Scale(1/c.rows, grad)
	for i := len(numbers) - c.t.tasks; i < len(numbers); i++ {
		if numbers[i] < raised[i] {
			grad[i] = 0
		}
	}
	if math.IsNaN(value) || math.IsInf(value, 0) || math.IsNaN(floats.Sum(grad)) {
		return
	}
	c.now, c.grad = value, grad
	if value < c.least {
		c.least, c.best, c.slope = value, raised, floats.Norm(grad, math.Inf(1))
	}
}

// Condition returns the model that the kernel is with these rows. An error says where data are no use, or that
// their covariance is not positive definite.
func (k Kernel) Condition(data Data) (*Model, error) {
	data.check("Kernel.Condition")
	_, columns := data.X.Dims()
	k.check("Kernel.Condition", data.Tasks, columns)
	rows, err := data.present()
	if err != nil {
		return nil, err
	}
	return k.condition(rows)
}

func (k Kernel) condition(rows present) (*Model, error) {
	_, rank := k.L.Dims()
	t := trace(rows, len(k.Kappa), rank)
	ws := autodiff.Compile(t.value, t.factor, t.weights).NewWorkspace()
	ws.Set(t.inputs, t.numbers(k))
	ws.Run()
	m := &Model{
		Kernel: k, LogLikelihood: -ws.Scalar(t.value), x: k.scaled(rows.x), task: rows.task,
		factor: ws.Read(t.factor, nil), weights: ws.Read(t.weights, nil),
	}
	if math.IsNaN(m.LogLikelihood) {
		return nil, notPositive(len(rows.y))
	}
	if math.IsInf(m.LogLikelihood, 0) || math.IsNaN(floats.Sum(m.weights)) {
		return nil, errors.New("gp: the labels are so large that the likelihood overflows; bring them to a scale near 1")
	}
	return m, nil
}

// Predict returns mean and variance of the values of a task at places, a row of x each. The variance is that of the value;
// a label there has Kernel.Noise² more. It takes the kernel as known: where that was learned from few labels it is too
// small. It is an error if x is not finite.
func (m *Model) Predict(x *mat.Dense, task int) (mean, variance []float64, err error) {
	if task < 0 || task >= len(m.Kernel.Kappa) {
		panic(fmt.Sprintf("gp: Model.Predict: task %d of %d", task, len(m.Kernel.Kappa)))
	}
	if x == nil || x.IsEmpty() {
		panic("gp: Model.Predict: x is nil or empty; give a matrix of places × columns")
	}
	places, columns := x.Dims()
	if columns != len(m.Kernel.Lengthscales) {
		panic(fmt.Sprintf("gp: Model.Predict: x has %d columns; the model has seen %d", columns, len(m.Kernel.Lengthscales)))
	}
	for i := range places {
		if err := finite(x.RawRowView(i)[:columns], i); err != nil {
			return nil, nil, err
		}
	}
	b := m.Kernel.Covariance()
	k := m.Kernel.between(m.Kernel.scaled(x), task, m.x, m.task, b)
	mean, variance = make([]float64, places), make([]float64, places)
	for i := range mean {
		mean[i] = floats.Dot(k.Data[i*k.Stride:][:k.Cols], m.weights)
	}
	solveLower(m.factor, len(m.task), k)
	for i := range variance {
		row := k.Data[i*k.Stride:][:k.Cols]
		variance[i] = max(0, b.At(task, task)-floats.Dot(row, row))
	}
	return mean, variance, nil
}
