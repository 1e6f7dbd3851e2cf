package sharing

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/nn"
)

// BenchmarkMMoEStep times a step of training, without what comes before the first: 50 inputs, 8 experts of 64-32, 4
// towers of 32-1, a batch of 256 rows, and Adam.
func BenchmarkMMoEStep(b *testing.B) {
	const batch, steps = 256, 20
	rng := rand.New(rand.NewPCG(1, 0))
	x := mat.NewDense(batch*steps, 50, nil)
	x.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, x)
	trainer := mtlkit.Trainer{
		Model: MMoE{Inputs: 50, Levels: [][]int{{64, 32}}, Experts: 8,
			Heads:      [][]int{{32, 1}, {32, 1}, {32, 1}, {32, 1}},
			Activation: nn.ReLU},
		Optimizer: nn.NewAdam(0.001), Epochs: 1 + (b.N+steps-1)/steps, BatchSize: batch,
		Data: mtlkit.Data{X: []*mat.Dense{x}},
	}
	for i := range 4 {
		y := mat.NewDense(batch*steps, 1, nil)
		y.Apply(func(r, _ int, _ float64) float64 { return x.At(r, i) }, y)
		trainer.Data.Y = append(trainer.Data.Y, y)
		trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: fmt.Sprint("task ", i), Loss: nn.SquaredError{}})
	}
	run, err := trainer.Start()
	if err != nil {
		b.Fatal(err)
	}
	first := true
	for _, err := range run.Epochs(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		if first {
			b.ResetTimer()
			first = false
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps*(trainer.Epochs-1)), "ns/step")
}
