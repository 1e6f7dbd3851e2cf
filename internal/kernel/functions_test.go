package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

const (
	precision = 300 // bits of the reference
	samples   = 500 // arguments in each range; with 20000 the errors stated at Function were found
)

func bigOf(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }
func bigNew() *big.Float         { return new(big.Float).SetPrec(precision) }

// bigLn2 is Σ 1/(k·2ᵏ).
var bigLn2 = func() *big.Float {
	sum, power := bigNew(), bigOf(1)
	for k := 1; k < precision+10; k++ {
		power.Quo(power, bigOf(2))
		sum.Add(sum, bigNew().Quo(power, bigOf(float64(k))))
	}
	return sum
}()

// bigExp returns eˣ: the Taylor series of x less its multiple of ln 2, divided by 2⁸, then squared eight times.
func bigExp(x *big.Float) *big.Float {
	f, _ := x.Float64()
	n := math.Round(f / math.Ln2)
	r := bigNew().Sub(x, bigNew().Mul(bigOf(n), bigLn2))
	r.Quo(r, bigOf(256))
	sum, term := bigOf(1), bigOf(1)
	for k := 1; k < 36; k++ { // |r| < 0.0014: the last term is below 2⁻³⁰⁰
		term.Mul(term, r)
		term.Quo(term, bigOf(float64(k)))
		sum.Add(sum, term)
	}
	for range 8 {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(n))
}

// bigLog returns log x by Halley's iteration on eʸ = x, which triples the correct digits each time.
func bigLog(x *big.Float) *big.Float {
	mant := bigNew()
	exponent := x.MantExp(mant)
	f, _ := mant.Float64()
	y := bigNew().Add(bigOf(math.Log(f)), bigNew().Mul(bigOf(float64(exponent)), bigLn2))
	for range 4 {
		e := bigExp(y)
		step := bigNew().Quo(bigNew().Sub(x, e), bigNew().Add(x, e))
		y.Add(y, step.Mul(step, bigOf(2)))
	}
	return y
}

// bigLog1p returns log(1+x); for tiny x the series, whose third term is below the precision of float64 by far.
func bigLog1p(x *big.Float) *big.Float {
	if f, _ := x.Float64(); math.Abs(f) < 1e-20 {
		square := bigNew().Mul(x, x)
		return bigNew().Sub(x, square.Quo(square, bigOf(2)))
	}
	return bigLog(bigNew().Add(bigOf(1), x))
}

func bigTanh(x *big.Float) *big.Float {
	if f, _ := x.Float64(); math.Abs(f) < 1e-20 {
		return x
	}
	e := bigExp(bigNew().Add(x, x))
	return bigNew().Quo(bigNew().Sub(e, bigOf(1)), bigNew().Add(e, bigOf(1)))
}

func bigSigmoid(x *big.Float) *big.Float {
	e := bigExp(bigNew().Neg(x))
	return bigNew().Quo(bigOf(1), e.Add(e, bigOf(1)))
}

// bigErf returns erf x = 2/√π · e^(−x²) · Σ x·(2x²)ⁿ/(1·3·5·…·(2n+1)), all of whose terms have one sign.
func bigErf(x *big.Float) *big.Float {
	if f, _ := x.Float64(); math.Abs(f) > 9 {
		return bigOf(math.Copysign(1, f))
	}
	square := bigNew().Mul(x, x)
	sum, term := bigNew().Set(x), bigNew().Set(x)
	twice := bigNew().Add(square, square)
	for n := 1; term.Sign() != 0 && term.MantExp(nil) > sum.MantExp(nil)-precision; n++ {
		term.Mul(term, twice)
		term.Quo(term, bigOf(float64(2*n+1)))
		sum.Add(sum, term)
	}
	sum.Mul(sum, bigExp(square.Neg(square)))
	pi, _ := bigNew().SetString("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
	sum.Mul(sum, bigOf(2))
	return sum.Quo(sum, pi.Sqrt(pi))
}

// errorInUlp returns |got − want| in units of the last place of want in float64.
func errorInUlp(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	if math.IsInf(w, 0) || math.IsInf(got, 0) {
		if w == got {
			return 0
		}
		return math.Inf(1)
	}
	unit := math.Nextafter(math.Abs(w), math.Inf(1)) - math.Abs(w)
	if math.IsInf(unit, 0) {
		unit = 0x1p971
	}
	diff := bigNew().Sub(bigOf(got), want)
	f, _ := diff.Quo(diff, bigOf(unit)).Float64()
	return math.Abs(f)
}

// accuracy lists, for each function, where it is tested and the error that is stated for it.
var accuracy = []struct {
	name   string
	f      Function
	exact  func(x *big.Float) *big.Float
	ranges [][2]float64 // of the argument
	tiny   bool         // also arguments down to the smallest number
	bound  float64      // in units in the last place
}{
	{"exp", Exp, bigExp, [][2]float64{{-745, 709.7}, {-1, 1}, {-1e-8, 1e-8}}, true, 2},
	{"log", Log, bigLog, [][2]float64{{0, 10}, {0.9, 1.1}, {1 - 1e-8, 1 + 1e-8}, {0, 1e300}}, true, 1},
	{"log1p", Log1p, bigLog1p, [][2]float64{{-1, 3}, {-1e-3, 1e-3}, {-1e-12, 1e-12}, {0, 1e300}}, true, 2},
	{"tanh", Tanh, bigTanh, [][2]float64{{-25, 25}, {-1, 1}, {-1e-3, 1e-3}, {-1e-9, 1e-9}}, true, 3},
	{"sigmoid", Sigmoid, bigSigmoid, [][2]float64{{-745, 40}, {-3, 3}}, true, 3},
	{"softplus", Softplus, func(x *big.Float) *big.Float { return bigLog1p(bigExp(x)) },
		[][2]float64{{-745, 40}, {-3, 3}}, true, 3},
	{"erf", Erf, bigErf, [][2]float64{{-6.5, 6.5}, {-1.2, 1.2}, {1 - 1e-8, 1 + 1e-8}, {-1e-3, 1e-3}}, true, 3},
}

func TestFunctionsAreAccurate(t *testing.T) {
	for _, c := range accuracy {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, uint64(c.f)))
			var x []float64
			for _, r := range c.ranges {
				for range samples {
					x = append(x, r[0]+(r[1]-r[0])*rng.Float64())
				}
			}
			if c.tiny {
				for k := range 300 {
					x = append(x, math.Ldexp(1+rng.Float64(), -k*7/2))
				}
			}
			y := make([]float64, len(x))
			Apply(c.f, y, x)
			worst, at := 0.0, 0.0
			for k := range x {
				if e := errorInUlp(y[k], c.exact(bigOf(x[k]))); !(e <= worst) {
					worst, at = e, x[k]
				}
			}
			t.Logf("largest error %.2f ulp, at %v", worst, at)
			if !(worst <= c.bound) {
				t.Errorf("largest error %.2f ulp at %v, want at most %v", worst, at, c.bound)
			}
			x32, y32 := make([]float32, len(x)), make([]float32, len(x))
			for k := range x {
				x32[k] = float32(x[k])
			}
			Apply(c.f, y32, x32)
			for k, v := range x32 {
				exact := c.exact
				if v == 0 && c.f == Log || v <= -1 && c.f == Log1p || math.IsInf(float64(v), 0) {
					continue
				}
				want, _ := exact(bigOf(float64(v))).Float32()
				if d := math.Abs(float64(y32[k] - want)); d > float64(math.Nextafter32(float32(math.Abs(float64(want))), float32(math.Inf(1)))-float32(math.Abs(float64(want)))) {
					t.Errorf("float32: f(%v) = %v, want %v", v, y32[k], want)
				}
			}
		})
	}
}

// The reference itself is checked against numbers from elsewhere.
func TestReference(t *testing.T) {
	for _, c := range []struct {
		name string
		got  *big.Float
		want string
	}{
		{"e", bigExp(bigOf(1)), "2.71828182845904523536028747135266249775724709369995"},
		{"log 2", bigLn2, "0.693147180559945309417232121458176568075500134360255"},
		{"log 10", bigLog(bigOf(10)), "2.30258509299404568401799145468436420760110148862877"},
		{"erf 1", bigErf(bigOf(1)), "0.84270079294971486934122063508260925929606699796630"},
	} {
		want, _ := bigNew().SetString(c.want)
		diff := bigNew().Sub(c.got, want)
		if f, _ := diff.Quo(diff, want).Float64(); math.Abs(f) > 1e-45 {
			t.Errorf("%s: %v, want %v", c.name, c.got, want)
		}
	}
}

func TestFunctionsAtTheEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name    string
		f       Function
		x, want []float64
	}{
		{"exp", Exp, []float64{-inf, -800, -746, 0, math.Copysign(0, -1), 709.8, 1e9, inf, nan},
			[]float64{0, 0, 0, 1, 1, inf, inf, inf, nan}},
		{"log", Log, []float64{-inf, -1, 0, 1, 5e-324, inf, nan}, []float64{nan, nan, -inf, 0, -744.4400719213812, inf, nan}},
		{"log1p", Log1p, []float64{-inf, -2, -1, 0, 5e-324, 1e-20, inf, nan}, []float64{nan, nan, -inf, 0, 5e-324, 1e-20, inf, nan}},
		{"tanh", Tanh, []float64{-inf, -800, -5e-324, 0, 5e-324, 800, inf, nan}, []float64{-1, -1, -5e-324, 0, 5e-324, 1, 1, nan}},
		{"sigmoid", Sigmoid, []float64{-inf, -800, 0, 800, inf, nan}, []float64{0, 0, 0.5, 1, 1, nan}},
		{"softplus", Softplus, []float64{-inf, -800, 800, inf, nan}, []float64{0, 0, 800, inf, nan}},
		{"erf", Erf, []float64{-inf, -800, -5e-324, 0, 5e-324, 6, 800, inf, nan}, []float64{-1, -1, -5e-324, 0, 5e-324, 1, 1, 1, nan}},
		{"sqrt", Sqrt, []float64{-1, 0, 4, inf, nan}, []float64{nan, 0, 2, inf, nan}},
		{"abs", Abs, []float64{-inf, -1, math.Copysign(0, -1), 2, nan}, []float64{inf, 1, 0, 2, nan}},
		{"sign", Sign, []float64{-inf, 0, 2, nan}, []float64{-1, 0, 1, nan}},
	} {
		got := make([]float64, len(c.x))
		Apply(c.f, got, c.x)
		for k := range got {
			if got[k] != c.want[k] && (got[k] == got[k] || c.want[k] == c.want[k]) {
				t.Errorf("%s(%v) = %v, want %v", c.name, c.x[k], got[k], c.want[k])
			}
		}
	}
}
