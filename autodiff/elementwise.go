package autodiff

import (
	"fmt"
	"math"
)

// Add returns v + w, entry by entry, broadcast.
func (v Value) Add(w Value) Value { return apply(opAdd, node{}, v, w) }

// Sub returns v − w, entry by entry, broadcast.
func (v Value) Sub(w Value) Value { return apply(opSub, node{}, v, w) }

// Mul returns v · w, entry by entry, broadcast.
func (v Value) Mul(w Value) Value { return apply(opMul, node{}, v, w) }

// Div returns v / w, entry by entry, broadcast.
func (v Value) Div(w Value) Value { return apply(opDiv, node{}, v, w) }

// Max returns the larger of v and w, entry by entry, broadcast. Where they are equal the derivative is ½ for each.
func (v Value) Max(w Value) Value { return apply(opMax, node{}, v, w) }

// Min returns the smaller of v and w, entry by entry, broadcast. Where they are equal the derivative is ½ for each.
func (v Value) Min(w Value) Value { return apply(opMin, node{}, v, w) }

// Greater returns 1 where v > w and 0 elsewhere, broadcast. It has no derivative.
func (v Value) Greater(w Value) Value { return apply(opGreater, node{}, v, w) }

// Equal returns 1 where v = w and 0 elsewhere, broadcast. It has no derivative.
func (v Value) Equal(w Value) Value { return apply(opEqual, node{}, v, w) }

// Scale returns c·v.
func (v Value) Scale(c float64) Value { return apply(opScale, node{x: notNaN("Scale", c)}, v) }

// Shift returns v + c.
func (v Value) Shift(c float64) Value { return apply(opShift, node{x: notNaN("Shift", c)}, v) }

// Neg returns −v.
func (v Value) Neg() Value { return v.Scale(-1) }

// Square returns v², entry by entry.
func (v Value) Square() Value { return apply(opSquare, node{}, v) }

// Reciprocal returns 1/v, entry by entry.
func (v Value) Reciprocal() Value { return apply(opReciprocal, node{}, v) }

// Pow returns v to the constant power p, entry by entry, as math.Pow does.
func (v Value) Pow(p float64) Value {
	switch p {
	case 0:
		return v.g.Fill(v.Rows(), v.Cols(), 1)
	case 1:
		return v.Scale(1)
	case 2:
		return v.Square()
	case 0.5:
		return v.Sqrt()
	case -1:
		return v.Reciprocal()
	}
	return apply(opPow, node{x: notNaN("Pow", p)}, v)
}

// PowValue returns v to the power w = exp(w·log v), entry by entry, broadcast; v must be positive.
func (v Value) PowValue(w Value) Value { return w.Mul(v.Log()).Exp() }

// Exp returns eᵛ, entry by entry.
func (v Value) Exp() Value { return apply(opExp, node{}, v) }

// Log returns the natural logarithm, entry by entry.
func (v Value) Log() Value { return apply(opLog, node{}, v) }

// Log1p returns log(1 + v), entry by entry, accurate near 0.
func (v Value) Log1p() Value { return apply(opLog1p, node{}, v) }

// Sqrt returns the square root, entry by entry. Its slope at 0 is infinite.
func (v Value) Sqrt() Value { return apply(opSqrt, node{}, v) }

// Sin returns the sine, entry by entry.
func (v Value) Sin() Value { return apply(opSin, node{}, v) }

// Cos returns the cosine, entry by entry.
func (v Value) Cos() Value { return apply(opCos, node{}, v) }

// Tanh returns the hyperbolic tangent, entry by entry.
func (v Value) Tanh() Value { return apply(opTanh, node{}, v) }

// Erf returns the error function, entry by entry.
func (v Value) Erf() Value { return apply(opErf, node{}, v) }

// Sigmoid returns 1/(1 + e⁻ᵛ), entry by entry.
func (v Value) Sigmoid() Value { return apply(opSigmoid, node{}, v) }

// Softplus returns log(1 + eᵛ) = max(v, 0) + log1p(e^−|v|), entry by entry; it does not overflow.
func (v Value) Softplus() Value { return apply(opSoftplus, node{}, v) }

// ReLU returns max(v, 0), entry by entry. The derivative at 0 is 0.
func (v Value) ReLU() Value { return v.LeakyReLU(0) }

// LeakyReLU returns v where v > 0 and slope·v elsewhere. The derivative at 0 is slope.
func (v Value) LeakyReLU(slope float64) Value {
	return apply(opLeakyReLU, node{x: notNaN("LeakyReLU", slope)}, v)
}

// GELU returns v·Φ(v) = ½v(1 + erf(v/√2)), entry by entry (Hendrycks and Gimpel 2016, arXiv:1606.08415).
func (v Value) GELU() Value {
	return v.Scale(1 / math.Sqrt2).Erf().Shift(1).Mul(v).Scale(0.5)
}

// Abs returns |v|, entry by entry. The derivative at 0 is 0.
func (v Value) Abs() Value { return apply(opAbs, node{}, v) }

// Sign returns −1, 0 or 1, entry by entry. It has no derivative.
func (v Value) Sign() Value { return apply(opSign, node{}, v) }

// Clamp returns min(max(v, lo), hi), entry by entry. The derivative is 1 for lo ≤ v ≤ hi, ends included, and 0 outside.
func (v Value) Clamp(lo, hi float64) Value {
	checkInterval("Clamp", lo, hi)
	return apply(opClamp, node{x: lo, y: hi}, v)
}

// Within returns 1 where lo ≤ v ≤ hi and 0 elsewhere. It has no derivative.
func (v Value) Within(lo, hi float64) Value {
	checkInterval("Within", lo, hi)
	return apply(opWithin, node{x: lo, y: hi}, v)
}

// gate returns v where by > 0 and slope·v elsewhere: the derivative of LeakyReLU times v.
func (v Value) gate(by Value, slope float64) Value { return apply(opGate, node{x: slope}, v, by) }

// Select returns yes where mask is not 0 and no elsewhere; all three broadcast. The mask has no derivative. The branch
// not taken receives a cotangent of 0, which an infinite slope further back turns into NaN: keep both branches finite.
func Select(mask, yes, no Value) Value { return apply(opSelect, node{}, mask, yes, no) }

// StopGradient returns v as a constant to every derivative.
func (v Value) StopGradient() Value { return apply(opStopGradient, node{}, v) }

// notNaN returns c.
func notNaN(what string, c float64) float64 {
	if c != c {
		panic(fmt.Sprintf("autodiff: %s: NaN is no number to compute with", what))
	}
	return c
}

func checkInterval(what string, lo, hi float64) {
	if !(lo <= hi) {
		panic(fmt.Sprintf("autodiff: %s: from %v to %v; the ends must be numbers, the lower one not above the upper", what, lo, hi))
	}
}
