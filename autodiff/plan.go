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

// A leaf is where an input or a constant lies.
type leaf struct {
	id int32
	at int
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
	moments    *kernel.Moments
	pass       *kernel.Pass   // what is ready of it, or nil: of an elementwise step
	placed     *kernel.Placed // and of a product
	group      int            // this many steps, from this one on, run together, a piece at a time; 0 within a group
	piece      int            // rows of a piece; 0 if the step is not divided
	special    bool           // it has one of group, look and span: most steps have none
	look       bool           // before this step it is looked at whether the run is still wanted
	span       int            // rows between two such looks within the step; 0 if there are none
	local      bool           // the result is needed within its piece only
	own        bool           // the result lies in memory of the worker that runs the lane
	id         int32          // of the node
}

// partFLOPs is the work for which another processor is worth waking. A byte read or written counts as two FLOPs.
const partFLOPs = 1 << 20

// A grain says how large work must be to be divided.
type grain struct {
	part         int  // FLOPs of a lane or a part of a product
	piece, group int  // bytes of matrices
	rows         int  // of a band; 0 is no bands
	read         int  // numbers of a matrix that joined products read once; 0 joins none
	always       bool // there are bands even where they do not pay
}

// usual is the grain of every program but those of tests, which divide small matrices too.
var usual = grain{part: partFLOPs, piece: pieceBytes, group: groupBytes, rows: leastBand, read: leastRead}

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

// A planner gives every node a place in the workspace: see [planner.take] for when it takes storage again.
type planner struct {
	*code
	groups  []group
	places  []place // of each node
	last    []int   // last use of a root, as an index into list; −1 if it is never read
	pinned  []bool  // roots whose storage is kept
	start   []int   // of a root's storage; −1 before it has any
	size    []int   // of a root's storage
	local   []bool
	astray  []int // the last instruction that reads a root elsewhere than at its result's place, or −1
	made    []*instr
	row     []int32 // of a root: which of params it is laid end to end with, counted from 1
	mem     arena
	own     []bool // what lies in memory of the worker that runs the lane
	ownMem  arena
	late    [][]int32 // of each wave: the roots whose storage is free once it has ended
	program *Program
	looks   looks
}

// plan places the numbers and writes the steps.
func (c *code) plan(precision Precision) *Program {
	n := len(c.nodes)
	p := &planner{code: c, places: make([]place, n), last: slices.Repeat([]int{-1}, n), pinned: make([]bool, n),
		start: slices.Repeat([]int{-1}, n), size: make([]int, n), local: make([]bool, n), row: make([]int32, n),
		astray: slices.Repeat([]int{-1}, n), made: c.find(), own: make([]bool, n),
		mem: newArena(precision), ownMem: newArena(precision)}
	p.program = &Program{graph: c.g, nodes: c.nodes, source: c.source, windows: c.windows, outs: c.outs, asked: c.asked,
		precision: precision, at: slices.Repeat([]int{-1}, c.span)}
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
	for _, id := range c.outs {
		p.pinned[p.places[id].root] = true
	}
	p.placeLeaves()
	for k := range c.params {
		p.layEndToEnd(k)
	}
	p.keepLanesApart()
	if !p.apart {
		p.groups = p.groupSteps(precision.bytes())
	}
	p.program.steps = make([]step, 0, len(c.list))
	next := 0
	for k := 0; k < len(c.list); {
		p.enterLane(k)
		if next < len(p.groups) && p.groups[next].first == k {
			p.placeGroup(p.groups[next])
			k = p.groups[next].end
			next++
			continue
		}
		if p.computed(c.list[k]) {
			p.noteAstray(k)
			_, dead := p.placeStep(k, k, nil)
			p.free(dead)
		}
		k++
	}
	p.enterLane(len(c.list))
	if p.lane == nil {
		p.program.waves = [][]int{{0, len(p.program.steps)}}
	}
	p.program.size = p.mem.size
	for k, id := range c.outs {
		of := p.places[id]
		p.program.at[c.asked[k]] = p.start[of.root] + of.offset
	}
	p.program.makeReady()
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
		p.program.leaves = append(p.program.leaves, leaf{n.id, p.start[n.id]})
		if n.constant() {
			p.program.consts = append(p.program.consts, placed{p.start[n.id], n.numbers()})
		} else {
			p.program.input = append(p.program.input, int32(n.i))
			p.program.at[n.i] = p.start[n.id]
		}
	}
}

// layEndToEnd notes that the outputs of params[k] are to lie one after the other, if each has storage of its own.
func (p *planner) layEndToEnd(k int) {
	for i, id := range p.params[k] {
		if p.row[id] != 0 || !p.computed(p.made[id]) {
			for _, id := range p.params[k][:i] {
				p.row[id] = 0
			}
			return
		}
		p.row[id] = int32(k + 1)
	}
}

// computed reports whether an instruction becomes a step: it is no leaf, and no view of another's storage.
func (p *planner) computed(n *instr) bool { return !n.leaf() && p.places[n.id].root == n.id }

// placeStep places the result of an instruction, writes its step, and returns the roots whose storage is free once the
// steps that run together have ended: the first of them is at first.
func (p *planner) placeStep(k, first int, dead []int32) (*step, []int32) {
	n := p.list[k]
	dying := p.dying(k)
	reused := p.take(n, dying, first)
	for _, r := range dying {
		if r != reused {
			dead = append(dead, r)
		}
	}
	return p.emit(n), dead
}

// take finds storage for the result of n, which may be that of a dying operand; it returns that operand's root, or −1.
//
// An elementwise step may write over an operand that no later step reads, if it reads the operand at the result's
// place, entry by entry. Steps that run together, piece by piece, come back for the next piece when the others have
// written this one: then all of them that read the operand must read it so, not as a row, a column or a part. Whatever
// else dies stays untouched until the steps that run together have ended.
func (p *planner) take(n *instr, dying []int32, first int) (reused int32) {
	if p.row[n.id] != 0 {
		if p.start[n.id] < 0 {
			p.takeRow(p.params[p.row[n.id]-1])
		}
		return -1
	}
	for _, r := range dying {
		same := p.size[r] == p.size[n.id] && p.own[r] == p.own[n.id]
		if elementwise[n.op] && !p.apart && same && p.astray[r] < first {
			p.start[n.id] = p.start[r]
			return r
		}
	}
	p.start[n.id] = p.arena(n.id).take(p.size[n.id])
	return -1
}

// noteAstray notes which roots an instruction reads elsewhere than at the result's place.
func (p *planner) noteAstray(k int) {
	n := p.list[k]
	for _, in := range n.in {
		if v, of := &p.nodes[in], p.places[in]; of.offset != 0 || v.rows != n.rows || v.cols != n.cols {
			p.astray[of.root] = k
		}
	}
}

// arena returns where a root is stored.
func (p *planner) arena(root int32) *arena {
	if p.own[root] {
		return &p.ownMem
	}
	return &p.mem
}

func (p *planner) free(roots []int32) {
	for _, r := range roots {
		p.arena(r).free(p.start[r], p.size[r])
	}
}

// takeRow finds storage for outputs that lie end to end.
func (p *planner) takeRow(row []int32) {
	size := 0
	for _, id := range row {
		size += p.size[id]
	}
	at := p.mem.take(size)
	for _, id := range row {
		p.start[id] = at
		at += p.size[id]
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

// emit writes the step of an instruction whose operands and result have places.
func (p *planner) emit(n *instr) *step {
	st := step{op: n.op, rows: n.rows, cols: n.cols, out: p.start[n.id], x: n.x, y: n.y, i: n.i, j: n.j,
		local: p.local[n.id], own: p.own[n.id], id: n.id}
	st.in = make([]operand, 0, len(n.in))
	for _, in := range n.in {
		v, of := &p.nodes[in], p.places[in]
		st.in = append(st.in, operand{p.start[of.root] + of.offset, v.rows, v.cols,
			kernel.ExtentOf(v.rows, v.cols, n.rows, n.cols), p.local[of.root], p.own[of.root], in})
	}
	if n.product != nil {
		st.product = n.product.Plan(p.program.precision.bytes())
		// Whoever helps with a product is awake, from the product before it.
		st.parts = min(16, max(1, 4*(st.flops()+2*st.bytes(p.program.precision.bytes()))/p.grain.part))
		p.program.scratch = max(p.program.scratch, st.product.Scratch())
	}
	p.prepare(&st)
	p.placeLooks(&st)
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
