package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

func TestEvaluateLeavesMissingLabelsOut(t *testing.T) {
	trainer := mixed()
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	p := mtlkit.NewPredictor(trainer.Model, trainer.Tasks, theta, nil)
	scores, err := p.Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	output, err := p.Predict(trainer.Data.X[0])
	if err != nil {
		t.Fatal(err)
	}
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
	trainer.Tasks[2].Metric = nn.MeanAbsolute
	p = mtlkit.NewPredictor(trainer.Model, trainer.Tasks, theta, nil)
	scores, _ = p.Evaluate(trainer.Data)
	want := nn.MeanAbsolute.Of(output[2], trainer.Data.Y[2])
	if scores[2].Metric != "mean absolute error" || scores[2].Value != want {
		t.Errorf("%v, want mean absolute error %v", scores[2], want)
	}
	if _, err := p.Evaluate(mtlkit.Data{}); err == nil {
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
	s := mtlkit.Score{Task: "price", Rows: 3, Loss: 0.21042, Metric: "R²", Value: 0.8}
	if got := s.String(); !strings.Contains(got, "price: loss 0.2104, R² 0.8") {
		t.Errorf("%q", got)
	}
}

func TestPredictRefuses(t *testing.T) {
	run := train(t, mixed())
	for _, p := range []interface {
		Predict(x *mat.Dense) ([]*mat.Dense, error)
	}{run, run.Predictor()} {
		mustPanic(t, "nothing to predict for", func() { p.Predict(nil) })
		mustPanic(t, "an empty matrix", func() { p.Predict(new(mat.Dense)) })
		for want, x := range map[string]*mat.Dense{
			"NaN in row 1, column 0": mtlkit.Rows([]float64{1, 2}, []float64{math.NaN(), 2}),
			"inputs of 3 columns":    mtlkit.Rows([]float64{1, 2, 3}),
		} {
			if _, err := p.Predict(x); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: %v does not say %q", p, err, want)
			}
		}
	}
}
