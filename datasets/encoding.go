package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// An Encoding is what [Encoder.Learn] has learned. It is a plain value that can be kept, in JSON for example, and used
// again: on tables of the same columns in the same order, and also of other files, since words go by what they are and not
// by their numbers.
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
	Flag  bool     // a column of numbers is 0 or 1, and is a flag of the new table too
	Fills bool     // a missing cell is filled in
	Fill  float64  // what with: the mean, or the place in Words of the most frequent one
	Told  bool     // there is one more column, that says where it is filled in
}

// Apply returns a table of the same rows, targets and groups with the inputs as numbers, none missing. It is an error if
// inputs are missing or words unseen that the encoding does not let pass, or if the inputs are called otherwise.
func (e *Encoding) Apply(t *Table) (*Table, error) {
	if e == nil || len(e.Columns) == 0 {
		panic("datasets: Encoding.Apply: no Columns; Encoder.Learn makes an Encoding")
	}
	t.check("Encoding.Apply")
	if err := e.fits(t); err != nil {
		return nil, err
	}
	if unseen := e.UnseenWords(t); len(unseen) > 0 && !e.Unseen {
		return nil, unseenError(unseen)
	}
	names, flags := e.names()
	n := t.Len()
	if len(names) > mostColumns || n*len(names) > mostNumbers {
		return nil, fmt.Errorf("datasets: %d inputs become %d columns of %d rows, more than %d columns or %d numbers; name those "+
			"of most words in Encoder.Whole, or leave them out", len(e.Columns), len(names), n, mostColumns, mostNumbers)
	}
	out := &Table{Inputs: names, Targets: slices.Clone(t.Targets), X: mat.NewDense(n, len(names), nil),
		Groups: slices.Clone(t.Groups)}
	out.copyNames(t)
	for _, c := range e.Columns {
		delete(out.Words, c.Name)
		if c.Whole {
			out.Words[c.Name] = c.categories(e.Unseen)
		}
	}
	out.Flags = flags
	at := 0
	for j, c := range e.Columns {
		cells := mat.Col(nil, j, t.X)
		if !c.Fills && slices.ContainsFunc(cells, math.IsNaN) {
			return nil, missingInputs(c.Name, cells)
		}
		c.encode(out.X, at, t.Words[c.Name], cells)
		at += c.width()
	}
	y, err := e.classes(t)
	out.Y = y
	for name := range out.Words {
		if words := e.Classes[name]; words != nil {
			out.Words[name] = slices.Clone(words)
		}
	}
	return out, err
}

// fits returns an error unless the inputs of t are those of the training part.
func (e *Encoding) fits(t *Table) error {
	want := make([]string, len(e.Columns))
	for j, c := range e.Columns {
		want[j] = c.Name
	}
	if !slices.Equal(want, t.Inputs) {
		return fmt.Errorf("datasets: the inputs are %q, those of the training part %q; give the same in the same order", t.Inputs,
			want)
	}
	for _, c := range e.Columns {
		if words := t.Words[c.Name]; (words == nil) != (c.Words == nil) && !allMissing(t, c.Name) {
			return fmt.Errorf("datasets: column %q holds words in one of the table and the training part, and numbers in the "+
				"other; name it in CSV.Categories", c.Name)
		}
	}
	return nil
}

func allMissing(t *Table, input string) bool {
	return !slices.ContainsFunc(t.Input(input), isNumber)
}

// encode stores the columns that c becomes in x, from column at on.
func (c EncodedColumn) encode(x *mat.Dense, at int, words []string, cells []float64) {
	to := make([]int, len(words)) // of each word the place in c.Words, or the one after them
	for k, word := range words {
		if to[k] = slices.Index(c.Words, word); to[k] < 0 {
			to[k] = len(c.Words)
		}
	}
	told := at + c.width() - 1
	for i, v := range cells {
		missing := math.IsNaN(v)
		switch {
		case missing:
			v = c.Fill
		case c.Words != nil:
			v = float64(to[wordOf(c.Name, words, v)])
		}
		switch {
		case c.Words == nil || c.Whole:
			x.Set(i, at, v)
		case int(v) < len(c.Words):
			x.Set(i, at+int(v), 1)
		}
		if missing && c.Told {
			x.Set(i, told, 1)
		}
	}
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

// categories returns what the whole numbers of a column stand for.
func (c EncodedColumn) categories(unseen bool) []string {
	words := slices.Clone(c.Words)
	if unseen {
		words = append(words, "")
	}
	return words
}

// names returns what the columns of an encoded table are called, and which are flags.
func (e *Encoding) names() (names, flags []string) {
	for _, c := range e.Columns {
		switch {
		case c.Words != nil && !c.Whole:
			for _, word := range c.Words {
				flags = append(flags, c.Name+"="+word)
				names = append(names, c.Name+"="+word)
			}
		default:
			names = append(names, c.Name)
			if c.Flag {
				flags = append(flags, c.Name)
			}
		}
		if c.Told {
			flags = append(flags, c.Name+" missing")
			names = append(names, c.Name+" missing")
		}
	}
	return names, flags
}

// classes returns the targets of t, with classes numbered as in the training part.
func (e *Encoding) classes(t *Table) (*mat.Dense, error) {
	y := mat.DenseCopyOf(t.Y)
	for j, name := range t.Targets {
		classes, words := e.Classes[name], t.Words[name]
		if classes == nil || words == nil {
			continue
		}
		for i := range t.Len() {
			v := t.Y.At(i, j)
			if math.IsNaN(v) {
				continue
			}
			word := words[wordOf(name, words, v)]
			k := slices.Index(classes, word)
			if k < 0 {
				return nil, fmt.Errorf("datasets: target %q: row %d is %q, which is none of the %d classes of the training part's "+
					"file; name all in CSV.Categories", name, i, word, len(classes))
			}
			y.Set(i, j, float64(k))
		}
	}
	return y, nil
}

// An UnseenWord is a word of an input that the training part has not.
type UnseenWord struct {
	Column, Word string
	Rows         []int // of the table, from 0
}

// UnseenWords returns the words of t's inputs that the training part has not, in the order of the columns and of their
// words.
func (e *Encoding) UnseenWords(t *Table) (unseen []UnseenWord) {
	t.check("Encoding.UnseenWords")
	for _, c := range e.Columns {
		words := t.Words[c.Name]
		if c.Words == nil || words == nil {
			continue
		}
		rows := make([][]int, len(words))
		for i, v := range t.Input(c.Name) {
			if !math.IsNaN(v) {
				k := wordOf(c.Name, words, v)
				rows[k] = append(rows[k], i)
			}
		}
		for k, word := range words {
			if len(rows[k]) > 0 && !slices.Contains(c.Words, word) {
				unseen = append(unseen, UnseenWord{c.Name, word, rows[k]})
			}
		}
	}
	return unseen
}

func unseenError(unseen []UnseenWord) error {
	var parts []string
	for _, u := range unseen[:min(len(unseen), 5)] {
		parts = append(parts, fmt.Sprintf("%q in column %q (%s)", u.Word, u.Column, someRows(u.Rows)))
	}
	if more := len(unseen) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("datasets: words that the training part has not: %s; set Encoder.Unseen to let them pass, or leave the "+
		"rows or the column out", strings.Join(parts, ", "))
}
