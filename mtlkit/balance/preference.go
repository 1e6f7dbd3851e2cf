package balance

import (
	"fmt"
	"math"
	"slices"
)

// A ray is a preference of tasks over each other, as a unit vector over those that are present.
type ray struct {
	weights []float64 // of all tasks; nil is equal ones
	length  float64   // of those that are present
	s       State
}

// preference returns the ray of the weights.
func preference(weights []float64, s State) ray {
	r := ray{weights: weights, length: math.Sqrt(float64(s.Count())), s: s}
	if weights != nil {
		r.length = 0
		for k := range s.Count() {
			r.length = math.Hypot(r.length, weights[s.Task(k)])
		}
	}
	return r
}

// at returns the entry of the k-th task that is present: 0 for all if their weights are 0.
func (r ray) at(k int) float64 {
	switch {
	case r.weights == nil:
		return 1 / r.length
	case r.length == 0:
		return 0
	}
	return r.weights[r.s.Task(k)] / r.length
}

// checkPreference panics unless the field is nil, or has a number for each task, none of them negative and one positive.
func checkPreference(name, field string, weights []float64, s Setting) {
	checkOptional(name, field, weights, s, checkNotNegative)
	if weights != nil && slices.Max(weights) == 0 {
		panic(fmt.Sprintf("balance: %s: %s are all 0; at least one must be positive", name, field))
	}
}
