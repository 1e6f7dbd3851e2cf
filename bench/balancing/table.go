package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/mtlkit"
)

// table prints how every method did on the test rows, beside equal weights.
func table(r *report) {
	of := func(name string) (runs []mtlkit.Result) {
		for _, result := range r.Results {
			if result.Entrant == name {
				runs = append(runs, result)
			}
		}
		slices.SortFunc(runs, func(a, b mtlkit.Result) int { return int(a.Seed) - int(b.Seed) })
		return runs
	}
	equal := of("equal weights")
	fmt.Printf("%-15s", "test rows")
	for _, t := range r.Tasks {
		fmt.Printf(" %14s", t+" loss")
	}
	fmt.Printf("  %-28s %s\n", "against equal weights, in %", "p (Holm)")
	var p []float64
	for _, e := range entrants {
		if e.Name != "equal weights" {
			p = append(p, mtlkit.PairedTest(logs(of(e.Name)), logs(equal)))
		}
	}
	p = mtlkit.Holm(p)
	for _, e := range entrants {
		runs := of(e.Name)
		fmt.Printf("%-15s", e.Name)
		for task := range r.Tasks {
			var losses []float64
			for _, run := range runs {
				losses = append(losses, run.Losses[task])
			}
			fmt.Printf(" %14.4f", mtlkit.MeanInterval(losses).Mean)
		}
		x, y := logs(runs), logs(equal)
		d := mtlkit.PairedInterval(x, y)
		verdict := "–"
		if e.Name != "equal weights" {
			verdict, p = fmt.Sprintf("%.3f", p[0]), p[1:]
		}
		difference := fmt.Sprintf("%+.2f [%+.2f, %+.2f]", 100*d.Mean, 100*d.Low, 100*d.High)
		fmt.Printf("  %-28s %s\n", strings.ReplaceAll(difference, "-", "−"), verdict)
	}
	fmt.Printf("\n%d seeds, %d trials of each method on each. The middle column is the difference of the tasks' mean log "+
		"loss,\n100 (mean log L − mean log L of equal weights), with its paired 95 %% interval; p is of the\npaired test, adjusted for all of them (Holm 1979).\n",
		len(equal), r.Trials)
}

// logs returns for each run the mean over the tasks of log L.
func logs(runs []mtlkit.Result) []float64 {
	out := make([]float64, len(runs))
	for k, run := range runs {
		for _, l := range run.Losses {
			out[k] += math.Log(l) / float64(len(run.Losses))
		}
	}
	return out
}
