package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGatherRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, cols := range []int{1, 2, 7, 8, 9, 16, 31, 50} {
		for _, n := range []int{0, 1, 3, 11, 12, 13, 40} {
			const total = 9
			stride := cols + n%3
			a := make([]float64, total*stride-stride+cols)
			for k := range a {
				a[k] = rng.NormFloat64()
			}
			rows, want := make([]int, n), []float64{}
			for k := range rows {
				rows[k] = rng.IntN(total)
				want = append(want, a[rows[k]*stride:][:cols]...)
			}
			out := append(slices.Repeat([]float64{-1}, n*cols), 5)
			GatherRows(out, a, stride, cols, rows)
			if !slices.Equal(out, append(want, 5)) {
				t.Fatalf("%d rows of %d columns, %d apart: %v, want %v and 5", n, cols, stride, out, want)
			}
		}
	}
	for _, row := range []int{-1, 3} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("row %d of 3 was gathered", row)
				}
			}()
			GatherRows(make([]float64, 4), make([]float64, 6), 2, 2, []int{0, row})
		}()
	}
}
