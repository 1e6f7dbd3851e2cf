package main

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"kindred/internal/interval"
	"kindred/metakit/learnedopt"
	"kindred/nn"
)

// The grid of Adam's rates, and how many problems choose and test.
var rates = []float64{0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3}

const (
	chosenOn = 20
	testedOn = 40
	worst    = 1e6 // a loss above it, or none, counts as it
)

// chosenSeed is the seed of the problems that choose Adam's rate.
const chosenSeed = 1

// compare learns a rule and returns its table, on test problems of a seed.
func (r rule) compare(ctx context.Context, tests uint64) (string, error) {
	begun := time.Now()
	run, err := r.training.Run(ctx)
	if err != nil {
		return "", err
	}
	took := time.Since(begun).Seconds()
	var rows []row
	var p []float64
	for _, k := range r.kinds {
		w, err := k.compare(ctx, r.training.Rule, run.Own, tests)
		if err != nil {
			return "", fmt.Errorf("%s: %w", k.name, err)
		}
		rows, p = append(rows, w), append(p, interval.PairedTest(w.learned, w.adam))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\nLearned in %.0f s of the clock.\n\n", r.title, took)
	b.WriteString("| problems | learned | Adam | its rate | difference | p (Holm) | |\n|---|---|---|---|---|---|---|\n")
	for k, adjusted := range interval.Holm(p) {
		b.WriteString(rows[k].text(r.kinds[k].name, adjusted))
	}
	return b.String(), nil
}

// A row is what a learned rule and Adam make of a kind of problem: decimal logarithms of final losses.
type row struct {
	learned, adam []float64
	rate          float64
}

func (w row) text(name string, p float64) string {
	d, verdict := interval.Paired(w.learned, w.adam), "cannot be told"
	switch {
	case p < 0.05 && d.Mean < 0:
		verdict = "learned is better"
	case p < 0.05:
		verdict = "Adam is better"
	}
	return fmt.Sprintf("| %s | %.2f | %.2f | %v | %+.2f [%+.2f, %+.2f] | %.2g | %s |\n", name, stat.Mean(w.learned, nil),
		stat.Mean(w.adam, nil), w.rate, d.Mean, d.Low, d.High, p, verdict)
}

// compare tests on a kind of problem.
func (k kind) compare(ctx context.Context, r learnedopt.Rule, own []float64, tests uint64) (w row, err error) {
	best := math.Inf(1)
	for _, rate := range rates {
		logs, err := k.final(ctx, learnedopt.Fixed{Rule: nn.NewAdam(rate)}, nil, chosenSeed, chosenOn)
		if err != nil {
			return w, err
		}
		if mean := stat.Mean(logs, nil); mean < best {
			best, w.rate = mean, rate
		}
	}
	if w.adam, err = k.final(ctx, learnedopt.Fixed{Rule: nn.NewAdam(w.rate)}, nil, tests, testedOn); err == nil {
		w.learned, err = k.final(ctx, r, own, tests, testedOn)
	}
	return w, err
}

// final returns decimal logarithms of the losses at the end.
func (k kind) final(ctx context.Context, r learnedopt.Rule, own []float64, seed uint64, n int) (
	logs []float64, err error) {
	curves, err := learnedopt.Trial{Problems: k.problems, Steps: k.steps, Count: n, Seed: seed}.Run(ctx, r, own)
	for _, c := range curves {
		logs = append(logs, math.Log10(min(c[k.steps], worst)))
	}
	return logs, err
}
