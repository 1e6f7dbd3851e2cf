package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// ahead is how many rows before its turn a row is fetched: enough for the memory to answer meanwhile.
const ahead = 12

// gather emits a copy of rows wherever they lie. The next ones are fetched while one is copied: each would be waited
// for by itself.
func gather() {
	TEXT("gather64", NOSPLIT, "func(out, a *float64, rows *int, n, stride, cols int)")
	Doc("gather64 copies n rows of a, of so many columns and stride apart, in the order of their numbers in rows.")
	Pragma("noescape")
	out, a, rows, n, stride, cols := pointer("out"), pointer("a"), pointer("rows"), pointer("n"), pointer("stride"),
		pointer("cols")
	SHLQ(Imm(3), stride)
	SHLQ(Imm(3), cols)
	left, from, at := GP64(), GP64(), GP64()

	Label("row")
	CMPQ(n, Imm(ahead))
	JLE(LabelRef("copy"))
	MOVQ(Mem{Base: rows, Disp: 8 * ahead}, from)
	IMULQ(stride, from)
	ADDQ(a, from)
	XORQ(at, at)
	Label("fetch")
	PREFETCHT0(Mem{Base: from, Index: at, Scale: 1})
	ADDQ(Imm(64), at)
	CMPQ(at, cols)
	JL(LabelRef("fetch"))

	Label("copy")
	MOVQ(Mem{Base: rows}, from)
	IMULQ(stride, from)
	ADDQ(a, from)
	MOVQ(cols, left)
	v, w, word := YMM(), YMM(), GP64()
	Label("eight")
	CMPQ(left, Imm(64))
	JL(LabelRef("one"))
	VMOVUPD(Mem{Base: from}, v)
	VMOVUPD(Mem{Base: from, Disp: 32}, w)
	VMOVUPD(v, Mem{Base: out})
	VMOVUPD(w, Mem{Base: out, Disp: 32})
	ADDQ(Imm(64), from)
	ADDQ(Imm(64), out)
	SUBQ(Imm(64), left)
	JMP(LabelRef("eight"))
	Label("one")
	CMPQ(left, Imm(0))
	JLE(LabelRef("next"))
	MOVQ(Mem{Base: from}, word)
	MOVQ(word, Mem{Base: out})
	ADDQ(Imm(8), from)
	ADDQ(Imm(8), out)
	SUBQ(Imm(8), left)
	JMP(LabelRef("one"))
	Label("next")
	ADDQ(Imm(8), rows)
	DECQ(n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
