package gp

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"

	"kindred/autodiff"
)

// climb computes the negative mean log likelihood of a row and its gradient, and keeps the best numbers it met. Where
// the noise is below its floor, it counts as that: the likelihood is flat there.
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
		stuck := c.best == nil || !(c.least < before)
		if err == nil || stuck || c.slope <= m.Tol || iterations >= m.Iterations || c.ctx.Err() != nil {
			return iterations, err
		}
		numbers = c.best
	}
}

func (c *climb) value(numbers []float64) float64 {
	c.run(numbers)
	return c.now
}

// run does nothing where it stands already. A covariance that is not positive definite, or a context that has ended, is
// as unlikely as can be.
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
