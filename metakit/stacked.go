package metakit

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// A Stacked learner can be traced for several episodes at once, their sets one below the other, where that makes a few
// large matrix products of many small ones: one whose networks treat each row by itself and do not adapt. Meta-training
// does so with the episodes of a meta-batch if all are of one size; what else is done with the learner goes through
// [Learner.Predict].
type Stacked interface {
	Learner
	// StackedLosses traces the losses of n episodes of one size, n×1, in their order: of each the loss that
	// meta-training reports for it, of which the meta-gradient must be the exact gradient. The sets hold the rows of
	// all, those of the first episode first. It returns false where the learner cannot, as with a network that mixes
	// rows; it may not ask the trace for running statistics.
	StackedLosses(t *nn.Trace, meta autodiff.Params, support, query TracedSet, n int) (losses autodiff.Value, ok bool)
}

// mostStacked is how many episodes a program computes at once at most, and leastStacks into how many programs a
// meta-batch is divided at least, for as many processors. Neither depends on the machine, as the sums over episodes
// then would.
const (
	mostStacked = 8
	leastStacks = 4
)

// stacks returns into how many stacks n episodes are divided, a power of two or n.
func stacks(n int) int {
	k := leastStacks
	for n > k*mostStacked {
		k *= 2
	}
	return min(k, n)
}

// stackable reports whether a learner can be trained on stacks of episodes.
func stackable(what string, l Learner, s Size) bool {
	if _, draws := l.(Restarter); draws {
		return false
	}
	stacked, ok := l.(Stacked)
	if !ok {
		return false
	}
	t := newTraced(what, l, s.times(2), true)
	t.ask(what, s)
	_, ok = stacked.StackedLosses(t.trace, t.meta, t.support, t.query, 2)
	return ok && len(t.trace.Statistics()) == 0
}

// times returns the size of a stack of n episodes.
func (s Size) times(n int) Size { return Size{s.Support * n, s.Query * n, s.In, s.Out} }

// stackGradient is [traced.metaGradient] for a stack of n episodes: their losses, n×1, and the sum of their
// meta-gradients.
func (t *traced) stackGradient(n int, penalty bool) (losses autodiff.Value, gradient autodiff.Params) {
	losses, _ = t.learner.(Stacked).StackedLosses(t.trace, t.meta, t.support, t.query, n)
	if losses.Rows() != n || losses.Cols() != 1 {
		panic(fmt.Sprintf("metakit: %T.StackedLosses returns %v for %d episodes; there must be a row of one number for each",
			t.learner, losses, n))
	}
	objective := losses.Sum()
	if penalty {
		objective = objective.Add(withPenalties(losses.Graph().Scalar(0), t.trace).Scale(float64(n)))
	}
	gradient = autodiff.GradParams(objective, t.meta)
	t.close()
	return losses, gradient
}

// divide returns episodes 0 to n − 1 of a stack, whose numbers are the stack's.
func (e *Episode) divide(n int) []*Episode {
	if n == 1 {
		return []*Episode{e}
	}
	parts := make([]*Episode, n)
	for k := range parts {
		part := func(m *mat.Dense) *mat.Dense {
			rows, cols := m.Dims()
			return m.Slice(k*rows/n, (k+1)*rows/n, 0, cols).(*mat.Dense)
		}
		parts[k] = &Episode{Support: Set{part(e.Support.X), part(e.Support.Y)}, Query: Set{part(e.Query.X), part(e.Query.Y)}}
	}
	return parts
}
