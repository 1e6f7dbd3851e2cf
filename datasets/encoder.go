package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// An Encoder says how inputs with words and missing cells, as [CSV] reads them, become numbers for a network. Which
// words there are and what fills a missing cell is learned on the part to train on, and used on all others:
//
//	train, test := table.Split(0.75, 1)
//	encoding, err := datasets.Encoder{Fill: true}.Learn(train)
//	train, err = encoding.Apply(train)
//	test, err = encoding.Apply(test)
//
// A column of words becomes a column for each word of the training part, called column=word, which is 1 where the cell
// is that word, else 0. One of Whole stays a column of whole numbers, the words of the training part numbered from 0 in
// their order, as an embedding takes them: the new table's Words of it are its categories. Columns of numbers stay.
//
// A word that the training part has not is an error that names it, unless Unseen is set: then one-hot columns are 0
// throughout, and a whole number is the one after those of the words, whose name is empty.
//
// A missing input is an error, unless Fill is set: then it becomes the mean of the column in the training part, or its
// most frequent word (of several the first), and each column that has a missing cell in the training part gets one
// more, called "column missing", which is 1 where the cell was missing, else 0. ([Table.Complete] drops the rows
// instead.) A column all of whose cells are missing in the training part is an error.
//
// Columns of words and those that tell of missing cells are Fixed in the new table: they stay as they are when others
// are scaled. A column of one word, or of one number, in the training part stays too; scaled, the latter is 0 there
// (see [NewScaler]). Targets and groups stay what they are.
type Encoder struct {
	Whole  []string // columns of words to be whole numbers
	Unseen bool     // words unseen in training are let pass
	Fill   bool     // missing inputs are filled in
}

// Learn returns what it takes to encode tables as e says, learned on a table to train on. It panics if inputs have no
// names, or a column of Whole is no input of words.
func (e Encoder) Learn(train *Table) (*Encoding, error) {
	train.checkFor("Encoder", "Learn")
	if train.Inputs == nil {
		panic("datasets: Encoder.Learn: the inputs have no names; give the table Inputs")
	}
	if name, again := twice(train.Inputs); again {
		panic(fmt.Sprintf("datasets: Encoder.Learn: two inputs are called %q; give each a name of its own", name))
	}
	for _, name := range e.Whole {
		if train.Words[name] == nil || !slices.Contains(train.Inputs, name) {
			panic(fmt.Sprintf("datasets: Encoder.Learn: %q of Whole is no input of words; name it in CSV.Categories",
				name))
		}
	}
	code := &Encoding{Unseen: e.Unseen, Classes: map[string][]string{}}
	for j, name := range train.Inputs {
		column, err := e.learn(name, train.Words[name], mat.Col(nil, j, train.X))
		if err != nil {
			return nil, err
		}
		column.Fixed = slices.Contains(train.Fixed, name)
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
	c := EncodedColumn{Name: name, Fills: e.Fill}
	there := slices.DeleteFunc(slices.Clone(cells), math.IsNaN)
	switch missing := len(cells) - len(there); {
	case len(there) == 0:
		return c, fmt.Errorf("datasets: column %q: all %d cells of the training part are missing; leave the column out",
			name, len(cells))
	case missing > 0 && !e.Fill:
		return c, missingError(name, cells)
	default:
		c.Told = missing > 0
	}
	if words == nil {
		c.Fill, _ = moments(there)
		return c, nil
	}
	rows := make([]int, len(words))
	for _, v := range there {
		rows[wordOf(name, words, v)]++
	}
	most := slices.Max(rows)
	for k, word := range words {
		if rows[k] == most {
			c.Fill, most = float64(len(c.Words)), math.MaxInt
		}
		if rows[k] > 0 {
			c.Words = append(c.Words, word)
		}
	}
	c.Whole = slices.Contains(e.Whole, name)
	return c, nil
}

// missingError is the error of a column with missing cells.
func missingError(name string, cells []float64) error {
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
