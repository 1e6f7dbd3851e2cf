package characters

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// OneShot draws one of the 20 runs of the Omniglot paper, 1 to 20, with what the least modified Hausdorff distance and a
// prototypical network take each drawing for.
func (d Drawings) OneShot(run int, embedding nn.Network, meta []float64) Figure {
	return d.or(func() Figure {
		runs, err := datasets.OneShotRuns(context.Background())
		if err != nil {
			return Drawings{Missing: err.Error()}.or(nil)
		}
		r := runs[run-1]
		q := drawn{truth: r.Label, riddle: Riddle{Ways: len(r.Label), Shots: 1}}
		small := r.Shrink(side)
		var all []float64
		for k := range r.Label {
			all, q.order = append(all, float64(k)), append(q.order, k)
		}
		q.Episode = &metakit.Episode{Support: metakit.Set{X: small.Training, Y: mat.NewDense(len(all), 1, all)},
			Query: metakit.Set{X: small.Test}}
		nearest := hausdorff(r.Training, r.Test)
		learned := labels(prototypes{embedding, meta}.Predict(q.Support, small.Test))
		n := len(r.Label)
		title := fmt.Sprintf("Run %d: the Hausdorff distance is wrong on %s, the prototypes on %s", run,
			lessons.Of(n-q.right(nearest), n), lessons.Some(n-q.right(learned)))
		return plots.Pictures{
			Title:    title,
			Subtitle: "20 characters of one alphabet, one drawing of each, and the same by another hand",
			Rows: append(q.known(), q.asked([]string{"it is", "Hausdorff", "prototypes"},
				[][]plots.Word{q.words(q.truth), q.words(nearest), q.words(learned)})...),
		}.Figure("A one-shot run as pictures: 20 known characters and 20 drawings, with what two methods take them for. " +
			title + ".")
	})
}

// hausdorff returns for each row of asked the row of known at the least modified Hausdorff distance.
func hausdorff(known, asked *mat.Dense) (nearest []int) {
	n, _ := known.Dims()
	m, _ := asked.Dims()
	for i := range m {
		best, at := math.Inf(1), 0
		for k := range n {
			if d := datasets.ModifiedHausdorff(asked.RawRowView(i), known.RawRowView(k)); d < best {
				best, at = d, k
			}
		}
		nearest = append(nearest, at)
	}
	return nearest
}

// Hausdorff returns the modified Hausdorff distance of two drawings of which the places with ink are given, row and column, each
// from 0 to 24.
func Hausdorff(a, b [][2]int) float64 {
	drawing := func(places [][2]int) []float64 {
		pixels := make([]float64, 25*25)
		for _, p := range places {
			pixels[25*p[0]+p[1]] = 1
		}
		return pixels
	}
	return datasets.ModifiedHausdorff(drawing(a), drawing(b))
}
