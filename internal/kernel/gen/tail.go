package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A tail is the last part of a row: fewer numbers than a vector has lanes. It is read under a mask and written in
// halves, quarters and so on, since a masked store keeps some processors busy for a dozen cycles.
type tail struct {
	Register          // the mask: its first n lanes are set
	n        Register // of numbers, more than 0
}

// masks is a table from which maskFor takes masks: eight words of ones, then eight of zeros.
var masks = func() Mem {
	m := GLOBL("masks", RODATA|NOPTR)
	for k := range 16 {
		word := U32(0)
		if k < 8 {
			word = ^word
		}
		DATA(4*k, word)
	}
	return m
}()

// maskFor returns the tail of n numbers.
func (t kind) maskFor(n Register) tail {
	table, offset, mask := GP64(), GP64(), YMM()
	LEAQ(masks.Offset(width), table)
	MOVQ(n, offset)
	NEGQ(offset)
	VMOVUPS(Mem{Base: table, Index: offset, Scale: uint8(t.size)}, mask)
	return tail{mask, n}
}

// low returns the tail for half a vector.
func (m tail) low() tail { return tail{m.Register.(Vec).AsX(), m.n} }

// loadAt loads a vector, whole or its tail.
func (t kind) loadAt(from Mem, mask Op, to Op) {
	if m, ok := mask.(tail); ok {
		t.maskedLoad(from, m.Register, to)
	} else {
		t.load(from, to)
	}
}

// storeAt stores a vector, whole or its tail, which is then lost.
func (t kind) storeAt(v Register, mask Op, to Mem) {
	m, ok := mask.(tail)
	if !ok {
		t.load(v, to)
		return
	}
	tails++
	label := func(name string) string { return fmt.Sprintf("tail%d%s", tails, name) }
	without := func(bit uint32, name string) {
		TESTQ(U32(bit), m.n)
		JZ(LabelRef(label(name)))
	}
	x := v.(Vec).AsX()
	if t.size == 8 {
		without(2, "One")
		VMOVUPD(x, to)
		without(1, "Done")
		VEXTRACTF128(Imm(1), v, x)
		VMOVSD(x, to.Offset(16))
		JMP(LabelRef(label("Done")))
		Label(label("One"))
		VMOVSD(x, to)
		Label(label("Done"))
		return
	}
	upToThree := func(to Mem, part string) {
		without(2, part+"One")
		VMOVLPS(x, to)
		without(1, "Done")
		VEXTRACTPS(Imm(2), x, to.Offset(8))
		JMP(LabelRef(label("Done")))
		Label(label(part + "One"))
		without(1, "Done")
		VMOVSS(x, to)
	}
	if v.Size() == width {
		without(4, "Low")
		VMOVUPS(x, to)
		VEXTRACTF128(Imm(1), v, x)
		upToThree(to.Offset(16), "High")
		JMP(LabelRef(label("Done")))
		Label(label("Low"))
	}
	upToThree(to, "Low")
	Label(label("Done"))
}

// tails counts the tails that are written, for their labels.
var tails int
