package main

import (
	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// steps are those of a training in what is learned on.
const steps = 100

// net is the network that is learned on.
var net = nn.MLP{Widths: []int{1, 16, 16, 1}, Activation: nn.Tanh}

// waves returns the problems that are learned on: 64 points of a wave of amplitude 1 to 5 and frequency 1 to 2.
func waves(net nn.Network) learnedopt.Problems {
	return learnedopt.Problems{Network: net, Loss: nn.SquaredError{}, Tasks: family(1)}
}

func family(scale float64) tasks.Sinusoid {
	s := tasks.NewSinusoid(64)
	s.Queries = 1
	s.Amplitude, s.Frequency = tasks.Uniform{Min: scale, Max: 5 * scale}, tasks.Uniform{Min: 1, Max: 2}
	return s
}

// A kind is a kind of problem to be tested on.
type kind struct {
	name     string
	problems learnedopt.Problems
	steps    int
}

// kinds returns them, that which is learned on first.
func kinds() []kind {
	with := func(change func(net *nn.MLP)) learnedopt.Problems {
		net := net
		change(&net)
		return waves(net)
	}
	batches, tenfold, classes := waves(net), waves(net), waves(net)
	batches.Batch = 16
	tenfold.Tasks = family(10)
	classes.Tasks, classes.Loss = signs{family(1)}, nn.LogisticLoss{}
	return []kind{
		{"as learned on: 16-16 tanh units, 100 steps", waves(net), steps},
		{"300 steps", waves(net), 300},
		{"1,000 steps", waves(net), 1000},
		{"3,000 steps", waves(net), 3000},
		{"4-4 units", with(func(net *nn.MLP) { net.Widths = []int{1, 4, 4, 1} }), steps},
		{"64-64 units", with(func(net *nn.MLP) { net.Widths = []int{1, 64, 64, 1} }), steps},
		{"16-16-16-16 units", with(func(net *nn.MLP) { net.Widths = []int{1, 16, 16, 16, 16, 1} }), steps},
		{"ReLU units", with(func(net *nn.MLP) { net.Activation = nn.ReLU }), steps},
		{"batches of 16 of the 64 points", batches, steps},
		{"waves ten times as high", tenfold, steps},
		{"classes: the sign of a wave", classes, steps},
	}
}

// signs has labels 1 where a wave is above 0, and 0 elsewhere.
type signs struct{ tasks.Sinusoid }

// Draw implements [metakit.Distribution].
func (s signs) Draw(e *metakit.Episode, seed, index uint64) {
	s.Sinusoid.Draw(e, seed, index)
	for _, set := range []metakit.Set{e.Support, e.Query} {
		set.Y.Apply(func(_, _ int, v float64) float64 {
			if v > 0 {
				return 1
			}
			return 0
		}, set.Y)
	}
}
