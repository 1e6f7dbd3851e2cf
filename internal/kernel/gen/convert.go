package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// convert emits the conversions between float64 and float32, four numbers in a vector.
func convert() {
	narrow := widened // moves float32 to and from vectors of float64
	wide := float64s.mover()
	conversion("widen", "float64", "float32", wide, narrow)
	conversion("narrow", "float32", "float64", narrow, wide)
}

func conversion(name, outType, inType string, to, from mover) {
	TEXT(name, NOSPLIT, "func(out *"+outType+", a *"+inType+", n int)")
	Doc(name + " stores " + inType + " numbers as " + outType + ".")
	Pragma("noescape")
	out, a, n := pointer("out"), pointer("a"), pointer("n")
	inVectors(n, to.lanes, []reader{{a, from.bytes}, {out, to.bytes}}, func(u int) {
		to.store(from.load(Mem{Base: a, Disp: u * from.bytes}, nil), nil, Mem{Base: out, Disp: u * to.bytes})
	})
	CMPQ(n, Imm(0))
	JLE(LabelRef("done"))
	var rest Register = n
	v := from.load(Mem{Base: a}, from.mask(rest))
	to.store(v, to.mask(rest), Mem{Base: out})
	Label("done")
	VZEROUPPER()
	RET()
}

// A reader is a pointer and how many bytes further it is after a vector.
type reader struct {
	at    Register
	bytes int
}

// inVectors emits a pass over n numbers, four vectors at a time and then one, up to a label for what is left of n.
func inVectors(n Register, lanes int, readers []reader, vector func(u int)) {
	for _, stage := range []struct {
		label, next string
		vectors     int
	}{{"several", "single", 4}, {"single", "rest", 1}} {
		Label(stage.label)
		CMPQ(n, Imm(uint64(stage.vectors*lanes)))
		JL(LabelRef(stage.next))
		for u := range stage.vectors {
			vector(u)
		}
		for _, r := range readers {
			ADDQ(Imm(uint64(stage.vectors*r.bytes)), r.at)
		}
		SUBQ(Imm(uint64(stage.vectors*lanes)), n)
		JMP(LabelRef(stage.label))
	}
	Label("rest")
}

// widenTotal emits the conversion from float32 that also returns the sum of the numbers, which is finite only if they
// are. Adding, it adds them to what is there.
func widenTotal(adding bool) {
	name, doc := "widenTotal", "stores n float32 numbers as float64"
	if adding {
		name, doc = "addWidened", "adds n float32 numbers to float64 ones"
	}
	TEXT(name, NOSPLIT, "func(out *float64, a *float32, n int) float64")
	Doc(name + " " + doc + ", and returns their sum.")
	Pragma("noescape")
	t, from := float64s, widened
	out, a, n := pointer("out"), pointer("a"), pointer("n")
	sums := make([]VecVirtual, 4)
	for u := range sums {
		sums[u] = t.zero()
	}
	take := func(u int, fromMask, mask Op) {
		v := from.load(Mem{Base: a, Disp: u * from.bytes}, fromMask)
		t.add(v, sums[u], sums[u])
		to := Mem{Base: out, Disp: u * width}
		if adding {
			was := YMM()
			t.loadAt(to, mask, was)
			t.add(was, v, v)
		}
		t.storeAt(v, mask, to)
	}
	inVectors(n, t.lanes, []reader{{a, from.bytes}, {out, width}}, func(u int) { take(u, nil, nil) })
	CMPQ(n, Imm(0))
	JLE(LabelRef("across"))
	take(0, from.mask(n), t.maskFor(n))
	Label("across")
	low := across(t, sumOfSums(t, sums))
	VZEROUPPER()
	Store(low, ReturnIndex(0))
	RET()
}
