package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// peak emits a loop of fused multiply-adds on registers: 12 chains in AVX2, 24 in AVX-512.
func peak() {
	TEXT("multiplyAdd", NOSPLIT, "func(n int)")
	Doc("multiplyAdd does n rounds of 12 fused multiply-adds on vectors of 32 bytes.")
	n := pointer("n")
	var sums []VecVirtual
	for range 12 {
		sums = append(sums, float64s.zero())
	}
	Label("loop")
	for _, sum := range sums {
		VFMADD231PD(sum, sum, sum)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()

	TEXT("multiplyAddWide", NOSPLIT, "func(n int)")
	Doc("multiplyAddWide does n rounds of 24 fused multiply-adds on vectors of 64 bytes.")
	n = pointer("n")
	for _, sum := range zmms[:24] {
		VPXORQ(sum, sum, sum)
	}
	Label("loop")
	for _, sum := range zmms[:24] {
		VFMADD231PD(sum, sum, sum)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
