package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCopy2D(t *testing.T) {
	t.Run("float64", copies2D[float64])
	t.Run("float32", copies2D[float32])
}

// copies2D copies blocks of all widths about the vectors of the assembly, and looks that nothing beside them was touched.
func copies2D[T Float](t *testing.T) {
	const to, from = 3, 2
	for cols := range 2*shortRow + 3 {
		for _, rows := range []int{0, 1, 2, 5} {
			for _, gap := range []int{0, 1, 7} {
				toStride, fromStride := cols+gap, cols+7-gap
				dst, src := make([]T, to+rows*toStride+cols), make([]T, from+rows*fromStride+cols)
				for k := range src {
					src[k] = T(k + 1)
				}
				want := slices.Clone(dst)
				for r := range rows {
					for c := range cols {
						want[to+r*toStride+c] = src[from+r*fromStride+c]
					}
				}
				Copy2D(dst, to, toStride, src, from, fromStride, rows, cols)
				if !slices.Equal(dst, want) {
					t.Fatalf("%d rows of %d columns, %d and %d apart: %v, want %v", rows, cols, fromStride, toStride, dst, want)
				}
			}
		}
	}
}

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
