package balance

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// checkState panics unless state has the length that NewState gives it.
func checkState(name string, state []float64, want int) {
	if len(state) != want {
		panic(fmt.Sprintf("balance: %s: a state of %d numbers, want %d as NewState makes it", name, len(state), want))
	}
}

// checkLength panics unless the field holds a number for each of m tasks.
func checkLength(name, field string, values []float64, m int) {
	if len(values) != m {
		panic(fmt.Sprintf("balance: %s: %d numbers in %s for %d tasks", name, len(values), field, m))
	}
}

// checkGram panics unless there is a weight for each row of gram, at least one, and a state of the length wanted.
func checkGram(name string, weights []float64, gram mat.Symmetric, state []float64, want int) {
	if m := gram.SymmetricDim(); m == 0 || len(weights) != m {
		panic(fmt.Sprintf("balance: %s: %d weights for a Gram matrix of %d tasks, want one for each of at least one",
			name, len(weights), m))
	}
	checkState(name, state, want)
}

// checkJacobian panics unless dst has an entry for each column of jac, and state the length wanted.
func checkJacobian(name string, dst []float64, jac *mat.Dense, state []float64, want int) {
	if _, n := jac.Dims(); len(dst) != n {
		panic(fmt.Sprintf("balance: %s: room for a direction of %d numbers, but gradients of %d", name, len(dst), n))
	}
	checkState(name, state, want)
}

// fill stores v in all of x.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// perTask returns the numbers of a field, one for each of m tasks, or m times standard in place of nil.
func perTask(tmp *pool, name, field string, values []float64, m int, standard float64) []float64 {
	if values != nil {
		checkLength(name, field, values, m)
		return values
	}
	values = tmp.floats.take(m)
	fill(values, standard)
	return values
}

// checkBatches panics unless there are as many Jacobians as wanted, all of one shape and as wide as dst.
func checkBatches(name string, dst []float64, jacs []*mat.Dense, want int, state []float64, stateLen int) {
	if len(jacs) != want {
		panic(fmt.Sprintf("balance: %s: %d Jacobians, want %d", name, len(jacs), want))
	}
	m, n := jacs[0].Dims()
	for i, jac := range jacs {
		if r, c := jac.Dims(); r != m || c != n {
			panic(fmt.Sprintf("balance: %s: Jacobian %d is %d×%d, the first %d×%d", name, i, r, c, m, n))
		}
		checkJacobian(name, dst, jac, state, stateLen)
	}
}
