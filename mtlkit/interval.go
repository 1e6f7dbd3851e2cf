package mtlkit

import "kindred/internal/interval"

// An Interval is a mean over seeds with its 95 % confidence interval.
type Interval = interval.Interval

// A Range is a median over seeds with the least and the greatest value.
type Range = interval.Range

// MeanInterval returns the mean of x and Student's 95 % interval x̄ ± t·s/√n. Of one value the interval is (−∞, ∞). It
// panics if x is empty.
func MeanInterval(x []float64) Interval { return interval.Mean(x) }

// PairedInterval returns the mean and the 95 % interval of the differences xᵢ − yᵢ of two methods run with the same
// seeds. It panics unless x and y have equal lengths.
func PairedInterval(x, y []float64) Interval { return interval.Paired(x, y) }

// PairedTest returns the two-sided p-value of Student's paired test that the mean of xᵢ − yᵢ is 0. It is less than 0.05
// just when [PairedInterval] excludes 0. It panics unless x and y have equal lengths.
func PairedTest(x, y []float64) float64 { return interval.PairedTest(x, y) }

// Holm returns the p-values of several comparisons, adjusted for being made at once: those below 0.05 may be called
// differences with a chance of 5 % to be wrong about any of them. A headline over many comparisons, "one of 23 methods
// is better", needs it. It panics at a value outside [0, 1].
//
// Reference: Holm. A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 1979.
func Holm(p []float64) []float64 { return interval.Holm(p) }

// MedianRange returns the median of x and its least and greatest value. It panics if x is empty.
func MedianRange(x []float64) Range { return interval.MedianRange(x) }
