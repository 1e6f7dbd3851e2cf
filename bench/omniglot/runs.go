package main

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/metakit"
	"kindred/nn"
)

// runsSource is where the runs and the numbers beside them are from.
const runsSource = "Lake, Salakhutdinov, Tenenbaum 2015, Science 350, and demo.py of github.com/brendenlake/omniglot"

// A run is an episode of 20 characters of one alphabet: a drawing of each, and 20 others to be told.
type run struct{ whole, small *metakit.Episode } // of 105 × 105 pixels, and of 28 × 28

func oneShotRuns(ctx context.Context) ([]run, error) {
	all, err := datasets.OneShotRuns(ctx)
	if err != nil {
		return nil, err
	}
	var runs []run
	for _, r := range all {
		runs = append(runs, run{episode(r), episode(r.Shrink(side))})
	}
	return runs, nil
}

func episode(r datasets.OneShotRun) *metakit.Episode {
	n := len(r.Label)
	known, asked := make([]float64, n), make([]float64, n)
	for k, label := range r.Label {
		known[k], asked[k] = float64(k), float64(label)
	}
	return &metakit.Episode{Support: metakit.Set{X: r.Training, Y: mat.NewDense(n, 1, known)},
		Query: metakit.Set{X: r.Test, Y: mat.NewDense(n, 1, asked)}}
}

// collections returns the episodes of whole and of small drawings.
func collections(runs []run) (whole, small metakit.Collection) {
	for _, r := range runs {
		whole, small = append(whole, r.whole), append(small, r.small)
	}
	return whole, small
}

// untrained measures what learns nothing.
func (s study) untrained(ctx context.Context, runs []run) ([]runsEntry, error) {
	whole, small := collections(runs)
	var found []runsEntry
	for _, m := range []struct {
		name      string
		of        metakit.Collection
		side      int
		distance  distance
		published float64
	}{
		{"modified Hausdorff distance", whole, 105, datasets.ModifiedHausdorff, 38.8},
		{"nearest neighbour", whole, 105, euclidean, 0},
		{"nearest neighbour", small, side, euclidean, 0},
	} {
		o, err := metakit.Evaluation{Tasks: m.of}.Baseline(ctx, m.distance, nn.SoftmaxLoss{})
		if err != nil {
			return nil, err
		}
		found = append(found, newRunsEntry(m.name, m.side, o, m.published))
	}
	return found, nil
}

// onRuns measures a prototypical network.
func (s study) onRuns(ctx context.Context, t training, l learned, runs []run) (runsEntry, error) {
	_, small := collections(runs)
	o, err := metakit.Evaluation{Learner: t.learner(oneShotWays), Tasks: small, Steps: []int{0}, Precision: autodiff.Float32,
		Statistics: l.run.Statistics}.Run(ctx, l.run.Meta)
	if err != nil {
		return runsEntry{}, err
	}
	e := newRunsEntry(t.method, side, o[0], 0)
	e.Training = t.name
	return e, nil
}

// A distance tells drawings apart. As a predictor its logits are the negative distances to the support drawings, one of
// each class in the order of the classes.
type distance func(a, b []float64) float64

var _ metakit.Predictor = distance(nil)

// Predict implements [metakit.Predictor].
func (d distance) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	ways, _ := support.X.Dims()
	logits := mat.NewDense(rows, ways, nil)
	logits.Apply(func(i, j int, _ float64) float64 { return -d(x.RawRowView(i), support.X.RawRowView(j)) }, logits)
	return logits
}

func euclidean(a, b []float64) float64 {
	sum := 0.0
	for k, v := range a {
		sum += (v - b[k]) * (v - b[k])
	}
	return math.Sqrt(sum)
}
