package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestPool(t *testing.T) {
	t.Run("float64", testPool[float64])
	t.Run("float32", testPool[float32])
}

// testPool compares with a search over the entries of each square, on numbers among which many are equal and some NaN, and
// on channels that are and are not whole vectors.
func testPool[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, w := range []Window{{Height: 2, Width: 2, Channels: 1}, {Height: 5, Width: 4, Channels: 3},
		{Height: 4, Width: 7, Channels: 9}, {Height: 6, Width: 6, Channels: 33}, {Height: 3, Width: 4, Channels: 150},
		{Height: 4, Width: 4, Channels: 8}, {Height: 7, Width: 5, Channels: 64}} {
		const images = 3
		rows, cols := w.Height/2, w.Width/2
		by, a, ct := noise[T](images*w.Image(), rng), noise[T](images*w.Image(), rng), noise[T](images*rows*cols*w.Channels, rng)
		toward, scale, shift := noise[T](w.Channels, rng), noise[T](w.Channels, rng), noise[T](w.Channels, rng)
		toward[rng.IntN(w.Channels)] = 0
		for k := range by {
			by[k] = T(rng.IntN(3))
			if rng.IntN(1000) < w.Channels%40 {
				by[k] = T(math.NaN())
			}
		}
		wantA, wantBy, wantCT := make([]T, len(ct)), make([]T, len(ct)), make([]T, len(by))
		wantMore := make([]T, len(by))
		for to := range ct {
			c, q := to%w.Channels, to/w.Channels
			best := -1
			for _, d := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
				row, col := q/cols%rows*2+d[0], q%cols*2+d[1]
				k := ((q/(rows*cols)*w.Height+row)*w.Width+col)*w.Channels + c
				if best < 0 {
					best = k
					continue
				}
				better := toward[c] > 0 && by[k] > by[best] || toward[c] < 0 && by[k] < by[best]
				if isNaN := by[best] != by[best]; !isNaN && (better || toward[c] != 0 && by[k] != by[k]) {
					best = k
				}
			}
			wantA[to], wantBy[to], wantCT[best] = a[best], by[best], ct[to]
		}
		for k, v := range wantCT {
			wantMore[k] = v + T(T(scale[k%w.Channels]*by[k])+shift[k%w.Channels])
		}
		gotA, gotBy, gotCT := noise[T](len(ct), rng), noise[T](len(ct), rng), noise[T](len(by), rng)
		gotMore, signs := noise[T](len(by), rng), noise[T](w.Channels, rng)
		for p := range images {
			Pool(gotA, a, by, toward, signs, w, p, p+1)
			Pool(gotBy, by, by, toward, signs, w, p, p+1)
			Unpool(gotCT, ct, by, toward, signs, nil, nil, w, p, p+1)
			Unpool(gotMore, ct, by, toward, signs, scale, shift, w, p, p+1)
		}
		for what, pair := range map[string][2][]T{"gathered": {gotA, wantA}, "pooled": {gotBy, wantBy}, "spread": {gotCT, wantCT},
			"spread and added": {gotMore, wantMore}} {
			for k, got := range pair[0] {
				if want := pair[1][k]; got != want && (got == got || want == want) {
					t.Fatalf("%+v: %s: entry %d is %v, want %v", w, what, k, got, want)
				}
			}
		}
	}
}
