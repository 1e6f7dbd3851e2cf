package autodiff

import "math"

// Functions of one number: value and three derivatives. A point at which they cannot be computed, or jump, is noted.

func (m *machine) exp(x number) number {
	e := math.Exp(x.v)
	m.near(x, 1)
	return m.apply(curve{f: e, f1: e, f2: e, f3: e, s: e * math.Abs(x.v)}, x)
}

func (m *machine) log(x number) number {
	m.near(x, x.v)
	return m.apply(curve{f: math.Log(x.v), f1: 1 / x.v, f2: -1 / (x.v * x.v), f3: 2 / (x.v * x.v * x.v)}, x)
}

func (m *machine) log1p(x number) number {
	m.near(x, 1+x.v)
	u := 1 / (1 + x.v)
	return m.apply(curve{f: math.Log1p(x.v), f1: u, f2: -u * u, f3: 2 * u * u * u, s1: u * u, s2: u * u * u}, x)
}

func (m *machine) sqrt(x number) number {
	m.near(x, x.v)
	s := math.Sqrt(x.v)
	return m.apply(curve{f: s, f1: 0.5 / s, f2: -0.25 / (s * s * s), f3: 0.375 / (s * s * s * s * s)}, x)
}

func (m *machine) sin(x number) number {
	m.near(x, 1)
	s, c := math.Sin(x.v), math.Cos(x.v)
	return m.apply(curve{f: s, f1: c, f2: -s, f3: -c, s: math.Abs(x.v), s1: math.Abs(x.v), s2: math.Abs(x.v)}, x)
}

func (m *machine) cos(x number) number {
	m.near(x, 1)
	s, c := math.Sin(x.v), math.Cos(x.v)
	return m.apply(curve{f: c, f1: -s, f2: -c, f3: s, s: max(1, math.Abs(x.v)), s1: math.Abs(x.v), s2: math.Abs(x.v)}, x)
}

func (m *machine) tanh(x number) number {
	m.near(x, 1)
	t := math.Tanh(x.v)
	d := 1 - t*t
	return m.apply(curve{f: t, f1: d, f2: -2 * t * d, f3: d * (6*t*t - 2), s1: 1, s2: 2}, x)
}

func (m *machine) erf(x number) number {
	m.near(x, 1)
	d := 2 / math.Sqrt(math.Pi) * math.Exp(-x.v*x.v)
	return m.apply(curve{f: math.Erf(x.v), f1: d, f2: -2 * x.v * d, f3: (4*x.v*x.v - 2) * d,
		s1: d * (1 + x.v*x.v), s2: d * (1 + math.Abs(x.v*x.v*x.v))}, x)
}

func (m *machine) sigmoid(x number) number {
	m.near(x, 1)
	s := 1 / (1 + math.Exp(-x.v))
	d := s * (1 - s)
	return m.apply(curve{f: s, f1: d, f2: d * (1 - 2*s), f3: d * (1 - 6*s + 6*s*s), s: s * (1 + math.Abs(x.v)),
		s1: s, s2: 2 * s}, x)
}

func (m *machine) softplus(x number) number {
	m.near(x, 1)
	s := 1 / (1 + math.Exp(-x.v))
	return m.apply(curve{f: max(x.v, 0) + math.Log1p(math.Exp(-math.Abs(x.v))), f1: s, f2: s * (1 - s),
		f3: s * (1 - s) * (1 - 2*s), s1: s * (1 + math.Abs(x.v)), s2: s}, x)
}

func (m *machine) square(x number) number {
	return m.apply(curve{f: x.v * x.v, f1: 2 * x.v, f2: 2}, x)
}

func (m *machine) reciprocal(x number) number {
	m.near(x, x.v)
	u := 1 / x.v
	return m.apply(curve{f: u, f1: -u * u, f2: 2 * u * u * u, f3: -6 * u * u * u * u}, x)
}

func (m *machine) pow(p float64) func(x number) number {
	return func(x number) number {
		if p == math.Trunc(p) && p >= 0 {
			m.near(x, 1)
		} else {
			m.near(x, x.v)
		}
		d := func(k int) float64 { // the k-th derivative
			c := 1.0
			for i := range k {
				c *= p - float64(i)
			}
			if c == 0 {
				return 0
			}
			return c * math.Pow(x.v, p-float64(k))
		}
		c := curve{f: d(0), f1: d(1), f2: d(2), f3: d(3)}
		if p == 0 {
			return exactly(1)
		}
		return m.apply(c, x)
	}
}

// leaky is slope·x for x ≤ 0 and x above.
func (m *machine) leaky(slope float64) func(x number) number {
	return func(x number) number {
		if m.sign(x, exactly(0)) > 0 {
			return x
		}
		return m.scale(slope)(x)
	}
}

func (m *machine) abs(x number) number {
	switch m.sign(x, exactly(0)) {
	case 1:
		return x
	case -1:
		return m.scale(-1)(x)
	}
	return exactly(0)
}

func (m *machine) clamp(lo, hi float64) func(x number) number {
	return func(x number) number {
		if m.sign(x, exactly(lo)) < 0 {
			return exactly(lo)
		}
		if m.sign(x, exactly(hi)) > 0 {
			return exactly(hi)
		}
		return x
	}
}

func (m *machine) within(lo, hi float64) func(x number) number {
	return func(x number) number {
		if m.sign(x, exactly(lo)) < 0 || m.sign(x, exactly(hi)) > 0 {
			return exactly(0)
		}
		return exactly(1)
	}
}

// truth returns 1 or 0.
func truth(b bool) number {
	if b {
		return exactly(1)
	}
	return exactly(0)
}

// logSumExp is the logarithm of a sum of exponentials, by its definition.
func (m *machine) logSumExp(xs []number) number {
	largest := m.constant(xs[0])
	for _, x := range xs {
		if x.v > largest.v {
			largest = m.constant(x)
		}
	}
	var terms []number
	for _, x := range xs {
		terms = append(terms, m.exp(m.sub(x, largest)))
	}
	return m.add(m.log(m.sum(terms)), largest)
}
