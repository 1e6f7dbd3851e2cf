package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// A Group is rows of a [Forest] that belong together.
type Group struct {
	Name string // written as a heading above the rows; "" for no heading
	Rows []Item // from the top
}

// Forest draws estimates with their intervals around a baseline, one a row: differences from a plain method around
// zero, ratios around one. What each row holds is written at its right, as 0.12 [0.07, 0.17] and the row's note.
type Forest struct {
	Title, Subtitle string  // what the figure finds; what an interval is, over how many seeds
	X               string  // what the estimates are, with unit, and on which side of the baseline it is better
	Groups          []Group // from the top
	Baseline        Marker  // the vertical line to compare with; the zero Marker is at 0, without a name
	Column          string  // the heading of the numbers, such as "difference [95 %]"
	Decimals        int     // of the numbers, at most 20
	LogX            bool    // for ratios; wants a positive baseline
	XLim            Range   // an interval that goes on beyond has a tip at the edge
}

// Figure draws the estimates. It panics where there is no row, where an estimate lies outside its interval, and where
// the baseline has no place on the axis.
func (f Forest) Figure(alt string) Figure { return newFigure(single(f.frame()), alt) }

// dataWidth is the least width of the data area of a forest: the page grows for long names and numbers.
const dataWidth = 3.2 * vg.Inch

func (f Forest) frame() *frame {
	fr := &frame{kind: "Forest", title: f.Title, subtitle: f.Subtitle, grid: true, values: true, column: f.Column}
	fr.x = newAxis(f.X, f.XLim, f.LogX)
	fr.x.pad = 0.05
	fr.x.check(fr.kind, "x")
	checkDecimals(fr.kind, f.Decimals)
	if b := f.Baseline.X; !(math.Abs(b) < huge) || f.LogX && b < 1/huge {
		panicf("Forest: the baseline is at %v, want a finite number, on a logarithmic axis a positive one", b)
	}
	fr.x.cover(f.Baseline.X)
	fr.markers = []Marker{f.Baseline}
	var items []Item // with a heading's place taken by an item that shows nothing
	for _, g := range f.Groups {
		if g.Name != "" && len(g.Rows) > 0 {
			items = append(items, Item{Name: g.Name, Value: math.NaN()})
			fr.y.names, fr.y.heads = append(fr.y.names, g.Name), append(fr.y.heads, true)
		}
		for _, it := range g.Rows {
			it = it.checked(fr.kind)
			items = append(items, it)
			fr.y.names, fr.y.heads = append(fr.y.names, it.Name), append(fr.y.heads, false)
			fr.x.coverItem(it)
			e := entry{name: f.numbers(it), role: it.Role}
			fr.ends = append(fr.ends, end{e, nil, []float64{float64(len(items) - 1)}})
		}
	}
	if len(fr.ends) == 0 {
		panicf("Forest: no rows")
	}
	fr.y.lo, fr.y.hi = float64(len(items))-0.5, -0.5
	fr.height = 22 * vg.Length(len(items))
	fr.pageWidth = dataWidth + fr.y.namesWidth() + fr.endsWidth() + 2*margin
	fr.draw = func(a *area) {
		for i, it := range items {
			a.item(it, float64(i), false)
			a.tips(it, float64(i))
		}
	}
	return fr
}

// numbers is what stands at the right of a row.
func (f Forest) numbers(it Item) string {
	s := number(it.Value, f.Decimals)
	if it.interval() && !math.IsNaN(it.Low) && !math.IsNaN(it.High) {
		s += " [" + number(it.Low, f.Decimals) + ", " + number(it.High, f.Decimals) + "]"
	}
	return it.noted(s)
}

// tips marks where an interval goes on beyond the left or the right edge.
func (a *area) tips(it Item, y float64) {
	if !it.interval() || !a.drawable(it.Low, y) || !a.drawable(it.High, y) {
		return
	}
	const half, length = 3.5, 6
	tip := func(edge, inwards vg.Length) {
		at := vg.Point{X: edge, Y: a.y.at(y)}
		a.polygon(marks[it.Role], at, vg.Point{X: edge + inwards, Y: at.Y + half},
			vg.Point{X: edge + inwards, Y: at.Y - half})
	}
	if it.Low < a.x.lo {
		tip(a.Min.X, length)
	}
	if it.High > a.x.hi {
		tip(a.Max.X, -length)
	}
}

// heading reports whether the name of place i is a heading.
func (a axis) heading(i int) bool { return i < len(a.heads) && a.heads[i] }

// namesWidth is the room that the names of places and headings take left of the data.
func (a axis) namesWidth() vg.Length {
	w := vg.Length(0)
	for i, name := range a.names {
		w = max(w, width(name, tickSize, a.heading(i))+tickGap)
	}
	return w
}

// endsWidth is the room that the names of ends take right of the data.
func (f *frame) endsWidth() vg.Length {
	w := vg.Length(0)
	for _, e := range f.ends {
		w = max(w, width(e.name, directSize, false)+rightGap)
	}
	if f.column != "" {
		w = max(w, width(f.column, tickSize, false)+rightGap)
	}
	return w
}
