package company

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Case is a study with its name.
type Case struct {
	Name  string
	Study relate.Study
}

// Verdicts asks of each case whether sharing helps its tasks, and draws their gains, a panel a case. The table tells
// what can be said of each task.
func Verdicts(cases ...Case) (figure plots.Figure, header []string, rows [][]string) {
	page := plots.Panels{}
	var found []string
	seeds := ""
	for _, c := range cases {
		r, err := c.Study.Report(context.Background(), false)
		if err != nil {
			panic(err)
		}
		switch n := fmt.Sprint(r.Seeds); seeds {
		case "", n:
			seeds = n
		default:
			seeds = "all"
		}
		page.Panels = append(page.Panels, gains(c.Name, r))
		page.Free = page.Free || !slices.Equal(c.Study.Tasks, cases[0].Study.Tasks)
		helps, hurts := 0, 0
		for _, f := range r.Findings {
			switch f.Verdict {
			case relate.Helps:
				helps++
			case relate.Hurts:
				hurts++
			}
			rows = append(rows, row(c.Name, f))
		}
		words := fmt.Sprintf("%s tasks (%s)", lessons.Of(helps, len(r.Findings)), c.Name)
		if hurts > 0 {
			words += fmt.Sprintf(" and hurts %d", hurts)
		}
		found = append(found, words)
	}
	page.Title = "Sharing helps " + strings.Join(found, ", ")
	page.Subtitle = fmt.Sprintf("test rows; mean of %s seeds (small dots), paired 95 %% interval; in colour and counted: "+
		"by a test at 5 %% for the tasks of a panel together", seeds)
	return page.Figure("Dot plots of what each task gains from sharing a network, a panel a case. " + page.Title + "."),
		verdictHeader("tasks"), rows
}

// gains draws the gains of a report.
func gains(title string, r relate.Report) plots.Dots {
	d := plots.Dots{
		Title: title, X: "gain, in % of the loss alone", Decimals: 0,
		Reference: &plots.Marker{Name: "as good as alone", X: 0},
	}
	for _, f := range r.Findings {
		g := scaled(f.Gain)
		d.Items = append(d.Items, plots.Item{
			Name: f.Task, Role: verdictRole(f.Verdict), Value: g.Mean, Low: g.Low, High: g.High, Runs: scaledAll(f.Gains),
		})
	}
	return d
}

// verdictRole is grey where nothing can be told.
func verdictRole(v relate.Verdict) plots.Role {
	switch v {
	case relate.Helps:
		return plots.Blue
	case relate.Hurts:
		return plots.Vermillion
	}
	return plots.Grey
}

func verdictHeader(of string) []string {
	return []string{of, "task", "loss alone", "together", "gain", "p (Holm)", "verdict"}
}

func row(of string, f relate.Finding) []string {
	alone, together := mean(f.Alone), mean(f.Together)
	return []string{of, f.Task, fmt.Sprintf("%.3g", alone), fmt.Sprintf("%.3g", together), percent(f.Gain),
		probability(f.Holm), lessons.Minus(f.Says())}
}

// probability writes a p-value, which is never 0.
func probability(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}
