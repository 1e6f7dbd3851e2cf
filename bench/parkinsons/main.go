// Command parkinsons compares ways to predict two clinical scores of people from recordings of their voice, on people
// that no method has heard.
//
//	make compare-parkinsons
//
// See [real.Study] for how it goes on where it was stopped.
package main

import (
	"context"
	"log"

	"kindred/bench/real"
	"kindred/datasets"
)

func main() {
	recordings, err := datasets.Parkinsons(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	real.Main(usual(recordings))
}

// usual is the study whose results are kept.
func usual(recordings *datasets.Table) real.Study {
	return study(recordings, 8, network{
		Network: real.Network{Rates: []float64{0.0005, 0.003}, Decays: []float64{0, 1, 10, 50}}, epochs: 40,
	})
}

const baseline = "networks alone"

// study returns the comparison on a table of recordings.
func study(recordings *datasets.Table, strengths int, n network) real.Study {
	return real.Study{
		Name: "parkinsons", Title: "Parkinsons: two scores of people not heard before", About: about, Seeds: 20, Version: 1,
		Measures: []real.Measure{
			{Name: "MAE of motor UPDRS", Unit: "points", Digits: 2},
			{Name: "MAE of total UPDRS", Unit: "points", Digits: 2},
			{Name: "RMSE of motor UPDRS", Unit: "points", Digits: 2},
			{Name: "RMSE of total UPDRS", Unit: "points", Digits: 2},
		},
		Baseline: baseline,
		Methods:  methods(recordings, strengths, n),
		Contrasts: [][2]string{
			{"ridge per score", "mean"}, {"trace norm", "ridge per score"}, {"hard sharing", "mean"},
			{"hard sharing", "ridge per score"},
		},
	}
}

var about = []string{
	`5,875 recordings of 42 people with early Parkinson's disease: age, sex, days since recruitment and 16 measures of the
	voice, and two clinical scores, motor and total UPDRS, which were interpolated between visits (Tsanas et al. 2010).
	Each split takes three quarters of the people to train on and tests on the others, so that no one is on both sides; a
	split by recordings would test on people whose scores it knows. A quarter of the people to train on, the same for all
	methods, chooses among 8 candidates of each and among the epochs of networks, and trains nothing.`,
	`The plain baseline is the mean score of the people on whom the methods are fitted.`,
}
