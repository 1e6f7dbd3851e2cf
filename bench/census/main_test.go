package main

import (
	"math/rand/v2"
	"testing"

	"kindred/bench/real"
	"kindred/bench/real/realtest"
	"kindred/datasets"
	"kindred/internal/published"
)

// All methods run on every fortieth person, where some categories are unseen in the rows to fit, and what is stored is
// not run again.
func TestMethodsRun(t *testing.T) {
	whole := published.Set(t, datasets.CensusIncome)
	var few []int
	for i := 0; i < whole.Len(); i += 40 {
		few = append(few, i)
	}
	realtest.Run(t, study(whole.Rows(few), network{
		Network: real.Network{Rates: []float64{0.003}, Decays: []float64{0.01}}, epochs: 2, batch: 256,
	}))
	s, err := deal(whole.Rows(few), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := float64(parameters(shared(s.table)))
	for name, n := range map[string]int{"MMoE": parameters(mixture(s.table)), "PLE": parameters(extraction(s.table))} {
		if got := float64(n) / want; got < 0.95 || got > 1.07 {
			t.Errorf("%s has %.3f times the parameters of the shared bottom", name, got)
		}
	}
}

func parameters(m interface{ Init(*rand.Rand) []float64 }) int {
	return len(m.Init(rand.New(rand.NewPCG(1, 0))))
}

// What is published is of the command as it is.
func TestResults(t *testing.T) { realtest.Stored(t, usual(&datasets.Table{})) }
