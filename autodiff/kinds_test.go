package autodiff

import (
	"fmt"
	"math"
)

// kinds has a row for each call that programs are made of.
var kinds []kind

func init() {
	kinds = append(kinds, leafKinds...)
	kinds = append(kinds, entryKinds...)
	kinds = append(kinds, matrixKinds...)
	kinds = append(kinds, newKinds...)
	for k := range kinds {
		draw := kinds[k].draw
		kinds[k].draw = func(d *drawing) (call, bool) {
			c, ok := draw(d)
			c.kind = &kinds[k]
			return c, ok
		}
	}
}

var leafKinds = []kind{
	leafKind("Input", []op{opInput},
		func(g *Graph, c *call) Value { return g.Input(fmt.Sprintf("x%d", c.k), c.i, c.j) },
		func(c *call) string { return fmt.Sprintf("\"x%d\", %d, %d", c.k, c.i, c.j) }, (*call).numbers),
	leafKind("Const", []op{opConst},
		func(g *Graph, c *call) Value { return g.Const(c.i, c.j, c.numbers()) },
		func(c *call) string { return fmt.Sprintf("%d, %d, %s", c.i, c.j, printNumbers(c)) }, (*call).numbers),
	leafKind("Fill", []op{opScalar, opBroadcast},
		func(g *Graph, c *call) Value { return g.Fill(c.i, c.j, c.x) },
		func(c *call) string { return fmt.Sprintf("%d, %d, %v", c.i, c.j, c.x) },
		func(c *call) []float64 {
			out := make([]float64, c.i*c.j)
			for k := range out {
				out[k] = c.x
			}
			return out
		}),
	{name: "Scalar", ops: []op{opScalar}, settings: printX,
		draw:      func(d *drawing) (call, bool) { return call{x: d.dyadic()}, true },
		trace:     func(g *Graph, c *call, _ []Value) Value { return g.Scalar(c.x) },
		interpret: func(m *machine, c *call, _ []*matrix) *matrix { return &matrix{1, 1, []number{exactly(c.x)}} }},
}

var entryKinds = []kind{
	binaryKind("Add", opAdd, Value.Add, (*machine).add, nil),
	binaryKind("Sub", opSub, Value.Sub, (*machine).sub, nil),
	binaryKind("Mul", opMul, Value.Mul, (*machine).times, nil),
	binaryKind("Div", opDiv, Value.Div, func(m *machine, x, y number) number { return m.times(x, m.reciprocal(y)) },
		func(d *drawing) (call, bool) {
			b, ok := d.positive()
			if !ok {
				return call{}, false
			}
			a, ok := d.pick(func(v *matrix) bool { return fitting(d.values[b], v) })
			return call{in: []int{a, b}}, ok
		}),
	binaryKind("Max", opMax, Value.Max, func(m *machine, x, y number) number { return m.choose(m.sign(x, y), x, y) }, nil),
	binaryKind("Min", opMin, Value.Min, func(m *machine, x, y number) number { return m.choose(m.sign(y, x), x, y) }, nil),
	binaryKind("Greater", opGreater, Value.Greater,
		func(m *machine, x, y number) number { return truth(m.sign(x, y) > 0) }, nil),
	binaryKind("Equal", opEqual, Value.Equal,
		func(m *machine, x, y number) number { return truth(m.sign(x, y) == 0) }, nil),
	binaryKind("PowValue", opExp, Value.PowValue,
		func(m *machine, x, y number) number { return m.exp(m.times(y, m.log(x))) },
		func(d *drawing) (call, bool) {
			a, ok := d.positive()
			if !ok {
				return call{}, false
			}
			b, ok := d.pick(func(v *matrix) bool { return fitting(d.values[a], v) })
			return call{in: []int{a, b}}, ok
		}),
	binaryKind("gate", opGate, func(v, w Value) Value { return v.gate(w, 0.25) },
		func(m *machine, x, y number) number {
			if m.sign(y, exactly(0)) > 0 {
				return x
			}
			return m.scale(0.25)(x)
		}, func(d *drawing) (call, bool) {
			a := d.any()
			b, ok := d.pick(func(v *matrix) bool { return v.rows == d.values[a].rows && v.cols == d.values[a].cols })
			return call{in: []int{a, b}}, ok
		}),
	settingKind("Scale", opScale, func(v Value, c *call) Value { return v.Scale(c.x) },
		func(m *machine, c *call) func(number) number { return m.scale(c.x) },
		drawX(0.1, -0.3, 2, -1, 1, 0.5, 1.7, 0), printX),
	settingKind("Shift", opShift, func(v Value, c *call) Value { return v.Shift(c.x) },
		func(m *machine, c *call) func(number) number {
			return func(x number) number { return m.add(x, exactly(c.x)) }
		}, drawX(0.5, -1.25, 0, 1), printX),
	settingKind("Pow", opPow, func(v Value, c *call) Value { return v.Pow(c.x) },
		func(m *machine, c *call) func(number) number { return m.pow(c.x) },
		func(d *drawing) (call, bool) {
			if d.rng.IntN(2) == 0 {
				return drawX(0, 1, 2, 3)(d)
			}
			c, ok := drawPositive(d)
			c.x = []float64{0.5, -1, 1.5, -0.75, 2.5}[d.rng.IntN(5)]
			return c, ok
		}, printX),
	settingKind("LeakyReLU", opLeakyReLU, func(v Value, c *call) Value { return v.LeakyReLU(c.x) },
		func(m *machine, c *call) func(number) number { return m.leaky(c.x) }, drawX(0.125, -0.5, 1.5, 0), printX),
	settingKind("Clamp", opClamp, func(v Value, c *call) Value { return v.Clamp(c.x, c.y) },
		func(m *machine, c *call) func(number) number { return m.clamp(c.x, c.y) }, drawInterval, printXY),
	settingKind("Within", opWithin, func(v Value, c *call) Value { return v.Within(c.x, c.y) },
		func(m *machine, c *call) func(number) number { return m.within(c.x, c.y) }, drawInterval, printXY),
	unaryKind("Neg", opScale, Value.Neg, func(m *machine, x number) number { return m.scale(-1)(x) }, nil),
	unaryKind("Square", opSquare, Value.Square, (*machine).square, nil),
	unaryKind("Reciprocal", opReciprocal, Value.Reciprocal, (*machine).reciprocal, drawPositive),
	unaryKind("Exp", opExp, Value.Exp, (*machine).exp, nil),
	unaryKind("Log", opLog, Value.Log, (*machine).log, drawPositive),
	unaryKind("Log1p", opLog1p, Value.Log1p, (*machine).log1p, drawPositive),
	unaryKind("Sqrt", opSqrt, Value.Sqrt, (*machine).sqrt, drawPositive),
	unaryKind("Sin", opSin, Value.Sin, (*machine).sin, nil),
	unaryKind("Cos", opCos, Value.Cos, (*machine).cos, nil),
	unaryKind("Tanh", opTanh, Value.Tanh, (*machine).tanh, nil),
	unaryKind("Erf", opErf, Value.Erf, (*machine).erf, nil),
	unaryKind("Sigmoid", opSigmoid, Value.Sigmoid, (*machine).sigmoid, nil),
	unaryKind("Softplus", opSoftplus, Value.Softplus, (*machine).softplus, nil),
	unaryKind("ReLU", opLeakyReLU, Value.ReLU, func(m *machine, x number) number { return m.leaky(0)(x) }, nil),
	unaryKind("GELU", opErf, Value.GELU, func(m *machine, x number) number {
		half := m.scale(0.5)(m.add(m.erf(m.scale(1/math.Sqrt2)(x)), exactly(1)))
		return m.times(x, half)
	}, nil),
	unaryKind("Abs", opAbs, Value.Abs, (*machine).abs, nil),
	unaryKind("Sign", opSign, Value.Sign, func(m *machine, x number) number {
		return exactly(m.sign(x, exactly(0)))
	}, nil),
	unaryKind("StopGradient", opStopGradient, Value.StopGradient, (*machine).constant, nil),
	unaryKind("Barrier", opBarrier, Value.Barrier, func(m *machine, x number) number { return x }, nil),
	{name: "Select", ops: []op{opSelect}, free: true, draw: func(d *drawing) (call, bool) {
		c, ok := drawPair(d)
		if !ok {
			return c, false
		}
		v, w := d.values[c.in[0]], d.values[c.in[1]]
		all := &matrix{rows: max(v.rows, w.rows), cols: max(v.cols, w.cols)}
		mask, ok := d.pick(func(u *matrix) bool { return fitting(all, u) })
		if !ok || d.rng.IntN(2) == 0 {
			mask = d.add(call{kind: kindNamed("Greater"), in: c.in})
		}
		return call{in: []int{mask, c.in[0], c.in[1]}}, mask >= 0
	}, trace: func(_ *Graph, _ *call, in []Value) Value { return Select(in[0], in[1], in[2]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			rows, cols := max(in[0].rows, in[1].rows, in[2].rows), max(in[0].cols, in[1].cols, in[2].cols)
			return build(rows, cols, func(r, c int) number {
				if m.sign(in[0].wide(r, c), exactly(0)) != 0 {
					return in[1].wide(r, c)
				}
				return in[2].wide(r, c)
			})
		}},
}
