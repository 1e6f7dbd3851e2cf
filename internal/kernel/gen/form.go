package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// A form is what the elementary functions are written with: vectors of float64 of some width and operations on them.
// All forms do the same with a lane, to the last bit. Operands are in Go's order, the destination last; the first of
// them may be a constant.
type form struct {
	suffix         string // of a kernel's name
	numbers        mover
	widened        mover // of float32
	vector         func() VecVirtual
	set            func(constant, to Op)
	add, sub       func(...Op)
	mul, div       func(...Op)
	max, min       func(...Op)
	and, or, xor   func(...Op)
	fma, fnma      func(...Op) // of a, b, c: c + a·b, c − a·b
	horner         func(...Op) // of a, b, c: a + b·c
	addWhole       func(...Op) // of whole numbers, as are the shifts
	shiftL, shiftR func(...Op)
	nearest        func(x, whole Op)
	compare        func(predicate uint64, b, a Op) (mask Op)
	negative       func(x VecVirtual) (mask Op) // by the sign bit
	choose         func(mask, yes, no, to Op)
	keep           func(mask, x, to Op) // 0 where the mask is not set
	powerOf2       func(n VecVirtual) VecVirtual
	timesPowerOf2  func(n, x VecVirtual) // rounded once
}

var avx2 = form{
	numbers: float64s.mover(), widened: widened, vector: YMM, set: func(constant, to Op) { VMOVUPD(constant, to) },
	add: VADDPD, sub: VSUBPD, mul: VMULPD, div: VDIVPD, max: VMAXPD, min: VMINPD,
	and: VANDPD, or: VORPD, xor: VXORPD, fma: VFMADD231PD, fnma: VFNMADD231PD, horner: VFMADD213PD,
	addWhole: VPADDQ, shiftL: VPSLLQ, shiftR: VPSRLQ,
	nearest: func(x, whole Op) { VROUNDPD(Imm(8), x, whole) },
	compare: func(predicate uint64, b, a Op) Op {
		mask := YMM()
		VCMPPD(Imm(predicate), b, a, mask)
		return mask
	},
	negative: func(x VecVirtual) Op { return x },
	choose:   func(mask, yes, no, to Op) { VBLENDVPD(mask, yes, no, to) },
	keep:     func(mask, x, to Op) { VANDPD(x, mask, to) },
	powerOf2: func(n VecVirtual) VecVirtual {
		whole := XMM()
		VCVTPD2DQY(n, whole)
		return powerOf2(whole)
	},
	// 2ⁿ in two factors, so that neither is out of range.
	timesPowerOf2: func(n, x VecVirtual) {
		whole, first := XMM(), XMM()
		VCVTPD2DQY(n, whole)
		VPSRAD(Imm(1), whole, first)
		VPSUBD(first, whole, whole)
		VMULPD(powerOf2(first), x, x)
		VMULPD(powerOf2(whole), x, x)
	},
}

// powerOf2 returns 2ⁿ for four whole numbers of 32 bits.
func powerOf2(n VecVirtual) VecVirtual {
	p := YMM()
	VPMOVSXDQ(n, p)
	VPADDQ(bias, p, p)
	VPSLLQ(Imm(52), p, p)
	return p
}

// widened moves four float32 at a time as float64.
var widened = mover{
	lanes: 4, bytes: 16,
	load: func(from Mem, mask Op) VecVirtual {
		x, v := XMM(), YMM()
		float32s.loadAt(from, mask, x)
		VCVTPS2PD(x, v)
		return v
	},
	store: func(v VecVirtual, mask Op, to Mem) {
		x := XMM()
		VCVTPD2PSY(v, x)
		float32s.storeAt(x, mask, to)
	},
	mask: func(n Register) Op { return float32s.maskFor(n).low() },
}

var avx512 = form{
	suffix: "Wide",
	numbers: mover{
		lanes: 8, bytes: wideWidth,
		load: func(from Mem, mask Op) VecVirtual {
			v := ZMM()
			if mask == nil {
				VMOVUPD(from, v)
			} else {
				VMOVUPD_Z(from, mask, v)
			}
			return v
		},
		store: func(v VecVirtual, mask Op, to Mem) {
			if mask == nil {
				VMOVUPD(v, to)
			} else {
				VMOVUPD(v, mask, to)
			}
		},
		mask: wideMask,
	},
	widened: mover{
		lanes: 8, bytes: wideWidth / 2,
		load: func(from Mem, mask Op) VecVirtual {
			v := ZMM()
			if mask == nil {
				VCVTPS2PD(from, v)
			} else {
				VCVTPS2PD_Z(from, mask, v)
			}
			return v
		},
		store: func(v VecVirtual, mask Op, to Mem) {
			VCVTPD2PS(v, v.AsY())
			if mask == nil {
				VMOVUPS(v.AsY(), to)
			} else {
				VMOVUPS(v, mask, to) // the mask leaves out the upper half; masks for halves are not in AVX512F
			}
		},
		mask: wideMask,
	},
	vector: ZMM, set: func(constant, to Op) { VBROADCASTSD(constant, to) },
	add: repeating(VADDPD, VADDPD_BCST), sub: repeating(VSUBPD, VSUBPD_BCST),
	mul: repeating(VMULPD, VMULPD_BCST), div: VDIVPD, max: VMAXPD, min: VMINPD,
	and: repeating(VPANDQ, VPANDQ_BCST), or: repeating(VPORQ, VPORQ_BCST), xor: VPXORQ,
	fma: repeating(VFMADD231PD, VFMADD231PD_BCST), fnma: repeating(VFNMADD231PD, VFNMADD231PD_BCST),
	horner:   repeating(VFMADD213PD, VFMADD213PD_BCST),
	addWhole: repeating(VPADDQ, VPADDQ_BCST), shiftL: VPSLLQ, shiftR: VPSRLQ,
	nearest: func(x, whole Op) { VRNDSCALEPD(Imm(8), x, whole) },
	compare: func(predicate uint64, b, a Op) Op {
		mask := K()
		repeating(VCMPPD, VCMPPD_BCST)(Imm(predicate), b, a, mask)
		return mask
	},
	negative: func(x VecVirtual) Op {
		mask := K()
		VPTESTMQ_BCST(float64s.sign, x, mask)
		return mask
	},
	choose: func(mask, yes, no, to Op) { repeating(VBLENDMPD, VBLENDMPD_BCST)(yes, no, mask, to) },
	keep: func(mask, x, to Op) {
		if _, constant := x.(Mem); constant {
			VBROADCASTSD_Z(x, mask, to)
		} else {
			VMOVAPD_Z(x, mask, to)
		}
	},
	powerOf2: func(n VecVirtual) VecVirtual {
		p := ZMM()
		VBROADCASTSD(float64s.one, p)
		VSCALEFPD(n, p, p)
		return p
	},
	timesPowerOf2: func(n, x VecVirtual) { VSCALEFPD(n, x, x) },
}

// repeating returns plain, or repeated where an operand is in memory: one number, for all lanes.
func repeating(plain, repeated func(...Op)) func(...Op) {
	return func(operands ...Op) {
		for _, o := range operands {
			if _, ok := o.(Mem); ok {
				repeated(operands...)
				return
			}
		}
		plain(operands...)
	}
}
