package plots

import (
	"slices"

	"gonum.org/v1/plot/vg"
)

// diagram places the nodes of a graph without cycles: each in the column after the last it reads, those that read
// nothing in the column before their first reader, and the nodes of a column one above the other.
type diagram struct {
	column []int     // of each node
	right  vg.Length // room kept for names right of the last column
	stacks [][]int   // the nodes of each column from the top
}

// newDiagram panics where a node reads one that does not come before it.
func newDiagram(kind string, from [][]int) diagram {
	d := diagram{column: make([]int, len(from))}
	if len(from) == 0 {
		panicf("%s: nothing to draw", kind)
	}
	for i, reads := range from {
		for _, j := range reads {
			if j < 0 || j >= i {
				panicf("%s: number %d reads from %d, which does not come before it", kind, i, j)
			}
			d.column[i] = max(d.column[i], d.column[j]+1)
		}
	}
	first := make([]int, len(from)) // the column of the first reader, or 0
	for k, reads := range from {
		for _, j := range reads {
			if first[j] == 0 || d.column[k] < first[j] {
				first[j] = d.column[k]
			}
		}
	}
	for i, reads := range from {
		if len(reads) == 0 { // it stands just before its first reader
			d.column[i] = max(first[i]-1, 0)
		}
	}
	d.stacks = make([][]int, slices.Max(d.column)+1)
	for i, c := range d.column {
		d.stacks[c] = append(d.stacks[c], i)
	}
	return d
}

// frame is that of a diagram: no axes, and the data area in points.
func (d diagram) frame(kind, title, subtitle string, columnWidth, height vg.Length) *frame {
	none := axis{lo: 0, hi: 1, given: Range{0, 1}, bare: true}
	return &frame{
		kind: kind, title: title, subtitle: subtitle, x: none, y: none, plain: true,
		width: columnWidth*vg.Length(len(d.stacks)) + d.right, height: height,
	}
}

// centres places the nodes in a; height is the room that each takes.
func (d diagram) centres(a *area, height func(i int) vg.Length) []vg.Point {
	at := make([]vg.Point, len(d.column))
	wide := (a.Max.X - a.Min.X - d.right) / vg.Length(len(d.stacks))
	for c, stack := range d.stacks {
		total := vg.Length(0)
		for _, i := range stack {
			total += height(i)
		}
		gap := (a.Max.Y - a.Min.Y - total) / vg.Length(len(stack))
		y := a.Max.Y
		for _, i := range stack {
			y -= gap / 2
			at[i] = vg.Point{X: a.Min.X + wide*(vg.Length(c)+0.5), Y: y - height(i)/2}
			y -= height(i) + gap/2
		}
	}
	return at
}

// tallest is the height of the tallest column.
func (d diagram) tallest(height func(i int) vg.Length) vg.Length {
	most := vg.Length(0)
	for _, stack := range d.stacks {
		total := vg.Length(0)
		for _, i := range stack {
			total += height(i)
		}
		most = max(most, total)
	}
	return most
}

// box draws a rectangle with a border around a centre.
func (a *area) box(c vg.Point, w, h vg.Length, role Role) {
	r := vg.Rectangle{Min: vg.Point{X: c.X - w/2, Y: c.Y - h/2}, Max: vg.Point{X: c.X + w/2, Y: c.Y + h/2}}
	m := marks[role]
	a.rect(mix(m, paper, 0.94), r)
	a.outline(r, stroke{color: mix(m, paper, 0.3), width: 1})
}
