package main

import (
	"log"
	"slices"

	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/models"
	"kindred/nn"
)

// A row is a learner, with what it may be tuned by.
type row struct {
	name      string
	family    string                                      // of the article's section 3.2.2, or "plain" for what does not meta-learn
	tries     []try                                       // as many for every learner
	learner   func(t try, iterations int) metakit.Learner // for a training of that many
	untrained bool                                        // there is nothing to train
}

// A try is a setting to be tried.
type try struct {
	Outer float64 // rate of Adam, the meta-optimiser
	Inner float64 // rate of the steps of adaptation, or what else the learner is tuned by; 0 of one that has none
}

// tunings is the number of tries of a learner.
const tunings = 6

// Tries of learners that have no inner rate, of those that have one of the usual size, and of those that have no outer one.
// A study may take the first few alone: they are for short trainings, which need large rates.
var (
	outer = []try{{0.003, 0}, {0.01, 0}, {0.03, 0}, {0.001, 0}, {0.0003, 0}, {0.006, 0}}
	both  = inner(0.01, 0.03, 0.1)
	start = []try{{0, 0.01}, {0, 0.03}, {0, 0.003}, {0, 0.1}, {0, 0.2}, {0, 0.001}}
)

// inner returns tries of three inner rates, or what else stands for one, the usual one first.
func inner(usual, other, third float64) []try {
	return []try{{0.003, usual}, {0.01, usual}, {0.003, other}, {0.001, usual}, {0.001, other}, {0.003, third}}
}

// net is what the learners train that need a network from inputs to predictions: that of the MAML paper. Its first
// weights are of the usual size, where the paper's are of a hundredth: from those all learners that go through it stand
// still for hundreds of iterations first, of which those with dear ones do not have many.
var net = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}

// withContext is the network of CAVIA's paper for waves, which has five inputs more.
var withContext = nn.MLP{Widths: []int{1 + 5, 40, 40, 1}, Activation: nn.ReLU}

// features is the network without its last layer, which has a row of 40 features for each point.
var features = nn.MLP{Widths: []int{1, 40, 40}, Activation: nn.ReLU, Output: nn.Tanh}

var mse = nn.SquaredError{}

func sgd(t try) nn.Rule { return nn.SGD{Rate: t.Inner} }

// rows are the learners, a row each: add one, and measure its iterations by -calibrate -only NAME.
var rows = []row{
	{name: "MAML", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t)}
	}},
	{name: "MAML, 5 steps", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 5, Inner: sgd(t)}
	}},
	{name: "first-order MAML", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t), FirstOrder: true}
	}},
	{name: "ANIL", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t), Adapts: metakit.Head}
	}},
	{name: "BOIL", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: sgd(t), Adapts: metakit.Body}
	}},
	{name: "Reptile", family: initialisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.Reptile{Network: net, Loss: mse, Steps: 5, Inner: sgd(t), OverRate: true}
	}},
	// Gradient descent inside diverges here: nothing keeps the curvature within what its rate can follow.
	{name: "iMAML", family: initialisation, tries: inner(0.03, 0.01, 0.1), learner: func(t try, _ int) metakit.Learner {
		m := metakit.NewIMAML(net, mse)
		m.Steps, m.Inner = 10, nn.NewAdam(t.Inner)
		return m
	}},
	{name: "CAVIA", family: initialisation, tries: inner(1, 3, 0.3), learner: func(t try, _ int) metakit.Learner {
		c := metakit.NewCAVIA(withContext, mse)
		c.Inner = sgd(t)
		return c
	}},
	{name: "Meta-SGD", family: optimisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MetaSGD{Network: net, Loss: mse, Steps: 1, Rate: t.Inner}
	}},
	{name: "Meta-SGD, a rate a layer", family: optimisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MetaSGD{Network: net, Loss: mse, Steps: 1, Rate: t.Inner, Of: metakit.EveryLayer}
	}},
	{name: "Meta-SGD, a rate a layer and step", family: optimisation, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.MetaSGD{Network: net, Loss: mse, Steps: 5, Rate: t.Inner, Of: metakit.EveryLayer, PerStep: true}
	}},
	// The annealing of the paper's 15 of 100 epochs.
	{name: "MAML++", family: optimisation, tries: both, learner: func(t try, iterations int) metakit.Learner {
		m := metakit.NewMAMLPlusPlus(net, mse, iterations*15/100)
		m.Rate = t.Inner
		return m
	}},
	{name: "Meta-Curvature", family: optimisation, tries: inner(0.03, 0.1, 0.01), learner: func(t try, _ int) metakit.Learner {
		return metakit.MetaCurvature{Network: net, Loss: mse, Steps: 1, Rate: t.Inner}
	}},
	{name: "T-net", family: optimisation, tries: inner(0.03, 0.1, 0.01), learner: func(t try, _ int) metakit.Learner {
		return metakit.TNet{Network: net, Loss: mse, Steps: 1, Inner: sgd(t)}
	}},
	{name: "learned optimiser", family: optimisation, tries: inner(0.01, 0.03, 0.1), learner: func(t try, _ int) metakit.Learner {
		rule := learnedopt.NewMLP(4, 4)
		rule.Scale = t.Inner
		return learnedopt.Learner{Network: net, Loss: mse, Rule: rule, Steps: 5, FirstOrder: true}
	}},
	{name: "ridge attention", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewRidgeAttention(features)
	}},
	{name: "ALPaCA", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewALPaCA(features, 40, 1)
	}},
	{name: "deep kernel transfer", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewDeepKernel(features)
	}},
	{name: "neural process", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewNeuralProcess(1, 1, 64)
	}},
	{name: "attentive process", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewAttentiveProcess(1, 1, 64)
	}},
	{name: "in-context, prior-fitted", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewInContext(1, 1, mse)
	}},
	{name: "in-context, causal", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		n := models.NewInContext(1, 1, mse)
		n.Causal = true
		return n
	}},
	{name: "recurrent", family: model, tries: outer, learner: func(try, int) metakit.Learner {
		return models.NewRecurrent(1, 1, 48, mse)
	}},
	{name: "pooled", family: plain, tries: both, learner: func(t try, _ int) metakit.Learner {
		return metakit.Pooled{Network: net, Loss: mse, Inner: sgd(t)}
	}},
	{name: "scratch", family: plain, tries: start, untrained: true, learner: func(t try, _ int) metakit.Learner {
		return metakit.Scratch{Network: net, Loss: mse, Inner: sgd(t)}
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
