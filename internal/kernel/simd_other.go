//go:build !amd64 || noasm

package kernel

import (
	"unsafe"

	"kindred/internal/stop"
)

// Without assembly, no kernel runs: each function says so, and its caller runs its own loop.

func simdVectors[T Float](BinaryOp, []T, []T, []T) bool                     { return false }
func simdVectorScalar[T Float](BinaryOp, []T, []T, T) bool                  { return false }
func simdScalarVector[T Float](BinaryOp, []T, T, []T) bool                  { return false }
func simdRows[T Float](_ BinaryOp, _, _, _ []T, _, _ int, _, _ Extent) bool { return false }
func simdAddScaled[T Float](_, _, _ []T, _ T) bool                          { return false }
func simdSelect[T Float](_, _, _, _ []T) bool                               { return false }
func simdGate[T Float](_, _, _ []T, _ T) bool                               { return false }
func simdLeakyReLU[T Float](_, _ []T, _ T) bool                             { return false }
func simdClamp[T Float](_, _ []T, _, _ T) bool                              { return false }
func simdWithin[T Float](_, _ []T, _, _ T) bool                             { return false }
func simdApply[T Float](Function, []T, []T) bool                            { return false }
func simdWiden([]float64, []float32) bool                                   { return false }
func simdWidenTotal([]float64, []float32) (float64, bool)                   { return 0, false }
func simdAddWidened([]float64, []float32) (float64, bool)                   { return 0, false }
func simdNarrow([]float32, []float64) bool                                  { return false }
func simdCopyRows[T Float]([]T, int, []T, int, int, int) bool               { return false }
func simdGatherRows(_, _ []float64, _, _ int, _ []int) bool                 { return false }
func simdAdam(_ *AdamStep, _, _, _, _, _, _, _ []float64) (float64, bool)   { return 0, false }
func simdTotal[T Float]([]T) (T, bool)                                      { return 0, false }
func simdDot[T Float](_, _ []T) (T, bool)                                   { return 0, false }
func simdSumCols[T Float](_, _ []T, _ int) bool                             { return false }
func simdDotCols[T Float](_, _, _ []T, _ int) bool                          { return false }
func simdAddMul[T Float](_, _, _, _ []T, _ int) bool                        { return false }
func simdSumRows[T Float](_, _ []T, _, _ int) bool                          { return false }
func simdTranspose[T Float]([]T, int, []T, int, int, int) (int, int)        { return 0, 0 }
func simdSumSquares[T Float](_, _, _ []T, _, _ int) bool                    { return false }
func simdPool[T Float](_, _, _, _ []T, _ Window) bool                       { return false }
func simdUnpool[T Float](_, _, _, _, _, _ []T, _ Window) bool               { return false }

// Passes reports whether passes can run.
func Passes() bool { return false }

// RunPass does nothing: there are no passes.
func RunPass[T Float](*Pass, []T) {}

// MultiplyAdd does rounds of multiplications and additions and returns their number. It is there to measure the peak.
func MultiplyAdd(_, rounds int) (flops int) { return multiplyAddGo(rounds) }

// Convolutions make patches.

type sliding struct{}

func newSliding(Window, int, int, bool) *sliding                      { return nil }
func (*sliding) padded() int                                          { return 0 }
func (*sliding) room() int                                            { return 0 }
func packFilters[T Float](*sliding, []T, []T)                         {}
func convolveImage[T Float](_ *sliding, _, _, _, _ []T, _ *stop.Sign) {}

type strips struct{ group int }

func newStrips(Window, int, int, int) *strips                               { return nil }
func (*strips) scratch() int                                                { return 0 }
func addWeights[T Float](_ *strips, _, _, _, _ []T, _, _ int, _ *stop.Sign) {}

// Nor is a product cut into calls of kernels.

type call struct{}

func blockRows() int                                                                    { return 6 }
func panelBytes() int                                                                   { return 64 }
func (*Plan) prepare()                                                                  {}
func (*Plan) run(_, _, _, _, _ unsafe.Pointer, _ Region) bool                           { return false }
func (*Plan) Place(_, _, _, _, _ int) (Placed, bool)                                    { return Placed{}, false }
func RunPlaced[T Float](Placed, []T)                                                    {}
func turn[T Float](_ *Plan, a, scratch []T, _ Region) (rows, rest []T)                  { return a, scratch }
func packedProduct[T Float](_ *Plan, _, _, _, _, _, _ []T, _ Region, _ *stop.Sign) bool { return false }
