// Package kernel holds the loops that programs run: elementwise passes, reductions, copies and matrix products on
// row-major slices. Results do not depend on the number of processors.
package kernel

import "math"

// Float is the type of number a program computes with.
type Float interface{ float32 | float64 }

// An Extent tells how an operand covers a result of rows × cols entries.
type Extent uint8

const (
	Full Extent = iota // an entry for each entry
	Row                // one row, repeated down
	Col                // one column, repeated across
	One                // one entry
)

// A BinaryOp is an operation on two operands, entry by entry.
type BinaryOp uint8

const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Max
	Min
	Greater
	Equal
)

// Binary stores a op b in out, rows × cols, each operand broadcast from its extent.
func Binary[T Float](op BinaryOp, out, a, b []T, rows, cols int, ea, eb Extent) {
	if (ea == Full || ea == One) && (eb == Full || eb == One) {
		rows, cols = 1, rows*cols
	}
	for r := range rows {
		o := out[r*cols : (r+1)*cols]
		va, sa, isA := line(a, ea, r, cols)
		vb, sb, isB := line(b, eb, r, cols)
		switch {
		case isA && isB:
			vectors(op, o, va, vb)
		case isA:
			vectorScalar(op, o, va, sb)
		case isB:
			scalarVector(op, o, sa, vb)
		default:
			vectorScalar(op, fill(o, sa), o, sb)
		}
	}
}

// line returns what an operand contributes to row r: a vector, or one number.
func line[T Float](a []T, e Extent, r, cols int) (v []T, s T, vector bool) {
	switch e {
	case Full:
		return a[r*cols : (r+1)*cols], 0, true
	case Row:
		return a[:cols], 0, true
	case Col:
		return nil, a[r], false
	}
	return nil, a[0], false
}

func fill[T Float](o []T, v T) []T {
	for k := range o {
		o[k] = v
	}
	return o
}

func vectors[T Float](op BinaryOp, o, a, b []T) {
	a, b = a[:len(o)], b[:len(o)]
	switch op {
	case Add:
		for k := range o {
			o[k] = a[k] + b[k]
		}
	case Sub:
		for k := range o {
			o[k] = a[k] - b[k]
		}
	case Mul:
		for k := range o {
			o[k] = a[k] * b[k]
		}
	case Div:
		for k := range o {
			o[k] = a[k] / b[k]
		}
	case Max:
		for k := range o {
			o[k] = max(a[k], b[k])
		}
	case Min:
		for k := range o {
			o[k] = min(a[k], b[k])
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a[k] > b[k])
		}
	case Equal:
		for k := range o {
			o[k] = truth[T](a[k] == b[k])
		}
	}
}

func vectorScalar[T Float](op BinaryOp, o, a []T, b T) {
	a = a[:len(o)]
	switch op {
	case Add:
		Shift(o, a, b)
	case Sub:
		Shift(o, a, -b)
	case Mul:
		Scale(o, a, b)
	case Div:
		for k := range o {
			o[k] = a[k] / b
		}
	case Max:
		for k := range o {
			o[k] = max(a[k], b)
		}
	case Min:
		for k := range o {
			o[k] = min(a[k], b)
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a[k] > b)
		}
	case Equal:
		for k := range o {
			o[k] = truth[T](a[k] == b)
		}
	}
}

func scalarVector[T Float](op BinaryOp, o []T, a T, b []T) {
	b = b[:len(o)]
	switch op {
	case Sub:
		for k := range o {
			o[k] = a - b[k]
		}
	case Div:
		for k := range o {
			o[k] = a / b[k]
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a > b[k])
		}
	default: // the operation is symmetric
		vectorScalar(op, o, b, a)
	}
}

func truth[T Float](b bool) T {
	if b {
		return 1
	}
	return 0
}

// Select stores a where mask is not 0 and b elsewhere, each broadcast from its extent.
func Select[T Float](out, mask, a, b []T, rows, cols int, em, ea, eb Extent) {
	for r := range rows {
		for c := range cols {
			if mask[index(em, r, c, cols)] != 0 {
				out[r*cols+c] = a[index(ea, r, c, cols)]
			} else {
				out[r*cols+c] = b[index(eb, r, c, cols)]
			}
		}
	}
}

func index(e Extent, r, c, cols int) int {
	switch e {
	case Full:
		return r*cols + c
	case Row:
		return c
	case Col:
		return r
	}
	return 0
}

// Gate stores a where by > 0 and slope·a elsewhere.
func Gate[T Float](out, a, by []T, slope T) {
	a, by = a[:len(out)], by[:len(out)]
	for k := range out {
		v := a[k]
		if !(by[k] > 0) {
			v = times(slope, v)
		}
		out[k] = v
	}
}

// LeakyReLU stores a where a > 0 and slope·a elsewhere. NaN stays NaN.
func LeakyReLU[T Float](out, a []T, slope T) {
	a = a[:len(out)]
	for k := range out {
		v := a[k]
		if v < 0 {
			v = times(slope, v)
		}
		out[k] = v
	}
}

// times returns slope·v, and 0 for slope 0 whatever v is.
func times[T Float](slope, v T) T {
	if slope == 0 {
		return 0
	}
	return slope * v
}

// Scale stores c·a.
func Scale[T Float](out, a []T, c T) {
	a = a[:len(out)]
	for k := range out {
		out[k] = c * a[k]
	}
}

// Shift stores a + c.
func Shift[T Float](out, a []T, c T) {
	a = a[:len(out)]
	for k := range out {
		out[k] = a[k] + c
	}
}

// Square stores a².
func Square[T Float](out, a []T) {
	a = a[:len(out)]
	for k := range out {
		out[k] = a[k] * a[k]
	}
}

// Reciprocal stores 1/a.
func Reciprocal[T Float](out, a []T) {
	a = a[:len(out)]
	for k := range out {
		out[k] = 1 / a[k]
	}
}

// Pow stores a to the power p.
func Pow[T Float](out, a []T, p float64) {
	for k, v := range a[:len(out)] {
		out[k] = T(math.Pow(float64(v), p))
	}
}

// Clamp stores min(max(a, lo), hi).
func Clamp[T Float](out, a []T, lo, hi T) {
	for k, v := range a[:len(out)] {
		out[k] = min(max(v, lo), hi)
	}
}

// Within stores 1 where lo ≤ a ≤ hi and 0 elsewhere.
func Within[T Float](out, a []T, lo, hi T) {
	for k, v := range a[:len(out)] {
		out[k] = truth[T](lo <= v && v <= hi)
	}
}

// Map stores f(a), computed in float64.
func Map[T Float](out, a []T, f func(float64) float64) {
	for k, v := range a[:len(out)] {
		out[k] = T(f(float64(v)))
	}
}

// Sigmoid returns 1/(1 + e⁻ˣ) without overflow.
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// Softplus returns log(1 + eˣ) without overflow.
func Softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// Sign returns −1, 0 or 1, and NaN for NaN.
func Sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}
