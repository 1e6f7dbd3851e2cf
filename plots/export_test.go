package plots

import (
	"image/color"

	"gonum.org/v1/plot/vg"
)

// DrawOn lets tests see what is drawn.
func (f Figure) DrawOn(c vg.CanvasSizer) { f.drawOn(c) }

// NewCanvas returns a canvas for DrawOn.
func NewCanvas(w, h vg.Length) vg.CanvasSizer { return newSVG(w, h) }

// Size is the size of the page.
func (f Figure) Size() (w, h vg.Length) { return f.page.width, f.page.height }

var (
	Contrast = contrast // of two colours
	Over     = over     // one colour on another
)

// MarkColours are the colours of marks in the light and in the dark.
func MarkColours() (all [2]map[color.NRGBA]bool) {
	for k, t := range []theme{light, dark} {
		all[k] = map[color.NRGBA]bool{}
		for _, m := range marks {
			all[k][t.of(m).(color.NRGBA)] = true
		}
	}
	return all
}
