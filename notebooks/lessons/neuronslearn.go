package lessons

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/nn"
	"kindred/plots"
)

// A Classifier says which network is to tell classes of points apart, and how it learns to: by full-batch steps of a
// rule. A network of one output answers with the logit of class 1, one of k outputs with the logits of k classes.
type Classifier struct {
	Net         nn.Network
	Loss        func(logits, classes autodiff.Value) autodiff.Value // nn.BinaryCrossEntropy; nn.CrossEntropy for k outputs
	Rule        nn.Rule
	Train, Test datasets.Points
	Seed        uint64 // of the first parameters
}

// Start returns a run of the classifier at its first parameters.
func (c Classifier) Start() *Run {
	theta := c.Net.Init(rand.New(rand.NewPCG(c.Seed, 0)))
	r := &Run{Classifier: c, Theta: theta, optimizer: nn.NewOptimizer(c.Rule, len(theta))}
	r.train, r.test = c.trace(c.Train), c.trace(c.Test)
	r.step = autodiff.Compile(r.train.loss, r.train.grad).NewWorkspace()
	r.step.Set(r.train.x, c.Train.X.RawMatrix().Data)
	r.step.Set(r.train.class, c.Train.Class)
	return r
}

// traced is a network applied to points.
type traced struct {
	theta, grad   autodiff.Params
	x, class      autodiff.Value
	logits, loss  autodiff.Value
}

func (c Classifier) trace(points datasets.Points) traced {
	g := autodiff.New()
	t := traced{theta: g.Params(c.Net.Shapes()), x: g.Input("x", points.Len(), 2), class: g.Input("class", points.Len(), 1)}
	t.logits = c.Net.Apply(t.theta, t.x)
	t.loss = c.Loss(t.logits, t.class)
	t.grad = autodiff.GradParams(t.loss, t.theta)
	return t
}
