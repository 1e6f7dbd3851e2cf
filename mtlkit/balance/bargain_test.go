package balance

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// One task: |g|²w = w^(−1/α). Two: Nash's direction is √2 times the unit vector along the sum of the unit gradients.
func TestBargainInClosedForm(t *testing.T) {
	tmp := borrow()
	defer tmp.release()
	for _, alpha := range []float64{0.1, 1, 2, 20} {
		w := make([]float64, 1)
		g, e := tmp.load(mat.NewSymDense(1, []float64{1e14}))
		bargain(tmp, w, g, e, alpha)
		if want := math.Pow(1e14, -alpha/(1+alpha)); math.Abs(w[0]-want) > 1e-13*want {
			t.Errorf("α = %v: %v, want %v", alpha, w[0], want)
		}
	}
	for trial := range uint64(50) {
		j := normalDense(2, 4, trial)
		floats.Scale(1e5, j.RawRowView(1))
		w := make([]float64, 2)
		bargain(tmp, w, gramOf(j), 0, 1)
		want := make([]float64, 4)
		for i := range 2 {
			floats.AddScaled(want, 1/floats.Norm(j.RawRowView(i), 2), j.RawRowView(i))
		}
		floats.Scale(math.Sqrt2/floats.Norm(want, 2), want)
		if got := rowsum(j, w); floats.Distance(got, want, 2) > 1e-12 {
			t.Errorf("trial %d: %v, want %v", trial, got, want)
		}
	}
}

// Many tasks, from easy to nearly stationary: the equations hold up to the condition of the problem, 1/|x|² for the
// shortest vector x in the hull of the unit gradients.
func TestBargainManyTasks(t *testing.T) {
	for _, common := range []float64{1, 1e-1, 1e-2, 1e-3} {
		j := normalDense(60, 70, 9)
		for i := range 60 {
			j.RawRowView(i)[0] = common * 10
		}
		for _, alpha := range []float64{0.5, 1, 3} {
			tmp := borrow()
			g := gramOf(j)
			w, gain := make([]float64, 60), make([]float64, 60)
			bargain(tmp, w, g, 0, alpha)
			g.mulVec(gain, w)
			for i, v := range w {
				if one := gain[i] * math.Pow(v, 1/alpha); !(math.Abs(one-1) < 1e-9) {
					t.Fatalf("common %v, α = %v, task %d: %v, want 1", common, alpha, i, one)
				}
			}
			tmp.release()
		}
	}
}
