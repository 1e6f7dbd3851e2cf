package plots_test

import (
	"fmt"
	"math"
	"testing"

	"kindred/plots"
)

// pulls are two vectors at an angle, in degrees, with what lies between them.
func pulls(angle, ratio float64) plots.Plane {
	sin, cos := math.Sincos(angle * math.Pi / 180)
	p, q := [2]float64{1, 0}, [2]float64{ratio * cos, ratio * sin}
	between := func(t float64) (x, y float64) { return p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1]) }
	plane := plots.Plane{X: "θ₁", Y: "θ₂", Cone: [][2]float64{p, q}, Hull: [][2]float64{p, q}}
	for k, name := range []string{"task 1 pulls", "task 2 pulls", "mean", "MGDA", "PCGrad"} {
		a := plots.Arrow{Name: name, Role: plots.Role(k)}
		a.X, a.Y = between([]float64{0, 1, 0.5, 0.45, 0.5}[k])
		plane.Arrows = append(plane.Arrows, a)
	}
	return plane
}

// TestNamesOfArrows: at any angle no name overlaps another or the numbers of the axes, or is cut.
func TestNamesOfArrows(t *testing.T) {
	for _, ratio := range []float64{1, 3} {
		for angle := 0.0; angle <= 180; angle += 10 {
			for _, fault := range faults(pulls(angle, ratio).Figure("alt")) {
				t.Errorf("%g°, ratio %g: %s", angle, ratio, fault)
			}
		}
	}
}

// TestNothingIsHidden: of marks that lie upon each other, the lower one is drawn wider.
func TestNothingIsHidden(t *testing.T) {
	arrows := func(x ...float64) plots.Figure {
		p := plots.Plane{XLim: plots.Range{-1, 3}, YLim: plots.Range{-1, 3}}
		for _, v := range x {
			p.Arrows = append(p.Arrows, plots.Arrow{X: v, Y: 1})
		}
		return p.Figure("alt")
	}
	lines := func(ys ...float64) plots.Figure {
		c := plots.Curves{YLim: plots.Range{0, 3}}
		for _, y := range ys {
			c.Series = append(c.Series, plots.Series{Y: []float64{1, 2, y}})
		}
		return c.Figure("alt")
	}
	for name, c := range map[string]struct {
		fig  plots.Figure
		want [3]int // marks 2, 4.4 and 6.8 points wide
	}{
		"arrows apart":       {arrows(1, 2), [3]int{2, 0, 0}},
		"arrows alike":       {arrows(1, 1), [3]int{1, 1, 0}},
		"three arrows alike": {arrows(1, 1, 1), [3]int{1, 1, 1}},
		"lines apart":        {lines(1, 2), [3]int{2, 0, 0}},
		"lines alike":        {lines(1, 1.001), [3]int{1, 1, 0}},
		"three lines alike":  {lines(1, 1, 1), [3]int{1, 1, 1}},
	} {
		for k, width := range []float64{2, 4.4, 6.8} {
			if got := count(t, c.fig.SVG(), "stroke-width", fmt.Sprint(width)); got != c.want[k] {
				t.Errorf("%s: %d marks are %g wide, want %d", name, got, width, c.want[k])
			}
		}
	}
}
