package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestTriangles(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testTriangles[float64](t, 8, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testTriangles[float32](t, 4, 0x1p-24) })
}

// testTriangles takes results back: l·lᵀ is the matrix, l times a solution the right side. Each is off by at most n
// roundings of sums of at most n products (Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorems 8.5
// and 10.3).
func testTriangles[T Float](t *testing.T, size int, eps float64) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{1, 2, 7, band - 1, band, band + 1, 3*band + 5, 150} {
		a, l := positive[T](n, rng), noise[T](n*n, rng)
		factor := NewCholesky(n, size)
		Cholesky(factor, l, a, make([]T, factor.Scratch()), nil)
		for i := range n {
			for j := range n {
				if j > i && l[i*n+j] != 0 {
					t.Fatalf("n = %d: entry %d, %d of the factor is %v", n, i, j, l[i*n+j])
				}
				var s, most float64
				for k := range min(i, j) + 1 {
					p := float64(l[i*n+k]) * float64(l[j*n+k])
					s, most = s+p, most+math.Abs(p)
				}
				if want := float64(a[i*n+j]+a[j*n+i]) / 2; !(math.Abs(s-want) <= float64(n+1)*eps*most) {
					t.Fatalf("n = %d: entry %d, %d of l·lᵀ is %v, want %v", n, i, j, s, want)
				}
			}
		}
		for _, cols := range []int{1, 2, 9, 40} {
			for _, transposed := range []bool{false, true} {
				b, x := noise[T](n*cols, rng), noise[T](n*cols, rng)
				solve := NewSolve(n, cols, transposed, size)
				full := noise[T](n*n, rng) // above the diagonal lies anything
				for i := range n {
					copy(full[i*n:], l[i*n:i*n+i+1])
				}
				if scratch := make([]T, solve.Scratch()); transposed {
					SolveLowerTransposed(solve, x, full, b, scratch, nil)
				} else {
					SolveLower(solve, x, full, b, scratch, nil)
				}
				for i := range n {
					for c := range cols {
						var s, most float64
						for k := range n {
							entry := l[i*n+k]
							if transposed {
								entry = l[k*n+i]
							}
							p := float64(entry) * float64(x[k*cols+c])
							s, most = s+p, most+math.Abs(p)
						}
						if want := float64(b[i*cols+c]); !(math.Abs(s-want) <= 2*float64(n+1)*eps*most) {
							t.Fatalf("n = %d, %d columns, transposed %v: row %d, column %d: %v, want %v",
								n, cols, transposed, i, c, s, want)
						}
					}
				}
			}
		}
	}
}

// positive returns a matrix whose symmetric part is positive definite: x·xᵀ + I, to which what is antisymmetric is added.
func positive[T Float](n int, rng *rand.Rand) []T {
	x, a := noise[T](n*n, rng), make([]T, n*n)
	multiply(&Product{TransB: true, M: n, N: n, K: n}, a, x, x, nil, nil, Region{0, n, 0, n})
	for i := range n {
		a[i*n+i]++
		for j := range i {
			a[i*n+j] += 0.25
			a[j*n+i] -= 0.25
		}
	}
	return a
}

func TestCholeskyOfWhatIsNotPositiveDefinite(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{3, band + 9, 3 * band} {
		for _, bad := range []int{0, 1, n / 2, n - 1} {
			for _, d := range []float64{-1, 0, math.NaN(), math.Inf(-1)} {
				a, l := positive[float64](n, rng), make([]float64, n*n)
				for k := range n { // row and column are 0 but for the diagonal
					a[bad*n+k], a[k*n+bad] = 0, 0
				}
				a[bad*n+bad] = d
				factor := NewCholesky(n, 8)
				Cholesky(factor, l, a, make([]float64, factor.Scratch()), nil)
				for i := range n {
					for j := range n {
						if got, want := math.IsNaN(l[i*n+j]), j >= bad && j <= i; got != want {
							t.Fatalf("n = %d, %v at %d: entry %d, %d is %v", n, d, bad, i, j, l[i*n+j])
						}
					}
				}
			}
		}
	}
}
