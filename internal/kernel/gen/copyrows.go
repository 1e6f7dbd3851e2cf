package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// copyRows emits a copy of short rows: a call for each would take longer than its bytes.
func copyRows() {
	TEXT("copyRows", NOSPLIT, "func(out, a *byte, n, strideOut, strideA, width int)")
	Doc("copyRows copies n rows of width bytes, a multiple of four; they are so many bytes apart.")
	Pragma("noescape")
	out, a, n, strideOut, strideA, width := pointer("out"), pointer("a"), pointer("n"), pointer("strideOut"),
		pointer("strideA"), pointer("width")
	to, from, left := GP64(), GP64(), GP64()
	v, half, word, short := YMM(), XMM(), GP64(), GP32()

	Label("row")
	MOVQ(out, to)
	MOVQ(a, from)
	MOVQ(width, left)
	Label("vector")
	CMPQ(left, Imm(32))
	JL(LabelRef("rest"))
	VMOVUPS(Mem{Base: from}, v)
	VMOVUPS(v, Mem{Base: to})
	ADDQ(Imm(32), from)
	ADDQ(Imm(32), to)
	SUBQ(Imm(32), left)
	JMP(LabelRef("vector"))
	Label("rest")
	TESTQ(U32(16), left)
	JZ(LabelRef("eight"))
	VMOVUPS(Mem{Base: from}, half)
	VMOVUPS(half, Mem{Base: to})
	ADDQ(Imm(16), from)
	ADDQ(Imm(16), to)
	Label("eight")
	TESTQ(U32(8), left)
	JZ(LabelRef("four"))
	MOVQ(Mem{Base: from}, word)
	MOVQ(word, Mem{Base: to})
	ADDQ(Imm(8), from)
	ADDQ(Imm(8), to)
	Label("four")
	TESTQ(U32(4), left)
	JZ(LabelRef("next"))
	MOVL(Mem{Base: from}, short)
	MOVL(short, Mem{Base: to})
	Label("next")
	ADDQ(strideA, a)
	ADDQ(strideOut, out)
	DECQ(n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
