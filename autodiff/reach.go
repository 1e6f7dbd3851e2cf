package autodiff

import "fmt"

// Reaches reports for each of xs whether y depends on it in a way that has a derivative: whether there is a path from it
// to y through operands that operations can be differentiated by. A gradient along such a path may still be 0 in numbers;
// without one it is 0 by construction.
func Reaches(y Value, xs []Value) []bool {
	g := y.node0()
	for _, x := range xs {
		if x.g != g {
			panic(fmt.Sprintf("autodiff: Reaches: %v and %v belong to different graphs", y, x))
		}
	}
	reached := make([]bool, y.id+1)
	reached[y.id] = true
	for id := y.id; id >= 0; id-- {
		if n := g.nodes[id]; reached[id] && rules[n.op].vjp != nil { // a copy: the rules append to g.nodes
			v := Value{g, id}
			for k, ct := range rules[n.op].vjp(&n, v.Operands(), v, g.Fill(n.rows, n.cols, 1)) {
				if ct.g != nil {
					reached[n.in[k]] = true
				}
			}
		}
	}
	out := make([]bool, len(xs))
	for k, x := range xs {
		out[k] = x.id <= y.id && reached[x.id]
	}
	return out
}
