package autodiff

import (
	"fmt"
	"slices"
)

// A sweep carries cotangents from ys back to xs: through the nodes that ys depend on and that are not older than the
// oldest of xs, the youngest first. What lies elsewhere in the graph costs it nothing.
type sweep struct {
	g      *Graph
	ids    []int32   // of those nodes, in the order in which they were recorded
	needed []bool    // of each: whether it depends on one of xs
	total  []Value   // of each: the sum of the cotangents so far; the zero Value if there is none
	stands [][]int32 // for each of xs: the nodes whose cotangents are its
	replay replay
}

func (g *Graph) newSweep(ys, xs []Value, oldest int32) *sweep {
	ids := g.between(ys, oldest)
	s := &sweep{g: g, ids: ids, needed: make([]bool, len(ids)), total: make([]Value, len(ids)), replay: replay{g: g}}
	for _, x := range xs {
		stands := g.standIns(x.id)
		s.stands = append(s.stands, stands)
		for _, id := range stands {
			if k, ok := g.slot(ids, id); ok {
				s.needed[k] = true
			}
		}
	}
	for k, id := range ids {
		for _, in := range g.nodes[id].in {
			if from, ok := g.slot(ids, in); ok && s.needed[from] {
				s.needed[k] = true
			}
		}
	}
	return s
}

// between returns the nodes that ys depend on, ys among them, from node oldest on. Afterwards slot finds them.
func (g *Graph) between(ys []Value, oldest int32) []int32 {
	if missing := len(g.nodes) - len(g.slots); missing > 0 {
		g.slots = append(g.slots, make([]int32, missing)...)
	}
	var ids []int32
	meet := func(id int32) {
		if _, met := g.slot(ids, id); !met && id >= oldest {
			g.slots[id] = int32(len(ids))
			ids = append(ids, id)
		}
	}
	for _, y := range ys {
		meet(y.id)
	}
	for k := 0; k < len(ids); k++ {
		for _, in := range g.nodes[ids[k]].in {
			meet(in)
		}
	}
	slices.Sort(ids)
	for k, id := range ids {
		g.slots[id] = int32(k)
	}
	return ids
}

// slot returns the place of a node in a list made by between. Slots that an earlier list left behind do no harm: they
// name a place that holds another node, or none.
func (g *Graph) slot(ids []int32, id int32) (int32, bool) {
	k := g.slots[id]
	return k, int(k) < len(ids) && ids[k] == id
}

// of returns the sum of the cotangents of x number i and of what stands for it, or the zero Value.
func (s *sweep) of(i int) (sum Value) {
	for _, id := range s.stands[i] {
		k, ok := s.g.slot(s.ids, id)
		switch {
		case !ok || s.total[k].g == nil:
		case sum.g == nil:
			sum = s.total[k]
		default:
			sum = sum.Add(s.total[k])
		}
	}
	return sum
}

// add adds a cotangent to those of a node, if one of xs depends on it.
func (s *sweep) add(id int32, ct Value) {
	k, ok := s.g.slot(s.ids, id)
	if !ok || !s.needed[k] {
		return
	}
	n := &s.g.nodes[id]
	ct = ct.sumBack(n.rows, n.cols)
	if s.total[k].g != nil {
		ct = s.total[k].Add(ct)
	}
	s.total[k] = ct
}

// run applies the rules, from the youngest node to the oldest.
func (s *sweep) run() {
	for k := len(s.ids) - 1; k >= 0; k-- {
		id := s.ids[k]
		vjp := rules[s.g.nodes[id].op].vjp
		if !s.needed[k] || s.total[k].g == nil || vjp == nil {
			continue
		}
		y := s.replay.of(id)
		n := *y.node() // a copy: the rules append to the nodes
		for i, ct := range vjp(&n, y.Operands(), y, s.total[k]) {
			if ct.g != nil {
				s.add(s.g.nodes[id].in[i], ct)
			}
		}
	}
}

// sumBack brings a cotangent to the shape of the operand it belongs to, which may have been broadcast.
func (v Value) sumBack(rows, cols int) Value {
	switch {
	case v.Rows() == rows && v.Cols() == cols:
		return v
	case rows == 1 && cols == 1:
		return v.Sum()
	case v.Rows() == rows && cols == 1:
		return v.SumAxis(1)
	case v.Cols() == cols && rows == 1:
		return v.SumAxis(0)
	}
	panic(fmt.Sprintf("autodiff: a rule gave the cotangent %v to an operand of %d×%d", v, rows, cols))
}
