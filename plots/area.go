package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Widths of lines and radii of dots in points.
const (
	lineWidth  = 2.0
	floorWidth = 1.2
	thinWidth  = 0.8
	dotRadius  = 3.0
	beneath    = 2.4 // wider is a line for each that would hide it
	bandAlpha  = 0.22
)

// area draws in the coordinates of the data, clipped to the axes.
type area struct {
	pen
	x, y  scale
	small bool // one of several panels
}

// canvas is the part of the page where the data of c are drawn.
func (c *cell) canvas(n pen, small bool) *area {
	n.Canvas = draw.Canvas{Canvas: n.Canvas.Canvas, Rectangle: c.area}
	return &area{pen: n, x: c.xs, y: c.ys, small: small}
}

func (a *area) at(x, y float64) vg.Point { return vg.Point{X: a.x.at(x), Y: a.y.at(y)} }

// drawable reports whether a line can be drawn to (x, y).
func (a *area) drawable(x, y float64) bool {
	return !math.IsNaN(x) && !math.IsNaN(y) && !(a.x.log && x <= 0) && !(a.y.log && y <= 0)
}

// stretches calls f for each stretch of indices at which ok holds.
func stretches(n int, ok func(int) bool, f func(from, to int)) {
	for i := 0; i < n; i++ {
		from := i
		for i < n && ok(i) {
			i++
		}
		if i > from {
			f(from, i)
		}
	}
}

// line strokes through the points, with gaps at NaN, and marks where it leaves through the top or the bottom for good.
func (a *area) line(s stroke, xs, ys []float64) {
	stretches(len(xs), func(i int) bool { return a.drawable(xs[i], ys[i]) }, func(from, to int) {
		pts := make([]vg.Point, 0, to-from)
		for i := from; i < to; i++ {
			pts = append(pts, a.at(xs[i], ys[i]))
		}
		pts = simplify(thin(pts), 0.1)
		for _, part := range a.ClipLinesXY(pts) {
			a.path(s, part...)
			a.exit(s, part[len(part)-1], pts[len(pts)-1])
		}
	})
}

// thin keeps, of a line that goes to the right through many points, the ends and the lowest and the highest of each
// stretch as wide as the line is thick: it looks the same and takes less room.
func thin(pts []vg.Point) []vg.Point {
	const stretch = 1.5
	n := len(pts)
	if n < 2 || n < 4*int((pts[n-1].X-pts[0].X)/stretch) {
		return pts
	}
	out := []vg.Point{pts[0]}
	for i := 0; i < n; {
		j, low, high := i+1, i, i
		for ; j < n && pts[j].X >= pts[i].X && pts[j].X < pts[i].X+stretch; j++ {
			if pts[j].Y < pts[low].Y {
				low = j
			}
			if pts[j].Y > pts[high].Y {
				high = j
			}
		}
		out = append(out, pts[min(low, high)], pts[max(low, high)])
		i = j
	}
	return append(out, pts[n-1])
}

// exit marks a point on the upper or lower edge, where a line leaves to a last point beyond it.
func (a *area) exit(s stroke, at, last vg.Point) {
	const half, height = 4, 6
	switch {
	case at.Y >= a.Max.Y-0.01 && last.Y > a.Max.Y+0.01:
		a.polygon(s.color, vg.Point{X: at.X - half, Y: at.Y}, vg.Point{X: at.X + half, Y: at.Y},
			vg.Point{X: at.X, Y: at.Y + height})
	case at.Y <= a.Min.Y+0.01 && last.Y < a.Min.Y-0.01:
		a.polygon(s.color, vg.Point{X: at.X - half, Y: at.Y}, vg.Point{X: at.X + half, Y: at.Y},
			vg.Point{X: at.X, Y: at.Y - height})
	}
}

// band fills between low and high.
func (a *area) band(role Role, tint float64, xs, low, high []float64) {
	c := alpha(mix(marks[role], paper, tint), bandAlpha)
	ok := func(i int) bool { return a.drawable(xs[i], high[i]) && !math.IsNaN(low[i]) }
	floor := func(v float64) float64 {
		if a.y.log {
			return max(v, a.y.lo/10)
		}
		return v
	}
	stretches(len(xs), ok, func(from, to int) {
		var up, down []vg.Point
		for i := from; i < to; i++ {
			up = append(up, a.at(xs[i], high[i]))
			down = append(down, a.at(xs[i], floor(low[i])))
		}
		pts := simplify(up, 0.1)
		down = simplify(down, 0.1)
		for i := len(down) - 1; i >= 0; i-- {
			pts = append(pts, down[i])
		}
		a.polygon(c, a.ClipPolygonXY(pts)...)
	})
}

// inside reports whether (x, y) lies within the axes.
func (a *area) inside(x, y float64) bool {
	if !a.drawable(x, y) || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return false
	}
	at := a.at(x, y)
	const slack = 0.5
	return at.X >= a.Min.X-slack && at.X <= a.Max.X+slack && at.Y >= a.Min.Y-slack && at.Y <= a.Max.Y+slack
}

// points draws the dots of a role.
func (a *area) points(role Role, tint float64, xs, ys []float64, radius float64) {
	c := mix(marks[role], paper, tint)
	for i := range xs {
		if a.inside(xs[i], ys[i]) {
			a.dot(a.at(xs[i], ys[i]), role, c, radius)
		}
	}
}

// note writes beside a place in the data, on the side where there is more room.
func (a *area) note(n Note) {
	if !a.inside(n.X, n.Y) {
		return
	}
	at := a.at(n.X, n.Y)
	w := width(n.Text, tickSize, false)
	left := at.X + 6
	switch {
	case left+w <= a.Max.X:
	case at.X-6-w >= a.Min.X:
		left = at.X - 6 - w
	default: // above the place
		left = max(min(at.X-w/2, a.Max.X-w), a.Min.X)
		at.Y += 12
	}
	a.label(n.Text, left, at.Y)
}

// label writes on a piece of paper, from left on and centred on y.
func (a *area) label(s string, left, y vg.Length) {
	a.rect(alpha(paper, 0.85), vg.Rectangle{
		Min: vg.Point{X: left - 2, Y: y - 7},
		Max: vg.Point{X: left + width(s, tickSize, false) + 2, Y: y + 6},
	})
	a.text(vg.Point{X: left, Y: y}, s, lettering{size: tickSize, color: labels[Ink], ay: 0.5})
}

// radius is that of dots: smaller in a small panel.
func (a *area) radius() float64 {
	if a.small && a.Max.X-a.Min.X < 2.2*vg.Inch {
		return dotRadius * 0.7
	}
	return dotRadius
}
