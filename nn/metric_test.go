package nn

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestMetricsByHand(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		metric         Metric
		output, labels *mat.Dense
		want           float64
	}{
		// Logits above 0 stand for 1: right, right, wrong, wrong (0 is not above 0).
		"accuracy of logits": {Accuracy, column(2, -1, 3, 0), column(1, 0, 0, 1), 0.5},
		"of two columns":     {Accuracy, mat.NewDense(2, 2, []float64{1, 1, -1, -1}), mat.NewDense(2, 2, []float64{1, 0, 0, 0.4}), 0.75},
		"of infinite logits": {Accuracy, column(inf, -inf), column(1, 0), 1},
		// The largest is 2, then 0 (the first of equal ones), then 1.
		"accuracy of classes": {Accuracy, mat.NewDense(3, 3, []float64{0, 1, 2, 5, 5, 5, -3, -1, -2}), column(2, 0, 2), 2. / 3},
		"of half a class":     {Accuracy, mat.NewDense(1, 2, []float64{1, 0}), column(0.5), 0},
		"accuracy of NaN":     {Accuracy, column(2, nan, 3), column(1, 0, 1), nan},
		"of NaN among many":   {Accuracy, mat.NewDense(2, 2, []float64{nan, 1, 0, 1}), column(1, 1), nan},
		"without labels":      {Accuracy, column(2, 1), column(nan, nan), nan},
		// A missing label is left out, its row is not: right, (missing), wrong, right.
		"of missing labels":   {Accuracy, mat.NewDense(2, 2, []float64{1, 1, -1, -1}), mat.NewDense(2, 2, []float64{1, nan, 1, 0}), 2. / 3},
		"of missing classes":  {Accuracy, mat.NewDense(2, 2, []float64{1, 0, 0, 1}), column(nan, 1), 1},
		"NaN without a label": {Accuracy, mat.NewDense(1, 2, []float64{1, nan}), mat.NewDense(1, 2, []float64{1, nan}), nan},
		// Labels of mean 2 and squares about it of 2; errors 1, 0, −1: 1 − 2/2.
		"R²":              {RSquared, column(2, 2, 2), column(1, 2, 3), 0},
		"R² of the truth": {RSquared, column(1, 2, 3), column(1, 2, 3), 1},
		"R² by columns":   {RSquared, mat.NewDense(2, 2, []float64{1, 10, 3, 20}), mat.NewDense(2, 2, []float64{1, 10, 3, 30}), 1 - 100./202},
		"R² of NaN":       {RSquared, column(1, nan), column(1, 2), nan},
		"R² of constant":  {RSquared, column(1, 2), column(1, 1), -inf},
		// The columns have the labels 1, 3 and 10, with squares of 2 about their means, and errors of 1, 0 and 0.
		"R² of missing labels":    {RSquared, mat.NewDense(2, 2, []float64{2, 10, 3, 7}), mat.NewDense(2, 2, []float64{1, 10, 3, nan}), 0.5},
		"R² without labels":       {RSquared, column(1, 2), column(nan, nan), nan},
		"R² of an empty column":   {RSquared, mat.NewDense(2, 2, []float64{2, 9, 3, 9}), mat.NewDense(2, 2, []float64{1, nan, 3, nan}), 0.5},
		"mean squared of missing": {MeanSquared, mat.NewDense(2, 2, []float64{2, 10, 3, 7}), mat.NewDense(2, 2, []float64{1, 13, nan, nan}), 5},
		"its NaN without a label": {MeanAbsolute, column(1, nan), column(3, nan), nan},
		"mean squared error":      {MeanSquared, column(1, 5), column(3, 4), 2.5},
		"its NaN":                 {MeanSquared, column(1, nan), column(3, 4), nan},
		"mean absolute error":     {MeanAbsolute, column(1, 5), column(3, 4), 1.5},
		"NaN of the absolute":     {MeanAbsolute, column(nan, 5), column(3, 4), nan},
		"infinite predictions":    {MeanAbsolute, column(-inf, 5), column(3, 4), inf},
	} {
		got := c.metric.Of(c.output, c.labels)
		if got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) && !(math.Abs(got-c.want) < 1e-15) {
			t.Errorf("%s: %v is %v, want %v", name, c.metric, got, c.want)
		}
	}
}

func column(v ...float64) *mat.Dense { return mat.NewDense(len(v), 1, v) }
