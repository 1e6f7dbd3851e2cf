package mtlkit_test

import (
	"fmt"
	"testing"

	"kindred/mtlkit"
)

// One step of every aggregator, and of what all of them are made of: a Gram product and a pass over the Jacobian.
// Run with -bench Aggregate/UPGrad and the like: all of them at 100 tasks and 1e6 parameters take 800 MB.
func BenchmarkAggregate(b *testing.B) {
	for _, n := range []int{1000, 1_000_000} {
		for _, m := range []int{2, 5, 20, 100} {
			if m*n > 20_000_000 && testing.Short() {
				continue
			}
			j := normal(m, n, 1)
			d, losses := make([]float64, n), ones(m)
			for _, method := range mtlkit.Methods() {
				balancer := method.New(m)
				if _, ok := balancer.(mtlkit.Scalarizer); ok {
					continue
				}
				b.Run(fmt.Sprintf("%s/m=%d/n=%d", method.Name, m, n), func(b *testing.B) {
					var a mtlkit.Aggregation
					state := balancer.NewState(m, n)
					for b.Loop() {
						if err := apply(&a, d, balancer, j, losses, state); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
