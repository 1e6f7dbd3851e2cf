package nn

import (
	"fmt"
	"testing"
)

// BenchmarkOptimizer takes steps for the vectors of a very small, a small and a large network.
func BenchmarkOptimizer(b *testing.B) {
	for _, n := range []int{25, 1761, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			opt := NewOptimizer(Adam{Keras: true}, n)
			theta, grad := make([]float64, n), make([]float64, n)
			for k := range grad {
				grad[k] = float64(k%7) - 3
			}
			for b.Loop() {
				opt.Step(theta, grad)
			}
		})
	}
}
