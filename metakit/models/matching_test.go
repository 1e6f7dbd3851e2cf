package models_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/nn"
)

func TestPropertiesOfALearnedScale(t *testing.T) {
	l := models.NewMatching(plane, 3)
	l.Scale, l.LearnScale = 10, true
	metatest.TestLearner(t, l, blobs(3, 2), all)
}

// With one point a class and a large scale the prediction is the class of the nearest point by the cosine, and log p of
// another class is how much further it is, times the scale, where its p is far below the least number.
func TestMatchingIsNearestNeighbour(t *testing.T) {
	const scale = 1e6
	l, e := models.NewMatching(plane, 5), metakit.Draw(blobs(5, 1), 1, 1)
	l.Scale = scale
	meta := start(l, 3)
	p := predicted(t, l, meta, e)
	s, q := embed(t, plane, meta, e.Support.X), embed(t, plane, meta, e.Query.X)
	for i := range q.RawMatrix().Rows {
		cosines := make([]float64, 5)
		for j := range cosines {
			a, b := q.RawRowView(i), s.RawRowView(j)
			cosines[int(e.Support.Y.At(j, 0))] = floats.Dot(a, b) / floats.Norm(a, 2) / floats.Norm(b, 2)
		}
		nearest := floats.MaxIdx(cosines)
		if got := floats.MaxIdx(p.RawRowView(i)); got != nearest {
			t.Errorf("query point %d is taken for class %d; the nearest point is of class %d", i, got, nearest)
		}
		for k, c := range cosines { // a cosine is right to a few units in its last place
			if got, want := p.At(i, k), scale*(c-cosines[nearest]); !(math.Abs(got-want) <= 1e-14*scale) {
				t.Errorf("query point %d: log p of class %d is %v, want %v", i, k, got, want)
			}
		}
	}
}

// Where all attention is alike a class has the share of its points.
func TestMatchingCountsVotes(t *testing.T) {
	l, e := models.NewMatching(plane, 3), uneven(t)
	l.Scale = 1e-12
	p := predicted(t, l, start(l, 1), e)
	for i := range p.RawMatrix().Rows {
		golden.Near(t, "log p", p.RawRowView(i), []float64{math.Log(1. / 7), math.Log(4. / 7), math.Log(2. / 7)}, 1e-11)
	}
}

// dead is an embedding whose units are all 0.
var dead = nn.MLP{Widths: []int{2, 4}, Weights: nn.Zeros{}, Output: nn.ReLU}

func TestMatchingOfZeros(t *testing.T) {
	l, e := models.NewMatching(dead, 3), metakit.Draw(blobs(3, 1), 1, 1)
	p := predicted(t, l, start(l, 1), e)
	want := mat.NewDense(12, 3, nil)
	want.Apply(func(_, _ int, _ float64) float64 { return -math.Log(3) }, want)
	golden.Near(t, "log p", p.RawMatrix().Data, want.RawMatrix().Data, 1e-15)
	_, gradient := metaGradient(t, l, start(l, 1), e)
	finite(t, "gradient", gradient)
}
