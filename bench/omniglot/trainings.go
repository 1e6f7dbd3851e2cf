package main

import (
	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// side is the width and height of the drawings, as in the papers.
const side = 28

var drawing = autodiff.Image{Height: side, Width: side, Channels: 1}

// A training is something that learns, and what it is tested by.
type training struct {
	name, target, method   string
	learner                func(ways int) metakit.Learner // for tasks of so many classes
	ways, shots, queries   int                            // of what it is trained on; queries of each class
	batch                  int                            // episodes of an iteration
	schedule               nn.Schedule                    // of the rate of Adam, 0.001
	iterations             int
	every                  int // iterations from look to look at the validation tasks
	validWays, validations int // classes and number of these
	background             bool
	tests                  []test
	source                 string // of the published numbers
}

// A test is an accuracy that was published.
type test struct {
	ways, shots, queries int
	steps                []int // after which it is measured; the published number is that of the step published
	published            float64
	after                int     // steps of adaptation that the published number is of
	replicated           float64 // by others; 0 is nobody
}

const (
	mamlSource  = "Finn, Abbeel, Levine 2017, arXiv:1703.03400, table 1"
	protoSource = "Snell, Swersky, Zemel 2017, arXiv:1703.05175, table 1"

	replicatedSource = "the replication of prototypical networks is github.com/Wenlin-Chen/" +
		"Prototypical-Networks-for-Few-shot-Learning"
)

// trainings are in the order of the page.
//
// The settings of MAML are those of its paper and of its released code (cbfinn/maml): one inner step of rate 0.4 in
// training and three in the test, 32 tasks a meta-batch, Adam with 0.001, as many queries as support drawings. It
// takes 60,000 iterations, which are fewer here where they would not fit an hour and a half. Its normalisation by the
// batch at hand has no gain, an epsilon of 0.001, and is not adapted by the inner step; here gain and bias are, as
// all parameters. See [rates] about the inner rate.
//
// Those of prototypical networks are those of the paper and of its code (jakesnell/prototypical-networks): episodes
// of 60 classes with 5 queries each, as many shots as in the test, Adam with 0.001, halved every 2,000 episodes,
// normalisation by the batch in training and by running statistics in the test. That code normalises support and
// query drawings of an episode together, here each is a batch.
var trainings = []training{
	maml("dense-1", "dense", "MAML, dense", dense, 1, 50000, 89.7),
	maml("dense-5", "dense", "MAML, dense", dense, 5, 30000, 97.5),
	proto("proto-1", 1, []test{
		{ways: 5, shots: 1, queries: 5, steps: []int{0}, published: 98.8, replicated: 98.6},
		{ways: 20, shots: 1, queries: 5, steps: []int{0}, published: 96.0, replicated: 95.3},
	}),
	proto("proto-5", 5, []test{
		{ways: 5, shots: 5, queries: 5, steps: []int{0}, published: 99.7, replicated: 99.6},
		{ways: 20, shots: 5, queries: 5, steps: []int{0}, published: 98.9, replicated: 98.7},
	}),
	maml("maml-1", "maml", "MAML, convolutional", strided, 1, 30000, 98.7),
	runsTraining(),
}

// maml is a training of MAML on tasks of five classes.
func maml(name, target, method string, net func(ways int) nn.Network, shots, iterations int,
	published float64) training {
	return training{name: name, target: target, method: method, ways: 5, shots: shots, queries: shots, batch: 32,
		iterations: iterations, every: 200, validWays: 5, validations: 400, source: mamlSource,
		tests: []test{{ways: 5, shots: shots, queries: shots, steps: []int{1, 3, 10}, published: published, after: 3}},
		learner: func(ways int) metakit.Learner {
			return metakit.MAML{Network: net(ways), Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: nn.SGD{Rate: innerRate}}
		}}
}

// byBatch is the normalisation of MAML's released code.
var byBatch = nn.TransductiveNorm{Units: 1, Epsilon: 1e-3}

func dense(ways int) nn.Network {
	return nn.MLP{Widths: []int{drawing.Size(), 256, 128, 64, 64, ways}, Activation: nn.ReLU, Norm: byBatch,
		Weights: nn.TruncatedNormal{Std: 0.01}}
}

func strided(ways int) nn.Network {
	net := nn.NewStridedConvNet(drawing, ways)
	net.Norm = byBatch
	return net
}

// proto is a training of a prototypical network on episodes of 60 classes.
func proto(name string, shots int, tests []test) training {
	return training{name: name, target: "proto", method: "prototypical network", ways: 60, shots: shots, queries: 5,
		batch: 1, schedule: nn.StepDecay{Every: 2000, Gamma: 0.5}, iterations: 5500, every: 100, validWays: 20, validations: 100,
		source: protoSource, tests: tests, learner: func(ways int) metakit.Learner { return prototypical(64, ways) }}
}

func prototypical(filters, ways int) metakit.Learner {
	net := nn.NewConvNet(drawing, 0)
	net.Filters, net.Norm = []int{filters, filters, filters, filters}, nn.NewBatchNorm(1)
	return models.NewPrototypical(net, ways)
}

// runsTraining is that of the network for the one-shot runs, on the characters of the background set alone, of which
// 100 validate.
func runsTraining() training {
	t := proto("runs-1", 1, nil)
	t.target, t.background, t.iterations = "runs", true, 3000
	return t
}

// smallOf returns the trainings in small: few iterations of small networks and tasks.
func smallOf(all []training) []training {
	small := make([]training, len(all))
	for k, t := range all {
		t.iterations, t.every, t.validations = 60, 20, 20
		t.schedule = nil
		if t.batch > 1 {
			t.batch = 8
		}
		switch t.target {
		case "dense":
			t.learner = maml("", "", "", smallDense, 1, 0, 0).learner
		case "maml":
			t.learner = maml("", "", "", smallStrided, 1, 0, 0).learner
		default:
			t.ways, t.validWays = 20, 5
			t.learner = func(ways int) metakit.Learner { return prototypical(8, ways) }
		}
		small[k] = t
	}
	return small
}

func smallDense(ways int) nn.Network {
	net := dense(ways).(nn.MLP)
	net.Widths = []int{drawing.Size(), 32, ways}
	return net
}

func smallStrided(ways int) nn.Network {
	net := strided(ways).(nn.ConvNet)
	net.Filters = []int{8, 8, 8, 8}
	return net
}
