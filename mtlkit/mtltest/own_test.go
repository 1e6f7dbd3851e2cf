package mtltest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// Unit is a balancer of one's own: the mean of the gradients, each made as long as 1. docs/adding.md tells of it.
type Unit struct{ balance.Stateless }

// WeighNorms implements [balance.NormLossAggregator].
func (Unit) WeighNorms(weights, norms, _ []float64, s balance.State) {
	for i, norm := range norms {
		if weights[i] = 0; norm > 0 {
			weights[i] = 1 / (norm * float64(s.Count()))
		}
	}
}

func TestUnit(t *testing.T) {
	mtltest.TestAggregator(t, Unit{}, balance.PermutationEquivariant)
}

// Beside is an architecture of one's own: a layer of all tasks beside one of the task's own, outputₜ = headₜ(z + zₜ). Its
// parameters are called shared.W1, …, own1.W1, …, head1.W1, …. docs/adding.md tells of it.
type Beside struct {
	Layer      []int // inputs, and the units of both layers
	Outputs    []int // of each task
	Activation nn.Activation
}

// part is a network with the name that its matrices begin with.
type part struct {
	name string
	nn.MLP
}

// parts are the shared layer, then for each task its own layer and its head.
func (b Beside) parts() []part {
	all := []part{{"shared.", nn.MLP{Widths: b.Layer, Output: b.Activation}}}
	for t, outputs := range b.Outputs {
		all = append(all, part{fmt.Sprintf("own%d.", t+1), nn.MLP{Widths: b.Layer, Output: b.Activation}},
			part{fmt.Sprintf("head%d.", t+1), nn.MLP{Widths: []int{b.Layer[1], outputs}}})
	}
	return all
}

// Tasks implements [mtlkit.Model].
func (b Beside) Tasks() int { return len(b.Outputs) }

// Shapes implements [mtlkit.Model].
func (b Beside) Shapes() (shapes []autodiff.Shape) {
	for _, p := range b.parts() {
		for _, s := range p.Shapes() {
			s.Name = p.name + s.Name
			shapes = append(shapes, s)
		}
	}
	return shapes
}

// Init implements [mtlkit.Model].
func (b Beside) Init(rng *rand.Rand) (theta []float64) {
	for _, p := range b.parts() {
		theta = append(theta, p.MLP.Init(rng)...)
	}
	return theta
}

// Apply implements [mtlkit.Model]. Each part has two matrices.
func (b Beside) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) (outputs []autodiff.Value) {
	parts := b.parts()
	apply := func(k int, x autodiff.Value) autodiff.Value {
		return parts[k].MLP.Apply(t.Scope(parts[k].name), theta.Slice(2*k, 2*k+2), x)
	}
	for task, rows := range x {
		z := apply(0, rows).Add(apply(1+2*task, rows))
		outputs = append(outputs, apply(2+2*task, z))
	}
	return outputs
}

// Twin implements [mtlkit.Twinned]: a task alone has both layers, and its head.
func (b Beside) Twin(task int) (twin mtlkit.Model, from []string) {
	b.Outputs = b.Outputs[task : task+1]
	for _, name := range []string{"shared", fmt.Sprint("own", task+1), fmt.Sprint("head", task+1)} {
		from = append(from, name+".W1", name+".b1")
	}
	return b, from
}

func TestBeside(t *testing.T) {
	mtltest.TestModel(t, Beside{Layer: []int{3, 4}, Outputs: []int{1, 2}, Activation: nn.Tanh}, []int{1, 2}, 3)
}
