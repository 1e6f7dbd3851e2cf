package main

import (
	"time"

	"kindred/internal/kernel"
)

// peak returns the GFLOP/s of one core that does nothing but fused multiply-adds on registers, with the widest
// instructions that products use.
func peak(precision string) float64 {
	size := map[string]int{"float64": 8, "float32": 4}[precision]
	best := 0.0
	for range 20 {
		start := time.Now()
		flops := kernel.MultiplyAdd(size, 10000)
		best = max(best, float64(flops)/float64(time.Since(start).Nanoseconds()))
	}
	return best
}
