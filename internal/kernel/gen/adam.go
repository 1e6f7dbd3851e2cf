package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// adam emits a step of Adam for n entries, as AdamStep.Run has it: every operation is rounded, none is fused. It returns
// the sum of all that it stores.
func adam(t kind) {
	TEXT("adam"+t.suffix, NOSPLIT, "func(by, next, m, v, param, grad, wasM, wasV *float64, n int) float64")
	Doc("adam" + t.suffix + " takes a step of Adam for n entries.")
	Pragma("noescape")
	by := pointer("by")
	field := func(k int) Mem { return Mem{Base: by, Disp: k * t.size} }
	number := func(k int) VecVirtual {
		v := YMM()
		t.broadcast(field(k), v)
		return v
	}
	cut, beta1, rest1, beta2, rest2 := number(0), number(1), number(2), number(3), number(4)
	underRoot, root, epsilon, scale := number(5), number(6), number(7), number(8)
	const decay, rate = 9, 10 // for which there is no register to spare
	sum := t.zero()
	next, toM, toV := pointer("next"), pointer("m"), pointer("v")
	param, grad, wasM, wasV, n := pointer("param"), pointer("grad"), pointer("wasM"), pointer("wasV"), pointer("n")

	pass := func(mask Op) {
		g, m, v, p, x := YMM(), YMM(), YMM(), YMM(), YMM()
		for _, from := range []struct {
			at Register
			to Op
		}{{grad, g}, {wasM, m}, {wasV, v}, {param, p}} {
			t.loadAt(Mem{Base: from.at}, mask, from.to)
		}
		t.mul(cut, g, g)
		t.mul(beta1, m, m)
		t.mul(rest1, g, x)
		t.add(x, m, m)
		t.mul(beta2, v, v)
		t.mul(g, g, g)
		t.mul(rest2, g, g)
		t.add(g, v, v)
		t.add(underRoot, v, x)
		t.sqrt(x, x)
		t.mul(root, x, x)
		t.add(epsilon, x, x)
		t.div(x, m, x)
		t.mul(scale, x, x)
		t.broadcast(field(decay), g)
		t.mul(g, p, g)
		t.add(g, x, x)
		t.broadcast(field(rate), g)
		t.mul(g, x, x)
		t.sub(x, p, p)
		t.add(p, m, x)
		t.add(v, x, x)
		t.add(x, sum, sum)
		t.storeAt(p, mask, Mem{Base: next})
		t.storeAt(m, mask, Mem{Base: toM})
		t.storeAt(v, mask, Mem{Base: toV})
	}
	Label("vector")
	CMPQ(n, Imm(uint64(t.lanes)))
	JL(LabelRef("rest"))
	pass(nil)
	for _, p := range []Register{grad, wasM, wasV, param, next, toM, toV} {
		ADDQ(Imm(width), p)
	}
	SUBQ(Imm(uint64(t.lanes)), n)
	JMP(LabelRef("vector"))
	Label("rest")
	CMPQ(n, Imm(0))
	JLE(LabelRef("done"))
	pass(t.maskFor(n))
	Label("done")
	low := across(t, sum)
	VZEROUPPER()
	Store(low, ReturnIndex(0))
	RET()
}
