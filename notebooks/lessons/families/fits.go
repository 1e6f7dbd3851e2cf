package families

import (
	"context"
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/plots"
)

type silent struct{}

func (silent) Set(int) {}
func (silent) Done()   {}

// FivePoints draws what learners of all families make of five points of a wave that none of them has seen, beside a network
// that was trained on all waves together.
func FivePoints() plots.Figure {
	c := small(5)
	trained, err := c.Train(silent{})(context.Background())
	if err != nil {
		panic(err) // with these numbers none diverges
	}
	wave := tasks.Wave{Amplitude: 3.5, Phase: 0.9, Frequency: 1}
	return c.With(trained).Fits(wave, []float64{-3.6, -2.2, -0.8, 1.4, 3})
}

// Play draws what each learner makes of so many points of a wave, evenly spread, whose amplitude and phase are given in tenths.
func (c Cast) Play(amplitude, phase, points int) plots.Figure {
	wave := tasks.Wave{Amplitude: float64(amplitude) / 10, Phase: float64(phase) / 10, Frequency: 1}
	return c.Fits(wave, tasks.Midpoints(c.Waves.Input.Min, c.Waves.Input.Max, points))
}

// Told returns what the best predictor says at another x after points of a wave without noise: least squares on sin x and cos x.
func Told(x, y []float64, at float64) float64 {
	support := metakit.Set{X: mat.NewDense(len(x), 1, x), Y: mat.NewDense(len(y), 1, y)}
	return Waves(len(x), 0).Oracle().Predict(support, mat.NewDense(1, 1, []float64{at})).At(0, 0)
}

// Fits draws what each learner makes of a wave's points at x.
func (c Cast) Fits(wave tasks.Wave, x []float64) plots.Figure {
	xs := plots.Linspace(-5, 5, 201)
	support, all := wave.Set(x), wave.Set(xs)
	var panels []plots.Panel
	var told []string
	least, best, high := 0.0, "", max(6, 1.2*wave.Amplitude)
	for k, e := range c.Entries {
		s := curve(e.Learner, c.Trained[k].Meta, support, xs, e.steps())
		off := meanSquare(s.Y, column(all.Y))
		if best == "" || off < least {
			least, best = off, e.Name
		}
		s.Name = "" // the title says it
		told = append(told, fmt.Sprintf("%s %.2f", e.Name, off))
		panels = append(panels, plots.Fits{
			Title: fmt.Sprintf("%s: %.2f", e.Name, off), X: "x", Y: "y", Role: e.Family.role(), Steps: []plots.Series{s},
			Truth:   plots.Series{Name: "the wave", X: xs, Y: column(all.Y)},
			Support: plots.Points{Name: "its points", X: x, Y: column(support.Y)},
			YLim:    plots.Range{-high, high},
		})
	}
	return plots.Panels{
		Title: fmt.Sprintf("%s, and what each has learned to make of %s", points(len(x)), map[bool]string{true: "it", false: "them"}[len(x) == 1]),
		Subtitle: fmt.Sprintf("a wave of amplitude %g and phase %g; mean squared error in the titles; bands: the middle 95 %% of what is "+
			"predicted. Nearest: %s", wave.Amplitude, wave.Phase, best),
		Panels: panels, Columns: 3,
	}.Figure("Panels with a dashed wave, points on it and the curve that each learner predicts, with its mean squared error: " +
		strings.Join(told, ", ") + ".")
}

// curve returns what a learner predicts at x, with a band where it predicts its uncertainty.
func curve(l metakit.Learner, meta []float64, support metakit.Set, x []float64, steps int) plots.Series {
	p, err := metakit.Predict(l, meta, support, mat.NewDense(len(x), 1, x), []int{steps})
	if err != nil {
		panic(err) // the points are ours
	}
	s := plots.Series{X: x, Y: column(p[0])}
	if predictsDeviations(l) {
		for i, y := range s.Y {
			d := p[0].At(i, 1)
			s.Low, s.High = append(s.Low, y-1.96*d), append(s.High, y+1.96*d)
		}
	}
	return s
}

// column returns the first column of a matrix.
func column(m mat.Matrix) []float64 { return mat.Col(nil, 0, m) }

// meanSquare returns the mean of (aᵢ − bᵢ)².
func meanSquare(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum / float64(len(a))
}

func points(n int) string {
	if n == 1 {
		return "One point"
	}
	if n > 10 {
		return fmt.Sprint(n, " points")
	}
	return []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"}[n] + " points"
}
