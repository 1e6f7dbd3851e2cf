package main

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"kindred/datasets"
	"kindred/mtlkit"
)

func TestX(t *testing.T) {
	people, err := datasets.CensusIncome(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s, err := deal(people, 0)
	if err != nil {
		t.Fatal(err)
	}
	e := mtlkit.TableEmbedding(s.table, few)
	t.Log(e.Outputs(), len(e.Tables), people.Words["income_50k"])
	for _, m := range []mtlkit.Model{logistic(s.table), shared(s.table), mixture(s.table), extraction(s.table)} {
		t.Logf("%T %d", m, len(m.Init(rand.New(rand.NewPCG(1, 1)))))
	}
	n := network{epochs: 1, batch: 1024}
	n.Rates, n.Decays = []float64{0.003}, []float64{0.01}
	for _, m := range []mtlkit.Model{shared(s.table), mixture(s.table), extraction(s.table)} {
		start := time.Now()
		v, c, err := n.train(t.Context(), s, m)
		t.Log(v, c, err, time.Since(start))
	}
}
