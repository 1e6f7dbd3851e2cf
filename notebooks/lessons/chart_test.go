package lessons

import (
	"reflect"
	"strings"
	"testing"

	"kindred/plots"
)

// An earlier run is drawn where there was one of as many charts, and leaves the chart as it was.
func TestChart(t *testing.T) {
	line := plots.Curves{X: "x", Y: "y", Series: []plots.Series{{Name: "a", Role: plots.Blue, X: []float64{0, 1}, Y: []float64{1, 2}},
		{Name: "chance", Role: plots.Grey, Dash: true, X: []float64{0, 1}, Y: []float64{1, 1}}}}
	one := Chart{Curves: []plots.Curves{line}, Alt: "Line chart.", Caption: "c"}
	two := Chart{Title: "t", Curves: []plots.Curves{line, line}, Alt: "Line charts."}
	if got, want := one.Lines(), [][]Line{{{[]float64{0, 1}, []float64{1, 2}}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
	before := [][]Line{{{[]float64{0, 1}, []float64{3, 4}}}}
	for name, c := range map[string]struct {
		chart  Chart
		before [][]Line
		drawn  bool
	}{"one": {one, before, true}, "first": {one, nil, false}, "other": {two, before, false},
		"two": {two, append(before, before...), true}} {
		if got := strings.Contains(string(c.chart.Figure(c.before).SVG()), "before"); got != c.drawn {
			t.Errorf("%s: the earlier run is drawn: %v", name, got)
		}
	}
	if len(line.Series) != 2 {
		t.Error("the chart has changed")
	}
}
