package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// BenchmarkProduct runs the products of small networks, of a dense one on images, and square ones.
func BenchmarkProduct(b *testing.B) {
	for _, p := range []Product{
		{M: 10, K: 40, N: 40}, {M: 10, K: 40, N: 40, TransB: true}, {M: 40, K: 10, N: 40, TransA: true},
		{M: 10, K: 1, N: 40}, {M: 10, K: 40, N: 1}, {M: 40, K: 10, N: 1, TransA: true}, {M: 1, K: 10, N: 40},
		{M: 100, K: 2, N: 2}, {M: 100, K: 2, N: 4}, {M: 100, K: 4, N: 1}, {M: 100, K: 1, N: 4, TransB: true},
		{M: 4, K: 100, N: 1, TransA: true}, {M: 100, K: 4, N: 2, TransB: true}, {M: 2, K: 100, N: 4, TransA: true},
		{M: 2, K: 100, N: 2, TransA: true},
		{M: 40, K: 40, N: 40}, {M: 40, K: 40, N: 40, TransB: true},
		{M: 5, K: 784, N: 256}, {M: 784, K: 5, N: 256, TransA: true}, {M: 5, K: 256, N: 784, TransB: true},
		{M: 75, K: 784, N: 256}, {M: 784, K: 75, N: 256, TransA: true}, {M: 75, K: 256, N: 784, TransB: true},
		{M: 128, K: 128, N: 128, TransA: true},
		{M: 256, K: 256, N: 256}, {M: 512, K: 512, N: 512}, {M: 512, K: 512, N: 512, TransA: true},
		{M: 512, K: 512, N: 512, TransB: true}, {M: 1024, K: 1024, N: 1024},
	} {
		benchProduct[float64](b, p)
		benchProduct[float32](b, p)
	}
}

func benchProduct[T Float](b *testing.B, p Product) {
	name := map[bool]string{false: "", true: "ᵀ"}
	var v T
	b.Run(fmt.Sprintf("%T/%d×%d%s·%d×%d%s", v, p.M, p.K, name[p.TransA], p.K, p.N, name[p.TransB]), func(b *testing.B) {
		rng := rand.New(rand.NewPCG(1, 2))
		x, y, z := noise[T](p.M*p.K, rng), noise[T](p.K*p.N, rng), make([]T, p.M*p.N)
		plan := p.Plan(int(unsafe.Sizeof(v)))
		scratch := make([]T, plan.Scratch())
		for b.Loop() {
			Multiply(plan, z, x, y, nil, nil, scratch, plan.All(), nil)
		}
		flops := 2 * float64(p.M) * float64(p.N) * float64(p.K) * float64(b.N)
		b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
	})
}
