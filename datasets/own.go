package datasets

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

// CSV says what is in a text of your own: a line a row, the names of the columns in the first, a comma between cells. A
// cell that holds a comma stands in double quotes, its own quotes doubled; spaces around cells do not count.
//
//	table, err := datasets.CSV{
//		Targets:    []string{"score", "passed", "level"},
//		Categories: map[string][]string{"level": {"low", "middle", "high"}, "postcode": nil},
//		Group:      "school",
//	}.Read("pupils.csv")
//
// A column holds words if its first cell that is there is no number, or if Categories names it; else all its cells must
// be numbers. Words become the numbers 0, 1, … in the order that Categories says, or in that of the alphabet, numbers
// by their size; what they stand for is in [Table.Words]. So a target of two words is 0 or 1, one of more words is a
// class, and what class a prediction is, is read there: Words["level"][2] is high; slices.Index(Words["level"], "high")
// is 2.
//
// A cell that is empty, or one of Missing, is missing, and NaN in the table. Of a target it is a missing label. What
// becomes of a missing input, an [Encoder] says, which also makes one-hot columns, by what it finds in the training
// part. A group must not be missing.
//
// What is wrong with a file is an error with its path, line and column, and what to do.
type CSV struct {
	Targets    []string            // columns to be learned, at least one, in the order of the table's
	Categories map[string][]string // columns of words, whatever they look like: all words in order, or nil for any
	Group      string              // the column of the person, school or the like; "" is none
	Leave      []string            // columns that are no input, such as a name of the row
	Missing    []string            // cells that say nothing, beside the empty one, such as "NA" or "?"
	Comma      byte                // between cells; 0 is ','

	// Unlabelled says that the text has no columns of targets, as one to predict for: all labels are missing.
	Unlabelled bool
}

// Read reads a file. Its memory is at most 64 times its size and a megabyte.
func (c CSV) Read(path string) (*Table, error) {
	c.check("Read")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	return c.Parse(path, data)
}

// Parse reads a text; errors call it by that name.
func (c CSV) Parse(name string, text []byte) (*Table, error) {
	c.check("Parse")
	return c.parse(name, bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), nil) // as some programs mark UTF-8
}

// parse is Parse of a text whose first line holds the names unless names are given.
func (c CSV) parse(name string, text []byte, names []string) (*Table, error) {
	comma := c.Comma
	if comma == 0 {
		comma = ','
	}
	s, err := readCells(name, text, comma, names, trimmedUnquoted, c.begin)
	if err != nil {
		return nil, err
	}
	return c.table(s)
}

// check panics unless a text could be as c says.
func (c CSV) check(method string) {
	names := slices.Concat(c.Targets, c.Leave)
	if c.Group != "" {
		names = append(names, c.Group)
	}
	name, again := twice(names)
	switch {
	case len(c.Targets) == 0:
		panic(fmt.Sprintf("datasets: CSV.%s: no Targets; name a column to be learned", method))
	case again:
		panic(fmt.Sprintf("datasets: CSV.%s: column %q is two of Targets, Group and Leave, or twice one", method, name))
	case c.Comma == '"' || c.Comma == '\n' || c.Comma == '\r':
		panic(fmt.Sprintf("datasets: CSV.%s: Comma is %q, which cannot stand between cells", method, c.Comma))
	}
	for _, of := range slices.Sorted(maps.Keys(c.Categories)) {
		words := c.Categories[of]
		if word, more := twice(words); more || slices.Contains(words, "") {
			panic(fmt.Sprintf("datasets: CSV.%s: Categories of column %q: the word %q is empty or there twice; name "+
				"each once", method, of, word))
		}
		for _, word := range words {
			if slices.Contains(c.Missing, word) {
				panic(fmt.Sprintf("datasets: CSV.%s: Categories of column %q has the word %q, which is one of "+
					"Missing too", method, of, word))
			}
		}
	}
}

// begin makes the columns of a text what c says that they are.
func (c CSV) begin(s *sheet) error {
	s.own, s.gone = true, c.Missing
	named := slices.Concat(c.Leave, slices.Sorted(maps.Keys(c.Categories)))
	if !c.Unlabelled {
		named = append(named, c.Targets...)
	}
	if c.Group != "" {
		named = append(named, c.Group)
	}
	for _, name := range named {
		known := func(f *field) bool { return f.name == name }
		if !slices.ContainsFunc(s.columns, known) && !(c.Unlabelled && slices.Contains(c.Targets, name)) {
			return fmt.Errorf("no column %s among its %d; mend the first line, or the CSV that names it",
				unpack.Clip(name), len(s.columns))
		}
	}
	for _, f := range s.columns {
		words, is := c.Categories[f.name]
		f.left, f.whole = slices.Contains(c.Leave, f.name), f.name == c.Group
		switch {
		case len(words) > 0:
			f.closeOn(words)
		case is || f.whole:
			f.becomeOwnWords()
		}
	}
	return nil
}

// table returns the columns as inputs, targets and groups.
func (c CSV) table(s *sheet) (*Table, error) {
	inputs := s.except(slices.Concat(c.Targets, c.Leave, []string{c.Group})...)
	if len(inputs) == 0 {
		return nil, fmt.Errorf("datasets: %s: no input among its %d columns; want one at least", s.path, len(s.columns))
	}
	t := &Table{X: mat.NewDense(s.rows, len(inputs), nil), Y: mat.NewDense(s.rows, len(c.Targets), nil)}
	t.Words = make(map[string][]string)
	for j, f := range inputs {
		t.Inputs = append(t.Inputs, f.name)
		t.put(f, t.X, j)
	}
	for j, name := range c.Targets {
		t.Targets = append(t.Targets, name)
		if c.Unlabelled {
			for i := range s.rows {
				t.Y.Set(i, j, math.NaN())
			}
			if words := c.Categories[name]; len(words) > 0 {
				t.Words[name] = slices.Clone(words)
			}
			continue
		}
		picked, err := s.pick(name)
		if err != nil {
			return nil, err
		}
		t.put(picked[0], t.Y, j)
	}
	if c.Group == "" {
		return t, nil
	}
	picked, err := s.pick(c.Group)
	if err != nil {
		return nil, err
	}
	f := picked[0]
	f.order()
	t.Groups, t.GroupNames = f.codes, f.words
	return t, nil
}

// put makes f column j of m. f loses its cells, so that not all of a text is there twice.
func (t *Table) put(f *field, m *mat.Dense, j int) {
	if f.words == nil {
		m.SetCol(j, f.numbers)
		f.numbers = nil
		return
	}
	f.order()
	t.Words[f.name] = f.words
	for i, code := range f.codes {
		if v := float64(code); code >= 0 {
			m.Set(i, j, v)
		} else {
			m.Set(i, j, math.NaN())
		}
	}
	f.codes = nil
}
