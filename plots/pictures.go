package plots

import (
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Picture is a square of ink on paper: a drawing, or the mean of several.
type Picture struct {
	Pixels []float64 // row by row from the top, 0 is paper and 1 ink; what lies beyond counts as those, NaN as paper
	Name   string    // below it
	Role   Role      // of its frame; that of ink is thin and grey
	Words  []Word    // below the name, one on each line of its row
}

// A Word is a text with a role.
type Word struct {
	Text string
	Role Role
}

// A PictureRow is pictures side by side.
type PictureRow struct {
	Name     string
	Pictures []Picture
	Lines    []string // what the words below the pictures are, from the top
}

// Pictures draws rows of pictures, such as those to choose among and those to be named. The words below a picture stand
// on the lines of its row.
type Pictures struct {
	Title, Subtitle string
	Rows            []PictureRow
}

// A Stamp is a small picture at a place in the plane.
type Stamp struct {
	X, Y   float64
	Pixels []float64 // as those of a [Picture]
	Role   Role      // of its frame
}

// Figure draws the pictures. It panics where there is none, where pixels make no square, and where a row has more pictures
// than there is room for.
func (p Pictures) Figure(alt string) Figure { return newFigure(single(p.frame()), alt) }

const (
	pictureSide  = vg.Length(44)
	pictureGap   = vg.Length(6)
	leastPicture = vg.Length(14)
	rowGap       = vg.Length(12)
	stampSide    = vg.Length(20)
	mostPixels   = 256 // along a side
)

func (p Pictures) frame() *frame {
	rows := make([]PictureRow, len(p.Rows))
	columns, head, word := 0, vg.Length(0), vg.Length(0)
	for i, r := range p.Rows {
		rows[i] = r.checked()
		columns = max(columns, len(r.Pictures))
		head = max(head, width(r.Name, tickSize, true)+10)
		for _, line := range r.Lines {
			head = max(head, width(line, tickSize, false)+10)
		}
		for _, pic := range r.Pictures {
			word = max(word, width(pic.Name, tickSize, false)+4)
			for _, w := range pic.Words {
				word = max(word, width(w.Text, tickSize, false)+4)
			}
		}
	}
	if columns == 0 {
		panicf("Pictures: no pictures")
	}
	pitch := max(min(pictureSide+pictureGap, (rowW-2*margin-head)/vg.Length(columns)), word)
	side := min(pictureSide, pitch-pictureGap)
	if head+pitch*vg.Length(columns) > rowW-2*margin+0.1 || side < leastPicture {
		panicf("Pictures: no room for %d pictures in a row, with what is written below them; take fewer or shorten it", columns)
	}
	none := axis{lo: 0, hi: 1, given: Range{0, 1}, bare: true}
	f := &frame{kind: "Pictures", title: p.Title, subtitle: p.Subtitle, x: none, y: none, plain: true}
	f.width = head + pitch*vg.Length(columns)
	for _, r := range rows {
		f.height += r.height(side)
	}
	f.draw = func(a *area) {
		y := a.Max.Y
		for _, r := range rows {
			a.pictureRow(r, vg.Point{X: a.Min.X, Y: y}, head, pitch, side)
			y -= r.height(side)
		}
	}
	return f
}

// checked returns a deep copy of a row that makes sense.
func (r PictureRow) checked() PictureRow {
	r.Lines, r.Pictures = slices.Clone(r.Lines), slices.Clone(r.Pictures)
	for i, p := range r.Pictures {
		p.Role.check("Pictures")
		if len(p.Words) > len(r.Lines) {
			panicf("Pictures: a picture of row %q has %d words for %d lines", r.Name, len(p.Words), len(r.Lines))
		}
		for _, w := range p.Words {
			w.Role.check("Pictures")
		}
		checkPixels("Pictures", p.Pixels)
		r.Pictures[i].Pixels, r.Pictures[i].Words = slices.Clone(p.Pixels), slices.Clone(p.Words)
	}
	return r
}

func checkPixels(kind string, pixels []float64) {
	side := int(math.Sqrt(float64(len(pixels))))
	if side < 1 || side > mostPixels || side*side != len(pixels) {
		panicf("%s: a picture of %d pixels; want a square of side 1 to %d", kind, len(pixels), mostPixels)
	}
}

// named reports whether a picture of the row has a name.
func (r PictureRow) named() bool {
	return slices.ContainsFunc(r.Pictures, func(p Picture) bool { return p.Name != "" })
}

func (r PictureRow) height(side vg.Length) vg.Length {
	h := side + rowGap + smallLine*vg.Length(len(r.Lines))
	if r.named() {
		h += smallLine
	}
	return h
}

// pictureRow draws a row whose upper left corner is at.
func (a *area) pictureRow(r PictureRow, at vg.Point, head, pitch, side vg.Length) {
	name := lettering{size: tickSize, bold: true, color: labels[Ink], ay: 0.5}
	a.text(vg.Point{X: at.X, Y: at.Y - side/2}, r.Name, name)
	first := at.Y - side - 8 // of the lines of text
	if r.named() {
		first -= smallLine
	}
	for k, line := range r.Lines {
		y := first - smallLine*vg.Length(k)
		a.text(vg.Point{X: at.X, Y: y}, line, lettering{size: tickSize, color: labels[Grey], ay: 0.5})
	}
	for i, p := range r.Pictures {
		x := at.X + head + pitch*vg.Length(i) + (pitch-side)/2
		a.picture(vg.Rectangle{Min: vg.Point{X: x, Y: at.Y - side}, Max: vg.Point{X: x + side, Y: at.Y}}, p.Pixels, p.Role)
		how := lettering{size: tickSize, color: labels[p.Role], ax: 0.5, ay: 0.5}
		a.text(vg.Point{X: x + side/2, Y: at.Y - side - 8}, p.Name, how)
		for k, w := range p.Words {
			how.color = labels[w.Role]
			a.text(vg.Point{X: x + side/2, Y: first - smallLine*vg.Length(k)}, w.Text, how)
		}
	}
}

// picture draws pixels with a frame.
func (a *area) picture(r vg.Rectangle, pixels []float64, role Role) {
	a.rect(paper, r)
	a.paint(r, pixels)
	edge := stroke{marks[Grey], 0.6, false}
	if role != Ink {
		edge = stroke{marks[role], lineWidth, false}
	}
	a.outline(r, edge)
}

func (a *area) stamp(s Stamp) {
	if !a.inside(s.X, s.Y) {
		return
	}
	at, half := a.at(s.X, s.Y), vg.Point{X: stampSide / 2, Y: stampSide / 2}
	a.picture(vg.Rectangle{Min: at.Sub(half), Max: at.Add(half)}, s.Pixels, s.Role)
}

// paint draws pixels in ink.
func (p pen) paint(r vg.Rectangle, pixels []float64) {
	side := int(math.Sqrt(float64(len(pixels))))
	img := image.NewPaletted(image.Rect(0, 0, side, side), inks)
	for i, v := range pixels {
		if v > 0 { // not NaN
			img.Pix[i] = uint8(math.Round(min(v, 1) * float64(len(inks)-1)))
		}
	}
	p.DrawImage(r, stencil{img, p.theme.of(marks[Ink])})
}

// inks are how much ink lies on a pixel.
var inks = func() (all color.Palette) {
	const shades = 32
	for k := range shades {
		all = append(all, color.Gray{Y: uint8(math.Round(255 * float64(k) / (shades - 1)))})
	}
	return all
}()

// A stencil is a picture in one colour or tone: none of it where it is black, all of it where it is white.
type stencil struct {
	share *image.Paletted
	ink   color.Color
}

// Bounds, ColorModel and At let canvases draw the stencil that know nothing of it.
func (s stencil) Bounds() image.Rectangle { return s.share.Bounds() }

// ColorModel is that of At.
func (s stencil) ColorModel() color.Model { return color.NRGBAModel }

// At is the ink, as opaque as the picture is light.
func (s stencil) At(x, y int) color.Color {
	c := color.NRGBAModel.Convert(s.ink).(color.NRGBA)
	c.A = color.GrayModel.Convert(s.share.At(x, y)).(color.Gray).Y
	return c
}
