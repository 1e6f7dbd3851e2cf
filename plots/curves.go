package plots

import (
	"slices"
)

// A Series is a line, with a band around it or single runs behind it.
type Series struct {
	Name      string      // written where the line ends; an empty name writes nothing
	Role      Role        // its colour
	X         []float64   // nil means 0, 1, 2, …
	Y         []float64   // as many as X
	Low, High []float64   // ends of an interval for each Y: a band; both or neither
	Runs      [][]float64 // single runs at the same X, drawn thin
	Dash      bool        // a dashed line
	Dots      bool        // a dot at each point
	Tint      float64     // from 0, the full colour, towards 1, the colour of the paper
}

// Ghost returns the series as an earlier result: thin, dashed and grey, without band, runs and dots.
func (s Series) Ghost(name string) Series {
	return Series{Name: name, Role: Grey, X: s.X, Y: s.Y, Dash: true}
}

// A Floor is a horizontal dashed line: a bound, chance, a baseline that does not depend on x.
type Floor struct {
	Name string // written at its right end
	Y    float64
	Role Role // the zero Role, Ink, is drawn grey here
}

// A Marker is a vertical dashed line, named above the axes.
type Marker struct {
	Name string
	X    float64
}

// A Note is text beside a place in the data.
type Note struct {
	Text string
	X, Y float64
}

// Curves draws lines over a common x: learning curves with bands over seeds, functions, sweeps. Each is named where it
// ends. Grey lines lie beneath the others, and the first of the others on top.
type Curves struct {
	Title, Subtitle string // what the figure finds; what is averaged, seeds, budget
	X, Y            string // names of the axes, with unit and reduction
	Series          []Series
	Floors          []Floor
	Markers         []Marker
	Notes           []Note
	LogX, LogY      bool // logarithmic axes, on which numbers that are not positive are gaps
	XLim, YLim      Range
}

// Figure draws the curves. It panics where lengths differ or a limit is no interval.
func (c Curves) Figure(alt string) Figure { return newFigure(single(c.frame()), alt) }

func (c Curves) frame() *frame { return c.frameOf("Curves") }

// frameOf is the frame of a kind of figure that draws curves.
func (c Curves) frameOf(kind string) *frame {
	f := &frame{kind: kind, title: c.Title, subtitle: c.Subtitle, markers: slices.Clone(c.Markers)}
	f.x = newAxis(c.X, c.XLim, c.LogX)
	f.y = newAxis(c.Y, c.YLim, c.LogY)
	f.y.zero, f.y.round, f.y.pad = true, !c.LogY, 0
	if c.LogY {
		f.y.pad = 0.05
	}
	f.x.check(kind, "x")
	f.y.check(kind, "y")
	series := make([]Series, len(c.Series))
	for i, s := range c.Series {
		series[i] = s.checked(kind)
		f.cover(series[i])
	}
	for _, m := range c.Markers {
		f.x.cover(m.X)
	}
	for _, s := range series {
		f.end(s)
	}
	for _, l := range c.Floors {
		l.Role.check(kind)
		if !f.y.places(l.Y) {
			continue
		}
		f.y.cover(l.Y)
		f.ends = append(f.ends, end{entry{name: l.Name, role: l.role(), mark: dashed}, nil, []float64{l.Y}})
	}
	f.ends = slices.DeleteFunc(f.ends, func(e end) bool { return e.name == "" })
	if r := c.YLim; !c.LogY && r[0] > 0 && c.Y != "" {
		f.y.label += " · axis starts at " + plain(r[0])
	}
	floors, notes := slices.Clone(c.Floors), slices.Clone(c.Notes)
	f.draw = func(a *area) {
		for _, l := range floors {
			y := []float64{l.Y, l.Y}
			a.line(stroke{marks[l.role()], floorWidth, true}, []float64{a.x.lo, a.x.hi}, y)
		}
		a.series(series)
		for _, n := range notes {
			a.note(n)
		}
	}
	return f
}

func (l Floor) role() Role {
	if l.Role == Ink {
		return Grey
	}
	return l.Role
}

// checked returns a deep copy with X filled in.
func (s Series) checked(kind string) Series {
	s.Y = slices.Clone(s.Y)
	if s.X == nil {
		s.X = make([]float64, len(s.Y))
		for i := range s.X {
			s.X[i] = float64(i)
		}
	}
	s.X = slices.Clone(s.X)
	s.Low, s.High = slices.Clone(s.Low), slices.Clone(s.High)
	s.Runs = slices.Clone(s.Runs)
	s.Role.check(kind)
	same := func(what string, v []float64) {
		if len(v) != len(s.X) {
			panicf("%s: series %q: %d x and %d %s", kind, s.Name, len(s.X), len(v), what)
		}
	}
	same("y", s.Y)
	if s.Low != nil || s.High != nil {
		same("low", s.Low)
		same("high", s.High)
	}
	for i, run := range s.Runs {
		same("y in a run", run)
		s.Runs[i] = slices.Clone(run)
	}
	if !(s.Tint >= 0 && s.Tint <= 1) {
		panicf("%s: series %q: tint is %v, want a number from 0 to 1", kind, s.Name, s.Tint)
	}
	return s
}

func (r Role) check(kind string) {
	if r < 0 || r >= roles {
		panicf("%s: role %d is none of the roles", kind, r)
	}
}

func (f *frame) cover(s Series) {
	f.x.cover(s.X...)
	f.y.cover(s.Y...)
	f.y.cover(s.Low...)
	f.y.cover(s.High...)
	for _, run := range s.Runs {
		f.y.cover(run...)
	}
}

// end notes where s ends: the last point that can be drawn.
func (f *frame) end(s Series) {
	e := end{entry: entry{name: s.Name, role: s.Role, tint: s.Tint}}
	if s.Dash {
		e.mark = dashed
	}
	for i := range slices.Backward(s.Y) {
		if f.x.places(s.X[i]) && f.y.places(s.Y[i]) {
			e.xs, e.ys = s.X[:i+1], s.Y[:i+1]
			f.ends = append(f.ends, e)
			return
		}
	}
}

// series draws bands, then single runs, then lines.
func (a *area) series(all []Series) {
	order := slices.Clone(all)
	slices.Reverse(order)
	slices.SortStableFunc(order, func(s, t Series) int {
		switch {
		case s.Role == Grey && t.Role != Grey:
			return -1
		case s.Role != Grey && t.Role == Grey:
			return 1
		}
		return 0
	})
	for _, s := range order {
		if s.Low != nil {
			a.band(s.Role, s.Tint, s.X, s.Low, s.High)
		}
	}
	for _, s := range order {
		thin := mix(marks[s.Role], paper, 0.5)
		for _, run := range s.Runs {
			a.line(stroke{thin, thinWidth, false}, s.X, run)
		}
	}
	for i, s := range order {
		w := lineWidth
		if s.Role == Grey {
			w = floorWidth
		}
		for _, upon := range order[i+1:] {
			if a.hides(upon, s) {
				w += beneath
			}
		}
		a.line(stroke{mix(marks[s.Role], paper, s.Tint), w, s.Dash}, s.X, s.Y)
		if s.Dots {
			a.points(s.Role, s.Tint, s.X, s.Y, a.radius())
		}
	}
}

// hides reports whether the line of s, drawn upon that of t, would leave nothing to be seen of it: it lies within a point
// of it at nine places of ten or more.
func (a *area) hides(s, t Series) bool {
	if s.Dash && !t.Dash || !slices.Equal(s.X, t.X) {
		return false
	}
	drawn, near := 0, 0
	for i, x := range t.X {
		if !a.drawable(x, t.Y[i]) {
			continue
		}
		drawn++
		if a.drawable(x, s.Y[i]) && abs(a.y.at(s.Y[i])-a.y.at(t.Y[i])) < 1 {
			near++
		}
	}
	return drawn > 1 && 10*near >= 9*drawn
}
