package learnedopt

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/internal/settings"
	"kindred/nn"
)

// A Rule is one step of an optimiser as a traced function, with parameters of its own that can be learned. It must be a
// plain value, as a [metakit.Learner] must.
type Rule interface {
	// Shapes lists the rule's own parameters in the order of the flat vector. There may be none.
	Shapes() []autodiff.Shape
	// Init returns the first of them as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// Memory lists what the rule remembers of parameters of these shapes. It is zero before the first step.
	Memory(theta []autodiff.Shape) []autodiff.Shape
	// Step traces step k = 1, 2, …, a 1×1 value: what is remembered next, and the parameters next, given the rule's own
	// parameters, what it remembers, the parameters θ and the gradient there.
	Step(own autodiff.Params, k autodiff.Value, memory, theta, gradient autodiff.Params) (
		nextMemory, nextTheta autodiff.Params)
}

// Fixed is an nn.Rule, such as nn.NewAdam(0.01), as a Rule without parameters of its own.
type Fixed struct{ Rule nn.Rule }

var _ Rule = Fixed{}

// Shapes implements [Rule]: none.
func (Fixed) Shapes() []autodiff.Shape { return nil }

// Init implements [Rule]: no numbers.
func (Fixed) Init(*rand.Rand) []float64 { return nil }

// Memory implements [Rule]: the slots of each matrix, one after the other.
func (f Fixed) Memory(theta []autodiff.Shape) (memory []autodiff.Shape) {
	nn.CheckRule(f.Rule)
	for _, s := range theta {
		for k := range f.Rule.Slots() {
			memory = append(memory, autodiff.Shape{Name: fmt.Sprintf("%s, slot %d", s.Name, k+1), Rows: s.Rows, Cols: s.Cols})
		}
	}
	return memory
}

// Step implements [Rule].
func (f Fixed) Step(_ autodiff.Params, k autodiff.Value, memory, theta, gradient autodiff.Params) (
	autodiff.Params, autodiff.Params) {
	nn.CheckRule(f.Rule)
	rate, n := k.Graph().Scalar(f.Rule.LearningRate()), f.Rule.Slots()
	next, names, values := make([]autodiff.Value, theta.Len()), make([]string, memory.Len()), []autodiff.Value(nil)
	for i := range next {
		slots := make([]autodiff.Value, n)
		for j := range slots {
			slots[j] = memory.At(i*n + j)
		}
		slots, next[i] = f.Rule.Step(rate, k, slots, gradient.At(i), theta.At(i))
		values = append(values, slots...)
	}
	for i := range names {
		names[i] = memory.Name(i)
	}
	return autodiff.ParamsOf(names, values), like(theta, next)
}

// like returns values under the names of p.
func like(p autodiff.Params, values []autodiff.Value) autodiff.Params {
	names := make([]string, len(values))
	for i := range names {
		names[i] = p.Name(i)
	}
	return autodiff.ParamsOf(names, values)
}

// stack returns all entries of p as one column, matrix after matrix.
func stack(p autodiff.Params) autodiff.Value {
	columns := make([]autodiff.Value, p.Len())
	for i := range columns {
		columns[i] = p.At(i).Reshape(p.At(i).Size(), 1)
	}
	return autodiff.ConcatRows(columns...)
}

// unstack is the inverse of stack: the column as matrices like those of p.
func unstack(column autodiff.Value, p autodiff.Params) autodiff.Params {
	values, at := make([]autodiff.Value, p.Len()), 0
	for i := range values {
		v := p.At(i)
		values[i] = column.SliceRows(at, at+v.Size()).Reshape(v.Rows(), v.Cols())
		at += v.Size()
	}
	return like(p, values)
}

// checkRule panics if a rule is nil, or one of a pointer.
func checkRule(what string, r Rule) {
	if r == nil {
		panic("learnedopt: " + what + ": Rule is nil; give one, such as NewMLP(16, 16), or Fixed{nn.NewAdam(0.01)}")
	}
}

// text describes a setting.
func text(v any) string { return settings.Text(v) }
