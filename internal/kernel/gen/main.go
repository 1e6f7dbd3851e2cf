// Command gen writes the AVX2 and AVX-512 kernels of package kernel: assembly and the Go declarations that go with it.
// Run it with go generate from the folder above.
package main

import (
	"flag"

	. "github.com/mmcloughlin/avo/build"
)

var dispatch = flag.String("dispatch", "dispatch_amd64.go", "file for the method that runs a product kernel")

func main() {
	flag.Parse()
	ConstraintExpr("!noasm")
	for _, t := range []kind{float64s, float32s} {
		for _, tile := range tiles {
			product(t, tile.rows, tile.vectors)
		}
		for high := 1; high <= wideRows; high++ {
			for vectors := 1; vectors <= wideVectors; vectors++ {
				wide(t, high, vectors)
			}
		}
		for high := 1; high <= dotRows; high++ {
			dots(t, high)
		}
		for count := 1; count <= maxPairs; count++ {
			pairs(t, count)
		}
		transpose(t)
		for _, op := range binaries {
			binary(t, op)
			rows(t, op)
		}
		for _, op := range unaries {
			unary(t, op)
		}
		addScaled(t)
		addMul(t)
		gate(t)
		choose(t)
		for _, products := range []bool{false, true} {
			total(t, products, false)
			total(t, products, true)
		}
		sumRows(t, false)
		sumRows(t, true)
		pool(t)
		unpool(t, false)
		unpool(t, true)
	}
	for _, fn := range functions {
		for _, f := range []form{avx2, avx512} {
			fn.loop(f, float64s)
			fn.loop(f, float32s)
		}
	}
	convert()
	widenTotal(false)
	widenTotal(true)
	gather()
	copyRows()
	adam(float64s)
	peak()
	writeDispatch(*dispatch)
	Generate()
}
