package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sizes of type in points; the smallest is the smallest that is read with ease on a screen.
const (
	titleSize  = 12.0
	labelSize  = 10.5
	directSize = 10.0
	tickSize   = 9.5
	smallSize  = 9.0
)

var faces = font.NewCache(liberation.Collection())

func face(size float64, bold bool) font.Face {
	f := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		f.Weight = 3 // WeightBold of golang.org/x/image/font, of which this package needs no more
	}
	return faces.Lookup(f, vg.Points(size))
}

// width is the width of s set at a size.
func width(s string, size float64, bold bool) vg.Length {
	f := face(size, bold)
	return f.Width(s)
}

// lettering says how text is set: the point given is the share ax along its width, and the share ay between baseline
// and the height of a capital.
type lettering struct {
	size   float64
	bold   bool
	color  tone
	ax, ay float64
}

const capHeight = 0.72 // of a capital in Liberation Sans, as a share of its size

// pen draws on a page with tones.
type pen struct {
	draw.Canvas
	theme theme
}

// text is the only place that writes: it panics at a character the font does not have.
func (p pen) text(at vg.Point, s string, l lettering) {
	f := face(l.size, l.bold)
	for _, r := range s {
		if g, err := f.Face.GlyphIndex(nil, r); err != nil || g == 0 {
			panic(fmt.Sprintf("plots: text %q: the font has no %q", s, r))
		}
	}
	at.X -= vg.Length(l.ax) * f.Width(s)
	at.Y -= vg.Points(l.ay * capHeight * l.size)
	p.SetColor(p.theme.of(l.color))
	p.FillString(f, at, s)
}

// wrap breaks s into lines no wider than w, at spaces, but not within an interval such as [0.1, 0.2] nor before a %.
// They are as few as there can be, and as even as so many can be: no word is left alone.
func wrap(s string, size float64, bold bool, w vg.Length) []string {
	words := whole(strings.Fields(s))
	lines := fill(words, size, bold, w)
	for len(lines) > 1 {
		even := fill(words, size, bold, widest(lines, size, bold)-0.1)
		if len(even) > len(lines) || widest(even, size, bold) >= widest(lines, size, bold) {
			break
		}
		lines = even
	}
	return lines
}

// fill puts into each line as many words as it holds.
func fill(words []string, size float64, bold bool, w vg.Length) (lines []string) {
	for _, word := range words {
		if n := len(lines); n > 0 && width(lines[n-1]+" "+word, size, bold) <= w {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func widest(lines []string, size float64, bold bool) (w vg.Length) {
	for _, line := range lines {
		w = max(w, width(line, size, bold))
	}
	return w
}

// whole joins words that belong on one line.
func whole(words []string) (joined []string) {
	for i, word := range words {
		n := len(joined) - 1
		if i > 0 && (word == "%" || strings.HasSuffix(words[i-1], ",") && strings.Contains(words[i-1], "[") &&
			strings.Contains(word, "]")) {
			joined[n] += " " + word
			continue
		}
		joined = append(joined, word)
	}
	return joined
}

// stroke is a line's colour, width in points and whether it is dashed.
type stroke struct {
	color tone
	width float64
	dash  bool
}

func (s stroke) style(t theme) draw.LineStyle {
	style := draw.LineStyle{Color: t.of(s.color), Width: vg.Points(s.width)}
	if s.dash {
		style.Dashes = []vg.Length{vg.Points(2.5 + 1.5*s.width), vg.Points(1.5 + 1.5*s.width)}
	}
	return style
}

// path strokes a line through points.
func (p pen) path(s stroke, pts ...vg.Point) {
	style := s.style(p.theme)
	p.StrokeLines(style, pts)
}

func (p pen) polygon(c tone, pts ...vg.Point) { p.FillPolygon(p.theme.of(c), pts) }

func (p pen) fill(c tone, path vg.Path) {
	p.SetColor(p.theme.of(c))
	p.Fill(path)
}

func (p pen) rect(c tone, r vg.Rectangle) {
	p.polygon(c, r.Min, vg.Point{X: r.Max.X, Y: r.Min.Y}, r.Max, vg.Point{X: r.Min.X, Y: r.Max.Y})
}

// outline strokes the edge of r; its first side is drawn twice, so that no corner stays open.
func (p pen) outline(r vg.Rectangle, s stroke) {
	right := vg.Point{X: r.Max.X, Y: r.Min.Y}
	p.path(s, r.Min, right, r.Max, vg.Point{X: r.Min.X, Y: r.Max.Y}, r.Min, right)
}

func disc(at vg.Point, r vg.Length) vg.Path {
	var path vg.Path
	path.Move(vg.Point{X: at.X + r, Y: at.Y})
	path.Arc(at, r, 0, 2*math.Pi)
	path.Close()
	return path
}

// dot draws the shape of a role, with a rim in the paper's colour. Shapes of all roles have about the same area.
func (p pen) dot(at vg.Point, role Role, c tone, radius float64) {
	const rim = 0.9
	for i, r := range []vg.Length{vg.Points(radius + rim), vg.Points(radius)} {
		fill := c
		if i == 0 {
			fill = paper
		}
		p.fill(fill, shape(role, at, r))
	}
}

func shape(role Role, at vg.Point, r vg.Length) vg.Path {
	corners := func(n int, size, turn float64) vg.Path {
		var path vg.Path
		for i := range n {
			sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(n))
			q := vg.Point{X: at.X + r*vg.Length(size*cos), Y: at.Y + r*vg.Length(size*sin)}
			if i == 0 {
				path.Move(q)
			} else {
				path.Line(q)
			}
		}
		path.Close()
		return path
	}
	switch role {
	case Vermillion:
		return corners(4, 1.25, math.Pi/4) // square
	case Green:
		return corners(3, 1.5, math.Pi/2) // triangle
	case Purple:
		return corners(4, 1.35, 0) // diamond
	case Grey:
		return corners(3, 1.5, -math.Pi/2) // triangle on its tip
	default:
		return disc(at, r)
	}
}

// arrow draws a straight arrow whose tip is at b.
func (p pen) arrow(s stroke, a, b vg.Point) {
	d := b.Sub(a)
	length := vg.Length(math.Hypot(float64(d.X), float64(d.Y)))
	if length == 0 {
		return
	}
	u := d.Scale(1 / length)
	n := vg.Point{X: -u.Y, Y: u.X}
	head := min(vg.Points(4+2.2*s.width), length)
	back := b.Sub(u.Scale(head))
	p.path(s, a, b.Sub(u.Scale(head*0.8)))
	p.polygon(s.color, b, back.Add(n.Scale(head*0.42)), back.Sub(n.Scale(head*0.42)))
}

// deepest bounds the time that simplify takes to this many passes over the points. A span that has been halved would be
// one point by then; one that goes to and fro between two places loses a point at a time.
const deepest = 64

// simplify drops points that lie within tolerance of the line through those kept (Ramer, Douglas and Peucker). Of spans
// that would take too long it drops none.
func simplify(pts []vg.Point, tolerance vg.Length) []vg.Point {
	if len(pts) < 3 {
		return pts
	}
	keep := make([]bool, len(pts))
	keep[0], keep[len(pts)-1] = true, true
	type span struct{ a, b, depth int }
	spans := []span{{0, len(pts) - 1, 0}}
	for len(spans) > 0 {
		a, b, depth := spans[len(spans)-1].a, spans[len(spans)-1].b, spans[len(spans)-1].depth
		spans = spans[:len(spans)-1]
		if depth == deepest {
			for i := a; i < b; i++ {
				keep[i] = true
			}
			continue
		}
		far, at := tolerance, -1
		for i := a + 1; i < b; i++ {
			if d := distance(pts[i], pts[a], pts[b]); d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			spans = append(spans, span{a, at, depth + 1}, span{at, b, depth + 1})
		}
	}
	out := make([]vg.Point, 0, len(pts))
	for i, pt := range pts {
		if keep[i] {
			out = append(out, pt)
		}
	}
	return out
}

// distance is that of q from the segment ab.
func distance(q, a, b vg.Point) vg.Length {
	d, e := b.Sub(a), q.Sub(a)
	t := 0.0
	if n := d.Dot(d); n > 0 {
		t = min(max(float64(d.Dot(e)/n), 0), 1)
	}
	e = e.Sub(d.Scale(vg.Length(t)))
	return vg.Length(math.Hypot(float64(e.X), float64(e.Y)))
}

// spread moves labels centred at ys, each gap high, as little as possible so that none overlaps and all stay within
// [lo, hi] where there is room: labels that collide form a block centred on the mean of where they belong.
func spread(ys []vg.Length, gap, lo, hi vg.Length) []vg.Length {
	order := make([]int, len(ys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ys[a] < ys[b]:
			return -1
		case ys[a] > ys[b]:
			return 1
		}
		return 0
	})
	type block struct {
		centre vg.Length
		n      int
	}
	bottom := func(b block) vg.Length { return b.centre - gap*vg.Length(b.n)/2 }
	top := func(b block) vg.Length { return b.centre + gap*vg.Length(b.n)/2 }
	within := func(b block) block {
		b.centre = min(b.centre, hi+gap/2-gap*vg.Length(b.n)/2)
		b.centre = max(b.centre, lo-gap/2+gap*vg.Length(b.n)/2)
		return b
	}
	var blocks []block
	for _, i := range order {
		blocks = append(blocks, within(block{ys[i], 1}))
		for n := len(blocks); n > 1 && bottom(blocks[n-1]) < top(blocks[n-2]); n-- {
			a, b := blocks[n-2], blocks[n-1]
			merged := block{(a.centre*vg.Length(a.n) + b.centre*vg.Length(b.n)) / vg.Length(a.n+b.n), a.n + b.n}
			blocks = append(blocks[:n-2], within(merged))
		}
	}
	out := make([]vg.Length, len(ys))
	k := 0
	for _, b := range blocks {
		for i := range b.n {
			out[order[k]] = bottom(b) + gap*(vg.Length(i)+0.5)
			k++
		}
	}
	return out
}
