package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/sharing"
	"kindred/nn"
)

func TestMetrics(t *testing.T) {
	for _, c := range []struct {
		name   string
		metric Metric
		output *mat.Dense
		labels *mat.Dense
		want   float64
	}{
		{"logits", Accuracy, column(2, -1, 0, 3), column(1, 0, 1, 0), 0.5}, // a logit of 0 says class 0
		{"soft labels", Accuracy, column(2, -1), column(0.9, 0.4), 1},
		{"several logits a row", Accuracy, mtlkit.Rows([]float64{1, -1}, []float64{1, 1}),
			mtlkit.Rows([]float64{1, 1}, []float64{1, 0}), 0.5},
		{"classes", Accuracy, mtlkit.Rows([]float64{0, 2, 1}, []float64{5, 5, 1}, []float64{0, 0, 1}), column(1, 0, 0),
			2. / 3},
		{"fit", RSquared, column(1, 2, 3), column(1, 2, 3), 1},
		{"mean", RSquared, column(2, 2, 2), column(1, 2, 3), 0},
		{"worse than the mean", RSquared, column(3, 2, 1), column(1, 2, 3), -3},
		{"two columns", RSquared, mtlkit.Rows([]float64{1, 10}, []float64{3, 10}), mtlkit.Rows([]float64{1, 10}, []float64{3, 12}),
			1 - 4./(2+2)},
		{"squares", MeanSquared, column(1, 3), column(0, 0), 5},
		{"absolute", MeanAbsolute, column(1, -3), column(0, 0), 2},
	} {
		if got := c.metric.Of(c.output, c.labels); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %s is %v, want %v", c.name, c.metric.Name, got, c.want)
		}
	}
}

func TestEvaluateLeavesMissingLabelsOut(t *testing.T) {
	trainer := mixed()
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	scores, err := mtlkit.Evaluate(trainer.Model, trainer.Tasks, theta, trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	output := mtlkit.Predict(trainer.Model, trainer.Tasks, theta, trainer.Data.X[0])
	sum, n := 0.0, 0
	for r := range 20 {
		if y := trainer.Data.Y[0].At(r, 0); !math.IsNaN(y) {
			sum += (output[0].At(r, 0) - y) * (output[0].At(r, 0) - y)
			n++
		}
	}
	closeTo(t, "loss", []float64{scores[0].Loss}, []float64{sum / float64(n)}, 1e-14)
	right := 0
	for r := range 20 {
		if (output[1].At(r, 1) > output[1].At(r, 0)) == (trainer.Data.Y[1].At(r, 0) == 1) {
			right++
		}
	}
	if scores[1].Metric != "accuracy" || scores[1].Value != float64(right)/20 {
		t.Errorf("%v, want accuracy %v", scores[1], float64(right)/20)
	}
	if scores[2].Metric != "R²" {
		t.Errorf("%v, want R²", scores[2])
	}
	trainer.Tasks[2].Metric = MeanAbsolute
	scores, _ = mtlkit.Evaluate(trainer.Model, trainer.Tasks, theta, trainer.Data)
	want := MeanAbsolute.Of(output[2], trainer.Data.Y[2])
	if scores[2].Metric != "mean absolute error" || scores[2].Value != want {
		t.Errorf("%v, want mean absolute error %v", scores[2], want)
	}
	if _, err := mtlkit.Evaluate(trainer.Model, trainer.Tasks, theta, mtlkit.Data{}); err == nil {
		t.Error("no data accepted")
	}
}

// Data with a column too few are an error, held out or evaluated afterwards.
func TestOtherColumnsAreRefused(t *testing.T) {
	trainer := mixed()
	run := train(t, trainer)
	rows, cols := trainer.Data.X[0].Dims()
	narrow := mtlkit.Data{X: []*mat.Dense{mat.NewDense(rows, cols-1, nil)}, Y: trainer.Data.Y}
	want := fmt.Sprintf("have %d columns, those that it is trained on %d", cols-1, cols)
	if _, err := run.Evaluate(narrow); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("evaluated: %v", err)
	}
	trainer.HeldOut = narrow
	if _, err := trainer.Start(); err == nil || !strings.Contains(err.Error(), "held out: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("held out: %v", err)
	}
}

func TestGrid(t *testing.T) {
	want := []float64{-1, -1, 0, -1, 1, -1, -1, 0, 0, 0, 1, 0, -1, 1, 0, 1, 1, 1}
	if got := flat(mtlkit.Grid(-1, 1, 3)); !slices.Equal(got, want) {
		t.Errorf("grid %v, want %v", got, want)
	}
	if got := flat(mtlkit.Grid(2, 3, 1)); !slices.Equal(got, []float64{2, 2}) {
		t.Errorf("a grid of one point is %v", got)
	}
}

func TestDeadUnits(t *testing.T) {
	model := sharing.HardSharing{Trunk: []int{2, 3, 2}, Heads: [][]int{{1}}, Activation: nn.ReLU}
	p := nn.NewParams(model.Shapes(), make([]float64, nn.Size(model.Shapes())))
	p.View("trunk.W1").Copy(mtlkit.Rows([]float64{1, -1, 1}, []float64{1, -1, -1})) // on x ≥ 0 the second unit is 0
	p.View("trunk.W2").Copy(mtlkit.Rows([]float64{1, 0}, []float64{0, 1}, []float64{0, 0}))
	x := mtlkit.Rows([]float64{0.5, 0.1}, []float64{0.2, 0.9})
	if got := mtlkit.DeadUnits(model, p.Data, x); !slices.Equal(got, []int{1, 1}) {
		t.Errorf("dead units %v, want 1 in each layer", got)
	}
	if got := mtlkit.DeadUnits(model, p.Data, mtlkit.Rows([]float64{-1, 0})); !slices.Equal(got, []int{2, 1}) {
		t.Errorf("dead units at (−1, 0): %v, want 2 and 1", got)
	}
}

// The chance of a dead unit at the article's start is ¼ for each of four, as both weights must be negative.
func TestDeadUnitsAtTheStart(t *testing.T) {
	article := articleTrainer()
	sum := 0
	for seed := range uint64(1000) {
		theta := article.Model.Init(rand.New(rand.NewPCG(seed, 0)))
		sum += mtlkit.DeadUnits(article.Model.(sharing.HardSharing), theta, article.Data.X[0])[0]
	}
	// Of 4,000 units 1,000 with a standard deviation of 27; three of these are allowed.
	if math.Abs(float64(sum)-1000) > 82 {
		t.Errorf("%d of 4,000 units are dead, want about 1,000", sum)
	}
}

func TestScoreString(t *testing.T) {
	s := mtlkit.Score{Task: "price", Loss: 0.21042, Metric: "R²", Value: 0.8}
	if got := s.String(); !strings.Contains(got, "price: loss 0.2104, R² 0.8") {
		t.Errorf("%q", got)
	}
}

func TestPredictWithoutRows(t *testing.T) {
	theta := threeTasks.Init(rand.New(rand.NewPCG(1, 0)))
	mustPanic(t, "nothing to predict for", func() { mtlkit.Predict(threeTasks, mixed().Tasks, theta, nil) })
	mustPanic(t, "an empty matrix", func() { mtlkit.Predict(threeTasks, mixed().Tasks, theta, new(mat.Dense)) })
}
