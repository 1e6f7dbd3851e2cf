package autodiff

import (
	"slices"

	"kindred/internal/kernel"
)

// fuse joins instructions into one pass: what follows a product is done while its result is in registers, a scaled
// addend is scaled while it is added, and products that are summed up are summed as they are made. A joined
// instruction rounds as often as its parts and gives the same bits.
func (c *code) fuse() {
	uses, at := c.uses(), c.find()
	gone := make([]bool, len(c.nodes))
	joins := []func(n, from *instr, which int) bool{c.intoProduct, c.intoAddScaled, c.intoAddMul, c.intoDot}
	for _, n := range c.list {
		for _, from := range c.intoUnpool(n, at, uses) {
			gone[from.id] = true
		}
		for _, join := range joins {
			// The operand computed last comes first: what it is joined with is then already there.
			for _, which := range n.byAge() {
				from := at[n.in[which]]
				if uses[from.id] == 1 && join(n, from, which) {
					gone[from.id] = true
					break
				}
			}
		}
	}
	c.list = slices.DeleteFunc(c.list, func(n *instr) bool { return gone[n.id] })
}

// byAge returns the places of the operands that can be joined with n, the youngest node first: those of a sum, a
// difference or a gate, or of what has one operand.
func (n *instr) byAge() []int {
	switch {
	case len(n.in) == 1:
		return []int{0}
	case len(n.in) > 2 || len(n.in) == 0:
		return nil
	case n.in[0] >= n.in[1]:
		return []int{0, 1}
	}
	return []int{1, 0}
}

// intoProduct makes n part of the product from, which is operand number which of n, if what n does can follow it.
func (c *code) intoProduct(n, from *instr, which int) bool {
	if from.product == nil || n.rows != from.rows || n.cols != from.cols {
		return false
	}
	p := *from.product
	in := slices.Clone(from.in)
	free := p.Add == kernel.Nothing && !p.ReLU && !p.Gate // nothing follows but a scale
	switch {
	case n.op == opScale && free && !p.Scale:
		p.Scale, p.Alpha = true, n.x
	case (n.op == opAdd || n.op == opSub && which == 1) && free:
		other := n.in[1-which]
		if p.Add = c.addend(n, other); p.Add == kernel.Nothing || other == from.id {
			return false
		}
		if n.op == opSub && !p.Scale {
			p.Scale, p.Alpha = true, -1
		} else if n.op == opSub {
			p.Alpha = -p.Alpha
		}
		in = append(in, other)
	case n.op == opAddScaled && which == 1 && free && !p.Scale:
		p.Scale, p.Alpha, p.Add = true, n.x, kernel.AddMatrix
		in = append(in, n.in[0])
	case n.op == opLeakyReLU && n.x == 0 && !p.ReLU && !p.Gate:
		p.ReLU = true
	case n.op == opGate && n.x == 0 && which == 0 && !p.Gate && n.in[1] != from.id:
		p.Gate = true
		in = append(in, n.in[1])
	default:
		return false
	}
	n.node = node{op: opMatMul, rows: n.rows, cols: n.cols, in: in, i: from.i, j: from.j}
	n.product = &p
	return true
}

// addend tells how a value is added to the result of n.
func (c *code) addend(n *instr, other int32) kernel.Addend {
	v := &c.nodes[other]
	switch kernel.ExtentOf(v.rows, v.cols, n.rows, n.cols) {
	case kernel.Full:
		return kernel.AddMatrix
	case kernel.Row:
		return kernel.AddRow
	}
	return kernel.Nothing
}

// intoAddScaled turns a + c·b and a − c·b into one pass.
func (c *code) intoAddScaled(n, from *instr, which int) bool {
	if from.op != opScale || !(n.op == opAdd || n.op == opSub && which == 1) {
		return false
	}
	other, scaled := n.in[1-which], from.in[0]
	full := func(id int32) bool {
		v := &c.nodes[id]
		return v.rows == n.rows && v.cols == n.cols
	}
	if !full(other) || !full(scaled) || other == from.id {
		return false
	}
	x := from.x
	if n.op == opSub {
		x = -x
	}
	n.node = node{op: opAddScaled, rows: n.rows, cols: n.cols, in: []int32{other, scaled}, x: x}
	return true
}

// intoAddMul turns a + b·c, of which c is a column, into one pass.
func (c *code) intoAddMul(n, from *instr, which int) bool {
	if n.op != opAdd || from.op != opMul || n.rows == 1 || n.cols == 1 {
		return false
	}
	other, b, column := n.in[1-which], from.in[0], from.in[1]
	extent := func(id int32) kernel.Extent {
		v := &c.nodes[id]
		return kernel.ExtentOf(v.rows, v.cols, n.rows, n.cols)
	}
	if extent(b) == kernel.Col {
		b, column = column, b
	}
	if extent(other) != kernel.Full || extent(b) != kernel.Full || extent(column) != kernel.Col || other == from.id {
		return false
	}
	n.node = node{op: opAddMul, rows: n.rows, cols: n.cols, in: []int32{other, b, column}}
	return true
}

// intoDot turns the sum of a product of entries, or of squares, into one pass: of all of them, or of each row.
func (c *code) intoDot(n, from *instr, which int) bool {
	if n.op != opSum || n.i == 0 {
		return false
	}
	a := from.in
	switch from.op {
	case opSquare:
		a = []int32{a[0], a[0]}
	case opMul:
		v, w := &c.nodes[a[0]], &c.nodes[a[1]]
		if v.rows != w.rows || v.cols != w.cols {
			return false
		}
	default:
		return false
	}
	op := opDot
	if n.i == 1 {
		op = opDotCols
	}
	n.node = node{op: op, rows: n.rows, cols: n.cols, in: a}
	return true
}
