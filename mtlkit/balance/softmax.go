package balance

import "math"

// softmax stores exp(xᵢ)/Σⱼ exp(xⱼ) in dst, which may be x, and returns log Σⱼ exp(xⱼ). The largest x is taken out
// first, so that nothing overflows.
func softmax(dst, x []float64) float64 {
	largest := math.Inf(-1)
	for _, v := range x {
		largest = max(largest, v)
	}
	sum := 0.0
	for i, v := range x {
		dst[i] = math.Exp(v - largest)
		sum += dst[i]
	}
	for i := range dst {
		dst[i] /= sum
	}
	return largest + math.Log(sum)
}

// positiveLog returns log v, and NaN unless v > 0.
func positiveLog(v float64) float64 {
	if v == 0 {
		return math.NaN()
	}
	return math.Log(v)
}
