package main

import (
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
)

// train is what all learners train on: the sinusoids of the MAML paper with 10 support and 10 query points.
func train() tasks.Sinusoid { return tasks.NewSinusoid(10) }

// panels begin with the distribution that the learners train on; the others differ in one thing from it.
func panels() []metakit.Panel { return train().Test().Panels() }

// A floor is a predictor without meta-learning.
type floor struct {
	name      string
	predictor func(s tasks.Sinusoid) metakit.Predictor // for a panel's tasks; nil where there is none
}

// ofThePanel is the floor of what has not seen a support set.
const ofThePanel = "best without support set, of the panel"

var floors = []floor{
	{"zero", func(tasks.Sinusoid) metakit.Predictor { return baseline.Zero{} }},
	{"mean of the support set", func(tasks.Sinusoid) metakit.Predictor { return baseline.Mean{} }},
	{"best without support set, as trained", func(tasks.Sinusoid) metakit.Predictor { return zeroShot(train()) }},
	{ofThePanel, func(s tasks.Sinusoid) metakit.Predictor { return zeroShot(s) }},
	{"least squares that knows the waves", func(s tasks.Sinusoid) metakit.Predictor { return s.Oracle() }},
	{"best linear one that knows the waves", ofNoise(func(s tasks.Sinusoid) metakit.Predictor { return s.LinearBayes() })},
	{"Bayes, which nothing beats", ofNoise(func(s tasks.Sinusoid) metakit.Predictor { return s.Bayes() })},
}

// ofNoise leaves panels without noise out, where least squares has no error.
func ofNoise(of func(s tasks.Sinusoid) metakit.Predictor) func(s tasks.Sinusoid) metakit.Predictor {
	return func(s tasks.Sinusoid) metakit.Predictor {
		if s.Noise == 0 {
			return nil
		}
		return of(s)
	}
}

func zeroShot(s tasks.Sinusoid) metakit.Predictor {
	return baseline.Func(func(x []float64) []float64 { return []float64{s.ZeroShot(x[0])} })
}
