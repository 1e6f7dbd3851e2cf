package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/bench/real"
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/convex"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// network is what networks are tuned over.
type network struct {
	real.Network
	epochs int
}

// split is the recordings of a seed: of people to fit, to choose and to test by, standardised over the first two.
type split struct {
	seed                   uint64
	tasks                  []mtlkit.Task
	units                  *mtlkit.Standardizer
	fitting, holding, test mtlkit.Data
}

// predict returns what a method says of a task, in standard units.
type predict func(task int, x *mat.Dense) (*mat.Dense, error)

// fit trains a method and says what was chosen.
type fit func(ctx context.Context, s split) (predict, string, error)

func deal(recordings *datasets.Table, seed uint64) split {
	train, test := recordings.SplitGroups(0.75, seed)
	fitting, holding := train.SplitGroups(0.75, seed)
	s := split{seed: seed, tasks: mtlkit.TableTasks(recordings)}
	s.units = mtlkit.Standardize(s.tasks, train)
	s.fitting, s.holding, s.test = s.units.Data(fitting), s.units.Data(holding), s.units.Data(test)
	return s
}

// methods returns all of them.
func methods(recordings *datasets.Table, strengths int, n network) (all []real.Method) {
	add := func(name string, tried any, f fit) {
		all = append(all, real.Method{Name: name, Tried: tried, Run: func(ctx context.Context, seed uint64) (
			[]float64, string, error) {
			s := deal(recordings, seed)
			p, chosen, err := f(ctx, s)
			if err != nil {
				return nil, "", err
			}
			values, err := s.score(p)
			return values, chosen, err
		}})
	}
	linear := func(name string, p convex.Penalty, from, to float64) {
		add(name, fmt.Sprintf("%T%+v %d %g %g", p, p, strengths, from, to), member(p, from, to, strengths))
	}
	inputs := len(recordings.Inputs)
	add("mean", nil, means)
	linear("ridge per score", convex.Alone{Ridge: 1}, 1, 1e-5)
	linear("trace norm", convex.Trace{Lambda: 1}, 1, 1e-3)
	linear("learned relations", convex.Relations{Lambda2: 1}, 1, 1e-5)
	linear("multi-task lasso", convex.L21{Lambda: 1}, 1, 1e-3)
	hard := sharing.HardSharing{Trunk: []int{inputs, 32}, Heads: [][]int{{8, 1}, {8, 1}}, Activation: nn.ReLU}
	add(baseline, n, n.train(mtlkit.Independent{Of: hard}))
	add("hard sharing", n, n.train(hard))
	add("cross-stitch", n, n.train(sharing.CrossStitch{
		Inputs: inputs, Levels: [][]int{{32}}, Heads: [][]int{{8, 1}, {8, 1}}, Activation: nn.ReLU,
	}))
	add("MMoE", n, n.train(sharing.MMoE{
		Inputs: inputs, Levels: [][]int{{16}}, Experts: 4, Heads: [][]int{{8, 1}, {8, 1}}, Activation: nn.ReLU,
	}))
	return all
}

// means predicts the mean of the recordings to fit, which those to choose need not have.
func means(_ context.Context, s split) (predict, string, error) {
	return func(task int, x *mat.Dense) (*mat.Dense, error) {
		z := mat.NewDense(x.RawMatrix().Rows, 1, nil)
		mean := stat.Mean(mat.Col(nil, 0, s.fitting.Y[task]), nil)
		z.Apply(func(_, _ int, _ float64) float64 { return mean }, z)
		return z, nil
	}, "", nil
}

// member fits a linear member at each strength, and takes of each score the one that is the best on the people to
// choose by.
func member(penalty convex.Penalty, from, to float64, strengths int) fit {
	return func(ctx context.Context, s split) (predict, string, error) {
		p := convex.Problem{Intercepts: true}
		for _, y := range s.fitting.Y {
			p.Tasks = append(p.Tasks, convex.Task{X: s.fitting.X[0], Y: mat.Col(nil, 0, y)})
		}
		strongest, err := convex.Largest(p, penalty)
		if err != nil {
			return nil, "", err
		}
		factors := convex.Geometric(from*strongest, to*strongest, strengths)
		fits, err := convex.NewSolver().Path(ctx, p, penalty, factors)
		if err != nil {
			return nil, "", err
		}
		best, least := make([]*convex.Fit, len(s.tasks)), make([]float64, len(s.tasks))
		chosen := make([]int, len(s.tasks))
		for i, f := range fits {
			for task, y := range s.holding.Y {
				z := f.Predict(task, s.holding.X[0])
				loss := nn.MeanSquared.Of(mat.NewDense(len(z), 1, z), y)
				if i == 0 || loss < least[task] {
					best[task], least[task], chosen[task] = f, loss, i+1
				}
			}
		}
		return func(task int, x *mat.Dense) (*mat.Dense, error) {
			z := best[task].Predict(task, x)
			return mat.NewDense(len(z), 1, z), nil
		}, fmt.Sprintf("strengths %v of %d", chosen, strengths), nil
	}
}

// train tunes a network: one candidate for both scores, or, of networks alone, each its own.
func (n network) train(model mtlkit.Model) fit {
	return func(ctx context.Context, s split) (predict, string, error) {
		_, n.Apart = model.(mtlkit.Independent)
		tuned, err := n.Tune(ctx, mtlkit.Trainer{
			Model: model, Tasks: s.tasks, Data: s.fitting, Validation: s.holding, Patience: 8,
			Epochs: n.epochs, BatchSize: 64, Seed: s.seed,
		})
		if err != nil {
			return nil, "", err
		}
		return func(task int, x *mat.Dense) (*mat.Dense, error) {
			return tuned.Of(task).PredictTask(task, x)
		}, tuned.Chosen, nil
	}
}

// score returns the mean absolute errors of the scores on the test people, in points, then the roots of the mean
// squared ones.
func (s split) score(p predict) ([]float64, error) {
	var absolute, squared []float64
	for task, y := range s.test.Y {
		z, err := p(task, s.test.X[0])
		if err != nil {
			return nil, err
		}
		points, truth := s.units.Units(task, z), s.units.Units(task, y)
		absolute = append(absolute, nn.MeanAbsolute.Of(points, truth))
		squared = append(squared, math.Sqrt(nn.MeanSquared.Of(points, truth)))
	}
	return append(absolute, squared...), nil
}
