package autodiff

import (
	"fmt"
	"math"
	"slices"

	"kindred/internal/kernel"
)

// A Precision is the type of number a program computes with. Values cross its edge as float64 either way.
type Precision uint8

const (
	Float64 Precision = iota // for checks, figures and tutorials
	Float32                  // half the memory and traffic
)

func (p Precision) bytes() int {
	if p == Float32 {
		return 4
	}
	return 8
}

// An Output is what a program can compute: a [Value] or [Params].
type Output interface{ outputs() []Value }

func (v Value) outputs() []Value  { return []Value{v} }
func (p Params) outputs() []Value { return p.values }

// A Program computes its outputs from its inputs. It is immutable and safe for use by many goroutines.
type Program struct {
	graph     *Graph
	precision Precision
	steps     []step
	size      int           // numbers in a workspace
	scratch   int           // numbers that a step needs beside them
	at        map[int32]int // where inputs and outputs lie in a workspace
	input     map[int32]bool
	consts    []placed
}

// A placed constant is copied into each new workspace.
type placed struct {
	at   int
	data []float64
}

// A step is one operation on places in a workspace.
type step struct {
	op         op
	rows, cols int // of the result
	out        int
	in         []operand
	x, y       float64
	i, j       int
	product    *kernel.Product // of a matrix product
}

type operand struct{ at, rows, cols int }

// Compile returns a float64 program for the given outputs.
func Compile(outputs ...Output) *Program { return CompileAs(Float64, outputs...) }

// CompileAs returns a program for the given outputs in the given precision. It leaves out what the outputs do not
// need; what was traced twice is computed once.
func CompileAs(precision Precision, outputs ...Output) *Program {
	var outs []Value
	for _, o := range outputs {
		outs = append(outs, o.outputs()...)
	}
	if len(outs) == 0 {
		panic("autodiff: Compile: no outputs")
	}
	g := outs[0].node0()
	for _, v := range outs {
		if v.g != g {
			panic(fmt.Sprintf("autodiff: Compile: %v and %v belong to different graphs", outs[0], v))
		}
	}
	p := &Program{graph: g, precision: precision, at: map[int32]int{}, input: map[int32]bool{}}
	live := reachable(g, outs)
	checkShapes(g, live)
	p.plan(live, outs)
	return p
}

// reachable returns, in order, the nodes that outs need.
func reachable(g *Graph, outs []Value) []int32 {
	need := make([]bool, len(g.nodes))
	for _, v := range outs {
		need[v.id] = true
	}
	var live []int32
	for id := len(g.nodes) - 1; id >= 0; id-- {
		if !need[id] {
			continue
		}
		live = append(live, int32(id))
		for _, in := range g.nodes[id].in {
			need[in] = true
		}
	}
	slices.Reverse(live)
	return live
}

// checkShapes derives every shape again from the operands' shapes.
func checkShapes(g *Graph, live []int32) {
	for _, id := range live {
		v := Value{g, id}
		n := v.node()
		rows, cols, err := rules[n.op].shape(n, v.operands())
		if err != "" || rows != n.rows || cols != n.cols {
			panic(fmt.Sprintf("autodiff: %v should be %d×%d %s", v, rows, cols, err))
		}
	}
}

// A place is where a node's numbers lie: at an offset in the storage of a root node. Views share their operand's root.
type place struct {
	root   int32
	offset int
}

// plan gives every live node a place in the workspace and writes the steps. Storage is given back after its last use
// and taken again, in place where the operation allows it.
func (p *Program) plan(live []int32, outs []Value) {
	g := p.graph
	places := make(map[int32]place, len(live))
	last := make(map[int32]int, len(live)) // last use of a root, as an index into live
	for k, id := range live {
		n := &g.nodes[id]
		places[id] = place{root: id}
		if offset, ok := view(g, n); ok {
			of := places[n.in[0]]
			places[id] = place{of.root, of.offset + offset}
		}
		for _, in := range n.in {
			last[places[in].root] = k
		}
	}
	pinned := map[int32]bool{}
	for _, v := range outs {
		pinned[places[v.id].root] = true
	}
	for _, id := range live {
		if rules[g.nodes[id].op].leaf {
			pinned[id] = true
		}
	}
	var mem arena
	start := map[int32]int{}
	for _, id := range live { // leaves first: they keep their storage from run to run
		n := &g.nodes[id]
		if !rules[n.op].leaf {
			continue
		}
		start[id] = mem.take(n.rows * n.cols)
		switch n.op {
		case opInput:
			p.input[id] = true
		case opConst:
			p.consts = append(p.consts, placed{start[id], n.data})
		case opScalar:
			p.consts = append(p.consts, placed{start[id], []float64{n.x}})
		}
	}
	for k, id := range live {
		n := &g.nodes[id]
		if rules[n.op].leaf || places[id].root != id {
			continue // a view has no storage of its own and no step
		}
		size := n.rows * n.cols
		var dying []int32
		for _, in := range n.in {
			r := places[in].root
			if last[r] == k && !pinned[r] && !slices.Contains(dying, r) {
				dying = append(dying, r)
			}
		}
		reused := int32(-1)
		for _, r := range dying {
			if inPlace[n.op] && g.nodes[r].rows*g.nodes[r].cols == size && fullOperand(g, n, places, r) {
				start[id], reused = start[r], r
				break
			}
		}
		if reused < 0 {
			start[id] = mem.take(size)
		}
		st := step{op: n.op, rows: n.rows, cols: n.cols, out: start[id], x: n.x, y: n.y, i: n.i, j: n.j}
		for _, in := range n.in {
			v, of := g.nodes[in], places[in]
			st.in = append(st.in, operand{start[of.root] + of.offset, v.rows, v.cols})
		}
		if n.op == opMatMul {
			inner := g.nodes[n.in[0]].cols
			if n.i == 1 {
				inner = g.nodes[n.in[0]].rows
			}
			st.product = &kernel.Product{TransA: n.i == 1, TransB: n.j == 1, M: n.rows, N: n.cols, K: inner}
			p.scratch = max(p.scratch, st.product.Scratch(p.precision.bytes()))
		}
		p.steps = append(p.steps, st)
		for _, r := range dying {
			if r != reused {
				mem.free(start[r], g.nodes[r].rows*g.nodes[r].cols)
			}
		}
	}
	p.size = mem.size
	for _, id := range live {
		if p.input[id] {
			p.at[id] = start[id]
		}
	}
	for _, v := range outs {
		pl := places[v.id]
		p.at[v.id] = start[pl.root] + pl.offset
	}
}

// view reports whether a node is a part of its operand's storage, and at which offset.
func view(g *Graph, n *node) (offset int, ok bool) {
	switch n.op {
	case opReshape, opStopGradient:
		return 0, true
	case opSlice:
		cols := g.nodes[n.in[0]].cols
		return n.i*cols + n.j, n.cols == cols || n.rows == 1
	}
	return 0, false
}

// inPlace lists the operations that may write over an operand of the result's size: they read entry k of it no later
// than they write entry k.
var inPlace = [opCount]bool{
	opAdd: true, opSub: true, opMul: true, opDiv: true, opMax: true, opMin: true, opGreater: true, opEqual: true,
	opScale: true, opShift: true, opSquare: true, opReciprocal: true, opPow: true, opExp: true, opLog: true,
	opLog1p: true, opSqrt: true, opSin: true, opCos: true, opTanh: true, opErf: true, opSigmoid: true,
	opSoftplus: true, opLeakyReLU: true, opGate: true, opAbs: true, opSign: true, opClamp: true, opWithin: true,
}

// fullOperand reports whether every operand of n stored at root r has the result's shape, so that entry k of it is
// used for entry k of the result only.
func fullOperand(g *Graph, n *node, places map[int32]place, r int32) bool {
	for _, in := range n.in {
		v := g.nodes[in]
		if places[in].root == r && (places[in].offset != 0 || v.rows != n.rows || v.cols != n.cols) {
			return false
		}
	}
	return true
}

// An arena hands out pieces of one growing array. Sizes are rounded up so that pieces start on cache lines.
type arena struct {
	size int
	gaps []gap // sorted by start, never adjacent
}

type gap struct{ start, size int }

func roundUp(size int) int { return (size + 7) &^ 7 }

func (a *arena) take(size int) int {
	size = roundUp(size)
	best, waste := -1, math.MaxInt
	for k, g := range a.gaps {
		if g.size >= size && g.size-size < waste {
			best, waste = k, g.size-size
		}
	}
	if best < 0 {
		start := a.size
		a.size += size
		return start
	}
	start := a.gaps[best].start
	if waste == 0 {
		a.gaps = slices.Delete(a.gaps, best, best+1)
	} else {
		a.gaps[best] = gap{start + size, waste}
	}
	return start
}

func (a *arena) free(start, size int) {
	size = roundUp(size)
	k, _ := slices.BinarySearchFunc(a.gaps, start, func(g gap, s int) int { return g.start - s })
	a.gaps = slices.Insert(a.gaps, k, gap{start, size})
	if k+1 < len(a.gaps) && a.gaps[k].start+a.gaps[k].size == a.gaps[k+1].start {
		a.gaps[k].size += a.gaps[k+1].size
		a.gaps = slices.Delete(a.gaps, k+1, k+2)
	}
	if k > 0 && a.gaps[k-1].start+a.gaps[k-1].size == a.gaps[k].start {
		a.gaps[k-1].size += a.gaps[k].size
		a.gaps = slices.Delete(a.gaps, k, k+1)
	}
}
