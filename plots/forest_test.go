package plots_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kindred/plots"
)

// TestForestTells finds the numbers, the notes and the headings of a forest in its text, and copies what it draws.
func TestForestTells(t *testing.T) {
	f := plots.Forest{
		Groups: []plots.Group{
			{Name: "upper", Rows: []plots.Item{{Name: "a", Value: -1.25, Low: -2, High: -0.5, Note: "better"}}},
			{Name: "empty"},
			{Rows: []plots.Item{{Name: "b", Value: 3}, {Name: "c", Value: 4, Low: nan, High: 5},
				{Name: "d", Value: nan}}},
		},
		Column: "mean [95 %]", Decimals: 2, Baseline: plots.Marker{Name: "alone"},
	}
	fig := f.Figure("alt")
	before := string(fig.SVG())
	for _, want := range []string{">upper<", ">a<", ">mean [95 %]<", ">−1.25 [−2.00, −0.50]  better<",
		">3.00<", ">4.00<", ">d<", ">alone<"} {
		if n := strings.Count(before, want); n != 1 {
			t.Errorf("%q stands %d times in the figure, want once", want, n)
		}
	}
	if strings.Contains(before, "empty") {
		t.Error("a group without rows is named")
	}
	f.Groups[0].Rows[0].Value = 7
	if string(fig.SVG()) != before {
		t.Error("a figure changes with the data that it was made of")
	}
}

// TestForestTips counts the tips: one for each end that lies beyond the limits, none for those within.
func TestForestTips(t *testing.T) {
	triangles := func(low, high float64) int {
		svg := plots.Forest{
			Groups: []plots.Group{{Rows: []plots.Item{{Low: low, High: high}}}},
			XLim:   plots.Range{-1, 1},
		}.Figure("alt").SVG()
		return strings.Count(string(svg), "Z")
	}
	none := triangles(-0.5, 0.5)
	for _, c := range []struct {
		low, high float64
		want      int
	}{{-3, 0.5, 1}, {-0.5, 3, 1}, {-3, 3, 2}, {-1, 1, 0}} {
		if got := triangles(c.low, c.high) - none; got != c.want {
			t.Errorf("an interval from %v to %v has %d tips, want %d", c.low, c.high, got, c.want)
		}
	}
}

func TestTextIsClearInForests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := plots.Forest{
			Title: words(t, "title", 20), X: words(t, "x", 8), Column: words(t, "column", 4),
			Baseline: plots.Marker{Name: words(t, "baseline", 5), X: rapid.Float64Range(-2, 2).Draw(t, "at")},
			Decimals: rapid.IntRange(0, 6).Draw(t, "decimals"),
		}
		for i := range rapid.IntRange(1, 4).Draw(t, "groups") {
			g := plots.Group{Name: words(t, "group", 5)}
			for k := range rapid.IntRange(1, 4).Draw(t, "rows") {
				v := rapid.Float64Range(-9, 9).Draw(t, "value")
				half := rapid.Float64Range(0, 5).Draw(t, "half")
				g.Rows = append(g.Rows, plots.Item{Name: fmt.Sprint("row ", i, " ", k), Value: v, Low: v - half,
					High: v + half, Note: words(t, "note", 2)})
			}
			f.Groups = append(f.Groups, g)
		}
		if found := faults(f.Figure("alt")); len(found) > 0 {
			t.Fatalf("%+v:\n%s", f, strings.Join(found, "\n"))
		}
	})
}
