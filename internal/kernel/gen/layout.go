package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// layout lists the fields of the type of this name in package kernel, of 8 bytes each: what a product kernel reads
// beside its operands. It is filled in once for many calls.
var layout = []string{"strideC", "rowA", "colA", "rowB", "blockB", "n", "k", "flags", "alpha", "strideD", "strideBy"}

// productKernel begins a product kernel for blocks of some rows and columns.
func productKernel(name, what string, rows, columns int) {
	TEXT(name, NOSPLIT, "func(layout, c, a, b, d, by *byte, bands int)")
	Doc(fmt.Sprintf("%s computes bands of %d rows of %s, %d columns at a time.", name, rows, what, columns))
	Pragma("noescape")
}

// fieldOf returns where a field of the layout lies, of whose address it makes a base in the given register.
func fieldOf(name string, base Register) Mem {
	Load(Param("layout"), base)
	for k, field := range layout {
		if field == name {
			return Mem{Base: base, Disp: 8 * k}
		}
	}
	panic("no field " + name)
}

// field loads a field of the layout into a register.
func field(name string) GPVirtual {
	r := GP64()
	MOVQ(fieldOf(name, r), r)
	return r
}
