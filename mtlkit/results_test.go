package mtlkit

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestCheckResults(t *testing.T) {
	good := func() []Result {
		return []Result{
			{"a", 0, []int{0, 2}, []int{1, 9}, []float64{0.5, 1e-300}, []float64{-1, 0}},
			{"b", 0, []int{0, 0}, []int{1, 1}, []float64{1, 1}, []float64{1, 1}},
			{"a", 1, []int{1, 1}, []int{1, 1}, []float64{1, 1}, []float64{1, 1}},
		}
	}
	if err := CheckResults(good(), 2, 3); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(r []Result) []Result{
		`result 2, of "" on seed 0, has no entrant`:      func(r []Result) []Result { r[1].Entrant = ""; return r },
		`result 4, of "a" on seed 0, is there twice`:     func(r []Result) []Result { return append(r, r[0]) },
		"has 1 losses, want one for each of the 2 tasks": func(r []Result) []Result { r[0].Losses = r[0].Losses[:1]; return r },
		"has 0 values":                 func(r []Result) []Result { r[2].Values = nil; return r },
		"has 3 epochs":                 func(r []Result) []Result { r[2].Epochs = make([]int, 3); return r },
		"has 1 trials":                 func(r []Result) []Result { r[2].Trials = r[2].Trials[:1]; return r },
		"kept epoch 9 of trial 3":      func(r []Result) []Result { r[0].Trials[1] = 3; return r },
		"kept epoch 1 of trial -1":     func(r []Result) []Result { r[0].Trials[0] = -1; return r },
		"kept epoch 0 of trial 1":      func(r []Result) []Result { r[2].Epochs[0] = 0; return r },
		"has the loss 0 and":           func(r []Result) []Result { r[2].Losses[1] = 0; return r },
		"has the loss NaN":             func(r []Result) []Result { r[2].Losses[1] = math.NaN(); return r },
		"has the loss +Inf":            func(r []Result) []Result { r[2].Losses[1] = math.Inf(1); return r },
		"the value NaN, want finite":   func(r []Result) []Result { r[0].Values[0] = math.NaN(); return r },
		"result 3, of \"a\" on seed 1": func(r []Result) []Result { r[2].Losses = slices.Repeat(r[2].Losses, 2); return r },
	} {
		if err := CheckResults(change(good()), 2, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
