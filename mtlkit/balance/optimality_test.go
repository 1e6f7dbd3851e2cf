package balance_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// An instance is a Jacobian with independent rows, and the relative error that optimality conditions may have on it.
type instance struct {
	name string
	j    *mat.Dense
	tol  float64
}

// instances are well conditioned, tol 1e-10, or have rows of lengths up to 1 : 1e6, tol 1e-6.
func instances() []instance {
	var all []instance
	rng := rand.New(rand.NewPCG(5, 0))
	for _, m := range []int{1, 2, 3, 5, 8, 12, 40} {
		for k := range 5 {
			j := normal(m, 3*m+2, uint64(100*m+k))
			common := normal(1, 3*m+2, uint64(k))
			for i := range m { // a common part, so that 0 is not always in or near the hull
				floats.AddScaled(j.RawRowView(i), 0.3*float64(k), common.RawRowView(0))
			}
			spread := mat.DenseCopyOf(j)
			for i := range m {
				floats.Scale(math.Pow(10, -6*rng.Float64()), spread.RawRowView(i))
			}
			all = append(all, instance{fmt.Sprintf("%d tasks/%d", m, k), j, 1e-10},
				instance{fmt.Sprintf("%d tasks/%d, lengths 1 to 1e6", m, k), spread, 1e-6})
		}
	}
	return all
}

// weigh applies b and returns the weights, the direction d, and gᵢ·d and |gᵢ| for all i, from the Jacobian.
func weigh(t *testing.T, b balance.Balancer, j *mat.Dense) (w, d, gain, norm []float64) {
	t.Helper()
	m, n := j.Dims()
	var a balance.Aggregation
	d = make([]float64, n)
	if err := a.Apply(d, b, j, nil, start(b, m, n)); err != nil {
		t.Fatal(err)
	}
	gain, norm = make([]float64, m), make([]float64, m)
	for i := range m {
		gain[i] = floats.Dot(j.RawRowView(i), d)
		norm[i] = floats.Norm(j.RawRowView(i), 2)
	}
	return a.Weights(), d, gain, norm
}

func eachInstance(t *testing.T, f func(t *testing.T, in instance)) {
	for _, in := range instances() {
		t.Run(in.name, func(t *testing.T) { f(t, in) })
	}
}

// w ≥ 0, Σw = 1, gᵢ·d ≥ |d|², and equal where wᵢ > 0. The error of gᵢ·d is measured by |gᵢ||d|.
func TestMGDAIsOptimal(t *testing.T) {
	eachInstance(t, func(t *testing.T, in instance) {
		w, d, gain, norm := weigh(t, balance.MGDA{}, in.j)
		if math.Abs(floats.Sum(w)-1) > 1e-14*float64(len(w)) || floats.Min(w) < 0 {
			t.Errorf("weights %v", w)
		}
		square := floats.Dot(d, d)
		for i, v := range gain {
			tol := in.tol * norm[i] * math.Sqrt(square)
			if v < square-tol || w[i] > 0 && v > square+tol {
				t.Errorf("task %d, weight %v: g·d = %v, |d|² = %v", i, w[i], v, square)
			}
		}
	})
}

// v ≥ u, gᵢ·d ≥ 0, and one of the two equal, for the projection of the mean, and of each gradient by itself.
func TestDualConeProjectionIsOptimal(t *testing.T) {
	check := func(t *testing.T, in instance, b balance.Balancer, u []float64) {
		v, d, gain, norm := weigh(t, b, in.j)
		for i := range v {
			tol := in.tol * norm[i] * floats.Norm(d, 2)
			if v[i] < u[i] || gain[i] < -tol || v[i] > u[i] && gain[i] > tol {
				t.Errorf("task %d: v = %v, u = %v, g·d = %v", i, v[i], u[i], gain[i])
			}
		}
	}
	eachInstance(t, func(t *testing.T, in instance) {
		m, _ := in.j.Dims()
		u := ones(m)
		floats.Scale(1/float64(m), u)
		check(t, in, balance.DualProj{}, u)
		for i := range m {
			e := make([]float64, m)
			e[i] = 1
			check(t, in, balance.UPGrad{Pref: e}, e)
		}
	})
}

// d is in the ball, and the gain of the worst-off task is as large as that of the dual: no d in the ball can do better
// than gw·g₀ + C|g₀||gw| for any weights on the simplex.
func TestCAGradIsOptimal(t *testing.T) {
	eachInstance(t, func(t *testing.T, in instance) {
		_, g0, _, _ := weigh(t, balance.Mean{}, in.j)
		for _, c := range []float64{0.1, 0.5, 0.9, 2} {
			v, d, gain, norm := weigh(t, balance.CAGrad{C: c}, in.j)
			radius := c * floats.Norm(g0, 2)
			if off := floats.Distance(d, g0, 2); math.Abs(off-radius) > in.tol*radius {
				t.Errorf("C = %v: |d − g₀| = %v, want %v", c, off, radius)
			}
			w := make([]float64, len(v)) // of gw, up to a factor
			for i := range w {
				w[i] = v[i] - 1/float64(len(v))
				if w[i] < -1e-15 {
					t.Errorf("C = %v: dual weight %v", c, w[i])
				}
			}
			floats.Scale(1/floats.Sum(w), w)
			_, gw, _, _ := weigh(t, balance.Constant{Weights: w}, in.j)
			bound := floats.Dot(gw, g0) + radius*floats.Norm(gw, 2)
			size := 0.0
			for i := range w {
				size += w[i] * norm[i] * floats.Norm(d, 2)
			}
			if worst := floats.Min(gain); worst > bound+in.tol*size || worst < bound-in.tol*size {
				t.Errorf("C = %v: the worst-off task gains %v, the dual says %v", c, worst, bound)
			}
		}
	})
}

// (gᵢ·d)·wᵢ^(1/α) = 1 for all i.
func TestBargainingIsSolved(t *testing.T) {
	eachInstance(t, func(t *testing.T, in instance) {
		for _, alpha := range []float64{0.5, 1, 2, 5} {
			w, _, gain, _ := weigh(t, balance.FairGrad{Alpha: alpha}, in.j)
			for i := range w {
				if one := gain[i] * math.Pow(w[i], 1/alpha); !(math.Abs(one-1) <= 10*in.tol) {
					t.Errorf("α = %v, task %d: w = %v, g·d·w^(1/α) = %v", alpha, i, w[i], one)
				}
			}
		}
		_, d, _, norm := weigh(t, balance.NashMTL{}, in.j)
		if want := math.Sqrt(float64(len(norm))); math.Abs(floats.Norm(d, 2)-want) > in.tol*want {
			t.Errorf("Nash: |d| = %v, want %v", floats.Norm(d, 2), want)
		}
	})
}

// Equal projections on the unit gradients, weights that add up to 1; equal cosines, and the reach of all gradients.
func TestIMTLGAndConFIGAreImpartial(t *testing.T) {
	eachInstance(t, func(t *testing.T, in instance) {
		w, d, gain, norm := weigh(t, balance.IMTLG{}, in.j)
		if math.Abs(floats.Sum(w)-1) > in.tol*floats.Norm(w, 1) {
			t.Errorf("IMTLG: weights %v", w)
		}
		for i := range gain {
			if first := gain[0] / norm[0]; math.Abs(gain[i]/norm[i]-first) > in.tol*floats.Norm(d, 2) {
				t.Errorf("IMTLG: task %d: projection %v, that of task 0 is %v", i, gain[i]/norm[i], first)
			}
		}
		_, d, gain, norm = weigh(t, balance.ConFIG{}, in.j)
		length, reach := floats.Norm(d, 2), 0.0
		for i := range gain {
			reach += gain[i] / length
			if first := gain[0] / norm[0]; math.Abs(gain[i]/norm[i]-first) > in.tol*length {
				t.Errorf("ConFIG: task %d: cosine %v, that of task 0 is %v", i, gain[i]/norm[i]/length, first/length)
			}
		}
		if math.Abs(reach-length) > in.tol*length {
			t.Errorf("ConFIG: length %v, want %v", length, reach)
		}
	})
}

// Aligned-MTL against gonum's singular value decomposition.
func TestAlignedMTLAgainstSVD(t *testing.T) {
	eachInstance(t, func(t *testing.T, in instance) {
		m, n := in.j.Dims()
		var svd mat.SVD
		if !svd.Factorize(in.j, mat.SVDThin) {
			t.Fatal("no singular value decomposition")
		}
		var u, v mat.Dense // J = UΣVᵀ here
		svd.UTo(&u)
		svd.VTo(&v)
		sigma := svd.Values(nil)
		for scale, common := range map[balance.AlignedScale]float64{
			balance.AlignedMin: sigma[m-1], balance.AlignedMedian: sigma[m/2],
			balance.AlignedRMS: floats.Norm(sigma, 2) / math.Sqrt(float64(m)),
		} {
			want := make([]float64, n)
			for k := range m {
				along := 0.0
				for i := range m {
					along += common * u.At(i, k) / float64(m)
				}
				for c := range n {
					want[c] += along * v.At(c, k)
				}
			}
			size := floats.Norm(want, 2)
			near(t, "by the Jacobian", aggregate(t, balance.AlignedMTL{Scale: scale}, in.j), want, in.tol*size)
			near(t, "by the Gram matrix", aggregate(t, balance.AlignedMTLGram{Scale: scale}, in.j), want, in.tol*size)
		}
	})
}

// Rows (1, 0) and (−1, δ), for which G^(−½) has a closed form, all weight on the first: the decomposition of the
// Jacobian keeps ten digits where the Gram matrix has lost them.
func TestAlignedMTLNearlyOpposed(t *testing.T) {
	pref := []float64{1, 0}
	lost := false
	for _, delta := range []float64{1.1e-5, 1.3e-5, 1.7e-5, 1e-4} {
		j := mat.NewDense(2, 2, []float64{1, 0, -1, delta})
		// G^(½) = (G + δI)/√(2 + δ² + 2δ), and det(G + δI) = δ(2 + 2δ + δ²); the least eigenvalue is δ²/λ.
		lambda := 1 + delta*delta/2 + math.Sqrt(1+delta*delta*delta*delta/4)
		c := math.Sqrt(2+delta*delta+2*delta) / math.Sqrt(lambda) / (2 + 2*delta + delta*delta)
		want := []float64{c * delta * (1 + delta), c * delta}
		size := floats.Norm(want, 2)
		near(t, "by the Jacobian", aggregate(t, balance.AlignedMTL{Pref: pref}, j), want, 1e-10*size)
		off := floats.Distance(aggregate(t, balance.AlignedMTLGram{Pref: pref}, j), want, 2) / size
		lost = lost || off > 1e-8
		if off > 1e-5 { // 2⁻⁵²/δ²
			t.Errorf("by the Gram matrix, δ = %v: off by %v", delta, off)
		}
	}
	if !lost {
		t.Error("the Gram form is as good: this test tests nothing")
	}
}
