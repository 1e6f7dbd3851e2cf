package plots

import (
	"math"
	"slices"
)

// A Sample is a set of numbers whose distribution is drawn.
type Sample struct {
	Name   string
	Role   Role
	Values []float64
}

// Histogram draws how numbers are distributed: the share of each sample that falls into each of some equal bins.
type Histogram struct {
	Title, Subtitle string
	X               string
	Samples         []Sample
	Bins            int // at most 1,000; 0 takes the square root of the largest sample's size, and at most 40
	Markers         []Marker
	XLim            Range // values outside are counted, but not drawn
}

// Figure draws the histogram. It panics where no number is finite or a limit is no interval.
func (h Histogram) Figure(alt string) Figure { return newFigure(single(h.frame()), alt) }

const mostBins = 1000 // finer ones would be narrower than a line

func (h Histogram) frame() *frame {
	f := &frame{kind: "Histogram", title: h.Title, subtitle: h.Subtitle, markers: slices.Clone(h.Markers)}
	f.x, f.y = newAxis(h.X, h.XLim, false), newAxis("share of the sample in %", Range{}, false)
	f.x.check(f.kind, "x")
	f.y.zero, f.y.round = true, true
	bins := h.Bins
	if bins < 0 || bins > mostBins {
		panicf("Histogram: Bins is %d, want 0 to %d", bins, mostBins)
	}
	for _, s := range h.Samples {
		s.Role.check(f.kind)
		f.x.cover(s.Values...)
		if h.Bins == 0 {
			bins = min(max(bins, int(math.Sqrt(float64(len(s.Values))))), 40)
		}
		if s.Name != "" {
			f.key = append(f.key, entry{name: s.Name, role: s.Role})
		}
	}
	if f.x.lo > f.x.hi {
		panicf("Histogram: no finite numbers below 1e300")
	}
	lo, hi := f.x.limits(bins)
	f.x.given = Range{lo, hi}
	edges := Linspace(lo, hi, bins+1)
	f.y.cover(0)
	steps := make([]Series, len(h.Samples))
	for i, s := range h.Samples {
		steps[i] = outline(s, edges)
		f.y.cover(steps[i].Y...)
	}
	f.draw = func(a *area) {
		zero := make([]float64, 2*len(edges))
		for _, s := range slices.Backward(steps) {
			a.band(s.Role, 0, s.X, zero, s.Y)
			a.line(stroke{color: marks[s.Role], width: lineWidth}, s.X, s.Y)
		}
	}
	return f
}

// outline is the upper edge of the bars of s, in percent of all its values.
func outline(s Sample, edges []float64) Series {
	bins := len(edges) - 1
	counts := make([]float64, bins)
	lo, hi := edges[0], edges[bins]
	for _, v := range s.Values {
		if v >= lo && v <= hi {
			counts[min(int((v-lo)/(hi-lo)*float64(bins)), bins-1)]++
		}
	}
	out := Series{Role: s.Role, X: []float64{lo}, Y: []float64{0}}
	for i, c := range counts {
		share := 100 * c / float64(len(s.Values))
		out.X, out.Y = append(out.X, edges[i], edges[i+1]), append(out.Y, share, share)
	}
	out.X, out.Y = append(out.X, hi), append(out.Y, 0)
	return out
}
