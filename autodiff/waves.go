package autodiff

import "slices"

// Waves are found level by level: a node is one level above the highest that it needs, so that the nodes of a level do
// not need each other. Nodes of one level that have other work before them in the wave, all of one lane, go on with that
// lane; a node that needs several lanes makes them one. A wave ends where going on would cost more than waiting for all
// of its lanes.

// crowd is for how many processors waves are made: with as many lanes of equal work none is idle.
const crowd = 8

// independent returns the spots of instructions that are found to be independent, or nil if running them side by side
// saves too little.
func (c *code) independent(bytes int) []spot {
	levels, work := c.levels(bytes)
	if len(levels) == 0 {
		return nil
	}
	b := &waveBuilder{code: c, work: work, parent: make([]int32, len(c.nodes)), time: make([]int, len(c.nodes)),
		wave: slices.Repeat([]int32{-1}, len(c.nodes))}
	alone := 0
	for _, level := range levels {
		for _, n := range level {
			alone += b.timeOf(n)
		}
		b.add(level)
	}
	b.close()
	if alone-b.taken < max(alone/16, c.grain.part/2) {
		return nil
	}
	var roots []int32 // of all lanes, those that take longest first, so that none is waited for alone
	for _, n := range c.list {
		if b.wave[n.id] >= 0 && b.parent[n.id] == n.id {
			roots = append(roots, n.id)
		}
	}
	slices.SortStableFunc(roots, func(r, s int32) int { return b.time[s] - b.time[r] })
	lane := make([]int32, len(c.nodes))
	for k, root := range roots {
		lane[root] = int32(k)
	}
	spots := make([]spot, len(c.nodes))
	for _, n := range c.list {
		if spots[n.id] = nowhere; b.wave[n.id] >= 0 {
			spots[n.id] = spot{b.wave[n.id], lane[b.root(n.id)]}
		}
	}
	return spots
}

// levels lists the instructions of each level, and the work of each node; none if the whole is too little to divide, or if
// pieces of it are to be computed when they are needed, and not as soon as they can be.
func (c *code) levels(bytes int) (levels [][]*instr, work []int) {
	of := make([]int, len(c.nodes))
	work = make([]int, len(c.nodes))
	total := 0
	for _, n := range c.list {
		for _, in := range n.in {
			of[n.id] = max(of[n.id], of[in])
		}
		if n.op == opBarrier {
			return nil, nil
		}
		if _, ok := view(c.nodes, n); n.leaf() || ok && of[n.id] == 0 {
			continue // there before the first level
		} else if !ok {
			of[n.id]++
			work[n.id] = c.work(n, bytes)
			total += work[n.id]
		}
		for len(levels) < of[n.id] {
			levels = append(levels, nil)
		}
		levels[of[n.id]-1] = append(levels[of[n.id]-1], n)
	}
	if total < 2*c.grain.part {
		return nil, nil
	}
	return levels, work
}

// A waveBuilder makes waves of levels. The nodes of a lane are a tree, whose root knows how long the lane takes.
type waveBuilder struct {
	*code
	work   []int   // of each node
	parent []int32 // of each node in its tree; a root is its own
	time   []int   // of the lane, of a root
	wave   []int32 // of each node; −1 if it is in none
	now    cost    // of the wave that is being made
	number int32   // of that wave
	joined []int32 // the roots that the latest level made part of other lanes
	taken  int     // the time of all waves before
}

// A cost is what a wave takes: lanes side by side, or one lane whose large steps are divided.
type cost struct{ lanes, longest, total int }

func (k cost) time(g grain) int {
	if k.lanes < 2 {
		return k.longest
	}
	return max(k.longest, k.total/crowd) + g.part/4 // which is about what waiting for all lanes takes
}

// add takes a level into the wave, or begins another with it.
func (b *waveBuilder) add(level []*instr) {
	before, apart := b.now, cost{}
	for _, n := range level {
		t := b.timeOf(n)
		apart = cost{apart.lanes + min(1, t), max(apart.longest, t), apart.total + b.work[n.id]}
	}
	b.take(level)
	if b.now.time(b.grain) <= before.time(b.grain)+apart.time(b.grain) {
		return
	}
	for _, root := range slices.Backward(b.joined) {
		b.time[b.parent[root]] -= b.time[root]
		b.parent[root] = root
	}
	b.now = before
	b.close()
	b.take(level)
}

// close ends a wave.
func (b *waveBuilder) close() {
	b.taken += b.now.time(b.grain)
	b.number++
	b.now = cost{}
}

// take adds the nodes of a level to the lanes that they need.
func (b *waveBuilder) take(level []*instr) {
	b.joined = b.joined[:0]
	for _, n := range level {
		id := n.id
		b.parent[id], b.time[id], b.wave[id] = id, b.timeOf(n), b.number
		b.now.lanes++
		b.now.total += b.work[id]
		for _, in := range n.in {
			if b.wave[in] == b.number {
				b.join(b.root(in), b.root(id))
			}
		}
		b.now.longest = max(b.now.longest, b.time[b.root(id)])
	}
}

// join makes one lane of two.
func (b *waveBuilder) join(r, s int32) {
	if r == s {
		return
	}
	if b.time[r] < b.time[s] {
		r, s = s, r
	}
	b.parent[s] = r
	b.time[r] += b.time[s]
	b.joined = append(b.joined, s)
	b.now.lanes--
}

func (b *waveBuilder) root(id int32) int32 {
	for b.parent[id] != id {
		id = b.parent[id]
	}
	return id
}

// timeOf returns how long a step takes, on more than one processor where it is divided.
func (b *waveBuilder) timeOf(n *instr) int {
	switch work := b.work[n.id]; n.op {
	case opMatMul, opConv, opConvImages, opConvWeights, opPool, opUnpool, opMoments:
		return work / min(crowd, max(1, work/b.grain.part))
	default:
		return work
	}
}
