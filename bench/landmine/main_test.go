package main

import (
	"context"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/bench/real"
	"kindred/bench/real/realtest"
	"kindred/datasets"
	"kindred/internal/published"
	"kindred/mtlkit/convex"
)

// All methods run on a few groups, and what is stored is not run again.
func TestMethodsRun(t *testing.T) {
	whole := published.Set(t, datasets.Landmine)
	var few []int
	for i, group := range whole.Groups {
		if slices.Contains([]int{2, 3, 17}, group) {
			few = append(few, i)
		}
	}
	small := study(whole.Rows(few), 4, real.Hidden{
		Network: real.Network{Rates: []float64{0.02}, Decays: []float64{0.3}}, Units: 2, Epochs: 2, Batch: 16,
	})
	realtest.Run(t, small)
}

// The AUC is one half for outputs that know nothing and one for the labels.
func TestScore(t *testing.T) {
	whole := published.Set(t, datasets.Landmine)
	for _, want := range []float64{0.5, 1} {
		fit := func(_ context.Context, s *real.Split) (real.Predict, string, error) {
			return func(field int, x *mat.Dense) ([]float64, error) {
				z := mat.Col(nil, 0, s.Test.Y[field])
				if want == 0.5 {
					clear(z)
				}
				return z, nil
			}, "", nil
		}
		g := real.Grouped{Table: whole, Task: task(whole), Share: 0.5, Score: score}
		values, _, err := g.Method("it", nil, fit).Run(t.Context(), 1)
		if err != nil || values[0] != want {
			t.Errorf("a mean AUC of %v, want %v; %v", values, want, err)
		}
	}
}

// Neighbours are of the same ground, each pair once; the weights of a field's neighbours and its own share add up to 1.
func TestNeighbours(t *testing.T) {
	got := neighbours([]int{20, 2, 3, 3, 17, 20, 28})
	want := []convex.Edge{
		{S: 0, T: 1, Weight: 1. / 2},
		{S: 2, T: 3, Weight: 1. / 3}, {S: 2, T: 4, Weight: 1. / 3}, {S: 3, T: 4, Weight: 1. / 3},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What is published is of the command as it is.
func TestResults(t *testing.T) { realtest.Stored(t, usual(&datasets.Table{Targets: []string{"mine"}})) }
