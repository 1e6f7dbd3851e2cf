package plots_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kindred/plots"
)

// words draws a text of some words.
func words(t *rapid.T, name string, most int) string {
	n := rapid.IntRange(0, most).Draw(t, name)
	return strings.TrimSpace(strings.Repeat("query error ", n/2+1)[:6*n])
}

// anyCurves draws curves of any scale, with any number of names around them.
func anyCurves(t *rapid.T) plots.Curves {
	c := plots.Curves{X: "inner steps", Y: words(t, "y", 8)}
	c.LogX, c.LogY = rapid.Bool().Draw(t, "log x"), rapid.Bool().Draw(t, "log y")
	scale := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "scale"))
	for range rapid.IntRange(1, 5).Draw(t, "series") {
		s := plots.Series{Name: words(t, "name", 3), Role: plots.Role(rapid.IntRange(0, 5).Draw(t, "role"))}
		for range 6 {
			s.Y = append(s.Y, scale*rapid.Float64Range(-1, 1).Draw(t, "value"))
		}
		c.Series = append(c.Series, s)
	}
	for range rapid.IntRange(0, 3).Draw(t, "floors") {
		f := plots.Floor{Name: words(t, "floor", 3), Y: scale * rapid.Float64Range(-1, 1).Draw(t, "level")}
		c.Floors = append(c.Floors, f)
	}
	for range rapid.IntRange(0, 3).Draw(t, "markers") {
		m := plots.Marker{Name: words(t, "marker", 3), X: rapid.Float64Range(0, 5).Draw(t, "x")}
		c.Markers = append(c.Markers, m)
	}
	return c
}

func TestTextIsClearAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurves(t)
		c.Title, c.Subtitle = words(t, "title", 30), words(t, "subtitle", 30)
		if found := faults(c.Figure("alt")); len(found) > 0 && found[0] != "no text" {
			t.Fatalf("%+v:\n%s", c, strings.Join(found, "\n"))
		}
	})
}

func TestTextIsClearInPanels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plots.Panels{Title: words(t, "title", 30), Free: rapid.Bool().Draw(t, "free")}
		p.Columns = rapid.IntRange(0, 4).Draw(t, "columns")
		y := words(t, "y", 4)
		logX, logY := rapid.Bool().Draw(t, "log x"), rapid.Bool().Draw(t, "log y")
		for range rapid.IntRange(1, 5).Draw(t, "panels") {
			c := anyCurves(t)
			c.Title, c.Y, c.LogX, c.LogY = words(t, "panel", 4), y, logX, logY
			p.Panels = append(p.Panels, c)
		}
		if found := faults(p.Figure("alt")); len(found) > 0 && found[0] != "no text" {
			t.Fatalf("%+v:\n%s", p, strings.Join(found, "\n"))
		}
	})
}
