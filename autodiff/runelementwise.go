package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// elementwise runs some rows of an elementwise step, from row r on.
func (h *hand[T]) elementwise(s *step, r, rows int) {
	at := s.out
	if s.own {
		at += h.own
	}
	if !s.local {
		at += r * s.cols
	}
	out := h.m.mem[at : at+rows*s.cols]
	a := h.read(s, &s.in[0], r, rows)
	switch s.op {
	case opAdd, opSub, opMul, opDiv, opMax, opMin, opGreater, opEqual:
		b := h.read(s, &s.in[1], r, rows)
		kernel.Binary(binaries[s.op], out, a, b, rows, s.cols, s.in[0].extent, s.in[1].extent)
	case opScale:
		kernel.Scale(out, a, T(s.x))
	case opShift:
		kernel.Shift(out, a, T(s.x))
	case opAddScaled:
		kernel.AddScaled(out, a, h.read(s, &s.in[1], r, rows), T(s.x))
	case opAddMul:
		kernel.AddMul(out, a, h.read(s, &s.in[1], r, rows), h.read(s, &s.in[2], r, rows), rows, s.cols)
	case opSquare:
		kernel.Square(out, a)
	case opReciprocal:
		kernel.Reciprocal(out, a)
	case opPow:
		kernel.Pow(out, a, s.x)
	case opLeakyReLU:
		kernel.LeakyReLU(out, a, T(s.x))
	case opGate:
		kernel.Gate(out, a, h.read(s, &s.in[1], r, rows), T(s.x))
	case opClamp:
		kernel.Clamp(out, a, T(s.x), T(s.y))
	case opWithin:
		kernel.Within(out, a, T(s.x), T(s.y))
	case opSelect:
		yes, no := h.read(s, &s.in[1], r, rows), h.read(s, &s.in[2], r, rows)
		kernel.Select(out, a, yes, no, rows, s.cols, s.in[0].extent, s.in[1].extent, s.in[2].extent)
	default:
		kernel.Apply(functions[s.op], out, a)
	}
}

// read returns what some rows of a step need of an operand.
func (h *hand[T]) read(s *step, o *operand, r, rows int) []T {
	at, mem := o.at, h.m.mem
	if o.own {
		at += h.own
	}
	switch o.extent {
	case kernel.One:
		return mem[at : at+1]
	case kernel.Row:
		return mem[at : at+s.cols]
	case kernel.Col:
		return mem[at+r : at+r+rows]
	}
	if !o.local {
		at += r * s.cols
	}
	return mem[at : at+rows*s.cols]
}

var binaries = [opEnd]kernel.BinaryOp{
	opAdd: kernel.Add, opSub: kernel.Sub, opMul: kernel.Mul, opDiv: kernel.Div,
	opMax: kernel.Max, opMin: kernel.Min, opGreater: kernel.Greater, opEqual: kernel.Equal,
}

var functions = [opEnd]kernel.Function{
	opExp: kernel.Exp, opLog: kernel.Log, opLog1p: kernel.Log1p, opTanh: kernel.Tanh, opSigmoid: kernel.Sigmoid,
	opSoftplus: kernel.Softplus, opSqrt: kernel.Sqrt, opAbs: kernel.Abs, opSin: kernel.Sin, opCos: kernel.Cos,
	opErf: kernel.Erf, opSign: kernel.Sign,
}

// whole turns an index read from data into an int, and refuses one that names no row or column.
func whole[T kernel.Float](s *step, f T, n int) int {
	k := int(f)
	if k < 0 || k >= n || T(k) != f {
		panic(fmt.Sprintf("autodiff: %s: index %v; it must be a whole number from 0 to %d", s.op, f, n-1))
	}
	return k
}
