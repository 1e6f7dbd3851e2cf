package mtlkit

import "context"

// checkContext panics at a nil context.
func checkContext(caller string, ctx context.Context) {
	if ctx == nil {
		panic("mtlkit: " + caller + ": the context is nil; give context.Background()")
	}
}

// fill stores v in all of x.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}
