package lessons

import (
	"testing"

	"kindred/plots"
)

func TestGhosts(t *testing.T) {
	same, old, now := []float64{1, 2}, []float64{3, 4}, []float64{5, 6}
	var stored []plots.Series
	memory := func(name string, lines []plots.Series) ([]plots.Series, bool) {
		if name != "figure" {
			t.Errorf("stored under %q", name)
		}
		stored = lines
		return []plots.Series{{Name: "a", Y: same}, {Name: "b", Y: old}, {Name: "c", Y: old}}, true
	}
	ghosts := Ghosts(memory, "figure", plots.Series{Name: "a", Y: same}, plots.Series{Name: "b", Y: now, Low: now, High: now})
	if len(ghosts) != 2 || ghosts[0].Name != "before" || ghosts[1].Name != "" || ghosts[0].Role != plots.Grey ||
		ghosts[0].Y[0] != 3 {
		t.Errorf("ghosts %+v; want the lines that changed, the first of them named", ghosts)
	}
	if len(stored) != 2 || stored[1].Low != nil || stored[1].Y[0] != 5 {
		t.Errorf("stored %+v; want the lines without bands", stored)
	}
	if g := Ghosts(func(string, []plots.Series) ([]plots.Series, bool) { return nil, false }, "figure", ghosts...); g != nil {
		t.Errorf("ghosts %+v of nothing", g)
	}
	if g := Ghosts(nil, "figure", ghosts...); g != nil {
		t.Errorf("ghosts %+v without a memory", g)
	}
}

func TestRemembered(t *testing.T) {
	var names []string
	memory := func(name string, lines []plots.Series) ([]plots.Series, bool) {
		names = append(names, name)
		return []plots.Series{{Y: []float64{9, 9}}}, true
	}
	page := plots.Panels{Panels: []plots.Panel{
		plots.Curves{Title: "loss", Series: []plots.Series{{Name: "a", Y: []float64{1, 2}}}}, plots.Dots{Title: "dots"},
	}}
	chart := Remembered(memory, "figure", page).Panels[0].(plots.Curves)
	if len(chart.Series) != 2 || chart.Series[1].Name != "before" || len(names) != 1 || names[0] != "figure: 0" {
		t.Errorf("%+v, remembered as %q; want the line before, of the chart alone", chart.Series, names)
	}
	if n := len(page.Panels[0].(plots.Curves).Series); n != 1 {
		t.Errorf("the figure given has %d lines now", n)
	}
}
