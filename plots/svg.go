package plots

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// svg is a canvas that writes SVG. What marks look like, their colours and widths, are classes of a style sheet, in
// which a media query gives tones their dark colours: the picture follows the page that shows it, and what knows nothing
// of such queries shows the light colours. It takes what this package draws: lines, whole circles, text and pictures,
// nothing turned or scaled.
type svg struct {
	w, h  vg.Length
	body  bytes.Buffer
	looks []look
	masks int
	brush
	below []brush // what Push put aside
}

// brush is how the next mark is drawn.
type brush struct {
	tone  tone
	width vg.Length
	dash  []vg.Length
}

// look is the declarations of a class, and those that take their place in the dark.
type look struct{ light, dark string }

func newSVG(w, h vg.Length) *svg {
	c := &svg{w: w, h: h}
	vg.Initialize(c)
	return c
}

// class returns the attribute that names a look; names follow the order in which looks are first used.
func (c *svg) class(l look) string {
	k := slices.Index(c.looks, l)
	if k < 0 {
		k = len(c.looks)
		c.looks = append(c.looks, l)
	}
	return ` class="` + className(k) + `"`
}

// className is a, b, …, z, aa, ab, …
func className(k int) string {
	if k < 26 {
		return string(rune('a' + k))
	}
	return className(k/26-1) + className(k%26)
}

// look is that of a property, fill or stroke, with the tone set.
func (b brush) look(property string) look {
	hex := func(c color.NRGBA) string { return fmt.Sprintf("%s:#%02X%02X%02X", property, c.R, c.G, c.B) }
	l := look{light: hex(b.tone.light)}
	if dark := hex(b.tone.dark); dark != l.light {
		l.dark = dark
	}
	if a := b.tone.light.A; a < 255 { // the same in the dark
		l.light += fmt.Sprintf(";%s-opacity:%.3g", property, float64(a)/255)
	}
	return l
}

// document returns all that was drawn, with a title.
func (c *svg) document(title string) []byte {
	var b, dark bytes.Buffer
	fmt.Fprintf(&b, `<svg width="%[1]spt" height="%[2]spt" viewBox="0 0 %[1]s %[2]s" xmlns="http://www.w3.org/2000/svg" role="img">`,
		digits(c.w), digits(c.h))
	fmt.Fprintf(&b, "\n<title>%s</title>\n<style>", html.EscapeString(title))
	b.WriteString("path{fill:none}text{font-family:Liberation Sans,Arial,Helvetica,sans-serif}\n")
	for k, l := range c.looks {
		fmt.Fprintf(&b, ".%s{%s}", className(k), l.light)
		if l.dark != "" {
			fmt.Fprintf(&dark, ".%s{%s}", className(k), l.dark)
		}
	}
	if dark.Len() > 0 {
		fmt.Fprintf(&b, "\n@media (prefers-color-scheme:dark){%s}", dark.Bytes())
	}
	b.WriteString("</style>\n")
	b.Write(c.body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// digits writes a length in points to a hundredth.
func digits(v vg.Length) string {
	s := strconv.FormatFloat(math.Round(100*v.Points())/100, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// at writes a place, counted from the top of the page.
func (c *svg) at(p vg.Point) string { return digits(p.X) + " " + digits(c.h-p.Y) }

// data writes a path of straight lines.
func (c *svg) data(path vg.Path) string {
	var parts []string
	for i, part := range path {
		switch {
		case part.Type == vg.MoveComp:
			parts = append(parts, "M"+c.at(part.Pos))
		case part.Type == vg.LineComp && i > 0 && path[i-1].Type != vg.CloseComp:
			parts = append(parts, c.at(part.Pos))
		case part.Type == vg.CloseComp:
			parts = append(parts, "Z")
		default:
			panicf("svg: part %d of a path is of type %d, want straight lines", i, part.Type)
		}
	}
	return strings.Join(parts, " ")
}

// Stroke draws along a path of straight lines.
func (c *svg) Stroke(path vg.Path) {
	if c.width <= 0 {
		return
	}
	l := c.look("stroke")
	l.light += ";stroke-width:" + digits(c.width)
	if len(c.dash) > 0 {
		var lengths []string
		for _, d := range c.dash {
			lengths = append(lengths, digits(d))
		}
		l.light += ";stroke-dasharray:" + strings.Join(lengths, " ")
	}
	fmt.Fprintf(&c.body, "<path%s d=\"%s\"/>\n", c.class(l), c.data(path))
}

// Fill fills a circle or a polygon.
func (c *svg) Fill(path vg.Path) {
	class := c.class(c.look("fill"))
	if len(path) == 3 && path[1].Type == vg.ArcComp && math.Abs(path[1].Angle) >= 2*math.Pi {
		o := path[1]
		fmt.Fprintf(&c.body, "<circle%s cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n", class, digits(o.Pos.X), digits(c.h-o.Pos.Y),
			digits(o.Radius))
		return
	}
	fmt.Fprintf(&c.body, "<path%s d=\"%s\"/>\n", class, c.data(path))
}

// FillString writes a line of text.
func (c *svg) FillString(f font.Face, at vg.Point, s string) {
	l := c.look("fill")
	l.light += ";font-size:" + digits(f.Font.Size) + "px"
	if f.Font.Weight > 0 {
		l.light += ";font-weight:bold"
	}
	fmt.Fprintf(&c.body, "<text%s x=\"%s\" y=\"%s\">%s</text>\n", c.class(l), digits(at.X), digits(c.h-at.Y),
		html.EscapeString(s))
}

// DrawImage shows a picture; a stencil as a mask before its tone.
func (c *svg) DrawImage(r vg.Rectangle, img image.Image) {
	var code bytes.Buffer
	s, masked := img.(stencil)
	if masked {
		c.SetColor(s.ink)
		img = s.share
	}
	if err := png.Encode(&code, img); err != nil {
		panicf("svg: %v", err) // writing to memory does not fail
	}
	size := r.Size()
	place := fmt.Sprintf(`x="%s" y="%s" width="%s" height="%s"`,
		digits(r.Min.X), digits(c.h-r.Max.Y), digits(size.X), digits(size.Y))
	picture := fmt.Sprintf(`<image preserveAspectRatio="none" %s href="data:image/png;base64,%s"/>`,
		place, base64.StdEncoding.EncodeToString(code.Bytes()))
	if masked {
		name := "m" + strconv.Itoa(c.masks)
		c.masks++
		picture = fmt.Sprintf(`<mask id="%s">%s</mask><rect%s %s mask="url(#%[1]s)"/>`,
			name, picture, c.class(c.look("fill")), place)
	}
	c.body.WriteString(picture + "\n")
}

// SetColor takes a tone, or a colour for both themes.
func (c *svg) SetColor(col color.Color) {
	t, ok := col.(tone)
	if !ok {
		t = both(color.NRGBAModel.Convert(col).(color.NRGBA))
	}
	c.tone = t
}

func (c *svg) SetLineWidth(w vg.Length)                  { c.width = w }
func (c *svg) SetLineDash(dash []vg.Length, _ vg.Length) { c.dash = slices.Clone(dash) }
func (c *svg) Size() (w, h vg.Length)                    { return c.w, c.h }
func (c *svg) Push()                                     { c.below = append(c.below, c.brush) }

func (c *svg) Pop() {
	c.brush = c.below[len(c.below)-1]
	c.below = c.below[:len(c.below)-1]
}

func (c *svg) Rotate(float64)         { panicf("svg: nothing is turned") }
func (c *svg) Translate(vg.Point)     { panicf("svg: nothing is moved") }
func (c *svg) Scale(float64, float64) { panicf("svg: nothing is scaled") }
