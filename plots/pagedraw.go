package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

func (p *page) draw(n pen) {
	ink, grey := labels[Ink], labels[Grey]
	y := p.height - margin
	for _, line := range p.titles {
		n.text(vg.Point{X: margin, Y: y - 11}, line, lettering{size: titleSize, bold: true, color: ink})
		y -= titleLine
	}
	for _, line := range p.subtitles {
		n.text(vg.Point{X: margin, Y: y - 10}, line, lettering{size: directSize, color: grey})
		y -= smallLine
	}
	for _, row := range p.keyRows {
		x := margin
		for _, e := range row {
			n.entry(vg.Point{X: x, Y: y - 12}, e)
			x += entryWidth(e)
		}
		y -= keyLine
	}
	y -= 5
	for _, line := range p.yLabel {
		n.text(vg.Point{X: margin, Y: y - 11}, line, lettering{size: labelSize, color: grey})
		y -= smallLine
	}
	for i, c := range p.cells {
		c.drawAxes(n)
		c.frame.draw(c.canvas(n, !p.single))
		if p.ends && (p.free || i%p.columns == p.columns-1 || i == len(p.cells)-1) {
			c.drawEnds(n)
		}
	}
	p.drawLabels(n)
	p.drawAside(n)
}

// drawAxes draws the grid, the ticks and what stands above the data.
func (c *cell) drawAxes(n pen) {
	ink, grey := labels[Ink], labels[Grey]
	a := c.area
	if !c.plain {
		for _, t := range c.gridTicks() {
			n.path(stroke{color: rule, width: 0.75}, c.gridLine(t.at)...)
		}
	}
	left := a.Min.X - c.left
	y := a.Max.Y + 4 + c.lift + markerLine*vg.Length(c.markerLines())
	if len(c.yLabel) > 0 || c.markerLines() > 0 {
		y += 4
	}
	lines := []struct {
		text []string
		how  lettering
	}{
		{c.yLabel, lettering{size: labelSize, color: grey}},
		{c.subs, lettering{size: tickSize, color: grey}},
		{c.heads, lettering{size: labelSize, bold: true, color: ink}},
	}
	for i, l := range lines {
		at := left
		if i > 0 {
			at = a.Min.X
		}
		for _, line := range slices.Backward(l.text) {
			n.text(vg.Point{X: at, Y: y + 3}, line, l.how)
			y += smallLine
		}
	}
	for r, row := range c.markerRows {
		for _, m := range row {
			at := vg.Point{X: m.x, Y: a.Max.Y + 7 + markerLine*vg.Length(r)}
			n.text(at, m.text, lettering{size: tickSize, color: grey, ax: 0.5})
		}
	}
	for _, m := range c.markers {
		if c.xs.within(m.X) {
			x := c.xs.at(m.X)
			n.path(stroke{marks[Grey], 1, true}, vg.Point{X: x, Y: a.Min.Y}, vg.Point{X: x, Y: a.Max.Y})
		}
	}
	ticks := lettering{size: tickSize, color: grey}
	if c.showX {
		for _, t := range c.xTicks {
			ticks.ax, ticks.ay = 0.5, 1
			n.text(vg.Point{X: c.xs.at(t.at), Y: a.Min.Y - 6}, t.name, ticks)
		}
	}
	if c.showY {
		for i, t := range c.yTicks {
			ticks.ax, ticks.ay = 1, 0.5
			ticks.bold, ticks.color = c.y.heading(i), grey
			if ticks.bold {
				ticks.color = ink
			}
			n.text(vg.Point{X: a.Min.X - tickGap, Y: c.ys.at(t.at)}, t.name, ticks)
		}
	}
}

func (c *cell) gridTicks() []tick {
	if c.grid {
		return c.xTicks
	}
	return c.yTicks
}

func (c *cell) gridLine(at float64) []vg.Point {
	if c.grid {
		x := c.xs.at(at)
		return []vg.Point{{X: x, Y: c.area.Min.Y}, {X: x, Y: c.area.Max.Y}}
	}
	y := c.ys.at(at)
	return []vg.Point{{X: c.area.Min.X, Y: y}, {X: c.area.Max.X, Y: y}}
}

// drawEnds names lines where they end, right of the data.
func (c *cell) drawEnds(n pen) {
	ends := slices.DeleteFunc(slices.Clone(c.ends), func(e end) bool { // levels that the axes do not reach
		return e.xs == nil && !c.ys.within(e.ys[0])
	})
	ys, from := make([]vg.Length, len(ends)), make([]vg.Length, len(ends))
	for i, e := range ends {
		from[i], ys[i] = c.last(e)
	}
	x := c.area.Max.X
	if c.column != "" {
		how := lettering{size: tickSize, color: labels[Grey]}
		n.text(vg.Point{X: x + rightGap, Y: c.area.Max.Y + 7}, c.column, how)
	}
	for i, y := range spread(ys, 12.5, c.area.Min.Y, c.area.Max.Y) {
		e := ends[i]
		thread := stroke{color: mix(marks[e.role], paper, 0.3), width: 0.6}
		if from[i] < x-2 {
			n.path(thread, vg.Point{X: from[i], Y: ys[i]}, vg.Point{X: x, Y: ys[i]})
		}
		if abs(y-ys[i]) > 3 || from[i] < x-2 {
			n.path(thread, vg.Point{X: x + 1, Y: ys[i]}, vg.Point{X: x + rightGap - 3, Y: y})
		}
		n.text(vg.Point{X: x + rightGap, Y: y}, e.name,
			lettering{size: directSize, color: labels[e.role], ay: 0.5})
	}
}

// last is where the end of a line is seen: its last point, or where it left the axes.
func (c *cell) last(e end) (x, y vg.Length) {
	inside := func(y vg.Length) vg.Length { return min(max(y, c.area.Min.Y), c.area.Max.Y) }
	n := len(e.ys) - 1
	if e.xs == nil {
		return c.area.Max.X, inside(c.ys.at(e.ys[n]))
	}
	x, y = c.xs.at(e.xs[n]), c.ys.at(e.ys[n])
	edge := inside(y)
	for edge != y && n > 0 {
		n--
		px, py := c.xs.at(e.xs[n]), c.ys.at(e.ys[n])
		if math.IsNaN(float64(px)) || math.IsNaN(float64(py)) {
			break
		}
		if (py <= edge) != (y <= edge) || py == edge {
			return px + (x-px)*(edge-py)/(y-py), edge
		}
		x, y = px, py
	}
	return min(x, c.area.Max.X), edge
}

// drawLabels writes the names of the x axes: one for all panels that share it.
func (p *page) drawLabels(n pen) {
	how := lettering{size: labelSize, color: labels[Grey], ax: 0.5, ay: 1}
	write := func(x, y vg.Length, name string) { // a name wider than the data stays on the page
		half := width(name, labelSize, false) / 2
		n.text(vg.Point{X: max(min(x, p.width-margin-half), margin+half), Y: y}, name, how)
	}
	for i, c := range p.cells {
		if !c.showX || c.x.label == "" {
			continue
		}
		y := c.area.Min.Y - 8
		if len(c.xTicks) > 0 {
			y -= 12
		}
		last := min(i+p.columns, len(p.cells)) - 1
		switch {
		case p.free || p.columns == 1:
			write((c.area.Min.X+c.area.Max.X)/2, y, c.x.label)
		case i%p.columns == 0 && i+p.columns >= len(p.cells):
			write((c.area.Min.X+p.cells[last].area.Max.X)/2, y, c.x.label)
		}
	}
}

// drawAside draws the key and the bar of colours right of the data.
func (p *page) drawAside(n pen) {
	last := p.cells[min(p.columns, len(p.cells))-1]
	x, y := last.area.Max.X+rightGap+8, last.area.Max.Y
	for _, e := range p.aside {
		n.entry(vg.Point{X: x, Y: y - 9}, e)
		y -= keyLine
	}
	if len(p.aside) > 0 {
		y -= 8
	}
	for _, c := range slices.Backward(p.cells) {
		if c.z != nil && c.z.bar {
			c.z.drawBar(n, x, y, last.area.Min.Y)
			break
		}
	}
}

// entry draws a mark of the key, its name on the base line at.
func (p pen) entry(at vg.Point, e entry) {
	c := mix(marks[e.role], paper, e.tint)
	mid := vg.Point{X: at.X + (swatch-6)/2, Y: at.Y + 3.6}
	left, right := vg.Point{X: at.X, Y: mid.Y}, vg.Point{X: at.X + swatch - 6, Y: mid.Y}
	switch e.mark {
	case solid:
		p.path(stroke{c, lineWidth, false}, left, right)
	case dashed:
		p.path(stroke{c, floorWidth, true}, left, right)
	case dotted:
		p.dot(mid, e.role, c, dotRadius)
	case filled:
		p.rect(c, vg.Rectangle{Min: vg.Point{X: at.X, Y: at.Y - 1}, Max: vg.Point{X: right.X, Y: at.Y + 8}})
	}
	p.text(vg.Point{X: at.X + swatch, Y: at.Y}, e.name, lettering{size: directSize, color: labels[e.role]})
}
