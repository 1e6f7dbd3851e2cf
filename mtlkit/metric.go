package mtlkit

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Metric is a number that tells how well outputs fit labels. It is computed outside of traced programs and has no
// gradient.
type Metric struct {
	Name string
	Of   func(output, labels *mat.Dense) float64 // of equally many rows, all of them labelled
}

// The metrics.
var (
	// Accuracy is the share of correct classes. With as many outputs as labels, an output above 0 is a logit for
	// 1 and is right where the label is above ½; with one label a row the largest of several outputs names the class,
	// the first of equal ones.
	Accuracy = Metric{"accuracy", accuracy}
	// RSquared is 1 − Σ(output − label)²/Σ(label − mean label)²: 1 is perfect, 0 as good as the constant mean. Where
	// all labels are equal it says nothing: it is −Inf, or NaN.
	RSquared = Metric{"R²", rSquared}
	// MeanSquared is the mean of (output − label)².
	MeanSquared = Metric{"mean squared error", meanSquared}
	// MeanAbsolute is the mean of |output − label|.
	MeanAbsolute = Metric{"mean absolute error", meanAbsolute}
)

func accuracy(output, labels *mat.Dense) float64 {
	rows, outputs := output.Dims()
	_, cols := labels.Dims()
	right := 0
	for r := range rows {
		if outputs == cols {
			for c, z := range output.RawRowView(r) {
				if (z > 0) == (labels.At(r, c) > 0.5) {
					right++
				}
			}
		} else if floats.MaxIdx(output.RawRowView(r)) == int(labels.At(r, 0)) {
			right++
		}
	}
	return float64(right) / float64(rows*cols)
}

func rSquared(output, labels *mat.Dense) float64 {
	rows, cols := labels.Dims()
	total := 0.0
	for c := range cols {
		column := mat.Col(nil, c, labels)
		total += stat.PopVariance(column, nil) * float64(rows)
	}
	return 1 - meanSquared(output, labels)*float64(rows*cols)/total
}

func meanSquared(output, labels *mat.Dense) float64 {
	return meanOf(output, labels, func(d float64) float64 { return d * d })
}

func meanAbsolute(output, labels *mat.Dense) float64 { return meanOf(output, labels, math.Abs) }

func meanOf(output, labels *mat.Dense, f func(difference float64) float64) float64 {
	rows, cols := labels.Dims()
	sum := 0.0
	for r := range rows {
		for c := range cols {
			sum += f(output.At(r, c) - labels.At(r, c))
		}
	}
	return sum / float64(rows*cols)
}
