package autodiff

import "fmt"

// Substitute returns what v would be if q stood where p does: it records again what lies between p and v, and takes all
// else as it is, random numbers too. q has the shapes of p, and may be made of v.
//
// It is for a function that is asked for many times and of which only a part depends on what changes: traced once, and
// substituted, what does not depend on p is one value instead of many equal ones. A program computes either once, but a
// derivative goes back from each of many, and from one value only once, by the sum of its cotangents.
//
// What [Checkpoint] does not keep of v it keeps of a copy.
func Substitute(v Value, p, q Params) Value {
	p.alike("Substitute", q)
	if p.Len() == 0 {
		return v
	}
	g, oldest := v.node0(), p.values[0].id
	twin := map[int32]int32{}
	for k, from := range p.values {
		for _, w := range []Value{from, q.values[k]} {
			if w.g != g {
				panic(fmt.Sprintf("autodiff: Substitute: %v and %v belong to different graphs", v, w))
			}
		}
		oldest = min(oldest, from.id)
		twin[from.id] = q.values[k].id
	}
	for _, id := range g.between([]Value{v}, oldest) {
		if _, known := twin[id]; known {
			continue
		}
		n, anew := g.nodes[id], false
		in := g.room(len(n.in))
		for i, operand := range n.in {
			to, changed := twin[operand]
			if in[i] = operand; changed {
				in[i], anew = to, true
			}
		}
		if !anew {
			continue
		}
		if n.in = in; n.op == opBarrier {
			n.i = g.nextBarrier()
		}
		twin[id] = g.append(n).id
	}
	if to, changed := twin[v.id]; changed {
		return Value{g, to}
	}
	return v
}
