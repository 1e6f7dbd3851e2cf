package neurons

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Valley is the loss of a network with two parameters, such as the slope and the intercept of a line, over fixed data,
// and a place to start from.
type Valley struct {
	Net   nn.Network // of one input, one output and two parameters
	Loss  func(pred, target autodiff.Value) autodiff.Value
	X, Y  []float64
	Start [2]float64
}

// slope is a valley compiled: its loss, the gradient, and the Hessian times a direction.
type slope struct {
	theta, grad, direction, bend autodiff.Params
	loss                         autodiff.Value
	ws                           *autodiff.Workspace
}

func (v Valley) compile() *slope {
	g := autodiff.New()
	s := &slope{theta: g.Params(v.Net.Shapes()), direction: g.Params(v.Net.Shapes())}
	s.loss = v.Loss(v.Net.Apply(nil, s.theta, g.Const(len(v.X), 1, v.X)), g.Const(len(v.Y), 1, v.Y))
	s.grad = autodiff.GradParams(s.loss, s.theta)
	s.bend = autodiff.HessianVector(s.loss, s.theta, s.direction)
	s.ws = autodiff.Compile(s.loss, s.grad, s.bend).NewWorkspace()
	s.ws.Set(s.direction, []float64{0, 0})
	return s
}

// at returns the loss; what else is compiled is computed along with it.
func (s *slope) at(theta ...float64) float64 {
	s.ws.Set(s.theta, theta)
	s.ws.Run()
	return s.ws.Scalar(s.loss)
}

// Limit returns 2/λ, where λ is the largest eigenvalue of the Hessian of the loss at the start. If the loss is quadratic,
// gradient descent comes down at any smaller rate, and goes up at any larger one.
func (v Valley) Limit() float64 {
	s := v.compile()
	var columns []float64
	for _, unit := range [][]float64{{1, 0}, {0, 1}} {
		s.ws.Set(s.direction, unit)
		s.at(v.Start[:]...)
		columns = append(columns, s.ws.Read(s.bend, nil)...)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(2, columns), false) {
		panic("neurons: Valley.Limit: the Hessian has no eigenvalues; are the data finite?")
	}
	return 2 / slices.Max(eigen.Values(nil))
}

// Factor returns what a step of gradient descent multiplies the error along the sharpest direction by: 1 − rate·λ.
func (v Valley) Factor(rate float64) float64 { return 1 - 2*rate/v.Limit() }

// End returns the parameters after some steps of a rule.
func (v Valley) End(rule nn.Rule, steps int) []float64 {
	path, _ := v.Walk(rule, steps)
	return path[len(path)-1][:]
}

// EndBy is [Valley.End] for a rule written in a cell: step returns the new velocity, which is 0 at first, and the new
// parameters, or nil where it is not written yet; then so does EndBy.
func (v Valley) EndBy(step func(velocity, theta, grad []float64) (newVelocity, newTheta []float64), steps int) []float64 {
	s, theta, velocity := v.compile(), slices.Clone(v.Start[:]), make([]float64, 2)
	for range steps {
		s.at(theta...)
		if velocity, theta = step(velocity, theta, s.ws.Read(s.grad, nil)); theta == nil {
			return nil
		}
	}
	return theta
}

// Walk takes steps of a rule from the start. It returns the parameters and the loss at the start and after each step, up to the
// last that a float64 can hold.
func (v Valley) Walk(rule nn.Rule, steps int) (path [][2]float64, losses []float64) {
	s, theta, optimizer := v.compile(), slices.Clone(v.Start[:]), nn.NewOptimizer(rule, v.Net.Shapes())
	for step := 0; ; step++ {
		path, losses = append(path, [2]float64(theta)), append(losses, s.at(theta...))
		if step == steps {
			return path, losses
		}
		if err := optimizer.Step(theta, s.ws.Read(s.grad, nil), 1, nil); err != nil {
			return path, losses // too far for a float64
		}
	}
}

// Paths draws the way down at each of some learning rates over the contours of the loss.
func (v Valley) Paths(rule func(rate float64) nn.Rule, steps int, rates ...float64) plots.Figure {
	const reach = 4.5
	end, _ := v.Walk(nn.NewAdam(0.1), 2000)
	centre := end[len(end)-1]
	s := v.compile()
	x, y := plots.Range{centre[0] - reach, centre[0] + reach}, plots.Range{centre[1] - reach, centre[1] + reach}
	grid := plots.NewGrid(x, y, 61, func(w, b float64) float64 { return s.at(w, b) })
	levels := []float64{0.03, 0.1, 0.3, 1, 3, 10, 30}
	var panels []plots.Panel
	lowest, least := 0.0, math.Inf(1)
	for i, rate := range rates {
		path, losses := v.Walk(rule(rate), steps)
		if l := losses[len(losses)-1]; l < least {
			lowest, least = rate, l
		}
		way := plots.Path{Role: lessons.Hues[i%len(lessons.Hues)], Dots: true}
		for _, p := range path {
			way.X, way.Y = append(way.X, p[0]), append(way.Y, p[1])
		}
		panels = append(panels, plots.Field{
			Title: fmt.Sprintf("rate %g: loss %.2g", rate, losses[len(losses)-1]),
			X:     "w", Y: "b", Z: "loss",
			Grid: grid, Levels: levels, Contours: levels, LogZ: true, ZLim: plots.Range{0.01, 100},
			Paths: []plots.Path{way},
		})
	}
	return plots.Panels{
		Title: fmt.Sprintf("Of these rates %g comes down furthest", lowest),
		Subtitle: lessons.Minus(fmt.Sprintf("%d steps from w = %g, b = %g: the loss after the last one",
			steps, v.Start[0], v.Start[1])),
		Panels: panels,
	}.Figure("Contours of an elongated valley in the plane of two parameters, with the path of the optimiser at each " +
		"learning rate.")
}

// A RateCurve is the loss after some steps for each of many learning rates.
type RateCurve struct {
	Steps         int
	Rates, Losses []float64
}

// RateCurve walks at 200 rates up to the largest.
func (v Valley) RateCurve(rule func(rate float64) nn.Rule, steps int, largest float64) RateCurve {
	const rates = 200
	c := RateCurve{Steps: steps}
	for k := 1; k <= rates; k++ {
		rate := largest * float64(k) / rates
		_, losses := v.Walk(rule(rate), steps)
		c.Rates, c.Losses = append(c.Rates, rate), append(c.Losses, losses[len(losses)-1])
	}
	return c
}

// RateFigure draws a curve with the limit of gradient descent and a guess of it, and in grey an earlier curve if it has
// points.
func (v Valley) RateFigure(now, before RateCurve, guess float64) plots.Figure {
	best := floats.MinIdx(now.Losses)
	_, start := v.Walk(nn.SGD{Rate: 0.01}, 0)
	limit := v.Limit()
	series := []plots.Series{{Name: "now", Role: plots.Blue, X: now.Rates, Y: now.Losses}}
	if len(before.Rates) > 0 {
		series = append(series, plots.Series{X: before.Rates, Y: before.Losses}.Ghost("before"))
	} else {
		series[0].Name = ""
	}
	title := fmt.Sprintf("Your guess of %g lies below the cliff of gradient descent, at %.3f", guess, limit)
	if guess > limit {
		title = fmt.Sprintf("Your guess of %g lies beyond the cliff of gradient descent, at %.3f", guess, limit)
	}
	return plots.Curves{
		Title: title,
		Subtitle: fmt.Sprintf("the cliff of gradient descent, 2/λ, is at %.3f; the best rate here is %.3f, with a loss of %.1e",
			limit, now.Rates[best], now.Losses[best]),
		X: "learning rate", Y: fmt.Sprintf("loss after %d steps", now.Steps),
		LogY: true, YLim: plots.Range{math.Min(1e-6, now.Losses[best]), 1e3},
		Series:  series,
		Markers: []plots.Marker{{Name: "2/λ", X: limit}, {Name: "your guess", X: guess}},
		Floors:  []plots.Floor{{Name: "at the start", Y: start[0]}},
	}.Figure("Line chart of the loss after the last step, on a logarithmic axis, over the learning rate. " + title + ".")
}
