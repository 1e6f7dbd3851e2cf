package balance

import (
	"fmt"
	"math"
)

// checkScalarize panics unless there is a weight for each loss, at least one loss, and a state of the length wanted.
func checkScalarize(name string, weights, losses, state []float64, want int) {
	if len(losses) == 0 || len(weights) != len(losses) {
		panic(fmt.Sprintf("balance: %s: %d weights for %d losses, want one for each of at least one task",
			name, len(weights), len(losses)))
	}
	if len(state) != want {
		panic(fmt.Sprintf("balance: %s: a state of %d numbers for %d tasks, want %d as NewState makes it",
			name, len(state), len(losses), want))
	}
}

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

// learnedLen returns the length of the state of m parameters that [learn] steps: the parameters, and for Adam both
// moments and the number of steps taken.
func learnedLen(m int, adam bool) int {
	if adam {
		return 3*m + 1
	}
	return m
}

// learn takes one step of gradient descent, or of Adam with the moments' rates 0.9 and 0.999 and ε = 1e-8 beside √v̂,
// on the m parameters at the head of state. gradient(i) is called once for each i, before parameter i is changed.
func learn(state []float64, m int, adam bool, rate float64, gradient func(i int) float64) {
	if !adam {
		for i := range m {
			state[i] -= rate * gradient(i)
		}
		return
	}
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	first, second := state[m:2*m], state[2*m:3*m]
	state[3*m]++
	correct1, correct2 := 1-math.Pow(beta1, state[3*m]), 1-math.Pow(beta2, state[3*m])
	for i := range m {
		g := gradient(i)
		first[i] = beta1*first[i] + (1-beta1)*g
		second[i] = beta2*second[i] + (1-beta2)*g*g
		state[i] -= rate * (first[i] / correct1) / (math.Sqrt(second[i]/correct2) + epsilon)
	}
}

// positiveLog returns log v, and NaN unless v > 0.
func positiveLog(v float64) float64 {
	if v == 0 {
		return math.NaN()
	}
	return math.Log(v)
}
