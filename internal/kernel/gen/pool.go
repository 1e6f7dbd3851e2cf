package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// pool emits a pooling of a row of squares of 2 × 2 places, whose channels are whole vectors: of each square and channel
// the entry of a where toward·by is largest, the first of equal ones.
func pool(t kind) {
	name := "poolSquares" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, by, toward *%s, pitch, down, squares int) (nan int)", t.goType))
	Doc(name + " gathers a row of squares; pitch is the bytes of a place, down those of a row. It tells if there was a NaN.")
	Pragma("noescape")
	s := newSquares(t)
	out, a0 := pointer("out"), pointer("a")
	a2 := GP64()
	MOVQ(a0, a2)
	ADDQ(pointer("down"), a2)
	s.loop([]Register{a0, a2}, []Register{out}, nil, func() {
		first := s.first(3)
		v := YMM()
		t.load(s.place(3, a0, a2), v)
		for k := 2; k >= 0; k-- {
			from := YMM()
			t.load(s.place(k, a0, a2), from)
			t.blend(first[k], from, v, v)
		}
		t.load(v, Mem{Base: out})
	})
}

// unpool emits the adjoint: each entry of a goes where toward·by is largest, and 0 elsewhere; with affine what is stored
// there is added to scale·by + shift.
func unpool(t kind, affine bool) {
	name := "unpoolSquares" + t.suffix
	if affine {
		name = "unpoolAffine" + t.suffix
	}
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a, by, toward, scale, shift *%s, pitch, down, squares int) (nan int)", t.goType))
	Doc(name + " spreads a row of squares; pitch is the bytes of a place, down those of a row. It tells if there was a NaN.")
	Pragma("noescape")
	s := newSquares(t)
	a, o0 := pointer("a"), pointer("out")
	o2 := GP64()
	MOVQ(o0, o2)
	ADDQ(pointer("down"), o2)
	rows := []Register{}
	if affine {
		rows = append(rows, pointer("scale"), pointer("shift"))
	}
	s.loop([]Register{o0, o2}, []Register{a}, rows, func() {
		first := s.first(3)
		v, rest := YMM(), YMM()
		t.load(Mem{Base: a}, v)
		t.load(v, rest) // what no place has had yet
		for k := range 4 {
			part := rest
			if k < 3 {
				part = YMM()
				t.and(first[k], rest, part)
				t.notAnd(rest, first[k], rest)
			}
			if affine {
				x, row := YMM(), YMM()
				t.load(s.place(k, s.b0, s.b2), x)
				t.load(Mem{Base: rows[0]}, row)
				t.mul(row, x, x)
				t.add(Mem{Base: rows[1]}, x, x)
				t.add(x, part, part)
			}
			t.load(part, s.place(k, o0, o2))
		}
	})
}

// squares is what the two have in common.
type squares struct {
	t             kind
	b0, b2        Register // the first place of the square in its two rows
	toward, pitch Register
	nan           VecVirtual
}

func newSquares(t kind) *squares {
	s := &squares{t: t, b0: pointer("by"), b2: GP64(), toward: pointer("toward"), pitch: pointer("pitch"), nan: t.zero()}
	MOVQ(s.b0, s.b2)
	ADDQ(pointer("down"), s.b2)
	return s
}

// place returns where place k of a square lies.
func (s *squares) place(k int, above, below Register) Mem {
	m := Mem{Base: above}
	if k > 1 {
		m.Base = below
	}
	if k%2 > 0 {
		m.Index, m.Scale = s.pitch, 1
	}
	return m
}

// first returns, for the first n places, where they attain the largest of the square.
func (s *squares) first(n int) (attains []VecVirtual) {
	t, toward := s.t, YMM()
	t.load(Mem{Base: s.toward}, toward)
	var x [4]VecVirtual
	for k := range x {
		x[k] = YMM()
		t.mul(s.place(k, s.b0, s.b2), toward, x[k])
	}
	for k := 0; k < 4; k += 2 {
		either := YMM()
		t.compare(Imm(unordered), x[k], x[k+1], either)
		t.or(either, s.nan, s.nan)
	}
	most, other := YMM(), YMM()
	t.max(x[0], x[1], most)
	t.max(x[2], x[3], other)
	t.max(most, other, most)
	for k := range n {
		t.compare(Imm(equal), most, x[k], x[k])
		attains = append(attains, x[k])
	}
	return attains
}

// loop runs the body for each vector of each square. By what they move on: of images the given pointers skip a place, of
// pooled images they do not, and rows begin anew with each square.
func (s *squares) loop(images, pooled, rows []Register, body func()) {
	images, rows = append(images, s.b0, s.b2), append(rows, s.toward)
	count, left := pointer("squares"), GP64()
	Label("square")
	MOVQ(s.pitch, left)
	Label("vector")
	body()
	for _, p := range append(append(append([]Register{}, images...), pooled...), rows...) {
		ADDQ(Imm(width), p)
	}
	SUBQ(Imm(width), left)
	JNZ(LabelRef("vector"))
	for _, p := range images {
		ADDQ(s.pitch, p)
	}
	for _, p := range rows {
		SUBQ(s.pitch, p)
	}
	DECQ(count)
	JNZ(LabelRef("square"))
	nan := GP32()
	VMOVMSKPS(s.nan, nan)
	VZEROUPPER()
	Store(nan.As64(), ReturnIndex(0))
	RET()
}
