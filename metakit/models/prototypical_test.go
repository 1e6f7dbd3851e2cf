package models_test

import (
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/models"
)

// uneven is an episode of three classes with 1, 4 and 2 support points.
func uneven(t *testing.T) *metakit.Episode {
	t.Helper()
	e := metakit.Draw(blobs(3, 4), 1, 1)
	x, y := mat.NewDense(7, 2, nil), mat.NewDense(7, 1, nil)
	for to, from := range []int{8, 4, 0, 5, 9, 6, 7} { // four points of a class after the other
		x.SetRow(to, e.Support.X.RawRowView(from))
		y.SetRow(to, e.Support.Y.RawRowView(from))
	}
	return &metakit.Episode{Support: metakit.Set{X: x, Y: y}, Query: e.Query}
}

// The logits are f·w + b − ‖f‖² with w = 2c and b = −‖c‖², c being plain means, however many points a class has.
func TestPrototypicalIsLinear(t *testing.T) {
	l, e := models.NewPrototypical(plane, 3), uneven(t)
	meta := start(l, 2)
	s, q := embed(t, plane, meta, e.Support.X), embed(t, plane, meta, e.Query.X)
	var want []float64
	for i := range q.RawMatrix().Rows {
		f := q.RawRowView(i)
		for k := range 3 {
			c, n := make([]float64, len(f)), 0.0
			for j := range s.RawMatrix().Rows {
				if e.Support.Y.At(j, 0) == float64(k) {
					floats.Add(c, s.RawRowView(j))
					n++
				}
			}
			floats.Scale(1/n, c)
			want = append(want, 2*floats.Dot(f, c)-floats.Dot(c, c)-floats.Dot(f, f))
		}
	}
	golden.Near(t, "logits", predicted(t, l, meta, e).RawMatrix().Data, want, 1e-13)
}

// Ways is a bound: what is trained for ten classes judges five as a learner of five does.
func TestWaysAreABound(t *testing.T) {
	for _, pair := range [][2]metakit.Learner{
		{models.NewPrototypical(plane, 10), models.NewPrototypical(plane, 5)},
		{models.NewMatching(plane, 10), models.NewMatching(plane, 5)},
		{models.NewR2D2(plane, 10), models.NewR2D2(plane, 5)},
	} {
		meta := start(pair[0], 1)
		var outcomes [2]metakit.Outcome
		for k, l := range pair {
			o, err := metakit.Evaluation{Learner: l, Tasks: blobs(5, 1), Steps: []int{0}, Episodes: 20}.Run(t.Context(), meta)
			if err != nil {
				t.Fatal(err)
			}
			outcomes[k] = o[0]
		}
		golden.Near(t, "losses", outcomes[0].Losses, outcomes[1].Losses, 1e-13)
		golden.Near(t, "accuracies", outcomes[0].Score.Values, outcomes[1].Score.Values, 0)
	}
}
