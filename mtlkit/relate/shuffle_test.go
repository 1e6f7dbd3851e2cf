package relate

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
)

// The kept task has its labels as they were, the others have theirs in another order, missing ones where they were, the
// same for the same seed, and nothing of the caller's changes.
func TestShuffleKeepsWhatItMust(t *testing.T) {
	nan := math.NaN()
	label := func() *mat.Dense { return mat.NewDense(8, 1, []float64{1, nan, 2, 3, nan, 4, 5, 6}) }
	d := mtlkit.Data{X: []*mat.Dense{mat.NewDense(8, 1, nil)}, Y: []*mat.Dense{label(), nil, label(), label()}}
	out, again, other := shuffle(d, 1, []int{0, 2, 4, 5}, 4), shuffle(d, 1, []int{0, 2, 4, 5}, 4),
		shuffle(d, 2, []int{0, 2, 4, 5}, 4)
	if out.Y[2] != d.Y[2] || out.Y[1] != nil || out.X[0] != d.X[0] {
		t.Error("the kept task, a task without labels or the inputs changed")
	}
	same := func(a, b *mat.Dense) bool {
		return slices.EqualFunc(a.RawMatrix().Data, b.RawMatrix().Data,
			func(x, y float64) bool { return x == y || x != x && y != y })
	}
	for _, k := range []int{0, 3} {
		if !same(d.Y[k], label()) {
			t.Error("the caller's labels changed")
		}
		if same(out.Y[k], label()) || !same(out.Y[k], again.Y[k]) || same(out.Y[k], other.Y[k]) {
			t.Errorf("task %d: %v, again %v, with another seed %v", k, out.Y[k], again.Y[k], other.Y[k])
		}
		a, b := slices.Clone(out.Y[k].RawMatrix().Data), label().RawMatrix().Data
		for r, v := range a {
			if (v != v) != (b[r] != b[r]) {
				t.Errorf("row %d is %v, was %v", r, v, b[r])
			}
		}
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a[2:], b[2:]) {
			t.Errorf("labels %v, were %v", a, b)
		}
	}
	if same(out.Y[0], out.Y[3]) {
		t.Error("two tasks are shuffled alike")
	}
}

// Rows that lack some of their labels change with rows that lack the same.
func TestShuffleOfColumns(t *testing.T) {
	nan := math.NaN()
	y := mat.NewDense(6, 2, []float64{1, 10, 2, nan, 3, 30, 4, nan, nan, 50, nan, nan})
	moved := false
	for seed := range uint64(10) {
		out := shuffle(mtlkit.Data{Y: []*mat.Dense{y}}, seed, []int{0}, 1).Y[0]
		for r, partner := range []int{2, 3, 0, 1, 4, 5} {
			same, swapped := true, true
			for c := range 2 {
				v, own, other := out.At(r, c), y.At(r, c), y.At(partner, c)
				same = same && (v == own || v != v && own != own)
				swapped = swapped && (v == other || v != v && other != other)
			}
			if !same && !swapped {
				t.Fatalf("row %d is %v", r, out.RawRowView(r))
			}
			moved = moved || !same
		}
	}
	if !moved {
		t.Error("nothing moves")
	}
}

// Weights go with their tasks.
func TestSomeDataOfWeights(t *testing.T) {
	d := mtlkit.Data{X: []*mat.Dense{nil}, Y: []*mat.Dense{nil, nil, nil}, Weights: [][]float64{{1}, nil, {3}}}
	if got := SomeData(d, []int{0, 2}).Weights; len(got) != 2 || got[0][0] != 1 || got[1][0] != 3 {
		t.Errorf("weights %v", got)
	}
}
