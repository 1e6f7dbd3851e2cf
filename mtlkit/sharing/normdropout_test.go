package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

var deepHard = HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}

func TestHardSharingWithNormAndDropout(t *testing.T) {
	for _, norm := range []nn.Norm{nil, nn.NewLayerNorm(1), nn.NewBatchNorm(1)} {
		m := deepHard
		m.Norm, m.Dropout = norm, 0.25
		t.Run(fmt.Sprintf("%T", norm), func(t *testing.T) { mtltest.TestModel(t, m, []int{1, 2, 1}, 2) })
	}
}

// With batch normalisation every hidden layer, the last of the trunk and the first of a longer head too, is
// tanh(gain∘(h − mean)/√(variance + ε) + bias) of a dense layer, with the running statistics in the order of the
// layers.
func TestHardSharingNormFormula(t *testing.T) {
	m := deepHard
	m.Norm, m.Dropout = nn.NewBatchNorm(1), 0.5 // which evaluation knows nothing of
	theta, x := moved(m), gaussian(7, 2)
	rng := rand.New(rand.NewPCG(8, 0))
	var statistics []float64
	p := readerOf(m, theta)
	hidden := func(part string, k int, x *mat.Dense) *mat.Dense {
		h := p.dense(part, k, x)
		gain, bias := p.View(fmt.Sprintf("%s.norm%d.gain", part, k)), p.View(fmt.Sprintf("%s.norm%d.bias", part, k))
		_, units := h.Dims()
		mean, variance := make([]float64, units), make([]float64, units)
		for j := range mean {
			mean[j], variance[j] = rng.NormFloat64(), 1+rng.Float64()
		}
		statistics = append(append(statistics, mean...), variance...)
		h.Apply(func(_, j int, v float64) float64 {
			return math.Tanh(gain.At(0, j)*(v-mean[j])/math.Sqrt(variance[j]+1e-5) + bias.At(0, j))
		}, h)
		return h
	}
	z := hidden("trunk", 2, hidden("trunk", 1, x))
	want := []*mat.Dense{p.dense("head1", 1, z), p.dense("head2", 2, hidden("head2", 1, z)), p.dense("head3", 1, z)}
	var tasks []mtlkit.Task
	for i, o := range want {
		tasks = append(tasks, mtlkit.Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}, Width: o.RawMatrix().Cols})
	}
	got, err := mtlkit.NewPredictor(m, tasks, theta, statistics).Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		same(t, fmt.Sprint("output ", i), got[i], want[i])
	}
}

// A normalised and thinned network trains, by the shared parameters and by the representation to the same numbers, and
// its twins have statistics of their own.
func TestHardSharingTrainsWithNormAndDropout(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	x := gaussian(32, 2)
	var y [2][]float64
	for r := range 32 {
		y[0] = append(y[0], x.At(r, 0)+0.1*rng.NormFloat64())
		y[1] = append(y[1], x.At(r, 0)-x.At(r, 1)+0.1*rng.NormFloat64())
	}
	m := HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {8, 1}}, Activation: nn.ReLU, Norm: nn.NewBatchNorm(1),
		Dropout: 0.1}
	trainer := mtlkit.Trainer{Model: m, Data: mtlkit.SharedInputs(x, y[0], y[1]), Balance: balance.Mean{},
		Tasks:     []mtlkit.Task{{Name: "one", Loss: nn.SquaredError{}}, {Name: "two", Loss: nn.SquaredError{}}},
		Optimizer: nn.SGD{Rate: 0.05}, Epochs: 150}
	run := func(t *testing.T, change func(t *mtlkit.Trainer)) *mtlkit.Run {
		other := trainer
		change(&other)
		r, err := other.Train(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	one := run(t, func(*mtlkit.Trainer) {})
	two := run(t, func(t *mtlkit.Trainer) { t.ByRepresentation = true })
	for k := range one.Theta {
		if d := math.Abs(one.Theta[k] - two.Theta[k]); !(d < 1e-9) { // 150 steps of rounding
			t.Fatalf("parameter %d is %v, by the representation %v", k, one.Theta[k], two.Theta[k])
		}
	}
	for i, losses := range one.History.Losses {
		if last := losses[len(losses)-1]; !(last < 0.3*losses[0]) {
			t.Errorf("task %d began at %v and ended at %v", i, losses[0], last)
		}
	}
	undropped := run(t, func(t *mtlkit.Trainer) {
		m := m
		m.Dropout = 0
		t.Model = m
	})
	if slices.Equal(undropped.Theta, one.Theta) {
		t.Error("dropout changes nothing")
	}
	twins := run(t, func(t *mtlkit.Trainer) { t.Model = mtlkit.Independent{Of: m} })
	if n, of := len(one.Statistics), len(twins.Statistics); n != 2*(16+8) || of != 2*(16+16+8) {
		t.Errorf("%d statistics, %d of the twins; want two for each of the hidden units", n, of)
	}
}
