package nn

import (
	"math"
	"testing"

	"kindred/autodiff"
)

// lossAt returns a loss of a prediction and a target of the given width, and its derivative by the prediction.
func lossAt(f func(pred, target autodiff.Value) autodiff.Value, pred, target []float64, rows int) (float64, []float64) {
	g := autodiff.New()
	p, y := g.Input("pred", rows, len(pred)/rows), g.Input("target", rows, len(target)/rows)
	loss := f(p, y)
	slope := autodiff.Grad(loss, p)
	ws := autodiff.Compile(loss, slope).NewWorkspace()
	ws.Set(p, pred)
	ws.Set(y, target)
	ws.Run()
	return ws.Scalar(loss), ws.Read(slope, nil)
}

func TestLossesByHand(t *testing.T) {
	huber := func(p, y autodiff.Value) autodiff.Value { return Huber(p, y, 2) }
	for _, c := range []struct {
		name         string
		f            func(pred, target autodiff.Value) autodiff.Value
		pred, target []float64
		rows         int
		loss         float64
		slope        []float64
	}{
		{"squared error", MSE, []float64{1, 2, 3, 4}, []float64{0, 0, 3, 2}, 2, 9. / 4, []float64{0.5, 1, 0, 1}},
		{"logistic, at 0", BinaryCrossEntropy, []float64{0, 0}, []float64{1, 0}, 2, math.Ln2, []float64{-0.25, 0.25}},
		{"logistic, far out", BinaryCrossEntropy, []float64{800, -800}, []float64{0, 1}, 2, 800, []float64{0.5, -0.5}},
		{"logistic, certain and right", BinaryCrossEntropy, []float64{800, -800}, []float64{1, 0}, 2, 0, []float64{0, 0}},
		{"softmax, all equal", CrossEntropy, []float64{7, 7, 7, 7}, []float64{2}, 1, math.Log(4), []float64{.25, .25, -.75, .25}},
		{"softmax, far out", CrossEntropy, []float64{1000, 0}, []float64{1}, 1, 1000, []float64{1, -1}},
		{"Huber", huber, []float64{1, -1, 5, -5}, []float64{0, 0, 0, 0}, 4, (0.5 + 0.5 + 8 + 8) / 4, []float64{.25, -.25, .5, -.5}},
	} {
		loss, slope := lossAt(c.f, c.pred, c.target, c.rows)
		if math.Abs(loss-c.loss) > 1e-15*max(1, c.loss) {
			t.Errorf("%s: %v, want %v", c.name, loss, c.loss)
		}
		for k := range slope {
			if math.Abs(slope[k]-c.slope[k]) > 1e-15 {
				t.Errorf("%s: slopes %v, want %v", c.name, slope, c.slope)
			}
		}
	}
}

// What a loss gives for each row must have the mean that the loss of the whole has.
func TestPerRow(t *testing.T) {
	pred, target := []float64{1, -2, 0.5, 3, 0, -1}, []float64{1, 0, 1, 1, 0, 0}
	for _, l := range []Loss{SquaredError{}, LogisticLoss{}, HuberLoss{Delta: 1}} {
		g := autodiff.New()
		p, y := g.Const(3, 2, pred), g.Const(3, 2, target)
		rows := l.PerRow(p, y)
		if rows.Rows() != 3 || rows.Cols() != 1 {
			t.Fatalf("%T: %v, want 3×1", l, rows)
		}
		first := l.PerRow(p.SliceRows(0, 1), y.SliceRows(0, 1))
		ws := autodiff.Compile(rows, first).NewWorkspace()
		ws.Run()
		if a, b := ws.Read(rows, nil)[0], ws.Scalar(first); a != b {
			t.Errorf("%T: the loss of row 0 is %v among others and %v alone", l, a, b)
		}
	}
}
