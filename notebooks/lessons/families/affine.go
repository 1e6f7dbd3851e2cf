package families

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/plots"
)

// Affine draws how far each learner's answers are from affine in the labels: with p(y) for the answers to labels y, it is the
// size of p(2y) + p(0) − 2p(y) beside that of p(2y) − p(0), over some waves.
func (c Cast) Affine() plots.Figure {
	chart, _ := c.affine()
	return chart.Figure("Bars of how far each learner's answers are from affine in the labels. " + chart.Title + ".")
}

// AffineIn names the learners of the cast whose answers are affine in the labels.
func (c Cast) AffineIn() string {
	_, names := c.affine()
	return list(names)
}

func (c Cast) affine() (plots.Dots, []string) {
	chart := plots.Dots{Subtitle: "|p(2y) + p(0) − 2p(y)| as a share of |p(2y) − p(0)|, over 20 waves",
		X: "share that is not affine in the labels", Decimals: 4, Bars: true}
	var affine []string
	for k, e := range c.Entries {
		bent, size := 0.0, 0.0
		for i := range 20 {
			episode := metakit.Draw(c.Waves.Test(), testSeed, metakit.TestIndex(i))
			at := func(factor float64) []float64 {
				var y mat.Dense
				y.Scale(factor, episode.Support.Y)
				support := metakit.Set{X: episode.Support.X, Y: &y}
				return curve(e.Learner, c.Trained[k].Meta, support, column(episode.Query.X), e.steps()).Y
			}
			none, once, twice := at(0), at(1), at(2)
			for j := range none {
				bent += sq(twice[j] + none[j] - 2*once[j])
				size += sq(twice[j] - none[j])
			}
		}
		share := math.Sqrt(bent / size)
		if share < 1e-9 {
			affine = append(affine, e.Name)
			share = 0
		}
		chart.Items = append(chart.Items, plots.Item{Name: e.Name, Role: e.Family.role(), Value: share})
	}
	chart.Title = "No learner is affine in the labels"
	if len(affine) > 0 {
		chart.Title = fmt.Sprintf("Affine in the labels: %s", list(affine))
	}
	return chart, affine
}

func sq(v float64) float64 { return v * v }
