package autodiff

import (
	"fmt"
	"slices"
)

// Checkpoint returns f(p). A derivative through it does not keep what f computes on the way: it keeps p and computes f
// again when it comes to need it. f must give the same values each time, and may use other values than its argument
// only as constants of the derivative.
//
// An unrolled loop of k steps, cut into √k pieces each under Checkpoint, needs memory for about 2·√k steps instead of
// k, and twice the work forward; the gradient has the same bits.
//
//	for done := 0; done < k; done += piece {
//		p = autodiff.Checkpoint(func(p autodiff.Params) autodiff.Params {
//			for range min(piece, k-done) {
//				p = step(p)
//			}
//			return p
//		}, p)
//	}
func Checkpoint(f func(p Params) Params, p Params) Params {
	if p.Len() == 0 {
		panic("autodiff: Checkpoint: no values")
	}
	g := p.values[0].node0()
	s := &segment{f: f, in: p, first: int32(len(g.nodes))}
	s.out = f(p.Map(Value.Barrier))
	s.end = int32(len(g.nodes))
	g.segments = append(g.segments, s)
	return s.out
}

// Barrier returns v as a value of its own: what is computed from it is not merged with what is computed from v. The
// derivative passes.
func (v Value) Barrier() Value {
	v.node()
	v.g.barriers++
	return apply(opBarrier, node{i: v.g.barriers}, v)
}

// A segment is the nodes that a call of Checkpoint recorded: those from first up to, not including, end.
type segment struct {
	f          func(p Params) Params
	in, out    Params
	first, end int32
}

// segmentAt returns the largest segment whose last node is id.
func (g *Graph) segmentAt(id int32) *segment {
	var largest *segment
	for _, s := range g.segments {
		if s.end == id+1 && (largest == nil || s.first < largest.first) {
			largest = s
		}
	}
	return largest
}

// vjp records the segment once more and returns the cotangents of its inputs, given those of all nodes after it; none
// where the inputs or the outputs have no part in the derivative.
func (s *segment) vjp(g *Graph, needed []bool, total []Value) []Value {
	if !slices.ContainsFunc(s.in.values, func(v Value) bool { return needed[v.id] }) {
		return nil
	}
	s.checkCaptured(g, needed)
	var used []int
	var cts []Value
	for k, y := range s.out.values {
		own := y.id >= s.first && slices.Index(s.out.values, y) == k
		if own && total[y.id].g != nil {
			used, cts = append(used, k), append(cts, total[y.id])
		}
	}
	if len(used) == 0 {
		return nil
	}
	in := s.in.Map(Value.Barrier)
	out := s.f(in)
	ys := make([]Value, len(used))
	for k, u := range used {
		ys[k] = out.values[u]
	}
	return VJP(ys, cts, in.values)
}

// checkCaptured panics if the segment depends on a variable that is not among its inputs.
func (s *segment) checkCaptured(g *Graph, needed []bool) {
	for id := s.first + int32(s.in.Len()); id < s.end; id++ { // after the barriers before its inputs
		for _, in := range g.nodes[id].in {
			if in < s.first && needed[in] {
				panic(fmt.Sprintf("autodiff: Checkpoint: the function uses %v, which the derivative depends on and which "+
					"is not in its argument; join it to the argument with Params.Join", Value{g, in}))
			}
		}
	}
}
