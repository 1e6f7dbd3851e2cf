package nn

import (
	"fmt"
	"testing"

	"kindred/autodiff"
)

// BenchmarkOptimizer takes steps for the vectors of a very small, a small and a large network.
func BenchmarkOptimizer(b *testing.B) {
	for _, n := range []int{25, 1761, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			opt := NewOptimizer(NewKerasAdam(0.001), []autodiff.Shape{{Name: "w", Rows: 1, Cols: n}})
			theta, grad := make([]float64, n), make([]float64, n)
			for k := range grad {
				grad[k] = float64(k%7) - 3
			}
			for b.Loop() {
				if err := opt.Step(theta, grad, 1, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
