package autodiff

import "kindred/internal/kernel"

// Moments returns the mean of each column, and its variance, the mean of (v − mean)²: both 1×cols. They are those that
// MeanAxis and a mean of squares would give, but for rounding, in one pass over v and on all processors.
func (v Value) Moments() (mean, variance Value) {
	m := v.moments()
	return m.SliceRows(0, 1), m.SliceRows(1, 2)
}

// moments returns the means above the variances.
func (v Value) moments() Value { return apply(opMoments, node{}, v) }

func momentsShape(_ *node, in []Value) (int, int, string) { return 2, in[0].Cols(), "" }

// The derivative of the mean by an entry is 1/n, and of the variance 2·(v − mean)/n. It is written as scale·v + shift, of
// rows, so that it can be added while something else is done with v.
func momentsVJP(_ *node, in []Value, y, ct Value) []Value {
	n := 1 / float64(in[0].Rows())
	scale := ct.SliceRows(1, 2).Scale(2 * n)
	shift := ct.SliceRows(0, 1).Scale(n).Sub(scale.Mul(y.SliceRows(0, 1)))
	return []Value{in[0].Mul(scale).Add(shift)}
}

// moments runs the step, in units side by side where it is large.
func (h *hand[T]) moments(s *step) {
	h.shared()
	h.divide(s, s.moments.Units())
	if !h.m.sign.Up() {
		kernel.JoinMoments(s.moments, h.out(s), h.shared())
	}
}
