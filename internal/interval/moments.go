package interval

import "math"

// Moments returns the mean x̄ = Σxᵢ/n and the deviation √(Σ(xᵢ − x̄)²/n) of x, each to a few roundings of the largest
// |xᵢ|. A large offset does not cancel: a second pass adds up what the first one left (Chan, Golub, LeVeque. Algorithms
// for computing the sample variance. The American Statistician 37, 1983). Nothing overflows or underflows on the way
// from finite numbers: they are first multiplied by a power of two, which is exact. Equal numbers have deviation 0 to
// the bit. With a NaN, or infinities of both signs, both are NaN; with infinities of one sign the mean is that infinity
// and the deviation NaN. It panics if x is empty.
func Moments(x []float64) (mean, deviation float64) {
	if len(x) == 0 {
		panic("interval: Moments: no values")
	}
	largest, endless := 0.0, 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v)) // NaN, once one is met
		if math.IsInf(v, 0) {
			endless += v
		}
	}
	switch {
	case math.IsNaN(largest):
		return largest, largest
	case math.IsInf(largest, 0):
		return endless, math.NaN()
	}
	// Within 2^±1000 the factor is normal, and what it leaves of the largest number has a square that is.
	_, exponent := math.Frexp(largest)
	exponent = min(max(exponent, -1000), 1000)
	factor := math.Ldexp(1, -exponent)
	n, first, sum := float64(len(x)), x[0]*factor, 0.0
	for _, v := range x {
		sum += v*factor - first // from the first one, so that equal numbers leave 0
	}
	near := first + sum/n
	rest, squares := 0.0, 0.0
	for _, v := range x {
		r := v*factor - near
		rest += r
		squares += float64(r * r) // the conversion keeps a compiler from fusing, which would round differently
	}
	variance := max(0, squares/n-float64(rest/n*(rest/n))) // near is not yet the mean, which lies between two float64
	return math.Ldexp(near+rest/n, exponent), math.Ldexp(math.Sqrt(variance), exponent)
}
