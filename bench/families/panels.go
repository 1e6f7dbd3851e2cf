package main

import (
	"math"

	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
)

// train is what all learners train on: the sinusoids of the MAML paper with 10 support and 10 query points.
func train() tasks.Sinusoid { return tasks.NewSinusoid(10) }

// A panel is a family of waves to test on.
type panel struct {
	name  string
	waves tasks.Sinusoid
}

// panels begin with the distribution that the learners train on; the others differ in one thing from it.
func panels() []panel {
	of := func(name string, change func(s *tasks.Sinusoid)) panel {
		s := train().Test()
		change(&s)
		return panel{name, s}
	}
	return []panel{
		of("as trained", func(*tasks.Sinusoid) {}),
		of("5 points", func(s *tasks.Sinusoid) { s.Shots = 5 }),
		of("20 points", func(s *tasks.Sinusoid) { s.Shots = 20 }),
		of("amplitudes 5 to 10", func(s *tasks.Sinusoid) { s.Amplitude = tasks.Uniform{Min: 5, Max: 10} }),
		of("phases π to 2π", func(s *tasks.Sinusoid) { s.Phase = tasks.Uniform{Min: math.Pi, Max: 2 * math.Pi} }),
		of("frequencies 1.2 to 1.5", func(s *tasks.Sinusoid) { s.Frequency = tasks.Uniform{Min: 1.2, Max: 1.5} }),
		of("inputs 5 to 10", func(s *tasks.Sinusoid) { s.Input = tasks.Uniform{Min: 5, Max: 10} }),
	}
}

// A floor is a predictor without meta-learning.
type floor struct {
	name      string
	predictor func(p panel) metakit.Predictor // nil where there is none for a panel
}

var floors = []floor{
	{"zero", func(panel) metakit.Predictor { return baseline.Zero{} }},
	{"best constant of the support set", func(panel) metakit.Predictor { return baseline.Mean{} }},
	{"best without support set, as trained", func(panel) metakit.Predictor { return zeroShot(train()) }},
	{"best without support set, of the panel", func(p panel) metakit.Predictor { return zeroShot(p.waves) }},
	{"least squares that knows the waves", func(p panel) metakit.Predictor {
		if p.waves.Frequency.Min != p.waves.Frequency.Max {
			return nil // no fit of least squares
		}
		return p.waves.Oracle()
	}},
}

func zeroShot(s tasks.Sinusoid) metakit.Predictor {
	return baseline.Func(func(x []float64) []float64 { return []float64{s.ZeroShot(x[0])} })
}
