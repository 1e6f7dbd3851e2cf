package autodiff

import (
	"fmt"
	"slices"
	"sort"
)

// Checkpoint returns f(p). A derivative through it does not keep what f computes on the way from p: it keeps p, and
// computes that again when it comes to need it.
//
// The rule is: f is called once, now, and what it records is an ordinary part of the graph. A derivative that goes back
// into that part records it again, node by node, from p on, and takes from the copy what it needs of the values
// within; cotangents are those of the original nodes. So every derivative is what it would be without Checkpoint (if p
// is used elsewhere too, the terms of a derivative are added in another order): by p, by values that f uses and that
// are not in p, by values within that f gave out by other ways than its result, and with checkpoints within f. What f
// uses beside p, and what is computed of that alone, is kept; random numbers that f asks for are drawn again, and are
// the same.
//
// An unrolled loop of k steps, cut into √k pieces each under Checkpoint, needs memory for about 2·√k steps instead of
// k, and twice the work forward.
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
	if f == nil {
		panic("autodiff: Checkpoint: the function is nil")
	}
	if p.Len() == 0 {
		panic("autodiff: Checkpoint: no values")
	}
	g := p.values[0].node0()
	for _, v := range p.values {
		if v.g != g {
			panic(fmt.Sprintf("autodiff: Checkpoint: %v and %v belong to different graphs", p.values[0], v))
		}
	}
	s := segment{first: int32(len(g.nodes)), in: int32(p.Len())}
	out := f(p.Map(Value.Barrier))
	s.end = int32(len(g.nodes))
	within := sort.Search(len(g.segments), func(k int) bool { return g.segments[k].first >= s.first })
	s.inner = append(s.inner, g.segments[within:]...)
	g.segments = append(g.segments[:within], s)
	return out
}

// Barrier returns v as a value of its own: what is computed from it is not merged with what is computed from v. The
// derivative passes.
func (v Value) Barrier() Value {
	v.node()
	return apply(opBarrier, node{i: v.g.nextBarrier()}, v)
}

func (g *Graph) nextBarrier() int {
	g.barriers++
	return g.barriers
}

// A segment is the nodes that a call of Checkpoint recorded: those from first up to, not including, end. It begins with
// the barriers behind its inputs, in of them.
type segment struct {
	first, end, in int32
	inner          []segment // checkpoints within: disjoint, in order
}

// A replay tells what stands for the nodes that a sweep visits: within a segment, a copy that is made when the sweep
// comes to it.
type replay struct {
	g    *Graph
	open []copied // the segments around the node visited last, the outermost first
}

// A copied segment has, for each of its nodes, the node that stands for it.
type copied struct {
	segment
	twin []int32
}

// of returns what stands for a node. From call to call, id falls.
func (r *replay) of(id int32) Value {
	for len(r.open) > 0 && id < r.open[len(r.open)-1].first {
		r.open = r.open[:len(r.open)-1]
	}
	inner := r.g.segments
	if len(r.open) > 0 {
		inner = r.open[len(r.open)-1].inner
	}
	for {
		k := sort.Search(len(inner), func(k int) bool { return inner[k].end > id })
		if k == len(inner) || id < inner[k].first {
			return Value{r.g, r.twin(id)}
		}
		r.open = append(r.open, r.record(inner[k]))
		r.g.copies = append(r.g.copies, r.open[len(r.open)-1])
		inner = inner[k].inner
	}
}

// standIns returns a node and all that stands for it in copies of segments.
func (g *Graph) standIns(id int32) []int32 {
	all := []int32{id}
	k := sort.Search(len(g.segments), func(k int) bool { return g.segments[k].end > id })
	if k == len(g.segments) || id < g.segments[k].first {
		return all
	}
	for k := 0; k < len(all); k++ {
		for _, c := range g.copies {
			if at := all[k] - c.first; 0 <= at && at < int32(len(c.twin)) && !slices.Contains(all, c.twin[at]) {
				all = append(all, c.twin[at])
			}
		}
	}
	return all
}

// twin returns what stands for a node in the innermost of the open segments.
func (r *replay) twin(id int32) int32 {
	if len(r.open) == 0 {
		return id
	}
	s := &r.open[len(r.open)-1]
	return s.twin[id-s.first]
}

// record records a segment again: barriers behind its inputs, and what depends on them. All else stands for itself.
func (r *replay) record(s segment) copied {
	c := copied{s, make([]int32, s.end-s.first)}
	anew := make([]bool, s.end-s.first)
	for id := s.first; id < s.end; id++ {
		k := id - s.first
		from := r.twin(id)
		n := r.g.nodes[from]
		in := make([]int32, len(n.in))
		anew[k] = k < s.in || noisy[n.op]
		for i, operand := range r.g.nodes[id].in {
			in[i] = n.in[i]
			if operand >= s.first && anew[operand-s.first] {
				in[i], anew[k] = c.twin[operand-s.first], true
			}
		}
		c.twin[k] = from
		if anew[k] {
			n.in = in
			if n.op == opBarrier {
				n.i = r.g.nextBarrier()
			}
			c.twin[k] = r.g.append(n).id
		}
	}
	return c
}
