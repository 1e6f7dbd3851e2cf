package autodiff

import "slices"

// fine is a grain by which even the work of small programs is divided: into lanes, pieces of a few numbers, and parts.
var fine = grain{part: 64, piece: 64, group: 48}

// unbanded is the usual grain, but for rows, which stay together, and for products, which stay apart.
var unbanded = grain{part: partFLOPs, piece: pieceBytes, group: groupBytes}

// banded is a grain by which the rows of small programs are divided too.
var banded = grain{part: 8, piece: 64, group: 48, rows: 1, read: 1, always: true}

// compile compiles what is asked for: by itself, divided finely, its rows too, with narrow products joined, with all other
// nodes as outputs, or as it was recorded.
func (t *trace) compile(precision Precision, how string) *Program {
	var outs []Output
	for _, v := range t.asked {
		outs = append(outs, v)
	}
	switch how {
	case "lean":
		return compile(precision, unbanded, outs)
	case "divided":
		return compile(precision, fine, outs)
	case "banded":
		return compile(precision, banded, outs)
	case "joined":
		return compile(precision, grain{part: 8, piece: 64, group: 48, read: 1}, outs)
	case "kept":
		for _, id := range reachable(t.g, t.asked) {
			outs = append(outs, Value{t.g, id})
		}
		return compile(precision, unbanded, outs)
	}
	return compilePlainly(precision, t.asked)
}

// compilePlainly makes a program that computes node after node and gives each storage of its own: nothing is rewritten,
// merged or joined, and nothing overwritten. Only the operands of products that simplifying finds to be transposed are
// taken as they were before: that may change the order of a product's terms.
func compilePlainly(precision Precision, outs []Value) *Program {
	g := outs[0].g
	live := reachable(g, outs)
	all := make([]Value, len(live))
	for k, id := range live {
		all[k] = Value{g, id}
	}
	plain := newCode(g, all, nil)
	plain.grain = usual
	s := newSimplifier(&code{}, len(live), precision)
	rep, simple := make([]int32, len(g.nodes)), make([]int32, len(g.nodes)) // by node of the graph
	first := map[int32]int32{}                                              // by node of the simplifier: that of plain
	for k, id := range live {
		n, m := g.nodes[id], g.nodes[id]
		n.in, m.in = slices.Clone(n.in), slices.Clone(n.in)
		for i, in := range g.nodes[id].in {
			n.in[i], m.in[i] = rep[in], simple[in]
		}
		if n.op == opInput {
			n.i, m.i = int(id), int(id)
		}
		if n.op == opMatMul {
			for i, transposed := range []*int{&n.i, &n.j} {
				if of := &s.nodes[m.in[i]]; of.op == opTranspose {
					n.in[i], *transposed = first[of.in[0]], 1-*transposed
				}
			}
		}
		rep[id], simple[id] = int32(k), s.add(m)
		if _, ok := first[simple[id]]; !ok {
			first[simple[id]] = int32(k)
		}
		plain.nodes, plain.home = append(plain.nodes, n), append(plain.home, noLane)
		plain.outs[k] = int32(k)
	}
	plain.instruct()
	plain.transposeOnce(precision.bytes())
	return plain.plan(precision)
}
