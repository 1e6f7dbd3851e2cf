package autodiff

import "kindred/internal/kernel"

// run executes the steps on the numbers of a workspace; scratch is room for the products that need it.
func run[T kernel.Float](steps []step, mem, scratch []T) {
	for k := 0; k < len(steps); {
		s := &steps[k]
		if s.group == 0 {
			execute(s, mem, scratch)
			k++
			continue
		}
		for r := 0; r < s.rows; r += s.piece {
			rows := min(s.piece, s.rows-r)
			for i := range s.group {
				entrywise(&steps[k+i], mem, r, rows)
			}
		}
		k += s.group
	}
}

// execute runs a whole step.
func execute[T kernel.Float](s *step, mem, scratch []T) {
	if elementwise[s.op] {
		entrywise(s, mem, 0, s.rows)
		return
	}
	out := mem[s.out : s.out+s.rows*s.cols]
	switch s.op {
	case opMatMul:
		multiply(s, out, mem, scratch)
	case opDot:
		out[0] = kernel.Dot(entries(mem, s.in[0]), entries(mem, s.in[1]))
	case opTranspose:
		kernel.Transpose(out, entries(mem, s.in[0]), s.cols, s.rows)
	case opBroadcast:
		kernel.Broadcast(out, entries(mem, s.in[0]), s.rows, s.cols, s.in[0].extent)
	case opSum:
		kernel.Sum(out, entries(mem, s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opMaxAxis:
		kernel.MaxAxis(out, entries(mem, s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opSlice:
		kernel.Copy2D(out, 0, s.cols, entries(mem, s.in[0]), s.i*s.in[0].cols+s.j, s.in[0].cols, s.rows, s.cols)
	case opPad:
		clear(out)
		a := s.in[0]
		kernel.Copy2D(out, s.i*s.cols+s.j, s.cols, entries(mem, a), 0, a.cols, a.rows, a.cols)
	case opConcat:
		at := 0
		for _, a := range s.in {
			kernel.Copy2D(out, at, s.cols, entries(mem, a), 0, a.cols, a.rows, a.cols)
			if s.i == 0 {
				at += a.rows * a.cols
			} else {
				at += a.cols
			}
		}
	case opGatherRows:
		a := s.in[0]
		rows, index := entries(mem, a), entries(mem, s.in[1])
		for r, f := range index {
			copy(out[r*s.cols:(r+1)*s.cols], rows[whole(s, f, a.rows)*s.cols:])
		}
	case opScatterRows:
		clear(out)
		rows, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		for r, f := range index {
			to := out[whole(s, f, s.rows)*s.cols:]
			for c, v := range rows[r*s.cols : (r+1)*s.cols] {
				to[c] += v
			}
		}
	case opGather:
		a, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		cols := s.in[0].cols
		for r, f := range index {
			out[r] = a[r*cols+whole(s, f, cols)]
		}
	case opScatter:
		clear(out)
		a, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		for r, f := range index {
			out[r*s.cols+whole(s, f, s.cols)] = a[r]
		}
	default:
		panic("autodiff: no kernel for " + s.op.String())
	}
}

// multiply runs a matrix product and what follows it.
func multiply[T kernel.Float](s *step, out, mem, scratch []T) {
	var d, by []T
	rest := s.in[2:]
	if s.product.Add != kernel.Nothing {
		d, rest = entries(mem, rest[0]), rest[1:]
	}
	if s.product.Gate {
		by = entries(mem, rest[0])
	}
	kernel.Multiply(s.product, out, entries(mem, s.in[0]), entries(mem, s.in[1]), d, by, scratch, 0, s.rows)
}

func entries[T kernel.Float](mem []T, o operand) []T { return mem[o.at : o.at+o.rows*o.cols] }
