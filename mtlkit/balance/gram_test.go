package balance

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func normalDense(m, n int, seed uint64) *mat.Dense {
	rng := rand.New(rand.NewPCG(seed, 0))
	data := make([]float64, m*n)
	for i := range data {
		data[i] = rng.NormFloat64()
	}
	return mat.NewDense(m, n, data)
}

// Gram products and combinations of every shape that takes another way, with and without gaps between the rows, against
// plain loops. Sums of n products of normal numbers in any order agree within nε times the sum of their magnitudes.
func TestProductsOfGradients(t *testing.T) {
	for _, m := range []int{1, 2, 5, 6, 7, 12, 20} {
		for _, n := range []int{1, 511, 512, 513, 2000, spanColumns + 700, 2*spanColumns + 1} {
			for _, gap := range []int{0, 3} {
				wide := normalDense(m, n+gap, uint64(m*n))
				j := wide.Slice(0, m, 0, n).(*mat.Dense)
				gram, want := mat.NewSymDense(m, nil), mat.NewSymDense(m, nil)
				weights, dst, sum := make([]float64, m), make([]float64, n), make([]float64, n)
				for i := range m {
					weights[i] = float64(i) - 1.5
					floats.AddScaled(sum, weights[i], j.RawRowView(i))
					for k := range i + 1 {
						want.SetSym(i, k, floats.Dot(j.RawRowView(i), j.RawRowView(k)))
					}
				}
				gramProduct(gram, j)
				combine(dst, j, weights)
				eps := 0x1p-52
				for i := range m {
					for k := range i + 1 {
						if got := gram.At(i, k); !(math.Abs(got-want.At(i, k)) <= eps*float64(n)*float64(n)) {
							t.Fatalf("%d×%d, gap %d: product of rows %d and %d is %v, want %v", m, n, gap, i, k, got, want.At(i, k))
						}
					}
				}
				for k := range dst {
					if !(math.Abs(dst[k]-sum[k]) <= 8*eps*float64(m*m*m)) {
						t.Fatalf("%d×%d, gap %d: entry %d of the combination is %v, want %v", m, n, gap, k, dst[k], sum[k])
					}
				}
			}
		}
	}
}

// The second size is that of the five tasks of bench/kindred.
func BenchmarkGram(b *testing.B) {
	for _, size := range [][2]int{{2, 1_000_000}, {5, 82_432}, {5, 1_000_000}, {20, 1_000_000}} {
		m, n := size[0], size[1]
		j := normalDense(m, n, 1)
		gram := mat.NewSymDense(m, nil)
		b.Run(fmt.Sprintf("product/m=%d/n=%d", m, n), func(b *testing.B) {
			for b.Loop() {
				gramProduct(gram, j)
			}
		})
		d, w := make([]float64, n), make([]float64, m)
		fill(w, 1)
		b.Run(fmt.Sprintf("combine/m=%d/n=%d", m, n), func(b *testing.B) {
			for b.Loop() {
				combine(d, j, w)
			}
		})
	}
}
