package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// normalized is hard sharing behind a layer that takes the mean of its inputs away, x − μ: in training that of the
// batch, in evaluation the running mean μ ← 0.9 μ + 0.1 x̄. With all rows at once, the mean is always that of the rows.
type normalized struct {
	sharing.HardSharing
	together bool // transductive
}

func (m normalized) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	centred := make([]autodiff.Value, len(x))
	for i, x := range x {
		mean := x.MeanAxis(0)
		switch {
		case m.together:
			t.AllRows()
		case t.Training():
			t.Update("mean", t.Statistic("mean", 1, x.Cols(), 0).Scale(0.9).Add(mean.Scale(0.1)))
		default:
			mean = t.Statistic("mean", 1, x.Cols(), 0)
		}
		centred[i] = x.Sub(mean)
	}
	return m.HardSharing.Apply(t, theta, centred)
}

func centredModel(together bool) normalized {
	return normalized{sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}, together}
}

func TestNormalized(t *testing.T) {
	mtltest.TestModel(t, centredModel(false), []int{1, 1}, 2)
	mtltest.TestModel(t, centredModel(true), []int{1, 1}, 2)
}

// A running mean is updated once a step, with the mean of what the tasks' rows say; it is what evaluation uses.
func TestRunningStatistics(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for _, b := range []balance.Balancer{nil, balance.NewFAMO(), balance.NewUncertainty(), balance.MGDA{}} {
		trainer := regressions(centredModel(false), 2)
		trainer.Balance = b
		trainer.Data.X = []*mat.Dense{gaussian(rng, 24, 2, 1), gaussian(rng, 12, 2, 3)} // rows of their own
		trainer.Data.Y[1] = mat.DenseCopyOf(trainer.Data.Y[1].Slice(0, 12, 0, 1))
		run := train(t, trainer)
		x, want := trainer.Data.X, make([]float64, 2)
		for c := range want {
			mean := (stat.Mean(mat.Col(nil, c, x[0]), nil) + stat.Mean(mat.Col(nil, c, x[1]), nil)) / 2
			want[c] = (1 - math.Pow(0.9, 6)) * mean // of 6 steps
		}
		closeTo(t, fmt.Sprintf("%T: running mean", b), run.Statistics, want, 1e-14)

		shifted := mat.NewDense(3, 2, []float64{0, 0, 1, 2, -1, 3})
		centred := mat.DenseCopyOf(shifted)
		centred.Apply(func(_, c int, v float64) float64 { return v - run.Statistics[c] }, shifted)
		got, err := run.Predict(shifted)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := mtlkit.NewPredictor(centredModel(false).HardSharing, trainer.Tasks, run.Theta, nil).Predict(centred)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, "predictions", got[0].RawMatrix().Data, plain[0].RawMatrix().Data, 1e-15)
		again, err := mtlkit.NewPredictor(trainer.Model, trainer.Tasks, run.Theta, run.Statistics).Predict(shifted)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, "the same by hand", again[0].RawMatrix().Data, got[0].RawMatrix().Data)
	}
}

func TestDeterminismStatisticsResume(t *testing.T) {
	trainer := regressions(centredModel(false), 2)
	trainer.BatchSize, trainer.HeldOut = 5, trainer.Data
	want, got := train(t, trainer), resumedAfter(t, trainer, 7)
	sameBits(t, "parameters", got.Theta, want.Theta)
	sameBits(t, "statistics", got.Statistics, want.Statistics)
	sameBits(t, "held-out losses", got.History.HeldOut[1], want.History.HeldOut[1])
}

// A model that looks at all rows is given them at once: 600 are more than are taken at a time.
func TestAllRowsAreNotCut(t *testing.T) {
	m := centredModel(true)
	tasks := regressions(m, 2).Tasks
	theta := m.Init(rand.New(rand.NewPCG(1, 0)))
	x := gaussian(rand.New(rand.NewPCG(2, 0)), 600, 2, 1)
	x.Set(599, 0, 1e4) // the last row moves the mean of all
	centred := mat.DenseCopyOf(x)
	for c := range 2 {
		mean := stat.Mean(mat.Col(nil, c, x), nil)
		for r := range 600 {
			centred.Set(r, c, x.At(r, c)-mean)
		}
	}
	got, err := mtlkit.NewPredictor(m, tasks, theta, nil).Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	want, err := mtlkit.NewPredictor(m.HardSharing, tasks, theta, nil).Predict(centred)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "outputs", got[1].RawMatrix().Data, want[1].RawMatrix().Data, 1e-11)
}

// Running statistics that are missing are missed, in a sentence.
func TestStatisticsAreCounted(t *testing.T) {
	m := centredModel(false)
	p := mtlkit.NewPredictor(m, regressions(m, 2).Tasks, m.Init(rand.New(rand.NewPCG(1, 0))), nil)
	said := fmt.Sprint(recovered(func() { p.Predict(mtlkit.SquareGrid(0, 1, 2)) }))
	if want := "mtlkit: Predictor: 0 running statistics, the model has 2; Run.Statistics are those of a run"; said != want {
		t.Errorf("it says %q, want %q", said, want)
	}
}
