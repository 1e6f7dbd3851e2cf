package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

// FuzzCSV reads a text whose columns y and g, where it has them, are target and group, and writes what it read: what is
// read of that is the same. Encoded, each column of words has its one 1 in a row.
func FuzzCSV(f *testing.F) {
	f.Add([]byte(ownText), byte(';'), "level", "school", "plan", "NA")
	f.Add([]byte("a,k,y\n1,x,0\n,\"q, \"\"w\"\"\",1\n?,x,\n"), byte(','), "y", "", "a", "?")
	f.Add([]byte("y,a\n,\n,\n"), byte(','), "y", "", "", "")
	f.Add([]byte("y\tg\ta\n1\t2\t3\n"), byte('\t'), "y", "g", "y", "1")
	f.Add([]byte("y,a\n1,?\n2,b\n"), byte(','), "y", "", "", "-")
	f.Add([]byte("y,g,a\nno,2,3e400\n"), byte(','), "y", "g", "a", "-")
	f.Fuzz(func(t *testing.T, data []byte, comma byte, target, group, category, gone string) {
		if len(data) > longest || target == group || comma == '"' || comma == '\n' || comma == '\r' {
			return
		}
		c := CSV{Targets: []string{target}, Group: group, Comma: comma, Missing: []string{gone}}
		if category != "" {
			c.Categories = map[string][]string{category: nil}
		}
		table, err := c.Parse("f.csv", data)
		if err != nil {
			return
		}
		sound(t, table, len(data), true)
		if (table.Groups == nil) != (group == "") {
			t.Fatalf("groups %v of column %q", table.Groups, group)
		}
		again, err := readAgain(table, c)
		if err != nil {
			t.Fatal(err)
		}
		alike := func(a, b *mat.Dense) bool {
			return slices.EqualFunc(flat(a), flat(b),
				func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
		}
		if !alike(table.X, again.X) || !alike(table.Y, again.Y) || fmt.Sprint(table.Words) != fmt.Sprint(again.Words) ||
			!slices.Equal(table.Groups, again.Groups) || !slices.Equal(table.GroupNames, again.GroupNames) {
			t.Fatalf("%+v, then %+v", table, again)
		}
		encoding, err := Encoder{Fill: true}.Learn(table)
		if err != nil {
			return // a column without a cell, or two of a name
		}
		encoded, err := encoding.Apply(table)
		if err != nil {
			return // too many columns
		}
		encoded.check("Len")
		at := 0
		for _, c := range encoding.Columns {
			for i := range encoded.Len() {
				sum := 0.0
				for _, v := range encoded.X.RawRowView(i)[at : at+max(1, len(c.Words))] {
					sum += v
				}
				if c.Words != nil && sum != 1 || math.IsNaN(sum) {
					t.Fatalf("column %q, row %d: the sum is %v", c.Name, i, sum)
				}
			}
			at += c.width()
		}
	})
}

// readAgain writes a table as a text, with other words for what is missing, and reads that.
func readAgain(table *Table, c CSV) (*Table, error) {
	var text strings.Builder
	quoted := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	columns := append(slices.Clone(table.Inputs), table.Targets...)
	for _, name := range columns {
		text.WriteString(quoted(name) + ",")
	}
	text.WriteString(quoted(c.Group+"!") + "\n")
	cell := func(name string, v float64) string {
		switch words := table.Words[name]; {
		case math.IsNaN(v):
			return ""
		case words != nil:
			return quoted(words[int(v)])
		}
		return fmt.Sprint(v)
	}
	for i := range table.Len() {
		for j, name := range table.Inputs {
			text.WriteString(cell(name, table.X.At(i, j)) + ",")
		}
		text.WriteString(cell(table.Targets[0], table.Y.At(i, 0)) + ",")
		if table.Groups != nil {
			text.WriteString(quoted(table.groupName(table.Groups[i])))
		}
		text.WriteString("\n")
	}
	again := CSV{Targets: c.Targets, Categories: map[string][]string{}}
	for name, words := range table.Words {
		if len(words) > 0 {
			again.Categories[name] = words
		} else {
			again.Categories[name] = nil
		}
	}
	if again.Leave = []string{c.Group + "!"}; c.Group != "" {
		again.Leave, again.Group = nil, c.Group+"!"
	}
	return again.Parse("again.csv", []byte(text.String()))
}

func FuzzParseLandmine(f *testing.F) {
	f.Add([]byte(mines), []byte("mine\n1\n0\n"), false)
	f.Add([]byte(strings.Replace(mines, "28", "29", 1)), []byte(nil), false)
	f.Add([]byte(strings.Replace(mines, "-1.5", "?", 1)), []byte(nil), false)
	f.Add(hostile.Gzip([]byte(mines)), []byte(nil), true)
	f.Add([]byte("task,0\n3,2\n"), []byte("label\n0\n"), false)
	f.Fuzz(func(t *testing.T, data, target []byte, packed bool) {
		if len(data)+len(target) > longest {
			return
		}
		joined, err := joinLandmine(data, target)
		checkLandmine(t, joined, err, len(data)+len(target))
		if !packed {
			data = hostile.Gzip(data)
		}
		table, err := parseLandmine("f.csv.gz", data)
		checkLandmine(t, table, err, int(unpack.Limit(len(data))))
	})
}

func checkLandmine(t *testing.T, table *Table, err error, size int) {
	t.Helper()
	if err != nil {
		return
	}
	sound(t, table, size, false)
	within(t, table, "mine", 0, 1)
	if least, most := slices.Min(table.Groups), slices.Max(table.Groups); least < 0 || most > 28 {
		t.Fatalf("fields %d to %d", least, most)
	}
}

func FuzzParseCensus(f *testing.F) {
	text := censusRows("38", "44")
	f.Add(text, false)
	f.Add(hostile.Gzip(text), true)
	f.Add([]byte(strings.Replace(string(text), "- 50000.", "50000", 1)), false)
	f.Add([]byte(strings.Replace(string(text), "Not in universe", "", 3)), false)
	f.Add([]byte(strings.Replace(string(text), "38", "x", 1)), false)
	f.Fuzz(func(t *testing.T, data []byte, packed bool) {
		if len(data) > longest {
			return
		}
		size := len(data)
		if packed {
			size = int(unpack.Limit(len(data)))
		}
		table, err := parseCensus("f.gz", data)
		if err != nil {
			return
		}
		sound(t, table, max(size, int(unpack.Limit(len(data)))), false)
		within(t, table, "income_50k", 0, 1)
		within(t, table, "never_married", 0, 1)
		for _, name := range table.Inputs {
			if words := table.Words[name]; words != nil {
				for _, v := range table.Input(name) {
					wordOf(name, words, v)
				}
			}
		}
	})
}
