package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"testing"

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

func BenchmarkGram(b *testing.B) {
	for _, m := range []int{2, 5, 20} {
		const n = 1_000_000
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
