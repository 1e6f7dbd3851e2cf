package metakit

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A Learner says, as traced functions, how it predicts from a support set and what it learns from an episode. What it
// learns are its meta-parameters: a start for the network, step sizes, an embedding, whatever its shapes say.
type Learner interface {
	// Shapes lists the meta-parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns the first meta-parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// Predict traces the predictions at queryX after 0, 1, …, steps steps of adaptation to the support set. A learner
	// that does not adapt in steps returns one prediction.
	Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value
	// QueryLoss traces the mean loss of predictions, 1×1, by which an episode is judged.
	QueryLoss(prediction, y autodiff.Value) autodiff.Value
	// MetaGradient traces what meta-training does with one episode: the loss to report, 1×1, and what stands for the
	// gradient by the meta-parameters, of their shapes. Meta-training goes against its mean over a meta-batch.
	MetaGradient(meta autodiff.Params, support, query TracedSet) (loss autodiff.Value, gradient autodiff.Params)
}

// A Restarter is a learner of which a part of the meta-parameters is not learned but drawn anew for every episode.
type Restarter interface {
	Learner
	// Restart draws that part of the flat vector from rng.
	Restart(meta []float64, rng *rand.Rand)
}

// A TracedSet is a [Set] of traced values.
type TracedSet struct{ X, Y autodiff.Value }

// shapesOf returns the shapes of a learner's network.
func shapesOf(learner string, net nn.Network) []autodiff.Shape {
	if net == nil {
		panic("metakit: " + learner + ": Network is nil; give one, such as nn.MLP{Widths: []int{1, 40, 40, 1}}")
	}
	return net.Shapes()
}

// queryGradient is the meta-gradient of most learners: that of the query loss after the given number of steps.
func queryGradient(l Learner, meta autodiff.Params, support, query TracedSet, steps int) (
	autodiff.Value, autodiff.Params) {
	predictions := l.Predict(meta, support, query.X, steps)
	loss := l.QueryLoss(predictions[len(predictions)-1], query.Y)
	return loss, autodiff.GradParams(loss, meta)
}

// meanLoss returns the mean of a loss over rows; a nil loss is the squared error.
func meanLoss(loss nn.Loss, prediction, y autodiff.Value) autodiff.Value {
	if loss == nil {
		loss = nn.SquaredError{}
	}
	return loss.PerRow(prediction, y).Mean()
}

// descend returns θ₀ … θ_steps, where θ₀ is theta and step k makes θₖ₊₁ of θₖ and the gradient of the support loss.
func descend(net nn.Network, loss nn.Loss, theta autodiff.Params, support TracedSet, steps int,
	step func(k int, theta, gradient autodiff.Params) autodiff.Params) []autodiff.Params {
	if steps < 0 {
		panic(fmt.Sprintf("metakit: %d steps; their number must not be negative", steps))
	}
	path := []autodiff.Params{theta}
	for k := range steps {
		gradient := autodiff.GradParams(meanLoss(loss, net.Apply(nil, theta, support.X), support.Y), theta)
		theta = step(k, theta, gradient)
		path = append(path, theta)
	}
	return path
}

// applyAll returns the network's outputs at x for every entry of path.
func applyAll(net nn.Network, path []autodiff.Params, x autodiff.Value) []autodiff.Value {
	predictions := make([]autodiff.Value, len(path))
	for k, theta := range path {
		predictions[k] = net.Apply(nil, theta, x)
	}
	return predictions
}

// follow returns the steps of a rule, for [descend]. Each call starts with a fresh state of the rule. With constant,
// the gradients are constants to every later derivative.
func follow(rule nn.Rule, constant bool) func(k int, theta, gradient autodiff.Params) autodiff.Params {
	rule = ruleOr(rule)
	var slots [][]autodiff.Value // of every parameter
	return func(k int, theta, gradient autodiff.Params) autodiff.Params {
		if constant {
			gradient = gradient.StopGradient()
		}
		if slots == nil {
			for i := range theta.Len() {
				p := theta.At(i)
				zero := p.Graph().Fill(p.Rows(), p.Cols(), 0)
				slots = append(slots, make([]autodiff.Value, rule.Slots()))
				for j := range slots[i] {
					slots[i][j] = zero
				}
			}
		}
		names, next := make([]string, theta.Len()), make([]autodiff.Value, theta.Len())
		for i := range next {
			g := theta.At(i).Graph()
			names[i] = theta.Name(i)
			rate, number := g.Scalar(rule.LearningRate()), g.Scalar(float64(k+1))
			slots[i], next[i] = rule.Step(rate, number, slots[i], gradient.At(i), theta.At(i))
		}
		return autodiff.ParamsOf(names, next)
	}
}

// ruleOr returns the rule, or plain gradient descent if it is nil.
func ruleOr(rule nn.Rule) nn.Rule {
	if rule == nil {
		return nn.SGD{}
	}
	return rule
}
