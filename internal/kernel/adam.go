package kernel

import "math"

// An AdamStep is a step of Adam, with weight decay apart from the gradient: for each entry, each operation rounded,
//
//	g ← Cut·g, m ← Beta1·m + Rest1·g, v ← Beta2·v + Rest2·g²,
//	θ ← θ − Rate·(Scale·m/(Root·√(v + UnderRoot) + Epsilon) + Decay·θ).
type AdamStep struct { // in the order in which the assembly reads it
	Cut, Beta1, Rest1, Beta2, Rest2              float64
	UnderRoot, Root, Epsilon, Scale, Decay, Rate float64
}

// Run stores the new parameters, m and v, and returns the sum of all of these, which is finite only if they are. All have
// the length of next.
func (a *AdamStep) Run(next, m, v, param, grad, wasM, wasV []float64) (sum float64) {
	n := len(next)
	m, v, param, grad, wasM, wasV = m[:n], v[:n], param[:n], grad[:n], wasM[:n], wasV[:n]
	if sum, ok := simdAdam(a, next, m, v, param, grad, wasM, wasV); ok {
		return sum
	}
	for k, g := range grad { // conversions keep products and sums from being fused
		g = float64(a.Cut * g)
		m[k] = float64(a.Beta1*wasM[k]) + float64(a.Rest1*g)
		v[k] = float64(a.Beta2*wasV[k]) + float64(a.Rest2*float64(g*g))
		root := float64(a.Root*math.Sqrt(v[k]+a.UnderRoot)) + a.Epsilon
		step := float64(a.Scale*(m[k]/root)) + float64(a.Decay*param[k])
		next[k] = param[k] - float64(a.Rate*step)
		sum += next[k] + m[k] + v[k]
	}
	return sum
}
