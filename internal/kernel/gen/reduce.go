package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// total emits the sum of a vector, or of the products of two, in four vectors of partial sums; or those of each row of
// matrices.
func total(t kind, products, rows bool) {
	name, inputs, doc := "sum", "a", "numbers"
	if products {
		name, inputs, doc = "dot", "a, b", "products, each rounded"
	}
	if rows {
		name += "Cols" + t.suffix
		TEXT(name, NOSPLIT, fmt.Sprintf("func(out, %s *%s, rows, cols int)", inputs, t.goType))
		Doc(fmt.Sprintf("%s stores the sum of the %s of each row.", name, doc))
	} else {
		name += t.suffix
		TEXT(name, NOSPLIT, fmt.Sprintf("func(%[1]s *%[2]s, n int) %[2]s", inputs, t.goType))
		Doc(fmt.Sprintf("%s returns the sum of n %s.", name, doc))
	}
	Pragma("noescape")
	ends := []Register{pointer("a")}
	if products {
		ends = append(ends, pointer("b"))
	}
	var n, out, left Register
	if rows {
		n, out, left = GP64(), pointer("out"), pointer("rows")
		Label("row")
		MOVQ(parameter("cols"), n)
	} else {
		n = pointer("n")
	}
	sum := sumOf(t, n, ends)
	if !rows {
		VZEROUPPER()
		Store(sum, ReturnIndex(0))
		RET()
		return
	}
	map[int]func(...Op){8: func(ops ...Op) { VMOVSD(ops...) }, 4: func(ops ...Op) { VMOVSS(ops...) }}[t.size](sum, Mem{Base: out})
	ADDQ(Imm(uint64(t.size)), out)
	for _, end := range ends { // past what was read under a mask
		LEAQ(Mem{Base: end, Index: n, Scale: uint8(t.size)}, end)
	}
	DECQ(left)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// sumOf emits the sum of n numbers, or products if there are two ends. The ends are moved past all whole vectors; n is
// then what was left.
func sumOf(t kind, n Register, ends []Register) Register {
	sums := make([]VecVirtual, 4)
	for u := range sums {
		sums[u] = t.zero()
	}
	add := func(disp int, mask Op, sum VecVirtual) {
		v := YMM()
		t.loadAt(Mem{Base: ends[0], Disp: disp}, mask, v)
		if len(ends) > 1 && mask == nil {
			t.mul(Mem{Base: ends[1], Disp: disp}, v, v)
		} else if len(ends) > 1 {
			w := YMM()
			t.loadAt(Mem{Base: ends[1], Disp: disp}, mask, w)
			t.mul(w, v, v)
		}
		t.add(v, sum, sum)
	}
	var moved []reader
	for _, end := range ends {
		moved = append(moved, reader{end, width})
	}
	inVectors(n, t.lanes, moved, func(u int) { add(u*width, nil, sums[u]) })
	CMPQ(n, Imm(0))
	JLE(LabelRef("across"))
	add(0, t.maskFor(n), sums[1])
	Label("across")
	return across(t, sumOfSums(t, sums))
}

// sumOfSums emits the sum of four vectors.
func sumOfSums(t kind, sums []VecVirtual) VecVirtual {
	t.add(sums[1], sums[0], sums[0])
	t.add(sums[3], sums[2], sums[2])
	t.add(sums[2], sums[0], sums[0])
	return sums[0]
}

// across emits the sum of the numbers of a vector.
func across(t kind, v VecVirtual) Register {
	high, low := XMM(), v.AsX()
	VEXTRACTF128(Imm(1), v, high)
	t.add(high, low, low)
	if t.size == 8 {
		VHADDPD(low, low, low)
	} else {
		VHADDPS(low, low, low)
		VHADDPS(low, low, low)
	}
	return low
}

// sumRows emits the sum of the rows of a matrix, each column in index order: of the numbers, or of the squares of what they
// differ from those of a row.
func sumRows(t kind, squares bool) {
	name, about, doc := "sumRows"+t.suffix, "", "the rows of a matrix"
	if squares {
		name, about, doc = "sumSquares"+t.suffix, ", about", "the squares of the rows of a matrix about a row"
	}
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out, a%s *%s, stride, rows, cols int)", about, t.goType))
	Doc(name + " adds " + doc + ", whose rows are stride bytes apart.")
	Pragma("noescape")
	out, a, stride, n := pointer("out"), pointer("a"), pointer("stride"), pointer("cols")
	ends := []Register{out, a}
	if squares {
		ends = append(ends, pointer("about"))
	}
	for _, stage := range []struct {
		label, next string
		vectors     int
	}{{"several", "single", 4}, {"single", "rest", 1}, {"rest", "done", 0}} {
		Label(stage.label)
		var mask Op
		vectors := stage.vectors
		if vectors > 0 {
			CMPQ(n, Imm(uint64(vectors*t.lanes)))
			JL(LabelRef(stage.next))
		} else {
			CMPQ(n, Imm(0))
			JLE(LabelRef(stage.next))
			vectors, mask = 1, t.maskFor(n)
		}
		row, rows := GP64(), pointer("rows")
		MOVQ(a, row)
		sums, centre := make([]VecVirtual, vectors), make([]VecVirtual, vectors)
		for v := range sums {
			sums[v] = YMM()
			t.loadAt(Mem{Base: row, Disp: v * width}, mask, sums[v])
			if squares {
				centre[v] = YMM()
				t.loadAt(Mem{Base: ends[2], Disp: v * width}, mask, centre[v])
				t.sub(centre[v], sums[v], sums[v])
				t.mul(sums[v], sums[v], sums[v])
			}
		}
		Label(stage.label + "Row")
		DECQ(rows)
		JZ(LabelRef(stage.label + "Store"))
		ADDQ(stride, row)
		for v, sum := range sums {
			next := YMM()
			t.loadAt(Mem{Base: row, Disp: v * width}, mask, next)
			if squares {
				t.sub(centre[v], next, next)
				t.mul(next, next, next)
			}
			t.add(next, sum, sum)
		}
		JMP(LabelRef(stage.label + "Row"))
		Label(stage.label + "Store")
		for v, sum := range sums {
			t.storeAt(sum, mask, Mem{Base: out, Disp: v * width})
		}
		if stage.vectors > 0 {
			for _, end := range ends {
				ADDQ(Imm(uint64(vectors*width)), end)
			}
			SUBQ(Imm(uint64(vectors*t.lanes)), n)
			JMP(LabelRef(stage.label))
		}
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// transpose emits the transpose of a matrix whose sides are multiples of the number of lanes, a square block at a time.
func transpose(t kind) {
	name := "transpose" + t.suffix
	TEXT(name, NOSPLIT, fmt.Sprintf("func(out *%[1]s, strideOut int, a *%[1]s, strideA, rows, cols int)", t.goType))
	Doc(fmt.Sprintf("%s transposes a matrix whose sides are multiples of %d; strides are in bytes.", name, t.lanes))
	Pragma("noescape")
	out, a, rows := pointer("out"), pointer("a"), pointer("rows")
	strideOut, strideA := pointer("strideOut"), pointer("strideA")
	length := pointer("cols")
	SHLQ(Imm(uint64(map[int]int{8: 3, 4: 2}[t.size])), length)
	// Two blocks, one below the other, make whole lines of the result; one block does the rest.
	for _, stage := range []struct {
		label, next string
		blocks      int
	}{{"two", "one", 2}, {"one", "done", 1}} {
		Label(stage.label)
		CMPQ(rows, Imm(uint64(stage.blocks*t.lanes)))
		JL(LabelRef(stage.next))
		from, to, cols := GP64(), GP64(), pointer("cols")
		MOVQ(a, from)
		MOVQ(out, to)
		Label(stage.label + "Column")
		row := GP64()
		MOVQ(from, row)
		for block := range stage.blocks {
			lines := make([]VecVirtual, t.lanes)
			for k := range lines {
				lines[k] = YMM()
				t.load(Mem{Base: row}, lines[k])
				ADDQ(strideA, row)
			}
			end := GP64()
			MOVQ(to, end)
			for _, line := range t.transposed(lines) {
				t.load(line, Mem{Base: end, Disp: block * width})
				ADDQ(strideOut, end)
			}
			if block == stage.blocks-1 {
				MOVQ(end, to)
			}
		}
		ADDQ(Imm(width), from)
		SUBQ(Imm(uint64(t.lanes)), cols)
		JNZ(LabelRef(stage.label + "Column"))
		MOVQ(row, a) // the row below, moved back to its first column
		ADDQ(Imm(width), a)
		SUBQ(length, a)
		ADDQ(Imm(uint64(stage.blocks*width)), out)
		SUBQ(Imm(uint64(stage.blocks*t.lanes)), rows)
		JMP(LabelRef(stage.label))
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// transposed transposes a square block in registers.
func (t kind) transposed(r []VecVirtual) []VecVirtual {
	new2 := func(f func(...Op), a, b VecVirtual) VecVirtual {
		v := YMM()
		f(b, a, v)
		return v
	}
	swap := func(imm uint64, a, b VecVirtual) VecVirtual {
		v := YMM()
		VPERM2F128(Imm(imm), b, a, v)
		return v
	}
	if t.size == 8 {
		lo01, hi01 := new2(VUNPCKLPD, r[0], r[1]), new2(VUNPCKHPD, r[0], r[1])
		lo23, hi23 := new2(VUNPCKLPD, r[2], r[3]), new2(VUNPCKHPD, r[2], r[3])
		return []VecVirtual{swap(0x20, lo01, lo23), swap(0x20, hi01, hi23), swap(0x31, lo01, lo23), swap(0x31, hi01, hi23)}
	}
	var pairs, fours []VecVirtual
	for k := 0; k < 8; k += 2 {
		pairs = append(pairs, new2(VUNPCKLPS, r[k], r[k+1]), new2(VUNPCKHPS, r[k], r[k+1]))
	}
	for _, k := range []int{0, 4} {
		for j := range 2 {
			fours = append(fours, new2(VUNPCKLPD, pairs[k+j], pairs[k+j+2]), new2(VUNPCKHPD, pairs[k+j], pairs[k+j+2]))
		}
	}
	var out []VecVirtual
	for _, imm := range []uint64{0x20, 0x31} {
		for j := range 4 {
			out = append(out, swap(imm, fours[j], fours[j+4]))
		}
	}
	return out
}
