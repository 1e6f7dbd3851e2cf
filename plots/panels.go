package plots

import (
	"reflect"
	"slices"

	"gonum.org/v1/plot/vg"
)

// Panels sets figures side by side: small multiples that share their axes, with numbers on the outer axes only. The
// title of each figure stands above its panel, and what all of them name alike is named once.
type Panels struct {
	Title, Subtitle string
	Columns         int     // at most as many in a row; 0 puts all panels in one
	Panels          []Panel // none of them a Panels
	Free            bool    // each panel has axes of its own
}

// Figure draws the panels. It panics where there is none, and where a panel would.
func (p Panels) Figure(alt string) Figure {
	if len(p.Panels) == 0 {
		panicf("Panels: no panels")
	}
	if p.Columns < 0 {
		panicf("Panels: Columns is %d, want 0 or more", p.Columns)
	}
	pg := &page{kind: "Panels", title: p.Title, subtitle: p.Subtitle, free: p.Free, columns: p.Columns, width: rowW}
	if pg.columns == 0 || pg.columns > len(p.Panels) {
		pg.columns = len(p.Panels)
	}
	if pg.columns < 3 {
		pg.width = singleW
	}
	var frames []*frame
	for i, panel := range p.Panels {
		if v := reflect.ValueOf(panel); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
			panicf("Panels: panel %d is nil", i)
		}
		frames = append(frames, panel.frame())
	}
	for i, f := range frames {
		outer := i+pg.columns >= len(frames)
		first := i%pg.columns == 0
		pg.cells = append(pg.cells, &cell{
			frame: f, showX: p.Free || outer, showY: p.Free || first, crowded: pg.columns > 1})
		f.column = "" // of numbers that panels do not tell
		for _, e := range f.key {
			pg.name(e)
		}
		for _, e := range f.tips {
			pg.name(e)
		}
	}
	if !p.Free {
		for i, f := range frames {
			alike("x", i, f.x, frames[0].x)
			alike("y", i, f.y, frames[0].y)
		}
		share(frames, axisX)
		share(frames, axisY)
	}
	if z := frames[0].z; !slices.ContainsFunc(frames, func(f *frame) bool {
		return f.z == nil || f.z.palette != z.palette || f.z.axis.log != z.axis.log
	}) {
		share(frames, func(f *frame) *axis { return &f.z.axis })
	}
	first := frames[0]
	pg.ends = !p.Free && len(first.ends) > 0 && !first.values && !slices.ContainsFunc(frames, func(f *frame) bool {
		return !slices.EqualFunc(f.ends, first.ends, func(a, b end) bool { return a.entry == b.entry })
	})
	if !pg.ends {
		for _, f := range frames {
			for _, e := range f.ends {
				if !f.values {
					pg.name(e.entry)
				}
			}
		}
	}
	return newFigure(pg, alt)
}

// alike panics unless axis a of panel i is named and scaled as b, that of the first.
func alike(which string, i int, a, b axis) {
	if a.label != b.label || !slices.Equal(a.names, b.names) {
		panicf("Panels: %s of panel %d is %q %q, of the first %q %q; name them alike or set Free",
			which, i, a.label, a.names, b.label, b.names)
	}
	if a.log != b.log {
		panicf("Panels: %s is logarithmic in one of panel %d and the first; make them alike or set Free", which, i)
	}
}

// name adds e to the key unless it is there.
func (p *page) name(e entry) {
	if !slices.Contains(p.key, e) {
		p.key = append(p.key, e)
	}
}

// share gives one extent, and the limits asked for by the first that does, to an axis of all frames.
func share(frames []*frame, of func(*frame) *axis) {
	all := *of(frames[0])
	for _, f := range frames {
		a := of(f)
		all.lo, all.hi = min(all.lo, a.lo), max(all.hi, a.hi)
		if !all.given.given() {
			all.given = a.given
		}
	}
	for _, f := range frames {
		a := of(f)
		a.lo, a.hi, a.given = all.lo, all.hi, all.given
	}
}

// center is the middle of r.
func center(r vg.Rectangle) vg.Point { return r.Min.Add(r.Max).Scale(0.5) }
