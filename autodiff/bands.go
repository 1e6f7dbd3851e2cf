package autodiff

import "slices"

// The rows of a large batch are computed in bands: a band goes from its rows of the inputs to its part of each sum over
// the rows, such as the gradient of a weight matrix, and then the parts are added up, that of the first band first.
// Bands need nothing of each other. They are lanes of one wave: what a band wrote stays in the caches of whoever runs
// it, and nobody waits for another before the sums. How many there are depends on shapes alone, and so do the bits.

const (
	leastBand   = 128     // rows, of which products are as fast as of more
	mostBands   = 4       // of which each has parts of all sums
	mostParts   = 1 << 19 // bytes of all sums: what a cache takes of the parts beside the rows
	workPerByte = 16      // at least, for each byte that is put together again
)

// A bander divides rows.
type bander struct {
	*code
	rows   int       // of the batch
	edges  []int     // of bands: where each begins, and where the last ends
	banded []bool    // of each node: whether its rows are divided
	summed []bool    // of each node: whether it is a sum over such rows
	whole  []int32   // of each node: the one made that has all its rows, or noNode
	parts  [][]int32 // of each node: those made that have the rows of each band, if there are any
	made   []node
	band   []int32 // of each node that was made, or noLane
}

// noNode stands for a node that was not made yet.
const noNode = -1

// divideIntoBands divides the rows of a batch if there is one, and enough work.
func (c *code) divideIntoBands(bytes int) {
	b := &bander{code: c, rows: c.batch(), banded: make([]bool, len(c.nodes)), summed: make([]bool, len(c.nodes))}
	if c.grain.rows == 0 || b.rows < 2*c.grain.rows || c.inLanes() {
		return
	}
	n := min(mostBands, b.rows/c.grain.rows, b.find(bytes)/c.grain.part)
	if n < 2 {
		return
	}
	for k := range n + 1 {
		b.edges = append(b.edges, k*b.rows/n)
	}
	b.divide()
	c.bands = n
}

// inLanes reports whether a node was recorded in a lane.
func (c *code) inLanes() bool {
	return len(c.g.lanes) > 0 && slices.ContainsFunc(c.home, func(lane int32) bool { return lane != noLane })
}

// batch returns the number of rows that the products with most of the work have.
func (c *code) batch() (rows int) {
	work := map[int]int{}
	for k := range c.nodes {
		if n := &c.nodes[k]; n.op == opMatMul && n.i == 0 {
			work[n.rows] += n.rows * n.cols * c.nodes[n.in[0]].cols
			if w := work[n.rows] - work[rows]; w > 0 || w == 0 && n.rows > rows {
				rows = n.rows
			}
		}
	}
	return rows
}

// find finds what can be divided and returns how much work it is: 0 if that is too little of all, if the sums are too
// large, if too much would be put together again, if a part is to be computed when it is needed, and not before, or if
// nodes side by side, the experts of a mixture for example, are as many as bands would be.
func (b *bander) find(bytes int) (divided int) {
	whole := make([]bool, len(b.nodes))
	for _, id := range b.outs {
		whole[id] = true
	}
	total, parts, together := 0, 0, 0
	longest, path := 0, make([]int, len(b.nodes)) // of each node: the work of what has to be done one after the other
	for k := range b.nodes {
		n := b.newInstr(int32(k))
		b.banded[k] = b.byRows(&n.node)
		b.summed[k] = !b.banded[k] && b.overRows(&n.node)
		for i, in := range n.in {
			whole[in] = whole[in] || !b.reads(&n.node, i)
		}
		if n.op == opBarrier {
			return 0
		}
		if n.leaf() {
			continue
		}
		work := b.work(&n, bytes)
		total += work
		for _, in := range n.in {
			path[k] = max(path[k], path[in])
		}
		path[k] += work
		longest = max(longest, path[k])
		if b.banded[k] || b.summed[k] {
			divided += work
		}
		if b.summed[k] {
			parts += n.rows * n.cols * bytes
		}
	}
	for k := range b.nodes {
		if b.banded[k] && whole[k] {
			together += b.nodes[k].rows * b.nodes[k].cols * bytes
		}
	}
	worth := divided >= total/4*3 && parts <= mostParts && together*workPerByte <= total && total < mostBands*longest
	if !worth && !b.grain.always {
		return 0
	}
	return divided
}

// ofBatch reports whether a node has a row for each of the batch: it is divided, or a leaf.
func (b *bander) ofBatch(id int32) bool {
	n := instr{node: b.nodes[id]}
	return n.rows == b.rows && (b.banded[id] || n.leaf())
}

// byRows reports whether each row of n is computed from the same row of operands, and from others as a whole.
func (b *bander) byRows(n *node) bool {
	if n.rows != b.rows {
		return false
	}
	switch {
	case elementwise[n.op], n.op == opConcat && n.i == 1, n.op == opGather, n.op == opScatter:
		return slices.ContainsFunc(n.in, b.ofBatch)
	case n.op == opMatMul:
		return n.i == 0 && b.ofBatch(n.in[0])
	case n.op == opGatherRows:
		return b.ofBatch(n.in[1])
	case n.op == opBroadcast:
		return b.nodes[n.in[0]].rows == 1 || b.ofBatch(n.in[0])
	case n.op == opSum, n.op == opMaxAxis:
		return n.i == 1 && b.ofBatch(n.in[0])
	case n.op == opSlice, n.op == opPad:
		return n.i == 0 && b.ofBatch(n.in[0])
	}
	return false
}

// overRows reports whether n is a sum over rows that are divided.
func (b *bander) overRows(n *node) bool {
	switch n.op {
	case opSum:
		return n.i != 1 && b.banded[n.in[0]]
	case opMatMul:
		rows := b.nodes[n.in[0]].rows == b.rows && b.nodes[n.in[1]].rows == b.rows
		return n.i == 1 && n.j == 0 && rows && (b.banded[n.in[0]] || b.banded[n.in[1]])
	}
	return false
}

// reads reports whether a band of n reads its own rows of operand i, and not all of it.
func (b *bander) reads(n *node, i int) bool {
	switch {
	case b.nodes[n.in[i]].rows != b.rows:
		return false
	case b.overRows(n):
		return true
	case n.op == opMatMul:
		return i == 0 && b.byRows(n)
	case n.op == opGatherRows:
		return i == 1 && b.byRows(n)
	}
	return b.byRows(n)
}

// divide makes the nodes anew.
func (b *bander) divide() {
	b.whole, b.parts = slices.Repeat([]int32{noNode}, len(b.nodes)), make([][]int32, len(b.nodes))
	for k := range b.nodes {
		n := &b.nodes[k]
		switch {
		case b.banded[k]:
			b.parts[k] = b.makeBands(n)
		case b.summed[k]:
			b.whole[k] = b.make(noLane, node{op: opTotal, rows: n.rows, cols: n.cols, in: b.makeBands(n)})
		default:
			same := *n
			same.in = b.allOfEach(n.in)
			b.whole[k] = b.make(noLane, same)
		}
	}
	b.outs = b.allOfEach(b.outs)
	for k := range b.params {
		b.params[k] = b.allOfEach(b.params[k])
	}
	b.nodes, b.home = b.made, b.band
}

func (b *bander) make(band int32, n node) int32 {
	b.made, b.band = append(b.made, n), append(b.band, band)
	return int32(len(b.made) - 1)
}

// makeBands makes the bands of n, or its parts by them.
func (b *bander) makeBands(n *node) []int32 {
	ids := make([]int32, len(b.edges)-1)
	for k := range ids {
		part := *n
		part.in = make([]int32, len(n.in))
		for i, in := range n.in {
			if b.reads(n, i) {
				part.in[i] = b.rowsOf(in)[k]
			} else {
				part.in[i] = b.allOf(in)
			}
		}
		if n.rows == b.rows && !b.overRows(n) {
			part.rows = b.edges[k+1] - b.edges[k]
			switch n.op {
			case opBroadcast:
				part.i = part.rows
			case opSlice, opPad:
				part.x = float64(part.rows)
			}
		}
		ids[k] = b.make(int32(k), part)
	}
	return ids
}

// rowsOf returns the bands of a node.
func (b *bander) rowsOf(id int32) []int32 {
	if b.parts[id] == nil {
		for k, from := range b.edges[:len(b.edges)-1] {
			rows, cols := b.edges[k+1]-from, b.nodes[id].cols
			b.parts[id] = append(b.parts[id], b.make(noLane, node{op: opSlice, rows: rows, cols: cols,
				in: []int32{b.whole[id]}, i: from, x: float64(rows), y: float64(cols)}))
		}
	}
	return b.parts[id]
}

// allOf returns a node with all its rows.
func (b *bander) allOf(id int32) int32 {
	if b.whole[id] == noNode {
		b.whole[id] = b.make(noLane, node{op: opConcat, rows: b.rows, cols: b.nodes[id].cols, in: b.parts[id]})
	}
	return b.whole[id]
}

func (b *bander) allOfEach(ids []int32) []int32 {
	all := make([]int32, len(ids))
	for k, id := range ids {
		all[k] = b.allOf(id)
	}
	return all
}

// spotsOfBands returns the spots of waves of which every other has a lane a band. What bands need or leave comes between
// them, side by side where that is worth while: the sums of several weight matrices, for example.
func (c *code) spotsOfBands(bytes int) []spot {
	if c.bands == 0 {
		return nil
	}
	spots := make([]spot, len(c.nodes))
	parent := make([]int32, len(c.nodes)) // of each node between bands, in the tree of those that need each other
	work := make([]int, len(c.nodes))     // of the tree of which a node is the root
	root := func(id int32) int32 {
		for parent[id] != id {
			id = parent[id]
		}
		return id
	}
	for _, n := range c.list {
		id, s := n.id, spot{0, c.home[n.id]}
		for _, in := range n.in {
			s.wave = max(s.wave, spots[in].wave)
		}
		first := !slices.ContainsFunc(n.in, func(in int32) bool { return spots[in] != nowhere })
		if _, free := view(c.nodes, n); n.leaf() || free && first {
			spots[id] = nowhere // it is there before the first wave
			continue
		}
		if between := s.wave%2 == 0; between != (s.lane == noLane) {
			s.wave++
		}
		spots[id] = s
		if s.lane != noLane {
			continue
		}
		parent[id], work[id] = id, c.work(n, bytes)
		for _, in := range n.in {
			if spots[in].wave == s.wave && root(in) != id {
				work[id] += work[root(in)]
				parent[root(in)] = id
			}
		}
	}
	for _, n := range c.list {
		if s := &spots[n.id]; *s != nowhere && s.lane == noLane {
			if r := root(n.id); work[r] >= c.grain.part/32 {
				s.lane = r
			}
		}
	}
	return spots
}
