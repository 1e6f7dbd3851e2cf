package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// An Arrow is a vector in the plane, drawn from a place to X, Y further.
type Arrow struct {
	Name         string // written at the tip; among Panels, in the key
	Role         Role
	X, Y         float64
	FromX, FromY float64
	Dash         bool
}

// Plane draws vectors: gradients, and steps made of them. Units are equal on both axes, of which one is at most 20
// times as long as the other, and zero lines are drawn.
type Plane struct {
	Title, Subtitle string
	X, Y            string
	Arrows          []Arrow
	Cone            [][2]float64 // shades the directions whose inner product with each of these is not negative
	ConeName        string
	Hull            [][2]float64 // corners of a grey dashed outline, such as the convex hull of gradients
	XLim, YLim      Range
}

// Figure draws the vectors. It panics where there is none or a limit is no interval.
func (p Plane) Figure(alt string) Figure { return newFigure(single(p.frame()), alt) }

func (p Plane) frame() *frame {
	if len(p.Arrows) == 0 {
		panicf("Plane: no arrows")
	}
	f := &frame{kind: "Plane", title: p.Title, subtitle: p.Subtitle, equal: true, plain: true}
	f.x, f.y = newAxis(p.X, p.XLim, false), newAxis(p.Y, p.YLim, false)
	f.x.check(f.kind, "x")
	f.y.check(f.kind, "y")
	f.x.cover(0)
	f.y.cover(0)
	f.x.pad, f.y.pad = 0.2, 0.2
	arrows, cone, hull := slices.Clone(p.Arrows), slices.Clone(p.Cone), slices.Clone(p.Hull)
	for _, v := range arrows {
		v.Role.check(f.kind)
	}
	arrows = slices.DeleteFunc(arrows, func(v Arrow) bool { return !v.number() })
	for _, v := range arrows {
		f.x.cover(v.FromX, v.FromX+v.X)
		f.y.cover(v.FromY, v.FromY+v.Y)
		if v.Name != "" {
			e := entry{name: v.Name, role: v.Role}
			if v.Dash {
				e.mark = dashed
			}
			f.tips = append(f.tips, e)
		}
	}
	f.x.widen(leastRatio * (f.y.hi - f.y.lo))
	f.y.widen(leastRatio * (f.x.hi - f.x.lo))
	if len(cone) > 0 && p.ConeName != "" {
		f.key = append(f.key, entry{name: p.ConeName, role: Green, mark: filled, tint: coneTint})
	}
	f.draw = func(a *area) {
		if len(cone) > 0 {
			a.polygon(mix(marks[Green], paper, coneTint), a.cone(cone)...)
		}
		grid := stroke{color: rule, width: 1}
		a.line(grid, []float64{a.x.lo, a.x.hi}, []float64{0, 0})
		a.line(grid, []float64{0, 0}, []float64{a.y.lo, a.y.hi})
		for i, q := range hull {
			r := hull[(i+1)%len(hull)]
			if i == 1 && len(hull) == 2 {
				break
			}
			a.line(stroke{marks[Grey], floorWidth, true}, []float64{q[0], r[0]}, []float64{q[1], r[1]})
		}
		for i, v := range slices.Backward(arrows) {
			a.vector(v, a.upon(v, arrows[:i]))
		}
		if !a.small {
			a.nameTips(arrows)
		}
	}
	return f
}

const coneTint = 0.82

// leastRatio is how much shorter one axis of vectors is than the other at most.
const leastRatio = 0.3

// number reports whether no part of v is NaN, its tip included.
func (v Arrow) number() bool { return !math.IsNaN(v.FromX+v.X) && !math.IsNaN(v.FromY+v.Y) }

// shaft is the part of v within the axes, and whether there is any.
func (a *area) shaft(v Arrow) (from, to vg.Point, ok bool) {
	from, to = a.at(v.FromX, v.FromY), a.at(v.FromX+v.X, v.FromY+v.Y)
	if from == to {
		return from, to, a.inside(v.FromX, v.FromY)
	}
	parts := a.ClipLinesXY([]vg.Point{from, to})
	if len(parts) == 0 {
		return from, to, false
	}
	return parts[0][0], parts[0][len(parts[0])-1], true
}

// upon counts the arrows, all drawn upon v, that hide it: they begin where it does, go its way within three degrees, and
// reach as far.
func (a *area) upon(v Arrow, arrows []Arrow) (n int) {
	from, to, _ := a.shaft(v)
	d := to.Sub(from)
	for _, w := range arrows {
		start, tip, _ := a.shaft(w)
		e := tip.Sub(start)
		along, across := float64(d.Dot(e)), float64(d.X*e.Y-d.Y*e.X)
		if start == from && along > 0.95*float64(d.Dot(d)) && math.Abs(across) < 0.05*along {
			n++
		}
	}
	return n
}

// vector draws v, the wider the more arrows are drawn upon it, so that it is seen beside them. Where it leaves the axes
// it has no head.
func (a *area) vector(v Arrow, upon int) {
	from, to, ok := a.shaft(v)
	if !ok {
		return
	}
	s := stroke{marks[v.Role], lineWidth + beneath*float64(upon), v.Dash}
	if tip := a.at(v.FromX+v.X, v.FromY+v.Y); to != tip {
		a.path(s, from, to)
		a.exit(s, to, tip)
		return
	}
	a.arrow(s, from, to)
}

// cone is the part of the axes whose points have no negative inner product with any of the vectors; nothing where one
// of them is not finite.
func (a *area) cone(vectors [][2]float64) []vg.Point {
	corners := [][2]float64{{a.x.lo, a.y.lo}, {a.x.hi, a.y.lo}, {a.x.hi, a.y.hi}, {a.x.lo, a.y.hi}}
	for _, v := range vectors {
		long := max(math.Abs(v[0]), math.Abs(v[1]))
		if !finite(long) {
			return nil
		}
		if long > 0 { // its length does not matter, but could overflow
			_, e := math.Frexp(long)
			v[0], v[1] = math.Ldexp(v[0], -e), math.Ldexp(v[1], -e)
		}
		side := func(q [2]float64) float64 { return q[0]*v[0] + q[1]*v[1] }
		var kept [][2]float64
		for i, q := range corners {
			r := corners[(i+1)%len(corners)]
			sq, sr := side(q), side(r)
			if sq >= 0 {
				kept = append(kept, q)
			}
			if sq < 0 && sr > 0 || sq > 0 && sr < 0 {
				t := sq / (sq - sr)
				kept = append(kept, [2]float64{q[0] + t*(r[0]-q[0]), q[1] + t*(r[1]-q[1])})
			}
		}
		corners = kept
	}
	pts := make([]vg.Point, len(corners))
	for i, q := range corners {
		pts[i] = a.at(q[0], q[1])
	}
	return pts
}
