package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A kind is a type of number: how vectors of it are moved and computed with. Operands are in Go's order, the
// destination last.
type kind struct {
	suffix       string // of a kernel's name
	goType       string
	size         int // bytes of a number
	lanes        int // numbers in a vector
	load         func(...Op)
	loadZeroed   func(from, mask, to Op) // AVX-512: what the mask leaves out becomes 0
	zeroed       func(from, mask, to Op)
	maskedLoad   func(from, mask, to Op)
	broadcast    func(...Op)
	add, sub     func(...Op)
	mul, div     func(...Op)
	max, min     func(...Op)
	and, or, xor func(...Op)
	notAnd       func(...Op) // of the last operand but one, negated
	fma          func(...Op)
	sqrt         func(...Op)
	compare      func(...Op)
	blend        func(mask, yes, no, dst Op)
	one          Mem // a vector of ones
	sign         Mem // a vector of sign bits
}

var float64s = kind{
	suffix: "64", goType: "float64", size: 8, lanes: 4,
	load: VMOVUPD, loadZeroed: VMOVUPD_Z, zeroed: VMOVAPD_Z, maskedLoad: VMASKMOVPD, broadcast: VBROADCASTSD,
	add: VADDPD, sub: VSUBPD, mul: VMULPD, div: VDIVPD, max: VMAXPD, min: VMINPD,
	and: VANDPD, or: VORPD, xor: VXORPD, notAnd: VANDNPD, fma: VFMADD231PD, sqrt: VSQRTPD, compare: VCMPPD, blend: VBLENDVPD,
	one: quads("one64", 0x3ff0000000000000), sign: quads("sign64", 1<<63),
}

var float32s = kind{
	suffix: "32", goType: "float32", size: 4, lanes: 8,
	load: VMOVUPS, loadZeroed: VMOVUPS_Z, zeroed: VMOVAPS_Z, maskedLoad: VMASKMOVPS, broadcast: VBROADCASTSS,
	add: VADDPS, sub: VSUBPS, mul: VMULPS, div: VDIVPS, max: VMAXPS, min: VMINPS,
	and: VANDPS, or: VORPS, xor: VXORPS, notAnd: VANDNPS, fma: VFMADD231PS, sqrt: VSQRTPS, compare: VCMPPS, blend: VBLENDVPS,
	one: quads("one32", 0x3f8000003f800000), sign: quads("sign32", 1<<63|1<<31),
}

// width is the number of bytes of a vector.
const width = 32

// Predicates of a comparison: ordered, so that NaN compares false, except unordered.
const (
	equal      = 0x00
	less       = 0x11
	unordered  = 0x03
	lessEqual  = 0x12
	notEqual   = 0x0c
	notAtLeast = 0x19
)

// quads declares a constant vector that holds bits four times.
func quads(name string, bits uint64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for k := range 4 {
		DATA(8*k, U64(bits))
	}
	return m
}

// zero returns a vector of zeros.
func (t kind) zero() VecVirtual {
	z := YMM()
	t.xor(z, z, z)
	return z
}

// scalar loads a number that is a parameter into all lanes. The instruction is a VEX one: an SSE load among vectors in
// use costs hundreds of cycles.
func (t kind) scalar(name string) VecVirtual {
	v := YMM()
	t.broadcast(parameter(name), v)
	return v
}

// parameter returns where a parameter lies.
func parameter(name string) Mem {
	at, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return at.Addr
}

// pointer loads a parameter into a register.
func pointer(name string) GPVirtual { return Load(Param(name), GP64()).(GPVirtual) }
