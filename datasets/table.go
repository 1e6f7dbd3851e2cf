package datasets

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A Table is a set of examples, a row each, with inputs and the targets of several tasks.
type Table struct {
	Inputs  []string   // names of the columns of X
	Targets []string   // names of the columns of Y
	X       *mat.Dense // examples × inputs
	Y       *mat.Dense // examples × targets; a class is its number, counted from 0
	Groups  []int      // for each example the person, school or the like that it comes from; nil if there is none
}

// Len returns the number of examples.
func (t *Table) Len() int { return t.X.RawMatrix().Rows }

// Input returns a copy of the input of that name.
func (t *Table) Input(name string) []float64 { return column(t.X, t.Inputs, "Input", name) }

// Target returns a copy of the target of that name.
func (t *Table) Target(name string) []float64 { return column(t.Y, t.Targets, "Target", name) }

func column(m *mat.Dense, names []string, method, name string) []float64 {
	j := slices.Index(names, name)
	if j < 0 {
		panic(fmt.Sprintf("datasets: Table.%s: no %q among %q", method, name, names))
	}
	return mat.Col(nil, j, m)
}

// Rows returns a table of the examples with the given indices, in that order. It shares nothing with t but the names.
func (t *Table) Rows(index []int) *Table {
	if len(index) == 0 {
		panic("datasets: Table.Rows: no rows")
	}
	part := &Table{Inputs: t.Inputs, Targets: t.Targets, X: pick(t.X, index), Y: pick(t.Y, index)}
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

// Split shuffles the examples by the seed and returns the given share of them, rounded, and the rest.
func (t *Table) Split(share float64, seed uint64) (train, test *Table) {
	n := t.Len()
	order, cut := cut(n, share, seed, "Split")
	return t.Rows(order[:cut]), t.Rows(order[cut:])
}

// SplitGroups is [Table.Split] by whole groups: no group has examples on both sides. The share is one of groups.
func (t *Table) SplitGroups(share float64, seed uint64) (train, test *Table) {
	if t.Groups == nil {
		panic("datasets: Table.SplitGroups: a table without groups")
	}
	groups := slices.Compact(slices.Sorted(slices.Values(t.Groups)))
	order, cut := cut(len(groups), share, seed, "SplitGroups")
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
// part as the test of a model trained on the others.
func (t *Table) Folds(k int, seed uint64) iter.Seq2[*Table, *Table] {
	n := t.Len()
	if k < 2 || k > n {
		panic(fmt.Sprintf("datasets: Table.Folds: %d parts of %d examples, want 2 to %[2]d", k, n))
	}
	return func(yield func(train, test *Table) bool) {
		order := shuffled(n, seed)
		for fold := range k {
			low, high := fold*n/k, (fold+1)*n/k
			rest := slices.Concat(order[:low], order[high:])
			if !yield(t.Rows(rest), t.Rows(order[low:high])) {
				return
			}
		}
	}
}

// cut returns a shuffled order of n things and how many of them make the share; both sides get at least one.
func cut(n int, share float64, seed uint64, method string) (order []int, cut int) {
	cut = int(share*float64(n) + 0.5)
	if !(0 < share && share < 1) || cut == 0 || cut == n {
		panic(fmt.Sprintf("datasets: Table.%s: a share of %v of %d leaves one side empty", method, share, n))
	}
	return shuffled(n, seed), cut
}

func shuffled(n int, seed uint64) []int { return rand.New(rand.NewPCG(seed, 0)).Perm(n) }
