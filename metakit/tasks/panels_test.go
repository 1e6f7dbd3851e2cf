package tasks_test

import (
	"math"
	"slices"
	"testing"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// Every family has itself first, and then others of which each draws other tasks than all before it, of the same
// columns.
func TestPanels(t *testing.T) {
	for name, panels := range map[string][]metakit.Panel{
		"sinusoid": tasks.NewSinusoid(5).Panels(), "lines": tasks.NewLines(5).Panels(),
		"sine and line": tasks.NewSineAndLine(5).Panels(), "harmonics": tasks.NewHarmonics(5).Panels(),
		"Gaussian process": tasks.NewGaussianProcess(5).Panels(), "Bayesian linear": tasks.NewBayesianLinear(5).Panels(),
		"linear": tasks.NewLinear(5).Panels(),
	} {
		var names []string
		var drawn [][]float64
		for _, p := range panels {
			var all []float64
			for index := range uint64(4) { // some of which are waves, some lines
				e := metakit.Draw(p.Tasks, 1, index)
				if e.Size().In != panels[0].Tasks.Size(0, 0).In {
					t.Errorf("%s, %s: %d columns", name, p.Name, e.Size().In)
				}
				all = append(append(all, e.Support.X.RawMatrix().Data...), e.Support.Y.RawMatrix().Data...)
			}
			if slices.Contains(names, p.Name) || slices.ContainsFunc(drawn, func(d []float64) bool { return slices.Equal(d, all) }) {
				t.Errorf("%s: %s is there twice, or draws what another does", name, p.Name)
			}
			names, drawn = append(names, p.Name), append(drawn, all)
		}
		if names[0] != "as trained" || len(names) < 6 {
			t.Errorf("%s: panels %q", name, names)
		}
	}
	if b := uniform(-1, 3).Beyond(); b != uniform(3, 7) {
		t.Errorf("beyond −1 to 3 lies %v", b)
	}
	if b := uniform(2, 2).Beyond(); b != uniform(3, 3) {
		t.Errorf("beyond 2 lies %v", b)
	}
}

// The floors follow their family to every panel: the best guess of the panel has the panel's floor on its tasks, within
// four standard errors, and that of the family as trained is worse where the best guess moved.
func TestPanelsHaveFloors(t *testing.T) {
	trained := tasks.NewSinusoid(5)
	moved := 0
	for _, p := range trained.Panels() {
		s := p.Tasks.(tasks.Sinusoid)
		e := metakit.Evaluation{Tasks: s, Episodes: 4000, Seed: 4}
		own, err := e.Baseline(t.Context(), best(s), nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(own.Mean-s.ZeroShotFloor()) > 2*(own.High-own.Mean) {
			t.Errorf("%s: %v on drawn tasks, %v by the formula", p.Name, own.Interval, s.ZeroShotFloor())
		}
		other, err := e.Baseline(t.Context(), best(trained), nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		if gain := metakit.PairedInterval(other.Losses, own.Losses); gain.Low > 0 {
			moved++
		} else if gain.High < 0 {
			t.Errorf("%s: the guess as trained beats the best by %v", p.Name, gain)
		}
		if o, err := e.Baseline(t.Context(), s.Oracle(), nn.SquaredError{}); err != nil || s.Noise == 0 && !(o.Median < 1e-20) {
			t.Errorf("%s: the oracle ends at %v, %v", p.Name, o.Median, err)
		}
	}
	if moved < 3 { // amplitudes, phases, frequencies
		t.Errorf("the best guess moved in %d panels", moved)
	}
}
