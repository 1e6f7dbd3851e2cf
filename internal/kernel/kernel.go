// Package kernel holds the loops that programs run: elementwise passes, elementary functions, reductions, copies and
// matrix products on row-major slices.
//
// On amd64 with AVX2 and FMA they are assembly, written by the generator in gen; elsewhere, and with the build tag
// noasm, they are the Go loops of this package. Both give the same bits for everything but products, sums and
// elementary functions, which add or round in another order. Either gives the same bits on every run, wherever the
// data lies in memory and however many processors work.
package kernel

//go:generate go -C gen run . -out ../kernels_amd64.s -stubs ../kernels_amd64.go -pkg kernel -dispatch ../dispatch_amd64.go

// Float is the type of number a program computes with.
type Float interface{ float32 | float64 }

// An Extent tells how an operand covers a result of rows × cols entries.
type Extent uint8

const (
	Full Extent = iota // an entry for each entry
	Row                // one row, repeated down
	Col                // one column, repeated across
	One                // one entry
)

// ExtentOf tells how an r × c operand covers a rows × cols result.
func ExtentOf(r, c, rows, cols int) Extent {
	switch {
	case r == rows && c == cols:
		return Full
	case r == 1 && c == 1:
		return One
	case r == 1:
		return Row
	}
	return Col
}
