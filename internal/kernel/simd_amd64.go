//go:build !noasm

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// simd tells whether the assembly can run here, simdWide whether products and elementary functions can use AVX-512: they
// are all that it speeds up, and it gives them the same bits.
var (
	simd     = cpu.X86.HasAVX2 && cpu.X86.HasFMA
	simdWide = simd && cpu.X86.HasAVX512F && cpu.X86.HasBMI2
)

// Each function below runs a kernel and reports whether it did.

func is64[T Float]() bool {
	var v T
	return unsafe.Sizeof(v) == 8
}

func at64[T Float](s []T) *float64 { return (*float64)(unsafe.Pointer(unsafe.SliceData(s))) }
func at32[T Float](s []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(s))) }

func simdVectors[T Float](op BinaryOp, o, a, b []T) bool {
	if !simd {
		return false
	}
	n := len(o)
	if is64[T]() {
		o, a, b := at64(o), at64(a), at64(b)
		switch op {
		case Add:
			addVV64(o, a, b, n)
		case Sub:
			subVV64(o, a, b, n)
		case Mul:
			mulVV64(o, a, b, n)
		case Div:
			divVV64(o, a, b, n)
		case Max:
			maxVV64(o, a, b, n)
		case Min:
			minVV64(o, a, b, n)
		case Greater:
			greaterVV64(o, a, b, n)
		case Equal:
			equalVV64(o, a, b, n)
		}
		return true
	}
	{
		o, a, b := at32(o), at32(a), at32(b)
		switch op {
		case Add:
			addVV32(o, a, b, n)
		case Sub:
			subVV32(o, a, b, n)
		case Mul:
			mulVV32(o, a, b, n)
		case Div:
			divVV32(o, a, b, n)
		case Max:
			maxVV32(o, a, b, n)
		case Min:
			minVV32(o, a, b, n)
		case Greater:
			greaterVV32(o, a, b, n)
		case Equal:
			equalVV32(o, a, b, n)
		}
	}
	return true
}

func simdVectorScalar[T Float](op BinaryOp, o, a []T, b T) bool {
	if !simd {
		return false
	}
	n := len(o)
	if is64[T]() {
		o, a, b := at64(o), at64(a), float64(b)
		switch op {
		case Add:
			addVS64(o, a, b, n)
		case Sub:
			subVS64(o, a, b, n)
		case Mul:
			mulVS64(o, a, b, n)
		case Div:
			divVS64(o, a, b, n)
		case Max:
			maxVS64(o, a, b, n)
		case Min:
			minVS64(o, a, b, n)
		case Greater:
			greaterVS64(o, a, b, n)
		case Equal:
			equalVS64(o, a, b, n)
		}
		return true
	}
	{
		o, a, b := at32(o), at32(a), float32(b)
		switch op {
		case Add:
			addVS32(o, a, b, n)
		case Sub:
			subVS32(o, a, b, n)
		case Mul:
			mulVS32(o, a, b, n)
		case Div:
			divVS32(o, a, b, n)
		case Max:
			maxVS32(o, a, b, n)
		case Min:
			minVS32(o, a, b, n)
		case Greater:
			greaterVS32(o, a, b, n)
		case Equal:
			equalVS32(o, a, b, n)
		}
	}
	return true
}

func simdScalarVector[T Float](op BinaryOp, o []T, a T, b []T) bool {
	if !simd || op != Sub && op != Div && op != Greater {
		return false
	}
	n := len(o)
	if is64[T]() {
		o, a, b := at64(o), float64(a), at64(b)
		switch op {
		case Sub:
			subSV64(o, a, b, n)
		case Div:
			divSV64(o, a, b, n)
		case Greater:
			greaterSV64(o, a, b, n)
		}
		return true
	}
	{
		o, a, b := at32(o), float32(a), at32(b)
		switch op {
		case Sub:
			subSV32(o, a, b, n)
		case Div:
			divSV32(o, a, b, n)
		case Greater:
			greaterSV32(o, a, b, n)
		}
	}
	return true
}

func simdAddScaled[T Float](out, a, b []T, c T) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		addScaled64(at64(out), at64(a), at64(b), float64(c), len(out))
	} else {
		addScaled32(at32(out), at32(a), at32(b), float32(c), len(out))
	}
	return true
}

func simdSelect[T Float](out, mask, a, b []T) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		choose64(at64(out), at64(mask), at64(a), at64(b), len(out))
	} else {
		choose32(at32(out), at32(mask), at32(a), at32(b), len(out))
	}
	return true
}

func simdGate[T Float](out, a, by []T, slope T) bool {
	switch {
	case !simd:
		return false
	case is64[T]() && slope == 0:
		gate64(at64(out), at64(a), at64(by), len(out))
	case is64[T]():
		gateLeaky64(at64(out), at64(a), at64(by), float64(slope), len(out))
	case slope == 0:
		gate32(at32(out), at32(a), at32(by), len(out))
	default:
		gateLeaky32(at32(out), at32(a), at32(by), float32(slope), len(out))
	}
	return true
}

func simdLeakyReLU[T Float](out, a []T, slope T) bool {
	switch {
	case !simd:
		return false
	case is64[T]() && slope == 0:
		relu64(at64(out), at64(a), len(out))
	case is64[T]():
		leaky64(at64(out), at64(a), float64(slope), len(out))
	case slope == 0:
		relu32(at32(out), at32(a), len(out))
	default:
		leaky32(at32(out), at32(a), float32(slope), len(out))
	}
	return true
}

func simdClamp[T Float](out, a []T, lo, hi T) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		clamp64(at64(out), at64(a), float64(lo), float64(hi), len(out))
	} else {
		clamp32(at32(out), at32(a), float32(lo), float32(hi), len(out))
	}
	return true
}

func simdWithin[T Float](out, a []T, lo, hi T) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		within64(at64(out), at64(a), float64(lo), float64(hi), len(out))
	} else {
		within32(at32(out), at32(a), float32(lo), float32(hi), len(out))
	}
	return true
}

func simdApply[T Float](f Function, out, a []T) bool {
	if !simd || f > Abs {
		return false
	}
	n := len(out)
	if is64[T]() {
		out, a := at64(out), at64(a)
		switch f {
		case Sqrt:
			sqrt64(out, a, n)
		case Abs:
			abs64(out, a, n)
		default:
			elementary64(f, out, a, n)
		}
		return true
	}
	{
		out, a := at32(out), at32(a)
		switch f {
		case Sqrt:
			sqrt32(out, a, n)
		case Abs:
			abs32(out, a, n)
		default:
			elementary32(f, out, a, n)
		}
	}
	return true
}

// simdPool pools a row of squares. It does not where channels are no whole vectors, or there is a NaN.
func simdPool[T Float](out, a, by, signs []T, w Window) bool {
	switch {
	case !simd:
		return false
	case is64[T]():
		c := 8 * w.Channels
		return c%32 == 0 && poolSquares64(at64(out), at64(a), at64(by), at64(signs), c, w.Width*c, w.Width/2) == 0
	}
	c := 4 * w.Channels
	return c%32 == 0 && poolSquares32(at32(out), at32(a), at32(by), at32(signs), c, w.Width*c, w.Width/2) == 0
}

// simdUnpool is the adjoint of simdPool, for whole squares.
func simdUnpool[T Float](out, a, by, signs, scale, shift []T, w Window) bool {
	if !simd {
		return false
	}
	if is64[T]() {
		run := unpoolSquares64
		if scale != nil {
			run = unpoolAffine64
		}
		c := 8 * w.Channels
		return c%32 == 0 && run(at64(out), at64(a), at64(by), at64(signs), at64(scale), at64(shift), c, w.Width*c, w.Width/2) == 0
	}
	run := unpoolSquares32
	if scale != nil {
		run = unpoolAffine32
	}
	c := 4 * w.Channels
	return c%32 == 0 && run(at32(out), at32(a), at32(by), at32(signs), at32(scale), at32(shift), c, w.Width*c, w.Width/2) == 0
}

// simdTranspose transposes the first rows and columns, whole blocks of them, and returns how many it did.
func simdTranspose[T Float](out []T, strideOut int, a []T, strideA, rows, cols int) (doneRows, doneCols int) {
	lanes := 8
	if is64[T]() {
		lanes = 4
	}
	doneRows, doneCols = rows/lanes*lanes, cols/lanes*lanes
	if !simd || doneRows == 0 || doneCols == 0 {
		return 0, 0
	}
	if is64[T]() {
		transpose64(at64(out), 8*strideOut, at64(a), 8*strideA, doneRows, doneCols)
	} else {
		transpose32(at32(out), 4*strideOut, at32(a), 4*strideA, doneRows, doneCols)
	}
	return doneRows, doneCols
}

// Passes reports whether passes can run.
func Passes() bool { return simd }

// RunPass runs a pass on a memory that holds all its operands.
func RunPass[T Float](p *Pass, mem []T) {
	if at := ptr(mem); is64[T]() {
		p.run64(at)
	} else {
		p.run32(at)
	}
}

func simdWiden(out []float64, a []float32) bool {
	if simd {
		widen(unsafe.SliceData(out), unsafe.SliceData(a), len(out))
	}
	return simd
}

func simdWidenTotal(out []float64, a []float32) (sum float64, ok bool) {
	if simd {
		sum = widenTotal(unsafe.SliceData(out), unsafe.SliceData(a), len(out))
	}
	return sum, simd
}

func simdAddWidened(out []float64, a []float32) (sum float64, ok bool) {
	if simd {
		sum = addWidened(unsafe.SliceData(out), unsafe.SliceData(a), len(out))
	}
	return sum, simd
}

// simdCopyRows has rows of at least one column; the slices end with the last.
func simdCopyRows[T Float](o []T, strideO int, a []T, strideA, rows, cols int) bool {
	if simd {
		size := int(unsafe.Sizeof(o[0]))
		copyRows((*byte)(ptr(o)), (*byte)(ptr(a)), rows, strideO*size, strideA*size, cols*size)
	}
	return simd
}

func simdGatherRows(o, a []float64, stride, cols int, rows []int) bool {
	if simd {
		gather64(unsafe.SliceData(o), unsafe.SliceData(a), unsafe.SliceData(rows), len(rows), stride, cols)
	}
	return simd
}

func simdNarrow(out []float32, a []float64) bool {
	if simd {
		narrow(unsafe.SliceData(out), unsafe.SliceData(a), len(out))
	}
	return simd
}
