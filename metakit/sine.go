package metakit

import "math"

// sine returns sin x, for |x| up to 100 within two units in the last place (seen: 1.5). Sines are most of the work of
// drawing waves, and math.Sin branches on the octant of x, which no processor can foresee for random x.
//
// With k the whole number nearest to x/π and r = x − kπ, sin x = (−1)ᵏ sin r, and the Taylor polynomial of degree 21 is
// off by less than (π/2)²³/23! = 1.3e-18.
func sine(x float64) float64 {
	if !(math.Abs(x) <= 100) {
		return math.Sin(x)
	}
	const (
		shift  = 3 << 51 // added, it leaves no places after the point, and the last bit is that of k
		piHigh = 0x1.921fb54442d18p+1
		piLow  = 0x1.1a62633145c07p-53 // π = piHigh + piLow + piLast to 160 bits
		piLast = -0x1.f1976b7ed8fbcp-109
	)
	k := math.FMA(x, 1/math.Pi, shift)
	odd := math.Float64bits(k) << 63
	k -= shift
	r := math.FMA(-k, piLast, math.FMA(-k, piLow, math.FMA(-k, piHigh, x)))
	s := r * r
	p := math.FMA(s, 1.0/51090942171709440000, -1.0/121645100408832000) // 1/21! and −1/19!
	p = math.FMA(s, p, 1.0/355687428096000)
	p = math.FMA(s, p, -1.0/1307674368000)
	p = math.FMA(s, p, 1.0/6227020800)
	p = math.FMA(s, p, -1.0/39916800)
	p = math.FMA(s, p, 1.0/362880)
	p = math.FMA(s, p, -1.0/5040)
	p = math.FMA(s, p, 1.0/120)
	p = math.FMA(s, p, -1.0/6)
	return math.Float64frombits(math.Float64bits(math.FMA(r*s, p, r)) ^ odd)
}
