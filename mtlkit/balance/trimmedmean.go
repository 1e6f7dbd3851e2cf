package balance

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// TrimmedMean averages the task gradients entry by entry, without the Trim least and the Trim greatest values:
//
//	d[k] = mean of g₁[k] … gₘ[k] in order, from the (Trim+1)st to the (m−Trim)th
//
// It is meant for workers of which some lie. In a step where no more than 2·Trim tasks are present, as many are left
// out as leave one or two: d is the median.
//
// Reference: Yin et al. Byzantine-robust distributed learning: towards optimal statistical rates. ICML 2018,
// arXiv:1803.01498.
type TrimmedMean struct {
	Trim int // how many values are left out at either end, less than m/2; 0 is the mean
}

var _ JacobianAggregator = TrimmedMean{}

// NewState returns nil: nothing is remembered.
func (a TrimmedMean) NewState(s Setting) []float64 { a.check(s); return nil }

func (a TrimmedMean) check(s Setting) {
	s.check("TrimmedMean")
	if a.Trim < 0 || a.Trim > (s.Tasks-1)/2 {
		panic(fmt.Sprintf("balance: TrimmedMean: Trim is %d for %d tasks; it must be 0 or more, and leave a value",
			a.Trim, s.Tasks))
	}
}

// Combine stores d in dst.
func (a TrimmedMean) Combine(dst []float64, jac *mat.Dense, s State) {
	a.check(s.Setting)
	checkJacobian("TrimmedMean", dst, jac, s, 0)
	m, _ := jac.Dims()
	c := newCrew(jac, trimSpan)
	c.dst, c.trim = dst, min(a.Trim, (m-1)/2)
	c.walk()
}

func trimSpan(c *crew, _, from, to int) {
	tmp := borrow()
	defer tmp.release()
	column := tmp.floats.take(c.jac.Rows)
	for k := from; k < to; k++ {
		for i := range column {
			column[i] = c.jac.Data[i*c.jac.Stride+k]
		}
		sortFew(column)
		sum := 0.0
		for _, v := range column[c.trim : len(column)-c.trim] {
			sum += v
		}
		c.dst[k] = sum / float64(len(column)-2*c.trim)
	}
}

// sortFew sorts x, by insertion if it is short.
func sortFew(x []float64) {
	if len(x) > 40 {
		slices.Sort(x)
		return
	}
	for i, v := range x {
		for ; i > 0 && x[i-1] > v; i-- {
			x[i] = x[i-1]
		}
		x[i] = v
	}
}
