package autodiff

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A kind of call: how it is drawn, traced, interpreted and written as Go.
type kind struct {
	name string
	ops  []op // rows of the table of operations that it records
	// draw chooses operands and settings; it reports false where none fit.
	draw func(d *drawing) (call, bool)
	// trace makes the call.
	trace func(g *Graph, c *call, in []Value) Value
	// interpret computes it.
	interpret func(m *machine, c *call, in []*matrix) *matrix
	// settings are the arguments after the operands.
	settings func(c *call) string
	free     bool // a function, not a method of the first operand
}

// A call of a program, with its operands by number.
type call struct {
	kind       *kind
	in         []int
	i, j, k, l int
	x, y       float64
	data       []float64 // see numbers
}

// code writes the call as Go.
func (c *call) code(name func(id int) string) string {
	var args []string
	receiver := ""
	for k, id := range c.in {
		if k == 0 && !c.kind.free {
			receiver = name(id) + "."
		} else {
			args = append(args, name(id))
		}
	}
	if len(c.in) == 0 {
		receiver = "g."
	}
	if c.kind.settings != nil {
		args = append(args, c.kind.settings(c))
	}
	return receiver + c.kind.name + "(" + strings.Join(args, ", ") + ")"
}

// run interprets the call, given the values before it.
func (m *machine) run(number int, c *call, values []*matrix) *matrix {
	in := make([]*matrix, len(c.in))
	m.roundings, m.salt = 64, uint64(number)
	for k, id := range c.in {
		in[k] = values[id]
		m.roundings += float64(in[k].rows + in[k].cols)
		if c.kind.reduces() {
			m.roundings += float64(in[k].rows * in[k].cols)
		}
	}
	return c.kind.interpret(m, c, in)
}

// reduces reports whether an entry of the result, or of a cotangent, may be a sum of many.
func (k *kind) reduces() bool { return k.ops[0] == opSum || k.ops[0] == opMaxAxis }

// A drawing is a program being drawn. It is interpreted as it grows, so that its numbers stay tame.
type drawing struct {
	rng    *rand.Rand
	m      machine
	calls  []call
	values []*matrix
	dims   []int // lengths that shapes are made of
}

// add appends a call and returns its number, or −1 if its numbers are too large or too sensitive.
func (d *drawing) add(c call) (id int) {
	defer func() {
		if r := recover(); r != nil && r != any(tooLarge{}) {
			panic(r)
		} else if r != nil {
			id = -1
		}
	}()
	m := d.m
	v := m.run(len(d.calls), &c, d.values)
	for _, n := range v.n {
		if !(n.v < 60 && n.v > -60) || !(n.ev < 1e6) {
			return -1
		}
	}
	if m.sensitivity > 1e9 {
		return -1
	}
	d.m = m
	d.calls, d.values = append(d.calls, c), append(d.values, v)
	return len(d.calls) - 1
}

// pick returns the number of a value that fits, the late ones more often.
func (d *drawing) pick(fits func(v *matrix) bool) (int, bool) {
	n := len(d.values)
	for range 12 {
		id := n - 1 - int(d.rng.ExpFloat64()*float64(n)/4)
		if id >= 0 && fits(d.values[id]) {
			return id, true
		}
	}
	return 0, false
}

func (d *drawing) any() int {
	id, ok := d.pick(func(*matrix) bool { return true })
	if !ok {
		return len(d.values) - 1
	}
	return id
}

// positive returns a value whose entries are well above 0, made if there is none at hand.
func (d *drawing) positive() (int, bool) {
	above := func(v *matrix) bool {
		for _, n := range v.n {
			if n.v < 0.05 {
				return false
			}
		}
		return true
	}
	if id, ok := d.pick(above); ok && d.rng.IntN(2) == 0 {
		return id, true
	}
	id := d.add(call{kind: kindNamed("Softplus"), in: []int{d.any()}})
	if id < 0 {
		return 0, false
	}
	id = d.add(call{kind: kindNamed("Shift"), in: []int{id}, x: 0.125})
	return id, id >= 0
}

func (d *drawing) length() int { return d.dims[d.rng.IntN(len(d.dims))] }

// cut returns a range within n.
func (d *drawing) cut(n int) (from, to int) {
	from = d.rng.IntN(n)
	switch d.rng.IntN(3) {
	case 0:
		return from, from + 1
	case 1:
		return 0, from + 1
	}
	return from, from + 1 + d.rng.IntN(n-from)
}

// dyadic is a number that float32 holds.
func (d *drawing) dyadic() float64 { return float64(d.rng.IntN(33)-16) / 8 }

// index returns a column of whole numbers below n, of the given length.
func (d *drawing) index(length, n int) int {
	return d.add(call{kind: kindNamed("Const"), i: length, j: 1, k: d.rng.IntN(1 << 20), l: n})
}

// numbers are the entries of an input or a constant: normal, or whole numbers below l.
func (c *call) numbers() []float64 {
	if c.data != nil {
		return c.data
	}
	rng := rand.New(rand.NewPCG(uint64(c.k), 5))
	out := make([]float64, c.i*c.j)
	for k := range out {
		if c.l > 0 {
			out[k] = float64(rng.IntN(c.l))
		} else {
			out[k] = float64(float32(rng.NormFloat64()))
		}
	}
	c.data = out
	return out
}

func kindNamed(name string) *kind {
	for k := range kinds {
		if kinds[k].name == name {
			return &kinds[k]
		}
	}
	panic("no kind of call is named " + name)
}

// given makes a matrix of exact numbers. Those of inputs and constants are told apart by where they stand.
func (m *machine) given(c *call, data []float64) *matrix {
	return build(c.i, c.j, func(i, j int) number { return exactly(data[i*c.j+j]) })
}

func sizes(c *call) string { return fmt.Sprintf("%d, %d", c.i, c.j) }

// leafKind is an input or a constant.
func leafKind(name string, ops []op, trace func(g *Graph, c *call) Value, settings func(c *call) string,
	data func(c *call) []float64) kind {
	return kind{name: name, ops: ops,
		draw: func(d *drawing) (call, bool) {
			return call{i: d.length(), j: d.length(), k: d.rng.IntN(1 << 20), x: d.dyadic()}, true
		},
		trace:     func(g *Graph, c *call, _ []Value) Value { return trace(g, c) },
		interpret: func(m *machine, c *call, _ []*matrix) *matrix { return m.given(c, data(c)) },
		settings:  settings,
	}
}

// unaryKind is an elementwise function of one value without settings.
func unaryKind(name string, o op, trace func(Value) Value, f func(m *machine, x number) number,
	draw func(d *drawing) (call, bool)) kind {
	if draw == nil {
		draw = drawAny
	}
	return kind{name: name, ops: []op{o}, draw: draw,
		trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in[0]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			return m.each(in[0], func(x number) number { return f(m, x) })
		}}
}

// settingKind is an elementwise function of one value with a number or two.
func settingKind(name string, o op, trace func(v Value, c *call) Value, f func(m *machine, c *call) func(number) number,
	draw func(d *drawing) (call, bool), settings func(c *call) string) kind {
	return kind{name: name, ops: []op{o}, draw: draw, settings: settings,
		trace:     func(_ *Graph, c *call, in []Value) Value { return trace(in[0], c) },
		interpret: func(m *machine, c *call, in []*matrix) *matrix { return m.each(in[0], f(m, c)) }}
}

// binaryKind is an elementwise function of two values, broadcast.
func binaryKind(name string, o op, trace func(v, w Value) Value, f func(m *machine, x, y number) number,
	draw func(d *drawing) (call, bool)) kind {
	if draw == nil {
		draw = drawPair
	}
	return kind{name: name, ops: []op{o}, draw: draw,
		trace: func(_ *Graph, _ *call, in []Value) Value { return trace(in[0], in[1]) },
		interpret: func(m *machine, _ *call, in []*matrix) *matrix {
			return m.pairs(in[0], in[1], func(x, y number) number { return f(m, x, y) })
		}}
}

func drawAny(d *drawing) (call, bool) { return call{in: []int{d.any()}}, true }

func drawPositive(d *drawing) (call, bool) {
	id, ok := d.positive()
	return call{in: []int{id}}, ok
}

// drawX draws a value and a number of the list.
func drawX(list ...float64) func(d *drawing) (call, bool) {
	return func(d *drawing) (call, bool) {
		return call{in: []int{d.any()}, x: list[d.rng.IntN(len(list))]}, true
	}
}

func drawInterval(d *drawing) (call, bool) {
	lo := d.dyadic()
	return call{in: []int{d.any()}, x: lo, y: lo + float64(d.rng.IntN(16))/8}, true
}

// drawPair draws two values that broadcast.
func drawPair(d *drawing) (call, bool) {
	a := d.any()
	b, ok := d.pick(func(v *matrix) bool { return fitting(d.values[a], v) })
	if d.rng.IntN(2) == 0 {
		a, b = b, a
	}
	return call{in: []int{a, b}}, ok
}

// fitting reports whether two values broadcast to a matrix that is not larger than both.
func fitting(v, w *matrix) bool {
	return (v.rows == w.rows || v.rows == 1 || w.rows == 1) && (v.cols == w.cols || v.cols == 1 || w.cols == 1)
}

func drawAxis(d *drawing) (call, bool) { return call{in: []int{d.any()}, i: d.rng.IntN(2)}, true }

func printX(c *call) string  { return fmt.Sprint(c.x) }
func printXY(c *call) string { return fmt.Sprintf("%v, %v", c.x, c.y) }
func printI(c *call) string  { return fmt.Sprint(c.i) }
