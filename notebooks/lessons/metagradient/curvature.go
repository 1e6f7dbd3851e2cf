package metagradient

import (
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/nn"
)

// A Curvature returns H·v at θ, from nothing but gradients: gradient returns ∇L at any θ.
type Curvature = func(gradient func(theta []float64) []float64, theta, v []float64) []float64

// WithCurvature returns the meta-gradient of MAML in the plane, as Parts takes it apart, with a product H·v that the reader
// wrote: nil if it returns nothing.
func (p Plane) WithCurvature(phase, amplitude float64, product Curvature) []float64 {
	e := p.Parts(phase, amplitude).episodes()[0]
	g := autodiff.New()
	theta := g.Params(WaveNet{}.Shapes())
	n, _ := e.Support.X.Dims()
	x, y := g.Const(n, 1, e.Support.X.RawMatrix().Data), g.Const(n, 1, e.Support.Y.RawMatrix().Data)
	traced := autodiff.GradParams(nn.MSE(WaveNet{}.Apply(nil, theta, x), y), theta)
	ws := autodiff.Compile(traced).NewWorkspace()
	gradient := func(at []float64) []float64 {
		ws.Set(theta, at)
		ws.Run()
		return ws.Read(traced, nil)
	}
	path := [][]float64{{phase, amplitude}}
	for j := range p.Steps {
		next := slices.Clone(path[j])
		floats.AddScaled(next, -p.Rate, gradient(path[j]))
		path = append(path, next)
	}
	query := p.Parts(phase, amplitude).Query
	out := query[:]
	for j := range slices.Backward(path[:p.Steps]) {
		hv := product(gradient, path[j], slices.Clone(out))
		if len(hv) == 0 {
			return nil
		}
		floats.AddScaled(out, -p.Rate, hv)
	}
	return out
}

// Exact returns metakit's meta-gradient of MAML at the same place.
func (p Plane) Exact(phase, amplitude float64) []float64 {
	_, g := gradient(four(WaveNet{}, p.Steps, p.Rate)[maml], []float64{phase, amplitude}, p.Parts(phase, amplitude).episodes()[0])
	return g
}
