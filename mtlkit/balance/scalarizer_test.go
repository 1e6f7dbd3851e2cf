package balance

import (
	"math"
	"testing"

	"kindred/internal/race"
)

// weightingTol is what weightings.json asks for.
const weightingTol = 1e-9

// scalarizers are those of the table of methods, and their variants, for m tasks.
func scalarizers(m int) map[string]Scalarizer {
	weights, least := make([]float64, m), make([]float64, m)
	for i := range m {
		weights[i], least[i] = 0.3+float64(i), -0.1*float64(i)
	}
	all := map[string]Scalarizer{
		"Equal mean":       Equal{Mean: true},
		"Uncertainty Adam": Uncertainty{Start: -0.5, Rate: 0.025, Adam: true},
		"DWA, colder":      DWA{Temperature: 0.5},
		"IMTLL Adam":       IMTLL{Adam: true, Rate: 0.1},
		"STCH weighed":     STCH{Mu: 0.3, Weights: weights, Reference: least},
		"PBI, off the ray": PBI{Theta: 5, Weights: weights, Reference: least},
		"COSMOS, sharper":  COSMOS{Lambda: 8, Weights: weights},
		"FAMO, smoothed":   NewCRMOGMScalarizer(NewFAMO()),
		"STCH logarithms":  STCH{Mu: 0.5, Nadir: weights},
		"FAMO bounded":     FAMO{Rate: 0.1, Decay: 0.01, Least: least},
	}
	for _, method := range Methods() {
		if s, ok := method.New(m).(Scalarizer); ok {
			all[method.Name] = s
		}
	}
	return all
}

// scalarized is a training with epochs of two steps in which every second task is a classification.
func scalarized(m int) Setting {
	classes := make([]bool, m)
	for i := range m {
		classes[i] = i%2 == 1
	}
	return Setting{Tasks: m, Params: 7, StepsPerEpoch: 2, Classes: classes}
}

// A loss that is not finite shows in V, whichever task it is of: the training loop looks there.
func TestScalarizersShowLossesThatAreNotFinite(t *testing.T) {
	for name, s := range scalarizers(3) {
		for task := range 3 {
			for _, bad := range []float64{math.NaN(), math.Inf(1)} {
				losses := []float64{0.8, 2.5, 0.1}
				losses[task] = bad
				value := s.Scalarize(make([]float64, 3), losses, Start(s, scalarized(3)))
				if !math.IsNaN(value) && !math.IsInf(value, 0) {
					t.Errorf("%s: loss %d is %v, V = %v", name, task, bad, value)
				}
			}
		}
	}
}

// Logarithms want positive losses, and a lower bound wants losses above it: V says so where that does not hold.
func TestScalarizersThatWantPositiveLosses(t *testing.T) {
	for name, s := range map[string]Scalarizer{
		"GLS": GLS{}, "STCH logarithms": STCH{Mu: 1, Nadir: []float64{1, 1, 1}},
		"FAMO": FAMO{Rate: 0.025, Least: []float64{0, 0, 1e-8}},
	} {
		for _, bad := range []float64{0, -1} {
			value := s.Scalarize(make([]float64, 3), []float64{0.8, 2.5, bad}, Start(s, scalarized(3)))
			if !math.IsNaN(value) {
				t.Errorf("%s: a loss is %v, V = %v", name, bad, value)
			}
		}
	}
}

func TestScalarizersOneTask(t *testing.T) {
	for name, s := range scalarizers(1) {
		weights := []float64{math.NaN()}
		value := s.Scalarize(weights, []float64{2}, Start(s, scalarized(1)))
		if math.IsNaN(value) || !(weights[0] > 0) {
			t.Errorf("%s: V = %v, weight %v", name, value, weights[0])
		}
	}
}

func TestScalarizersDoNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	losses, weights := []float64{0.8, 2.5, 0.1}, make([]float64, 3)
	for name, s := range scalarizers(3) {
		state := Start(s, scalarized(3))
		step := func() {
			s.Scalarize(weights, losses, state)
			if a, ok := s.(AfterStep); ok {
				a.AfterStep(losses, state)
			}
		}
		if n := testing.AllocsPerRun(100, step); n != 0 {
			t.Errorf("%s: %v allocations in a step", name, n)
		}
	}
}

func TestScalarizersRefuse(t *testing.T) {
	two := []float64{1, 1}
	for name, s := range scalarizers(2) {
		mustPanic(t, name+": a weight too few", func() { s.Scalarize(two[:1], two, Start(s, scalarized(2))) })
		mustPanic(t, name+": no task", func() { s.Scalarize(nil, nil, Start(s, scalarized(0))) })
		mustPanic(t, name+": a foreign state", func() {
			s.Scalarize(two, two, State{Setting: scalarized(2), Memory: make([]float64, 99)})
		})
	}
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}
