package autodiff

import (
	"cmp"
	"slices"
)

// Steps that do not depend on each other run side by side: those of the gradients of several values, the rows of a
// [Jacobian], or of the experts of a mixture. Steps that follow each other are a lane, lanes that run side by side are a
// wave, and a program is waves that follow each other, most of them of one lane. A lane keeps what nobody else reads in
// memory of whoever runs it.

// A laneRange is the nodes that the gradient of one value recorded: those from first up to, not including, end.
type laneRange struct{ first, end int32 }

// noLane is the lane of what is in none: leaves, and all nodes of a gradient's surroundings when lanes are recorded.
const noLane = -1

// lanesOfNodes returns the lane in which each node was recorded, or noLane; nil if there are no lanes. Of lanes within
// a lane the inner ones count.
func (g *Graph) lanesOfNodes() []int32 {
	if len(g.lanes) == 0 {
		return nil
	}
	lane := slices.Repeat([]int32{noLane}, len(g.nodes))
	for k := len(g.lanes) - 1; k >= 0; k-- { // a lane within another was recorded, and listed, before it
		for id := g.lanes[k].first; id < g.lanes[k].end; id++ {
			lane[id] = int32(k)
		}
	}
	return lane
}

// A spot is where a node is computed: in which wave, and in which of its lanes. Neither number need follow on another.
type spot struct{ wave, lane int32 }

// nowhere is the spot of a leaf.
var nowhere = spot{-1, 0}

// divideIntoLanes orders the instructions by waves and lanes, if that is worth calling processors for: the rows of a
// Jacobian, or else what is found to be independent.
func (c *code) divideIntoLanes(bytes int) {
	spots := c.spotsOfBands(bytes)
	if spots == nil {
		spots = c.rowsOfJacobian(bytes)
	}
	if spots == nil {
		spots = c.independent(bytes)
	}
	if spots == nil {
		return
	}
	slices.SortStableFunc(c.list, func(a, b *instr) int {
		s, t := spots[a.id], spots[b.id]
		return cmp.Or(cmp.Compare(s.wave, t.wave), cmp.Compare(s.lane, t.lane))
	})
	c.lane = slices.Repeat([]int32{noLane}, len(c.nodes))
	last, lanes := nowhere, int32(noLane)
	for _, n := range c.list {
		s := spots[n.id]
		if s != last {
			if s.wave != last.wave {
				c.waves = append(c.waves, 0)
			}
			c.waves[len(c.waves)-1]++
			lanes++
			last = s
		}
		c.lane[n.id] = lanes
	}
}

// rowsOfJacobian returns the spots of three waves: what comes before the lanes of a Jacobian, the lanes, and what comes
// after; or nil if there are none, or too small ones.
func (c *code) rowsOfJacobian(bytes int) []spot {
	if len(c.g.lanes) == 0 {
		return nil
	}
	before, after := spot{0, 0}, spot{2, 0}
	at := c.find()
	spots := make([]spot, len(c.nodes))
	var share func(id int32)
	share = func(id int32) { // what two lanes need comes before them, with all that it needs
		if spots[id].wave == 1 {
			spots[id] = before
			for _, in := range at[id].in {
				share(in)
			}
		}
	}
	for _, n := range c.list {
		if n.leaf() {
			spots[n.id] = nowhere
			continue
		}
		s := before
		if lane := c.home[n.id]; lane != noLane {
			s = spot{1, lane}
		}
		for _, in := range n.in {
			if of := spots[in]; of == after || s == before && of.wave == 1 {
				s = after
			}
		}
		for _, in := range n.in {
			if s.wave == 1 && spots[in] != s {
				share(in)
			}
		}
		spots[n.id] = s
	}
	work := make([]int, len(c.g.lanes))
	busy, total := 0, 0
	for _, n := range c.list {
		if s := spots[n.id]; s.wave == 1 {
			if work[s.lane] == 0 {
				busy++
			}
			work[s.lane] += c.work(n, bytes)
			total += c.work(n, bytes)
		}
	}
	if busy < 2 || total < busy*c.grain.part {
		return nil // too little to call a processor for
	}
	return spots
}

// laneAt returns the lane of instruction k: noLane, or from 0 on; that after the last is their number.
func (c *code) laneAt(k int) int {
	if k < len(c.list) {
		return int(c.laneOf(c.list[k]))
	}
	lanes := 0
	for _, n := range c.waves {
		lanes += n
	}
	return lanes
}

// laneOf returns the lane of an instruction; without lanes all are in one.
func (c *code) laneOf(n *instr) int32 {
	if c.lane == nil {
		return noLane
	}
	return c.lane[n.id]
}

// keepLanesApart finds what a lane keeps for itself. All else that lanes read outlasts their wave.
func (p *planner) keepLanesApart() {
	if p.lane == nil {
		return
	}
	var waves []int // of each lane
	for w, n := range p.waves {
		waves = append(waves, slices.Repeat([]int{w}, n)...)
	}
	p.late = make([][]int32, len(p.waves))
	for root, last := range p.last {
		if last < 0 || p.pinned[root] {
			continue
		}
		lane := p.laneAt(last)
		switch wave := waves[lane]; {
		case p.waves[wave] == 1:
		case p.lane[root] == int32(lane):
			p.own[root] = true
		default:
			p.last[root] = len(p.list)
			p.late[wave] = append(p.late[wave], int32(root))
		}
	}
}

// enterLane notes where in the program a lane begins, before instruction k, or the last one ends.
func (p *planner) enterLane(k int) {
	lane := p.laneAt(k)
	if p.lane == nil || lane == noLane || k > 0 && lane == p.laneAt(k-1) {
		return
	}
	begin := len(p.program.steps)
	p.program.own = max(p.program.own, p.ownMem.size)
	p.ownMem = newArena(p.program.precision)
	waves := p.program.waves
	if w := len(waves) - 1; w >= 0 {
		waves[w] = append(waves[w], begin)
		if len(waves[w]) <= p.waves[w] {
			return
		}
		p.free(p.late[w])
	}
	if k < len(p.list) {
		p.program.waves = append(waves, []int{begin})
	}
}

// work estimates the work of an instruction, in FLOPs; a byte that is read or written counts as one.
func (c *code) work(n *instr, bytes int) int {
	work := n.rows * n.cols
	for _, in := range n.in {
		work += c.nodes[in].rows * c.nodes[in].cols
	}
	work *= bytes
	if n.product != nil {
		work += 2 * n.rows * n.cols * n.product.K
	}
	switch n.op {
	case opConv:
		work += 2 * n.rows * n.cols * c.windows[n.i].Patch()
	case opConvImages: // as much as the convolution of the images
		work += 2 * c.nodes[n.in[0]].rows * c.nodes[n.in[0]].cols * c.windows[n.i].Patch()
	case opConvWeights:
		work += 2 * c.nodes[n.in[1]].rows * c.nodes[n.in[1]].cols * c.windows[n.i].Patch()
	case opMoments:
		work += 4 * c.nodes[n.in[0]].rows * n.cols
	case opCholesky:
		work += n.rows * n.rows * n.rows / 3
	case opSolveLower:
		work += n.rows * n.rows * n.cols
	}
	return work
}

// lanes reports whether steps of the program run side by side.
func (p *Program) lanes() bool {
	return slices.ContainsFunc(p.waves, func(w []int) bool { return len(w) > 2 })
}
