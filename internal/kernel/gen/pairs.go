package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// maxPairs is the largest number of pairs of rows that a pairs kernel takes at once.
const maxPairs = 3

// pairs emits the AVX-512 form of dots: two rows of a lie in the halves of a vector, so that the partial sums, and with
// them the bits, are those of dots.
func pairs(t kind, count int) {
	name := fmt.Sprintf("pairs%dof%s", count, t.suffix)
	productKernel(name, "a product with a transposed matrix", 2*count, dotCols)
	p := &pairBlock{t: t, count: count}
	inRowsOfB(t, 2*count, func(lines []Register) [][]Register { return p.dot(lines) })
}

// A pairBlock is a block of pairs of rows whose sums are in Z16 and up.
type pairBlock struct {
	t     kind
	count int
}

func (p *pairBlock) sum(pair, column int) VecPhysical { return zmms[16+pair*dotCols+column] }

// dot computes the sums of a block: a vector of four for each row of a.
func (p *pairBlock) dot(lines []Register) (sums [][]Register) {
	t := p.t
	for k := range p.count * dotCols {
		VPXORQ(zmms[16+k], zmms[16+k], zmms[16+k])
	}
	a, rowA, k, x := pointer("a"), field("rowA"), field("k"), GP64()
	XORQ(x, x)
	starts := []Register{a} // of every second row
	for pair := 1; pair < p.count; pair++ {
		start := GP64()
		LEAQ(Mem{Base: starts[pair-1], Index: rowA, Scale: 2}, start)
		starts = append(starts, start)
	}
	upper := func(pair int) Mem { return Mem{Base: starts[pair], Index: rowA, Scale: 1} }

	Label("inner")
	CMPQ(k, Imm(uint64(t.lanes)))
	JL(LabelRef("rest"))
	for pair, start := range starts {
		t.load(Mem{Base: start}, zmms[pair].AsY())
		VINSERTF64X4(Imm(1), upper(pair), zmms[pair], zmms[pair])
	}
	for q, line := range lines {
		VBROADCASTF64X4(Mem{Base: line, Index: x, Scale: 1}, Z3)
		for pair := range starts {
			t.fma(zmms[pair], Z3, p.sum(pair, q))
		}
	}
	for _, start := range starts {
		ADDQ(Imm(width), start)
	}
	ADDQ(Imm(width), x)
	SUBQ(Imm(uint64(t.lanes)), k)
	JMP(LabelRef("inner"))
	Label("rest")
	CMPQ(k, Imm(0))
	JLE(LabelRef("summed"))
	mask := tail{Y4, k}
	VMOVUPS(t.maskFor(k).Register, Y4)
	for pair, start := range starts {
		t.loadAt(Mem{Base: start}, mask, zmms[pair].AsY())
		t.loadAt(upper(pair), mask, Y5)
		VINSERTF64X4(Imm(1), Y5, zmms[pair], zmms[pair])
	}
	for q, line := range lines {
		t.loadAt(Mem{Base: line, Index: x, Scale: 1}, mask, Y3)
		VINSERTF64X4(Imm(1), Y3, Z3, Z3)
		for pair := range starts {
			t.fma(zmms[pair], Z3, p.sum(pair, q))
		}
	}
	Label("summed")
	for pair := range p.count {
		low, high := p.addAcross(pair)
		sums = append(sums, []Register{low}, []Register{high})
	}
	return sums
}

// addAcross returns the sums of both rows of a pair, in the order in which [kind.addAcross] adds them.
func (p *pairBlock) addAcross(pair int) (low, high Register) {
	s := func(q int) VecPhysical { return p.sum(pair, q) }
	out, upper := zmms[2*pair], zmms[2*pair+1]
	// neighbours adds neighbouring lanes of x and y: those of x end up before those of y.
	neighbours := func(x, y VecPhysical) {
		if p.t.size == 8 {
			VUNPCKLPD(y, x, Z6)
			VUNPCKHPD(y, x, Z7)
		} else {
			VSHUFPS(Imm(0x88), y, x, Z6)
			VSHUFPS(Imm(0xdd), y, x, Z7)
		}
		p.t.add(Z7, Z6, x)
	}
	neighbours(s(0), s(1))
	neighbours(s(2), s(3))
	if p.t.size == 8 {
		VSHUFF64X2(Imm(0x88), s(2), s(0), Z6) // the even quarters of both, and the odd ones
		VSHUFF64X2(Imm(0xdd), s(2), s(0), Z7)
		p.t.add(Z7, Z6, Z6)
		VSHUFF64X2(Imm(0xd8), Z6, Z6, out)
		VEXTRACTF64X4(Imm(1), out, upper.AsY())
		return out.AsY(), upper.AsY()
	}
	neighbours(s(0), s(2))
	VSHUFF64X2(Imm(0x88), s(0), s(0), Z6)
	VSHUFF64X2(Imm(0xdd), s(0), s(0), Z7)
	p.t.add(Z7, Z6, out)
	VEXTRACTF128(Imm(1), out.AsY(), upper.AsX())
	return out.AsX(), upper.AsX()
}
