package mtlkit_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// shops are two, in column 0 of two columns, and have two tasks with a head of one layer each: 1 + 2 + 4 matrices.
var shops = mtlkit.Embedded{
	Embedding: nn.Embedding{Inputs: 2, Tables: []nn.Table{{Column: 0, Categories: 2, Width: 3}}},
	Of:        sharing.HardSharing{Trunk: []int{4, 3}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
}

// signed is shops on any numbers: the shop is 1 where column 0 is positive.
type signed struct{ mtlkit.Embedded }

func (m signed) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	var shop []autodiff.Value
	for _, v := range x {
		positive := v.SliceCols(0, 1).Greater(v.Graph().Scalar(0))
		shop = append(shop, autodiff.ConcatCols(positive, v.SliceCols(1, 2)))
	}
	return m.Embedded.Apply(t, theta, shop)
}

func (m signed) Twin(task int) (mtlkit.Model, []string) {
	twin, from := m.Embedded.Twin(task)
	return signed{twin.(mtlkit.Embedded)}, from
}

func TestEmbeddedModel(t *testing.T) {
	mtltest.TestModel(t, signed{shops}, []int{1, 1}, 2)
}

// sales are rows of shops: task 0 is the shop's own level, task 1 its slope in column 1.
func sales(rows int) mtlkit.Data {
	rng := rand.New(rand.NewPCG(31, 0))
	x := mat.NewDense(rows, 2, nil)
	level, slope := make([]float64, rows), make([]float64, rows)
	for r := range rows {
		shop, v := rng.IntN(2), rng.NormFloat64()
		x.SetRow(r, []float64{float64(shop), v})
		level[r], slope[r] = float64(2*shop-1), v*float64(1-2*shop)
	}
	return mtlkit.SharedInputs(x, level, slope)
}

func shopTrainer(m mtlkit.Model) mtlkit.Trainer {
	return mtlkit.Trainer{Model: m, Tasks: []mtlkit.Task{{Name: "level", Loss: nn.SquaredError{}},
		{Name: "slope", Loss: nn.SquaredError{}}}, Data: sales(64), Optimizer: nn.NewAdam(0.02), Epochs: 20, BatchSize: 16}
}

// What is no category is an error that names the place, wherever inputs come in, and nothing is trained or predicted.
func TestCategoriesAreChecked(t *testing.T) {
	const says = "row 3, column 0 holds 2; with 2 categories, a category is a whole number from 0 to 1"
	wrong := sales(8)
	wrong.X[0].Set(3, 0, 2)
	for _, m := range []mtlkit.Model{shops, mtlkit.Independent{Of: shops}} {
		trainer := shopTrainer(m)
		run := train(t, trainer)
		apart := trainer // inputs of their own, of which those of the second task are wrong
		apart.Data.X = []*mat.Dense{trainer.Data.X[0], mat.DenseCopyOf(trainer.Data.X[0])}
		apart.Data.X[1].Set(3, 0, 2)
		held, begun := trainer, trainer
		held.HeldOut, begun.Data = wrong, wrong
		byHand := mtlkit.NewPredictor(m, trainer.Tasks, run.Theta, nil)
		start := func(t mtlkit.Trainer) func() error {
			return func() error { _, err := t.Start(); return err }
		}
		for name, c := range map[string]struct {
			call   func() error
			prefix string
		}{
			"training":        {start(begun), `mtlkit: Data: the inputs of task "level": `},
			"a task's own":    {start(apart), `mtlkit: Data: the inputs of task "slope": `},
			"held out":        {start(held), `held out: mtlkit: Data: the inputs of task "level": `},
			"Evaluate":        {func() error { _, err := run.Evaluate(wrong); return err }, `mtlkit: Data: the inputs of task "level": `},
			"Predict":         {func() error { _, err := run.Predict(wrong.X[0]); return err }, "mtlkit: Predict: x: "},
			"PredictTask":     {func() error { _, err := run.Predictor().PredictTask(1, wrong.X[0]); return err }, "mtlkit: PredictTask: x: "},
			"Shown":           {func() error { _, err := run.Predictor().Shown(wrong.X[0]); return err }, "mtlkit: Shown: x: "},
			"by hand":         {func() error { _, err := byHand.Predict(wrong.X[0]); return err }, "mtlkit: Predict: x: "},
			"Evaluate, other": {func() error { _, err := byHand.Evaluate(wrong); return err }, `mtlkit: Data: the inputs of task "level": `},
		} {
			if err := c.call(); err == nil || !strings.HasPrefix(err.Error(), c.prefix+says) {
				t.Errorf("%T, %s: %v, want %s", m, name, err, c.prefix+says)
			}
		}
	}
}

// The tables tell the shops apart, and training goes on to the same bits.
func TestDeterminismEmbedded(t *testing.T) {
	trainer := shopTrainer(shops)
	trainer.HeldOut = sales(16)
	want, got := train(t, trainer), resumedAfter(t, trainer, 7)
	sameBits(t, "parameters", got.Theta, want.Theta)
	before := scores(t, trainer, shops.Init(rand.New(rand.NewPCG(0, 0))))
	for i, s := range scores(t, trainer, want.Theta) {
		if !(s.Loss < before[i].Loss/2) {
			t.Errorf("task %d: the loss is %v after training, %v before", i, s.Loss, before[i].Loss)
		}
	}
	trainer.Precision = autodiff.Float32
	// Adam moves a parameter whose gradient is rounding alone by up to its rate a step: half of one such step is allowed.
	closeTo(t, "in float32", train(t, trainer).Theta, want.Theta, 1e-2)
}

// A category has a row of a table, learned with the rest; any model can stand behind the tables.
func ExampleEmbedded() {
	rng := rand.New(rand.NewPCG(1, 0))
	x := mat.NewDense(300, 2, nil) // a weekday and a temperature
	var sold, rain []float64
	for r := range 300 {
		day, degrees := rng.IntN(7), rng.NormFloat64()
		x.SetRow(r, []float64{float64(day), degrees})
		weekend := 0.0
		if day >= 5 {
			weekend = 2
		}
		sold, rain = append(sold, weekend+0.5*degrees), append(rain, weekend-degrees)
	}
	days := nn.Embedding{Inputs: 2, Tables: []nn.Table{{Column: 0, Categories: 7, Width: 2}}}
	trainer := mtlkit.Trainer{
		Model: mtlkit.Embedded{Embedding: days, Of: sharing.HardSharing{Trunk: []int{days.Outputs(), 16},
			Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}},
		Tasks:     []mtlkit.Task{{Name: "sold", Loss: nn.SquaredError{}}, {Name: "rain", Loss: nn.SquaredError{}}},
		Data:      mtlkit.SharedInputs(x, sold, rain),
		Optimizer: nn.NewAdam(0.02),
		Epochs:    300,
	}
	run, err := trainer.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	scores, err := run.Evaluate(trainer.Data)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range scores {
		fmt.Printf("%s: %s %.1f\n", s.Task, s.Metric, s.Value)
	}
	_, err = run.Predict(mtlkit.Rows([]float64{7, 0}))
	fmt.Println(err)
	// Output:
	// sold: R² 1.0
	// rain: R² 1.0
	// mtlkit: Predict: x: row 0, column 0 holds 7; with 7 categories, a category is a whole number from 0 to 6
}
