package mtlkit

import (
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Where a row has some of its labels, or they are of classes with weights, a task's loss is needed label by label. It
// is the loss of the package's or the user's own, applied to a row for each label: that is right if the loss of a row
// is the mean of those of its labels, which is tried on numbers.

// A layout says where the outputs of a label lie in a row, when there are several for each (see nn.Target.Extra).
type layout int

const (
	beside layout = iota // one after another, label by label
	blocks               // the first of every label, then the second of every label
)

// perLabel traces a task's losses label by label: n·c × 1 for n rows of c labels, those of a row one after another.
func (t Task) perLabel(out, y autodiff.Value) autodiff.Value {
	at, _ := t.layout()
	return t.perLabelBy(at, out, y)
}

func (t Task) perLabelBy(at layout, out, y autodiff.Value) autodiff.Value {
	labels := y.Rows() * y.Cols()
	each := out.Cols() / y.Cols()
	if at == beside {
		out = out.Reshape(labels, each)
	} else {
		var parts []autodiff.Value
		for k := range each {
			parts = append(parts, out.SliceCols(k*y.Cols(), (k+1)*y.Cols()).Reshape(labels, 1))
		}
		out = autodiff.ConcatCols(parts...)
	}
	return t.Loss.PerRow(out, y.Reshape(labels, 1))
}

// separates reports whether the loss of a row is the mean of those of its labels.
func (t Task) separates() bool {
	_, ok := t.layout()
	return ok
}

// layout returns where the outputs of a label lie, if the loss of a row is the mean of those of its labels.
func (t Task) layout() (at layout, ok bool) {
	for _, at := range []layout{beside, blocks} {
		if t.tryPerLabel(at) {
			return at, true
		}
	}
	return beside, false
}

// tryPerLabel reports whether, on random rows, losses are the means of those of their labels. A loss that does not take
// a single label, and panics, is none.
func (t Task) tryPerLabel(at layout) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	const rows = 4
	rng := rand.New(rand.NewPCG(1, 0))
	outputs, labels := make([]float64, rows*t.width()), make([]float64, rows*t.columns())
	for k := range outputs {
		outputs[k] = rng.NormFloat64()
	}
	target := t.Loss.Target()
	for k := range labels {
		switch {
		case target.Kind == nn.Binary:
			labels[k] = float64(rng.IntN(2))
		case target.Positive:
			labels[k] = math.Exp(rng.NormFloat64())
		default:
			labels[k] = rng.NormFloat64()
		}
	}
	g := autodiff.New()
	out, y := g.Input("outputs", rows, t.width()), g.Input("labels", rows, t.columns())
	whole := t.Loss.PerRow(out, y)
	apart := t.perLabelBy(at, out, y).Reshape(rows, t.columns()).MeanAxis(1)
	ws := autodiff.Compile(whole, apart).NewWorkspace()
	ws.Set(out, outputs)
	ws.Set(y, labels)
	ws.Run()
	got, want := ws.Read(apart, nil), ws.Read(whole, nil)
	for r := range want {
		// A mean of few numbers of size 1 has an error of some 1e-16.
		if !(math.Abs(got[r]-want[r]) <= 1e-10*(1+math.Abs(want[r]))) {
			return false
		}
	}
	return true
}
