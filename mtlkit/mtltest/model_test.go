package mtltest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

var honest = sharing.HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {2}}, Activation: nn.Tanh}

func TestModelOfTheKit(t *testing.T) { TestModel(t, honest, []int{1, 2}, 2) }

// odd is an honest model with one mistake.
type odd struct {
	sharing.HardSharing
	shapes func(s []autodiff.Shape) []autodiff.Shape
	init   func(theta []float64) []float64
	before func(x []autodiff.Value)
	after  func(t *nn.Trace, out, x []autodiff.Value) []autodiff.Value
	twin   func(task int) (mtlkit.Model, []string)
	other  func(factor float64) mtlkit.Model
}

func (o odd) Shapes() []autodiff.Shape {
	if o.shapes != nil {
		return o.shapes(o.HardSharing.Shapes())
	}
	return o.HardSharing.Shapes()
}

func (o odd) Init(rng *rand.Rand) []float64 {
	if o.init != nil {
		return o.init(o.HardSharing.Init(rng))
	}
	return o.HardSharing.Init(rng)
}

func (o odd) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := o.HardSharing.Apply(t, theta, x)
	if o.after != nil {
		out = o.after(t, out, x)
	}
	if o.before != nil {
		o.before(x)
	}
	return out
}

func (o odd) Twin(task int) (mtlkit.Model, []string) {
	if o.twin != nil {
		return o.twin(task)
	}
	return o.HardSharing.Twin(task)
}

func (o odd) Resized(factor float64) mtlkit.Model {
	if o.other != nil {
		return o.other(factor)
	}
	return o.HardSharing.Resized(factor)
}

// Every property has a model that lacks it alone, which is noticed.
func TestCheckModelRejects(t *testing.T) {
	if err := CheckModel(odd{HardSharing: honest}, []int{1, 2}, 2); err != nil {
		t.Errorf("rejects hard sharing: %v", err)
	}
	kept := honest.Shapes()
	calls := 0.0
	for name, c := range map[string]struct {
		model odd
		says  string
	}{
		"two matrices of one name": {odd{shapes: func(s []autodiff.Shape) []autodiff.Shape { s[2].Name = s[0].Name; return s }},
			"parameters: matrix 2 is called"},
		"shapes that it keeps": {odd{shapes: func([]autodiff.Shape) []autodiff.Shape { return kept }}, "parameters: it keeps"},
		"a parameter too few":  {odd{init: func(theta []float64) []float64 { return theta[1:] }}, "parameters: Init returns 20"},
		"an Init of its own": {odd{init: func(theta []float64) []float64 { calls++; theta[0] = calls; return theta }},
			"parameters: Init returns other"},
		"an output too few": {odd{after: func(_ *nn.Trace, out, _ []autodiff.Value) []autodiff.Value { return out[:1] }},
			"outputs: it traces 1"},
		"another width": {odd{after: func(_ *nn.Trace, out, _ []autodiff.Value) []autodiff.Value {
			out[1] = out[1].SliceCols(0, 1)
			return out
		}}, "outputs: output 1 is"},
		"another function each time": {odd{after: func(_ *nn.Trace, out, _ []autodiff.Value) []autodiff.Value {
			calls++
			out[0] = out[0].Shift(calls)
			return out
		}}, "traced twice: output 0"},
		"inputs that are overwritten": {odd{before: func(x []autodiff.Value) { x[0] = x[1] }}, "traced twice: Apply changes"},
		"rows of another task": {odd{after: func(_ *nn.Trace, out, x []autodiff.Value) []autodiff.Value {
			out[0] = out[0].Add(x[1].SliceCols(0, 1).Scale(0.1))
			return out
		}}, "own rows: output 0"},
		"rows of another task, in training alone": {odd{after: func(t *nn.Trace, out, x []autodiff.Value) []autodiff.Value {
			if t.Training() {
				out[0] = out[0].Add(x[1].SliceCols(0, 1).Scale(0.1))
			}
			return out
		}}, "own rows: output 0"},
		"the mean of all rows": {odd{after: func(_ *nn.Trace, out, _ []autodiff.Value) []autodiff.Value {
			out[0] = out[0].Sub(out[0].MeanAxis(0))
			return out
		}}, "rows apart: row"},
		"a gradient that is stopped": {odd{after: func(_ *nn.Trace, out, _ []autodiff.Value) []autodiff.Value {
			out[1] = out[1].Mul(out[1].StopGradient())
			return out
		}}, "gradients: a sum"},
		"a model that grows when resized by 1": {odd{other: func(float64) mtlkit.Model { return honest.Resized(2) }},
			"resized: resized by 1"},
		"a model that shrinks as it grows": {odd{other: func(factor float64) mtlkit.Model { return honest.Resized(1 / factor) }},
			"resized: resized by 0.5"},
		"another model when resized": {odd{other: func(factor float64) mtlkit.Model {
			if factor == 1 {
				return honest
			}
			return sharing.HardSharing{Trunk: []int{2, 3, 4}, Heads: honest.Heads}
		}}, "resized: resized by 0.01"},
		"a twin of two outputs": {odd{twin: func(int) (mtlkit.Model, []string) {
			var from []string
			for _, s := range honest.Shapes() {
				from = append(from, s.Name)
			}
			return honest, from
		}}, "twins: the twin of task 0: parameters: it has 2 outputs"},
		"a twin from elsewhere": {odd{twin: func(task int) (mtlkit.Model, []string) {
			twin, from := honest.Twin(task)
			from[0] = from[1]
			return twin, from
		}}, "twins: trunk.W1 2×3 of the twin of task 0 starts from"},
	} {
		c.model.HardSharing = honest
		if err := CheckModel(c.model, []int{1, 2}, 2); err == nil || !strings.HasPrefix(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}
