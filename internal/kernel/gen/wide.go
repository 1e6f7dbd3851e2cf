package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// wideRows and wideVectors bound the blocks of the AVX-512 kernels: 25 vectors of sums, 5 of b and one of a fill 31 of
// 32 registers.
const (
	wideRows    = 5
	wideVectors = 5
	wideWidth   = 64 // bytes of a vector
)

var zmms = []VecPhysical{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
	Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31}

// wide emits the AVX-512 form of product: the same chains of fused multiply-adds, hence the same bits, in blocks of the
// given shape. It goes on to the next block until no column is left; the last vector of a block may be partly filled.
func wide(t kind, rows, vectors int) {
	lanes := wideWidth / t.size
	name := fmt.Sprintf("wide%dx%dof%s", rows, vectors, t.suffix)
	productKernel(name, "a product", rows, vectors*lanes)
	c, b, n, at := GP64(), GP64(), GP64(), GP64() // at is the first column of the block, in bytes
	p := block{t: t, rows: rows, c: c, n: n, at: at}

	Label("band")
	Load(Param("c"), c)
	Load(Param("b"), b)
	MOVQ(fieldOf("n", n), n)
	XORQ(at, at)
	Label("next")
	last, lanesHere := GP64(), GP64()
	LEAQ(Mem{Base: n, Disp: -(vectors - 1) * lanes}, lanesHere)
	MOVQ(U64(uint64(lanes)), last)
	CMPQ(lanesHere, last)
	CMOVQGT(last, lanesHere)
	mask := wideMask(lanesHere)

	// load loads vector v of a row: the last under the mask.
	load := func(from Mem, v int, to Op) {
		from.Disp += v * wideWidth
		if v == vectors-1 {
			t.loadZeroed(from, mask, to)
		} else {
			t.load(from, to)
		}
	}
	free := zmms[rows*vectors:] // registers that hold no sums
	sums := make([][]VecPhysical, rows)
	for i := range sums {
		sums[i] = zmms[i*vectors : (i+1)*vectors]
		for v := range sums[i] {
			VPXORQ(sums[i][v], sums[i][v], sums[i][v])
		}
	}
	each := func(f func(i, v int, sum VecPhysical)) {
		for i, row := range sums {
			for v, sum := range row {
				f(i, v, sum)
			}
		}
	}
	flags := field("flags")
	when := func(flag uint32, name string, f func()) {
		TESTQ(U32(flag), flags)
		JZ(LabelRef(name))
		f()
		Label(name)
	}
	when(flagAccumulate, "start", func() {
		p.eachRow(c, "strideC", func(i int, row Register) {
			for v, sum := range sums[i] {
				load(Mem{Base: row}, v, sum)
			}
		})
	})
	a, rowA, colA := pointer("a"), field("rowA"), field("colA")
	rowB, k, bk, a3 := field("rowB"), field("k"), GP64(), GP64()
	MOVQ(b, bk)
	if rows > 3 {
		LEAQ(Mem{Base: a, Index: rowA, Scale: 2}, a3)
		ADDQ(rowA, a3)
	}
	Label("inner")
	line, factor := free[:vectors], free[vectors]
	for v := range line {
		load(Mem{Base: bk}, v, line[v])
	}
	for i := range rows {
		t.broadcast(entryOf(i, a, a3, rowA), factor)
		for v := range line {
			t.fma(factor, line[v], sums[i][v])
		}
	}
	ADDQ(rowB, bk)
	ADDQ(colA, a)
	if rows > 3 {
		ADDQ(colA, a3)
	}
	DECQ(k)
	JNZ(LabelRef("inner"))

	MOVQ(fieldOf("flags", flags), flags)
	when(flagScale, "scaled", func() {
		alpha := free[0]
		t.broadcast(fieldOf("alpha", GP64()), alpha)
		each(func(_, _ int, sum VecPhysical) { t.mul(alpha, sum, sum) })
	})
	when(flagAdd, "added", func() {
		d := pointer("d")
		ADDQ(at, d)
		p.eachRow(d, "strideD", func(i int, row Register) {
			for v, sum := range sums[i] {
				other := free[1]
				load(Mem{Base: row}, v, other)
				t.add(other, sum, sum)
			}
		})
	})
	when(flagReLU, "rectified", func() {
		zero := free[0]
		VPXORQ(zero, zero, zero)
		each(func(_, _ int, sum VecPhysical) { t.max(sum, zero, sum) })
	})
	when(flagGate, "gated", func() {
		by := pointer("by")
		ADDQ(at, by)
		zero := free[0]
		VPXORQ(zero, zero, zero)
		p.eachRow(by, "strideBy", func(i int, row Register) {
			for v, sum := range sums[i] {
				other, above := free[1], K()
				load(Mem{Base: row}, v, other)
				t.compare(Imm(less), other, zero, above)
				t.zeroed(sum, above, sum)
			}
		})
	})
	p.eachRow(c, "strideC", func(i int, row Register) {
		for v, sum := range sums[i] {
			to := Mem{Base: row, Disp: v * wideWidth}
			if v == vectors-1 {
				t.load(sum, mask, to)
			} else {
				t.load(sum, to)
			}
		}
	})
	ADDQ(I32(int32(vectors*wideWidth)), at)
	ADDQ(I32(int32(vectors*wideWidth)), c)
	ADDQ(field("blockB"), b)
	SUBQ(I32(int32(vectors*lanes)), n)
	JG(LabelRef("next"))
	nextBand(rows, "band")
	VZEROUPPER()
	RET()
}

// wideMask returns a mask for the first n lanes of a vector.
func wideMask(n Register) Op {
	bits, mask := GP64(), K()
	MOVQ(I64(-1), bits)
	BZHIQ(n, bits, bits)
	KMOVW(bits.As32(), mask)
	return mask
}
