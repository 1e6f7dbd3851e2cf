package real

import (
	"fmt"
	"slices"
	"strings"

	"kindred/mtlkit"
)

// Document returns a text in Markdown that says what the reports hold.
func Document(reports []*Report) string {
	var b strings.Builder
	b.WriteString(preface)
	b.WriteString("\n| set | measure | baseline | | best on the average | | difference | p |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	for _, r := range reports {
		for i, m := range r.Measures {
			b.WriteString(r.overview(i, m))
		}
	}
	for _, r := range reports {
		fmt.Fprintf(&b, "\n## %s\n\n`%s`: %d splits, %s of the clock in cells that ran side by side.\n", r.Title, r.Command,
			len(r.seeds(r.Baseline)), minutes(r.seconds()))
		for _, paragraph := range r.About {
			b.WriteString("\n" + wrap(paragraph))
		}
		for i := range r.Measures {
			b.WriteString("\n" + wrap(r.sentence(i)) + "\n" + r.table(i))
			if len(r.Contrasts) > 0 {
				b.WriteString("\n" + r.contrasts(i))
			}
		}
	}
	return b.String()
}

const preface = `# Results on real sets

What sharing brings on published sets, beside plain baselines. Each set is a command, which goes on where it was stopped
and writes a file in ` + "`bench/results`" + `; this page is computed from these files by ` + "`make results`" + `.

All methods of a set see the same splits, one for each seed, and are tuned on the rows to train on alone; test rows
choose nothing. A number is the mean over the splits with Student's 95 % interval. A difference is taken split by split;
splits of one set share rows, so that its interval says how sure the difference is for this set, dealt anew, and not for
other sets. p is of the paired test, adjusted for all methods of the table (Holm). The best on the average is picked by
the numbers that it is told with, which flatters it; p allows for that. What is tuned, over what range, was settled on
trials of single splits that are among these, with their test scores in view: ranges were moved where a choice sat at
their end.
`

// table returns the methods by a measure.
func (r *Report) table(measure int) string {
	var b strings.Builder
	m := r.Measures[measure]
	fmt.Fprintf(&b, "| %s | mean | beside %s | p |\n|---|---|---|---|\n", m, r.Baseline)
	for _, v := range r.verdicts(measure) {
		difference := "–"
		if v.Method != r.Baseline {
			difference = show(v.Difference, m.Digits, true)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", v.Method, show(v.Mean, m.Digits, false), difference,
			r.chance(v))
	}
	return b.String()
}

// overview returns the best method by a measure beside the baseline, as a row.
func (r *Report) overview(measure int, m Measure) string {
	all := r.verdicts(measure)
	top := best(all, m)
	base := all[slices.Index(r.Methods, r.Baseline)]
	row := fmt.Sprintf("| %s | %v | %s | %s | %s | %s |", r.Name, m,
		base.Method, show(base.Mean, m.Digits, false), top.Method, show(top.Mean, m.Digits, false))
	if top.Method == r.Baseline {
		return row + " – | – |\n"
	}
	return row + fmt.Sprintf(" %s | %s |\n", show(top.Difference, m.Digits, true), r.chance(top))
}

// chance returns the p of a verdict.
func (r *Report) chance(v verdict) string {
	switch {
	case v.Method == r.Baseline:
		return "–"
	case v.P < 0.001:
		return "below 0.001"
	}
	return fmt.Sprintf("%.3f", v.P)
}

// contrasts returns the differences of pairs by a measure, as a list.
func (r *Report) contrasts(measure int) string {
	var b strings.Builder
	m := r.Measures[measure]
	for _, pair := range r.Contrasts {
		d := mtlkit.PairedInterval(r.Values(pair[0], measure), r.Values(pair[1], measure))
		fmt.Fprintf(&b, "- %s beside %s: %s\n", pair[0], pair[1], show(d, m.Digits, true))
	}
	return b.String()
}

// sentence says which method is the best by a measure, and which differ from the baseline.
func (r *Report) sentence(measure int) string {
	m := r.Measures[measure]
	all := r.verdicts(measure)
	var better, worse []string
	for _, v := range all {
		switch {
		case v.Method == r.Baseline || v.P >= 0.05:
		case v.Better:
			better = append(better, v.Method)
		default:
			worse = append(worse, v.Method)
		}
	}
	top := best(all, m)
	text := fmt.Sprintf("By %s, the best on the average is **%s**, %s", m, top.Method, show(top.Mean, m.Digits, false))
	if top.Method != r.Baseline {
		text += fmt.Sprintf(", %s beside %s", show(top.Difference, m.Digits, true), r.Baseline)
	}
	list := func(of []string) string {
		if len(of) == 0 {
			return "none"
		}
		return strings.Join(of, "; ")
	}
	text = fmt.Sprintf("%s. Better than %s (p below 0.05): %s. Worse: %s.", text, r.Baseline, list(better), list(worse))
	if rest := len(all) - 1 - len(better) - len(worse); rest > 0 {
		text += fmt.Sprintf(" Cannot be told from it: %d.", rest)
	}
	return text
}

// text returns all tables, for a terminal.
func (r *Report) text() string {
	var b strings.Builder
	for i, m := range r.Measures {
		fmt.Fprintf(&b, "%-36s %-28s beside %s\n", m, "mean", r.Baseline)
		for _, v := range r.verdicts(i) {
			fmt.Fprintf(&b, "  %-34s %-28s %s\n", v.Method, show(v.Mean, m.Digits, false), show(v.Difference, m.Digits, true))
		}
		b.WriteString(r.contrasts(i))
	}
	return b.String()
}

// String returns the name with the unit.
func (m Measure) String() string {
	if m.Unit == "" {
		return m.Name
	}
	return m.Name + " in " + m.Unit
}

func show(i mtlkit.Interval, digits int, signed bool) string {
	format := fmt.Sprintf("%%.%df", digits)
	if signed {
		format = fmt.Sprintf("%%+.%df", digits)
	}
	text := fmt.Sprintf(format+" ["+format+", "+format+"]", i.Mean, i.Low, i.High)
	return strings.ReplaceAll(text, "-", "−")
}

// wrap breaks a paragraph into lines of at most 120 columns, as far as its words allow.
func wrap(paragraph string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(paragraph) {
		n := len([]rune(word))
		switch {
		case column == 0:
		case column+1+n > 120:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
	return b.String()
}
