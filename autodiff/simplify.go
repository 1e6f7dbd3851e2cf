package autodiff

import (
	"math"
	"math/bits"
	"slices"
)

// simplify turns the graph's nodes into those of the program: nodes that compute the same become one, and operations
// that another form makes cheaper are rewritten. It goes through the nodes once, in order, so that a rule finds its
// operands rewritten already; a rule makes nodes through the simplifier too. What the rules change in a result is the
// sign of a zero, digits lost below the smallest normal number or above the largest, and the order in which a product
// of a transposed matrix adds its terms; all else stays the same to the last bit.
func (c *code) simplify(live []int32, precision Precision) {
	s := newSimplifier(c, len(live), precision)
	home := c.g.lanesOfNodes()
	rep := make([]int32, len(c.g.nodes)) // of each node of the graph: what computes it in the program
	c.nodes, c.home = make([]node, 0, len(live)), make([]int32, 0, len(live))
	operands := 0
	for _, id := range live {
		operands += len(c.g.nodes[id].in)
	}
	room := make([]int32, operands)
	for _, id := range live {
		n := c.g.nodes[id]
		in := room[:len(n.in):len(n.in)]
		room = room[len(in):]
		for k, operand := range n.in {
			in[k] = rep[operand]
		}
		n.in = in
		if n.op == opInput {
			n.i = int(id) // an input stays itself
		}
		if home != nil {
			s.lane = home[id]
		}
		rep[id] = s.add(n)
	}
	for k, v := range c.asked {
		c.outs[k] = rep[v]
	}
	for _, p := range c.params {
		for k, v := range p {
			p[k] = rep[v]
		}
	}
}

// A simplifier makes the nodes of a program.
type simplifier struct {
	*code
	known     []int32 // a table of nodes by their hash, each plus one, at most half full
	precision Precision
	lane      int32 // in which the node at hand was recorded
}

// symmetric lists the operations whose operands may change places.
var symmetric = [opEnd]bool{opAdd: true, opMul: true, opMax: true, opMin: true, opEqual: true}

// newSimplifier returns a simplifier that makes nodes for c, of a graph with n of them.
func newSimplifier(c *code, n int, precision Precision) *simplifier {
	return &simplifier{code: c, known: make([]int32, 4<<bits.Len(uint(n))), precision: precision}
}

// know finds the node that computes what n does, or makes it.
func (s *simplifier) know(n node) int32 {
	if n.data != nil || noisy[n.op] {
		return s.make(n)
	}
	if symmetric[n.op] && n.in[0] > n.in[1] {
		n.in[0], n.in[1] = n.in[1], n.in[0]
	}
	k := n.hash() & uint64(len(s.known)-1)
	for ; s.known[k] > 0; k = (k + 1) & uint64(len(s.known)-1) {
		if id := s.known[k] - 1; s.nodes[id].computes(&n) {
			return id
		}
	}
	id := s.make(n)
	s.known[k] = id + 1
	return id
}

// hash mixes what a node computes.
func (n *node) hash() uint64 {
	h := uint64(n.op)
	mix := func(v uint64) { h = bits.RotateLeft64((h^v)*0x9e3779b97f4a7c15, 31) }
	mix(uint64(n.rows)<<32 ^ uint64(n.cols))
	for _, id := range n.in {
		mix(uint64(id))
	}
	mix(math.Float64bits(n.x))
	mix(math.Float64bits(n.y))
	mix(uint64(n.i)<<32 ^ uint64(n.j))
	return h ^ h>>29
}

// computes reports whether two nodes compute the same.
func (n *node) computes(m *node) bool {
	return n.op == m.op && n.rows == m.rows && n.cols == m.cols && n.i == m.i && n.j == m.j && n.data == nil &&
		math.Float64bits(n.x) == math.Float64bits(m.x) && math.Float64bits(n.y) == math.Float64bits(m.y) &&
		slices.Equal(n.in, m.in)
}

func (s *simplifier) make(n node) int32 {
	id := int32(len(s.nodes))
	s.nodes = append(s.nodes, n)
	s.home = append(s.home, s.lane)
	return id
}

// add returns the node that computes n in its simplest form.
func (s *simplifier) add(n node) int32 {
	switch n.op {
	case opAdd:
		a, b := n.in[0], n.in[1]
		if s.zero(a) && s.shaped(b, n) {
			return b
		}
		if s.zero(b) && s.shaped(a, n) {
			return a
		}
		if id, ok := s.joined(a, b); ok {
			return id
		}
		if id, ok := s.joined(b, a); ok {
			return id
		}
		s.shorten(&n)
	case opSub:
		if s.zero(n.in[1]) && s.shaped(n.in[0], n) {
			return n.in[0]
		}
		s.shorten(&n)
	case opMul:
		for k, other := range []int32{n.in[1], n.in[0]} {
			if c, ok := s.uniform(other); ok && s.shaped(n.in[k], n) {
				return s.add(node{op: opScale, rows: n.rows, cols: n.cols, in: []int32{n.in[k]}, x: c})
			}
		}
		s.shorten(&n)
	case opDiv:
		s.shorten(&n)
	case opScale:
		if id, ok := s.scaled(n); ok {
			return id
		}
	case opShift:
		if n.x == 0 {
			return n.in[0]
		}
		if of := &s.nodes[n.in[0]]; of.op == opScale && of.x == -1 { // c − v is −v + c
			v := of.in[0]
			c := s.add(node{op: opScalar, rows: 1, cols: 1, x: n.x})
			return s.add(node{op: opSub, rows: n.rows, cols: n.cols, in: []int32{c, v}})
		}
	case opStopGradient: // it has done its work
		return n.in[0]
	case opMatMul:
		s.transposed(&n)
	case opTranspose:
		if of := &s.nodes[n.in[0]]; of.op == opTranspose {
			return of.in[0]
		}
		if n.rows == 1 || n.cols == 1 {
			return s.add(node{op: opReshape, rows: n.rows, cols: n.cols, in: n.in, i: n.rows, j: n.cols})
		}
	case opReshape, opBroadcast:
		if s.shaped(n.in[0], n) {
			return n.in[0]
		}
		if of := &s.nodes[n.in[0]]; of.op == n.op {
			n.in[0] = of.in[0]
			return s.add(n)
		}
	case opSum:
		if s.shaped(n.in[0], n) {
			return n.in[0]
		}
		if c, ok := s.exactSum(n); ok {
			return s.add(node{op: opScalar, rows: 1, cols: 1, x: c})
		}
	case opSlice, opPad:
		if s.shaped(n.in[0], n) {
			return n.in[0]
		}
	case opConcat:
		if len(n.in) == 1 {
			return n.in[0]
		}
		if of := &s.nodes[n.in[0]]; of.op == opConcat && of.i == n.i { // as sums of pieces grow
			n.in = slices.Concat(of.in, n.in[1:])
		}
		if of := &s.nodes[n.in[len(n.in)-1]]; of.op == opConcat && of.i == n.i {
			n.in = slices.Concat(n.in[:len(n.in)-1], of.in)
		}
	}
	return s.know(n)
}

// joined returns the sum of two matrices between zeros where the second lies right below the first, or right of it: such
// are the derivatives by a matrix that is used in pieces. They are put together before the zeros are put around them.
func (s *simplifier) joined(first, second int32) (id int32, ok bool) {
	a, b := s.nodes[first], s.nodes[second]
	if a.op != opPad || b.op != opPad || a.rows != b.rows || a.cols != b.cols {
		return 0, false
	}
	v, w := &s.nodes[a.in[0]], &s.nodes[b.in[0]]
	both := node{op: opConcat, rows: v.rows, cols: v.cols, in: []int32{a.in[0], b.in[0]}}
	switch {
	case a.j == b.j && v.cols == w.cols && b.i == a.i+v.rows:
		both.rows += w.rows
	case a.i == b.i && v.rows == w.rows && b.j == a.j+v.cols:
		both.i, both.cols = 1, v.cols+w.cols
	default:
		return 0, false
	}
	a.in = []int32{s.add(both)}
	return s.add(a), true
}

// transposed lets a product take the operands of transpositions as they are.
func (s *simplifier) transposed(n *node) {
	for k, transposed := range []*int{&n.i, &n.j} {
		for s.nodes[n.in[k]].op == opTranspose {
			n.in[k], *transposed = s.nodes[n.in[k]].in[0], 1-*transposed
		}
	}
}

// scaled simplifies c·v: for c = 1, for a constant, a matrix made of a smaller one, and a product with another number.
func (s *simplifier) scaled(n node) (id int32, ok bool) {
	c, of := n.x, s.nodes[n.in[0]]
	again := func(op op, rows, cols int, in []int32, x float64) int32 {
		return s.add(node{op: op, rows: rows, cols: cols, in: slices.Clone(in), x: x})
	}
	switch {
	case c == 1:
		return n.in[0], true
	case of.op == opScalar:
		return again(opScalar, 1, 1, nil, s.times(c, of.x)), true
	case of.op == opBroadcast:
		v := &s.nodes[of.in[0]]
		small := again(opScale, v.rows, v.cols, of.in, c)
		return s.add(node{op: opBroadcast, rows: n.rows, cols: n.cols, in: []int32{small}, i: n.rows, j: n.cols}), true
	case of.op == opScale && (exact(c) || exact(of.x)):
		return again(opScale, n.rows, n.cols, of.in, c*of.x), true
	}
	return 0, false
}

// times multiplies as the program does.
func (s *simplifier) times(a, b float64) float64 {
	if s.precision == Float32 {
		return float64(float32(a) * float32(b))
	}
	return a * b
}

// exact reports whether a product with c is not rounded: c is plus or minus a moderate power of two.
func exact(c float64) bool {
	fraction, exponent := math.Frexp(c)
	return math.Abs(fraction) == 0.5 && -20 < exponent && exponent < 20
}

// exactSum returns the sum of a constant's entries where no partial sum is rounded, in whatever order.
func (s *simplifier) exactSum(n node) (float64, bool) {
	c, ok := s.uniform(n.in[0])
	if !ok || n.i != allAxes || c-c != 0 {
		return 0, false
	}
	digits := 53
	if s.precision == Float32 {
		c, digits = float64(float32(c)), 24
	}
	of := &s.nodes[n.in[0]]
	size := of.rows * of.cols
	fraction, _ := math.Frexp(math.Abs(c))
	whole := uint64(fraction * (1 << 53))
	if c != 0 && 53-bits.TrailingZeros64(whole)+bits.Len(uint(size)) > digits {
		return 0, false
	}
	return c * float64(size), true
}

// uniform returns c where every entry of a node is the constant c.
func (s *simplifier) uniform(id int32) (float64, bool) {
	n := &s.nodes[id]
	if n.op == opBroadcast {
		n = &s.nodes[n.in[0]]
	}
	return n.x, n.op == opScalar
}

func (s *simplifier) zero(id int32) bool {
	c, ok := s.uniform(id)
	return ok && c == 0
}

// shaped reports whether a node has the shape of n.
func (s *simplifier) shaped(id int32, n node) bool {
	return s.nodes[id].rows == n.rows && s.nodes[id].cols == n.cols
}

// shorten replaces an operand that is a broadcast by what was broadcast, where the other operand has the full shape.
func (s *simplifier) shorten(n *node) {
	if !s.shaped(n.in[0], *n) || !s.shaped(n.in[1], *n) {
		return
	}
	for _, k := range []int{1, 0} {
		if of := &s.nodes[n.in[k]]; of.op == opBroadcast {
			n.in[k] = of.in[0]
			return
		}
	}
}
