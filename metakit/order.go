package metakit

import "gonum.org/v1/gonum/floats"

// An Order says what a meta-gradient is to the loss that its learner reports (see [CheckMetaGradient]).
type Order int

// The orders.
const (
	Undecided    Order = iota // rounding or divergence hides it
	Exact                     // the derivative, through all that adaptation does
	FirstOrder                // the derivative with a part of the adaptation taken for constant, as inner gradients are
	OwnDirection              // neither, but a direction of the learner's own, as Reptile's
)

// String says it in words.
func (o Order) String() string {
	switch o {
	case Exact:
		return "exact: the derivative of the loss"
	case FirstOrder:
		return "of first order: the derivative where a part of the adaptation is taken for constant"
	case OwnDirection:
		return "a direction of its own"
	default:
		return "undecided"
	}
}

// alike reports whether two gradients are the same but for rounding. The derivative in which something is stopped,
// traced twice, is the same program.
func alike(g, h []float64) bool {
	const rounding = 1e-10
	return floats.Distance(g, h, 2) <= rounding*floats.Norm(h, 2)
}
