package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A mover brings vectors of some type of number into registers and back.
type mover struct {
	lanes, bytes int
	load         func(from Mem, mask Op) VecVirtual
	store        func(v VecVirtual, mask Op, to Mem)
	mask         func(n Register) Op
}

// mover moves numbers as they are.
func (t kind) mover() mover {
	return mover{
		lanes: t.lanes, bytes: width,
		load: func(from Mem, mask Op) VecVirtual {
			v := YMM()
			t.loadAt(from, mask, v)
			return v
		},
		store: func(v VecVirtual, mask Op, to Mem) { t.storeAt(v, mask, to) },
		mask:  func(n Register) Op { return t.maskFor(n) },
	}
}

// elementwise emits the body of a kernel that stores f of its inputs, entry by entry. An input is read before its place in
// the output is written, so that an output may lie over an input.
func elementwise(m mover, unroll int, inputs []string, f func(in []VecVirtual) VecVirtual) {
	out, n := pointer("out"), pointer("n")
	var from []Register
	for _, name := range inputs {
		from = append(from, pointer(name))
	}
	entries(m, unroll, out, n, from, f)
	VZEROUPPER()
	RET()
}

// entries emits a loop that stores f of n entries of each input: several vectors at a time, one at a time, and the rest
// under a mask. The pointers are moved past all whole vectors; n is then what was left.
func entries(m mover, unroll int, out, n Register, from []Register, f func(in []VecVirtual) VecVirtual) {
	pass := func(vectors int, mask Op) {
		for u := range vectors {
			var in []VecVirtual
			for _, p := range from {
				in = append(in, m.load(Mem{Base: p, Disp: u * m.bytes}, mask))
			}
			m.store(f(in), mask, Mem{Base: out, Disp: u * m.bytes})
		}
	}
	for _, stage := range []struct {
		label, next string
		vectors     int
	}{{"several", "single", unroll}, {"single", "rest", 1}} {
		if stage.label == "several" && unroll == 1 {
			continue
		}
		Label(stage.label)
		CMPQ(n, I32(int32(stage.vectors*m.lanes)))
		JL(LabelRef(stage.next))
		pass(stage.vectors, nil)
		for _, p := range append(from, out) {
			ADDQ(I32(int32(stage.vectors*m.bytes)), p)
		}
		SUBQ(I32(int32(stage.vectors*m.lanes)), n)
		JMP(LabelRef(stage.label))
	}
	Label("rest")
	CMPQ(n, Imm(0))
	JLE(LabelRef("done"))
	pass(1, m.mask(n))
	Label("done")
}

// A binaryOp is an operation on two vectors.
type binaryOp struct {
	name      string
	symmetric bool
	apply     func(t kind, a, b, out Op)
}

var binaries = []binaryOp{
	{"add", true, func(t kind, a, b, out Op) { t.add(b, a, out) }},
	{"sub", false, func(t kind, a, b, out Op) { t.sub(b, a, out) }},
	{"mul", true, func(t kind, a, b, out Op) { t.mul(b, a, out) }},
	{"div", false, func(t kind, a, b, out Op) { t.div(b, a, out) }},
	{"max", true, func(t kind, a, b, out Op) { t.maximum(a, b, out) }},
	{"min", true, func(t kind, a, b, out Op) { t.minimum(a, b, out) }},
	{"greater", false, func(t kind, a, b, out Op) { t.truth(less, b, a, out) }},
	{"equal", true, func(t kind, a, b, out Op) { t.truth(equal, a, b, out) }},
}

// truth stores 1 where a (predicate) b holds and 0 elsewhere.
func (t kind) truth(predicate uint8, a, b, out Op) {
	t.compare(Imm(uint64(predicate)), b, a, out)
	t.and(t.one, out, out)
}

// maximum stores the larger of a and b as Go's max does: NaN where either is NaN, and 0 for 0 and −0.
func (t kind) maximum(a, b, out Op) {
	other, nan := YMM(), YMM()
	t.compare(Imm(unordered), b, a, nan)
	t.max(a, b, other)
	t.max(b, a, out)
	t.and(other, out, out)
	t.or(nan, out, out)
}

// minimum stores the smaller of a and b as Go's min does: NaN where either is NaN, and −0 for 0 and −0.
func (t kind) minimum(a, b, out Op) {
	other, nan := YMM(), YMM()
	t.compare(Imm(unordered), b, a, nan)
	t.min(a, b, other)
	t.min(b, a, out)
	t.or(other, out, out)
	t.or(nan, out, out)
}

// binary emits the kernels of an operation on two vectors, a vector and a number, and a number and a vector.
func binary(t kind, op binaryOp) {
	for _, mode := range []struct{ suffix, a, b, doc string }{
		{"VV", "*" + t.goType, "*" + t.goType, "two vectors"},
		{"VS", "*" + t.goType, t.goType, "a vector and a number"},
		{"SV", t.goType, "*" + t.goType, "a number and a vector"},
	} {
		if mode.suffix == "SV" && op.symmetric {
			continue
		}
		name := op.name + mode.suffix + t.suffix
		TEXT(name, NOSPLIT, fmt.Sprintf("func(out *%s, a %s, b %s, n int)", t.goType, mode.a, mode.b))
		Doc(fmt.Sprintf("%s computes %s of %s.", name, op.name, mode.doc))
		Pragma("noescape")
		switch mode.suffix {
		case "VV":
			elementwise(t.mover(), 4, []string{"a", "b"}, func(in []VecVirtual) VecVirtual {
				out := YMM()
				op.apply(t, in[0], in[1], out)
				return out
			})
		case "VS":
			b := t.scalar("b")
			elementwise(t.mover(), 4, []string{"a"}, func(in []VecVirtual) VecVirtual {
				out := YMM()
				op.apply(t, in[0], b, out)
				return out
			})
		case "SV":
			a := t.scalar("a")
			elementwise(t.mover(), 4, []string{"b"}, func(in []VecVirtual) VecVirtual {
				out := YMM()
				op.apply(t, a, in[0], out)
				return out
			})
		}
	}
}

// A unaryOp is an operation on a vector with up to two numbers beside it.
type unaryOp struct {
	name, doc string
	numbers   []string
	apply     func(t kind, v VecVirtual, numbers []VecVirtual) VecVirtual
}

var unaries = []unaryOp{
	{"sqrt", "the square root", nil, func(t kind, v VecVirtual, _ []VecVirtual) VecVirtual {
		t.sqrt(v, v)
		return v
	}},
	{"abs", "|a|", nil, func(t kind, v VecVirtual, _ []VecVirtual) VecVirtual {
		sign := YMM()
		t.and(t.sign, v, sign)
		t.xor(sign, v, v)
		return v
	}},
	{"relu", "max(a, 0)", nil, func(t kind, v VecVirtual, _ []VecVirtual) VecVirtual {
		t.max(v, t.zero(), v)
		return v
	}},
	{"leaky", "a where a ≥ 0 and slope·a elsewhere", []string{"slope"},
		func(t kind, v VecVirtual, numbers []VecVirtual) VecVirtual {
			negative, scaled := YMM(), YMM()
			t.compare(Imm(less), t.zero(), v, negative)
			t.mul(numbers[0], v, scaled)
			t.blend(negative, scaled, v, v)
			return v
		}},
	{"clamp", "min(max(a, lo), hi)", []string{"lo", "hi"}, func(t kind, v VecVirtual, numbers []VecVirtual) VecVirtual {
		low, out := YMM(), YMM()
		t.maximum(v, numbers[0], low)
		t.minimum(low, numbers[1], out)
		return out
	}},
	{"within", "1 where lo ≤ a ≤ hi and 0 elsewhere", []string{"lo", "hi"},
		func(t kind, v VecVirtual, numbers []VecVirtual) VecVirtual {
			above := YMM()
			t.compare(Imm(lessEqual), v, numbers[0], above)
			t.truth(lessEqual, v, numbers[1], v)
			t.and(above, v, v)
			return v
		}},
}

// unary emits the kernel of an operation on a vector.
func unary(t kind, op unaryOp) {
	name := op.name + t.suffix
	signature := fmt.Sprintf("func(out, a *%s", t.goType)
	for _, number := range op.numbers {
		signature += ", " + number + " " + t.goType
	}
	TEXT(name, NOSPLIT, signature+", n int)")
	Doc(fmt.Sprintf("%s stores %s.", name, op.doc))
	Pragma("noescape")
	var numbers []VecVirtual
	for _, number := range op.numbers {
		numbers = append(numbers, t.scalar(number))
	}
	elementwise(t.mover(), 4, []string{"a"}, func(in []VecVirtual) VecVirtual { return op.apply(t, in[0], numbers) })
}

// addScaled emits out = a + c·b, with both roundings.
func addScaled(t kind) {
	name := "addScaled" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, b *%[1]s, c %[1]s, n int)", t.goType))
	Doc(name + " stores a + c·b.")
	Pragma("noescape")
	c := t.scalar("c")
	elementwise(t.mover(), 4, []string{"a", "b"}, func(in []VecVirtual) VecVirtual {
		t.mul(c, in[1], in[1])
		t.add(in[1], in[0], in[0])
		return in[0]
	})
}

// gate emits out = a where by > 0, and 0 or slope·a elsewhere.
func gate(t kind) {
	name := "gate" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, by *%[1]s, n int)", t.goType))
	Doc(name + " stores a where by > 0 and 0 elsewhere.")
	Pragma("noescape")
	zero := t.zero()
	elementwise(t.mover(), 4, []string{"a", "by"}, func(in []VecVirtual) VecVirtual {
		t.compare(Imm(less), in[1], zero, in[1])
		t.and(in[1], in[0], in[0])
		return in[0]
	})
	name = "gateLeaky" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, by *%[1]s, slope %[1]s, n int)", t.goType))
	Doc(name + " stores a where by > 0 and slope·a elsewhere.")
	Pragma("noescape")
	zero = t.zero()
	slope := t.scalar("slope")
	elementwise(t.mover(), 4, []string{"a", "by"}, func(in []VecVirtual) VecVirtual {
		scaled := YMM()
		t.compare(Imm(less), in[1], zero, in[1])
		t.mul(slope, in[0], scaled)
		t.blend(in[1], in[0], scaled, in[0])
		return in[0]
	})
}

// choose emits out = a where mask is not 0, and b elsewhere.
func choose(t kind) {
	name := "choose" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, mask, a, b *%s, n int)", t.goType))
	Doc(name + " stores a where mask is not 0 and b elsewhere.")
	Pragma("noescape")
	zero := t.zero()
	elementwise(t.mover(), 2, []string{"mask", "a", "b"}, func(in []VecVirtual) VecVirtual {
		t.compare(Imm(equal), in[0], zero, in[0])
		t.blend(in[0], in[2], in[1], in[1])
		return in[1]
	})
}
