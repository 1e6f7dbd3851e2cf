package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkConvolution times the layers of the usual network on 28 × 28 images, an image in each unit of work.
func BenchmarkConvolution(b *testing.B) {
	const images, filters = 20, 64
	for _, l := range [][2]int{{28, 1}, {14, 64}, {7, 64}, {3, 64}} {
		w := Window{Height: l[0], Width: l[0], Channels: l[1], Rows: 3, Cols: 3, Stride: 1, Pad: 1}
		rng := rand.New(rand.NewPCG(1, 2))
		c := NewConvolution(w, images, filters, 4)
		x, k, y := noise[float32](images*w.Image(), rng), noise[float32](w.Patch()*filters, rng), noise[float32](c.patches*filters, rng)
		scratch, room := make([]float32, c.Scratch()), make([]float32, c.Room())
		time := func(name string, run func()) {
			b.Run(fmt.Sprintf("%dx%dx%d/%s", l[0], l[0], l[1], name), func(b *testing.B) {
				for b.Loop() {
					run()
				}
				b.ReportMetric(float64(c.FLOPs())*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
		time("result", func() {
			PackAhead(c, room, k)
			for u := range c.ForwardUnits() {
				ConvolveUnit(c, y, x, k, room, scratch, u, nil)
			}
		})
		time("images", func() {
			PackBack(c, room, k)
			for u := range c.ImagesUnits() {
				ImagesUnit(c, x, y, room, scratch, u, nil)
			}
		})
		time("weights", func() {
			for u := range c.WeightsUnits() {
				WeightsUnit(c, room[u*len(k):], x, y, scratch, u, nil)
			}
		})
	}
}
