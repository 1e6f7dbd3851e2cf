package nn

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A Metric is a number that tells how well outputs fit labels. It is computed outside of traced programs and has no
// gradient.
type Metric struct {
	Name string
	// Of is given outputs and labels of equally many rows, all of them labelled. It returns NaN if one of the numbers
	// is NaN, and panics if the shapes do not fit each other.
	Of func(output, labels *mat.Dense) float64
}

func (m Metric) String() string { return m.Name }

// GoString leaves out the address of the function, so that what prints with %#v is the same in every process.
func (m Metric) GoString() string { return fmt.Sprintf("nn.Metric{Name:%q}", m.Name) }

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
	rows, outputs, cols := dimensions("Accuracy", output, labels)
	if outputs != cols && cols != 1 {
		panic(fmt.Sprintf("nn: Accuracy: %d columns of outputs for %d of labels; they must be equally many, or the "+
			"labels one column of classes", outputs, cols))
	}
	right := 0
	for r := range rows {
		z, y := output.RawRowView(r), labels.RawRowView(r)
		if slices.ContainsFunc(z, math.IsNaN) || slices.ContainsFunc(y, math.IsNaN) {
			return math.NaN()
		}
		if outputs != cols {
			if float64(floats.MaxIdx(z)) == y[0] {
				right++
			}
			continue
		}
		for c := range z {
			if (z[c] > 0) == (y[c] > 0.5) {
				right++
			}
		}
	}
	return float64(right) / float64(rows*cols)
}

func rSquared(output, labels *mat.Dense) float64 {
	rows, cols := alike("RSquared", output, labels)
	total := 0.0
	for c := range cols {
		total += stat.PopVariance(mat.Col(nil, c, labels), nil) * float64(rows)
	}
	return 1 - meanSquared(output, labels)*float64(rows*cols)/total
}

func meanSquared(output, labels *mat.Dense) float64 {
	return meanOf("MeanSquared", output, labels, func(d float64) float64 { return d * d })
}

func meanAbsolute(output, labels *mat.Dense) float64 {
	return meanOf("MeanAbsolute", output, labels, math.Abs)
}

func meanOf(name string, output, labels *mat.Dense, f func(difference float64) float64) float64 {
	rows, cols := alike(name, output, labels)
	sum := 0.0
	for r := range rows {
		z, y := output.RawRowView(r), labels.RawRowView(r)
		for c := range z {
			sum += f(z[c] - y[c])
		}
	}
	return sum / float64(rows*cols)
}

// dimensions returns the rows and columns of outputs and labels. It panics unless both have the same rows, at least one.
func dimensions(name string, output, labels *mat.Dense) (rows, outputs, cols int) {
	if output == nil || labels == nil {
		panic(fmt.Sprintf("nn: %s: the outputs or the labels are nil", name))
	}
	rows, outputs = output.Dims()
	other, cols := labels.Dims()
	if rows != other || rows == 0 {
		panic(fmt.Sprintf("nn: %s: %d rows of outputs and %d of labels; there must be equally many, at least one",
			name, rows, other))
	}
	return rows, outputs, cols
}

// alike returns the rows and columns that outputs and labels share. It panics unless they do.
func alike(name string, output, labels *mat.Dense) (rows, cols int) {
	rows, outputs, cols := dimensions(name, output, labels)
	if outputs != cols {
		panic(fmt.Sprintf("nn: %s: %d columns of outputs for %d of labels; they must be equally many",
			name, outputs, cols))
	}
	return rows, cols
}
