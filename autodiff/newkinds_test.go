package autodiff

import (
	"fmt"
	"math"
)

// image returns the image and the filter of a call.
func (c *call) image(size int) (Image, Filter) {
	return Image{c.i, c.j, size / (c.i * c.j)}, Filter{c.k, c.l, int(c.x), int(c.y)}
}

// drawImage draws a value and what its rows are taken for.
func (d *drawing) drawImage(least int) (c call, im Image, ok bool) {
	id, ok := d.pick(func(v *matrix) bool { return v.cols >= least*least && len(v.n) < 1<<12 })
	if !ok {
		return c, im, false
	}
	divisor := func(n int) int {
		for range 20 {
			if k := least + d.rng.IntN(6); k <= n && n%k == 0 {
				return k
			}
		}
		return 1
	}
	cols := d.values[id].cols
	c = call{in: []int{id}}
	c.i = divisor(cols)
	c.j = divisor(cols / c.i)
	im = Image{c.i, c.j, cols / (c.i * c.j)}
	return c, im, c.i >= least && c.j >= least
}

func drawConv(d *drawing) (call, bool) {
	c, im, ok := d.drawImage(1)
	if !ok {
		return c, false
	}
	stride, pad := 1+d.rng.IntN(3), d.rng.IntN(3)
	c.k, c.l = 1+d.rng.IntN(min(4, im.Height+2*pad)), 1+d.rng.IntN(min(4, im.Width+2*pad))
	c.x, c.y = float64(stride), float64(pad)
	f := Filter{c.k, c.l, stride, pad}
	to := f.Out(im, 1)
	places := d.values[c.in[0]].rows * to.Height * to.Width
	w, ok := d.pick(func(v *matrix) bool { return v.rows == f.Patch(im) && places*len(v.n) < 1<<16 })
	if !ok {
		w = d.add(call{kind: kindNamed("Const"), i: f.Patch(im), j: 1 + d.rng.IntN(3), k: d.rng.IntN(1 << 20)})
		ok = w >= 0 && places*len(d.values[max(w, 0)].n) < 1<<16
	}
	c.in = append(c.in, w)
	return c, ok
}

// interpretConv takes the sum over the places of a patch and its channels, where they lie in the image.
func interpretConv(m *machine, c *call, in []*matrix) *matrix {
	x, w := in[0], in[1]
	im, f := c.image(x.cols)
	to := f.Out(im, w.cols)
	m.roundings += float64(x.rows*to.Height*to.Width + f.Patch(im)*w.cols)
	return build(x.rows, to.Size(), func(p, q int) number {
		filter, col, row := q%w.cols, q/w.cols%to.Width, q/w.cols/to.Width
		var xs, ws []*number
		for i := range f.Patch(im) {
			ch, kc, kr := i%im.Channels, i/im.Channels%f.Cols, i/im.Channels/f.Cols
			r, k := row*f.Stride+kr-f.Pad, col*f.Stride+kc-f.Pad
			if r >= 0 && r < im.Height && k >= 0 && k < im.Width {
				xs = append(xs, &x.n[p*x.cols+(r*im.Width+k)*im.Channels+ch])
				ws = append(ws, &w.n[i*w.cols+filter])
			}
		}
		return m.product(len(xs), func(k int) (*number, *number) { return xs[k], ws[k] })
	})
}

func interpretPool(m *machine, c *call, in []*matrix) *matrix {
	x := in[0]
	im, _ := c.image(x.cols)
	to := im.Pooled()
	return build(x.rows, to.Size(), func(p, q int) number {
		ch, col, row := q%im.Channels, q/im.Channels%to.Width, q/im.Channels/to.Width
		at := func(i, j int) number { return x.at(p, ((2*row+i)*im.Width+2*col+j)*im.Channels+ch) }
		best := at(0, 0)
		for _, v := range []number{at(0, 1), at(1, 0), at(1, 1)} {
			if m.sign(v, best) > 0 {
				best = v
			}
		}
		return best
	})
}

// interpretPoolToward finds the largest of the numbers times a sign. The sign has no derivative.
func interpretPoolToward(m *machine, c *call, in []*matrix) *matrix {
	x := in[0]
	im, _ := c.image(x.cols)
	to := im.Pooled()
	return build(x.rows, to.Size(), func(p, q int) number {
		ch, col, row := q%im.Channels, q/im.Channels%to.Width, q/im.Channels/to.Width
		at := func(i, j int) number { return x.at(p, ((2*row+i)*im.Width+2*col+j)*im.Channels+ch) }
		best, toward := at(0, 0), m.sign(in[1].at(0, ch), exactly(0))
		for _, v := range []number{at(0, 1), at(1, 0), at(1, 1)} {
			if toward != 0 && m.sign(v, best)*toward > 0 {
				best = v
			}
		}
		return best
	})
}

// interpretMoments takes the mean of each column and that of the squares about it.
func interpretMoments(m *machine, _ *call, in []*matrix) *matrix {
	x := in[0]
	n := x.rows
	m.roundings += 4*float64(n) + 20
	mean := m.along(x, 0, func(xs []number) number { return m.scale(1 / float64(n))(m.sum(xs)) })
	variance := m.along(m.each(m.pairs(x, mean, m.sub), m.square), 0,
		func(xs []number) number { return m.scale(1 / float64(n))(m.sum(xs)) })
	return build(2, x.cols, func(r, c int) number {
		if r == 0 {
			return mean.at(0, c)
		}
		return variance.at(0, c)
	})
}

// definite returns v·vᵀ + I.
func definite(v Value) Value { return v.MatMulT(v).Add(identity(v.g, v.Rows(), 1)) }

func interpretDefinite(m *machine, _ *call, in []*matrix) *matrix {
	x := in[0]
	return build(x.rows, x.rows, func(r, c int) number {
		p := m.product(x.cols, func(k int) (*number, *number) { return &x.n[r*x.cols+k], &x.n[c*x.cols+k] })
		if r == c {
			return m.add(p, exactly(1))
		}
		return p
	})
}

// drawDefinite draws a small positive definite matrix.
func drawDefinite(d *drawing) (call, bool) {
	id, ok := d.pick(func(v *matrix) bool { return v.rows <= 8 && v.cols <= 40 })
	if !ok {
		return call{}, false
	}
	a := d.add(call{kind: kindNamed("definite"), in: []int{id}})
	return call{in: []int{a}}, a >= 0
}

// factor is the Cholesky factor of the symmetric part, entry by entry. In the package an entry of the result, or of a
// cotangent, is a sum over all rows in each of four products.
func (m *machine) factor(a *matrix) *matrix {
	n := a.rows
	m.roundings += 8 * float64(n*n)
	l := build(n, n, func(int, int) number { return exactly(0) })
	for i := range n {
		for j := range i + 1 {
			s := m.scale(0.5)(m.add(a.at(i, j), a.at(j, i)))
			if i == j {
				s = a.at(i, i)
			}
			if j > 0 {
				s = m.sub(s, m.product(j, func(k int) (*number, *number) { return &l.n[i*n+k], &l.n[j*n+k] }))
			}
			if i == j {
				if !(s.v > 0) {
					m.sensitivity = math.Inf(1) // not positive definite
				}
				l.n[i*n+i] = m.sqrt(s)
			} else {
				l.n[i*n+j] = m.times(s, m.reciprocal(l.at(j, j)))
			}
		}
	}
	return l
}

// solve solves with the lower triangle, or its transpose.
func (m *machine) solve(l, b *matrix, transposed bool) *matrix {
	n := l.rows
	m.roundings += 4 * float64(n*n+n*b.cols)
	x := build(n, b.cols, func(r, c int) number { return b.at(r, c) })
	for step := range n {
		i := step
		if transposed {
			i = n - 1 - step
		}
		for c := range b.cols {
			s := x.at(i, c)
			if step > 0 {
				s = m.sub(s, m.product(step, func(k int) (*number, *number) {
					if transposed {
						k = n - 1 - k
						return &l.n[k*n+i], &x.n[k*b.cols+c]
					}
					return &l.n[i*n+k], &x.n[k*b.cols+c]
				}))
			}
			x.n[i*b.cols+c] = m.times(s, m.reciprocal(l.at(i, i)))
		}
	}
	return x
}

func solveKind(name string, trace func(l, b Value) Value, draw func(d *drawing) (call, bool),
	interpret func(m *machine, l, b *matrix) *matrix) kind {
	return kind{name: name, ops: []op{opSolveLower}, draw: func(d *drawing) (call, bool) {
		c, ok := draw(d)
		if !ok {
			return c, false
		}
		n := d.values[c.in[0]].rows
		b, ok := d.pick(func(v *matrix) bool { return v.rows == n && v.cols <= 40 })
		c.in = append(c.in, b)
		return c, ok
	}, trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in[0], in[1]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix { return interpret(m, in[0], in[1]) }}
}

// drawTriangle draws a square matrix whose diagonal is well away from 0. What is above it is not read.
func drawTriangle(d *drawing) (call, bool) {
	id, ok := d.pick(func(v *matrix) bool {
		for i := 0; v.rows == v.cols && v.rows <= 8 && i < v.rows; i++ {
			if math.Abs(v.at(i, i).v) < 0.3 {
				return false
			}
		}
		return v.rows == v.cols && v.rows <= 8
	})
	if ok && d.rng.IntN(2) == 0 {
		return call{in: []int{id}}, true
	}
	c, ok := drawDefinite(d)
	if !ok {
		return c, false
	}
	l := d.add(call{kind: kindNamed("Cholesky"), in: c.in})
	return call{in: []int{l}}, l >= 0
}

// noiseKind is a request for random numbers: the machine counts the requests as the graph does.
func noiseKind(name string, o op, trace func(g *Graph, rows, cols int) Value) kind {
	k := leafKind(name, []op{o}, func(g *Graph, c *call) Value { return trace(g, c.i, c.j) }, sizes, nil)
	k.interpret = func(m *machine, c *call, _ []*matrix) *matrix {
		data := drawn(programNoise[0], programNoise[1], programNoise[2], uint64(m.requests), c.i*c.j, o == opNormal)
		m.requests++
		return build(c.i, c.j, func(r, col int) number {
			v := data[r*c.j+col] // rounded once in float32
			return number{v: v, ev: math.Abs(v), from: mix(m.salt, math.Float64bits(v))}
		})
	}
	return k
}

// programNoise is the key of the random numbers of programs.
var programNoise = noiseKey{11, 12, 13}

var newKinds = []kind{
	{name: "Conv", ops: []op{opConv, opConvImages, opConvWeights}, draw: drawConv, interpret: interpretConv,
		trace: func(_ *Graph, c *call, in []Value) Value {
			im, f := c.image(in[0].Cols())
			return in[0].Conv(in[1], im, f)
		}, settings: func(c *call) string {
			return fmt.Sprintf("Image{%d, %d, channels}, Filter{%d, %d, %v, %v}", c.i, c.j, c.k, c.l, c.x, c.y)
		}},
	{name: "MaxPool", ops: []op{opPool, opUnpool}, interpret: interpretPool,
		draw: func(d *drawing) (call, bool) {
			c, _, ok := d.drawImage(2)
			return c, ok
		}, trace: func(_ *Graph, c *call, in []Value) Value {
			im, _ := c.image(in[0].Cols())
			return in[0].MaxPool(im)
		}, settings: func(c *call) string { return fmt.Sprintf("Image{%d, %d, channels}", c.i, c.j) }},
	{name: "PoolToward", ops: []op{opPool, opUnpool}, interpret: interpretPoolToward,
		draw: func(d *drawing) (call, bool) {
			c, im, ok := d.drawImage(2)
			if !ok {
				return c, false
			}
			toward, ok := d.pick(func(v *matrix) bool { return v.rows == 1 && v.cols == im.Channels })
			if !ok {
				toward = d.add(call{kind: kindNamed("Const"), i: 1, j: im.Channels, k: d.rng.IntN(1 << 20)})
			}
			c.in = append(c.in, toward)
			return c, toward >= 0
		}, trace: func(_ *Graph, c *call, in []Value) Value {
			im, _ := c.image(in[0].Cols())
			return in[0].PoolToward(in[1], im)
		}, settings: func(c *call) string { return fmt.Sprintf("Image{%d, %d, channels}", c.i, c.j) }},
	{name: "moments", ops: []op{opMoments}, free: true, interpret: interpretMoments, draw: func(d *drawing) (call, bool) {
		return call{in: []int{d.any()}}, true
	}, trace: func(_ *Graph, _ *call, in []Value) Value { return in[0].moments() }},
	{name: "definite", ops: []op{opMatMul}, free: true, interpret: interpretDefinite, draw: func(d *drawing) (call, bool) {
		id, ok := d.pick(func(v *matrix) bool { return v.rows <= 8 && v.cols <= 40 })
		return call{in: []int{id}}, ok
	}, trace: func(_ *Graph, _ *call, in []Value) Value { return definite(in[0]) }},
	{name: "Cholesky", ops: []op{opCholesky, opLower}, draw: drawDefinite,
		trace:     func(_ *Graph, _ *call, in []Value) Value { return in[0].Cholesky() },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix { return m.factor(in[0]) }},
	{name: "LogDetPD", ops: []op{opCholesky, opLower}, draw: drawDefinite,
		trace: func(_ *Graph, _ *call, in []Value) Value { return in[0].LogDetPD() },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			l := m.factor(in[0])
			var logs []number
			for i := range l.rows {
				logs = append(logs, m.log(l.at(i, i)))
			}
			return &matrix{1, 1, []number{m.scale(2)(m.sum(logs))}}
		}},
	solveKind("SolveLower", Value.SolveLower, drawTriangle, func(m *machine, l, b *matrix) *matrix {
		return m.solve(l, b, false)
	}),
	solveKind("SolveLowerT", Value.SolveLowerT, drawTriangle, func(m *machine, l, b *matrix) *matrix {
		return m.solve(l, b, true)
	}),
	solveKind("SolvePD", Value.SolvePD, drawDefinite, func(m *machine, a, b *matrix) *matrix {
		l := m.factor(a)
		return m.solve(l, m.solve(l, b, false), true)
	}),
	noiseKind("Uniform", opUniform, (*Graph).Uniform),
	noiseKind("Normal", opNormal, (*Graph).Normal),
}
