package balance

import "math"

// learnedLen returns the length of the memory of m parameters that [learn] steps: the parameters, and for Adam both
// moments and the numbers of steps taken.
func learnedLen(m int, adam bool) int {
	if adam {
		return 4 * m
	}
	return m
}

// learn takes one step of gradient descent, or of Adam with the moments' rates 0.9 and 0.999 and ε = 1e-8 beside √v̂,
// on those of the m parameters at the head of memory that belong to tasks that are present. gradient(k) is called once
// for each, before that parameter is changed. Adam counts the steps of each parameter by itself, so that the moments
// of one that was away are not taken for older than they are.
func learn(memory []float64, m int, s State, adam bool, rate float64, gradient func(k int) float64) {
	if !adam {
		for k := range s.Count() {
			memory[s.Task(k)] -= rate * gradient(k)
		}
		return
	}
	const (
		beta1, beta2, epsilon = 0.9, 0.999, 1e-8
		largest               = 1e150 // a gradient whose square overflows would stop its parameter for ever
	)
	first, second, steps := memory[m:2*m], memory[2*m:3*m], memory[3*m:4*m]
	last, correct1, correct2 := 0.0, 0.0, 0.0
	for k := range s.Count() {
		i := s.Task(k)
		steps[i]++
		if steps[i] != last { // most often the same for all
			last = steps[i]
			correct1, correct2 = 1-math.Pow(beta1, last), 1-math.Pow(beta2, last)
		}
		g := max(-largest, min(largest, gradient(k)))
		first[i] = beta1*first[i] + (1-beta1)*g
		second[i] = beta2*second[i] + (1-beta2)*g*g
		memory[i] -= rate * (first[i] / correct1) / (math.Sqrt(second[i]/correct2) + epsilon)
	}
}
