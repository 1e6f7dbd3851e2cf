package main

import (
	"log"
	"slices"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A row is a learner, with what it may be tuned by.
type row struct {
	name      string
	family    string // of the article's section 3.2.2, or "plain" for what does not meta-learn
	tries     []try  // as many for every learner
	learner   func(t try) metakit.Learner
	untrained bool // there is nothing to train
}

// A try is a setting to be tried.
type try struct {
	Outer float64 // rate of Adam, the meta-optimiser
	Inner float64 // rate of the steps of adaptation, or what else the learner is tuned by; 0 of one that has none
}

// tunings is the number of tries of a learner.
const tunings = 6

// Tries of learners that have an inner rate, of those that have none, and of those that have no outer one.
var (
	both  = grid([]float64{0.001, 0.003}, []float64{0.01, 0.03, 0.1})
	outer = grid([]float64{0.0003, 0.001, 0.002, 0.003, 0.006, 0.01}, []float64{0})
	inner = grid([]float64{0}, []float64{0.001, 0.003, 0.01, 0.03, 0.1, 0.2})
)

func grid(outer, inner []float64) []try {
	var all []try
	for _, o := range outer {
		for _, i := range inner {
			all = append(all, try{o, i})
		}
	}
	return all
}

// net is what the learners train that need a network from inputs to predictions: that of the MAML paper.
var net = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU, Weights: nn.TruncatedNormal{Std: 0.01}}

// glorot is the same network with first weights of the usual size, for what learns from that start alone.
var glorot = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}

// features is the network without its last layer, which has a row of 40 features for each point.
var features = nn.MLP{Widths: []int{1, 40, 40}, Activation: nn.ReLU, Output: nn.Tanh}

var mse = nn.SquaredError{}

func sgd(t try) nn.Rule { return nn.SGD{Rate: t.Inner} }

// rows are the learners, a row each: add one, and measure its iterations by -calibrate -only NAME.
var rows = []row{
	{name: "MAML", family: initialisation, tries: both, learner: func(t try) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t)}
	}},
	{name: "MAML, 5 steps", family: initialisation, tries: both, learner: func(t try) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 5, Inner: sgd(t)}
	}},
	{name: "first-order MAML", family: initialisation, tries: both, learner: func(t try) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t), FirstOrder: true}
	}},
	{name: "Reptile", family: initialisation, tries: both, learner: func(t try) metakit.Learner {
		return metakit.Reptile{Network: net, Loss: mse, Steps: 5, Inner: sgd(t), OverRate: true}
	}},
	{name: "Meta-SGD", family: optimisation, tries: both, learner: func(t try) metakit.Learner {
		return metakit.MetaSGD{Network: net, Loss: mse, Steps: 1, Rate: t.Inner}
	}},
	{name: "ridge attention", family: model, tries: outer, learner: func(try) metakit.Learner {
		return models.NewRidgeAttention(features)
	}},
	{name: "ALPaCA", family: model, tries: outer, learner: func(try) metakit.Learner {
		return models.NewALPaCA(features, 40, 1)
	}},
	{name: "deep kernel transfer", family: model, tries: outer, learner: func(try) metakit.Learner {
		return models.NewDeepKernel(features)
	}},
	{name: "pooled", family: plain, tries: both, learner: func(t try) metakit.Learner {
		return metakit.Pooled{Network: net, Loss: mse, Inner: sgd(t)}
	}},
	{name: "scratch", family: plain, tries: inner, untrained: true, learner: func(t try) metakit.Learner {
		return metakit.Scratch{Network: glorot, Loss: mse, Inner: sgd(t)}
	}},
}

// The families.
const (
	initialisation = "initialisation"
	optimisation   = "optimisation"
	model          = "model"
	plain          = "plain"
)

// named returns the rows of these names, and ends the program where there is none.
func named(all []row, names []string) []row {
	var some []row
	for _, name := range names {
		k := slices.IndexFunc(all, func(r row) bool { return r.name == name })
		if k < 0 {
			log.Fatalf("families: no learner is called %q", name)
		}
		some = append(some, all[k])
	}
	return some
}
