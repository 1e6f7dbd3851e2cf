package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// tiles lists the shapes of block that the product kernels keep in registers. Two vectors wide for every height, and a
// wide one for a single row, which would otherwise wait for its few sums.
var tiles = []struct{ rows, vectors int }{{1, 2}, {2, 2}, {3, 2}, {4, 2}, {5, 2}, {6, 2}, {1, 8}}

// What a kernel does with a finished block, in this order. The same numbers are in package kernel.
const (
	flagAccumulate = 1 << iota // start from what c holds
	flagScale                  // multiply by alpha
	flagAdd                    // add the block of d
	flagReLU                   // max(0, ·)
	flagGate                   // keep where the block of by is above 0, else 0
)

// product emits a kernel for a few rows of c = a·b. An entry of a is broadcast, a row of b is a vector, and every entry
// of c is one chain of fused multiply-adds over k, so that a result does not depend on the shape of the block it was
// computed in.
func product(t kind, rows, vectors int) {
	name := fmt.Sprintf("product%dx%dof%s", rows, vectors, t.suffix)
	productKernel(name, "a product", rows, vectors*t.lanes)
	c, b, n, at := GP64(), GP64(), GP64(), GP64() // at is the first column of the block, in bytes
	p := block{t: t, rows: rows, c: c, n: n, at: at, label: "wide"}

	Label("band")
	Load(Param("c"), c)
	Load(Param("b"), b)
	MOVQ(fieldOf("n", n), n)
	XORQ(at, at)

	Label("wide")
	CMPQ(n, I32(int32(vectors*t.lanes)))
	JL(LabelRef("single"))
	p.compute(b, vectors, nil)
	p.finish(nil)
	ADDQ(I32(int32(vectors*width)), at)
	ADDQ(I32(int32(vectors*width)), c)
	ADDQ(field("blockB"), b)
	SUBQ(I32(int32(vectors*t.lanes)), n)
	JMP(LabelRef("wide"))

	Label("single")
	CMPQ(n, Imm(uint64(t.lanes)))
	JL(LabelRef("narrow"))
	p.label = "single"
	p.compute(b, 1, nil)
	p.finish(nil)
	ADDQ(Imm(width), at)
	ADDQ(Imm(width), c)
	ADDQ(Imm(width), b)
	SUBQ(Imm(uint64(t.lanes)), n)
	JMP(LabelRef("single"))

	Label("narrow")
	CMPQ(n, Imm(0))
	JLE(LabelRef("done"))
	mask := t.maskFor(n)
	p.label = "narrow"
	p.compute(b, 1, mask)
	p.finish(mask)

	Label("done")
	nextBand(rows, "band")
	VZEROUPPER()
	RET()
}

// nextBand moves the pointers among the parameters to the next band and jumps to it, if there is one.
func nextBand(rows int, label string) {
	DECQ(parameter("bands"))
	JLE(LabelRef("last"))
	for _, p := range [][2]string{{"c", "strideC"}, {"a", "rowA"}, {"d", "strideD"}, {"by", "strideBy"}} {
		step := field(p[1])
		IMUL3Q(I32(int32(rows)), step, step)
		ADDQ(step, parameter(p[0]))
	}
	JMP(LabelRef(label))
	Label("last")
}

// A block is a part of c whose sums are in registers.
type block struct {
	t     kind
	rows  int
	c, n  Register
	at    Register
	label string
	sums  [][]Register
	half  bool // the sums are half vectors
}

// fit returns the part of a vector that is as wide as the sums.
func (p *block) fit(v VecVirtual) VecVirtual {
	if p.half {
		return v.AsX().(VecVirtual)
	}
	return v
}

// compute runs the chain over k for a block of the given number of vectors.
func (p *block) compute(b Register, vectors int, mask Op) {
	t := p.t
	p.sums = make([][]Register, p.rows)
	for i := range p.sums {
		p.sums[i] = make([]Register, vectors)
		for v := range p.sums[i] {
			p.sums[i][v] = YMM()
			t.xor(p.sums[i][v], p.sums[i][v], p.sums[i][v])
		}
	}
	flags := field("flags")
	TESTQ(U32(flagAccumulate), flags)
	JZ(LabelRef(p.label + "Start"))
	p.eachRow(p.c, "strideC", func(i int, row Register) {
		for v, sum := range p.sums[i] {
			t.loadAt(Mem{Base: row, Disp: v * width}, mask, sum)
		}
	})
	Label(p.label + "Start")

	a, rowA, colA := pointer("a"), field("rowA"), field("colA")
	rowB, k := field("rowB"), field("k")
	bk := GP64()
	MOVQ(b, bk)
	a3 := GP64()
	if p.rows > 3 {
		LEAQ(Mem{Base: a, Index: rowA, Scale: 2}, a3)
		ADDQ(rowA, a3)
	}
	Label(p.label + "Inner")
	line := make([]Op, vectors)
	for v := range line {
		line[v] = Mem{Base: bk, Disp: v * width}
		if p.rows > 1 || mask != nil { // else it is read once only, and AVX2 has no register to spare for it
			from := line[v].(Mem)
			line[v] = YMM()
			t.loadAt(from, mask, line[v])
		}
	}
	for i := range p.rows {
		factor := YMM()
		t.broadcast(entryOf(i, a, a3, rowA), factor)
		for v := range line {
			t.fma(line[v], factor, p.sums[i][v])
		}
	}
	ADDQ(rowB, bk)
	ADDQ(colA, a)
	if p.rows > 3 {
		ADDQ(colA, a3)
	}
	DECQ(k)
	JNZ(LabelRef(p.label + "Inner"))
}

// finish applies what the flags ask for to the block and stores it.
func (p *block) finish(mask Op) {
	t := p.t
	flags := field("flags")
	each := func(f func(sum Register)) {
		for _, row := range p.sums {
			for _, sum := range row {
				f(sum)
			}
		}
	}
	when := func(flag uint32, name string, f func()) {
		TESTQ(U32(flag), flags)
		JZ(LabelRef(p.label + name))
		f()
		Label(p.label + name)
	}
	when(flagScale, "Scaled", func() {
		all := YMM()
		t.broadcast(fieldOf("alpha", GP64()), all)
		alpha := p.fit(all)
		each(func(sum Register) { t.mul(alpha, sum, sum) })
	})
	when(flagAdd, "Added", func() {
		d := pointer("d")
		ADDQ(p.at, d)
		p.eachRow(d, "strideD", func(i int, row Register) {
			for v, sum := range p.sums[i] {
				other := p.fit(YMM())
				t.loadAt(Mem{Base: row, Disp: v * width}, mask, other)
				t.add(other, sum, sum)
			}
		})
	})
	when(flagReLU, "Rectified", func() {
		zero := p.fit(t.zero())
		each(func(sum Register) { t.max(sum, zero, sum) })
	})
	when(flagGate, "Gated", func() {
		by := pointer("by")
		ADDQ(p.at, by)
		zero := p.fit(t.zero())
		p.eachRow(by, "strideBy", func(i int, row Register) {
			for v, sum := range p.sums[i] {
				other := p.fit(YMM())
				t.loadAt(Mem{Base: row, Disp: v * width}, mask, other)
				t.compare(Imm(less), other, zero, other)
				t.and(other, sum, sum)
			}
		})
	})
	p.eachRow(p.c, "strideC", func(i int, row Register) {
		for v, sum := range p.sums[i] {
			t.storeAt(sum, mask, Mem{Base: row, Disp: v * width})
		}
	})
}

// entryOf returns where the entry of a in row i lies; a3 is three rows further down.
func entryOf(i int, a, a3, rowA Register) Mem {
	entry := Mem{Base: a}
	if i >= 3 {
		entry.Base = a3
	}
	if i%3 > 0 {
		entry.Index, entry.Scale = rowA, uint8(i%3)
	}
	return entry
}

// eachRow walks a pointer down the rows of the block.
func (p *block) eachRow(first Register, stride string, f func(i int, row Register)) {
	if p.rows == 1 {
		f(0, first)
		return
	}
	row, step := GP64(), field(stride)
	MOVQ(first, row)
	for i := range p.rows {
		f(i, row)
		if i < p.rows-1 {
			ADDQ(step, row)
		}
	}
}
