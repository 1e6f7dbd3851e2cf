// Package interval says how sure a mean over seeds is.
package interval

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An Interval is a mean with its 95 % confidence interval, from N values.
type Interval struct {
	Mean, Low, High float64
	N               int
}

// Contains reports whether Low ≤ v ≤ High.
func (i Interval) Contains(v float64) bool { return i.Low <= v && v <= i.High }

// String returns the mean and the interval to four significant digits, as in "0.898 [0.8521, 0.9439]".
func (i Interval) String() string { return fmt.Sprintf("%.4g [%.4g, %.4g]", i.Mean, i.Low, i.High) }

// A Range is a median with the least and the greatest of N values. It assumes nothing about how they are spread.
type Range struct {
	Median, Min, Max float64
	N                int
}

// String returns the median and the range to four significant digits, as in "0.898 [0.842, 1.02]".
func (r Range) String() string { return fmt.Sprintf("%.4g [%.4g, %.4g]", r.Median, r.Min, r.Max) }

// Mean returns the mean x̄ of x and Student's interval x̄ ± t·s/√n, where s² = Σ(xᵢ − x̄)²/(n − 1) and t is the 97.5 %
// point of Student's distribution with n − 1 degrees of freedom. Of one value the interval is (−∞, ∞): it says nothing
// about the next. A NaN in x makes all of it NaN. It panics if x is empty.
func Mean(x []float64) Interval {
	if len(x) == 0 {
		panic("interval: Mean: no values")
	}
	n := float64(len(x))
	if len(x) == 1 {
		return Interval{Mean: x[0], Low: math.Inf(-1), High: math.Inf(1), N: 1}
	}
	mean, deviation := stat.MeanStdDev(x, nil)
	half := student(n-1).Quantile(0.975) * deviation / math.Sqrt(n)
	return Interval{Mean: mean, Low: mean - half, High: mean + half, N: len(x)}
}

// Paired returns the interval of the mean of the differences xᵢ − yᵢ. Pairs that share a seed vary together, so that
// the interval of their differences is narrower than those of x and of y. It panics unless x and y have equal lengths.
func Paired(x, y []float64) Interval { return Mean(differences("Paired", x, y)) }

// PairedTest returns the two-sided p-value of Student's test that the mean of the differences xᵢ − yᵢ is 0. It is less
// than 0.05 just when the interval of [Paired] excludes 0. It is 1 where all differences are 0, and for one pair. It
// panics unless x and y have equal lengths.
func PairedTest(x, y []float64) float64 {
	d := differences("PairedTest", x, y)
	mean, deviation := stat.MeanStdDev(d, nil)
	if len(d) == 1 || mean == 0 {
		return 1
	}
	n := float64(len(d))
	return 2 * student(n-1).CDF(-math.Abs(mean)*math.Sqrt(n)/deviation)
}

// MedianRange returns the median of x, of an even number of values the mean of the middle two, and its least and
// greatest value. It panics if x is empty.
func MedianRange(x []float64) Range {
	if len(x) == 0 {
		panic("interval: MedianRange: no values")
	}
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	return Range{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1], N: n}
}

func student(degrees float64) distuv.StudentsT { return distuv.StudentsT{Sigma: 1, Nu: degrees} }

func differences(name string, x, y []float64) []float64 {
	if len(x) != len(y) || len(x) == 0 {
		panic(fmt.Sprintf("interval: %s: %d values paired with %d", name, len(x), len(y)))
	}
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	return d
}
