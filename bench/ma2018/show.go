package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/mtlkit/compare"
	"kindred/mtlkit/tasks"
	"kindred/plots"
)

// tablesOf returns the table of every correlation in Markdown, and how much the losses depend on the draw.
func tablesOf(reports []compare.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Mixtures of experts and a shared bottom of as many parameters\n\nWritten by `make "+
		"compare-ma2018`; what is compared, and how, stands in bench/ma2018/main.go.\n")
	for k, r := range reports {
		fmt.Fprintf(&b, "\n## Correlation %v\n\n%s\n", correlations[k], r.Markdown())
		fmt.Fprintf(&b, "MMoE against OMoE: %s.\n\n", against(r, "OMoE"))
		ranks := r.Ranks()
		b.WriteString("| | mean rank |")
		for _, rate := range rates {
			fmt.Fprintf(&b, " kept the rate %v |", rate)
		}
		b.WriteString("\n|---|--:|" + strings.Repeat("--:|", len(rates)) + "\n")
		for i, name := range ranks.Entrants {
			fmt.Fprintf(&b, "| %s | %.2f |", name, ranks.Mean[i])
			for trial := range rates {
				if name == compare.Constant {
					b.WriteString(" – |")
				} else {
					fmt.Fprintf(&b, " %.0f %% |", 100*kept(r, name, trial))
				}
			}
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "\nRanks are over the draws, 1 is best; those that differ by %.2f are different (Nemenyi, at "+
			"5 %%).\n", ranks.Critical)
		least, most := math.Inf(1), 0.0
		for _, x := range r.Results {
			if x.Entrant == compare.Sum {
				least, most = min(least, x.Losses[0]), max(most, x.Losses[0])
			}
		}
		family := tasks.NewMa2018(correlations[k])
		var lines []float64
		for seed := range uint64(r.Seeds) {
			lines = append(lines, family.LinearFloor(seed))
		}
		fmt.Fprintf(&b, "The loss of %s on task 1 is %.2g to %.2g, a factor of %.0f between draws; a line leaves "+
			"%.2g to %.2g, nobody less than %.2g.\n", compare.Sum, least, most, most/least, slices.Min(lines),
			slices.Max(lines), family.NoiseFloor())
	}
	return b.String()
}

// kept is the share of an entrant's choices, one for each draw, and for each task of single networks, that fell on a
// trial.
func kept(r compare.Report, entrant string, trial int) float64 {
	n, all := 0, 0
	for _, x := range r.Results {
		for _, k := range x.Trials {
			if x.Entrant == entrant {
				all++
				if k == trial {
					n++
				}
			}
		}
	}
	return float64(n) / float64(max(all, 1))
}

// results is the number of all results.
func results(reports []compare.Report) (n int) {
	for _, r := range reports {
		n += len(r.Results)
	}
	return n
}

// against is how MMoE does against another, in words.
func against(r compare.Report, base string) string {
	for _, row := range r.Against(base).Rows {
		if row.Entrant == "MMoE" {
			d := row.Difference
			text := fmt.Sprintf("%+.2f [%+.2f, %+.2f] %%, p %.3f (Holm %.3f), %s", d.Mean, d.Low, d.High, row.P,
				row.Holm, row.Verdict)
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
	f.Subtitle = fmt.Sprintf("paired over %d draws of the tasks of Ma 2018; 95 %% interval; grey: cannot be told "+
		"(Holm)", reports[0].Seeds)
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
