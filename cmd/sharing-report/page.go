package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"path/filepath"
	"strings"

	"kindred/mtlkit/relate"
	"kindred/plots"
)

// findings are what the page shows.
type findings struct {
	path, about string
	report      relate.Report
	pairs       relate.Pairs    // without tasks if they were not trained
	best        relate.Grouping // of them
}

// A row is that of a task in the table.
type row struct{ Task, Alone, Together, Gain, Units, P, Shuffled, Says, Class string }

// page returns the report as one HTML file.
func (f findings) page() []byte {
	var rows []row
	for _, x := range f.report.Findings {
		class := map[relate.Verdict]string{relate.Helps: "helps", relate.Hurts: "hurts"}[x.Verdict]
		rows = append(rows, row{x.Task, fmt.Sprintf("%.4g", mean(x.Alone)), fmt.Sprintf("%.4g", mean(x.Together)),
			percent(x.Gain.Mean) + " " + between(x.Gain.Low, x.Gain.High), minus(fmt.Sprintf("%+.1f", x.Units)), fmt.Sprintf("%.3f", x.Holm),
			percent(x.Shuffled.Mean) + " " + between(x.Shuffled.Low, x.Shuffled.High), x.Says(), class})
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
	figures := []template.HTML{picture(f.gains())}
	if len(f.pairs.Tasks) > 0 {
		figures = append(figures, picture(f.matrix()))
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, map[string]any{
		"Name": filepath.Base(f.path), "About": f.about, "Summary": f.summary(), "Rows": rows, "Figures": figures,
		"Legend": strings.Split(strings.TrimSpace(f.report.Legend()), "\n"), "Grouping": grouping,
		"Proven": f.best.Proven, "Most": networks(len(f.report.Findings)), "Shuffle": len(f.report.Findings) > 1,
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

// gains draws the gain of each task with its interval.
func (f findings) gains() plots.Figure {
	d := plots.Dots{
		Title:     f.summary(),
		Subtitle:  fmt.Sprintf("mean of %d splits with 95 %% interval; small dots are single splits", f.report.Seeds),
		X:         "gain of sharing, (alone − together)/alone of the test loss (%)",
		Reference: &plots.Marker{Name: "no gain"}, Decimals: 1,
	}
	for _, x := range f.report.Findings {
		item := plots.Item{Name: x.Task, Value: 100 * x.Gain.Mean, Low: 100 * x.Gain.Low, High: 100 * x.Gain.High, Role: plots.Blue}
		for _, g := range x.Gains {
			item.Runs = append(item.Runs, 100*g)
		}
		d.Items = append(d.Items, item)
	}
	return d.Figure("Dots with whiskers, a row for each target: the gain of sharing in per cent. " + f.summary())
}

// matrix draws what each task does for each other one, in pairs.
func (f findings) matrix() plots.Figure {
	tests := f.pairs.Tests()
	h := plots.HeatMap{
		Title:    "What each target does for each other one, two by two",
		Subtitle: fmt.Sprintf("gain in test loss beside it against alone, mean of %d splits; framed: told from 0 (Holm)", f.report.Seeds),
		X:        "target that gains", Y: "beside", Columns: f.pairs.Tasks, Rows: f.pairs.Tasks, Z: "gain (%)", Decimals: 1,
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

// picture returns a figure that goes with the reader's light or dark page.
func picture(f plots.Figure) template.HTML {
	data := func(f plots.Figure) string {
		return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(f.SVG())
	}
	return template.HTML(fmt.Sprintf(`<picture><source media="(prefers-color-scheme: dark)" srcset="%s"><img alt="%s" src="%s"></picture>`,
		data(f.Dark()), template.HTMLEscapeString(f.Alt()), data(f)))
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

func percent(v float64) string { return minus(fmt.Sprintf("%+.1f", 100*v)) }

func between(low, high float64) string { return "[" + percent(low) + ", " + percent(high) + "]" }

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
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
th, td:last-child { white-space: normal; min-width: 3rem; }
td:last-child { min-width: 14rem; }
.helps { color: var(--helps); font-weight: 600; }
.hurts { color: var(--hurts); font-weight: 600; }
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
{{- if .Shuffle}}<th>gain if the others are shuffled, %</th>{{end}}<th>sharing</th></tr></thead>
<tbody>
{{range .Rows}}<tr><td>{{.Task}}</td><td>{{.Alone}}</td><td>{{.Together}}</td><td>{{.Gain}}</td><td>{{.Units}}</td><td>{{.P}}</td>
{{- if $.Shuffle}}<td>{{.Shuffled}}</td>{{end}}<td class="{{.Class}}">{{.Says}}</td></tr>
{{end}}</tbody>
</table></div>
{{range .Legend}}<p>{{.}}</p>
{{end}}{{if .Shuffle}}<p>Shuffled: the labels of all other targets are dealt out at random, so that nothing is left to learn from them. A gain
that stays is not from sharing: noise alone can keep a network from overfitting.</p>
{{end}}{{range .Figures}}<p>{{.}}</p>
{{end}}{{if .Grouping}}<h2>Whom to share with</h2>
<p>With at most {{.Most}} networks, the pairs suggest (higher-order approximation, Standley 2020{{if not .Proven}}; not proven the
best{{end}}):</p>
<ul>{{range .Grouping}}<li>{{.}}</li>{{end}}</ul>
{{end}}</body>
</html>
`))
