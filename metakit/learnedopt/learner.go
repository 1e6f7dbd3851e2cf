package learnedopt

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// Learner adapts to the support set by Steps steps of a learned rule:
//
//	θₖ₊₁ = rule(∇L(θₖ; support), …),  minimise the mean over tasks of L(θ_Steps; query) by the rule, and by θ₀.
//
// The meta-parameters are the start θ₀ of the network, then those of the rule; the meta-gradient is exact, and runs
// through every step and what the rule remembers. With Drawn a start is drawn anew for every episode, and the rule
// alone is learned; the gradient by the start is that of the loss still, and leads nowhere.
type Learner struct {
	nn.Network
	nn.Loss
	Rule         Rule // such as NewMLP(16, 16)
	Steps        int  // in meta-training
	Drawn        bool // the start is not learned
	FirstOrder   bool // inner gradients are taken for constants
	InnerPenalty bool // the network's penalties are part of the inner loss (see [metakit.Training])
}

var (
	_ metakit.Stepper   = Learner{}
	_ metakit.Restarter = Learner{}
)

// Shapes implements [metakit.Learner]: those of the network, then those of the rule as "rule W1" and so on.
func (l Learner) Shapes() []autodiff.Shape {
	checkRule("Learner", l.Rule)
	shapes := l.Network.Shapes()
	for _, s := range l.Rule.Shapes() {
		s.Name = "rule " + s.Name
		shapes = append(shapes, s)
	}
	return shapes
}

// Init implements [metakit.Learner].
func (l Learner) Init(rng *rand.Rand) []float64 {
	checkRule("Learner", l.Rule)
	theta := l.Network.Init(rng)
	return append(theta[:len(theta):len(theta)], l.Rule.Init(rng)...)
}

// Restart implements [metakit.Restarter]: with Drawn it draws the start.
func (l Learner) Restart(meta []float64, rng *rand.Rand) {
	if l.Drawn {
		copy(meta, l.Network.Init(rng))
	}
}

// TrainingSteps implements [metakit.Stepper].
func (l Learner) TrainingSteps() int { return l.Steps }

// Predict implements [metakit.Learner].
func (l Learner) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	checkRule("Learner", l.Rule)
	shapes := l.Network.Shapes()
	n := len(shapes)
	d := metakit.Descent{Step: follow(l.Rule, meta.Slice(n, meta.Len()), shapes), FirstOrder: l.FirstOrder,
		Penalty: l.InnerPenalty}
	path := d.Path(t, meta.Slice(0, n), steps, metakit.SupportLoss(l.Network, l.Loss, support))
	return metakit.Along(t, l.Network, path, queryX)
}

// follow returns the steps of a rule that remembers nothing yet, for a [metakit.Descent].
func follow(r Rule, own autodiff.Params, shapes []autodiff.Shape) func(int, autodiff.Params,
	autodiff.Params) autodiff.Params {
	var memory autodiff.Params
	return func(k int, theta, gradient autodiff.Params) autodiff.Params {
		g := theta.At(0).Graph()
		if k == 0 {
			memory = zeros(g, r.Memory(shapes))
		}
		var next autodiff.Params
		memory, next = step(r, own, g.Scalar(float64(k+1)), memory, theta, gradient)
		return next
	}
}

// zeros returns matrices of zeros.
func zeros(g *autodiff.Graph, shapes []autodiff.Shape) autodiff.Params {
	var names []string
	var values []autodiff.Value
	for _, s := range shapes {
		names, values = append(names, s.Name), append(values, g.Fill(s.Rows, s.Cols, 0))
	}
	return autodiff.ParamsOf(names, values)
}

// step takes a step of a rule, and holds it to its word.
func step(r Rule, own autodiff.Params, k autodiff.Value, memory, theta, gradient autodiff.Params) (
	nextMemory, nextTheta autodiff.Params) {
	nextMemory, nextTheta = r.Step(own, k, memory, theta, gradient)
	for _, p := range []struct {
		what    string
		is, was autodiff.Params
	}{{"remembers", nextMemory, memory}, {"steps to", nextTheta, theta}} {
		fits := p.is.Len() == p.was.Len()
		for i := 0; fits && i < p.is.Len(); i++ {
			fits = p.is.At(i).Rows() == p.was.At(i).Rows() && p.is.At(i).Cols() == p.was.At(i).Cols()
		}
		if !fits {
			panic(fmt.Sprintf("learnedopt: %T.Step %s matrices of other shapes than before the step", r, p.what))
		}
	}
	return nextMemory, nextTheta
}
