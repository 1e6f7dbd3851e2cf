package autodiff

import (
	"fmt"
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
	nodes     []node // of this program, before some were joined
	source    source // before products were joined and rows divided
	windows   []kernel.Window
	outs      []int32 // its nodes that are outputs
	asked     []int32 // the graph's nodes that they are
	leaves    []leaf
	precision Precision
	steps     []step
	waves     [][]int // of each the steps at which its lanes begin, and the one after the last
	size      int     // numbers in a workspace
	own       int     // numbers that a worker needs for a lane
	scratch   int     // numbers that each worker on a step needs beside them
	noisy     bool    // draws random numbers
	shared    int     // numbers that all workers on a step need together
	at        []int   // where inputs and outputs lie in a workspace, by the graph's node; −1 for other nodes
	input     []int32 // the inputs that are needed
	consts    []placed
}

// Compile returns a float64 program for the given outputs.
func Compile(outputs ...Output) *Program { return CompileAs(Float64, outputs...) }

// CompileAs returns a program for the given outputs in the given precision. It leaves out what the outputs do not
// need, computes once what was traced twice, rewrites what another form makes cheaper, computes now what depends on
// constants alone, and joins operations into one pass where that saves time. None of this changes a bit of a result,
// except the sign of a zero, digits lost to underflow or overflow on the way, and the order in which terms are added by
// products with transposed matrices, by narrow products that read the same large matrix, which become one, and by sums
// over the rows of a large batch, which is divided into bands: [Program.String] shows what came of it.
func CompileAs(precision Precision, outputs ...Output) *Program {
	return compile(precision, usual, outputs)
}

func compile(precision Precision, grain grain, outputs []Output) *Program {
	var outs []Value
	var params []Params
	for k, o := range outputs {
		if o == nil {
			panic(fmt.Sprintf("autodiff: Compile: output %d is nil", k+1))
		}
		outs = append(outs, o.outputs()...)
		if p, ok := o.(Params); ok {
			params = append(params, p)
		}
	}
	if len(outs) == 0 {
		panic("autodiff: Compile: no outputs")
	}
	if precision > Float32 {
		panic(fmt.Sprintf("autodiff: Compile: %d is no precision; there are Float64 and Float32", precision))
	}
	g := outs[0].node0()
	for _, v := range outs {
		if v.g != g {
			panic(fmt.Sprintf("autodiff: Compile: %v and %v belong to different graphs", outs[0], v))
		}
	}
	live := reachable(g, outs)
	checkShapes(g, live)
	c := newCode(g, outs, params)
	c.grain = grain
	c.simplify(live, precision)
	c.source = source{c.nodes, slices.Clone(c.outs)}
	c.joinNarrow(precision)
	c.divideIntoBands(precision.bytes())
	c.instruct()
	c.fold(precision)
	c.fuse()
	c.transposeOnce(precision.bytes())
	c.divideIntoLanes(precision.bytes())
	return c.plan(precision)
}

func newCode(g *Graph, outs []Value, params []Params) *code {
	c := &code{g: g, windows: g.windows, asked: make([]int32, len(outs)), outs: make([]int32, len(outs)),
		span: len(g.nodes)}
	for k, v := range outs {
		c.asked[k] = v.id
	}
	for _, p := range params {
		ids := make([]int32, len(p.values))
		for k, v := range p.values {
			ids[k] = v.id
		}
		c.params = append(c.params, ids)
	}
	return c
}

// instruct lists the instructions for the nodes that the outputs need.
func (c *code) instruct() {
	c.list = make([]*instr, len(c.nodes))
	room := make([]instr, len(c.nodes))
	for id := range c.nodes {
		room[id] = c.newInstr(int32(id))
		c.list[id] = &room[id]
	}
	c.prune()
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
		rows, cols, err := rules[n.op].shape(n, v.Operands())
		if err != "" || rows != n.rows || cols != n.cols {
			panic(fmt.Sprintf("autodiff: %v should be %d×%d %s", v, rows, cols, err))
		}
	}
}
