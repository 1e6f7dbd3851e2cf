package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// rows emits the kernels of an operation on a matrix and a column, or a column and a matrix, and on two operands of which
// one may be a row: they go from row to row by themselves, since rows are often short.
func rows(t kind, op binaryOp) {
	for _, mode := range []struct{ suffix, what string }{{"VC", "a matrix and a column"}, {"CV", "a column and a matrix"}} {
		if mode.suffix == "CV" && op.symmetric {
			continue
		}
		name := op.name + mode.suffix + t.suffix
		TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, b *%s, rows, cols int)", t.goType))
		Doc(fmt.Sprintf("%s computes %s of %s, a and b.", name, op.name, mode.what))
		Pragma("noescape")
		out, a, b := pointer("out"), pointer("a"), pointer("b")
		matrix, column := a, b
		if mode.suffix == "CV" {
			matrix, column = b, a
		}
		number := YMM()
		eachRow(t, out, []row{{matrix, Mem{}}}, func() {
			t.broadcast(Mem{Base: column}, number)
			ADDQ(I32(int32(t.size)), column)
		}, func(in []VecVirtual) VecVirtual {
			v := YMM()
			if mode.suffix == "VC" {
				op.apply(t, in[0], number, v)
			} else {
				op.apply(t, number, in[0], v)
			}
			return v
		})
	}
	name := op.name + "RR" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, b *%s, rows, cols, backA, backB int)", t.goType))
	Doc(fmt.Sprintf("%s computes %s of the rows of a and b, each taken back by some bytes after a row: 0 where it is a matrix.",
		name, op.name))
	Pragma("noescape")
	out, a, b := pointer("out"), pointer("a"), pointer("b")
	eachRow(t, out, []row{{a, parameter("backA")}, {b, parameter("backB")}}, func() {}, func(in []VecVirtual) VecVirtual {
		v := YMM()
		op.apply(t, in[0], in[1], v)
		return v
	})
}

// addMul emits the sum of a matrix and another times a column, with both roundings.
func addMul(t kind) {
	name := "addMulC" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, b, column *%s, rows, cols int)", t.goType))
	Doc(name + " stores a + b·column.")
	Pragma("noescape")
	out, a, b, column, number := pointer("out"), pointer("a"), pointer("b"), pointer("column"), YMM()
	eachRow(t, out, []row{{a, Mem{}}, {b, Mem{}}}, func() {
		t.broadcast(Mem{Base: column}, number)
		ADDQ(I32(int32(t.size)), column)
	}, func(in []VecVirtual) VecVirtual {
		t.mul(number, in[1], in[1])
		t.add(in[1], in[0], in[0])
		return in[0]
	})
}

// A row is where an operand's row begins, and where it is written by how much it is taken back after each; a Mem without
// a base stands for nothing.
type row struct {
	at   Register
	back Mem
}

// eachRow emits a loop over rows. The rest of a row is written under its mask, and the pointers are moved past it.
func eachRow(t kind, out Register, operands []row, begin func(), f func(in []VecVirtual) VecVirtual) {
	left, n, over := pointer("rows"), GP64(), GP64()
	var from []Register
	for _, o := range operands {
		from = append(from, o.at)
	}
	Label("row")
	MOVQ(parameter("cols"), n)
	begin()
	entries(t.mover(), 4, out, n, from, f)
	MOVQ(n, over)
	SHLQ(Imm(map[int]uint64{8: 3, 4: 2}[t.size]), over)
	ADDQ(over, out)
	for _, o := range operands {
		ADDQ(over, o.at)
		if o.back.Base != nil {
			SUBQ(o.back, o.at)
		}
	}
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
