package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// checkScalarize panics unless there is a weight for each loss, a loss for each task that is present, and a memory of
// the length wanted.
func checkScalarize(name string, weights, losses []float64, s State, memory int) {
	s.check(name, memory)
	checkCount(name, "losses", losses, s)
	checkCount(name, "weights", weights, s)
}

// checkCount panics unless there is a number for each task that is present.
func checkCount(name, what string, values []float64, s State) {
	if len(values) != s.Count() {
		panic(fmt.Sprintf("balance: %s: %d %s; %d tasks are present", name, len(values), what, s.Count()))
	}
}

// checkGram panics unless there is a weight and a row of gram for each task that is present, and a memory of the length
// wanted.
func checkGram(name string, weights []float64, gram mat.Symmetric, s State, memory int) {
	s.check(name, memory)
	checkCount(name, "weights", weights, s)
	if gram == nil {
		panic(fmt.Sprintf("balance: %s: the Gram matrix is nil", name))
	}
	if m := gram.SymmetricDim(); m != s.Count() {
		panic(fmt.Sprintf("balance: %s: a Gram matrix of %d tasks; %d are present", name, m, s.Count()))
	}
}

// checkJacobian panics unless dst has an entry for each column of jac and jac a row for each task that is present, and
// the memory has the length wanted.
func checkJacobian(name string, dst []float64, jac *mat.Dense, s State, memory int) {
	if jac == nil {
		panic(fmt.Sprintf("balance: %s: the Jacobian is nil", name))
	}
	m, n := jac.Dims()
	if len(dst) != n {
		panic(fmt.Sprintf("balance: %s: room for a direction of %d numbers; gradients have %d", name, len(dst), n))
	}
	if m != s.Count() || n != s.Params {
		panic(fmt.Sprintf("balance: %s: a Jacobian of %d×%d; %d tasks are present, with %d shared parameters",
			name, m, n, s.Count(), s.Params))
	}
	s.check(name, memory)
}

// checkBatches panics unless there are as many Jacobians as wanted, all as checkJacobian wants one.
func checkBatches(name string, dst []float64, jacs []*mat.Dense, want int, s State, memory int) {
	if len(jacs) != want {
		panic(fmt.Sprintf("balance: %s: %d Jacobians; want %d", name, len(jacs), want))
	}
	for _, jac := range jacs {
		checkJacobian(name, dst, jac, s, memory)
	}
}

// checkFinite panics unless the field is a finite number.
func checkFinite(name, field string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		panic(fmt.Sprintf("balance: %s: %s is %v; it must be finite", name, field, v))
	}
}

// checkNotNegative panics unless the field is finite and 0 or more.
func checkNotNegative(name, field string, v float64) {
	if !(v >= 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("balance: %s: %s is %v; it must be finite and not negative", name, field, v))
	}
}

// checkPositive panics unless the field is finite and more than 0, and says what constructor sets it.
func checkPositive(name, field string, v float64) {
	if !(v > 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("balance: %s: %s is %v; it must be finite and positive, as New%s sets it", name, field, v, name))
	}
}

// checkPositiveEach panics unless v, of a field with a number for each task, is finite and more than 0.
func checkPositiveEach(name, field string, v float64) {
	if !(v > 0) || math.IsInf(v, 1) {
		panic(fmt.Sprintf("balance: %s: %s has a %v; want finite and positive numbers", name, field, v))
	}
}

// checkRange panics unless least ≤ v ≤ most.
func checkRange(name, field string, v, least, most float64) {
	if !(v >= least && v <= most) {
		panic(fmt.Sprintf("balance: %s: %s is %v; it must be in [%v, %v]", name, field, v, least, most))
	}
}

// checkShare panics unless 0 ≤ v ≤ 1.
func checkShare(name, field string, v float64) { checkRange(name, field, v, 0, 1) }

// checkTasks panics unless the field has a number for each task of the training, which each is for.
func checkTasks(name, field string, values []float64, s Setting, each func(name, field string, v float64)) {
	if len(values) != s.Tasks {
		panic(fmt.Sprintf("balance: %s: %d numbers in %s for %d tasks", name, len(values), field, s.Tasks))
	}
	for _, v := range values {
		each(name, field, v)
	}
}

// checkOptional is checkTasks for a field that may be nil.
func checkOptional(name, field string, values []float64, s Setting, each func(name, field string, v float64)) {
	if values != nil {
		checkTasks(name, field, values, s, each)
	}
}

// perTask returns the numbers of a field, one for each task that is present, or standard for each in place of nil.
func perTask(tmp *pool, values []float64, s State, standard float64) []float64 {
	present := tmp.floats.take(s.Count())
	for k := range present {
		present[k] = standard
		if values != nil {
			present[k] = values[s.Task(k)]
		}
	}
	return present
}

// fill stores v in all of x.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}
