package autodiff

import "math"

// The interpreter computes what a program should compute, call by call, in float64 and by the plainest loops. It is
// independent of the package's rules for derivatives and of the order in which they run: every number carries its
// derivatives along two directions and their second derivative forward, while the package goes backward. It also
// carries bounds of what rounding may do, wherever it happens.

// A number is a value with its coefficients of ε₁, ε₂ and ε₁ε₂, where ε₁² = ε₂² = 0.
type number struct {
	v, a, b, ab float64
	// ma, mb and mab bound the sums of the absolute terms that a, b and ab consist of. They are sums over paths
	// through the program, the same forward and backward.
	ma, mb, mab float64
	// ev, ea, eb and eab bound the errors of v, a, b and ab, in units of the rounding of one operation.
	ev, ea, eb, eab float64
	// from tells numbers apart: two that have it in common were computed in the same way from the same.
	from uint64
}

// coarse is the rounding of one operation in float32. It weighs the products of errors, which are in units of such
// roundings; in float64 they count less.
const coarse = 0x1p-24

// A machine interprets one call at a time.
type machine struct {
	// roundings is how many an entry of the call's result, or of a cotangent of the call, may go through.
	roundings float64
	// sensitivity is the largest ratio so far of an error to the distance to a point where the derivative jumps or
	// grows without bound. Times the rounding of one operation it must be small for a comparison to make sense.
	sensitivity float64
	salt        uint64 // of the call
	requests    int    // of random numbers so far
}

// linear returns Σ cᵢ·xᵢ.
func (m *machine) linear(c []float64, xs []number) number {
	var r number
	r.from = m.salt
	size := 0.0
	for k, x := range xs {
		m.accumulate(&r, c[k], x)
		size += math.Abs(c[k] * x.v)
	}
	m.round(&r, size)
	return r
}

func (m *machine) accumulate(r *number, c float64, x number) {
	r.v, r.a, r.b, r.ab = r.v+c*x.v, r.a+c*x.a, r.b+c*x.b, r.ab+c*x.ab
	c = math.Abs(c)
	r.ma, r.mb, r.mab = r.ma+c*x.ma, r.mb+c*x.mb, r.mab+c*x.mab
	r.ev, r.ea, r.eb, r.eab = r.ev+c*x.ev, r.ea+c*x.ea, r.eb+c*x.eb, r.eab+c*x.eab
	r.from = mix(r.from, x.from)
}

// round adds the errors of the call's own roundings, of terms whose absolute values sum up to size.
func (m *machine) round(r *number, size float64) {
	r.ev += m.roundings * size
	r.ea += m.roundings * r.ma
	r.eb += m.roundings * r.mb
	r.eab += m.roundings * r.mab
}

// product returns Σ xᵢ·yᵢ, the terms given one by one.
func (m *machine) product(n int, term func(k int) (x, y *number)) number {
	var r number
	r.from = m.salt
	size := 0.0
	for k := range n {
		x, y := term(k)
		ax, ay := math.Abs(x.v), math.Abs(y.v)
		r.v += x.v * y.v
		r.a += x.a*y.v + x.v*y.a
		r.b += x.b*y.v + x.v*y.b
		r.ab += x.ab*y.v + x.v*y.ab + x.a*y.b + x.b*y.a
		r.ma += x.ma*ay + ax*y.ma
		r.mb += x.mb*ay + ax*y.mb
		r.mab += x.mab*ay + ax*y.mab + x.ma*y.mb + x.mb*y.ma
		r.ev += x.ev*ay + ax*y.ev
		r.ea += x.ea*ay + x.ma*y.ev + ax*y.ea + x.ev*y.ma
		r.eb += x.eb*ay + x.mb*y.ev + ax*y.eb + x.ev*y.mb
		r.eab += x.eab*ay + x.mab*y.ev + ax*y.eab + x.ev*y.mab + x.ea*y.mb + x.ma*y.eb + x.eb*y.ma + x.mb*y.ea
		size += ax * ay
		// Where a factor is nothing but rounding, the products of errors count.
		r.ev += coarse * x.ev * y.ev
		r.ea += coarse * (x.ea*y.ev + x.ev*y.ea)
		r.eb += coarse * (x.eb*y.ev + x.ev*y.eb)
		r.eab += coarse * (x.eab*y.ev + x.ev*y.eab + x.ea*y.eb + x.eb*y.ea)
		r.from = mix(mix(r.from, x.from), y.from)
	}
	m.round(&r, size)
	return r
}

func (m *machine) times(x, y number) number {
	return m.product(1, func(int) (*number, *number) { return &x, &y })
}

// A curve is a function of one number at a point: its value, its first three derivatives, and how large the terms are
// that the value and the first two derivatives are computed of, where that is more than their results.
type curve struct{ f, f1, f2, f3, s, s1, s2 float64 }

// apply returns a function of x.
func (m *machine) apply(c curve, x number) number {
	d1, d2, d3 := math.Abs(c.f1), math.Abs(c.f2), math.Abs(c.f3)
	s, s1, s2 := max(math.Abs(c.f), c.s), max(d1, c.s1), max(d2, c.s2)
	k := m.roundings
	return number{
		v: c.f, a: c.f1 * x.a, b: c.f1 * x.b, ab: c.f1*x.ab + c.f2*x.a*x.b,
		ma: d1 * x.ma, mb: d1 * x.mb, mab: d1*x.mab + d2*x.ma*x.mb,
		ev: d1*x.ev + k*s + coarse*d2*x.ev*x.ev + coarse*coarse*d3*x.ev*x.ev*x.ev,
		ea: d1*x.ea + d2*x.ev*x.ma + k*s1*x.ma + coarse*(d2*x.ev*x.ea+d3*x.ev*x.ev*x.ma),
		eb: d1*x.eb + d2*x.ev*x.mb + k*s1*x.mb + coarse*(d2*x.ev*x.eb+d3*x.ev*x.ev*x.mb),
		eab: d1*x.eab + d2*(x.ev*x.mab+x.ea*x.mb+x.ma*x.eb) + d3*x.ev*x.ma*x.mb + k*(s1*x.mab+s2*x.ma*x.mb) +
			coarse*(d2*(x.ev*x.eab+x.ea*x.eb)+d3*(x.ev*x.ev*x.mab+x.ev*x.ea*x.mb+x.ev*x.ma*x.eb)),
		from: mix(mix(m.salt, x.from), math.Float64bits(c.f)),
	}
}

// constant returns x without its derivatives.
func (m *machine) constant(x number) number { return number{v: x.v, ev: x.ev, from: x.from} }

// near notes that a function has a point at a distance from x where it cannot be computed or its derivative jumps.
func (m *machine) near(x number, distance float64) {
	if x.ev > 0 {
		m.sensitivity = max(m.sensitivity, x.ev/math.Abs(distance))
	}
}

// sign compares two numbers. Equal ones are equal in the package too if they were computed in the same way from the
// same, or exactly.
func (m *machine) sign(x, y number) float64 {
	if x.from == y.from {
		return 0
	}
	if e := x.ev + y.ev; e > 0 {
		m.sensitivity = max(m.sensitivity, e/math.Abs(x.v-y.v))
	}
	switch {
	case x.v > y.v:
		return 1
	case x.v < y.v:
		return -1
	}
	return 0
}

func exactly(c float64) number { return number{v: c, from: mix(1, math.Float64bits(c))} }

// mix is a hash of two numbers.
func mix(h, v uint64) uint64 {
	h = (h ^ v) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// A matrix of numbers, row-major.
type matrix struct {
	rows, cols int
	n          []number
}

// largestMatrix is the number of entries above which nothing is interpreted.
const largestMatrix = 1 << 14

type tooLarge struct{}

// build makes a matrix entry by entry.
func build(rows, cols int, entry func(r, c int) number) *matrix {
	if rows*cols > largestMatrix {
		panic(tooLarge{})
	}
	out := &matrix{rows, cols, make([]number, rows*cols)}
	for r := range rows {
		for c := range cols {
			out.n[r*cols+c] = entry(r, c)
		}
	}
	return out
}

func (x *matrix) at(r, c int) number { return x.n[r*x.cols+c] }

// wide returns the entry that covers row r, column c of a larger matrix.
func (x *matrix) wide(r, c int) number { return x.at(min(r, x.rows-1), min(c, x.cols-1)) }

// each applies a function entry by entry.
func (m *machine) each(x *matrix, f func(x number) number) *matrix {
	return build(x.rows, x.cols, func(r, c int) number { return f(x.at(r, c)) })
}

// pairs combines two matrices entry by entry, broadcast.
func (m *machine) pairs(x, y *matrix, f func(x, y number) number) *matrix {
	return build(max(x.rows, y.rows), max(x.cols, y.cols), func(r, c int) number { return f(x.wide(r, c), y.wide(r, c)) })
}

// along combines the entries along an axis: 0 down the columns, 1 along the rows, 2 all.
func (m *machine) along(x *matrix, axis int, f func(xs []number) number) *matrix {
	rows, cols := [3]int{1, x.rows, 1}[axis], [3]int{x.cols, 1, 1}[axis]
	return build(rows, cols, func(r, c int) number {
		var xs []number
		switch axis {
		case 0:
			for i := range x.rows {
				xs = append(xs, x.at(i, c))
			}
		case 1:
			xs = x.n[r*x.cols : (r+1)*x.cols]
		default:
			xs = x.n
		}
		return f(xs)
	})
}

func (m *machine) sum(xs []number) number {
	ones := make([]float64, len(xs))
	for k := range ones {
		ones[k] = 1
	}
	return m.linear(ones, xs)
}

// largest returns the largest of some numbers; those that are equal share its derivative.
func (m *machine) largest(xs []number) number {
	best := xs[0]
	for _, x := range xs[1:] {
		if m.sign(x, best) > 0 {
			best = x
		}
	}
	var equal []number
	for _, x := range xs {
		if m.sign(x, best) == 0 {
			equal = append(equal, x)
		}
	}
	if len(equal) == 1 {
		return best
	}
	c := make([]float64, len(equal))
	for k := range c {
		c[k] = 1 / float64(len(equal))
	}
	share := m.linear(c, equal)
	share.v, share.ev, share.from = best.v, best.ev, best.from
	return share
}

func (m *machine) add(x, y number) number { return m.linear([]float64{1, 1}, []number{x, y}) }
func (m *machine) sub(x, y number) number { return m.linear([]float64{1, -1}, []number{x, y}) }
func (m *machine) scale(c float64) func(number) number {
	return func(x number) number { return m.linear([]float64{c}, []number{x}) }
}

// choose returns the number that won a comparison, or half of each.
func (m *machine) choose(sign float64, x, y number) number {
	switch {
	case sign > 0:
		return x
	case sign < 0:
		return y
	}
	half := m.linear([]float64{0.5, 0.5}, []number{x, y})
	half.v, half.ev, half.from = x.v, max(x.ev, y.ev), x.from
	return half
}
