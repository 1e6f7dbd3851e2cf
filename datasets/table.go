package datasets

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Table is a set of examples, a row each, with inputs and the targets of several tasks. One of your own is a literal,
// which shares what it is made of; whatever the methods return is a copy, and shares nothing with the table. They panic
// at a table without X or Y, and where the counts of rows, names or groups do not fit together.
type Table struct {
	Inputs  []string   // names of the columns of X; nil if they have none
	Targets []string   // names of the columns of Y; nil if they have none
	X       *mat.Dense // examples × inputs
	Y       *mat.Dense // examples × targets; a class is its number, counted from 0; NaN is a missing label
	Groups  []int      // for each example the person, school or the like that it comes from; nil if there is none

	// What only some tables have.
	Words      map[string][]string // of an input or target of words: what its numbers 0, 1, … stand for
	Fixed      []string            // inputs that scaling leaves alone, such as one-hot columns
	GroupNames []string            // what the numbers 0, 1, … in Groups stand for; nil if they stand for themselves
}

// Len returns the number of examples.
func (t *Table) Len() int {
	t.check("Len")
	return t.X.RawMatrix().Rows
}

// check panics unless t is whole.
func (t *Table) check(method string) { t.checkFor("Table", method) }

// checkFor is check for a method of a type.
func (t *Table) checkFor(kind, method string) {
	if t == nil {
		panic(fmt.Sprintf("datasets: %s.%s: the table is nil", kind, method))
	}
	for _, side := range []struct {
		name, columns string
		m             *mat.Dense
		names         []string
	}{{"X", "Inputs", t.X, t.Inputs}, {"Y", "Targets", t.Y, t.Targets}} {
		if side.m == nil || side.m.IsEmpty() {
			panic(fmt.Sprintf("datasets: %s.%s: %s is nil or empty", kind, method, side.name))
		}
		if _, cols := side.m.Dims(); side.names != nil && len(side.names) != cols {
			panic(fmt.Sprintf("datasets: %s.%s: %d names in %s, %d columns in %s", kind, method, len(side.names), side.columns,
				cols, side.name))
		}
	}
	x, _ := t.X.Dims()
	if y, _ := t.Y.Dims(); x != y {
		panic(fmt.Sprintf("datasets: %s.%s: X has %d rows, Y %d", kind, method, x, y))
	}
	if t.Groups != nil && len(t.Groups) != x {
		panic(fmt.Sprintf("datasets: %s.%s: %d entries in Groups, %d rows in X", kind, method, len(t.Groups), x))
	}
	t.checkNames(kind, method)
}

// Input returns the input of that name, which must be there once.
func (t *Table) Input(name string) []float64 {
	t.check("Input")
	return column(t.X, t.Inputs, "Input", name)
}

// Target returns the target of that name, which must be there once.
func (t *Table) Target(name string) []float64 {
	t.check("Target")
	return column(t.Y, t.Targets, "Target", name)
}

func column(m *mat.Dense, names []string, method, name string) []float64 {
	j := slices.Index(names, name)
	if j < 0 {
		panic(fmt.Sprintf("datasets: Table.%s: no %q among %q", method, name, names))
	}
	if slices.Contains(names[j+1:], name) {
		panic(fmt.Sprintf("datasets: Table.%s: %q is more than one of %q", method, name, names))
	}
	return mat.Col(nil, j, m)
}

// Rows returns a table of the examples with the given indices, one at least, in that order. An index may come twice.
func (t *Table) Rows(index []int) *Table {
	t.check("Rows")
	if len(index) == 0 {
		panic("datasets: Table.Rows: no rows")
	}
	n := t.X.RawMatrix().Rows
	for i, row := range index {
		if row < 0 || row >= n {
			panic(fmt.Sprintf("datasets: Table.Rows: index %d is %d; the table has rows 0 to %d", i, row, n-1))
		}
	}
	part := &Table{
		Inputs: slices.Clone(t.Inputs), Targets: slices.Clone(t.Targets),
		X: pick(t.X, index), Y: pick(t.Y, index),
	}
	part.copyNames(t)
	if t.Groups != nil {
		part.Groups = make([]int, len(index))
		for i, row := range index {
			part.Groups[i] = t.Groups[row]
		}
	}
	return part
}

func pick(m *mat.Dense, index []int) *mat.Dense {
	out := mat.NewDense(len(index), m.RawMatrix().Cols, nil)
	for i, row := range index {
		out.SetRow(i, m.RawRowView(row))
	}
	return out
}

// Split shuffles the examples by the seed and returns the given share of them, rounded, and the rest. The share lies
// between 0 and 1; it panics if a side has no example.
func (t *Table) Split(share float64, seed uint64) (train, test *Table) {
	t.check("Split")
	order, cut := cut(t.Len(), share, seed, "Split", "examples")
	return t.Rows(order[:cut]), t.Rows(order[cut:])
}

// SplitGroups is [Table.Split] by whole groups: no group has examples on both sides. The share is one of groups. It
// panics at a table without groups.
func (t *Table) SplitGroups(share float64, seed uint64) (train, test *Table) {
	t.check("SplitGroups")
	if t.Groups == nil {
		panic("datasets: Table.SplitGroups: a table without groups")
	}
	groups := slices.Compact(slices.Sorted(slices.Values(t.Groups)))
	order, cut := cut(len(groups), share, seed, "SplitGroups", "groups")
	inTrain := make(map[int]bool, cut)
	for _, g := range order[:cut] {
		inTrain[groups[g]] = true
	}
	var left, right []int
	for row, g := range t.Groups {
		if inTrain[g] {
			left = append(left, row)
		} else {
			right = append(right, row)
		}
	}
	return t.Rows(left), t.Rows(right)
}

// Folds shuffles the examples by the seed, cuts them into k parts whose sizes differ by one at most, and yields each
// part as the test of a model trained on the others. k is 2 at least, and at most the number of examples. They are
// copied at the call: the folds are those of the table as it was then.
func (t *Table) Folds(k int, seed uint64) iter.Seq2[*Table, *Table] {
	t.check("Folds")
	n := t.Len()
	if k < 2 || k > n {
		panic(fmt.Sprintf("datasets: Table.Folds: %d parts of %d examples, want 2 to %[2]d", k, n))
	}
	mixed := t.Rows(shuffled(n, seed))
	return func(yield func(train, test *Table) bool) {
		for fold := range k {
			low, high := fold*n/k, (fold+1)*n/k
			rest := slices.Concat(span(0, low), span(high, n))
			if !yield(mixed.Rows(rest), mixed.Rows(span(low, high))) {
				return
			}
		}
	}
}

// span returns low, low + 1, …, high − 1.
func span(low, high int) []int {
	index := make([]int, high-low)
	for i := range index {
		index[i] = low + i
	}
	return index
}

// cut returns a shuffled order of n things and how many of them make the share; both sides get at least one.
func cut(n int, share float64, seed uint64, method, things string) (order []int, cut int) {
	if !(0 < share && share < 1) {
		panic(fmt.Sprintf("datasets: Table.%s: a share of %v, want one between 0 and 1", method, share))
	}
	cut = int(float64(share*float64(n)) + 0.5) // the outer conversion keeps a compiler from fusing the two
	if cut == 0 || cut == n {
		panic(fmt.Sprintf("datasets: Table.%s: a share of %v of %d %s leaves one side empty", method, share, n, things))
	}
	return shuffled(n, seed), cut
}

func shuffled(n int, seed uint64) []int { return rand.New(rand.NewPCG(seed, 0)).Perm(n) }
