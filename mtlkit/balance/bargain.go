package balance

import "math"

// bargain stores in w the solution w > 0 of
//
//	(Gw)ᵢ = wᵢ^(−1/α)   for all i
//
// which minimises the strictly convex ½wᵀGw − Σᵢψ(wᵢ), ψ′(x) = x^(−1/α). A zero gradient bargains for nothing: its
// weight is 0, and the others bargain among themselves. If 0 is in the convex hull of these there is no solution, and
// bargain stores zeros. G is divided by 4ᵉ, see [pool.load].
//
// It takes damped Newton steps on y, the weights of the unit gradients: (Cy)ᵢ = kᵢyᵢ^(−1/α), where C holds the cosines
// and kᵢ = |gᵢ|^(1/α−1), so that the lengths of the gradients do not spoil the linear systems.
func bargain(tmp *pool, w []float64, gram square, e int, alpha float64) {
	lengths := tmp.lengths(gram)
	clear(w)
	tasks := tmp.ints.take(gram.m)[:0]
	for i, v := range lengths {
		if v > 0 {
			tasks = append(tasks, i)
		}
	}
	all := cosines(tmp, gram, lengths)
	m := len(tasks)
	c, k := tmp.square(m), tmp.floats.take(m)
	for a, i := range tasks {
		k[a] = math.Pow(lengths[i], 1/alpha-1)
		for b, j := range tasks {
			c.set(a, b, all.at(i, j))
		}
	}
	if m == 0 || hullHoldsZero(tmp, c) {
		return
	}
	y := tmp.floats.take(m)
	newtonBargain(tmp, y, c, k, alpha)

	// For G = 4ᵉg, the solution is 2^(−2eα/(1+α)) times that for g. Mod is exact, so where the exponent is whole the
	// digits do not depend on e.
	exponent := -2 * float64(e) * alpha
	rest := math.Mod(exponent, 1+alpha)
	scale := math.Ldexp(math.Exp2(rest/(1+alpha)), int(math.Round((exponent-rest)/(1+alpha))))
	for a, i := range tasks {
		w[i] = y[a] / lengths[i] * scale
	}
}

// hullHoldsZero reports whether 0 is in the convex hull of the unit vectors with the inner products c, as far as
// rounding lets one tell: whether the shortest vector in it is below about 1e-8·√m.
func hullHoldsZero(tmp *pool, c square) bool {
	v := tmp.floats.take(c.m)
	p := newMinNorm(tmp, v, c)
	p.solve()
	return norm2(c, v) <= 16*float64(c.m)*epsilon
}

// newtonBargain minimises ½yᵀCy − Σᵢkᵢψ(yᵢ) over y > 0.
func newtonBargain(tmp *pool, y []float64, c square, k []float64, alpha float64) {
	m := len(y)
	next, cy, slope := tmp.floats.take(m), tmp.floats.take(m), tmp.floats.take(m)
	row, delta := tmp.floats.take(m), tmp.floats.take(m)
	f := tmp.factor(m)

	// Begin where the objective is least along (1, …, 1).
	fill(y, 1)
	c.mulVec(cy, y)
	sum := 0.0
	for _, v := range k {
		sum += v
	}
	if q := inner(y, cy); q > 0 {
		fill(y, math.Pow(sum/q, alpha/(1+alpha)))
	}

	// gradient stores the derivative by log yᵢ at z in slope.
	gradient := func(z []float64) {
		c.mulVec(cy, z)
		for i, v := range z {
			slope[i] = v*cy[i] - k[i]*math.Pow(v, 1-1/alpha)
		}
	}
	last := math.Inf(1)
	for range 1000 { // ten or twenty; more only near the end of what rounding allows
		gradient(y)
		f.n = 0
		for i, v := range y {
			for j := range i {
				row[j] = v * c.at(i, j) * y[j]
			}
			row[i] = v*v + k[i]/alpha*math.Pow(v, 1-1/alpha)
			if !f.push(row, 0) {
				return
			}
			delta[i] = -slope[i]
		}
		f.solve(delta)
		size, deepest := 0.0, 0.0
		for _, d := range delta {
			size = max(size, math.Abs(d))
			deepest = max(deepest, -d)
		}
		step := 1.0
		if deepest > 0.9 {
			step = 0.9 / deepest
		}
		down := inner(slope, delta)
		for {
			for i, v := range y {
				next[i] = v + step*v*delta[i]
			}
			if size < 1e-3 {
				break // close enough for whole steps
			}
			gradient(next)
			along := 0.0 // the slope of the objective where the step ends
			for i, d := range delta {
				along += slope[i] * d / (1 + step*d)
			}
			if along <= -0.5*down {
				break
			}
			step /= 2
		}
		copy(y, next)
		if size < 1e-10 || size < 1e-3 && size > last/2 {
			return // the next would be below rounding, or is nothing but rounding
		}
		last = size
	}
}
