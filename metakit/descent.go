package metakit

import (
	"fmt"
	"slices"

	"kindred/autodiff"
	"kindred/nn"
)

// A Descent is how a learner adapts by gradients: it says what follows the gradient of an inner loss.
type Descent struct {
	// Step makes θₖ₊₁ of θₖ and the gradient of the inner loss there, k counting from 0. [Follow] makes one of a rule.
	Step       func(k int, theta, gradient autodiff.Params) autodiff.Params
	FirstOrder bool // take the inner gradients for constants
	Penalty    bool // add the penalties that networks hand out to the inner loss
	// Once traces the inner loss at θ₀ alone and then puts θₖ in its place: what does not depend on it, such as the
	// features of a body that is not adapted, is computed once, a derivative goes back through it once, and noise is
	// the same in all steps.
	Once bool
	// Recompute is how many steps make a piece of which a derivative keeps the beginning alone: it computes the steps
	// again, to the same bits, when it comes to them, about a third as much work again. 0 keeps all steps. Of k
	// steps, pieces of √k need the least memory, which grows with √k then, not with k (see [autodiff.Checkpoint]).
	Recompute int
}

// Path traces θ₀ … θ_steps, where θ₀ is theta. loss is given the trace to pass to the networks that it traces, and may
// use what theta does not hold, such as a body that is not adapted. Inner gradients go along every way to theta: where
// one of its values is made of another, pass that on as theta.Scale(1), a value of its own.
//
//	path := d.Path(t, meta, steps, metakit.SupportLoss(net, loss, support))
func (d Descent) Path(t *nn.Trace, theta autodiff.Params, steps int,
	loss func(t *nn.Trace, theta autodiff.Params) autodiff.Value) []autodiff.Params {
	d.check(t, steps)
	if loss == nil {
		panic("metakit: Descent.Path: loss is nil; give one, such as SupportLoss(net, loss, support)")
	}
	path := []autodiff.Params{theta}
	if steps == 0 {
		return path
	}
	inner := func(theta autodiff.Params) autodiff.Value {
		apart := t.Apart()
		value := loss(apart, theta)
		if d.Penalty {
			value = withPenalties(value, apart)
		}
		return value
	}
	if d.Once {
		first := inner(theta)
		inner = func(now autodiff.Params) autodiff.Value { return autodiff.Substitute(first, theta, now) }
	}
	take := func(now autodiff.Params, n int) autodiff.Params {
		for range n {
			gradient := autodiff.GradParams(inner(now), now)
			if d.FirstOrder {
				gradient = gradient.StopGradient()
			}
			now = d.Step(len(path)-1, now, gradient)
			path = append(path, now)
		}
		return now
	}
	if d.Recompute == 0 {
		take(theta, steps)
		return path
	}
	for now := theta; len(path) <= steps; {
		n := min(d.Recompute, steps+1-len(path))
		now = autodiff.Checkpoint(func(now autodiff.Params) autodiff.Params { return take(now, n) }, now)
	}
	return path
}

func (d Descent) check(t *nn.Trace, steps int) {
	checkSteps("Descent.Path", steps)
	switch {
	case d.Step == nil:
		panic("metakit: Descent: Step is nil; give one, such as Follow(nn.SGD{Rate: 0.01})")
	case d.Penalty && t == nil:
		panic("metakit: Descent: Penalty is set and the trace is nil, which has no penalties")
	case d.Recompute < 0:
		panic(fmt.Sprintf("metakit: Descent: Recompute is %d; it must not be negative, and 0 keeps all steps", d.Recompute))
	}
}

// constantSteps are the steps of a rule through which nothing is differentiated.
func constantSteps(rule nn.Rule, penalty bool) Descent {
	return Descent{Step: Follow(rule), FirstOrder: true, Penalty: penalty}
}

// withPenalties returns a loss with the penalties of a trace added.
func withPenalties(loss autodiff.Value, t *nn.Trace) autodiff.Value {
	for _, p := range t.Penalties() {
		loss = loss.Add(p.Value)
	}
	return loss
}

// Follow returns the steps of a rule, for [Descent]. They begin with a fresh state of the rule. A nil rule is refused
// at the first step.
func Follow(rule nn.Rule) func(k int, theta, gradient autodiff.Params) autodiff.Params {
	var slots [][]autodiff.Value // of every parameter
	return func(k int, theta, gradient autodiff.Params) autodiff.Params {
		if k == 0 {
			if rule == nil {
				panic("metakit: the rule of the inner steps is nil; give one, such as nn.SGD{Rate: 0.01}")
			}
			nn.CheckRule(rule)
			slots = emptySlots(rule, theta)
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

// emptySlots returns what a rule remembers of every parameter before its first step.
func emptySlots(rule nn.Rule, theta autodiff.Params) [][]autodiff.Value {
	slots := make([][]autodiff.Value, theta.Len())
	for i := range slots {
		p := theta.At(i)
		slots[i] = slices.Repeat([]autodiff.Value{p.Graph().Fill(p.Rows(), p.Cols(), 0)}, rule.Slots())
	}
	return slots
}

// SupportLoss returns the mean loss of a network on a support set as a function of its parameters, for [Descent.Path].
func SupportLoss(net nn.Network, loss nn.Loss, support TracedSet) func(*nn.Trace, autodiff.Params) autodiff.Value {
	checkNetwork("SupportLoss", net)
	return func(t *nn.Trace, theta autodiff.Params) autodiff.Value {
		return MeanLoss(loss, net.Apply(t, theta, support.X), support.Y)
	}
}

// Along traces a network's outputs at x for every entry of a path of parameters.
func Along(t *nn.Trace, net nn.Network, path []autodiff.Params, x autodiff.Value) []autodiff.Value {
	checkNetwork("Along", net)
	outputs := make([]autodiff.Value, len(path))
	for k, theta := range path {
		outputs[k] = net.Apply(t, theta, x)
	}
	return outputs
}

func checkNetwork(what string, net nn.Network) {
	if net == nil {
		panic("metakit: " + what + ": the network is nil; give one, such as nn.MLP{Widths: []int{1, 40, 40, 1}}")
	}
}
