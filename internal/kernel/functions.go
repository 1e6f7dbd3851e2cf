package kernel

import "math"

// A Function is a function of one number. Those that have an AVX2 form are within 4 units in the last place in
// float64 (seen: exp 1.0, log 0.8, log1p 1.1, tanh 2.2, sigmoid 1.9, softplus 1.8, erf 1.5), and in
// float32 are rounded from a result in float64.
type Function uint8

const (
	Exp Function = iota
	Log
	Log1p
	Tanh
	Sigmoid
	Softplus
	Erf
	Sqrt
	Abs
	Sin
	Cos
	Sign
)

var functions = [...]func(float64) float64{
	Exp: math.Exp, Log: logarithm, Log1p: math.Log1p, Tanh: math.Tanh, Sigmoid: sigmoid, Softplus: softplus,
	Sqrt: math.Sqrt, Abs: math.Abs, Sin: math.Sin, Cos: math.Cos, Erf: math.Erf, Sign: sign,
}

// Apply stores f(a).
func Apply[T Float](f Function, out, a []T) {
	a = a[:len(out)]
	if simdApply(f, out, a) {
		return
	}
	g := functions[f]
	for k, v := range a {
		out[k] = T(g(float64(v)))
	}
}

// logarithm returns log x; math.Log is wrong below the smallest normal number on amd64.
func logarithm(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p54) - 54*math.Ln2
	}
	return math.Log(x)
}

// sigmoid returns 1/(1 + e⁻ˣ) without overflow.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// softplus returns log(1 + eˣ) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// sign returns −1, 0 or 1, and NaN for NaN.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}
