package characters

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// full is the side of the pictures as they were published.
const full = 105

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
		known, asked := smaller(r.Training), smaller(r.Test)
		var all []float64
		for k := range r.Label {
			all, q.order = append(all, float64(k)), append(q.order, k)
		}
		q.Episode = &metakit.Episode{Support: metakit.Set{X: known, Y: mat.NewDense(len(all), 1, all)},
			Query: metakit.Set{X: asked}}
		hausdorff := Hausdorff(r.Training, r.Test)
		learned := labels(prototypes{embedding, meta}.Predict(q.Support, asked))
		n := len(r.Label)
		title := fmt.Sprintf("Run %d: the Hausdorff distance is wrong on %d of %d, the prototypes on %d", run,
			n-q.right(hausdorff), n, n-q.right(learned))
		return plots.Pictures{
			Title:    title,
			Subtitle: "20 characters of one alphabet, one drawing of each, and the same by another hand",
			Rows: append(q.known(), q.asked([]string{"it is", "Hausdorff", "prototypes"},
				[][]plots.Word{q.words(q.truth), q.words(hausdorff), q.words(learned)})...),
		}.Figure("A one-shot run as pictures: 20 known characters and 20 drawings, with what two methods take them for. " +
			title + ".")
	})
}

// smaller returns drawings of the full side at that of the networks: a pixel is the mean of the area that it covers.
func smaller(of *mat.Dense) *mat.Dense {
	share := mat.NewDense(side, full, nil) // of old pixels in new ones, along a line
	const width = float64(full) / side
	for i := range side {
		for j := range full {
			over := min(float64(i+1)*width, float64(j+1)) - max(float64(i)*width, float64(j))
			share.Set(i, j, max(over, 0)/width)
		}
	}
	n, _ := of.Dims()
	out := mat.NewDense(n, side*side, nil)
	for i := range n {
		var half mat.Dense
		half.Mul(share, mat.NewDense(full, full, of.RawRowView(i)))
		mat.NewDense(side, side, out.RawRowView(i)).Mul(&half, share.T())
	}
	return out
}

// Hausdorff returns for each row of asked the row of known at the least modified Hausdorff distance: between two sets of
// places with ink, each about its mean, the larger of the two mean distances from a place of the one to the nearest of the
// other. This is the baseline of Omniglot's own demo.
//
// Reference: Dubuisson, Jain. A modified Hausdorff distance for object matching. ICPR 1994.
func Hausdorff(known, asked *mat.Dense) (nearest []int) {
	n, _ := known.Dims()
	m, _ := asked.Dims()
	var places [][][2]float64
	for k := range n {
		places = append(places, ink(known.RawRowView(k)))
	}
	for i := range m {
		drawn := ink(asked.RawRowView(i))
		best, at := math.Inf(1), 0
		for k, other := range places {
			d := meanNearest(drawn, other)
			if d < best { // the larger of the two counts
				d = max(d, meanNearest(other, drawn))
			}
			if d < best {
				best, at = d, k
			}
		}
		nearest = append(nearest, at)
	}
	return nearest
}

// ink returns the places of the pixels with ink, less their mean, ordered by rows.
func ink(pixels []float64) (places [][2]float64) {
	var mean [2]float64
	for i, v := range pixels {
		if v > 0.5 {
			p := [2]float64{float64(i / full), float64(i % full)}
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

// meanNearest returns the mean over a of the distance to the nearest of b. The search ends in each direction at the first
// row that is further away than the nearest place found.
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
