package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Points are places in the plane, each with the class it belongs to: data to look at.
type Points struct {
	X     *mat.Dense // n×2
	Class []float64  // n, whole numbers from 0
}

// Len returns the number of points.
func (p Points) Len() int { return len(p.Class) }

// Moons draws n points of two half circles of radius 1 that reach into each other: class 0 is the upper half of the
// circle around (0, 0), class 1 the lower half of the circle around (1, 0.5). Classes alternate, places on the arcs are
// uniform, and normal noise of the given standard deviation is added to both coordinates. No straight line parts the
// two. The same seed gives the same points. It panics unless n is positive and noise is not negative, as do the
// functions below.
func Moons(n int, noise float64, seed uint64) Points {
	return draw("Moons", n, 2, noise, seed, func(class int, rng *rand.Rand) (x, y float64) {
		y, x = math.Sincos(math.Pi * rng.Float64())
		if class == 1 {
			x, y = 1-x, 0.5-y
		}
		return x, y
	})
}

// Rings draws n points of two circles around (0, 0): class 0 of radius 1, class 1 of radius 2. See [Moons].
func Rings(n int, noise float64, seed uint64) Points {
	return draw("Rings", n, 2, noise, seed, func(class int, rng *rand.Rand) (x, y float64) {
		sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
		radius := float64(1 + class)
		return radius * cos, radius * sin
	})
}

// Spirals draws n points of some equal arms, one for each class, that start near (0, 0) and go around it by the given
// number of turns while their radius grows from 0.2 to 2. The more turns, the more often a line across the plane passes
// from class to class. See [Moons]. It panics if arms is not positive.
func Spirals(n, arms int, turns, noise float64, seed uint64) Points {
	if arms <= 0 {
		panic(fmt.Sprintf("datasets: Spirals: %d arms, want at least one", arms))
	}
	return draw("Spirals", n, arms, noise, seed, func(class int, rng *rand.Rand) (x, y float64) {
		t := math.Sqrt(rng.Float64()) // as dense outside as inside
		sin, cos := math.Sincos(2 * math.Pi * (turns*t + float64(class)/float64(arms)))
		radius := 0.2 + 1.8*t
		return radius * cos, radius * sin
	})
}

// Corners draws n points around the corners of a square of side 2 around (0, 0): class 1 at the two where the signs of
// the coordinates differ, class 0 at the two where they agree. This is the exclusive or, the smallest problem that no
// straight line solves. See [Moons].
func Corners(n int, noise float64, seed uint64) Points {
	return draw("Corners", n, 2, noise, seed, func(class int, rng *rand.Rand) (x, y float64) {
		x = float64(2*rng.IntN(2) - 1)
		return x, x * float64(1-2*class)
	})
}

// draw draws points of each class in turn by the function place, and adds noise.
func draw(name string, n, classes int, noise float64, seed uint64, place func(int, *rand.Rand) (x, y float64)) Points {
	if n <= 0 || !(noise >= 0) {
		panic(fmt.Sprintf("datasets: %s: %d points with noise %v, want at least one and no negative noise",
			name, n, noise))
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	x, class := make([]float64, 0, 2*n), make([]float64, n)
	for i := range n {
		class[i] = float64(i % classes)
		px, py := place(i%classes, rng)
		x = append(x, px+noise*rng.NormFloat64(), py+noise*rng.NormFloat64())
	}
	return Points{X: mat.NewDense(n, 2, x), Class: class}
}
