package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// dotRows is the largest number of rows of a that a dots kernel takes at once.
const dotRows = 3

// dotCols is the number of rows of b, columns of c, that it takes at once.
const dotCols = 4

// dots emits a kernel for a few rows of c = a·bᵀ: each entry is the inner product of a row of a and a row of b, summed
// in as many interleaved partial sums as a vector has lanes. It needs no copy of b transposed.
func dots(t kind, rows int) {
	name := fmt.Sprintf("dots%dof%s", rows, t.suffix)
	productKernel(name, "a product with a transposed matrix", rows, dotCols)
	p := &block{t: t, rows: rows}
	inRowsOfB(t, rows, p.dot)
}

// inRowsOfB emits the loops around a kernel of inner products: over bands of rows of a, and over rows of b, four at a
// time. dot computes the sums of a block: a vector of four for each row of a.
func inRowsOfB(t kind, rows int, dot func(lines []Register) [][]Register) {
	c, b, n := GP64(), GP64(), GP64()
	p := block{t: t, rows: rows, c: c, n: n, half: dotCols < t.lanes, at: GP64()}

	Label("band")
	Load(Param("c"), c)
	Load(Param("b"), b)
	MOVQ(fieldOf("n", n), n)
	XORQ(p.at, p.at)

	Label("next")
	CMPQ(n, Imm(0))
	JLE(LabelRef("done"))
	lines := make([]Register, dotCols) // rows of b; those past the end repeat the last
	last, rowB := GP64(), field("rowB")
	lines[0] = GP64()
	MOVQ(b, lines[0])
	LEAQ(Mem{Base: n, Disp: -1}, last)
	IMULQ(rowB, last)
	ADDQ(b, last)
	for q := 1; q < dotCols; q++ {
		line := GP64()
		LEAQ(Mem{Base: lines[q-1], Index: rowB, Scale: 1}, line)
		CMPQ(line, last)
		CMOVQGT(last, line)
		lines[q] = line
	}
	MOVQ(lines[3], b)
	ADDQ(rowB, b)

	p.sums = dot(lines)
	CMPQ(n, Imm(dotCols))
	JL(LabelRef("part"))
	p.label = "whole"
	p.finish(nil)
	SUBQ(Imm(dotCols), n)
	ADDQ(Imm(uint64(dotCols*t.size)), c)
	ADDQ(Imm(uint64(dotCols*t.size)), p.at)
	JMP(LabelRef("next"))

	Label("part")
	p.label = "part"
	mask := t.maskFor(n)
	if p.half {
		mask = mask.low()
	}
	p.finish(mask)
	Label("done")
	nextBand(rows, "band")
	VZEROUPPER()
	RET()
}

// dot computes the sums of a block: a vector of four for each row of a.
func (p *block) dot(lines []Register) (all [][]Register) {
	t := p.t
	sums := make([][]VecVirtual, p.rows)
	for i := range sums {
		sums[i] = make([]VecVirtual, dotCols)
		for q := range sums[i] {
			sums[i][q] = YMM()
			t.xor(sums[i][q], sums[i][q], sums[i][q])
		}
	}
	a, rowA, k, x := pointer("a"), field("rowA"), field("k"), GP64()
	XORQ(x, x)
	row := func(i int) Mem { return Mem{Base: a, Index: rowA, Scale: uint8(max(i, 1))} }
	if p.rows < 2 {
		row = func(int) Mem { return Mem{Base: a} }
	}
	first := func(i int) Mem {
		if i == 0 {
			return Mem{Base: a}
		}
		return row(i)
	}
	Label("inner")
	CMPQ(k, Imm(uint64(t.lanes)))
	JL(LabelRef("rest"))
	av := make([]VecVirtual, p.rows)
	for i := range av {
		av[i] = YMM()
		t.load(first(i), av[i])
	}
	for q, line := range lines {
		bv := YMM()
		t.load(Mem{Base: line, Index: x, Scale: 1}, bv)
		for i := range av {
			t.fma(av[i], bv, sums[i][q])
		}
	}
	ADDQ(Imm(width), a)
	ADDQ(Imm(width), x)
	SUBQ(Imm(uint64(t.lanes)), k)
	JMP(LabelRef("inner"))
	Label("rest")
	CMPQ(k, Imm(0))
	JLE(LabelRef("summed"))
	mask := t.maskFor(k)
	for i := range p.rows {
		av := YMM()
		t.loadAt(first(i), mask, av)
		for q, line := range lines {
			bv := YMM()
			t.loadAt(Mem{Base: line, Index: x, Scale: 1}, mask, bv)
			t.fma(av, bv, sums[i][q])
		}
	}
	Label("summed")
	for _, s := range sums {
		all = append(all, []Register{t.addAcross(s)})
	}
	return all
}

// addAcross returns the sums of the lanes of four vectors.
func (t kind) addAcross(s []VecVirtual) VecVirtual {
	if t.size == 8 {
		VHADDPD(s[1], s[0], s[0])
		VHADDPD(s[3], s[2], s[2])
		high := YMM()
		VPERM2F128(Imm(0x31), s[2], s[0], high)
		VPERM2F128(Imm(0x20), s[2], s[0], s[0])
		t.add(high, s[0], s[0])
		return s[0]
	}
	VHADDPS(s[1], s[0], s[0])
	VHADDPS(s[3], s[2], s[2])
	VHADDPS(s[2], s[0], s[0])
	high := XMM()
	VEXTRACTF128(Imm(1), s[0], high)
	low := XMM()
	t.add(high, s[0].AsX(), low)
	return low
}
