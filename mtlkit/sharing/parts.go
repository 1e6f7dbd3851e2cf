package sharing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"kindred/autodiff"
	"kindred/nn"
)

// parts are networks that lie end to end in one vector, their matrices named after them.
type parts []part

// A part is a network with its name: that of a matrix is the part's, a dot, and its own, if it has one.
type part struct {
	name string
	net  nn.Network
}

func (p parts) shapes() (shapes []autodiff.Shape) {
	for _, q := range p {
		for _, s := range q.net.Shapes() {
			s.Name = strings.TrimSuffix(q.name+"."+s.Name, ".")
			shapes = append(shapes, s)
		}
	}
	return shapes
}

// init draws the parts in their order.
func (p parts) init(rng *rand.Rand) (theta []float64) {
	for _, q := range p {
		theta = append(theta, q.net.Init(rng)...)
	}
	return theta
}

// names returns the names of the matrices of some parts, in the order of p.
func (p parts) names(of ...string) (names []string) {
	for _, q := range p {
		if slices.Contains(of, q.name) {
			for _, s := range (parts{q}).shapes() {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// bind gives each part its parameters. It panics unless there are as many as the architecture of that name has, and
// inputs for each of its tasks.
func (p parts) bind(name string, t *nn.Trace, theta autodiff.Params, inputs, tasks int) bound {
	if n := len(p.shapes()); theta.Len() != n {
		panic(fmt.Sprintf("sharing: %s: %d matrices of parameters, want %d", name, theta.Len(), n))
	}
	if inputs != tasks {
		panic(fmt.Sprintf("sharing: %s: %d inputs for %d tasks", name, inputs, tasks))
	}
	b := bound{t, map[string]nn.Network{}, map[string]autodiff.Params{}}
	at := 0
	for _, q := range p {
		n := len(q.net.Shapes())
		b.nets[q.name], b.theta[q.name] = q.net, theta.Slice(at, at+n)
		at += n
	}
	return b
}

// bound are parts with their parameters.
type bound struct {
	trace *nn.Trace
	nets  map[string]nn.Network
	theta map[string]autodiff.Params
}

// apply traces the part of that name.
func (b bound) apply(name string, x autodiff.Value) autodiff.Value {
	return b.nets[name].Apply(b.trace.Scope(name), b.theta[name], x)
}

// matrix returns the part of that name, which is a matrix.
func (b bound) matrix(name string) autodiff.Value { return b.theta[name].At(0) }

// A matrix is a part without layers, and with its first numbers.
type matrix struct {
	rows, cols int
	start      func(w []float64, rng *rand.Rand)
}

func (m matrix) Shapes() []autodiff.Shape { return []autodiff.Shape{{Rows: m.rows, Cols: m.cols}} }

func (m matrix) Init(rng *rand.Rand) []float64 {
	w := make([]float64, m.rows*m.cols)
	m.start(w, rng)
	return w
}

func (m matrix) Apply(_ *nn.Trace, theta autodiff.Params, _ autodiff.Value) autodiff.Value {
	return theta.At(0)
}

// byInput returns the tasks of each different input. What they have in common is then traced once.
func byInput(x []autodiff.Value) (groups [][]int) {
	at := map[autodiff.Value]int{}
	for task, v := range x {
		k, seen := at[v]
		if !seen {
			k = len(groups)
			at[v], groups = k, append(groups, nil)
		}
		groups[k] = append(groups[k], task)
	}
	return groups
}

// mix returns Σₖ gateₖ·hₖ, where the gate is rows × the number of values.
func mix(gate autodiff.Value, h []autodiff.Value) autodiff.Value {
	sum := h[0].Mul(gate.SliceCols(0, 1))
	for k := 1; k < len(h); k++ {
		sum = sum.Add(h[k].Mul(gate.SliceCols(k, k+1)))
	}
	return sum
}
