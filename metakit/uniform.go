package metakit

import (
	"fmt"
	"math/rand/v2"
)

// Uniform is the uniform distribution of numbers from Min to Max. With Min = Max it is one number.
type Uniform struct{ Min, Max float64 }

// Grid returns the midpoints of n equal parts of the interval from low to high, in order.
func Grid(low, high float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = Uniform{low, high}.at(i, n)
	}
	return x
}

// or returns u, or standard if u is zero.
func (u Uniform) or(standard Uniform) Uniform {
	if u == (Uniform{}) {
		u = standard
	}
	if !(u.Min <= u.Max) {
		panic(fmt.Sprintf("metakit: Uniform: from %v to %v; Min must not be above Max", u.Min, u.Max))
	}
	return u
}

// at returns the midpoint of part i of n.
func (u Uniform) at(i, n int) float64 { return (float64(i)+0.5)/float64(n)*(u.Max-u.Min) + u.Min }

func (u Uniform) draw(rng *rand.Rand) float64 { return u.Min + (u.Max-u.Min)*rng.Float64() }
func (u Uniform) middle() float64             { return (u.Min + u.Max) / 2 }
func (u Uniform) halfWidth() float64          { return (u.Max - u.Min) / 2 }
