package main

import (
	"cmp"
	"context"
	"math"
	"slices"

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
		{"modified Hausdorff distance", whole, 105, hausdorff, 38.8},
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

// hausdorff is the modified Hausdorff distance of two square drawings: of the places with ink, less their mean, the
// mean distance to the nearest of the other drawing, in the direction in which that is larger.
//
// Reference: Dubuisson, Jain. A modified Hausdorff distance for object matching. ICPR 1994.
func hausdorff(a, b []float64) float64 {
	p, q := ink(a), ink(b)
	return max(meanNearest(p, q), meanNearest(q, p))
}

// ink returns the places of the pixels with ink, sorted by rows, less their mean.
func ink(pixels []float64) (places [][2]float64) {
	side := int(math.Sqrt(float64(len(pixels))))
	var mean [2]float64
	for i, v := range pixels {
		if v > 0.5 {
			p := [2]float64{float64(i / side), float64(i % side)}
			places = append(places, p)
			mean[0], mean[1] = mean[0]+p[0], mean[1]+p[1]
		}
	}
	for i := range places {
		places[i][0] -= mean[0] / float64(len(places))
		places[i][1] -= mean[1] / float64(len(places))
	}
	return places
}

// meanNearest returns the mean over a of the distance to the nearest of b. Both are sorted by rows, so that the search
// can end in each direction at the first row that is further away than the nearest place found.
func meanNearest(a, b [][2]float64) float64 {
	sum := 0.0
	for _, p := range a {
		least := math.Inf(1)
		at, _ := slices.BinarySearchFunc(b, p, func(q, p [2]float64) int { return cmp.Compare(q[0], p[0]) })
		near := func(q [2]float64) bool {
			dy, dx := p[0]-q[0], p[1]-q[1]
			least = min(least, dy*dy+dx*dx)
			return dy*dy < least
		}
		for i := at; i < len(b) && near(b[i]); i++ {
		}
		for i := at - 1; i >= 0 && near(b[i]); i-- {
		}
		sum += math.Sqrt(least)
	}
	return sum / float64(len(a))
}
