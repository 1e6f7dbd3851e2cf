package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"kindred/mtlkit/compare"
	"kindred/mtlkit/tasks"
	"kindred/plots"
)

// show prints the table of every correlation, and how much the losses depend on the draw.
func show(to io.Writer, reports []compare.Report) {
	for k, r := range reports {
		fmt.Fprintf(to, "correlation %v\n%v\n", correlations[k], r)
		fmt.Fprintf(to, "MMoE against OMoE: %s\n", against(r, "OMoE"))
		ranks := r.Ranks()
		for i, name := range ranks.Entrants {
			fmt.Fprintf(to, "%s: mean rank %.2f, the larger rate in %.0f %%\n", name, ranks.Mean[i], 100*larger(r, name))
		}
		fmt.Fprintf(to, "ranks that differ by %.2f are different (Nemenyi)\n", ranks.Critical)
		least, most := math.Inf(1), 0.0
		for _, x := range r.Results {
			if x.Entrant == compare.Sum {
				least, most = min(least, x.Losses[0]), max(most, x.Losses[0])
			}
		}
		fmt.Fprintf(to, "the loss of %s on task 1 is %.2g to %.2g, a factor of %.0f between draws\n", compare.Sum, least,
			most, most/least)
		family := tasks.NewMa2018(correlations[k])
		var lines []float64
		for seed := range uint64(r.Seeds) {
			lines = append(lines, family.LinearFloor(seed))
		}
		slices.Sort(lines)
		fmt.Fprintf(to, "a line leaves %.2g to %.2g, nobody less than %.2g\n\n", lines[0], lines[len(lines)-1],
			family.NoiseFloor())
	}
}

// larger is the share of the kept trials of an entrant that have the larger rate.
func larger(r compare.Report, entrant string) float64 {
	kept, all := 0, 0
	for _, x := range r.Results {
		for _, trial := range x.Trials {
			if x.Entrant == entrant {
				kept, all = kept+trial, all+1
			}
		}
	}
	return float64(kept) / float64(max(all, 1))
}

// against is how MMoE does against another, in words.
func against(r compare.Report, base string) string {
	for _, row := range r.Against(base).Rows {
		if row.Entrant == "MMoE" {
			d := row.Difference
			text := fmt.Sprintf("%+.2f [%+.2f, %+.2f] %%, p %.3f (Holm %.3f), %s", d.Mean, d.Low, d.High, row.P, row.Holm,
				row.Verdict)
			return strings.ReplaceAll(text, "-", "−")
		}
	}
	return ""
}

// forest draws the differences from hard sharing at every correlation.
func forest(reports []compare.Report) plots.Figure {
	f := plots.Forest{
		X:        "difference in mean log loss, times 100 (about %); left of zero is better",
		Baseline: plots.Marker{Name: compare.Sum}, Column: "difference [95 %]", Decimals: 1,
	}
	better, all := 0, 0
	for k, r := range reports {
		g := plots.Group{Name: fmt.Sprintf("correlation %v", correlations[k])}
		for _, row := range r.Rows {
			if row.Entrant == compare.Sum || row.Entrant == compare.Constant {
				continue
			}
			g.Rows = append(g.Rows, item(row))
			if strings.Contains(row.Entrant, "MoE") {
				all++
				if row.Verdict == compare.Better {
					better++
				}
			}
		}
		f.Groups = append(f.Groups, g)
	}
	f.Title = fmt.Sprintf("Mixtures beat a shared bottom of as many parameters in %d of %d comparisons", better, all)
	f.Subtitle = fmt.Sprintf("paired over %d draws of the tasks of Ma 2018; 95 %% interval; grey: cannot be told (Holm)",
		reports[0].Seeds)
	return f.Figure("Forest plot of differences in loss from hard sharing at three correlations of the tasks. " +
		f.Title + ".")
}

// item is a row as the figure has it.
func item(row compare.Row) plots.Item {
	role := map[compare.Verdict]plots.Role{compare.Better: plots.Blue, compare.Worse: plots.Vermillion,
		compare.Unclear: plots.Grey}[row.Verdict]
	d := row.Difference
	it := plots.Item{Name: row.Entrant, Role: role, Value: d.Mean, Low: d.Low, High: d.High}
	if row.Verdict != compare.Unclear {
		it.Note = string(row.Verdict)
	}
	return it
}
