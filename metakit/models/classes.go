package models

import (
	"fmt"

	"kindred/autodiff"
)

// gone is the logit of a class that is never predicted: far below all others, and finite in float32, sums of it too.
const gone = -1e30

// members returns which support point belongs to which class, points × ways, 1 or 0, and what is to be added to the
// logits of each class, 1 × ways: nothing, or gone for a class without a point.
func members(y autodiff.Value, ways int) (member, absent autodiff.Value) {
	member = autodiff.OneHot(y, ways)
	none := member.SumAxis(0).Equal(y.Graph().Scalar(0))
	return member, none.Scale(gone)
}

// checkWays panics unless a learner has two classes or more, and says how to make one that has.
func checkWays(learner string, ways int) {
	if ways < 2 {
		panic(fmt.Sprintf("models: %s: Ways is %d; it must be at least 2, the most classes that a task has", learner, ways))
	}
}
