package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// An Encoder says how inputs with words and missing cells, as [CSV] reads them, become numbers for a network. What words
// there are and what fills a missing cell is learned on the part to train on, and used on all others:
//
//	train, test := table.Split(0.75, 1)
//	encoding, err := datasets.Encoder{Fill: true}.Learn(train)
//	trainX, err := encoding.Apply(train)
//	testX, err := encoding.Apply(test)
//
// A column of words becomes a column for each word of the training part, called column=word, which is 1 where the cell is
// that word, else 0; one of Whole stays a column of whole numbers, the words of the training part numbered from 0 in their
// order, as [kindred/nn.Embedding] takes them: len(Words[column]) is the number of categories. Columns of numbers stay.
//
// A word that the training part has not is an error that names it, unless Unseen is set: then one-hot columns are 0
// throughout, and a whole number is the next after those of the words, called "".
//
// A missing input is an error, unless Fill is set: then it becomes the mean of the column in the training part, or its most
// frequent word (of several the first), and each column that has a missing cell in the training part gets one more, called
// "column missing", which is 1 where the cell was missing, else 0. [Table.Complete] drops such rows instead. A column whose
// cells are all missing in the training part is an error.
//
// One-hot columns and those that tell of missing cells are Flags of the new table, and stay as they are when others are
// scaled (see [Table.Scaler]). Targets and groups stay what they are.
type Encoder struct {
	Whole  []string // columns of words to be whole numbers
	Unseen bool     // words unseen in training are let pass
	Fill   bool     // missing inputs are filled in
}

// mostNumbers bounds what an encoding makes, a gigabyte: one-hot columns of many words are large.
const mostNumbers = 1 << 27

// Learn returns what it takes to encode tables as e says, learned on a table to train on. It panics if a column of Whole is
// no input of words.
func (e Encoder) Learn(train *Table) (*Encoding, error) {
	train.check("Encoder.Learn")
	if train.Inputs == nil {
		panic("datasets: Encoder.Learn: the inputs have no names; give the table Inputs")
	}
	if name, again := twice(train.Inputs); again {
		panic(fmt.Sprintf("datasets: Encoder.Learn: two inputs are called %q; give each a name of its own", name))
	}
	for _, name := range e.Whole {
		if train.Words[name] == nil || !slices.Contains(train.Inputs, name) {
			panic(fmt.Sprintf("datasets: Encoder.Learn: %q of Whole is no input of words; name it in CSV.Categories", name))
		}
	}
	code := &Encoding{Unseen: e.Unseen, Classes: map[string][]string{}}
	for j, name := range train.Inputs {
		column, err := e.learn(name, train.Words[name], mat.Col(nil, j, train.X))
		if err != nil {
			return nil, err
		}
		column.Flag = slices.Contains(train.Flags, name)
		code.Columns = append(code.Columns, column)
	}
	for _, name := range train.Targets {
		if words := train.Words[name]; words != nil {
			code.Classes[name] = slices.Clone(words)
		}
	}
	names, _ := code.names()
	if name, again := twice(names); again {
		return nil, fmt.Errorf("datasets: two columns become %q; name one otherwise", name)
	}
	return code, nil
}

// learn returns how a column of the training part is encoded.
func (e Encoder) learn(name string, words []string, cells []float64) (EncodedColumn, error) {
	c := EncodedColumn{Name: name}
	there := slices.DeleteFunc(slices.Clone(cells), math.IsNaN)
	missing := len(cells) - len(there)
	switch {
	case len(there) == 0:
		return c, fmt.Errorf("datasets: column %q: all %d cells of the training part are missing; leave the column out", name,
			len(cells))
	case missing > 0 && !e.Fill:
		return c, missingInputs(name, cells)
	}
	c.Fills, c.Told = e.Fill, e.Fill && missing > 0
	if words == nil {
		c.Fill, _ = moments(there)
		return c, nil
	}
	rows := make([]int, len(words))
	for _, v := range there {
		rows[wordOf(name, words, v)]++
	}
	most := slices.Index(rows, slices.Max(rows))
	c.Words, c.Whole = []string{}, slices.Contains(e.Whole, name)
	for k, word := range words {
		if k == most {
			c.Fill = float64(len(c.Words))
		}
		if rows[k] > 0 {
			c.Words = append(c.Words, word)
		}
	}
	return c, nil
}

// wordOf returns the place of a cell of a column of words, and panics if it is none.
func wordOf(name string, words []string, v float64) int {
	if k := int(v); float64(k) == v && k >= 0 && k < len(words) {
		return k
	}
	panic(fmt.Sprintf("datasets: Table: column %q holds %v; its %d Words are numbered from 0 to %d", name, v, len(words),
		len(words)-1))
}

// missingInputs is the error of a column with missing cells.
func missingInputs(name string, cells []float64) error {
	var rows []int
	for i, v := range cells {
		if math.IsNaN(v) {
			rows = append(rows, i)
		}
	}
	return fmt.Errorf("datasets: column %q: %d of %d cells are missing, in %s; set Encoder.Fill, or drop the rows by "+
		"Table.Complete", name, len(rows), len(cells), someRows(rows))
}

// someRows names a few rows.
func someRows(rows []int) string {
	const few = 5
	if len(rows) == 1 {
		return fmt.Sprintf("row %d", rows[0])
	}
	text := "rows"
	for i, row := range rows[:min(len(rows), few)] {
		text += fmt.Sprintf("%s %d", map[bool]string{true: ",", false: ""}[i > 0], row)
	}
	if len(rows) > few {
		text += fmt.Sprintf(" and %d more", len(rows)-few)
	}
	return text
}

// Complete returns the rows of t without a missing input, nil if there are none.
func (t *Table) Complete() *Table {
	t.check("Complete")
	var rows []int
	for i := range t.Len() {
		if !slices.ContainsFunc(t.X.RawRowView(i), math.IsNaN) {
			rows = append(rows, i)
		}
	}
	if rows == nil {
		return nil
	}
	return t.Rows(rows)
}
