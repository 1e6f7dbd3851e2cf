package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMoments(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testMoments[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testMoments[float32](t, 0x1p-24) })
}

// testMoments compares with sums in float64 on numbers about 3, of columns that are and are not whole vectors. An error of
// the mean is below a rounding for each level of sums, of numbers up to 8; that of the variance, of squares up to 25.
func testMoments[T Float](t *testing.T, eps float64) {
	for _, s := range [][2]int{{1, 3}, {2, 1}, {40, 64}, {700, 7}, {5000, 24}, {30, 3000}} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			rows, cols := s[0], s[1]
			a := noise[T](rows*cols, rand.New(rand.NewPCG(1, 2)))
			for k := range a {
				a[k] += 3
			}
			m := NewMoments(rows, cols)
			room, scratch, got := make([]T, m.Room()), make([]T, m.Scratch()), make([]T, 2*cols)
			for k := range m.Units() {
				MomentsUnit(m, room, a, scratch, k)
			}
			JoinMoments(m, got, room)
			levels := float64(min(rows, m.block) + (m.unit+m.block-1)/m.block + m.Units() + 4)
			for c := range cols {
				mean, variance := 0.0, 0.0
				for r := range rows {
					mean += float64(a[r*cols+c]) / float64(rows)
				}
				for r := range rows {
					d := float64(a[r*cols+c]) - mean
					variance += d * d / float64(rows)
				}
				if d := math.Abs(float64(got[c]) - mean); !(d <= 8*levels*eps) {
					t.Fatalf("the mean of column %d is %v, want %v", c, got[c], mean)
				}
				if d := math.Abs(float64(got[cols+c]) - variance); !(d <= 25*levels*eps) {
					t.Fatalf("the variance of column %d is %v, want %v", c, got[cols+c], variance)
				}
			}
		})
	}
}
