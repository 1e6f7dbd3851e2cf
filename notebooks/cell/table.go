package cell

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// Table shows a table. Columns of numbers are set to the right, others to the left. Where the name of a column ends in
// " ↓" its least numbers are printed bold, where it ends in " ↑" its greatest. A number may carry a unit, an interval or
// a sign: what counts is the number that the entry begins with, and an entry that begins with none, such as "–", counts
// for nothing. Every row must have an entry for each column of the header.
//
//	cell.Table([]string{"learner", "error ↓", "ms a task"}, []string{"MAML", "0.48", "1.2"}, []string{"pooled", "3.01", "0.3"})
func Table(header []string, rows ...[]string) {
	Markdown(table(header, rows))
}

// TableOf shows a slice of structures as [Table] does, a row each. The exported fields are the columns, under their
// names or what their tags say, with the unit and ↓ or ↑; real numbers have three digits after the point, or as many as
// the tag says:
//
//	type result struct {
//		Learner string
//		Error   float64 `cell:"error ↓"`
//		Time    float64 `cell:"ms a task" digits:"1"`
//	}
//	cell.TableOf([]result{{"MAML", 0.48, 1.2}, {"pooled", 3.01, 0.3}})
//
// It panics where rows is no slice of structures.
func TableOf(rows any) {
	Markdown(table(columns(rows)))
}

func columns(rows any) (header []string, lines [][]string) {
	v := reflect.ValueOf(rows)
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("cell: TableOf: the rows are %T, want a slice of structures", rows))
	}
	t := v.Type().Elem()
	lines = make([][]string, v.Len())
	for f := range t.NumField() {
		field := t.Field(f)
		if !field.IsExported() {
			continue
		}
		name := field.Tag.Get("cell")
		if name == "" {
			name = field.Name
		}
		digits := 3
		if tag, ok := field.Tag.Lookup("digits"); ok {
			n, err := strconv.Atoi(tag)
			if err != nil || n < 0 || n > 17 {
				panic(fmt.Sprintf("cell: TableOf: %v.%s has digits %q, want a number from 0 to 17", t, field.Name, tag))
			}
			digits = n
		}
		header = append(header, name)
		for i := range lines {
			entry := v.Index(i).Field(f)
			if entry.CanFloat() {
				lines[i] = append(lines[i], decimal(entry.Float(), digits))
			} else {
				lines[i] = append(lines[i], fmt.Sprint(entry))
			}
		}
	}
	return header, lines
}

// decimal writes a number with so many digits after the point, with − for -, and without a sign what these round to 0.
func decimal(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return strings.ReplaceAll(s, "-", "−")
}

func table(header []string, rows [][]string) string {
	for i, row := range rows {
		if len(row) != len(header) {
			panic(fmt.Sprintf("cell: Table: row %d has %d entries, the header has %d", i, len(row), len(header)))
		}
	}
	rule := make([]string, len(header))
	bold := make([]map[string]bool, len(header))
	for c, name := range header {
		rule[c], bold[c] = column(name, rows, c)
	}
	var b strings.Builder
	line := func(entries []string) {
		b.WriteString("| " + strings.Join(entries, " | ") + " |\n")
	}
	line(header)
	line(rule)
	for _, row := range rows {
		entries := make([]string, len(row))
		for c, entry := range row {
			entries[c] = strings.ReplaceAll(entry, "|", `\|`)
			if bold[c][entry] {
				entries[c] = "**" + entries[c] + "**"
			}
		}
		line(entries)
	}
	return b.String()
}

// column returns the rule below the name of column c, and its best entries.
func column(name string, rows [][]string, c int) (rule string, best map[string]bool) {
	numbers, texts := 0, 0
	least := 0.0
	up := strings.HasSuffix(name, " ↑")
	for _, row := range rows {
		x, ok := leading(row[c])
		switch {
		case !ok && strings.ContainsFunc(row[c], unicode.IsLetter):
			texts++
			continue
		case !ok:
			continue
		}
		numbers++
		if up {
			x = -x
		}
		if numbers == 1 || x < least {
			least, best = x, map[string]bool{}
		}
		if x == least {
			best[row[c]] = true
		}
	}
	if !up && !strings.HasSuffix(name, " ↓") {
		best = nil
	}
	if texts >= max(numbers, 1) {
		return ":--", best
	}
	return "--:", best
}

// leading returns the number that an entry begins with.
func leading(entry string) (float64, bool) {
	entry = strings.NewReplacer("−", "-", ",", "", "+", "").Replace(strings.TrimSpace(entry))
	end := len(entry)
	for i, r := range entry {
		if !strings.ContainsRune("0123456789.-eE", r) {
			end = i
			break
		}
	}
	x, err := strconv.ParseFloat(strings.TrimRight(entry[:end], "eE-"), 64)
	return x, err == nil
}
