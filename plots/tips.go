package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// nameTips writes the names of arrows beside their tips, turned about the tip, and where that is not enough further
// away at the end of a thread, until they keep clear of each other and of the shafts.
func (a *area) nameTips(arrows []Arrow) {
	var taken []vg.Rectangle
	for _, v := range arrows {
		_, tip, ok := a.shaft(v)
		if v.Name == "" || !ok {
			continue
		}
		w, h := width(v.Name, directSize, false), vg.Length(directSize)
		var best vg.Rectangle
		fewest := math.Inf(1)
		for ring := range 6 {
			away := vg.Length(6 + 14*ring)
			for k := range 24 {
				turn := math.Atan2(v.Y, v.X) + float64((k+1)/2)*math.Pi/12*float64(1-2*(k%2))
				sin, cos := math.Sincos(turn)
				c := vg.Point{X: tip.X + vg.Length(cos)*(w/2+away), Y: tip.Y + vg.Length(sin)*(h/2+away)}
				r := vg.Rectangle{Min: vg.Point{X: c.X - w/2, Y: c.Y - h/2}, Max: vg.Point{X: c.X + w/2, Y: c.Y + h/2}}
				n := a.collisions(r, tip, taken, arrows) + 1.5*float64(ring)
				if n < fewest {
					best, fewest = r, n
				}
			}
		}
		taken = append(taken, best)
		if near := nearest(best, tip); math.Hypot(float64(near.X-tip.X), float64(near.Y-tip.Y)) > 9 {
			a.path(stroke{color: mix(marks[v.Role], paper, 0.3), width: 0.6}, tip, near)
		}
		a.rect(alpha(paper, 0.85), best)
		a.text(center(best), v.Name, lettering{size: directSize, color: labels[v.Role], ax: 0.5, ay: 0.5})
	}
}

// collisions weighs what a name in r would touch: other names, shafts and heads, the edge, and what its thread to the tip
// would cross.
func (a *area) collisions(r vg.Rectangle, tip vg.Point, taken []vg.Rectangle, arrows []Arrow) (n float64) {
	const gap = 2
	inside := func(t vg.Rectangle, q vg.Point) bool {
		return q.X > t.Min.X && q.X < t.Max.X && q.Y > t.Min.Y && q.Y < t.Max.Y
	}
	near := nearest(r, tip)
	for _, t := range taken {
		if r.Min.X < t.Max.X+gap && t.Min.X < r.Max.X+gap && r.Min.Y < t.Max.Y+gap && t.Min.Y < r.Max.Y+gap {
			n += 20
		}
		for k := range 11 {
			if inside(t, tip.Add(near.Sub(tip).Scale(vg.Length(k)/10))) {
				n += 3
			}
		}
	}
	for _, v := range arrows {
		from, to, ok := a.shaft(v)
		if !ok {
			continue
		}
		for k := range 41 {
			if inside(r, from.Add(to.Sub(from).Scale(vg.Length(k)/40))) {
				n += float64(2 + k/20) // the head more than the shaft
			}
		}
	}
	if r.Min.X < a.Min.X || r.Max.X > a.Max.X || r.Min.Y < a.Min.Y || r.Max.Y > a.Max.Y {
		n += 12
	}
	return n
}

// nearest is the point of r that is nearest to q.
func nearest(r vg.Rectangle, q vg.Point) vg.Point {
	return vg.Point{X: min(max(q.X, r.Min.X), r.Max.X), Y: min(max(q.Y, r.Min.Y), r.Max.Y)}
}
