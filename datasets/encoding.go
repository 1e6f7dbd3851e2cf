package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// An Encoding is what [Encoder.Learn] has learned. It is a plain value that can be kept, in JSON for example, and used
// again: on tables of the same columns in the same order, also on those of other files, since words go by what they are
// and not by their numbers.
type Encoding struct {
	Columns []EncodedColumn     // of the inputs
	Classes map[string][]string // of a target of words: the classes, in order
	Unseen  bool                // words that are not among those of a column are let pass
}

// An EncodedColumn says what becomes of an input.
type EncodedColumn struct {
	Name  string
	Words []string // of the training part, in order; nil for a column of numbers
	Whole bool     // words become whole numbers, not one-hot columns
	Fixed bool     // a column of numbers is one that scaling leaves alone
	Fills bool     // a missing cell is filled in
	Fill  float64  // what with: the mean, or the place in Words of the most frequent one
	Told  bool     // there is one more column, that says where it is filled in
}

// mostEncoded bounds the numbers that an encoding makes, a gigabyte: one-hot columns of many words are large.
const mostEncoded = 1 << 27

// Apply returns a table of the same rows, targets and groups with the inputs as numbers, none missing. It is an error
// if inputs are missing or words unseen that the encoding does not let pass, if the inputs are called otherwise or are
// other than numbers or words as they were, if a class is none of the training part's table, and if there would be more
// than 4,096 columns or 2²⁷ numbers.
func (e *Encoding) Apply(t *Table) (*Table, error) {
	e.check("Apply", t)
	if err := e.fits(t); err != nil {
		return nil, err
	}
	if unseen := e.UnseenWords(t); len(unseen) > 0 && !e.Unseen {
		return nil, unseenError(unseen)
	}
	names, fixed := e.names()
	n := t.Len()
	if len(names) > mostColumns || n*len(names) > mostEncoded {
		return nil, fmt.Errorf("datasets: %d inputs become %d columns of %d rows, want at most %d columns and %d "+
			"numbers; name those of most words in Encoder.Whole, or leave them out", len(e.Columns), len(names), n,
			mostColumns, mostEncoded)
	}
	y, err := e.classes(t)
	if err != nil {
		return nil, err
	}
	out := &Table{X: mat.NewDense(n, len(names), nil), Y: y, Groups: slices.Clone(t.Groups)}
	out.copyNames(t)
	out.Inputs, out.Targets, out.Fixed = names, slices.Clone(t.Targets), fixed
	if out.Words == nil {
		out.Words = make(map[string][]string)
	}
	at := 0
	for j, c := range e.Columns {
		cells := mat.Col(nil, j, t.X)
		if !c.Fills && slices.ContainsFunc(cells, math.IsNaN) {
			return nil, missingError(c.Name, cells)
		}
		c.encode(out.X, at, t.Words[c.Name], cells)
		at += c.width()
		if delete(out.Words, c.Name); c.Whole {
			out.Words[c.Name] = slices.Clone(c.Words)
			if e.Unseen {
				out.Words[c.Name] = append(out.Words[c.Name], "")
			}
		}
	}
	for _, name := range t.Targets {
		if classes := e.Classes[name]; classes != nil {
			out.Words[name] = slices.Clone(classes)
		}
	}
	return out, nil
}

// check panics unless e may have been learned and t is whole.
func (e *Encoding) check(method string, t *Table) {
	if e == nil || len(e.Columns) == 0 {
		panic(fmt.Sprintf("datasets: Encoding.%s: no Columns; Encoder.Learn makes an Encoding", method))
	}
	t.checkFor("Encoding", method)
	for _, c := range e.Columns {
		if math.IsNaN(c.Fill) || math.IsInf(c.Fill, 0) || c.Words != nil &&
			!(0 <= c.Fill && int(c.Fill) < len(c.Words)) {
			panic(fmt.Sprintf("datasets: Encoding.%s: Fill of column %q is %v; it is a finite number, or the place "+
				"of one of the column's %d Words", method, c.Name, c.Fill, len(c.Words)))
		}
	}
}

// fits returns an error unless the inputs of t are those of the training part.
func (e *Encoding) fits(t *Table) error {
	want := make([]string, len(e.Columns))
	for j, c := range e.Columns {
		want[j] = c.Name
	}
	if !slices.Equal(want, t.Inputs) {
		return fmt.Errorf("datasets: the inputs are %q, those of the training part %q; give the same in the same order",
			t.Inputs, want)
	}
	for j, c := range e.Columns {
		if (t.Words[c.Name] == nil) != (c.Words == nil) && slices.ContainsFunc(mat.Col(nil, j, t.X), isNumber) {
			return fmt.Errorf("datasets: column %q holds words in one of this table and the training part, and "+
				"numbers in the other; name it in CSV.Categories", c.Name)
		}
	}
	return nil
}

// encode stores the columns that c becomes in x, from column at on.
func (c EncodedColumn) encode(x *mat.Dense, at int, words []string, cells []float64) {
	to := places(words, c.Words)
	for i, v := range cells {
		missing := math.IsNaN(v)
		switch {
		case missing:
			v = c.Fill
		case c.Words != nil:
			if v = float64(to[wordOf(c.Name, words, v)]); v < 0 {
				v = float64(len(c.Words))
			}
		}
		switch {
		case c.Words == nil || c.Whole:
			x.Set(i, at, v)
		case int(v) < len(c.Words):
			x.Set(i, at+int(v), 1)
		}
		if missing && c.Told {
			x.Set(i, at+c.width()-1, 1)
		}
	}
}

// places returns of each word its place among others, −1 if it is not there.
func places(words, among []string) []int {
	at := make(map[string]int, len(among))
	for k, word := range among {
		at[word] = k
	}
	to := make([]int, len(words))
	for k, word := range words {
		place, ok := at[word]
		if !ok {
			place = -1
		}
		to[k] = place
	}
	return to
}

// width returns how many columns c becomes.
func (c EncodedColumn) width() int {
	n := 1
	if c.Words != nil && !c.Whole {
		n = len(c.Words)
	}
	if c.Told {
		n++
	}
	return n
}

// names returns what the columns of an encoded table are called, and which of them are fixed.
func (e *Encoding) names() (names, fixed []string) {
	for _, c := range e.Columns {
		from := len(names)
		if c.Words == nil || c.Whole {
			names = append(names, c.Name)
		} else {
			for _, word := range c.Words {
				names = append(names, c.Name+"="+word)
			}
		}
		if c.Words != nil || c.Fixed {
			fixed = append(fixed, names[from:]...)
		}
		if c.Told {
			names, fixed = append(names, c.Name+" missing"), append(fixed, c.Name+" missing")
		}
	}
	return names, fixed
}

// classes returns the targets of t, with classes numbered as in the table of the training part.
func (e *Encoding) classes(t *Table) (*mat.Dense, error) {
	y := mat.DenseCopyOf(t.Y)
	for j, name := range t.Targets {
		classes, words := e.Classes[name], t.Words[name]
		cells := mat.Col(nil, j, t.Y)
		if (classes == nil) != (words == nil) && slices.ContainsFunc(cells, isNumber) {
			return nil, fmt.Errorf("datasets: target %q holds words in one of this table and the training part, and "+
				"numbers in the other; name it in CSV.Categories", name)
		}
		to := places(words, classes)
		for i, v := range cells {
			if words == nil || math.IsNaN(v) {
				continue
			}
			k := to[wordOf(name, words, v)]
			if k < 0 {
				return nil, fmt.Errorf("datasets: target %q: row %d is %q, which is none of the training part's %d "+
					"classes; name all classes in CSV.Categories", name, i, words[int(v)], len(classes))
			}
			y.Set(i, j, float64(k))
		}
	}
	return y, nil
}
