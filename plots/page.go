package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// A Panel is a kind of figure. Figure draws it on its own; Panels takes several of them.
type Panel interface {
	// Figure returns the figure. The text alt stands in for it where it cannot be seen: the kind of figure, its axes,
	// its finding. It panics where the data do not fit together.
	Figure(alt string) Figure

	frame() *frame
}

// frame is what every kind of figure comes down to: axes, names, and a function that draws the data.
type frame struct {
	kind            string
	title, subtitle string
	x, y            axis
	equal           bool      // a unit is as long on x as on y
	plain           bool      // no grid
	grid            bool      // grid lines for x in place of y
	width, height   vg.Length // of the data area; 0 fills the page
	pageWidth       vg.Length // of a figure of its own, where that is more than usual
	ends            []end     // lines to be named where they end
	values          bool      // the ends are numbers, told by a figure of its own only
	column          string    // the heading above these numbers
	key             []entry   // marks to be named outside the data
	tips            []entry   // marks that the data name themselves, unless the panel is one of several
	markers         []Marker
	z               *colours // with a bar beside the data
	draw            func(*area)
}

// entry is a mark and its name.
type entry struct {
	name string
	role Role
	mark mark
	tint float64
}

type mark int

const (
	solid mark = iota
	dashed
	dotted // the dot of the role
	filled
)

// end is the right end of a line, which is named there.
type end struct {
	entry
	xs, ys []float64 // the line up to its last number; without xs, a level across the axes
}

const (
	margin     = vg.Length(12)
	singleW    = 6.4 * vg.Inch
	singleH    = 3.6 * vg.Inch
	rowW       = 9.4 * vg.Inch
	rowH       = 3.0 * vg.Inch
	panelSide  = 2.2 * vg.Inch
	squareSide = 2.9 * vg.Inch // of the data area of a single figure with equal axes
	titleLine  = vg.Length(15)
	smallLine  = vg.Length(13)
	markerLine = vg.Length(12)
	keyLine    = vg.Length(16)
	tickGap    = vg.Length(6)
	panelGap   = vg.Length(20)
	rightGap   = vg.Length(11)
	swatch     = vg.Length(18)

	leastSide   = vg.Length(10) // of the data area
	leastHeight = vg.Length(110)
)

// page is a figure with its frames placed.
type page struct {
	kind            string
	title, subtitle string
	key             []entry // named in a row below the subtitle
	aside           []entry // named in a column right of the data
	ends            bool    // lines are named at the right edge
	cells           []*cell
	columns         int
	free            bool
	single          bool
	width, height   vg.Length
	asideW          vg.Length

	titles, subtitles []string
	yLabel            []string // of all cells, unless they are free
	keyRows           [][]entry
}

// cell is a frame and its place on the page.
type cell struct {
	*frame
	area           vg.Rectangle
	xTicks, yTicks []tick
	xs, ys         scale
	showX, showY   bool
	heads          []string // title of a panel
	subs           []string // its subtitle
	yLabel         []string // of a free panel
	markerRows     [][]placed
	left           vg.Length
	lift           vg.Length // of title and y label, to stand as high as those beside them
	crowded        bool      // panels stand left and right of it
}

type placed struct {
	text string
	x    vg.Length
}

func single(f *frame) *page {
	p := &page{kind: f.kind, title: f.title, subtitle: f.subtitle, columns: 1, single: true, width: singleW}
	p.cells = []*cell{{frame: f, showX: true, showY: true}}
	p.ends = len(f.ends) > 0
	p.width = min(max(p.width, f.width+2*margin, f.pageWidth), rowW)
	if p.ends || f.x.bare {
		p.key = f.key
	} else {
		p.aside = f.key
	}
	return p
}

// layout finds the place of everything. It reads no colour: a page looks alike in all themes.
func (p *page) layout() {
	p.evenUnits()
	inner := p.width - 2*margin
	p.titles = wrap(p.title, titleSize, true, inner)
	p.subtitles = wrap(p.subtitle, directSize, false, inner)
	p.keyRows = keyRows(p.key, inner)
	top := margin + titleLine*vg.Length(len(p.titles)) + smallLine*vg.Length(len(p.subtitles))
	top += 2 + keyLine*vg.Length(len(p.keyRows))
	if !p.free {
		p.yLabel = wrap(p.cells[0].y.label, labelSize, false, inner)
		if len(p.yLabel) > 0 {
			top += 5 + smallLine*vg.Length(len(p.yLabel))
		}
	}

	// The page is laid out from the left to the right, then downwards; tick counts follow from nominal sizes.
	nominal := singleH - 100
	switch {
	case p.single:
	case len(p.cells) <= p.columns:
		nominal = rowH - 90
	default:
		nominal = panelSide - 58
	}
	p.asideW = p.asideWidth()
	lefts := make([]vg.Length, p.columns)
	for i, c := range p.cells {
		lo, hi := c.y.limits(tickCount(c.frame, nominal))
		c.ys = scale{lo: lo, hi: hi, log: c.y.log}
		c.yTicks = c.y.ticks(lo, hi, tickCount(c.frame, nominal))
		if c.showY {
			for i, t := range c.yTicks {
				c.left = max(c.left, width(t.name, tickSize, c.y.heading(i))+tickGap)
			}
		}
		lefts[i%p.columns] = max(lefts[i%p.columns], c.left)
	}
	each := inner - p.asideW - panelGap*vg.Length(p.columns-1)
	for _, l := range lefts {
		each -= l
	}
	each /= vg.Length(p.columns)
	if each < leastSide {
		panicf("%s: names beside the axes leave %.0f points for the data in each of %d columns, want %.0f or more; "+
			"shorten the names or take fewer columns", p.kind, each, p.columns, leastSide)
	}
	x := margin
	for i, c := range p.cells {
		j := i % p.columns
		if j == 0 {
			x = margin
		}
		x += lefts[j]
		w := each
		if c.width > 0 {
			w = min(w, c.width)
		}
		c.area.Min.X, c.area.Max.X = x, x+w
		c.placeX()
		if p.single && c.equal {
			c.area.Max.X = x + min(w, squareSide*vg.Length(c.ratio()))
			c.placeX()
		}
		if room := lastTickOverhang(c); c.area.Max.X+room > p.width-margin && !c.equal {
			c.area.Max.X -= room
			c.placeX()
		}
		x += each + panelGap
	}
	p.placeHeads(each)
	if p.single {
		p.trim()
	}
	p.placeDown(top)
}

func tickCount(f *frame, length vg.Length) int {
	if f.height > 0 {
		length = f.height
	}
	return max(2, int(length/28))
}

func lastTickOverhang(c *cell) vg.Length {
	if !c.showX || len(c.xTicks) == 0 {
		return 0
	}
	t := c.xTicks[len(c.xTicks)-1]
	return max(0, c.xs.at(t.at)+width(t.name, tickSize, false)/2-c.area.Max.X)
}

// ratio is the width of the data area over its height that makes the units equal.
func (c *cell) ratio() float64 { return (c.xs.hi - c.xs.lo) / (c.ys.hi - c.ys.lo) }

func (c *cell) placeX() {
	n := max(2, int((c.area.Max.X-c.area.Min.X)/52))
	lo, hi := c.x.limits(n)
	if c.equal && len(c.yTicks) > 1 { // the same step on both axes, where there is room
		step := c.yTicks[1].at - c.yTicks[0].at
		n = min(int(math.Ceil((hi-lo)/step-1e-9)), int((c.area.Max.X-c.area.Min.X)/30))
		lo, hi = c.x.limits(n)
	}
	c.xs = scale{lo: lo, hi: hi, log: c.x.log, a: c.area.Min.X, b: c.area.Max.X}
	c.xTicks = c.x.ticks(lo, hi, n)
	unnameCrowded(c.xTicks, c.xs, func(name string) vg.Length { return width(name, tickSize, false) + 5 })
	for i, t := range c.xTicks {
		over := max(c.area.Min.X-c.xs.at(t.at), c.xs.at(t.at)-c.area.Max.X) + width(t.name, tickSize, false)/2
		if c.crowded && over > panelGap/2-1 {
			c.xTicks[i].name = "" // it would reach the next panel
		}
	}
}

// trim makes the page of a single figure no wider than what is on it.
func (p *page) trim() {
	c := p.cells[0]
	w := c.area.Max.X + max(p.asideW, lastTickOverhang(c))
	for _, line := range p.titles {
		w = max(w, margin+width(line, titleSize, true))
	}
	for _, line := range p.subtitles {
		w = max(w, margin+width(line, directSize, false))
	}
	w = max(w, margin+max(width(c.x.label, labelSize, false), width(c.y.label, labelSize, false)))
	for _, row := range p.keyRows {
		x := margin
		for _, e := range row {
			x += entryWidth(e)
		}
		w = max(w, x)
	}
	p.width = min(p.width, w+margin)
}

func abs(l vg.Length) vg.Length { return max(l, -l) }

// placeDown places the rows of cells below top, and finds the height of the page.
func (p *page) placeDown(top vg.Length) {
	rows := (len(p.cells) + p.columns - 1) / p.columns
	y := top
	for r := range rows {
		row := p.cells[r*p.columns : min((r+1)*p.columns, len(p.cells))]
		var head, foot, data vg.Length
		for _, c := range row {
			head = max(head, c.above())
			if c.showX {
				f := vg.Length(0)
				if len(c.xTicks) > 0 {
					f += 14
				}
				if c.x.label != "" {
					f += 15
				}
				foot = max(foot, f)
			}
			data = max(data, c.tall())
		}
		switch {
		case data > 0:
		case p.single:
			data = max(singleH-top-head-foot-margin, leastHeight)
		case rows == 1:
			data = max(rowH-top-head-foot-margin, leastHeight)
		default:
			data = panelSide - 58 // as high in every row, whatever stands above and below
		}
		for _, c := range row {
			h := data
			if c.tall() > 0 && !c.x.bare {
				h = c.tall()
			}
			c.lift = head - c.above()
			c.area.Max.Y = -(y + head) // from the top of the page; turned round below
			c.area.Min.Y = c.area.Max.Y - h
		}
		y += head + data + foot
		if r < rows-1 {
			y += 10
		}
	}
	p.height = y + margin
	for _, c := range p.cells {
		c.area.Min.Y += p.height
		c.area.Max.Y += p.height
		c.ys.a, c.ys.b = c.area.Min.Y, c.area.Max.Y
		unnameCrowded(c.yTicks, c.ys, func(string) vg.Length { return tickSize + 1 })
	}
}

// above is the height of what stands above the data of c.
func (c *cell) above() vg.Length {
	h := smallLine*vg.Length(len(c.heads)+len(c.subs)+len(c.yLabel)) + markerLine*vg.Length(c.markerLines())
	if len(c.yLabel) > 0 || c.markerLines() > 0 {
		h += 4
	}
	return h + 8
}

// tall is the height that the data of c ask for, or 0.
func (c *cell) tall() vg.Length {
	if c.equal {
		return (c.area.Max.X - c.area.Min.X) / vg.Length(c.ratio())
	}
	return c.height
}

// asideWidth is the room kept right of the data for names and for the bar of colours.
func (p *page) asideWidth() vg.Length {
	w := vg.Length(0)
	if p.ends {
		for _, c := range p.cells {
			w = max(w, c.endsWidth())
		}
	}
	for _, e := range p.aside {
		w = max(w, rightGap+8+swatch+width(e.name, directSize, false))
	}
	for _, c := range p.cells {
		if c.z != nil && c.z.bar {
			w = max(w, c.z.barWidth()+rightGap+8)
		}
	}
	return w
}
