package plots

import (
	"math"
	"testing"
)

// TestContour follows the circle x² + y² = 1: one closed line. Along an edge of length h = 0.1 the function departs
// from its chord by at most h²/4, and its slope outwards is 2, so the radius is off by less than 0.0025.
func TestContour(t *testing.T) {
	g := NewGrid(Range{-2, 2}, Range{-2, 2}, 41, func(x, y float64) float64 { return x*x + y*y })
	lines := g.contour(1)
	if len(lines) != 1 {
		t.Fatalf("%d lines, want 1", len(lines))
	}
	line := lines[0]
	if line[0] != line[len(line)-1] {
		t.Errorf("the circle is not closed: from %v to %v", line[0], line[len(line)-1])
	}
	for _, q := range line {
		x, y := -2+4*float64(q.X), -2+4*float64(q.Y)
		if r := math.Hypot(x, y); math.Abs(r-1) > 0.0025 {
			t.Errorf("(%.3f, %.3f) lies at radius %.4f, want 1", x, y, r)
		}
	}
	if lines := g.contour(9); len(lines) != 0 {
		t.Errorf("%d lines at a level beyond the grid", len(lines))
	}
}

// TestContourOpen follows a saddle: x·y = 0.5 is two branches that end at the edges.
func TestContourOpen(t *testing.T) {
	g := NewGrid(Range{-2, 2}, Range{-2, 2}, 21, func(x, y float64) float64 { return x * y })
	lines := g.contour(0.5)
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2", len(lines))
	}
	for _, line := range lines {
		for _, q := range []int{0, len(line) - 1} {
			x, y := line[q].X, line[q].Y
			if x > 0 && x < 1 && y > 0 && y < 1 {
				t.Errorf("a line ends inside, at %v", line[q])
			}
		}
	}
}

func TestContourGap(t *testing.T) {
	g := NewGrid(Range{0, 1}, Range{0, 1}, 11, func(x, y float64) float64 {
		if y > 0.45 && y < 0.55 {
			return math.NaN()
		}
		return x
	})
	if lines := g.contour(0.25); len(lines) != 2 {
		t.Errorf("a line through a gap comes in %d parts, want 2", len(lines))
	}
}

func TestGridPlaces(t *testing.T) {
	f := func(x, y float64) float64 { return 3*x - y }
	want := NewGrid(Range{0, 2}, Range{-1, 1}, 5, f)
	got := NewGrid(Range{0, 2}, Range{-1, 1}, 5, nil)
	xs, ys := got.Places()
	for i := range xs {
		got.Z[i] = f(xs[i], ys[i])
	}
	for i := range want.Z {
		if got.Z[i] != want.Z[i] {
			t.Fatalf("value %d is %v, want %v", i, got.Z[i], want.Z[i])
		}
	}
	if v := want.value(0.5, 0.25); math.Abs(v-3.5) > 1e-12 { // at (1, −0.5)
		t.Errorf("a linear function interpolates to %v, want 3.5", v)
	}
}

func TestLinspace(t *testing.T) {
	if v := Linspace(0, 0.3, 4); v[0] != 0 || v[3] != 0.3 || math.Abs(v[1]-0.1) > 1e-15 {
		t.Errorf("Linspace(0, 0.3, 4) = %v", v)
	}
	if v := Linspace(-1e308, 1e308, 3); v[0] != -1e308 || v[1] != 0 || v[2] != 1e308 {
		t.Errorf("Linspace(-1e308, 1e308, 3) = %v", v)
	}
	if v := Linspace(0, 1, 0); len(v) != 0 {
		t.Errorf("Linspace(0, 1, 0) = %v", v)
	}
	if v := Linspace(7, 9, 1); len(v) != 1 || v[0] != 7 {
		t.Errorf("Linspace(7, 9, 1) = %v", v)
	}
}
