package balance_test

import (
	"cmp"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// The trimmed mean of every column, sorted as a whole, for few and for many tasks and every trim.
func TestTrimmedMeanByDefinition(t *testing.T) {
	for _, m := range []int{1, 2, 5, 40, 41, 90} {
		j := normal(m, 30, uint64(m))
		for _, trim := range []int{0, 1, 2, m} {
			// In a training of so many tasks that the trim leaves one, of which the first m are present.
			present := start(balance.TrimmedMean{}, m+2*trim, 30)
			for i := range m {
				present.Present = append(present.Present, i)
			}
			d := make([]float64, 30)
			if err := balance.Aggregate(d, balance.TrimmedMean{Trim: trim}, j, nil, present); err != nil {
				t.Fatal(err)
			}
			left := min(trim, (m-1)/2)
			for k, got := range d {
				column := mat.Col(nil, k, j)
				slices.Sort(column)
				kept := column[left : m-left]
				if want := floats.Sum(kept) / float64(len(kept)); floats.Distance([]float64{got}, []float64{want}, 2) > 1e-15 {
					t.Errorf("%d tasks, trim %d, entry %d: %v, want %v", m, trim, k, got, want)
				}
			}
		}
	}
}

// An outlier of any size has no share in the trimmed mean, nor in Krum's choice.
func TestOutliersHaveNoShare(t *testing.T) {
	for _, size := range []float64{1e3, 1e30, 1e100} {
		j := normal(6, 4, 1)
		for k := range 4 {
			j.Set(3, k, size)
		}
		if d := aggregate(t, balance.TrimmedMean{Trim: 1}, j); floats.Norm(d, 2) > 5 {
			t.Errorf("trimmed mean with an outlier of %v: %v", size, d)
		}
		if w, _, _, _ := weigh(t, balance.Krum{Byzantine: 1, Select: 3}, j); w[3] != 0 {
			t.Errorf("Krum with an outlier of %v: weights %v", size, w)
		}
	}
}

// Krum's weights, from the distances between the gradients themselves.
func TestKrumByDefinition(t *testing.T) {
	const m, n = 9, 5
	for seed := range uint64(20) {
		j := normal(m, n, seed)
		for _, b := range []balance.Krum{{Byzantine: 1, Select: 1}, {Byzantine: 2, Select: 3}, {Byzantine: 3, Select: 2, Euclidean: true}} {
			scores, order := make([]float64, m), make([]int, m)
			for i := range m {
				order[i] = i
				var far []float64
				for k := range m {
					if k != i {
						d := floats.Distance(j.RawRowView(i), j.RawRowView(k), 2)
						if !b.Euclidean {
							d *= d
						}
						far = append(far, d)
					}
				}
				slices.Sort(far)
				scores[i] = floats.Sum(far[:m-b.Byzantine-2])
			}
			slices.SortFunc(order, func(i, k int) int { return cmp.Compare(scores[i], scores[k]) })
			taken := b.Select
			want := make([]float64, m)
			for _, i := range order[:taken] {
				want[i] = 1 / float64(taken)
			}
			if w, _, _, _ := weigh(t, b, j); !slices.Equal(w, want) {
				t.Errorf("seed %d, %+v: weights %v, want %v", seed, b, w, want)
			}
		}
	}
}

// Weights of GradNorm stay at 0 or above and add up to m, with steps that are far too long.
func TestGradNormKeepsWeights(t *testing.T) {
	b := balance.GradNorm{Alpha: 1.5, Rate: 10}
	j, losses := normal(3, 8, 2), []float64{1, 2, 3}
	state := start(b, 3, 8)
	touched := false
	for range 30 {
		if err := balance.Aggregate(make([]float64, 8), b, j, losses, state); err != nil {
			t.Fatal(err)
		}
		w := state.Memory[:3]
		touched = touched || floats.Min(w) == 0
		if floats.Min(w) < 0 || !(floats.Distance([]float64{floats.Sum(w)}, []float64{3}, 2) < 1e-14) {
			t.Fatalf("weights %v", w)
		}
	}
	if !touched {
		t.Error("no weight reached 0: the limit did nothing")
	}
}
