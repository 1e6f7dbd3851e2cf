package mtlkit

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// DeadUnits returns, for each shared layer of a model with the parameters theta, how many of its units are at most 0 on
// every row of x. Such a unit of a ReLU layer is constant there and its weights get no gradient: it cannot come back.
// It panics unless theta are parameters of the model, x has rows, and the layers can be traced by hand, without running
// statistics.
func DeadUnits(m Encoder, theta []float64, x *mat.Dense) []int {
	if m == nil || x == nil || x.IsEmpty() {
		panic("mtlkit: DeadUnits: it takes a model and rows of inputs")
	}
	if n := nn.Size(m.Shapes()); len(theta) != n {
		panic(fmt.Sprintf("mtlkit: DeadUnits: %d parameters, %T has %d", len(theta), m, n))
	}
	g := autodiff.New()
	p := g.Params(m.Shapes())
	rows, cols := x.Dims()
	in := g.Input("x", rows, cols)
	var largest []autodiff.Output
	for _, layer := range m.Encode(nil, p, in) {
		largest = append(largest, layer.MaxAxis(0))
	}
	ws := autodiff.Compile(largest...).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, flat(x))
	ws.Run()
	dead := make([]int, len(largest))
	for k, o := range largest {
		for _, v := range ws.Read(o, nil) {
			if v <= 0 {
				dead[k]++
			}
		}
	}
	return dead
}
