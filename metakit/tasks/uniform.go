package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Uniform is the uniform distribution of numbers from Min to Max. With Min = Max it is one number; so the zero Uniform
// is the number 0.
type Uniform struct{ Min, Max float64 }

// Midpoints returns the midpoints of n equal parts of the interval from low to high, in order.
func Midpoints(low, high float64, n int) []float64 {
	u := Uniform{low, high}
	u.check("Midpoints: the interval")
	checkCount("Midpoints", "n", n)
	x := make([]float64, n)
	for i := range x {
		x[i] = u.at(i, n)
	}
	return x
}

// check panics unless u is an interval.
func (u Uniform) check(what string) {
	if !(u.Min <= u.Max) || math.IsInf(u.Min, 0) || math.IsInf(u.Max, 0) {
		panic(fmt.Sprintf("tasks: %s goes from %v to %v; both must be finite, and Min not above Max", what, u.Min, u.Max))
	}
}

// checkCount panics unless n is a number of things that can be.
func checkCount(of, what string, n int) {
	const most = 1 << 28
	if n < 1 || n > most {
		panic(fmt.Sprintf("tasks: %s: %s is %d; it must be between 1 and %d", of, what, n, most))
	}
}

// checkDeviation panics unless v is a standard deviation.
func checkDeviation(what string, v float64) {
	if !(v >= 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("tasks: %s is %v; it must be finite and not negative", what, v))
	}
}

// checkPositive panics unless v is positive and finite.
func checkPositive(what string, v float64) {
	if !(v > 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("tasks: %s is %v; it must be finite and positive", what, v))
	}
}

// at returns the midpoint of part i of n.
func (u Uniform) at(i, n int) float64 { return (float64(i)+0.5)/float64(n)*(u.Max-u.Min) + u.Min }

func (u Uniform) draw(rng *rand.Rand) float64 { return u.Min + (u.Max-u.Min)*rng.Float64() }
func (u Uniform) middle() float64             { return (u.Min + u.Max) / 2 }
func (u Uniform) halfWidth() float64          { return (u.Max - u.Min) / 2 }
