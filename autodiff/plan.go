package autodiff

import (
	"slices"

	"kindred/internal/kernel"
)

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
	product    *kernel.Plan // of a matrix product
	parts      int          // of a matrix product: into how many it may be divided
	window     kernel.Window
	conv       *kernel.Convolution
	triangle   *kernel.Triangle
	group      int   // this many steps, from this one on, run together, a piece at a time; 0 within a group
	piece      int   // rows of a piece; 0 if the step is not divided
	local      bool  // the result is needed within its piece only
	own        bool  // the result lies in memory of the worker that runs the lane
	id         int32 // of the node
}

// partFLOPs is the work for which another processor is worth waking. A byte read or written counts as two FLOPs.
const partFLOPs = 1 << 20

// An operand is where a step reads.
type operand struct {
	at, rows, cols int
	extent         kernel.Extent
	local, own     bool
	id             int32 // of the node
}

// A place is where a node's numbers lie: at an offset in the storage of a root node. Views share their operand's root.
type place struct {
	root   int32
	offset int
}

// A planner gives every node a place in the workspace. Storage is given back after its last use and taken again, in
// place where the operation allows it.
type planner struct {
	*code
	groups  []group
	places  map[int32]place
	last    map[int32]int // last use of a root, as an index into list
	pinned  map[int32]bool
	start   map[int32]int // of a root's storage
	size    map[int32]int // of a root's storage
	local   map[int32]bool
	row     map[int32][]Value // what lies end to end with a node
	mem     arena
	own     map[int32]bool // what lies in memory of the worker that runs the lane
	ownMem  arena
	program *Program
}

// plan places the numbers and writes the steps.
func (c *code) plan(precision Precision) *Program {
	p := &planner{code: c, places: map[int32]place{}, last: map[int32]int{}, pinned: map[int32]bool{},
		start: map[int32]int{}, size: map[int32]int{}, local: map[int32]bool{}, row: map[int32][]Value{}, own: map[int32]bool{},
		program: &Program{graph: c.g, nodes: c.nodes, precision: precision, at: slices.Repeat([]int{-1}, len(c.g.nodes))}}
	for k, n := range c.list {
		p.places[n.id] = place{root: n.id}
		p.size[n.id] = n.rows * n.cols
		if offset, ok := view(c.nodes, n); ok {
			of := p.places[n.in[0]]
			p.places[n.id] = place{of.root, of.offset + offset}
		}
		for _, in := range n.in {
			p.last[p.places[in].root] = k
		}
	}
	for _, v := range c.outs {
		p.pinned[p.places[v.id].root] = true
	}
	p.placeLeaves()
	for _, out := range c.params {
		p.layEndToEnd(out.values)
	}
	p.keepLanesApart()
	p.groups = p.groupSteps(precision.bytes())
	next := 0
	for k := 0; k < len(c.list); {
		p.enterLane(k)
		if next < len(p.groups) && p.groups[next].first == k {
			p.placeGroup(p.groups[next])
			k = p.groups[next].end
			next++
			continue
		}
		p.placeStep(k)
		k++
	}
	p.enterLane(len(c.list))
	p.program.size = p.mem.size
	for _, v := range c.outs {
		of := p.places[v.id]
		p.program.at[v.id] = p.start[of.root] + of.offset
	}
	return p.program
}

// placeLeaves places inputs and constants, which keep their storage from run to run.
func (p *planner) placeLeaves() {
	for _, n := range p.list {
		if !n.leaf() {
			continue
		}
		p.pinned[n.id] = true
		p.start[n.id] = p.mem.take(p.size[n.id])
		if n.constant() {
			p.program.consts = append(p.program.consts, placed{p.start[n.id], n.numbers()})
		} else {
			p.program.input = append(p.program.input, n.id)
			p.program.at[n.id] = p.start[n.id]
		}
	}
}

// layEndToEnd notes that outputs are to lie one after the other, if each has storage of its own.
func (p *planner) layEndToEnd(row []Value) {
	at := p.find()
	for k, v := range row {
		if !p.computed(at[v.id]) || p.row[v.id] != nil || slices.Index(row, v) < k {
			return
		}
	}
	for _, v := range row {
		p.row[v.id] = row
	}
}

// computed reports whether an instruction becomes a step: it is no leaf, and no view of another's storage.
func (p *planner) computed(n *instr) bool { return !n.leaf() && p.places[n.id].root == n.id }

// placeStep places the result of instruction k and gives back what it was the last to read.
func (p *planner) placeStep(k int) {
	n := p.list[k]
	if !p.computed(n) {
		return
	}
	dying := p.dying(k)
	reused := p.take(n, dying)
	p.emit(n)
	for _, r := range dying {
		if r != reused {
			p.arena(r).free(p.start[r], p.size[r])
		}
	}
}

// take finds storage for the result of n: that of a dying operand, whose root it returns, or new storage.
func (p *planner) take(n *instr, dying []int32) (reused int32) {
	if row := p.row[n.id]; row != nil {
		if _, ok := p.start[n.id]; !ok {
			p.takeRow(row)
		}
		return -1
	}
	for _, r := range dying {
		if elementwise[n.op] && p.size[r] == p.size[n.id] && p.own[r] == p.own[n.id] && p.fullOperand(n, r) {
			p.start[n.id] = p.start[r]
			return r
		}
	}
	p.start[n.id] = p.arena(n.id).take(p.size[n.id])
	return -1
}

// arena returns where a root is stored.
func (p *planner) arena(root int32) *arena {
	if p.own[root] {
		return &p.ownMem
	}
	return &p.mem
}

// takeRow finds storage for outputs that lie end to end.
func (p *planner) takeRow(row []Value) {
	size := 0
	for _, v := range row {
		size += v.Size()
	}
	at := p.mem.take(size)
	for _, v := range row {
		p.start[v.id] = at
		at += v.Size()
	}
}

// dying lists the roots that instruction k is the last to read.
func (p *planner) dying(k int) (roots []int32) {
	for _, in := range p.list[k].in {
		r := p.places[in].root
		if p.last[r] == k && !p.pinned[r] && !slices.Contains(roots, r) {
			roots = append(roots, r)
		}
	}
	return roots
}

// fullOperand reports whether every operand of n stored at root r has the result's shape, so that entry k of it is
// used for entry k of the result only.
func (p *planner) fullOperand(n *instr, r int32) bool {
	for _, in := range n.in {
		v := p.nodes[in]
		if p.places[in].root == r && (p.places[in].offset != 0 || v.rows != n.rows || v.cols != n.cols) {
			return false
		}
	}
	return true
}

// emit writes the step of an instruction whose operands and result have places.
func (p *planner) emit(n *instr) *step {
	st := step{op: n.op, rows: n.rows, cols: n.cols, out: p.start[n.id], x: n.x, y: n.y, i: n.i, j: n.j,
		local: p.local[n.id], own: p.own[n.id], id: n.id}
	for _, in := range n.in {
		v, of := p.nodes[in], p.places[in]
		st.in = append(st.in, operand{p.start[of.root] + of.offset, v.rows, v.cols,
			kernel.ExtentOf(v.rows, v.cols, n.rows, n.cols), p.local[of.root], p.own[of.root], in})
	}
	if n.product != nil {
		st.product = n.product.Plan(p.program.precision.bytes())
		st.parts = min(16, max(1, (st.flops()+2*st.bytes(p.program.precision.bytes()))/partFLOPs))
		p.program.scratch = max(p.program.scratch, st.product.Scratch())
	}
	p.prepare(&st)
	p.program.steps = append(p.program.steps, st)
	return &p.program.steps[len(p.program.steps)-1]
}

// view reports whether an instruction is a part of its operand's storage, and at which offset.
func view(nodes []node, n *instr) (offset int, ok bool) {
	switch n.op {
	case opReshape, opStopGradient, opBarrier:
		return 0, true
	case opSlice:
		cols := nodes[n.in[0]].cols
		return n.i*cols + n.j, n.cols == cols || n.rows == 1
	}
	return 0, false
}
