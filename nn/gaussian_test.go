package nn

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"kindred/autodiff"
)

func TestGaussianLoss(t *testing.T) {
	pred := mat.NewDense(3, 4, []float64{0.5, -1, 0.2, 3, 2, 0, 1, 1, -4, 1e3, 1e-3, 50})
	y := mat.NewDense(3, 2, []float64{0.1, 2, 2, 0.5, -4.002, 1100})
	g := autodiff.New()
	loss := GaussianLoss{}.PerRow(g.Const(3, 4, pred.RawMatrix().Data), g.Const(3, 2, y.RawMatrix().Data))
	ws := autodiff.Compile(loss).NewWorkspace()
	ws.Run()
	squares := 0.0
	for r, got := range ws.Read(loss, nil) {
		want := 0.0
		for c := range 2 {
			squares += math.Pow(pred.At(r, c)-y.At(r, c), 2) / 6
			want -= distuv.Normal{Mu: pred.At(r, c), Sigma: pred.At(r, 2+c)}.LogProb(y.At(r, c)) / 2
		}
		if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) { // (y − μ)/σ is rounded to 1e-16/1e-3
			t.Errorf("row %d: %v, want %v", r, got, want)
		}
	}
	score := GaussianLoss{}.Target().Score()
	if got := score.Of(pred, y); math.Abs(got-squares) > 1e-12*squares || score.Name != MeanSquared.Name {
		t.Errorf("%v %v, want the mean squared error %v", score.Name, got, squares)
	}
	if got := (GaussianLoss{}).Target().Columns(4); got != 2 {
		t.Errorf("4 outputs go with %d labels", got)
	}
}

func TestLayerOf(t *testing.T) {
	for _, c := range []struct {
		net  MLP
		want []int
	}{
		{MLP{Widths: []int{1, 2}}, []int{0, 0}},
		{MLP{Widths: []int{1, 4, 2}}, []int{0, 0, 1, 1}},
		{MLP{Widths: []int{1, 4, 4, 2}, Norm: NewLayerNorm(1)}, []int{0, 0, 0, 0, 1, 1, 1, 1, 2, 2}},
		{MLP{Widths: []int{1, 4}, Norm: NewLayerNorm(1), Hidden: true}, []int{0, 0, 0, 0}},
	} {
		if got := c.net.LayerOf(); !slices.Equal(got, c.want) || len(got) != len(c.net.Shapes()) {
			t.Errorf("%+v: %v, want %v", c.net, got, c.want)
		}
	}
}
