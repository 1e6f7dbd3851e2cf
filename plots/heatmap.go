package plots

import (
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// HeatMap draws a table of numbers as colours, with the numbers in the cells up to 12×12.
type HeatMap struct {
	Title, Subtitle string
	X, Y            string   // what the columns and the rows are
	Columns, Rows   []string // their names, from the left and from the top; "" leaves one unnamed
	Values          [][]float64
	Z               string // what the numbers mean; without it no scale is drawn
	Decimals        int
	Palette         Palette
	ZLim            Range      // the numbers of the first and the last colour
	Below           [][]string // a second line in the cells, such as an interval; nil for none
	Marked          [][2]int   // cells {row, column} with a frame around them
}

// Figure draws the heat map. It panics where the names, values and second lines do not fit together.
func (h HeatMap) Figure(alt string) Figure { return newFigure(single(h.frame()), alt) }

func (h HeatMap) frame() *frame {
	rows, columns := len(h.Rows), len(h.Columns)
	if rows == 0 || columns == 0 {
		panicf("HeatMap: %d rows and %d columns are named, want at least one of each", rows, columns)
	}
	h.check()
	h.Palette.check("HeatMap")
	checkDecimals("HeatMap", h.Decimals)
	f := &frame{kind: "HeatMap", title: h.Title, subtitle: h.Subtitle, plain: true}
	f.x = axis{label: h.X, lo: -0.5, hi: float64(columns) - 0.5, names: slices.Clone(h.Columns)}
	f.y = axis{label: h.Y, lo: float64(rows) - 0.5, hi: -0.5, names: slices.Clone(h.Rows)} // the first row on top
	f.z = &colours{palette: h.Palette, label: h.Z, bar: h.Z != "", axis: newAxis(h.Z, h.ZLim, false)}
	f.z.axis.check(f.kind, "z")
	values := make([][]float64, rows)
	for i := range values {
		values[i] = slices.Clone(h.Values[i])
		f.z.axis.cover(values[i]...)
	}
	numbered := rows <= 12 && columns <= 12
	side, wide := vg.Length(24), vg.Length(30)
	if !numbered {
		side = min(side, 250/vg.Length(rows))
		wide = min(wide, 330/vg.Length(columns))
	}
	if h.Below != nil {
		side = 34
	}
	for i := range rows {
		for j := range columns {
			if numbered {
				wide = max(wide, width(number(values[i][j], h.Decimals), tickSize, false)+10)
			}
			if h.Below != nil {
				wide = max(wide, width(h.Below[i][j], smallSize, false)+8)
			}
		}
	}
	for _, name := range h.Columns {
		if numbered {
			wide = max(wide, width(name, tickSize, false)+6)
		}
	}
	f.width, f.height = wide*vg.Length(columns), side*vg.Length(rows)
	marked := slices.Clone(h.Marked)
	var below [][]string
	for _, row := range h.Below {
		below = append(below, slices.Clone(row))
	}
	f.draw = func(a *area) {
		if numbered {
			a.numbers(f.z, values, below, h.Decimals)
		} else {
			a.DrawImage(a.Rectangle, f.z.cells(values))
			a.empty(values)
		}
		for _, m := range marked {
			a.outline(a.cell(m[0], m[1]), stroke{color: marks[Ink], width: lineWidth})
		}
	}
	return f
}

// numbers fills the cells and writes what they hold.
func (a *area) numbers(z *colours, values [][]float64, below [][]string, decimals int) {
	a.empty(values)
	for i, row := range values {
		for j, v := range row {
			fill := a.heat(z, v, a.cell(i, j))
			how := lettering{size: tickSize, color: readable(fill), ax: 0.5, ay: 0.5}
			at := center(a.cell(i, j))
			if below != nil {
				second := how
				second.size = smallSize
				a.text(vg.Point{X: at.X, Y: at.Y - 7}, below[i][j], second)
				at.Y += 7
			}
			if !math.IsNaN(v) {
				a.text(at, number(v, decimals), how)
			}
		}
	}
}

func (h HeatMap) check() {
	if len(h.Values) != len(h.Rows) || h.Below != nil && len(h.Below) != len(h.Rows) {
		panicf("HeatMap: %d rows are named, %d hold values and %d second lines",
			len(h.Rows), len(h.Values), len(h.Below))
	}
	for i, row := range h.Values {
		if len(row) != len(h.Columns) {
			panicf("HeatMap: row %q has %d values for %d columns", h.Rows[i], len(row), len(h.Columns))
		}
		if h.Below != nil && len(h.Below[i]) != len(h.Columns) {
			panicf("HeatMap: row %q has %d second lines for %d columns", h.Rows[i], len(h.Below[i]), len(h.Columns))
		}
	}
	for _, m := range h.Marked {
		if m[0] < 0 || m[0] >= len(h.Rows) || m[1] < 0 || m[1] >= len(h.Columns) {
			panicf("HeatMap: marked cell {%d, %d} of %d rows and %d columns", m[0], m[1], len(h.Rows), len(h.Columns))
		}
	}
}

// cell is the rectangle of row i and column j.
func (a *area) cell(i, j int) vg.Rectangle {
	x, y := float64(j), float64(i)
	return vg.Rectangle{Min: a.at(x-0.5, y+0.5), Max: a.at(x+0.5, y-0.5)}
}

// empty hatches the cells that hold no number: in the dark a signed palette has the paper's colour at zero.
func (a *area) empty(values [][]float64) {
	for i, row := range values {
		for j, v := range row {
			if math.IsNaN(v) {
				r := a.cell(i, j)
				a.path(stroke{color: mix(marks[Grey], paper, 0.6), width: 0.75}, r.Min, r.Max)
			}
		}
	}
}

// heat fills a cell, short of a gap in the paper's colour, and returns the fill. What is not a number gets none.
func (a *area) heat(z *colours, v float64, r vg.Rectangle) tone {
	if math.IsNaN(v) {
		return paper
	}
	const gap = 0.5
	fill := z.color(v)
	a.rect(fill, vg.Rectangle{
		Min: vg.Point{X: r.Min.X + gap, Y: r.Min.Y + gap},
		Max: vg.Point{X: r.Max.X - gap, Y: r.Max.Y - gap},
	})
	return fill
}

// cells paints the values as squares of some pixels, fewer where they are many, so that a browser does not blur them
// into each other.
func (z *colours) cells(values [][]float64) image.Image {
	side := min(max(2048/max(len(values), len(values[0])), 1), 8)
	lo, hi := z.limits()
	img := image.NewPaletted(image.Rect(0, 0, side*len(values[0]), side*len(values)), append(z.table(), color.NRGBA{}))
	for r := range side * len(values) {
		for c := range side * len(values[0]) {
			k := uint8(shades)
			if v := values[r/side][c/side]; !math.IsNaN(v) {
				k = z.index(v, lo, hi)
			}
			img.Pix[r*img.Stride+c] = k
		}
	}
	return img
}

// readable is black or white, whichever is better read on fill.
func readable(fill tone) tone {
	on := func(fill color.NRGBA) color.NRGBA {
		black, white := rgb(0x000000), rgb(0xFFFFFF) // one of them has a contrast of 4.58 with any colour
		if contrast(black, fill) >= contrast(white, fill) {
			return black
		}
		return white
	}
	return tone{on(fill.light), on(fill.dark)}
}
