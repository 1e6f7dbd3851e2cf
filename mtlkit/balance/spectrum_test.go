package balance

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// reproduces fails the test unless Σₖ σₖ²vₖvₖᵀ = JJᵀ entry by entry, up to tol times the lengths of the two rows, and
// the vₖ are orthonormal.
func reproduces(t *testing.T, d spectrum, j *mat.Dense, tol float64) {
	t.Helper()
	m, _ := j.Dims()
	for i := range m {
		for k := range m {
			sum := 0.0
			for l, sigma := range d.sigma {
				sum += sigma * sigma * d.v.at(l, i) * d.v.at(l, k)
			}
			a, b := j.RawRowView(i), j.RawRowView(k)
			if math.Abs(sum-floats.Dot(a, b)) > tol*floats.Norm(a, 2)*floats.Norm(b, 2) {
				t.Errorf("inner product %d, %d: %v, want %v", i, k, sum, floats.Dot(a, b))
			}
		}
	}
	for k := range d.sigma {
		for l := range d.sigma {
			want := 0.0
			if k == l {
				want = 1
			}
			if got := inner(d.v.row(k), d.v.row(l)); math.Abs(got-want) > 1e-14 {
				t.Errorf("v%d·v%d = %v", k, l, got)
			}
		}
	}
}

// From the Jacobian and from the Gram matrix: independent rows and rows of rank 3, of like length and of lengths spread
// over twelve orders of magnitude, over several blocks of columns.
func TestSpectrum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for trial := range 40 {
		m, n := 2+rng.IntN(8), 9+rng.IntN(600)
		j := normalDense(m, n, uint64(2000+trial))
		rank := m
		if trial%2 == 1 && m > 3 {
			rank = 3
			mix, base := normalDense(m, 3, uint64(trial)), normalDense(3, n, uint64(trial))
			j.Mul(mix, base)
		}
		if trial%4 >= 2 {
			for i := range m {
				floats.Scale(math.Pow(10, -12*rng.Float64()), j.RawRowView(i))
			}
		}
		tmp := borrow()
		for _, d := range []spectrum{newSpectrum(tmp, jacobianRoot(tmp, j)), newSpectrum(tmp, gramRoot(tmp, gramOf(j)))} {
			if len(d.sigma) != rank {
				t.Errorf("trial %d: %d singular values, want %d", trial, len(d.sigma), rank)
			}
			reproduces(t, d, j, 1e-13)
			if trial%4 < 2 {
				var svd mat.SVD
				svd.Factorize(j, mat.SVDNone)
				got := slices.Clone(d.sigma)
				slices.SortFunc(got, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
				for k, want := range svd.Values(nil)[:rank] {
					if math.Abs(got[k]-want) > 1e-12*want {
						t.Errorf("trial %d: singular value %v, want %v", trial, got[k], want)
					}
				}
			}
		}
		tmp.release()
	}
}

// Every singular value has its digits, not only the large ones: their product is the determinant.
func TestSpectrumOfUnevenRows(t *testing.T) {
	j := normalDense(5, 5, 1)
	det := math.Abs(mat.Det(j))
	for i := range 5 {
		floats.Scale(math.Pow(10, float64(-4*i)), j.RawRowView(i))
		det *= math.Pow(10, float64(-4*i))
	}
	tmp := borrow()
	defer tmp.release()
	for _, f := range []square{jacobianRoot(tmp, j), gramRoot(tmp, gramOf(j))} {
		product := 1.0
		for _, sigma := range newSpectrum(tmp, f).sigma {
			product *= sigma
		}
		if math.Abs(product-det) > 1e-12*det {
			t.Errorf("the singular values multiply to %v, want %v", product, det)
		}
	}
}

func TestFactor(t *testing.T) {
	j := normalDense(6, 9, 4)
	g := gramOf(j)
	tmp := borrow()
	defer tmp.release()
	f := tmp.factor(6)
	for i := range 6 {
		if !f.push(g.row(i)[:i+1], 0) {
			t.Fatalf("row %d: not positive definite", i)
		}
	}
	want := []float64{1, -2, 3, 0.5, -0.1, 7}
	b := make([]float64, 6)
	g.mulVec(b, want)
	f.solve(b)
	if floats.Distance(b, want, 2) > 1e-12 {
		t.Errorf("solution %v, want %v", b, want)
	}
	// A row that is twice another leaves rounding, which is not above noise.
	dependent := mat.DenseCopyOf(j)
	floats.ScaleTo(dependent.RawRowView(2), 2, dependent.RawRowView(0))
	g = gramOf(dependent)
	f.n = 0
	if !f.push(g.row(0)[:1], 0) || !f.push(g.row(1)[:2], 0) || f.push(g.row(2)[:3], 8*epsilon*g.at(2, 2)) || f.n != 2 {
		t.Error("accepts a dependent row")
	}
}
