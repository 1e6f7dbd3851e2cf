package metakit

import "kindred/internal/interval"

// An Interval is a mean over tasks or seeds with its 95 % confidence interval.
type Interval = interval.Interval

// A Range is a median with the least and the greatest value.
type Range = interval.Range

// MeanInterval returns the mean of x and Student's 95 % interval x̄ ± t·s/√n. Of one value the interval is (−∞, ∞). It
// panics if x is empty.
func MeanInterval(x []float64) Interval { return interval.Mean(x) }

// PairedInterval returns the mean and the 95 % interval of the differences xᵢ − yᵢ of two learners on the same tasks or
// seeds. It panics unless x and y have equal lengths.
func PairedInterval(x, y []float64) Interval { return interval.Paired(x, y) }

// MedianRange returns the median of x and its least and greatest value. It panics if x is empty.
func MedianRange(x []float64) Range { return interval.MedianRange(x) }
