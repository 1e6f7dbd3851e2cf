package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// windows are images and patches of many forms: with and without padding, strides that leave entries out, patches that
// lie in the padding as a whole, runs below and above the length from which they are copied.
var windows = []Window{
	{Height: 5, Width: 4, Channels: 2, Rows: 3, Cols: 3, Stride: 1, Pad: 1},
	{Height: 7, Width: 6, Channels: 1, Rows: 3, Cols: 2, Stride: 2},
	{Height: 6, Width: 9, Channels: 3, Rows: 2, Cols: 4, Stride: 3, Pad: 2},
	{Height: 3, Width: 3, Channels: 4, Rows: 1, Cols: 1, Stride: 1, Pad: 2},
	{Height: 4, Width: 5, Channels: 17, Rows: 4, Cols: 5, Stride: 1},
	{Height: 2, Width: 2, Channels: 1, Rows: 2, Cols: 2, Stride: 1, Pad: 3},
	{Height: 12, Width: 11, Channels: 8, Rows: 3, Cols: 3, Stride: 1, Pad: 1},
	{Height: 3, Width: 3, Channels: 16, Rows: 3, Cols: 3, Stride: 1, Pad: 1},
	{Height: 5, Width: 6, Channels: 10, Rows: 3, Cols: 3, Stride: 1, Pad: 2},
	{Height: 6, Width: 5, Channels: 9, Rows: 4, Cols: 3, Stride: 1},
	{Height: 7, Width: 8, Channels: 24, Rows: 3, Cols: 3, Stride: 2, Pad: 1},
	{Height: 2, Width: 3, Channels: 8, Rows: 2, Cols: 2, Stride: 1, Pad: 1},
}

// taps calls f for each product of a convolution: an entry of the images, one of the weights and one of the result.
func taps(w Window, images, filters int, f func(image, weight, result int)) {
	rows, cols := w.Out()
	for p := range images {
		for r := range rows {
			for c := range cols {
				for kr := range w.Rows {
					for kc := range w.Cols {
						ir, ic := r*w.Stride-w.Pad+kr, c*w.Stride-w.Pad+kc
						if ir < 0 || ir >= w.Height || ic < 0 || ic >= w.Width {
							continue
						}
						for ch := range w.Channels {
							for o := range filters {
								f(((p*w.Height+ir)*w.Width+ic)*w.Channels+ch, ((kr*w.Cols+kc)*w.Channels+ch)*filters+o,
									((p*rows+r)*cols+c)*filters+o)
							}
						}
					}
				}
			}
		}
	}
}

func TestConvolutions(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testConvolutions[float64](t, 8, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testConvolutions[float32](t, 4, 0x1p-24) })
}

func testConvolutions[T Float](t *testing.T, size int, eps float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, w := range windows {
		for _, s := range [][2]int{{1, 1}, {3, 5}, {40, 33}} {
			images, filters := s[0], s[1]
			t.Run(fmt.Sprintf("%+v/%d images, %d filters", w, images, filters), func(t *testing.T) {
				c := NewConvolution(w, images, filters, size)
				x, k, y := noise[T](images*w.Image(), rng), noise[T](w.Patch()*filters, rng), noise[T](c.patches*filters, rng)
				wantX, wantK, wantY := make([]float64, len(x)), make([]float64, len(k)), make([]float64, len(y))
				taps(w, images, filters, func(i, j, o int) {
					wantX[i] += float64(k[j]) * float64(y[o])
					wantK[j] += float64(x[i]) * float64(y[o])
					wantY[o] += float64(x[i]) * float64(k[j])
				})
				scratch, room := noise[T](c.Scratch(), rng), noise[T](c.Room(), rng)
				got := noise[T](len(y), rng)
				PackAhead(c, room, k)
				for u := range c.ForwardUnits() {
					ConvolveUnit(c, got, x, k, room, scratch, u, nil)
				}
				agree(t, "the result", got, wantY, eps, w.Patch())
				got = noise[T](len(x), rng)
				PackBack(c, room, k)
				for u := range c.ImagesUnits() {
					ImagesUnit(c, got, y, room, scratch, u, nil)
				}
				agree(t, "the adjoint by the images", got, wantX, eps, w.Rows*w.Cols*filters)
				got = make([]T, len(k))
				for u := range c.WeightsUnits() {
					WeightsUnit(c, room[u*len(k):], x, y, scratch, u, nil)
					vectors(Add, got, got, room[u*len(k):(u+1)*len(k)])
				}
				agree(t, "the adjoint by the weights", got, wantK, eps, c.patches)
			})
		}
	}
}

// agree allows each sum of n products of about 1 a rounding of the sum so far for each.
func agree[T Float](t *testing.T, what string, got []T, want []float64, eps float64, n int) {
	t.Helper()
	bound := eps * float64(n+1) * 10 * math.Sqrt(float64(n))
	for k := range got {
		if !(math.Abs(float64(got[k])-want[k]) <= bound) {
			t.Fatalf("%s: entry %d is %v, want %v within %g", what, k, got[k], want[k], bound)
		}
	}
}
