package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Path is a way through the plane: steps of an optimiser. It begins at a ring and ends at the dot of its role.
type Path struct {
	Name  string
	Role  Role
	X, Y  []float64
	Dots  bool // a small dot at each step
	Plain bool // a line without ring and dot, such as a front
}

// A Region is a rectangle in the plane, outlined and named: where the training data lie.
type Region struct {
	Name string
	X, Y Range
}

// Field draws a function over the plane: the probability of a class with the boundary at one half, a loss with its
// contours, and points and paths upon it. Unless Stretch is set, units are equal on both axes, of which one is at most
// 20 times as long as the other.
type Field struct {
	Title, Subtitle string
	X, Y            string
	Z               string // what the colours mean, beside their scale; without it no scale is drawn
	Grid            Grid   // the function; without values only points and paths are drawn
	Palette         Palette
	ZLim            Range     // the numbers of the first and the last colour
	LogZ            bool      // colours follow the logarithm; what is not positive has the first
	Levels          []float64 // colour is constant between these, in increasing order
	Contours        []float64 // lines at which the function takes these values
	Points          []Points
	Stamps          []Stamp // small pictures, on top of points
	Paths           []Path
	Regions         []Region
	Notes           []Note
	XLim, YLim      Range // by default the grid's, or the extent of points and paths
	Stretch         bool
	Bare            bool // no axes: a drawing, whose units mean nothing
}

// Figure draws the field. It panics where lengths differ or a limit is no interval.
func (d Field) Figure(alt string) Figure { return newFigure(single(d.frame()), alt) }

func (d Field) frame() *frame {
	f := &frame{kind: "Field", title: d.Title, subtitle: d.Subtitle, equal: !d.Stretch}
	f.x, f.y = newAxis(d.X, d.XLim, false), newAxis(d.Y, d.YLim, false)
	f.x.bare, f.y.bare, f.plain = d.Bare, d.Bare, d.Bare
	f.x.check(f.kind, "x")
	f.y.check(f.kind, "y")
	d.Palette.check(f.kind)
	if !slices.IsSorted(d.Levels) || !allFinite(d.Levels) {
		panicf("Field: levels %v, want finite numbers in increasing order", d.Levels)
	}
	if !allFinite(d.Contours) {
		panicf("Field: contours at %v, want finite numbers", d.Contours)
	}
	for _, r := range d.Regions {
		if r.X[0] > r.X[1] || r.Y[0] > r.Y[1] {
			panicf("Field: region %q is {%v, %v} × {%v, %v}; want the lower end of each first",
				r.Name, r.X[0], r.X[1], r.Y[0], r.Y[1])
		}
	}
	z := &colours{palette: d.Palette, label: d.Z, levels: slices.Clone(d.Levels), bar: d.Z != ""}
	z.axis = newAxis(d.Z, d.ZLim, d.LogZ)
	z.axis.check(f.kind, "z")
	var grid Grid
	if d.Grid.Z != nil {
		grid = d.Grid.checked(f.kind)
		f.x.cover(grid.X[:]...)
		f.y.cover(grid.Y[:]...)
		z.axis.cover(grid.Z...)
		f.z = z
		f.plain = true
	}
	var points []Points
	for _, p := range d.Points {
		points = append(points, p.checked(f.kind))
		if grid.Z == nil {
			f.x.cover(p.X...)
			f.y.cover(p.Y...)
		}
		if p.Name != "" {
			f.key = append(f.key, entry{name: p.Name, role: p.Role, mark: dotted})
		}
	}
	stamps := slices.Clone(d.Stamps)
	for i, s := range d.Stamps {
		checkPixels(f.kind, s.Pixels)
		s.Role.check(f.kind)
		stamps[i].Pixels = slices.Clone(s.Pixels)
		if grid.Z == nil {
			f.x.cover(s.X)
			f.y.cover(s.Y)
		}
	}
	var paths []Path
	for _, p := range d.Paths {
		q := Points{p.Name, p.Role, p.X, p.Y}.checked(f.kind)
		paths = append(paths, Path{p.Name, p.Role, q.X, q.Y, p.Dots, p.Plain})
		if grid.Z == nil {
			f.x.cover(p.X...)
			f.y.cover(p.Y...)
		}
		if p.Name != "" {
			f.key = append(f.key, entry{name: p.Name, role: p.Role})
		}
	}
	if grid.Z == nil {
		f.x.pad, f.y.pad = 0.06, 0.06
	}
	notes, contours, regions := slices.Clone(d.Notes), slices.Clone(d.Contours), slices.Clone(d.Regions)
	regions = slices.DeleteFunc(regions, func(r Region) bool {
		return slices.ContainsFunc([]float64{r.X[0], r.X[1], r.Y[0], r.Y[1]}, math.IsNaN)
	})
	f.draw = func(a *area) {
		if grid.Z != nil {
			a.field(z, grid, contours)
		}
		for _, r := range regions {
			a.region(r)
		}
		for _, p := range points {
			a.points(p.Role, 0, p.X, p.Y, a.radius())
		}
		for _, s := range stamps {
			a.stamp(s)
		}
		for _, p := range paths {
			a.way(p)
		}
		for _, r := range regions {
			a.nameRegion(r)
		}
		for _, n := range notes {
			a.note(n)
		}
	}
	return f
}

func allFinite(vs []float64) bool {
	return !slices.ContainsFunc(vs, func(v float64) bool { return !finite(v) })
}

func (a *area) field(z *colours, g Grid, contours []float64) {
	if g.X[1] <= a.x.lo || g.X[0] >= a.x.hi || g.Y[1] <= a.y.lo || g.Y[0] >= a.y.hi {
		return // all of it lies beyond the limits
	}
	lo, hi := a.at(g.X[0], g.Y[0]), a.at(g.X[1], g.Y[1])
	if lo.X < a.Min.X-0.1 || lo.Y < a.Min.Y-0.1 || hi.X > a.Max.X+0.1 || hi.Y > a.Max.Y+0.1 {
		g = g.crop(Range{a.x.lo, a.x.hi}, Range{a.y.lo, a.y.hi})
		lo, hi = a.at(g.X[0], g.Y[0]), a.at(g.X[1], g.Y[1])
	}
	pixels := 200 // fine enough for the size, small enough to be stored
	if hi.X-lo.X < 2*vg.Inch {
		pixels = 110
	}
	r := vg.Rectangle{Min: lo, Max: hi}
	a.DrawImage(r, z.image(g, pixels))
	a.outline(r, stroke{color: rule, width: 0.75})
	ink := marks[Ink]
	s := stroke{color: ink, width: 1.2}
	if len(contours) > 1 {
		s = stroke{color: alpha(ink, 0.55), width: 0.7}
	}
	if z.palette == Viridis {
		s.color = alpha(both(rgb(0xFFFFFF)), 0.7) // the colours below are those of both themes
	}
	for _, level := range contours {
		for _, line := range g.contour(level) {
			for i, q := range line {
				line[i] = vg.Point{X: lo.X + q.X*(hi.X-lo.X), Y: lo.Y + q.Y*(hi.Y-lo.Y)}
			}
			a.path(s, simplify(line, 0.1)...)
		}
	}
}

// crop samples the part of the grid within the limits anew.
func (g Grid) crop(x, y Range) Grid {
	x = Range{max(x[0], g.X[0]), min(x[1], g.X[1])}
	y = Range{max(y[0], g.Y[0]), min(y[1], g.Y[1])}
	return Grid{X: x, Y: y, Columns: g.Columns, Rows: g.Rows}.filled(func(px, py float64) float64 {
		return g.value((px-g.X[0])/(g.X[1]-g.X[0]), (py-g.Y[0])/(g.Y[1]-g.Y[0]))
	})
}

// region outlines a rectangle.
func (a *area) region(r Region) {
	xs := []float64{r.X[0], r.X[1], r.X[1], r.X[0], r.X[0]}
	ys := []float64{r.Y[0], r.Y[0], r.Y[1], r.Y[1], r.Y[0]}
	a.line(stroke{marks[Ink], floorWidth, true}, xs, ys)
}

// nameRegion writes the name above the upper left corner of a region, or below it where that is the edge of the axes.
func (a *area) nameRegion(r Region) {
	if r.Name == "" || r.X[0] > a.x.hi || r.X[1] < a.x.lo || r.Y[0] > a.y.hi || r.Y[1] < a.y.lo {
		return
	}
	at := a.at(max(r.X[0], a.x.lo), min(r.Y[1], a.y.hi))
	if at.Y += 8; at.Y > a.Max.Y-6 {
		at.Y -= 16
	}
	a.label(r.Name, at.X+2, at.Y)
}

// way draws a path with a rim, so that it is seen on any colour.
func (a *area) way(p Path) {
	a.line(stroke{color: paper, width: lineWidth + 1.6}, p.X, p.Y)
	a.line(stroke{color: marks[p.Role], width: lineWidth}, p.X, p.Y)
	if p.Dots {
		for i := range p.X {
			if a.inside(p.X[i], p.Y[i]) { // without rims, which would hide the line where steps are short
				a.fill(marks[Ink], disc(a.at(p.X[i], p.Y[i]), 1.3))
			}
		}
	}
	n := len(p.X)
	if n == 0 || p.Plain {
		return
	}
	if a.inside(p.X[0], p.Y[0]) {
		at := a.at(p.X[0], p.Y[0])
		a.dot(at, Ink, marks[p.Role], a.radius())
		a.fill(paper, disc(at, vg.Length(a.radius())*0.53))
	}
	last := n - 1
	for last > 0 && (math.IsNaN(p.X[last]) || math.IsNaN(p.Y[last])) {
		last--
	}
	a.points(p.Role, 0, p.X[last:last+1], p.Y[last:last+1], a.radius()+0.8)
}
