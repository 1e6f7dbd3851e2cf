package autodiff

import "fmt"

// productKind is a matrix product of operands that are given as they are, or transposed.
func productKind(name string, transposed [2]bool, trace func(v, w Value) Value) kind {
	// entry is entry r, c of an operand as it takes part.
	entry := func(x *matrix, transposed bool, r, c int) *number {
		if transposed {
			r, c = c, r
		}
		return &x.n[r*x.cols+c]
	}
	size := func(x *matrix, transposed bool) (rows, cols int) {
		if transposed {
			return x.cols, x.rows
		}
		return x.rows, x.cols
	}
	return kind{name: name, ops: []op{opMatMul},
		draw: func(d *drawing) (call, bool) {
			a := d.any()
			rows, inner := size(d.values[a], transposed[0])
			b, ok := d.pick(func(v *matrix) bool {
				r, c := size(v, transposed[1])
				return r == inner && rows*inner*c <= 1<<20
			})
			return call{in: []int{a, b}}, ok
		},
		trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in[0], in[1]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			rows, inner := size(in[0], transposed[0])
			_, cols := size(in[1], transposed[1])
			m.roundings += float64(rows + inner + cols)
			return build(rows, cols, func(r, c int) number {
				return m.product(inner, func(k int) (x, y *number) {
					return entry(in[0], transposed[0], r, k), entry(in[1], transposed[1], k, c)
				})
			})
		}}
}

// axisKind combines entries along an axis.
func axisKind(name string, ops []op, trace func(v Value, axis int) Value, f func(m *machine, xs []number) number) kind {
	return kind{name: name, ops: ops, draw: drawAxis, settings: printI,
		trace: func(_ *Graph, c *call, in []Value) Value { return trace(in[0], c.i) },
		interpret: func(m *machine, c *call, in []*matrix) *matrix {
			return m.along(in[0], c.i, func(xs []number) number { return f(m, xs) })
		}}
}

// allKind combines all entries.
func allKind(name string, ops []op, trace func(v Value) Value, f func(m *machine, xs []number) number) kind {
	return kind{name: name, ops: ops, draw: drawAny,
		trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in[0]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			return m.along(in[0], 2, func(xs []number) number { return f(m, xs) })
		}}
}

func (m *machine) mean(xs []number) number { return m.scale(1 / float64(len(xs)))(m.sum(xs)) }

// moveKind places entries elsewhere.
func moveKind(name string, o op, draw func(d *drawing) (call, bool), trace func(v Value, c *call) Value,
	move func(c *call, x *matrix) *matrix, settings func(c *call) string) kind {
	return kind{name: name, ops: []op{o}, draw: draw, settings: settings,
		trace:     func(_ *Graph, c *call, in []Value) Value { return trace(in[0], c) },
		interpret: func(_ *machine, c *call, in []*matrix) *matrix { return move(c, in[0]) }}
}

func part(x *matrix, r0, r1, c0, c1 int) *matrix {
	return build(r1-r0, c1-c0, func(r, c int) number { return x.at(r0+r, c0+c) })
}

func concatKind(name string, axis int, trace func(values ...Value) Value) kind {
	return kind{name: name, ops: []op{opConcat}, free: true, draw: func(d *drawing) (call, bool) {
		c := call{in: []int{d.any()}}
		first := d.values[c.in[0]]
		for range d.rng.IntN(4) {
			id, ok := d.pick(func(v *matrix) bool {
				return axis == 0 && v.cols == first.cols || axis == 1 && v.rows == first.rows
			})
			if ok && (len(c.in)+1)*len(first.n) < 1<<13 {
				c.in = append(c.in, id)
			}
		}
		return c, true
	}, trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in...) },
		interpret: func(_ *machine, _ *call, in []*matrix) *matrix {
			rows, cols := 0, 0
			for _, x := range in {
				rows, cols = rows+x.rows, cols+x.cols
			}
			if axis == 0 {
				cols = in[0].cols
			} else {
				rows = in[0].rows
			}
			return build(rows, cols, func(r, c int) number {
				for _, x := range in {
					if r < x.rows && c < x.cols {
						return x.at(r, c)
					}
					if axis == 0 {
						r -= x.rows
					} else {
						c -= x.cols
					}
				}
				panic("beyond the last")
			})
		}}
}

// indexKind is an operation whose second operand is a column of row or column numbers: length tells how many it takes
// and what they are below, result computes, with at[k] the whole number k.
func indexKind(name string, o op, fits func(v *matrix) bool, length func(d *drawing, c *call, v *matrix) (n, below int),
	trace func(v, index Value, c *call) Value, result func(m *machine, c *call, x *matrix, at []int) *matrix,
	settings func(c *call) string) kind {
	return kind{name: name, ops: []op{o}, settings: settings, draw: func(d *drawing) (call, bool) {
		id, ok := d.pick(fits)
		if !ok {
			return call{}, false
		}
		c := call{}
		n, below := length(d, &c, d.values[id])
		c.in = []int{id, d.index(n, below)}
		return c, c.in[1] >= 0
	}, trace: func(_ *Graph, c *call, in []Value) Value { return trace(in[0], in[1], c) },
		interpret: func(m *machine, c *call, in []*matrix) *matrix {
			at := make([]int, len(in[1].n))
			for k := range at {
				at[k] = int(in[1].n[k].v)
			}
			m.roundings += float64(len(at))
			return result(m, c, in[0], at)
		}}
}

func anyMatrix(*matrix) bool { return true }

var matrixKinds = []kind{
	productKind("MatMul", [2]bool{false, false}, Value.MatMul),
	productKind("MatMulT", [2]bool{false, true}, Value.MatMulT),
	productKind("TMatMul", [2]bool{true, false}, Value.TMatMul),
	allKind("Sum", []op{opSum}, Value.Sum, (*machine).sum),
	allKind("Mean", []op{opSum}, Value.Mean, (*machine).mean),
	axisKind("SumAxis", []op{opSum}, Value.SumAxis, (*machine).sum),
	axisKind("MeanAxis", []op{opSum}, Value.MeanAxis, (*machine).mean),
	axisKind("MaxAxis", []op{opMaxAxis}, Value.MaxAxis, (*machine).largest),
	axisKind("LogSumExp", []op{opMaxAxis, opSum}, Value.LogSumExp, (*machine).logSumExp),
	{name: "LogSoftmax", ops: []op{opMaxAxis, opSum}, draw: drawAxis, settings: printI,
		trace: func(_ *Graph, c *call, in []Value) Value { return in[0].LogSoftmax(c.i) },
		interpret: func(m *machine, c *call, in []*matrix) *matrix {
			return m.pairs(in[0], m.along(in[0], c.i, m.logSumExp), m.sub)
		}},
	{name: "Softmax", ops: []op{opMaxAxis, opSum}, draw: drawAxis, settings: printI,
		trace: func(_ *Graph, c *call, in []Value) Value { return in[0].Softmax(c.i) },
		interpret: func(m *machine, c *call, in []*matrix) *matrix {
			return m.each(m.pairs(in[0], m.along(in[0], c.i, m.logSumExp), m.sub), m.exp)
		}},
	moveKind("T", opTranspose, drawAny, func(v Value, _ *call) Value { return v.T() }, func(_ *call, x *matrix) *matrix {
		return build(x.cols, x.rows, func(r, c int) number { return x.at(c, r) })
	}, nil),
	moveKind("Reshape", opReshape, func(d *drawing) (call, bool) {
		id := d.any()
		v := d.values[id]
		shapes := [][2]int{{v.cols, v.rows}, {1, len(v.n)}, {len(v.n), 1}, {v.rows, v.cols}}
		if len(v.n)%2 == 0 {
			shapes = append(shapes, [2]int{2, len(v.n) / 2})
		}
		s := shapes[d.rng.IntN(len(shapes))]
		return call{in: []int{id}, i: s[0], j: s[1]}, true
	}, func(v Value, c *call) Value { return v.Reshape(c.i, c.j) },
		func(c *call, x *matrix) *matrix { return &matrix{c.i, c.j, x.n} }, sizes),
	moveKind("BroadcastTo", opBroadcast, func(d *drawing) (call, bool) {
		id, ok := d.pick(func(v *matrix) bool { return v.rows == 1 || v.cols == 1 })
		if !ok {
			return call{}, false
		}
		c := call{in: []int{id}, i: d.values[id].rows, j: d.values[id].cols}
		if c.i == 1 {
			c.i = d.length()
		}
		if c.j == 1 {
			c.j = d.length()
		}
		return c, c.i*c.j < 1<<14
	}, func(v Value, c *call) Value { return v.BroadcastTo(c.i, c.j) },
		func(c *call, x *matrix) *matrix { return build(c.i, c.j, x.wide) }, sizes),
	moveKind("Slice", opSlice, func(d *drawing) (call, bool) {
		c := call{in: []int{d.any()}}
		v := d.values[c.in[0]]
		c.i, c.j = d.cut(v.rows)
		c.k, c.l = d.cut(v.cols)
		return c, true
	}, func(v Value, c *call) Value { return v.Slice(c.i, c.j, c.k, c.l) },
		func(c *call, x *matrix) *matrix { return part(x, c.i, c.j, c.k, c.l) },
		func(c *call) string { return fmt.Sprintf("%d, %d, %d, %d", c.i, c.j, c.k, c.l) }),
	moveKind("SliceRows", opSlice, func(d *drawing) (call, bool) {
		c := call{in: []int{d.any()}}
		c.i, c.j = d.cut(d.values[c.in[0]].rows)
		return c, true
	}, func(v Value, c *call) Value { return v.SliceRows(c.i, c.j) },
		func(c *call, x *matrix) *matrix { return part(x, c.i, c.j, 0, x.cols) }, sizes),
	moveKind("SliceCols", opSlice, func(d *drawing) (call, bool) {
		c := call{in: []int{d.any()}}
		c.i, c.j = d.cut(d.values[c.in[0]].cols)
		return c, true
	}, func(v Value, c *call) Value { return v.SliceCols(c.i, c.j) },
		func(c *call, x *matrix) *matrix { return part(x, 0, x.rows, c.i, c.j) }, sizes),
	moveKind("Pad", opPad, func(d *drawing) (call, bool) {
		c := call{in: []int{d.any()}, i: d.rng.IntN(3), j: d.rng.IntN(3)}
		v := d.values[c.in[0]]
		c.k, c.l = c.i+v.rows+d.rng.IntN(2), c.j+v.cols+d.rng.IntN(2)
		return c, c.k*c.l < 1<<14
	}, func(v Value, c *call) Value { return v.Pad(c.i, c.j, c.k, c.l) }, func(c *call, x *matrix) *matrix {
		return build(c.k, c.l, func(r, k int) number {
			if r -= c.i; r < 0 || r >= x.rows || k < c.j || k-c.j >= x.cols {
				return exactly(0)
			}
			return x.at(r, k-c.j)
		})
	}, func(c *call) string { return fmt.Sprintf("%d, %d, %d, %d", c.i, c.j, c.k, c.l) }),
	concatKind("ConcatRows", 0, ConcatRows),
	concatKind("ConcatCols", 1, ConcatCols),
	indexKind("GatherRows", opGatherRows, anyMatrix, func(d *drawing, _ *call, v *matrix) (int, int) {
		return d.length(), v.rows
	}, func(v, index Value, _ *call) Value { return v.GatherRows(index) },
		func(_ *machine, _ *call, x *matrix, at []int) *matrix {
			return build(len(at), x.cols, func(r, c int) number { return x.at(at[r], c) })
		}, nil),
	indexKind("ScatterRows", opScatterRows, anyMatrix, func(d *drawing, c *call, v *matrix) (int, int) {
		c.i = d.length()
		return v.rows, c.i
	}, func(v, index Value, c *call) Value { return v.ScatterRows(index, c.i) },
		func(m *machine, c *call, x *matrix, at []int) *matrix {
			return build(c.i, x.cols, func(r, col int) number {
				xs := []number{exactly(0)}
				for k := range at {
					if at[k] == r {
						xs = append(xs, x.at(k, col))
					}
				}
				if len(xs) == 1 {
					return xs[0]
				}
				return m.sum(xs)
			})
		}, printI),
	indexKind("Gather", opGather, anyMatrix, func(_ *drawing, _ *call, v *matrix) (int, int) { return v.rows, v.cols },
		func(v, index Value, _ *call) Value { return v.Gather(index) },
		func(_ *machine, _ *call, x *matrix, at []int) *matrix {
			return build(x.rows, 1, func(r, _ int) number { return x.at(r, at[r]) })
		}, nil),
	indexKind("Scatter", opScatter, func(v *matrix) bool { return v.cols == 1 },
		func(d *drawing, c *call, v *matrix) (int, int) {
			c.i = d.length()
			return v.rows, c.i
		}, func(v, index Value, c *call) Value { return v.Scatter(index, c.i) },
		func(_ *machine, c *call, x *matrix, at []int) *matrix {
			return build(x.rows, c.i, func(r, col int) number {
				if at[r] != col {
					return exactly(0)
				}
				return x.at(r, 0)
			})
		}, printI),
	{name: "OneHot", ops: []op{opScatter}, free: true, settings: printI, draw: func(d *drawing) (call, bool) {
		c := call{i: d.length()}
		c.in = []int{d.index(d.length(), c.i)}
		return c, c.in[0] >= 0
	}, trace: func(_ *Graph, c *call, in []Value) Value { return OneHot(in[0], c.i) },
		interpret: func(_ *machine, c *call, in []*matrix) *matrix {
			return build(in[0].rows, c.i, func(r, col int) number {
				return truth(int(in[0].at(r, 0).v) == col)
			})
		}},
}
