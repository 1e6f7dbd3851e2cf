package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// columnStatistics returns the mean of each column and the sum of squares about it.
func columnStatistics(x []float64, units int) (mean, squares []float64) {
	mean, squares = make([]float64, units), make([]float64, units)
	rows := float64(len(x) / units)
	for k, v := range x {
		mean[k%units] += v / rows
	}
	for k, v := range x {
		squares[k%units] += (v - mean[k%units]) * (v - mean[k%units])
	}
	return mean, squares
}

func TestBatchNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	for _, rows := range []int{2, 3, 50} {
		b := BatchNorm{Units: 3, Epsilon: 1e-3, Rate: 0.25}
		theta, x := normals(rng, 6), normals(rng, 3*rows)
		mean, squares := columnStatistics(x, 3)
		want := make([]float64, len(x))
		for k, v := range x {
			c := k % 3
			want[k] = theta[c]*(v-mean[c])/math.Sqrt(squares[c]/float64(rows)+b.Epsilon) + theta[3+c]
		}
		nearLargest(t, "in training", slopes(b, theta, x, rows, autodiff.Float64)[:len(x)], want)
		checkSlopes(t, b, theta, x, rows)

		g := autodiff.New()
		tr := NewTrace(g, true)
		b.Apply(tr, g.Params(b.Shapes()), g.Const(rows, 3, x))
		statistics := tr.Statistics()
		if len(statistics) != 2 || statistics[0].Name != "mean" || statistics[1].Name != "variance" {
			t.Fatalf("statistics %v", statistics)
		}
		old := [][]float64{{1, 2, 3}, {4, 5, 6}}
		nextMean, nextVariance := statistics[0].Next(), statistics[1].Next()
		ws := autodiff.Compile(nextMean, nextVariance).NewWorkspace()
		for k, s := range statistics {
			ws.Set(s.Value, old[k])
		}
		ws.Run()
		for c := range 3 {
			mean[c] = 0.75*old[0][c] + 0.25*mean[c]
			squares[c] = 0.75*old[1][c] + 0.25*squares[c]/float64(rows-1)
		}
		nearLargest(t, "running mean", ws.Read(nextMean, nil), mean)
		nearLargest(t, "running variance", ws.Read(nextVariance, nil), squares)
	}
}

// In evaluation a row is for itself, by what the statistics are.
func TestBatchNormInEvaluation(t *testing.T) {
	b := BatchNorm{Units: 2, Epsilon: 0.5, Rate: 0.1}
	for _, rows := range []int{1, 3} {
		g := autodiff.New()
		tr := NewTrace(g, false)
		p, x := g.Params(b.Shapes()), g.Input("x", rows, 2)
		out := b.Apply(tr, p, x)
		ws := autodiff.Compile(out).NewWorkspace()
		ws.Set(p, []float64{2, 3, 10, 20})
		ws.Set(x, slices.Repeat([]float64{5, 7}, rows))
		ws.Set(tr.Statistics()[0].Value, []float64{1, 4})
		ws.Set(tr.Statistics()[1].Value, []float64{3.5, 8.5})
		ws.Run()
		// 2·(5 − 1)/√(3.5 + 0.5) + 10 = 14 and 3·(7 − 4)/√(8.5 + 0.5) + 20 = 23, within a few roundings
		for k, v := range ws.Read(out, nil) {
			if want := []float64{14, 23}[k%2]; math.Abs(v-want) > 1e-14 {
				t.Errorf("%d rows: %v, want %v", rows, v, want)
			}
		}
		if tr.LooksAtAllRows() {
			t.Error("a row is not for itself")
		}
	}
}

// An MLP with a Norm is the same as its layers by hand, and one without has the same parameters as ever.
func TestMLPNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for _, norm := range []Norm{NewLayerNorm(1), NewBatchNorm(1)} {
		net := MLP{Widths: []int{2, 4, 3, 1}, Activation: Tanh, Norm: norm}
		want := "[W1 2×4 b1 1×4 norm1.gain 1×4 norm1.bias 1×4 W2 4×3 b2 1×3 norm2.gain 1×3 norm2.bias 1×3 W3 3×1 b3 1×1]"
		if got := fmt.Sprint(net.Shapes()); got != want {
			t.Errorf("%T: shapes %v, want %v", norm, got, want)
		}
		theta := net.Init(rng)
		if p := NewParams(net.Shapes(), theta); p.View("norm2.gain").At(0, 2) != 1 || p.View("norm2.bias").At(0, 2) != 0 {
			t.Errorf("%T: the gain starts at %v", norm, p.View("norm2.gain"))
		}
		for k := range theta {
			theta[k] += 0.1 * rng.NormFloat64()
		}
		x := normals(rng, 10)
		byHand := handMLP{net}
		nearLargest(t, fmt.Sprintf("%T", norm), slopes(net, theta, x, 5, autodiff.Float64),
			slopes(byHand, theta, x, 5, autodiff.Float64))
		checkSlopes(t, net, theta, x, 5)
	}
	plain := MLP{Widths: []int{2, 4, 1}}
	a := plain.Init(rand.New(rand.NewPCG(1, 0)))
	plain.Norm = NewLayerNorm(1)
	b := plain.Init(rand.New(rand.NewPCG(1, 0)))
	if !slices.Equal(a[:12], b[:12]) || !slices.Equal(a[12:], b[20:]) {
		t.Error("a normalisation changes what is drawn")
	}
}

// handMLP is an MLP of two hidden layers, with its normalisation, written out.
type handMLP struct{ MLP }

func (m handMLP) Apply(t *Trace, p autodiff.Params, x autodiff.Value) autodiff.Value {
	one, two := m.Norm.For(m.Widths[1]), m.Norm.For(m.Widths[2])
	h := one.Apply(t.Scope("a"), p.Slice(2, 4), x.MatMul(p.At(0)).Add(p.At(1))).Tanh()
	h = two.Apply(t.Scope("b"), p.Slice(6, 8), h.MatMul(p.At(4)).Add(p.At(5))).Tanh()
	return h.MatMul(p.At(8)).Add(p.At(9))
}
