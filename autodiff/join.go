package autodiff

import "slices"

// Narrow products that read the same large matrix become one, which reads it once: the heads of several tasks, x × W₁,
// x × W₂, …, are x × [W₁ W₂ …], their gradients xᵀ × g₁, xᵀ × g₂, … are xᵀ × [g₁ g₂ …], and what they pass back to x,
// g₁ × W₁ᵀ + g₂ × W₂ᵀ + …, is [g₁ g₂ …] × [W₁ W₂ …]ᵀ, which writes it once.

const (
	narrow    = 4       // columns at most of each result that is joined with others; or rows of what is added up
	leastRead = 1 << 12 // numbers at least of the matrix that is read, or written, once
)

// A joiner makes the nodes of a program anew, some products as one.
type joiner struct {
	*simplifier
	grain  grain
	old    []node
	uses   []int    // of each old node
	groups []*joint // of each old node: the products that it is joined with, nil for none
	ends   []*joint // of each old node: the sum of products that it is, nil for none
	within []bool   // of each old node: whether it is a part of such a sum
	met    []bool   // of each old node: whether it is a part of any sum that was looked at
	rep    []int32  // of each old node: the one made for it, or noNode
}

// A joint is old nodes that become one product.
type joint struct {
	members []int32 // products, in order
	rest    []int32 // of a sum: its other terms
	at      int32   // the old node in whose place the product is made
}

// joinNarrow joins narrow products. In lanes of a Jacobian, where each row has its own, and where pieces are computed when
// they are needed, all stays as it is.
func (c *code) joinNarrow(precision Precision) {
	if c.grain.read == 0 || c.inLanes() || slices.ContainsFunc(c.nodes, func(n node) bool { return n.op == opBarrier }) {
		return
	}
	j := &joiner{grain: c.grain, old: c.nodes, uses: make([]int, len(c.nodes)), groups: make([]*joint, len(c.nodes)),
		ends: make([]*joint, len(c.nodes)), within: make([]bool, len(c.nodes)), met: make([]bool, len(c.nodes))}
	for k := range c.nodes {
		for _, in := range c.nodes[k].in {
			j.uses[in]++
		}
	}
	for _, id := range c.outs {
		j.uses[id]++
	}
	if found := j.findSums() + j.findShared(); found == 0 {
		return
	}
	c.nodes, c.home = nil, nil
	j.simplifier = newSimplifier(c, len(j.old), precision)
	j.lane = noLane
	j.make()
}

// findShared finds products of one matrix, of which none needs another. They are made where the first of them was, if all
// of their operands are there by then, or where the last was, if no result is needed before.
func (j *joiner) findShared() (found int) {
	type key struct {
		left int32
		i, j int
	}
	like, narrowly := map[key][]int32{}, make([]bool, len(j.old))
	var keys []key
	for id := range j.old {
		n := &j.old[id]
		if n.op != opMatMul || n.cols > narrow || j.within[id] || j.size(n.in[0]) < j.grain.read {
			continue
		}
		k := key{n.in[0], n.i, n.j}
		if like[k] == nil {
			keys = append(keys, k)
		}
		like[k], narrowly[id] = append(like[k], int32(id)), true
	}
	needed := j.firstNeeds()
	for _, k := range keys {
		all := like[k]
		early := slices.DeleteFunc(slices.Clone(all), func(id int32) bool {
			by := j.old[id].in[1]
			return narrowly[by] || by > all[0] && !rules[j.old[by].op].leaf // such a product may be made later
		})
		last := all[len(all)-1]
		late := slices.DeleteFunc(slices.Clone(all), func(id int32) bool { return needed[id] <= last })
		g := &joint{members: late, at: last}
		if len(early) >= len(late) {
			g = &joint{members: early, at: early[0]}
		}
		if len(g.members) < 2 {
			continue
		}
		found++
		for _, id := range g.members {
			j.groups[id] = g
		}
	}
	return found
}

// firstNeeds returns, of each old node, the first that needs it; one after the last if none does.
func (j *joiner) firstNeeds() []int32 {
	first := slices.Repeat([]int32{int32(len(j.old))}, len(j.old))
	for id := len(j.old) - 1; id >= 0; id-- {
		for _, in := range j.old[id].in {
			first[in] = int32(id)
		}
	}
	return first
}

// findSums finds sums with several products of few columns by few rows.
func (j *joiner) findSums() (found int) {
	for id := len(j.old) - 1; id >= 0; id-- {
		n := &j.old[id]
		if n.op != opAdd || j.met[id] || n.rows*n.cols < j.grain.read {
			continue
		}
		g := &joint{at: int32(id)}
		sums := j.terms(g, int32(id), n)
		for _, sum := range sums {
			j.met[sum] = true
		}
		if len(g.members) < 2 {
			continue
		}
		found++
		j.ends[id] = g
		for _, part := range slices.Concat(sums, g.members) {
			j.within[part] = true
		}
	}
	return found
}

// terms adds the terms of a sum to g, and returns the sums that it is made of.
func (j *joiner) terms(g *joint, id int32, whole *node) (sums []int32) {
	n := &j.old[id]
	alone := id == g.at || j.uses[id] == 1 && n.rows == whole.rows && n.cols == whole.cols
	switch {
	case alone && n.op == opAdd:
		sums = append(sums, id)
		for _, in := range n.in {
			sums = append(sums, j.terms(g, in, whole)...)
		}
	case alone && n.op == opMatMul && n.i == 0 && j.old[n.in[0]].cols <= narrow &&
		(len(g.members) == 0 || j.old[g.members[0]].j == n.j):
		g.members = append(g.members, id)
	default:
		g.rest = append(g.rest, id)
	}
	return sums
}

func (j *joiner) size(id int32) int { return j.old[id].rows * j.old[id].cols }

// make makes all nodes.
func (j *joiner) make() {
	j.rep = slices.Repeat([]int32{noNode}, len(j.old))
	for id, n := range j.old {
		if rules[n.op].leaf {
			j.rep[id] = j.know(n)
		}
	}
	for id := range j.old {
		if j.rep[id] != noNode {
			continue
		}
		if g := j.groups[id]; g != nil {
			if g.at == int32(id) {
				j.makeShared(g)
			}
			continue
		}
		if g := j.ends[id]; g != nil {
			j.rep[id] = j.makeSum(g)
		} else if !j.within[id] {
			n := j.old[id]
			n.in = j.made(n.in)
			j.rep[id] = j.know(n)
		}
	}
	j.outs = j.made(j.outs)
	for k := range j.params {
		j.params[k] = j.made(j.params[k])
	}
}

// made returns what was made for old nodes.
func (j *joiner) made(ids []int32) []int32 {
	all := make([]int32, len(ids))
	for k, id := range ids {
		all[k] = j.rep[id]
	}
	return all
}

// makeShared makes the product of a matrix with others side by side, and takes it apart.
func (j *joiner) makeShared(g *joint) {
	first := j.old[g.members[0]]
	slices.SortFunc(g.members, func(a, b int32) int { return int(j.old[a].in[1] - j.old[b].in[1]) })
	cols := 0
	for _, id := range g.members {
		cols += j.old[id].cols
	}
	joined := j.know(node{op: opMatMul, rows: first.rows, cols: cols, i: first.i, j: first.j,
		in: []int32{j.rep[first.in[0]], j.beside(g.members, 1, 1-first.j)}})
	at := 0
	for _, id := range g.members {
		n := &j.old[id]
		j.rep[id] = j.know(node{op: opSlice, rows: n.rows, cols: n.cols, in: []int32{joined}, j: at, x: float64(n.rows),
			y: float64(n.cols)})
		at += n.cols
	}
}

// makeSum makes a sum, several of its terms as one product.
func (j *joiner) makeSum(g *joint) int32 {
	whole, first := j.old[g.at], j.old[g.members[0]]
	slices.SortFunc(g.members, func(a, b int32) int { return int(j.old[a].in[0] - j.old[b].in[0]) })
	sum := j.know(node{op: opMatMul, rows: whole.rows, cols: whole.cols, j: first.j,
		in: []int32{j.beside(g.members, 0, 1), j.beside(g.members, 1, first.j)}})
	for _, id := range g.rest {
		sum = j.know(node{op: opAdd, rows: whole.rows, cols: whole.cols, in: []int32{j.rep[id], sum}})
	}
	return sum
}

// beside returns operand number which of products, one beside the other along an axis.
func (j *joiner) beside(products []int32, which, axis int) int32 {
	joined := node{op: opConcat, i: axis}
	for _, id := range products {
		in := j.old[id].in[which]
		n := &j.old[in]
		joined.in = append(joined.in, j.rep[in])
		if axis == 1 {
			joined.rows, joined.cols = n.rows, joined.cols+n.cols
		} else {
			joined.rows, joined.cols = joined.rows+n.rows, n.cols
		}
	}
	return j.know(joined)
}
