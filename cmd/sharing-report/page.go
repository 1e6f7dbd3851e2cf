package main

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"math"
	"path/filepath"
	"strings"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/plots"
)

// findings are what the page shows.
type findings struct {
	path, about string
	report      relate.Report
	capacity    relate.Report   // against networks that have, together, ratio times the parameters; none for one target
	ratio       float64         // 1, or as near to it as whole units come
	pairs       relate.Pairs    // without tasks if they were not trained
	best        relate.Grouping // of them
}

// measureCapacity sets the gains against twins of equal capacity too.
func (f *findings) measureCapacity(ctx context.Context, s relate.Study) (err error) {
	all := make([]int, len(s.Tasks))
	for i := range all {
		all[i] = i
	}
	joint, _ := s.Configure(0, all)
	_, f.ratio = mtlkit.EqualCapacity(joint.Model)
	s.Twin = s.EqualCapacity()
	f.capacity, err = s.Report(ctx, false)
	return err
}

// against says what the twins of equal capacity are.
func (f findings) against() string {
	return fmt.Sprintf("gain over networks that have, together, %.2f times the parameters of the shared one", f.ratio)
}

// A row is that of a task in the table.
type row struct{ Task, Alone, Together, Gain, Units, P, Shuffled, Capacity, CapacityClass, Says, Class string }

// page returns the report as one HTML file.
func (f findings) page() []byte {
	class := map[relate.Verdict]string{relate.Helps: "helps", relate.Hurts: "hurts"}
	var rows []row
	for i, x := range f.report.Findings {
		one := row{
			Task: x.Task, Alone: fmt.Sprintf("%.4g", mean(x.Alone)), Together: fmt.Sprintf("%.4g", mean(x.Together)),
			Gain: within(x.Gain), Units: minus(fmt.Sprintf("%+.1f", x.Units)), P: fmt.Sprintf("%.3f", x.Holm),
			Shuffled: within(x.Shuffled), Says: x.Says(), Class: class[x.Verdict],
		}
		if len(f.capacity.Findings) > 0 {
			y := f.capacity.Findings[i]
			one.Capacity, one.CapacityClass = within(y.Gain), class[y.Verdict]
		}
		rows = append(rows, one)
	}
	var grouping []string
	for k, n := range f.best.Networks {
		var names []string
		for i, by := range f.best.By {
			name := f.pairs.Tasks[i]
			if by == k {
				names = append(names, name)
			}
		}
		for _, i := range n.Tasks {
			if f.best.By[i] != k {
				names = append(names, f.pairs.Tasks[i]+" (to help)")
			}
		}
		grouping = append(grouping, strings.Join(names, ", "))
	}
	figures := []template.HTML{template.HTML(f.gains().HTML())}
	if len(f.pairs.Tasks) > 0 {
		figures = append(figures, template.HTML(f.matrix().HTML()))
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, map[string]any{
		"Name": filepath.Base(f.path), "About": f.about, "Summary": f.summary(), "Rows": rows, "Figures": figures,
		"Legend": strings.Split(strings.TrimSpace(f.report.Legend()), "\n"), "Grouping": grouping,
		"Proven": f.best.Proven, "Most": networks(len(f.report.Findings)), "Several": len(f.report.Findings) > 1,
		"Against": f.against(),
	}); err != nil {
		panic(err) // it writes to memory
	}
	return b.Bytes()
}

// summary says in a sentence what was found.
func (f findings) summary() string {
	var by [3][]string
	for _, x := range f.report.Findings {
		by[x.Verdict] = append(by[x.Verdict], x.Task)
	}
	var parts []string
	for _, v := range []relate.Verdict{relate.Helps, relate.Hurts} {
		if names := by[v]; len(names) > 0 {
			parts = append(parts, fmt.Sprintf("sharing %v %s", v, strings.Join(names, ", ")))
		}
	}
	if names := by[relate.CannotTell]; len(names) > 0 {
		parts = append(parts, fmt.Sprintf("of %s it cannot be told", strings.Join(names, ", ")))
	}
	text := strings.Join(parts, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// gains draws the gain of each task with its interval, against networks of the same width and of as many parameters.
func (f findings) gains() plots.Figure {
	forest := plots.Forest{
		Title:    f.summary(),
		Subtitle: fmt.Sprintf("mean of %d splits with 95 %% interval; grey: cannot be told (Holm)", f.report.Seeds),
		X:        "gain of sharing, (alone − together)/alone of the test loss (%); right of 0 it helps",
		Baseline: plots.Marker{Name: "no gain"}, Column: "gain [95 %]", Decimals: 1,
	}
	role := map[relate.Verdict]plots.Role{
		relate.Helps: plots.Blue, relate.Hurts: plots.Vermillion, relate.CannotTell: plots.Grey,
	}
	group := func(name string, r relate.Report) {
		g := plots.Group{Name: name}
		for _, x := range r.Findings {
			item := plots.Item{
				Name: x.Task, Role: role[x.Verdict],
				Value: 100 * x.Gain.Mean, Low: 100 * x.Gain.Low, High: 100 * x.Gain.High,
			}
			if x.Verdict != relate.CannotTell {
				item.Note = x.Verdict.String()
			}
			g.Rows = append(g.Rows, item)
		}
		forest.Groups = append(forest.Groups, g)
	}
	if len(f.capacity.Findings) == 0 {
		group("", f.report)
	} else {
		group("against a network as wide for each", f.report)
		group("against as many parameters in all", f.capacity)
	}
	return forest.Figure("Forest plot, a row for each target: the gain of sharing in per cent. " + f.summary())
}

// matrix draws what each task does for each other one, in pairs.
func (f findings) matrix() plots.Figure {
	tests := f.pairs.Tests()
	h := plots.HeatMap{
		Title: "What each target does for each other one, two by two",
		Subtitle: fmt.Sprintf("gain in test loss beside it against alone, mean of %d splits; framed: told from 0 "+
			"(Holm)", f.report.Seeds),
		X: "target that gains", Y: "beside", Columns: f.pairs.Tasks, Rows: f.pairs.Tasks, Z: "gain (%)", Decimals: 1,
		Palette: plots.Diverging,
	}
	for i, values := range f.pairs.Mean() {
		line := make([]float64, len(values))
		for j, v := range values {
			line[j] = 100 * v
			if i == j {
				line[j] = math.NaN()
			}
			if tests[i][j] < 0.05 {
				h.Marked = append(h.Marked, [2]int{i, j})
			}
		}
		h.Values = append(h.Values, line)
	}
	return h.Figure("Heat map of the gain of each target, a column, trained beside each other one, a row.")
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

func percent(v float64) string { return minus(fmt.Sprintf("%+.1f", 100*v)) }

// within returns a gain with its interval, in per cent.
func within(v mtlkit.Interval) string {
	return percent(v.Mean) + " [" + percent(v.Low) + ", " + percent(v.High) + "]"
}

func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

var pageTemplate = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Does sharing help? {{.Name}}</title>
<style>
:root { --ink: #1a1a1a; --paper: #ffffff; --line: #cccccc; --helps: #00623f; --hurts: #9c2f00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #111111; --line: #555555; --helps: #5fd3a4; --hurts: #ff9d6e; }
}
body {
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
}
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
th, td:last-child { white-space: normal; min-width: 3rem; }
td:last-child { min-width: 14rem; }
.helps { color: var(--helps); font-weight: 600; }
.hurts { color: var(--hurts); font-weight: 600; }
.figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
.verdict { font-size: 1.2rem; font-weight: 600; }
</style>
</head>
<body>
<h1>Does sharing help? {{.Name}}</h1>
<p class="verdict">{{.Summary}}</p>
<p>{{.About}}.</p>
<div class="wide"><table>
<thead><tr><th>target</th><th>loss alone</th><th>together</th><th>gain, % [95 %]</th><th>units</th><th>p (Holm)</th>
{{- if .Several}}<th>at equal capacity, %</th><th>others shuffled, %</th>{{end}}<th>sharing</th></tr></thead>
<tbody>
{{range .Rows}}<tr><td>{{.Task}}</td><td>{{.Alone}}</td><td>{{.Together}}</td><td>{{.Gain}}</td><td>{{.Units}}</td>
{{- ""}}<td>{{.P}}</td>
{{- if $.Several}}<td class="{{.CapacityClass}}">{{.Capacity}}</td><td>{{.Shuffled}}</td>{{end}}
{{- ""}}<td class="{{.Class}}">{{.Says}}</td></tr>
{{end}}</tbody>
</table></div>
{{range .Legend}}<p>{{.}}</p>
{{end}}{{if .Several}}<p>At equal capacity: the {{.Against}}.
Networks as wide as that one have more, which may help them or let them overfit.</p>
<p>Shuffled: the labels of all other targets are dealt out at random, so that nothing is left to learn from them. A gain
that stays is not from sharing: noise alone can keep a network from overfitting.</p>
{{end}}{{range .Figures}}<div class="figure">{{.}}</div>
{{end}}{{if .Grouping}}<h2>Whom to share with</h2>
<p>With at most {{.Most}} networks, the pairs suggest (higher-order approximation, Standley
2020{{if not .Proven}}; not proven the best{{end}}):</p>
<ul>{{range .Grouping}}<li>{{.}}</li>{{end}}</ul>
{{end}}</body>
</html>
`))
