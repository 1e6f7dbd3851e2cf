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
	// Of is given outputs and labels of equally many rows. Each row has a label; where there are several in a row, NaN
	// marks the missing ones, which the metrics of this package leave out one by one. It returns NaN if an output is
	// NaN, if there is no label at all, or where the labels leave nothing to measure, as those of one class do for [AUC],
	// and panics if the shapes do not fit each other.
	Of func(output, labels *mat.Dense) float64
}

func (m Metric) String() string { return m.Name }

// GoString leaves out the address of the function, so that what prints with %#v is the same in every process.
func (m Metric) GoString() string { return fmt.Sprintf("nn.Metric{Name:%q}", m.Name) }

// The metrics. They count every label alike.
var (
	// Accuracy is the share of correct classes. With as many outputs as labels, an output above 0 is a logit for
	// 1 and is right where the label is above ½; with one label a row the largest of several outputs names the class,
	// the first of equal ones.
	Accuracy = Metric{"accuracy", accuracy}
	// RSquared is 1 − Σ(output − label)²/Σ(label − mean label)², with a mean for each column: 1 is perfect, 0 as good
	// as the constant means. Where the labels of each column are equal it says nothing: it is −Inf, or NaN.
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
	right, n := 0, 0
	for r := range rows {
		z := output.RawRowView(r)
		if slices.ContainsFunc(z, math.IsNaN) {
			return math.NaN()
		}
		for c, y := range labels.RawRowView(r) {
			if math.IsNaN(y) {
				continue
			}
			n++
			if outputs != cols && float64(floats.MaxIdx(z)) == y || outputs == cols && (z[c] > 0) == (y > 0.5) {
				right++
			}
		}
	}
	return float64(right) / float64(n)
}

func rSquared(output, labels *mat.Dense) float64 {
	_, cols := alike("RSquared", output, labels)
	total, n := 0.0, 0
	for c := range cols {
		if column := slices.DeleteFunc(mat.Col(nil, c, labels), math.IsNaN); len(column) > 0 {
			total += stat.PopVariance(column, nil) * float64(len(column))
			n += len(column)
		}
	}
	return 1 - meanSquared(output, labels)*float64(n)/total
}

func meanSquared(output, labels *mat.Dense) float64 {
	return meanOf("MeanSquared", output, labels, func(d float64) float64 { return d * d })
}

func meanAbsolute(output, labels *mat.Dense) float64 {
	return meanOf("MeanAbsolute", output, labels, math.Abs)
}

func meanOf(name string, output, labels *mat.Dense, f func(difference float64) float64) float64 {
	rows, cols := alike(name, output, labels)
	sum, n := 0.0, rows*cols
	for r := range rows {
		z, y := output.RawRowView(r), labels.RawRowView(r)
		for c := range z {
			if math.IsNaN(y[c]) && !math.IsNaN(z[c]) {
				n--
				continue
			}
			sum += f(z[c] - y[c])
		}
	}
	return sum / float64(n)
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
