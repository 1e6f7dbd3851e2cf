package plots

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
)

// An Item is a named number with an interval. An interval of which an end is NaN is not drawn.
type Item struct {
	Name      string
	Role      Role
	Value     float64
	Low, High float64   // ends of the interval; both 0 for none
	Runs      []float64 // single results, drawn as small dots below the line
	Note      string    // a word or two written after the number at the right of the row
}

func (i Item) interval() bool { return i.Low != 0 || i.High != 0 }

// noted is what stands at the right of a row: the number and the note.
func (i Item) noted(number string) string { return strings.TrimSpace(number + "  " + i.Note) }

// Dots draws named numbers as dots with whiskers, one a row, or as bars from zero.
type Dots struct {
	Title, Subtitle string
	X               string // what the numbers are, with unit
	Items           []Item // from the top
	Sorted          bool   // by value, the largest on top
	Bars            bool
	Reference       *Marker // a vertical line to compare with; nil for none
	Decimals        int     // of the number written at the right of each row, at most 20; with LogX, small and large ones are 1.6e−6
	LogX            bool
	XLim            Range
}

// Figure draws the items. It panics where there is none, and where a value lies outside its interval.
func (d Dots) Figure(alt string) Figure { return newFigure(single(d.frame()), alt) }

func (d Dots) frame() *frame {
	if len(d.Items) == 0 {
		panicf("Dots: no items")
	}
	f := &frame{kind: "Dots", title: d.Title, subtitle: d.Subtitle, grid: true, values: true}
	f.x = newAxis(d.X, d.XLim, d.LogX)
	f.x.pad, f.x.zero = 0.05, d.Bars
	f.x.check(f.kind, "x")
	checkDecimals(f.kind, d.Decimals)
	if d.Bars && d.LogX {
		panicf("Dots: bars start at zero, which a logarithmic axis does not have")
	}
	if d.Bars {
		f.x.cover(0)
	}
	items := slices.Clone(d.Items)
	if d.Sorted {
		slices.SortStableFunc(items, func(a, b Item) int {
			return cmp.Compare(b.Value, a.Value) // what is not a number comes last
		})
	}
	f.y = axis{lo: float64(len(items)) - 0.5, hi: -0.5}
	for i, it := range items {
		items[i] = it.checked(f.kind)
		f.x.coverItem(it)
		f.y.names = append(f.y.names, it.Name)
		value := entry{name: it.noted(d.number(it.Value)), role: it.Role}
		f.ends = append(f.ends, end{value, nil, []float64{float64(i)}})
	}
	if d.Reference != nil {
		f.x.cover(d.Reference.X)
		f.markers = []Marker{*d.Reference}
	}
	f.height = 22 * vg.Length(len(items))
	f.draw = func(a *area) {
		for i, it := range items {
			a.item(it, float64(i), d.Bars)
		}
	}
	return f
}

// number writes the value of a row. Where a logarithmic axis goes to values of which Decimals would leave less than two
// digits, or very many, it is a number times a power of ten.
func (d Dots) number(v float64) string {
	if a := math.Abs(v); d.LogX && d.Decimals > 0 && (0 < a && a < math.Pow10(1-d.Decimals) || 1e5 <= a && a < math.Inf(1)) {
		return power(v, 1)
	}
	return number(v, d.Decimals)
}

// checked returns a deep copy of an item that makes sense.
func (i Item) checked(kind string) Item {
	i.Role.check(kind)
	i.Runs = slices.Clone(i.Runs)
	if i.Low > i.High {
		panicf("%s: %q has an interval from %v to %v; want the lower end first", kind, i.Name, i.Low, i.High)
	}
	if i.interval() && (i.Value < i.Low || i.Value > i.High) {
		panicf("%s: %q is %v, outside its interval from %v to %v", kind, i.Name, i.Value, i.Low, i.High)
	}
	return i
}

func (a *axis) coverItem(it Item) {
	a.cover(it.Value)
	a.cover(it.Runs...)
	if it.interval() {
		a.cover(it.Low, it.High)
	}
}

func (a *area) item(it Item, y float64, bar bool) {
	c := marks[it.Role]
	whisker := stroke{color: c, width: lineWidth}
	if bar {
		if !math.IsNaN(it.Value) {
			from, to := a.at(0, y), a.at(it.Value, y)
			pts := []vg.Point{{X: from.X, Y: from.Y - 6}, {X: to.X, Y: from.Y - 6}, {X: to.X, Y: from.Y + 6},
				{X: from.X, Y: from.Y + 6}}
			a.polygon(mix(c, paper, 0.35), a.ClipPolygonXY(pts)...)
		}
		whisker.color = marks[Ink]
		whisker.width = 1.4
	}
	for _, v := range it.Runs {
		if a.inside(v, y) {
			at := a.at(v, y)
			a.fill(alpha(c, 0.45), disc(vg.Point{X: at.X, Y: at.Y - 6.5}, 1.8))
		}
	}
	if it.interval() && !math.IsNaN(it.Low) && !math.IsNaN(it.High) {
		a.line(whisker, []float64{it.Low, it.High}, []float64{y, y})
		for _, v := range []float64{it.Low, it.High} {
			if a.inside(v, y) {
				at := a.at(v, y)
				a.path(stroke{color: whisker.color, width: 1.2},
					vg.Point{X: at.X, Y: at.Y - 3}, vg.Point{X: at.X, Y: at.Y + 3})
			}
		}
	}
	if !bar {
		a.points(it.Role, 0, []float64{it.Value}, []float64{y}, a.radius()+0.6)
	}
}
