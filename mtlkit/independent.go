package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// Independent gives each task a network of its own, a twin: what the task uses of the model Of, shared or not. It is
// the baseline that tells whether sharing helps. From the same rng the twins start at the numbers that Of starts at,
// so that nothing but the sharing differs.
//
// No parameter is shared; those of task i are called task1.…, task2.…. A clipped gradient norm ([Trainer.ClipNorm]) is
// that of all twins together, and the weights of a scalarizer still scale each twin's loss: leave both out for twins
// that are as if trained alone.
type Independent struct {
	Of Model
}

var _ Model = Independent{}

// Tasks implements [Model].
func (d Independent) Tasks() int { return d.Of.Tasks() }

// Shapes implements [Model].
func (d Independent) Shapes() []autodiff.Shape {
	var shapes []autodiff.Shape
	for i := range d.Tasks() {
		of := d.Of.Shapes()
		for _, k := range d.uses(i) {
			s := of[k]
			s.Name = fmt.Sprintf("task%d.%s", i+1, s.Name)
			shapes = append(shapes, s)
		}
	}
	return shapes
}

// Owners implements [Model].
func (d Independent) Owners() []int {
	var owners []int
	for i := range d.Tasks() {
		for range d.uses(i) {
			owners = append(owners, i)
		}
	}
	return owners
}

// Init implements [Model].
func (d Independent) Init(rng *rand.Rand) []float64 { return d.Split(d.Of.Init(rng)) }

// Split returns the parameters of the twins that all start from theta, the parameters of the model Of.
func (d Independent) Split(theta []float64) []float64 {
	var out []float64
	for i := range d.Tasks() {
		for _, s := range d.spans(i) {
			out = append(out, theta[s.at:s.at+s.n]...)
		}
	}
	return out
}

// alone returns the trainer of the twins of t's model, each on its own loss and from the same first parameters.
func (t Trainer) alone() Trainer {
	twins := Independent{Of: t.Model}
	if t.Initial != nil {
		t.Initial = twins.Split(t.Initial)
	}
	t.Model, t.Balance, t.ByRepresentation, t.Diagnose = twins, balance.Equal{}, false, false
	return t
}

// Twin returns the parameters of task i's twin in the layout of the model Of. What the task does not use is 0.
func (d Independent) Twin(theta []float64, i int) []float64 {
	out := make([]float64, nn.Size(d.Of.Shapes()))
	at := 0
	for j := range d.Tasks() {
		for _, s := range d.spans(j) {
			if j == i {
				copy(out[s.at:s.at+s.n], theta[at:])
			}
			at += s.n
		}
	}
	return out
}

// Apply implements [Model].
func (d Independent) Apply(_ *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	of := d.Of.Shapes()
	names, values := make([]string, len(of)), make([]autodiff.Value, len(of))
	for k, s := range of {
		names[k] = s.Name
		values[k] = x[0].Graph().Fill(s.Rows, s.Cols, 0) // where the task does not look
	}
	out := make([]autodiff.Value, len(x))
	at := 0
	for i := range x {
		twin := slices.Clone(values)
		for _, k := range d.uses(i) {
			twin[k] = theta.At(at)
			at++
		}
		out[i] = d.Of.Apply(nil, autodiff.ParamsOf(names, twin), x)[i]
	}
	return out
}

// uses returns the indices of the matrices of Of that task i uses.
func (d Independent) uses(i int) []int {
	var index []int
	for k, owner := range d.Of.Owners() {
		if owner == Shared || owner == i {
			index = append(index, k)
		}
	}
	return index
}

// spans returns where the matrices that task i uses lie in the parameters of Of.
func (d Independent) spans(i int) []span {
	uses := d.uses(i)
	var out []span
	at := 0
	for k, s := range d.Of.Shapes() {
		if slices.Contains(uses, k) {
			out = append(out, span{at, s.Size()})
		}
		at += s.Size()
	}
	return out
}
