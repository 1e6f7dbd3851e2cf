package plots

import "gonum.org/v1/plot/vg"

// DrawOn lets tests see what is drawn.
func (f Figure) DrawOn(c vg.CanvasSizer) { f.drawOn(c) }

// Size is the size of the page.
func (f Figure) Size() (w, h vg.Length) { return f.page.width, f.page.height }
