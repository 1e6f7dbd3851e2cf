package plots

// mostRatio is how much longer one axis may be than the other where their units are equal: more could not be seen.
const mostRatio = 20

// evenUnits moves the limits of frames with equal units whose axes differ by more: it widens the shorter axis, or
// shortens the longer one where the limits of the shorter are given. It panics where both are given.
func (p *page) evenUnits() {
	for _, c := range p.cells {
		if !c.equal {
			continue
		}
		short, long := axisX, axisY
		if c.x.span() > c.y.span() {
			short, long = axisY, axisX
		}
		s, l := short(c.frame), long(c.frame)
		switch {
		case l.span() <= mostRatio*s.span():
		case !s.given.given():
			p.limit(c, short, s.around(l.span()/mostRatio))
		case !l.given.given():
			p.limit(c, long, l.around(s.span()*mostRatio))
		default:
			panicf("%s: limits of one axis are {%v, %v}, of the other {%v, %v}: at equal units one may be %d times "+
				"as long as the other", p.kind, s.given[0], s.given[1], l.given[0], l.given[1], mostRatio)
		}
	}
}

func axisX(f *frame) *axis { return &f.x }
func axisY(f *frame) *axis { return &f.y }

func (a axis) span() float64 {
	lo, hi := a.limits(5)
	return hi - lo
}

// around is the interval of a length about the middle of a, or about zero where the middle is too large to be told from
// its ends.
func (a axis) around(length float64) Range {
	lo, hi := a.limits(5)
	mid := lo/2 + hi/2
	if r := (Range{mid - length/2, mid + length/2}); r.interval() {
		return r
	}
	return Range{-length / 2, length / 2}
}

// limit sets the limits of an axis of c, and of those that share it.
func (p *page) limit(c *cell, which func(*frame) *axis, r Range) {
	for _, d := range p.cells {
		if d == c || !p.free {
			which(d.frame).given = r
		}
	}
}
