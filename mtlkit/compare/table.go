package compare

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// String returns the report as a table in plain text, with a line on what it shows.
func (r Report) String() string {
	cells := r.cells()
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for c, text := range row {
			widths[c] = max(widths[c], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for _, row := range cells {
		line := ""
		for c, text := range row {
			line += text + strings.Repeat(" ", widths[c]-utf8.RuneCountInString(text)+2)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String() + "\n" + r.note() + "\n"
}

// Markdown returns the table in Markdown.
func (r Report) Markdown() string {
	var b strings.Builder
	for k, row := range r.cells() {
		for c, text := range row {
			row[c] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if k == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return b.String() + "\n" + r.note() + "\n"
}

// cells are the texts of the table, the heading first.
func (r Report) cells() [][]string {
	head := []string{"test rows"}
	for _, task := range r.Tasks {
		head = append(head, task+" loss")
	}
	all := [][]string{append(head, "against "+r.Base+", in %", "p (Holm)", "verdict")}
	for _, row := range r.Rows {
		line := []string{row.Entrant}
		for i := range r.Tasks {
			line = append(line, fmt.Sprintf("%.4g", row.Losses[i].Mean))
		}
		if row.Verdict == Reference {
			all = append(all, append(line, "–", "–", "–"))
			continue
		}
		d, p := row.Difference, "–"
		if !math.IsNaN(row.Holm) {
			p = fmt.Sprintf("%.3f", row.Holm)
		}
		difference := fmt.Sprintf("%+.2f [%+.2f, %+.2f]", d.Mean, d.Low, d.High)
		all = append(all, append(line, strings.ReplaceAll(difference, "-", "−"), p, string(row.Verdict)))
	}
	return all
}

// note says what the numbers are.
func (r Report) note() string {
	return fmt.Sprintf("%d seeds, %d trials of every entrant on each, chosen on validation rows; losses are means "+
		"over the seeds.\nAgainst %s: the difference of the tasks' mean log loss, times 100, with its paired 95 %% "+
		"interval; below 0 is\nbetter. p is of the paired test, adjusted for all rows (Holm 1979).",
		r.Seeds, r.Trials, r.Base)
}
