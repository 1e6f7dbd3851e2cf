package plots

import (
	"image/color"
	"math"
	"sort"
	"sync"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
)

// A Palette takes numbers to colours.
type Palette int

// The palettes: viridis, dark to light, for amounts; purple to orange around zero for signed amounts; and for the
// probability of one of two classes, blue below one half, paper at it and vermillion above.
const (
	Viridis Palette = iota
	Diverging
	Classes
	palettes
)

func (p Palette) check(kind string) {
	if p < 0 || p >= palettes {
		panicf("%s: palette %d is none of the palettes", kind, p)
	}
}

const shades = 128 // fewer than can be told apart, and small when stored

var tables = sync.OnceValue(func() [2][shades]color.NRGBA {
	viridis, err := moreland.NewLuminance([]color.Color{
		rgb(0x440154), rgb(0x3B528B), rgb(0x21908C), rgb(0x5DC863), rgb(0xFDE725)})
	if err != nil {
		panic(err) // the luminance of these five rises
	}
	var t [2][shades]color.NRGBA
	for i, m := range []palette.ColorMap{viridis, moreland.SmoothPurpleOrange()} {
		m.SetMin(0)
		m.SetMax(1)
		for k := range shades {
			c, err := m.At(float64(k) / (shades - 1))
			if err != nil {
				panic(err) // k/(shades−1) lies in [0, 1]
			}
			t[i][k] = color.NRGBAModel.Convert(c).(color.NRGBA)
		}
	}
	return t
})

// colours is the scale of a field or a heat map.
type colours struct {
	palette Palette
	label   string
	axis    axis
	levels  []float64 // colour is constant between them
	bar     bool
}

func (z *colours) limits() (lo, hi float64) {
	a := z.axis
	switch {
	case z.palette == Classes && !a.given.given():
		return 0, 1
	case z.palette == Diverging && !a.given.given():
		m := max(math.Abs(a.lo), math.Abs(a.hi))
		if m < 1/huge || math.IsInf(m, 0) {
			m = 1
		}
		return -m, m
	}
	return a.limits(5)
}

// index is the shade of v between 0 and shades−1.
func (z *colours) index(v, lo, hi float64) uint8 {
	t := z.axis.share(v, lo, hi)
	if len(z.levels) > 0 {
		k := sort.Search(len(z.levels), func(i int) bool { return z.levels[i] > v }) // as many lie at or below v
		t = (float64(k) + 0.5) / float64(len(z.levels)+1)
		if z.palette != Viridis {
			below, above := lo, hi
			if k > 0 {
				below = z.levels[k-1]
			}
			if k < len(z.levels) {
				above = z.levels[k]
			}
			t = z.axis.share(below/2+above/2, lo, hi)
		}
	}
	return uint8(math.Round(t * (shades - 1)))
}

// share is where v lies between lo and hi, from 0 to 1.
func (a axis) share(v, lo, hi float64) float64 {
	if a.log {
		v, lo, hi = math.Log(max(v, lo)), math.Log(lo), math.Log(hi)
	}
	return min(max((v-lo)/(hi-lo), 0), 1)
}

// table returns the shades. Those of signed amounts and of classes are translucent, the more so the nearer they are to
// the middle, which is the paper's colour: on white paper signed amounts have the palette's own colours.
func (z *colours) table() color.Palette {
	p := make(color.Palette, shades)
	for k := range p {
		s := float64(k)/(shades-1)*2 - 1
		switch z.palette {
		case Classes:
			side := marks[Blue]
			if s > 0 {
				side = marks[Vermillion]
			}
			p[k] = alpha(side, 0.4*math.Abs(s)).light
		case Diverging:
			p[k] = translucent(tables()[Diverging][k], math.Abs(s))
		default:
			p[k] = tables()[z.palette][k]
		}
	}
	return p
}

// translucent is the colour that looks like c on white, with opacity a or as much more as that takes.
func translucent(c color.NRGBA, a float64) color.NRGBA {
	least := 1 - float64(min(c.R, c.G, c.B))/255
	c.A = uint8(math.Ceil(255 * max(a, least)))
	if c.A == 0 {
		return c
	}
	full := func(v uint8) uint8 { return uint8(math.Round(max(255-(255-float64(v))*255/float64(c.A), 0))) }
	return color.NRGBA{R: full(c.R), G: full(c.G), B: full(c.B), A: c.A}
}

// color is that of v on the paper.
func (z *colours) color(v float64) tone {
	lo, hi := z.limits()
	c := z.table()[z.index(v, lo, hi)].(color.NRGBA)
	return tone{over(c, paper.light), over(c, paper.dark)}
}

const barWidth, barHeight = vg.Length(10), vg.Length(130)

func (z *colours) barTicks() []tick {
	lo, hi := z.limits()
	return z.axis.ticks(lo, hi, 3)
}

func (z *colours) barLabel() []string { return wrap(z.label, tickSize, false, 1.2*vg.Inch) }

func (z *colours) barWidth() vg.Length {
	w := vg.Length(0)
	for _, t := range z.barTicks() {
		w = max(w, barWidth+5+width(t.name, tickSize, false))
	}
	for _, line := range z.barLabel() {
		w = max(w, width(line, tickSize, false))
	}
	return w
}

// drawBar draws the scale below (x, top), its name above it.
func (z *colours) drawBar(n pen, x, top, bottom vg.Length) {
	how := lettering{size: tickSize, color: labels[Grey]}
	for _, line := range z.barLabel() {
		n.text(vg.Point{X: x, Y: top - 8}, line, how)
		top -= 12
	}
	if z.label != "" {
		top -= 4
	}
	bottom = max(bottom, top-barHeight)
	lo, hi := z.limits()
	s := scale{lo: lo, hi: hi, log: z.axis.log, a: bottom, b: top}
	r := vg.Rectangle{Min: vg.Point{X: x, Y: bottom}, Max: vg.Point{X: x + barWidth, Y: top}}
	n.DrawImage(r, z.barImage(lo, hi))
	how.ay = 0.5
	for _, t := range z.barTicks() {
		y := s.at(t.at)
		n.path(stroke{color: paper, width: 0.75}, vg.Point{X: x, Y: y}, vg.Point{X: x + barWidth, Y: y})
		n.text(vg.Point{X: x + barWidth + 5, Y: y}, t.name, how)
	}
}
