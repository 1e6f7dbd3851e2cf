package plots

import (
	"slices"

	"gonum.org/v1/plot/vg"
)

// placeHeads breaks into lines what stands above the data of each cell.
func (p *page) placeHeads(each vg.Length) {
	for _, c := range p.cells {
		if !p.single {
			c.heads = wrap(c.title, labelSize, true, each+10)
			c.subs = wrap(c.subtitle, tickSize, false, each+10)
		}
		if p.free {
			c.yLabel = wrap(c.y.label, labelSize, false, each+c.left)
		}
		c.markerRows = c.placeMarkers()
	}
}

// placeMarkers finds a row above the axes for the name of each marker, so that none touches another.
func (c *cell) placeMarkers() [][]placed {
	var rows [][]placed
	for _, m := range c.markers {
		if m.Name == "" || !c.xs.within(m.X) {
			continue
		}
		half := width(m.Name, tickSize, false) / 2
		x := min(c.xs.at(m.X), c.area.Max.X+8-half)
		x = max(x, c.area.Min.X-min(c.left, 8)+half)
		fits := func(row []placed) bool {
			return !slices.ContainsFunc(row, func(q placed) bool {
				return abs(q.x-x) < half+width(q.text, tickSize, false)/2+6
			})
		}
		r := slices.IndexFunc(rows, fits)
		if r < 0 {
			r, rows = len(rows), append(rows, nil)
		}
		rows[r] = append(rows[r], placed{m.Name, x})
	}
	return rows
}

// markerLines is the number of lines of text right above the axes.
func (c *cell) markerLines() int {
	if c.column != "" {
		return max(len(c.markerRows), 1)
	}
	return len(c.markerRows)
}

// unnameCrowded takes the names from ticks that would touch the last one named.
func unnameCrowded(ticks []tick, s scale, size func(name string) vg.Length) {
	last := -1
	for i, t := range ticks {
		if last >= 0 && abs(s.at(t.at)-s.at(ticks[last].at)) < (size(t.name)+size(ticks[last].name))/2 {
			ticks[i].name = ""
		} else if t.name != "" {
			last = i
		}
	}
}

// keyRows breaks the key into rows no wider than w.
func keyRows(key []entry, w vg.Length) [][]entry {
	var rows [][]entry
	used := vg.Length(0)
	for _, e := range key {
		need := entryWidth(e)
		if len(rows) == 0 || used+need > w {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		used += need
	}
	return rows
}

func entryWidth(e entry) vg.Length { return swatch + width(e.name, directSize, false) + 16 }
