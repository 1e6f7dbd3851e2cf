package main

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/bench/real"
	"kindred/bench/real/realtest"
	"kindred/datasets"
	"kindred/internal/published"
)

// All methods run on every twentieth recording, and what is stored is not run again.
func TestMethodsRun(t *testing.T) {
	whole := published.Set(t, datasets.Parkinsons)
	var few []int
	for i := 0; i < whole.Len(); i += 20 {
		few = append(few, i)
	}
	realtest.Run(t, study(whole.Rows(few), 2, network{
		Network: real.Network{Rates: []float64{0.003}, Decays: []float64{0}}, epochs: 2,
	}))
}

// The errors of a constant are those of a loop, and nobody is in two parts.
func TestScore(t *testing.T) {
	s := deal(published.Set(t, datasets.Parkinsons), 1)
	values, err := s.score(func(_ int, x *mat.Dense) (*mat.Dense, error) {
		return mat.NewDense(x.RawMatrix().Rows, 1, nil), nil // the mean of the people to train on
	})
	if err != nil {
		t.Fatal(err)
	}
	for task, y := range s.test.Y {
		mean := s.units.Units(task, mat.NewDense(1, 1, nil)).At(0, 0)
		absolute, squared := 0.0, 0.0
		points := mat.Col(nil, 0, s.units.Units(task, y))
		for _, v := range points {
			absolute += math.Abs(v - mean)
			squared += (v - mean) * (v - mean)
		}
		n := float64(len(points))
		if a, b := absolute/n, math.Sqrt(squared/n); math.Abs(values[task]-a) > 1e-9 || math.Abs(values[2+task]-b) > 1e-9 {
			t.Errorf("task %d: %v, want %v and %v", task, values, a, b)
		}
	}
}

// What is published is of the command as it is.
func TestResults(t *testing.T) { realtest.Stored(t, usual(&datasets.Table{})) }
