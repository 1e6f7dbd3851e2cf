package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// Embedding replaces columns of categories by rows of tables, which are learned like all parameters. x is n × Inputs; in
// the column of a [Table] it holds whole numbers from 0, the categories, and in all other columns numbers as they are. The
// result is n × [Embedding.Outputs]: the other columns in their order, then for each table in its order the rows that
// x names. It is what a product of one-hot columns with the tables would be, without them: rows are gathered, and in the
// gradient added to those that they came from.
//
// The parameters are table1, table2, …, each Categories × Width. They start from N(0, 1), as in PyTorch, unless Weights says
// otherwise; Keras draws from U(−0.05, 0.05).
//
// A number that is no category stops a program which runs ([autodiff.Value.GatherRows]). [Embedding.CheckInputs] finds it
// before; a model with an embedding hands that on to whoever trains and predicts. A category that is unseen in training has
// the row that it started with: leave one for all unseen ones, or for what is missing. Columns of categories must not be
// standardised.
//
// Reference: Guo, Berkhahn. Entity embeddings of categorical variables. 2016, arXiv:1604.06737.
type Embedding struct {
	Inputs  int         // columns of x
	Tables  []Table     // at least one
	Weights Initializer // of the tables, with Categories inputs and Width outputs; nil is N(0, 1)
}

// A Table has a row of Width numbers for each category of a column of the inputs.
type Table struct {
	Column     int // counted from 0; no other table has it
	Categories int // at most 2²⁴, up to which a float32 holds every whole number
	Width      int
}

var _ Network = Embedding{}

const mostCategories = 1 << 24

// Shapes implements [Network].
func (e Embedding) Shapes() (shapes []autodiff.Shape) {
	e.check()
	for k, t := range e.Tables {
		shapes = append(shapes, autodiff.Shape{Name: fmt.Sprintf("table%d", k+1), Rows: t.Categories, Cols: t.Width})
	}
	return shapes
}

// Init implements [Network].
func (e Embedding) Init(rng *rand.Rand) []float64 {
	checkSource("Embedding.Init", rng)
	theta := make([]float64, Size(e.Shapes()))
	if e.Weights == nil {
		fillNormal(theta, 1, rng)
		return theta
	}
	rest := theta
	for _, t := range e.Tables {
		n := t.Categories * t.Width
		e.Weights.Fill(rest[:n], t.Categories, t.Width, rng)
		rest = rest[n:]
	}
	return theta
}

// Apply implements [Network].
func (e Embedding) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	checkLayer("Embedding", e.Shapes(), theta, e.Inputs, x)
	var parts []autodiff.Value
	table := e.tableOf()
	for c := 0; c < e.Inputs; c++ { // runs of numbers
		from := c
		for c < e.Inputs && table[c] < 0 {
			c++
		}
		if c > from {
			parts = append(parts, x.SliceCols(from, c))
		}
	}
	for k, t := range e.Tables {
		parts = append(parts, theta.At(k).GatherRows(x.SliceCols(t.Column, t.Column+1)))
	}
	return autodiff.ConcatCols(parts...)
}

// Outputs returns the number of columns of the result.
func (e Embedding) Outputs() int {
	e.check()
	n := e.Inputs - len(e.Tables)
	for _, t := range e.Tables {
		n += t.Width
	}
	return n
}

// CheckInputs returns an error unless x has Inputs columns and holds a category wherever one is wanted. It says where x does
// not, and what a category is, as "row 3, column 1 holds 7; with 5 categories, a category is a whole number from 0 to 4".
func (e Embedding) CheckInputs(x *mat.Dense) error {
	e.check()
	if x == nil || x.IsEmpty() {
		return fmt.Errorf("no rows, or no columns")
	}
	rows, cols := x.Dims()
	if cols != e.Inputs {
		return fmt.Errorf("%d columns; the embedding takes %d", cols, e.Inputs)
	}
	for r := range rows {
		row := x.RawRowView(r)
		for _, t := range e.Tables {
			if v := row[t.Column]; !(v >= 0 && v < float64(t.Categories) && v == math.Trunc(v)) {
				return fmt.Errorf("row %d, column %d holds %v; with %d categories, a category is a whole number from 0 to %d",
					r, t.Column, v, t.Categories, t.Categories-1)
			}
		}
	}
	return nil
}

// tableOf returns for each column of x which table it has, −1 for none.
func (e Embedding) tableOf() []int {
	of := make([]int, e.Inputs)
	for c := range of {
		of[c] = -1
	}
	for k, t := range e.Tables {
		of[t.Column] = k
	}
	return of
}

func (e Embedding) check() {
	if len(e.Tables) == 0 {
		panic("nn: Embedding: no Tables; without a column of categories there is nothing to embed")
	}
	seen := map[int]bool{}
	for k, t := range e.Tables {
		switch {
		case t.Column < 0 || t.Column >= e.Inputs:
			panic(fmt.Sprintf("nn: Embedding: Tables[%d] is of column %d; Inputs is %d, so it must be from 0 to %d", k,
				t.Column, e.Inputs, e.Inputs-1))
		case seen[t.Column]:
			panic(fmt.Sprintf("nn: Embedding: Tables[%d] is of column %d, which has a table before; give each column one", k,
				t.Column))
		case t.Categories < 1 || t.Categories > mostCategories || t.Width < 1:
			panic(fmt.Sprintf("nn: Embedding: Tables[%d] has %d categories and Width %d; it must have 1 to %d, and a Width of "+
				"at least 1", k, t.Categories, t.Width, mostCategories))
		}
		seen[t.Column] = true
	}
}
