package mtlkit_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// smoothed is a loss of one's own that embeds another.
type smoothed struct{ nn.LogisticLoss }

func (s smoothed) PerRow(logits, labels autodiff.Value) autodiff.Value {
	return s.LogisticLoss.PerRow(logits, labels.Scale(0.9).Shift(0.05))
}

// margin is a loss of one's own for classes: log(1 + Σⱼ exp(zⱼ − z_y)).
type margin struct{}

func (margin) Target() nn.Target { return nn.Target{Kind: nn.Class} }

func (margin) PerRow(logits, classes autodiff.Value) autodiff.Value {
	return logits.Sub(logits.Gather(classes)).Exp().SumAxis(1).Shift(1).Log()
}

// waiting is a loss of one's own for positive numbers: that of an exponential distribution of mean exp(z).
type waiting struct{}

func (waiting) Target() nn.Target { return nn.Target{Positive: true, Metric: nn.MeanAbsolute} }

func (waiting) PerRow(z, y autodiff.Value) autodiff.Value {
	return y.Mul(z.Scale(-1).Exp()).Add(z).MeanAxis(1)
}

// The loss says what a label is, whatever its type: how it is scored, checked and standardized.
func TestLossSaysWhatALabelIs(t *testing.T) {
	for name, c := range map[string]struct {
		loss   nn.Loss
		width  int
		metric string
		bad    float64
		stays  bool
	}{
		"a pointer":          {&nn.LogisticLoss{}, 1, "accuracy", 2, true},
		"an embedded loss":   {smoothed{}, 1, "accuracy", -1, true},
		"classes":            {margin{}, 2, "accuracy", 0.5, true},
		"positive numbers":   {waiting{}, 1, "mean absolute error", -1, true},
		"a number":           {nn.SquaredError{}, 1, "R²", math.Inf(1), false},
		"a pointer to Huber": {&nn.HuberLoss{Delta: 1}, 1, "R²", math.Inf(-1), false},
	} {
		t.Run(name, func(t *testing.T) {
			tasks := []mtlkit.Task{{Name: "y", Loss: c.loss, Width: c.width}}
			table := &datasets.Table{Inputs: []string{"a"}, Targets: []string{"y"},
				X: mat.NewDense(6, 1, []float64{-3, -2, -1, 1, 2, 3}), Y: mat.NewDense(6, 1, []float64{0, 0, 0, 1, 1, 1})}
			if c.metric == "mean absolute error" {
				table.Y = mat.NewDense(6, 1, []float64{1, 1, 1, 2, 2, 2})
			}
			data := mtlkit.Standardize(tasks, table).Data(table)
			if got := mat.Equal(data.Y[0], table.Y); got != c.stays {
				t.Errorf("standardized: labels %v", mat.Formatted(data.Y[0].T()))
			}
			trainer := mtlkit.Trainer{Model: sharing.HardSharing{Trunk: []int{1, 4}, Heads: [][]int{{c.width}}, Activation: nn.Tanh},
				Tasks: tasks, Data: data, Optimizer: nn.NewAdam(0.05), Epochs: 200}
			score := evaluate(t, train(t, trainer), data)[0]
			if score.Metric != c.metric || score.Metric == "accuracy" && score.Value != 1 {
				t.Errorf("scored %v", score)
			}
			data.Y[0].Set(4, 0, c.bad)
			if _, err := trainer.Start(); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("label %v in row 4", c.bad)) {
				t.Errorf("a label of %v: %v", c.bad, err)
			}
		})
	}
}

// What the world does wrong is an error that says what, where and what to do; at every door.
func TestDataFaults(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		change func(d *mtlkit.Data)
		says   string
	}{
		"no data":             {func(d *mtlkit.Data) { *d = mtlkit.Data{} }, "0 matrices of labels for 3 tasks; give one for each task"},
		"two inputs":          {func(d *mtlkit.Data) { d.X = append(d.X, d.X[0]) }, "2 matrices of inputs for 3 tasks; give one that all share, or one for each"},
		"inputs missing":      {func(d *mtlkit.Data) { d.X[0] = nil }, "the shared inputs are missing"},
		"inputs of NaN":       {func(d *mtlkit.Data) { d.X[0].Set(3, 1, nan) }, "the shared inputs hold NaN in row 3, column 1; fill it in or remove the row"},
		"infinite inputs":     {func(d *mtlkit.Data) { d.X[0].Set(0, 0, math.Inf(-1)) }, "the shared inputs hold -Inf in row 0, column 0; fill it in or remove the row"},
		"a label short":       {func(d *mtlkit.Data) { d.Y[2] = mat.NewDense(19, 1, nil) }, `task "huber": 19 rows of labels for 20 rows of inputs; mark a missing label by NaN`},
		"a column of weights": {func(d *mtlkit.Data) { d.Y[2] = mat.NewDense(20, 2, nil) }, `task "huber": 2 columns of labels, want 1 for nn.HuberLoss and Width 0`},
		"no such class":       {func(d *mtlkit.Data) { d.Y[1].Set(2, 0, 2) }, `task "kind": label 2 in row 2, column 0: with 2 outputs, a class is a whole number from 0 to 1; mend it, or mark it as missing by NaN`},
		"half a class":        {func(d *mtlkit.Data) { d.Y[1].Set(2, 0, 0.5) }, `task "kind": label 0.5 in row 2, column 0: with 2 outputs, a class is a whole number from 0 to 1; mend it, or mark it as missing by NaN`},
		"an infinite label":   {func(d *mtlkit.Data) { d.Y[2].Set(7, 0, math.Inf(1)) }, `task "huber": label +Inf in row 7, column 0: a label must be finite; mend it, or mark it as missing by NaN`},
		"no label at all":     {func(d *mtlkit.Data) { d.Y = make([]*mat.Dense, 3) }, "no task has a label; give at least one"},
		"four columns":        {func(d *mtlkit.Data) { d.X[0] = mat.NewDense(20, 4, nil) }, `the inputs of task "some" have 4 columns, those that it is trained on 2; give the same columns in the same order`},
	} {
		run := train(t, mixed())
		data := mixed().Data
		c.change(&data)
		trainer := mixed()
		trainer.HeldOut = data
		_, held := trainer.Start()
		_, evaluated := run.Evaluate(data)
		_, predicted := run.Predictor().Evaluate(data)
		doors := map[string]error{"evaluated": evaluated, "predictor": predicted, "held out": held}
		if name == "no data" {
			delete(doors, "held out") // is none
		}
		if name != "four columns" { // that is the model's word
			trainer = mixed()
			trainer.Data = data
			_, doors["trained"] = trainer.Start()
			doors["checked"] = data.Check(trainer.Tasks)
		}
		for door, err := range doors {
			want := "mtlkit: Data: " + c.says
			if door == "held out" {
				want = "held out: " + want
			}
			if fmt.Sprint(err) != want {
				t.Errorf("%s, %s:\n\t%v\nwant\n\t%s", name, door, err, want)
			}
		}
	}
}

// Parameters that are not numbers have no score.
func TestScoresAtNaN(t *testing.T) {
	run := train(t, mixed())
	for k := range run.Theta {
		run.Theta[k] = math.NaN()
	}
	for _, s := range evaluate(t, run, mixed().Data) {
		if !math.IsNaN(s.Loss) || !math.IsNaN(s.Value) {
			t.Errorf("at NaN: %v", s)
		}
	}
}
