package mtlkit

// fill stores v in all of x.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}
