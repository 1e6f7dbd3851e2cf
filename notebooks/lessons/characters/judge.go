package characters

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// Nearest is a predictor: a drawing is of the class of the support drawing whose pixels are nearest.
type Nearest struct{}

// Predict implements [metakit.Predictor]: 1 for the class of the nearest, 0 for the others.
func (Nearest) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	labels := support.Y.RawMatrix().Data
	n, _ := x.Dims()
	out := mat.NewDense(n, int(floats.Max(labels))+1, nil)
	var products mat.Dense
	products.Mul(x, support.X.T())
	for i := range n {
		best, nearest := math.Inf(1), 0
		for k := range labels {
			row := support.X.RawRowView(k)
			if d := floats.Dot(row, row) - 2*products.At(i, k); d < best { // the squared distance, less what all share
				best, nearest = d, k
			}
		}
		out.Set(i, int(labels[nearest]), 1)
	}
	return out
}

// A prototypes predictor asks a prototypical network.
type prototypes struct {
	embedding nn.Network
	meta      []float64
}

// Predict implements [metakit.Predictor].
func (p prototypes) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	ways := int(floats.Max(support.Y.RawMatrix().Data)) + 1
	learner := models.NewPrototypical(p.embedding, max(ways, 2))
	return must(metakit.Predict(learner, p.meta, support, x, []int{0}))[0]
}

// embed returns the embedding of drawings, a row a drawing.
func (p prototypes) embed(x *mat.Dense) *mat.Dense {
	learner := models.NewPrototypical(p.embedding, 2)
	_, cols := x.Dims()
	support := metakit.NewSet(1, make([]float64, cols), []float64{0})
	for _, s := range must(metakit.NewAdapter(learner, p.meta, nil, 0).Shown(support, x)) {
		if s.Name == "embedding" {
			return s.Value
		}
	}
	panic("characters: the learner shows no embedding")
}

// labels returns the class that each row of logits says.
func labels(logits *mat.Dense) []int {
	n, _ := logits.Dims()
	out := make([]int, n)
	for i := range out {
		out[i] = floats.MaxIdx(logits.RawRowView(i))
	}
	return out
}

// accuracy returns the share of right answers over test tasks in per cent, with its 95 % interval; of a learner that
// adapts in steps, after so many.
func accuracy(l metakit.Learner, meta []float64, tasks metakit.Distribution, steps, episodes int) metakit.Interval {
	out := must(metakit.Evaluation{Learner: l, Tasks: tasks, Steps: []int{steps}, Episodes: episodes,
		Precision: autodiff.Float32}.Run(context.Background(), meta))
	return percent(out[0].Score.Interval)
}

// accuracyOf is accuracy for a predictor that learns nothing.
func accuracyOf(p metakit.Predictor, tasks metakit.Distribution, episodes int) metakit.Interval {
	out := must(metakit.Evaluation{Tasks: tasks, Episodes: episodes}.Baseline(context.Background(), p, nn.SoftmaxLoss{}))
	return percent(out.Score.Interval)
}

func percent(i metakit.Interval) metakit.Interval {
	i.Mean, i.Low, i.High = 100*i.Mean, 100*i.Low, 100*i.High
	return i
}
