package kernel

import "math"

// Scale stores c·a.
func Scale[T Float](out, a []T, c T) { vectorScalar(Mul, out, a, c) }

// Shift stores a + c.
func Shift[T Float](out, a []T, c T) { vectorScalar(Add, out, a, c) }

// Square stores a².
func Square[T Float](out, a []T) { vectors(Mul, out, a, a) }

// Reciprocal stores 1/a.
func Reciprocal[T Float](out, a []T) { scalarVector(Div, out, 1, a) }

// LeakyReLU stores a where a > 0 and slope·a elsewhere. NaN stays NaN.
func LeakyReLU[T Float](out, a []T, slope T) {
	a = a[:len(out)]
	if simdLeakyReLU(out, a, slope) {
		return
	}
	for k := range out {
		v := a[k]
		if v < 0 {
			v = times(slope, v)
		}
		out[k] = v
	}
}

// Clamp stores min(max(a, lo), hi).
func Clamp[T Float](out, a []T, lo, hi T) {
	a = a[:len(out)]
	if simdClamp(out, a, lo, hi) {
		return
	}
	for k, v := range a {
		out[k] = min(max(v, lo), hi)
	}
}

// Within stores 1 where lo ≤ a ≤ hi and 0 elsewhere.
func Within[T Float](out, a []T, lo, hi T) {
	a = a[:len(out)]
	if simdWithin(out, a, lo, hi) {
		return
	}
	for k, v := range a {
		out[k] = truth[T](lo <= v && v <= hi)
	}
}

// Pow stores a to the power p.
func Pow[T Float](out, a []T, p float64) {
	for k, v := range a[:len(out)] {
		out[k] = T(math.Pow(float64(v), p))
	}
}
