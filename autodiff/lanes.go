package autodiff

import "slices"

// The gradients of several values, the rows of a [Jacobian], do not depend on each other. The steps of each are a lane,
// and lanes run side by side: before them what they share, after them what is made of their results. A lane keeps what
// nobody else reads in memory of whoever runs it.

// What is in no lane comes before all lanes, or after.
const (
	before = -1
	after  = -2
)

// A laneRange is the nodes that the gradient of one value recorded: those from first up to, not including, end.
type laneRange struct{ first, end int32 }

// lanesOfNodes returns the lane in which each node was recorded, or before; nil if there are no lanes. Of lanes within
// a lane the inner ones count.
func (g *Graph) lanesOfNodes() []int32 {
	if len(g.lanes) == 0 {
		return nil
	}
	lane := slices.Repeat([]int32{before}, len(g.nodes))
	for k := len(g.lanes) - 1; k >= 0; k-- { // a lane within another was recorded, and listed, before it
		for id := g.lanes[k].first; id < g.lanes[k].end; id++ {
			lane[id] = int32(k)
		}
	}
	return lane
}

// divideIntoLanes orders the instructions: what comes before the lanes, the lanes, and what comes after.
func (c *code) divideIntoLanes(bytes int) {
	if len(c.g.lanes) == 0 {
		return
	}
	at := c.find()
	lane := make([]int32, len(c.nodes))
	var share func(id int32)
	share = func(id int32) { // what two lanes need comes before them, with all that it needs
		if lane[id] >= 0 {
			lane[id] = before
			for _, in := range at[id].in {
				share(in)
			}
		}
	}
	for _, n := range c.list {
		l := int32(before)
		if !n.leaf() {
			l = c.home[n.id]
		}
		for _, in := range n.in {
			if of := lane[in]; of == after || l == before && of >= 0 {
				l = after
			}
		}
		for _, in := range n.in {
			if l >= 0 && lane[in] != l {
				share(in)
			}
		}
		lane[n.id] = l
	}
	work := make([]int, len(c.g.lanes))
	busy, total := 0, 0
	for _, n := range c.list {
		if l := lane[n.id]; l >= 0 {
			if work[l] == 0 {
				busy++
			}
			work[l] += c.work(n, bytes)
			total += c.work(n, bytes)
		}
	}
	if busy < 2 || total < busy*c.grain.part {
		return // too little to call a processor for
	}
	for id, l := range lane {
		if l == after {
			lane[id] = int32(len(c.g.lanes))
		}
	}
	slices.SortStableFunc(c.list, func(a, b *instr) int { return int(lane[a.id] - lane[b.id]) })
	c.lane = lane
}

// laneAt returns the lane of instruction k: before, or from the number of lanes on what comes after.
func (c *code) laneAt(k int) int {
	if k == len(c.list) {
		return len(c.g.lanes)
	}
	return int(c.lane[c.list[k].id])
}

// laneOf returns the lane of an instruction; without lanes all are in one.
func (c *code) laneOf(n *instr) int32 {
	if c.lane == nil {
		return before
	}
	return c.lane[n.id]
}

// keepLanesApart finds what a lane keeps for itself, and makes all else that lanes read outlast them.
func (p *planner) keepLanesApart() {
	if p.lane == nil {
		return
	}
	begin := 0
	for p.laneAt(begin) < 0 {
		begin++
	}
	end := begin
	for p.laneAt(end) < len(p.g.lanes) {
		end++
	}
	for root, last := range p.last {
		switch inLane := p.lane[root] >= 0; {
		case last < begin || last >= end || p.pinned[root]:
		case inLane:
			p.own[root] = true
		default:
			p.last[root] = end
		}
	}
}

// enterLane notes where in the program a lane begins, before instruction k.
func (p *planner) enterLane(k int) {
	if p.lane == nil || p.laneAt(k) < 0 || k > 0 && p.laneAt(k) == p.laneAt(k-1) {
		return
	}
	p.program.lanes = append(p.program.lanes, len(p.program.steps))
	p.program.own = max(p.program.own, p.ownMem.size)
	p.ownMem = arena{}
}

// work estimates the work of an instruction, as partFLOPs counts it.
func (c *code) work(n *instr, bytes int) int {
	work := 2 * bytes * n.rows * n.cols
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
