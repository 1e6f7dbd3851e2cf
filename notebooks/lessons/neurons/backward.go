package neurons

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// An Example is a network of two inputs, two sigmoid neurons and one output, with its nine parameters, and one example for
// it: small enough to be differentiated by hand. The loss is (o − y)².
type Example struct {
	Theta []float64 // W1 (from x₁ to both neurons, then from x₂), b1, W2, b2
	X     [2]float64
	Y     float64
}

var parameters = []string{"w₁₁", "w₁₂", "w₂₁", "w₂₂", "b₁", "b₂", "v₁", "v₂", "c"}

var exampleNet = nn.MLP{Widths: []int{2, 2, 1}, Activation: nn.Sigmoid}

// Gradient returns the loss and its gradient, found by autodiff.
func (e Example) Gradient() (loss float64, grad []float64) {
	g := autodiff.New()
	theta := g.Params(exampleNet.Shapes())
	value := nn.MSE(exampleNet.Apply(nil, theta, g.Const(1, 2, e.X[:])), g.Scalar(e.Y))
	slope := autodiff.GradParams(value, theta)
	ws := autodiff.Compile(value, slope).NewWorkspace()
	ws.Set(theta, e.Theta)
	ws.Run()
	return ws.Scalar(value), ws.Read(slope, nil)
}

// ByHand returns the derivatives of the loss by all parameters, from the right to the left by the chain rule.
func (e Example) ByHand() []float64 {
	p, x1, x2 := e.Theta, e.X[0], e.X[1]
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h1, h2 := sigmoid(x1*p[0]+x2*p[2]+p[4]), sigmoid(x1*p[1]+x2*p[3]+p[5])
	do := 2 * (h1*p[6] + h2*p[7] + p[8] - e.Y) // slope of (o − y)²
	dz1 := do * p[6] * h1 * (1 - h1)           // through the weight v₁, then through the bend
	dz2 := do * p[7] * h2 * (1 - h2)
	return []float64{x1 * dz1, x1 * dz2, x2 * dz1, x2 * dz2, dz1, dz2, h1 * do, h2 * do, do}
}

// Slope returns the derivative of the loss by the parameter of the given name, such as "w₂₁".
func (e Example) Slope(name string) float64 {
	k := slices.Index(parameters, name)
	if k < 0 {
		panic(fmt.Sprintf("neurons: Slope: no parameter is called %q; there are %q", name, parameters))
	}
	_, grad := e.Gradient()
	return grad[k]
}

// loss is written out, so that its rounding errors, which [Example.DifferenceErrors] shows, are the same on processors
// for which autodiff has different code.
func (e Example) loss(p []float64) float64 {
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	o := p[8]
	for k := range 2 {
		z := float64(e.X[0]*p[k]) + float64(e.X[1]*p[2+k]) + p[4+k]
		o += float64(sigmoid(z) * p[6+k])
	}
	return (o - e.Y) * (o - e.Y)
}

// Differences returns the gradient as two quotients find it that only look at the loss: (L(θ + h) − L(θ))/h and
// (L(θ + h) − L(θ − h))/2h, for each parameter in turn.
func (e Example) Differences(h float64) (forward, central []float64) {
	at := func(k int, move float64) float64 {
		moved := slices.Clone(e.Theta)
		moved[k] += move
		return e.loss(moved)
	}
	for k := range e.Theta {
		forward = append(forward, (at(k, h)-at(k, 0))/h)
		central = append(central, (at(k, h)-at(k, -h))/(2*h))
	}
	return forward, central
}

// Compare returns the rows of a table: each parameter with its value and its derivative by hand, by autodiff and by the
// central difference at h.
func (e Example) Compare(h float64) [][]string {
	byHand := e.ByHand()
	_, exact := e.Gradient()
	_, central := e.Differences(h)
	var rows [][]string
	for k, name := range parameters {
		row := []string{name, lessons.Minus(fmt.Sprintf("%g", e.Theta[k]))}
		for _, slope := range []float64{byHand[k], exact[k], central[k]} {
			row = append(row, lessons.Minus(fmt.Sprintf("%.10f", slope)))
		}
		rows = append(rows, row)
	}
	return rows
}

// Figure draws the numbers that go forwards through the network and the derivatives that come back.
func (e Example) Figure() plots.Figure {
	g := autodiff.New()
	data := nn.NewParams(exampleNet.Shapes(), e.Theta)
	constant := func(name string) autodiff.Value {
		m := mat.DenseCopyOf(data.View(name)).RawMatrix()
		return g.Const(m.Rows, m.Cols, m.Data)
	}
	x := g.Const(1, 2, e.X[:])
	z := x.MatMul(constant("W1")).Add(constant("b1"))
	h := exampleNet.Activation.Apply(z)
	o := h.MatMul(constant("W2")).Add(constant("b2"))
	loss := nn.MSE(o, g.Scalar(e.Y))

	steps := []autodiff.Value{x, z, h, o, loss}
	outputs := []autodiff.Output{}
	slopes := make([]autodiff.Value, len(steps))
	for i, v := range steps {
		slopes[i] = autodiff.Grad(loss, v)
		outputs = append(outputs, v, slopes[i])
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Run()

	names := [][]string{{"x₁", "x₂"}, {"z₁", "z₂"}, {"h₁", "h₂"}, {"o"}, {"loss (o − y)²"}}
	from := [][][]int{{nil, nil}, {{0, 1}, {0, 1}}, {{2}, {3}}, {{4, 5}}, {{6}}}
	p := e.Theta
	weights := [][][]float64{{nil, nil}, {{p[0], p[2]}, {p[1], p[3]}}, {nil, nil}, {{p[6], p[7]}}, {nil}}
	var nodes []plots.Node
	for i, v := range steps {
		values, grads := ws.Read(v, nil), ws.Read(slopes[i], nil)
		for k, name := range names[i] {
			nodes = append(nodes, plots.Node{Name: name, Value: values[k], Grad: grads[k], From: from[i][k], Weights: weights[i][k]})
		}
	}
	return plots.Circuit{
		Title: "Numbers go forwards, derivatives come back",
		Subtitle: lessons.Minus(fmt.Sprintf("two sigmoid neurons, weights at the arrows; biases b₁ = %g, b₂ = %g, c = %g; target y = %g",
			p[4], p[5], p[8], e.Y)),
		Nodes:    nodes,
		Decimals: 4,
	}.Figure("Computation graph of a network with two inputs, two hidden neurons and one output: in each node its value, " +
		"and below it the derivative of the loss with respect to it.")
}

// DifferenceErrors draws how far the difference quotients are from the gradient, over the step h, and how far they were
// in an earlier run.
func (e Example) DifferenceErrors(memory lessons.Memory) plots.Figure {
	_, exact := e.Gradient()
	forward := plots.Series{Name: "forward difference", Role: plots.Vermillion}
	central := plots.Series{Name: "central difference", Role: plots.Blue}
	best, bestStep := math.Inf(1), 0.0
	for k := range 57 {
		h := math.Pow(10, -14+float64(k)/4)
		f, c := e.Differences(h)
		for _, s := range []struct {
			to  *plots.Series
			got []float64
		}{{&forward, f}, {&central, c}} {
			off := 0.0
			for i := range exact {
				off = max(off, math.Abs(s.got[i]-exact[i]))
			}
			s.to.X, s.to.Y = append(s.to.X, h), append(s.to.Y, off)
			if off < best {
				best, bestStep = off, h
			}
		}
	}
	return plots.Curves{
		Title: "A step too large misses the curve, a step too small drowns in rounding",
		Subtitle: fmt.Sprintf("largest error of the nine derivatives; the least is %.0e, at h = %.0e; autodiff needs no h",
			best, bestStep),
		X: "step h", Y: "error of the derivative (largest of nine)",
		LogX: true, LogY: true,
		Series: append(lessons.Ghosts(memory, "differences", central, forward), central, forward),
	}.Figure("Line chart on logarithmic axes of the error of difference quotients over the step: both fall with h, as h for " +
		"the forward and as h² for the central difference, until rounding makes them rise again.")
}
