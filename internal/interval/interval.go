// Package interval says how sure a mean over seeds is, and whether two differ.
//
// The values must be independent of each other: one for each seed, or one for each task. A task or seed that was
// measured several times counts once, with the mean of its values; else the interval is too narrow.
//
// One comparison is called a difference where the interval of [Paired] excludes 0 or, which is the same, where
// [PairedTest] is below 0.05. Of several comparisons at once each would have a chance of 5 % to be called so by
// accident. [Holm] takes the p-values of all of them and returns adjusted ones; those below 0.05 are the differences,
// and the chance that any of them is an accident is 5 % at most:
//
//	p := make([]float64, len(methods))
//	for i, losses := range methods {
//		p[i] = interval.PairedTest(losses, baseline) // losses of the same seeds
//	}
//	adjusted := interval.Holm(p)
package interval

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// An Interval is a mean with its 95 % confidence interval, from N values.
type Interval struct {
	Mean, Low, High float64
	N               int
}

// Contains reports whether Low ≤ v ≤ High. An interval of NaN contains nothing.
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
// about the next. So it is where the mean is infinite, for infinite values of one sign. A NaN in x, or infinities of
// both signs, make all of it NaN. It panics if x is empty.
func Mean(x []float64) Interval {
	if len(x) == 0 {
		panic("interval: Mean: no values")
	}
	mean, deviation := Moments(x)
	switch {
	case math.IsNaN(mean):
		return Interval{Mean: mean, Low: mean, High: mean, N: len(x)}
	case math.IsInf(mean, 0) || len(x) == 1:
		return Interval{Mean: mean, Low: math.Inf(-1), High: math.Inf(1), N: len(x)}
	}
	degrees := float64(len(x) - 1)
	half := student(degrees).Quantile(0.975) * (deviation / math.Sqrt(degrees)) // s/√n
	return Interval{Mean: mean, Low: mean - half, High: mean + half, N: len(x)}
}

// Paired returns the interval of the mean of the differences xᵢ − yᵢ. Pairs that share a seed vary together, so that
// the interval of their differences is narrower than those of x and of y. Differences that are NaN or infinite count as
// in [Mean]; that of two equal infinities is NaN. It panics unless x and y have equal lengths, not 0.
func Paired(x, y []float64) Interval { return Mean(differences("Paired", x, y)) }

// PairedTest returns the two-sided p-value of Student's test that the mean of the differences xᵢ − yᵢ is 0. It is less
// than 0.05 just when the interval of [Paired] excludes 0; [Holm] makes p-values of several tests comparable. It is 1
// where the mean of the differences is 0, infinite or that of one pair, 0 where all differences are equal and not 0,
// and NaN where the interval is. It panics unless x and y have equal lengths, not 0.
func PairedTest(x, y []float64) float64 {
	d := differences("PairedTest", x, y)
	mean, deviation := Moments(d)
	switch {
	case math.IsNaN(mean):
		return mean
	case len(d) == 1 || mean == 0 || math.IsInf(mean, 0):
		return 1
	}
	degrees := float64(len(d) - 1)
	return 2 * student(degrees).CDF(-math.Abs(mean)/deviation*math.Sqrt(degrees))
}

// MedianRange returns the median of x, of an even number of values the mean of the middle two, and its least and
// greatest value, infinities included. A NaN in x makes all three NaN. It panics if x is empty.
func MedianRange(x []float64) Range {
	if len(x) == 0 {
		panic("interval: MedianRange: no values")
	}
	sorted := slices.Sorted(slices.Values(x))
	n := len(sorted)
	if math.IsNaN(sorted[0]) { // they come first
		return Range{Median: sorted[0], Min: sorted[0], Max: sorted[0], N: n}
	}
	low, high := sorted[(n-1)/2], sorted[n/2]
	median := (low + high) / 2
	if math.IsInf(median, 0) {
		median = low/2 + high/2 // the sum may be infinite where its half is not
	}
	return Range{Median: median, Min: sorted[0], Max: sorted[n-1], N: n}
}

func student(degrees float64) distuv.StudentsT { return distuv.StudentsT{Sigma: 1, Nu: degrees} }

func differences(name string, x, y []float64) []float64 {
	if len(x) != len(y) {
		panic(fmt.Sprintf("interval: %s: %d values paired with %d", name, len(x), len(y)))
	}
	if len(x) == 0 {
		panic(fmt.Sprintf("interval: %s: no pairs", name))
	}
	d := make([]float64, len(x))
	for i := range x {
		d[i] = x[i] - y[i]
	}
	return d
}
