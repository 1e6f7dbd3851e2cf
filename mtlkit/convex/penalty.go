package convex

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// A Penalty says what the tasks share; its strengths are fields, finite and not negative. [Alone], [L21], [Trace],
// [Mean], [Graph], [Dirty], [Robust] and [Relations] are all there are.
type Penalty interface {
	// Times returns the penalty with all its strengths multiplied by a factor, which is positive and finite.
	Times(factor float64) Penalty

	// form returns the penalty as the solver takes it; it panics at senseless strengths.
	form(s size) form
}

// size is that of W. Inside this package W is a list of tasks × columns: the weights of a task stand together.
type size struct{ tasks, columns int }

// form is a penalty ½ridge‖W‖² + Σₖ Ωₖ(Pₖ) with W = Σₖ Pₖ.
type form struct {
	ridge float64
	parts []part
}

// part is Ω, convex, with its least value 0 at 0.
type part interface {
	value(w []float64) float64

	// prox makes w argmin over v of ½‖v − w‖² + step·Ω(v).
	prox(w []float64, step float64)

	// conjugate returns what its conjugate is along g: Ω*(s·g) = quadratic·s² for 0 ≤ s ≤ limit, infinite beyond.
	conjugate(g []float64) (quadratic, limit float64)

	// enough returns by what factor the strength has to grow until more makes no difference: exactly none for a norm,
	// for which g is the gradient of the loss at 0; for others about a hundredth, curvature being that of the loss.
	enough(g []float64, curvature float64) float64
}

// norm is what a part λN(P) has in common, N* being the dual norm.
type norm struct {
	lambda float64
	dual   func(g []float64) float64
}

// conjugate takes a −0 for 0.
func (n norm) conjugate(g []float64) (quadratic, limit float64) {
	return 0, n.lambda / max(0, n.dual(g))
}

func (n norm) enough(g []float64, _ float64) float64 { return n.dual(g) / n.lambda }

// strength panics unless the field is finite and not negative.
func strength(penalty, field string, v float64) {
	if !(v >= 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("convex: %s: %s is %v; it must be finite and not negative", penalty, field, v))
	}
}

// needed panics unless the field, without which a matrix is not penalised, is finite and positive.
func needed(penalty, field, matrix string, v float64) {
	if !(v > 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("convex: %s: %s is %v; it must be finite and positive, or %s has no penalty", penalty, field,
			v, matrix))
	}
}

// times panics unless the factor is finite and positive.
func times(penalty string, factor float64) float64 {
	if !(factor > 0) || math.IsInf(factor, 1) {
		panic(fmt.Sprintf("convex: %s.Times: the factor is %v; it must be finite and positive", penalty, factor))
	}
	return factor
}

// shrink returns by what the vector of that length is multiplied when its length is shortened by less, to 0 at most.
func shrink(length, less float64) float64 {
	if length <= less {
		return 0
	}
	return 1 - less/length
}

// rowLengths returns ‖row j of W‖, over the tasks.
func (s size) rowLengths(w []float64) []float64 {
	length := make([]float64, s.columns)
	for j := range length {
		for t := range s.tasks {
			length[j] = math.Hypot(length[j], w[t*s.columns+j])
		}
	}
	return length
}

// task returns the weights of task t.
func (s size) task(w []float64, t int) []float64 { return w[t*s.columns:][:s.columns] }

// square returns ‖w‖².
func square(w []float64) float64 { return floats.Dot(w, w) }
