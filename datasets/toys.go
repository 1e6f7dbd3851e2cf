package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Points are places in the plane, each with the class it belongs to: data to look at. The zero value has none.
type Points struct {
	X     *mat.Dense // n×2; nil if n is 0
	Class []float64  // n, whole numbers from 0
}

// Len returns the number of points. It panics if X has not a row of two coordinates for each.
func (p Points) Len() int {
	rows, cols := 0, 2
	if p.X != nil {
		rows, cols = p.X.Dims()
	}
	if rows != len(p.Class) || rows > 0 && cols != 2 {
		panic(fmt.Sprintf("datasets: Points.Len: X is %d×%d for %d classes", rows, cols, len(p.Class)))
	}
	return rows
}

// The most that is drawn: some hundred megabytes, and noise that stays finite.
const (
	mostPoints = 1 << 24
	mostNoise  = 1e300
)

// mostTurns is where float64 no longer tells one turn from the next half.
const mostTurns = 1 << 52

// Moons draws n points of two half circles of radius 1 that reach into each other: class 0 is the upper half of the
// circle around (0, 0), class 1 the lower half of the circle around (1, 0.5). Classes alternate, places on the arcs are
// uniform, and normal noise of the given standard deviation is added to both coordinates. No straight line parts the
// two. The same seed gives the same points. It panics unless n is from 1 to 2²⁴ and noise is from 0 to 1e300, as do the
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
// number of turns, the other way if that is negative, while their radius grows from 0.2 to 2. The more turns, the more
// often a line across the plane passes from class to class. See [Moons]. It panics if arms is not positive, or turns is
// not from −2⁵² to 2⁵².
func Spirals(n, arms int, turns, noise float64, seed uint64) Points {
	if arms <= 0 {
		panic(fmt.Sprintf("datasets: Spirals: %d arms, want at least one", arms))
	}
	if !(math.Abs(turns) <= mostTurns) {
		panic(fmt.Sprintf("datasets: Spirals: %v turns, want −2⁵² to 2⁵²", turns))
	}
	return draw("Spirals", n, arms, noise, seed, func(class int, rng *rand.Rand) (x, y float64) {
		t := math.Sqrt(rng.Float64()) // as dense outside as inside
		sin, cos := math.Sincos(2 * math.Pi * (float64(turns*t) + float64(class)/float64(arms)))
		radius := 0.2 + float64(1.8*t)
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

// draw draws points of each class in turn by the function place, and adds noise. The conversions keep a compiler from
// fusing product and sum, here and above: points are the same on all machines.
func draw(name string, n, classes int, noise float64, seed uint64, place func(int, *rand.Rand) (x, y float64)) Points {
	if n < 1 || n > mostPoints {
		panic(fmt.Sprintf("datasets: %s: %d points, want 1 to %d", name, n, mostPoints))
	}
	if !(noise >= 0 && noise <= mostNoise) {
		panic(fmt.Sprintf("datasets: %s: noise %v, want 0 to %v", name, noise, mostNoise))
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	x, class := make([]float64, 0, 2*n), make([]float64, n)
	for i := range n {
		class[i] = float64(i % classes)
		px, py := place(i%classes, rng)
		x = append(x, px+float64(noise*rng.NormFloat64()), py+float64(noise*rng.NormFloat64()))
	}
	return Points{X: mat.NewDense(n, 2, x), Class: class}
}
