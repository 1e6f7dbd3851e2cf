package autodiff

import (
	"fmt"
	"slices"

	"kindred/internal/kernel"
)

// A Graph records the operations of a traced function, as they are called, one node for each: a value that a call
// returned is a value of its own, by which one can differentiate. What is clever happens when a program is compiled. A
// graph is not safe for use by several goroutines at once; the programs compiled from it are.
type Graph struct {
	nodes    []node
	segments []segment       // recorded by Checkpoint: disjoint, in order
	copies   []copied        // of segments, made by derivatives
	lanes    []laneRange     // recorded by Jacobian
	windows  []kernel.Window // of convolutions and pooling
	barriers int
	requests int     // of noise
	slots    []int32 // of each node: room for Graph.between
	spare    []int32 // for operands, see Graph.room
}

// A Value is a matrix of a graph: an input, a constant, or the result of an operation. Its numbers exist only in the
// workspaces of a program.
type Value struct {
	g  *Graph
	id int32
}

// A Shape names a matrix and gives its size.
type Shape struct {
	Name       string
	Rows, Cols int
}

// Size returns the number of entries, Rows × Cols.
func (s Shape) Size() int { return s.Rows * s.Cols }

func (s Shape) String() string { return fmt.Sprintf("%s %d×%d", s.Name, s.Rows, s.Cols) }

// A node is one recorded operation. What x, y, i and j mean depends on op.
type node struct {
	op         op
	rows, cols int
	in         []int32
	x, y       float64
	i, j       int
	name       string    // of an input
	data       []float64 // of a constant
}

// New returns an empty graph.
func New() *Graph { return &Graph{} }

// Input declares an input of the given shape. The name is used in messages. Set its numbers with [Workspace.Set].
func (g *Graph) Input(name string, rows, cols int) Value {
	checkSize("Input "+name, rows, cols)
	return g.append(node{op: opInput, rows: rows, cols: cols, name: name})
}

// Const returns a constant matrix; data is row-major, of length rows × cols, and is copied.
func (g *Graph) Const(rows, cols int, data []float64) Value {
	checkSize("Const", rows, cols)
	if len(data) != rows*cols {
		panic(fmt.Sprintf("autodiff: Const: %d×%d needs %d numbers, got %d", rows, cols, rows*cols, len(data)))
	}
	if len(data) == 1 {
		return g.Scalar(data[0])
	}
	return g.append(node{op: opConst, rows: rows, cols: cols, data: slices.Clone(data)})
}

// Scalar returns a constant 1×1 value.
func (g *Graph) Scalar(v float64) Value {
	return g.append(node{op: opScalar, rows: 1, cols: 1, x: v})
}

// Fill returns a rows × cols matrix with v in every entry.
func (g *Graph) Fill(rows, cols int, v float64) Value {
	return g.Scalar(v).BroadcastTo(rows, cols)
}

// Rows returns the number of rows.
func (v Value) Rows() int { return v.node().rows }

// Cols returns the number of columns.
func (v Value) Cols() int { return v.node().cols }

// Size returns the number of entries.
func (v Value) Size() int { return v.node().rows * v.node().cols }

// Graph returns the graph the value belongs to.
func (v Value) Graph() *Graph { return v.g }

// String describes the value by its name or operation, and its shape.
func (v Value) String() string {
	if v.g == nil {
		return "the zero Value"
	}
	n := v.node()
	name := n.name
	if name == "" {
		name = rules[n.op].name
	}
	return fmt.Sprintf("%s %d×%d", name, n.rows, n.cols)
}

const zeroValue = "the zero Value belongs to no graph; make values with Graph.Input, Graph.Const or an operation"

func (v Value) node() *node {
	if v.g == nil {
		panic("autodiff: " + zeroValue)
	}
	return &v.g.nodes[v.id]
}

// Operands returns the values that v was computed from, in the order in which its operation takes them: of an input or a
// constant none. By them one can go through what was traced, to draw it for example.
func (v Value) Operands() []Value {
	in := v.node().in
	values := make([]Value, len(in))
	for k, id := range in {
		values[k] = Value{v.g, id}
	}
	return values
}

func (g *Graph) append(n node) Value {
	if g == nil {
		panic("autodiff: the graph is nil; make one with New")
	}
	if len(g.nodes) == cap(g.nodes) {
		g.nodes = slices.Grow(g.nodes, max(64, len(g.nodes))) // append alone would copy long graphs four times
	}
	g.nodes = append(g.nodes, n)
	return Value{g, int32(len(g.nodes) - 1)}
}

// room returns a slice of n numbers that is cut from a larger one.
func (g *Graph) room(n int) []int32 {
	if len(g.spare) < n {
		g.spare = make([]int32, max(n, 256))
	}
	room := g.spare[:n:n]
	g.spare = g.spare[n:]
	return room
}

// apply records op on the given operands; the shape is derived by the operation's rule.
func apply(o op, n node, in ...Value) Value {
	g := in[0].g
	n.op = o
	for k, v := range in {
		if v.g == nil {
			panic(fmt.Sprintf("autodiff: %s: operand %d: %s", rules[o].name, k+1, zeroValue))
		}
		if v.g != g {
			panic(fmt.Sprintf("autodiff: %s: %v and %v belong to different graphs", rules[o].name, in[0], v))
		}
	}
	n.in = g.room(len(in))
	for k, v := range in {
		n.in[k] = v.id
	}
	rows, cols, err := rules[o].shape(&n, in)
	if err != "" {
		panic("autodiff: " + rules[o].name + ": " + err)
	}
	checkSize(rules[o].name, rows, cols)
	n.rows, n.cols = rows, cols
	return g.append(n)
}

// mostEntries is far above what any memory holds, and far below where sizes overflow.
const mostEntries = 1 << 50

func checkSize(what string, rows, cols int) {
	if rows < 1 || cols < 1 {
		panic(fmt.Sprintf("autodiff: %s: a matrix needs at least one row and one column, got %d×%d", what, rows, cols))
	}
	if rows > mostEntries/cols {
		panic(fmt.Sprintf("autodiff: %s: %d×%d is more than any memory holds", what, rows, cols))
	}
}
