package main

import (
	"math"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
)

// entrants are the baselines and the methods. What the literature fixes stays as published; other settings are tried
// out.
var entrants = []mtlkit.Entrant{
	{Name: "alone"},
	mtlkit.Enter("equal weights", balance.Equal{}),
	{Name: "tuned weights", Balance: tunedWeights},
	{Name: "random weights", Balance: func(seed uint64, _ int) balance.Balancer { return balance.RLW{Seed: seed} }},

	tuned("uncertainty", 1e-3, 1e-1, func(rate float64) balance.Balancer { return balance.Uncertainty{Rate: rate} }),
	tuned("DWA", 0.5, 8, func(t float64) balance.Balancer { return balance.DWA{Temperature: t} }),
	mtlkit.Enter("GLS", balance.GLS{}),
	tuned("IMTL-L", 1e-3, 1e-1, func(rate float64) balance.Balancer { return balance.IMTLL{Rate: rate} }),
	tuned("STCH", 0.05, 5, func(mu float64) balance.Balancer { return balance.STCH{Mu: mu} }),
	tuned("FAMO", 1e-3, 1e-1, func(rate float64) balance.Balancer { return balance.FAMO{Rate: rate} }),

	tuned("GradNorm", 0.1, 2, func(alpha float64) balance.Balancer {
		b := balance.NewGradNorm()
		b.Alpha = alpha
		return b
	}),
	mtlkit.Enter("MGDA", balance.MGDA{}),
	{Name: "PCGrad", Balance: func(seed uint64, _ int) balance.Balancer {
		return balance.PCGrad{Shuffle: true, Seed: seed}
	}},
	{Name: "GradDrop", Balance: func(seed uint64, _ int) balance.Balancer { return balance.GradDrop{Seed: seed} }},
	tuned("GradVac", 1e-3, 1e-1, func(beta float64) balance.Balancer { return balance.GradVac{Beta: beta} }),
	tuned("CAGrad", 0.1, 0.9, func(c float64) balance.Balancer { return balance.CAGrad{C: c} }),
	mtlkit.Enter("IMTL-G", balance.IMTLG{}),
	mtlkit.Enter("Nash-MTL", balance.NewNashMTL()),
	mtlkit.Enter("Aligned-MTL", balance.AlignedMTL{}),
	tuned("FairGrad", 0.5, 10, func(alpha float64) balance.Balancer { return balance.FairGrad{Alpha: alpha} }),
	mtlkit.Enter("DB-MTL", balance.NewDBMTL()),
	tuned("ExcessMTL", 1e-3, 1e-1, func(rate float64) balance.Balancer { return balance.ExcessMTL{Rate: rate} }),
	mtlkit.Enter("DualProj", balance.DualProj{}),
	mtlkit.Enter("UPGrad", balance.UPGrad{}),
	mtlkit.Enter("ConFIG", balance.ConFIG{}),
}

// tuned enters a method with one setting to try, between two ends, evenly in its logarithm.
func tuned(name string, least, most float64, of func(setting float64) balance.Balancer) mtlkit.Entrant {
	return mtlkit.Entrant{Name: name, Balance: func(_ uint64, trial int) balance.Balancer {
		u, _ := mtlkit.Spread(trial)
		return of(least * math.Pow(most/least, u))
	}}
}

// tunedWeights tries weights of the losses: those of the first two tasks from a tenth to ten times that of the third.
func tunedWeights(_ uint64, trial int) balance.Balancer {
	u, v := mtlkit.Spread(trial)
	w := []float64{math.Pow(10, 2*u-1), math.Pow(10, 2*v-1), 1}
	sum := w[0] + w[1] + w[2]
	for i := range w {
		w[i] *= 3 / sum
	}
	return balance.Fixed{Weights: w}
}
