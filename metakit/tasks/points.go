package tasks

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/integrate/quad"

	"kindred/metakit"
)

// fill fills an episode with points of a function of one number. The inputs are drawn, but for those of the query set
// if they are to be even; then the support targets get their noise.
func fill(e *metakit.Episode, rng *rand.Rand, input Uniform, even bool, noise float64, at func(x float64) float64) {
	for _, set := range [2]metakit.Set{e.Support, e.Query} {
		x, y := set.X.RawMatrix().Data, set.Y.RawMatrix().Data
		for i := range x {
			if even && set.X == e.Query.X {
				x[i] = input.at(i, len(x))
			} else {
				x[i] = input.draw(rng)
			}
			y[i] = at(x[i])
		}
	}
	addNoise(e.Support, rng, noise)
}

// addNoise adds Gaussian noise to the targets; without noise it draws nothing.
func addNoise(set metakit.Set, rng *rand.Rand, deviation float64) {
	if deviation == 0 {
		return
	}
	y := set.Y.RawMatrix().Data
	for i := range y {
		y[i] += deviation * rng.NormFloat64()
	}
}

// mean returns the mean of a smooth f over u. 200 Gauss-Legendre nodes are exact to rounding for waves of fewer than
// some fifty periods.
func (u Uniform) mean(f func(v float64) float64) float64 {
	if u.Min == u.Max {
		return f(u.Min)
	}
	return quad.Fixed(f, u.Min, u.Max, 200, quad.Legendre{}, 1) / (u.Max - u.Min)
}

// square returns the mean of v².
func (u Uniform) square() float64 { return (u.Min*u.Min + u.Min*u.Max + u.Max*u.Max) / 3 }

// variance returns the variance.
func (u Uniform) variance() float64 { return u.halfWidth() * u.halfWidth() / 3 }

// sinc returns sin(u)/u, and 1 at 0.
func sinc(u float64) float64 {
	if u == 0 {
		return 1
	}
	return math.Sin(u) / u
}
