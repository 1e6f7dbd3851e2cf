package plots

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgimg"
)

// A Figure is a picture ready to be shown, with the text that stands in for it. It is a value: its methods return
// changed copies and leave it as it is. The zero Figure shows nothing, and panics where it is asked to.
type Figure struct {
	page    *page
	theme   theme
	alt     string
	caption string
}

func panicf(format string, args ...any) { panic("plots: " + fmt.Sprintf(format, args...)) }

func newFigure(p *page, alt string) Figure {
	if strings.TrimSpace(alt) == "" {
		panicf("%s: no alt text; say what kind of figure it is, its axes and what it shows", p.kind)
	}
	if i := strings.IndexFunc(alt, unprintable); i >= 0 || !utf8.ValidString(alt) {
		panicf("%s: alt text %q has a character that XML does not allow", p.kind, alt)
	}
	p.layout()
	p.draw(pen{draw.NewCanvas(new(recorder.Canvas), p.width, p.height), follow}) // texts that cannot be set panic here
	return Figure{page: p, alt: alt}
}

// unprintable reports whether XML 1.0 has no place for r.
func unprintable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// Dark returns the figure on a dark background, whatever the page that shows it. Other figures follow the page as SVG
// and HTML, and are light as PNG.
func (f Figure) Dark() Figure {
	f.theme = dark
	return f
}

// Caption returns the figure with a line of text below it in HTML: what the figure does not show, what would change it.
func (f Figure) Caption(text string) Figure {
	f.caption = text
	return f
}

// Alt returns the text that stands in for the picture.
func (f Figure) Alt() string { return f.alt }

func (f Figure) check(method string) {
	if f.page == nil {
		panicf("Figure: %s: the figure is the zero Figure; the method Figure of Curves and the like makes one", method)
	}
}

func (f Figure) drawOn(c vg.CanvasSizer) {
	p := pen{draw.New(c), f.theme}
	p.rect(paper, p.Rectangle)
	f.page.draw(p)
}

// WritePNG writes the figure as PNG; at scale 1 it has the size of the SVG in a browser, 96 pixels an inch. It panics
// at a scale outside [0.1, 20], and at one that would make more than 2²⁷ pixels, which take 1 GB.
func (f Figure) WritePNG(w io.Writer, scale float64) error {
	f.check("WritePNG")
	if w == nil {
		panicf("Figure: WritePNG: the writer is nil")
	}
	if !(scale >= 0.1 && scale <= 20) {
		panicf("Figure: WritePNG: scale is %v, want a number in [0.1, 20]", scale)
	}
	const most = 1 << 27
	if pixels := float64(f.page.width/vg.Inch*f.page.height/vg.Inch) * 96 * 96 * scale * scale; pixels > most {
		panicf("Figure: WritePNG: a figure of %.0f × %.0f points at scale %v has %.3g pixels, want at most %d",
			f.page.width, f.page.height, scale, pixels, most)
	}
	c := vgimg.NewWith(vgimg.UseWH(f.page.width, f.page.height), vgimg.UseDPI(int(math.Round(96*scale))))
	if f.theme == follow {
		f.theme = light
	}
	f.drawOn(c)
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(w); err != nil {
		return fmt.Errorf("plots: writing PNG: %w", err)
	}
	return nil
}

// SVG returns the figure as an SVG document, light on a light page and dark on a dark one. Its letters are text in
// Liberation Sans, or in Arial or Helvetica, which are as wide.
func (f Figure) SVG() []byte {
	f.check("SVG")
	c := newSVG(f.page.width, f.page.height)
	f.drawOn(c)
	return c.document(f.alt)
}

// HTML returns the figure as a figure element whose image is part of it: the one form that a notebook shows, with its
// alt text, before the reader has said that the notebook is trusted.
func (f Figure) HTML() string {
	f.check("HTML")
	var b strings.Builder
	b.WriteString(`<figure style="margin:0"><img style="max-width:100%" `)
	fmt.Fprintf(&b, `alt="%s" src="data:image/svg+xml;base64,%s">`,
		html.EscapeString(f.alt), base64.StdEncoding.EncodeToString(f.SVG()))
	if f.caption != "" {
		fmt.Fprintf(&b, "<figcaption>%s</figcaption>", html.EscapeString(f.caption))
	}
	b.WriteString("</figure>")
	return b.String()
}
