package plots

// Pairs draws a dot for each pair of results, with the diagonal on which both are equal. Both axes have the same
// limits.
type Pairs struct {
	Title, Subtitle string
	X, Y            string // what is compared with what
	Points          []Points
	Above, Below    string // what lying above and below the diagonal means, written in those corners
	Lim             Range  // of both axes
}

// Figure draws the pairs. It panics where lengths differ or the limits are no interval.
func (p Pairs) Figure(alt string) Figure { return newFigure(single(p.frame()), alt) }

func (p Pairs) frame() *frame {
	f := &frame{kind: "Pairs", title: p.Title, subtitle: p.Subtitle, equal: true}
	both := newAxis("", p.Lim, false)
	both.pad, both.round = 0.05, true
	both.check(f.kind, "both axes")
	var points []Points
	for _, q := range p.Points {
		q = q.checked(f.kind)
		points = append(points, q)
		both.cover(q.X...)
		both.cover(q.Y...)
		if q.Name != "" {
			f.key = append(f.key, entry{name: q.Name, role: q.Role, mark: dotted})
		}
	}
	lo, hi := both.limits(5)
	f.x, f.y = newAxis(p.X, Range{lo, hi}, false), newAxis(p.Y, Range{lo, hi}, false)
	f.draw = func(a *area) {
		a.line(stroke{marks[Grey], floorWidth, true}, []float64{lo, hi}, []float64{lo, hi})
		how := lettering{size: tickSize, color: labels[Grey]}
		at := a.Min
		at.X, at.Y = a.Min.X+6, a.Max.Y-12
		a.text(at, p.Above, how)
		how.ax = 1
		at.X, at.Y = a.Max.X-6, a.Min.Y+6
		a.text(at, p.Below, how)
		for _, q := range points {
			a.points(q.Role, 0, q.X, q.Y, a.radius())
		}
	}
	return f
}
