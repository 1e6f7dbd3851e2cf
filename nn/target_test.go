package nn

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// weighedLogistic is a loss of a user's own, which takes its target from the one that it embeds.
type weighedLogistic struct {
	LogisticLoss
	Weight float64
}

func (w weighedLogistic) PerRow(logits, labels autodiff.Value) autodiff.Value {
	return w.LogisticLoss.PerRow(logits, labels).Scale(w.Weight)
}

// spread is a loss of a user's own: the negative log-likelihood of a normal distribution, whose mean and logarithm of
// the variance are two outputs for each label.
type spread struct{}

func (spread) PerRow(pred, target autodiff.Value) autodiff.Value {
	d := target.Cols()
	mean, logVar := pred.SliceCols(0, d), pred.SliceCols(d, 2*d)
	return mean.Sub(target).Square().Mul(logVar.Neg().Exp()).Add(logVar).Scale(0.5).MeanAxis(1)
}

func (spread) Target() Target {
	return Target{Extra: 1, Metric: Metric{"error of the mean", func(output, labels *mat.Dense) float64 {
		rows, cols := labels.Dims()
		return MeanSquared.Of(mat.DenseCopyOf(output.Slice(0, rows, 0, cols)), labels)
	}}}
}

// durations is a loss of labels that are above 0.
type durations struct{ SquaredError }

func (durations) Target() Target { return Target{Positive: true, Metric: MeanAbsolute} }

func TestTargets(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		loss         Loss
		outputs      int
		columns      int
		metric       string
		right, wrong []float64
		says         string
	}{
		"numbers":          {SquaredError{}, 3, 3, "R²", []float64{-1e9, 0, 0.5}, []float64{nan, inf, -inf}, "a label must be finite"},
		"Huber":            {HuberLoss{Delta: 1}, 1, 1, "R²", []float64{-3, 0.5}, []float64{nan, inf}, "a label must be finite"},
		"normal":           {GaussianLoss{}, 4, 2, "mean squared error", []float64{-1, 0}, []float64{nan, inf}, "a label must be finite"},
		"binary":           {LogisticLoss{}, 2, 2, "accuracy", []float64{0, 0.3, 1}, []float64{-0.1, 1.1, nan, inf}, "0 or 1, or a probability"},
		"a pointer":        {&LogisticLoss{}, 1, 1, "accuracy", []float64{0, 1}, []float64{2, nan}, "0 or 1, or a probability"},
		"embedded":         {weighedLogistic{Weight: 2}, 1, 1, "accuracy", []float64{0, 1}, []float64{2, nan}, "0 or 1, or a probability"},
		"classes":          {SoftmaxLoss{}, 3, 1, "accuracy", []float64{0, 1, 2}, []float64{-1, 3, 0.5, nan, inf}, "with 3 outputs, a class is a whole number from 0 to 2"},
		"of one's own":     {durations{}, 1, 1, "mean absolute error", []float64{1e-300, 5}, []float64{0, -1, nan, inf, -inf}, ""},
		"several a label":  {spread{}, 4, 2, "error of the mean", []float64{-1, 0}, []float64{nan}, "a label must be finite"},
		"pointer embedded": {&weighedLogistic{}, 2, 2, "accuracy", []float64{1}, []float64{-1}, "0 or 1, or a probability"},
	} {
		target := c.loss.Target()
		if got := target.Columns(c.outputs); got != c.columns {
			t.Errorf("%s: %d columns of labels for %d outputs, want %d", name, got, c.outputs, c.columns)
		}
		if got := target.Score().Name; got != c.metric {
			t.Errorf("%s: scored by %s, want %s", name, got, c.metric)
		}
		for _, label := range c.right {
			if err := target.Check(label, c.outputs); err != nil {
				t.Errorf("%s: %v: %v", name, label, err)
			}
		}
		for _, label := range c.wrong {
			if err := target.Check(label, c.outputs); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: of %v as a label: %v, want %q", name, label, err, c.says)
			}
		}
	}
	if err := (durations{}).Target().Check(-1, 1); err == nil || err.Error() != "a label of this loss must be above 0" {
		t.Errorf("a negative duration: %v", err)
	}
}

func TestTargetsCountOutputs(t *testing.T) {
	for _, c := range []struct {
		target  Target
		outputs int
		says    string // "" if that many are right
	}{
		{Target{}, 1, ""}, {Target{}, 7, ""}, {Target{}, 0, "nn: 0 outputs; there must be at least 1"},
		{Target{Kind: Binary}, 1, ""}, {Target{Kind: Binary}, -1, "nn: -1 outputs; there must be at least 1"},
		{Target{Kind: Class}, 2, ""}, {Target{Kind: Class}, 1, "nn: 1 outputs; a class needs at least 2, one for each class"},
		{Target{Extra: 2, Metric: RSquared}, 6, ""},
		{Target{Extra: 2, Metric: RSquared}, 7, "nn: 7 outputs; each label takes 3 of them"},
	} {
		if err := c.target.CheckOutputs(c.outputs); (err == nil) != (c.says == "") || err != nil && err.Error() != c.says {
			t.Errorf("%+v with %d outputs: %v, want %q", c.target, c.outputs, err, c.says)
		}
	}
}
