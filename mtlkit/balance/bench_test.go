package balance_test

import (
	"fmt"
	"testing"
	"time"

	"kindred/mtlkit/balance"

	"gonum.org/v1/gonum/mat"
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
			for _, method := range balance.Methods() {
				balancer := method.New(m)
				if _, ok := balancer.(balance.Scalarizer); ok {
					continue
				}
				b.Run(fmt.Sprintf("%s/m=%d/n=%d", method.Name, m, n), func(b *testing.B) {
					var a balance.Aggregation
					state := start(balancer, m, n)
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

// The cost of a step beside that of a Gram product and a pass over the Jacobian, all three measured in turns, the least
// of each taken.
func BenchmarkCost(b *testing.B) {
	const m, n = 20, 1_000_000
	j, d := normal(m, n, 1), make([]float64, n)
	gram := gramOnly{}
	for _, balancer := range []balance.Balancer{
		balance.MGDA{}, balance.PCGrad{}, balance.GradVac{}, balance.DualProj{}, balance.UPGrad{}, balance.CAGrad{C: 0.5},
		balance.NashMTL{}, balance.FairGrad{Alpha: 2}, balance.IMTLG{}, balance.ConFIG{}, balance.AlignedMTLGram{},
		balance.NewKrum(0),
	} {
		b.Run(fmt.Sprintf("%T", balancer), func(b *testing.B) {
			var a balance.Aggregation
			states := []balance.State{start(gram, m, n), start(balancer, m, n)}
			var least [2]time.Duration
			for b.Loop() {
				for k, each := range []balance.Balancer{gram, balancer} {
					start := time.Now()
					if err := a.Apply(d, each, j, nil, states[k]); err != nil {
						b.Fatal(err)
					}
					if took := time.Since(start); least[k] == 0 || took < least[k] {
						least[k] = took
					}
				}
			}
			b.ReportMetric(float64(least[1])/float64(least[0]), "×(gram+pass)")
		})
	}
}

// gramOnly asks for a Gram product and weighs all gradients alike.
type gramOnly struct{ balance.PCGrad }

func (gramOnly) WeighGram(weights []float64, gram mat.Symmetric, s balance.State) {
	copy(weights, ones(len(weights)))
}
