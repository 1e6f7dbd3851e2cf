package autodiff

import "kindred/internal/kernel"

// A code is a program before its numbers have places: what remains to be computed, in order. Its nodes have numbers of
// their own, those of the graph that it needs being rewritten and merged.
type code struct {
	g       *Graph
	nodes   []node
	source  source
	windows []kernel.Window
	home    []int32 // of each node: the lane in which it was recorded
	list    []*instr
	outs    []int32
	asked   []int32   // of each of outs: the number under which a workspace is asked for it
	span    int       // of such numbers
	params  [][]int32 // among outs
	bands   int       // how many the rows of a batch are divided into; 0 if they are not
	lane    []int32   // of each node, if the program is divided: numbers from 0 on, wave after wave
	waves   []int     // the number of lanes of each
	grain   grain
	apart   bool // every result is made by a step of its own that leaves its operands as they are
}

// A source is the nodes of a program before products were joined and rows divided.
type source struct {
	nodes []node
	outs  []int32
}

// An instr computes the result of a node, possibly together with nodes before it.
type instr struct {
	node
	id      int32
	product *kernel.Product // of a matrix product
}

// Operations that are not traced but made of traced ones.
const (
	opAddScaled op = opCount + iota // in[0] + x·in[1]
	opAddMul                        // in[0] + in[1]·in[2], which is a column
	opDot                           // the sum of the products of the entries of in[0] and in[1]
	opDotCols                       // those of each row
	opTotal                         // the sum of matrices, from the first on
	opEnd
)

func (o op) String() string {
	switch o {
	case opAddScaled:
		return "add scaled"
	case opAddMul:
		return "add mul"
	case opDot:
		return "dot"
	case opDotCols:
		return "dot over columns"
	case opTotal:
		return "total"
	}
	return rules[o].name
}

func (c *code) newInstr(id int32) instr {
	n := instr{node: c.nodes[id], id: id}
	if n.op == opMatMul {
		inner := c.nodes[n.in[0]].cols
		if n.i == 1 {
			inner = c.nodes[n.in[0]].rows
		}
		n.product = &kernel.Product{TransA: n.i == 1, TransB: n.j == 1, M: n.rows, N: n.cols, K: inner}
	}
	return n
}

func (n *instr) leaf() bool { return n.op < opCount && rules[n.op].leaf }

// constant reports whether the instruction is a constant.
func (n *instr) constant() bool { return n.op == opConst || n.op == opScalar }

// numbers returns the entries of a constant.
func (n *instr) numbers() []float64 {
	if n.op == opScalar {
		return []float64{n.x}
	}
	return n.data
}

// find returns the instructions by the id of their node; nil where there is none.
func (c *code) find() []*instr {
	at := make([]*instr, len(c.nodes))
	for _, n := range c.list {
		at[n.id] = n
	}
	return at
}

// uses counts how often each node is read, being an output included.
func (c *code) uses() []int {
	count := make([]int, len(c.nodes))
	for _, n := range c.list {
		for _, in := range n.in {
			count[in]++
		}
	}
	for _, id := range c.outs {
		count[id]++
	}
	return count
}

// prune drops the instructions that no output needs.
func (c *code) prune() {
	need := make([]bool, len(c.nodes))
	for _, id := range c.outs {
		need[id] = true
	}
	kept := make([]*instr, len(c.list))
	at := len(kept)
	for k := len(c.list) - 1; k >= 0; k-- {
		n := c.list[k]
		if !need[n.id] {
			continue
		}
		for _, in := range n.in {
			need[in] = true
		}
		at--
		kept[at] = n
	}
	c.list = kept[at:]
}

// elementwise lists the operations whose entry k depends on entry k of their operands, broadcast, alone. They read an
// operand's entry k no later than they write entry k of the result, so that the result may lie over an operand of its
// size.
var elementwise = [opEnd]bool{
	opAdd: true, opSub: true, opMul: true, opDiv: true, opMax: true, opMin: true, opGreater: true, opEqual: true,
	opScale: true, opShift: true, opSquare: true, opReciprocal: true, opPow: true, opExp: true, opLog: true,
	opLog1p: true, opSqrt: true, opSin: true, opCos: true, opTanh: true, opErf: true, opSigmoid: true,
	opSoftplus: true, opLeakyReLU: true, opGate: true, opAbs: true, opSign: true, opClamp: true, opWithin: true,
	opSelect: true, opAddScaled: true, opAddMul: true,
}
