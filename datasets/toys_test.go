package datasets

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Without noise every point lies on the curve of its class.
func TestToysLieOnTheirCurves(t *testing.T) {
	for _, c := range []struct {
		name    string
		points  Points
		classes int
		off     func(x, y, class float64) float64 // distance from the curve, by its equation
	}{
		{"moons", Moons(200, 0, 1), 2, func(x, y, class float64) float64 {
			if class == 1 {
				x, y = 1-x, 0.5-y
			}
			if y < 0 {
				return 1
			}
			return math.Hypot(x, y) - 1
		}},
		{"rings", Rings(200, 0, 1), 2, func(x, y, class float64) float64 { return math.Hypot(x, y) - 1 - class }},
		{"corners", Corners(200, 0, 1), 2, func(x, y, class float64) float64 {
			return math.Abs(math.Abs(x)-1) + math.Abs(x*y-(1-2*class))
		}},
		{"spirals", Spirals(300, 3, 0.75, 0, 1), 3, func(x, y, class float64) float64 {
			r := math.Hypot(x, y)
			turned := 2 * math.Pi * (0.75*(r-0.2)/1.8 + class/3)
			return math.Hypot(x-r*math.Cos(turned), y-r*math.Sin(turned))
		}},
	} {
		count := make([]int, c.classes)
		for i, class := range c.points.Class {
			count[int(class)]++
			// Sines and square roots of numbers of order 1, and one subtraction.
			if off := c.off(c.points.X.At(i, 0), c.points.X.At(i, 1), class); !(math.Abs(off) < 1e-14) {
				t.Fatalf("%s: point %d of class %v lies %v off", c.name, i, class, off)
			}
		}
		for class, n := range count {
			if n != c.points.Len()/c.classes {
				t.Errorf("%s: %d points of class %d, want %d", c.name, n, class, c.points.Len()/c.classes)
			}
		}
	}
}

// Noise has the standard deviation that was asked for: of 20,000 numbers, within 4 σ/√(2n) = 2 % of it.
func TestToysNoise(t *testing.T) {
	const n, noise = 20000, 0.3
	noisy := Spirals(n, 1, 0, noise, 2) // zero turns: on the x axis, so that y is noise alone
	y := mat.Col(nil, 1, noisy.X)
	sum := 0.0
	for _, v := range y {
		sum += v * v
	}
	if got := math.Sqrt(sum / n); math.Abs(got/noise-1) > 0.02 {
		t.Errorf("noise of standard deviation %v, want %v", got, noise)
	}
}
