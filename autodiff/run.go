package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// run executes the steps on the numbers of a workspace; scratch is room for the products that need it.
func run[T kernel.Float](steps []step, mem, scratch []T) {
	for k := range steps {
		s := &steps[k]
		out := mem[s.out : s.out+s.rows*s.cols]
		switch s.op {
		case opMatMul:
			p := s.product
			kernel.Multiply(p, out, entries(mem, s.in[0]), entries(mem, s.in[1]), nil, nil, scratch, 0, p.M)
		case opAdd, opSub, opMul, opDiv, opMax, opMin, opGreater, opEqual:
			a, b := s.in[0], s.in[1]
			kernel.Binary(binaries[s.op], out, entries(mem, a), entries(mem, b), s.rows, s.cols, extent(a, s), extent(b, s))
		case opSelect:
			m, a, b := s.in[0], s.in[1], s.in[2]
			kernel.Select(out, entries(mem, m), entries(mem, a), entries(mem, b), s.rows, s.cols,
				extent(m, s), extent(a, s), extent(b, s))
		case opGate:
			kernel.Gate(out, entries(mem, s.in[0]), entries(mem, s.in[1]), T(s.x))
		case opTranspose:
			kernel.Transpose(out, entries(mem, s.in[0]), s.cols, s.rows)
		case opBroadcast:
			kernel.Broadcast(out, entries(mem, s.in[0]), s.rows, s.cols, extent(s.in[0], s))
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
			unaryStep(s, out, entries(mem, s.in[0]))
		}
	}
}

func unaryStep[T kernel.Float](s *step, out, a []T) {
	switch s.op {
	case opScale:
		kernel.Scale(out, a, T(s.x))
	case opShift:
		kernel.Shift(out, a, T(s.x))
	case opSquare:
		kernel.Square(out, a)
	case opReciprocal:
		kernel.Reciprocal(out, a)
	case opPow:
		kernel.Pow(out, a, s.x)
	case opLeakyReLU:
		kernel.LeakyReLU(out, a, T(s.x))
	case opClamp:
		kernel.Clamp(out, a, T(s.x), T(s.y))
	case opWithin:
		kernel.Within(out, a, T(s.x), T(s.y))
	default:
		f, ok := functions[s.op]
		if !ok {
			panic("autodiff: no kernel for " + rules[s.op].name)
		}
		kernel.Apply(f, out, a)
	}
}

var binaries = [opCount]kernel.BinaryOp{
	opAdd: kernel.Add, opSub: kernel.Sub, opMul: kernel.Mul, opDiv: kernel.Div,
	opMax: kernel.Max, opMin: kernel.Min, opGreater: kernel.Greater, opEqual: kernel.Equal,
}

var functions = map[op]kernel.Function{
	opExp: kernel.Exp, opLog: kernel.Log, opLog1p: kernel.Log1p, opTanh: kernel.Tanh, opSigmoid: kernel.Sigmoid,
	opSoftplus: kernel.Softplus, opSqrt: kernel.Sqrt, opAbs: kernel.Abs, opSin: kernel.Sin, opCos: kernel.Cos,
	opErf: kernel.Erf, opSign: kernel.Sign,
}

func entries[T kernel.Float](mem []T, o operand) []T { return mem[o.at : o.at+o.rows*o.cols] }

// extent tells how an operand covers the result.
func extent(o operand, s *step) kernel.Extent { return kernel.ExtentOf(o.rows, o.cols, s.rows, s.cols) }

// whole turns an index read from data into an int, and refuses one that names no row or column.
func whole[T kernel.Float](s *step, f T, n int) int {
	k := int(f)
	if k < 0 || k >= n || T(k) != f {
		panic(fmt.Sprintf("autodiff: %s: index %v; it must be a whole number from 0 to %d", rules[s.op].name, f, n-1))
	}
	return k
}
