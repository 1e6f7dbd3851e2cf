package nn

import (
	"fmt"
	"math"

	"kindred/autodiff"
)

// A Rule is one step of an optimiser as a traced function, without side effects. Being traced, it can be run on numbers
// (see [Optimizer]) and also be differentiated, as an inner step of meta-learning. It treats every parameter by itself:
// an entry of a result depends on the same entry of the slots, gradient and parameter alone.
//
// Rules are plain values that print fully with %#v: whoever must know whether two runs have the same rule compares that.
type Rule interface {
	// LearningRate returns the rate before any schedule, finite and not negative. At 0 the parameters stand still.
	LearningRate() float64
	// Slots returns how many matrices of a parameter's shape the rule remembers. They are zero at the start.
	Slots() int
	// Step returns the new slots and the new parameter, given the learning rate and the number t = 1, 2, … of the step,
	// both 1×1, and the slots, gradient and parameter, all of one shape.
	Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) ([]autodiff.Value, autodiff.Value)
	// Check returns an error that says which setting makes no sense, as "nn: SGD: Rate is -1; it must be finite and not
	// negative", or nil.
	Check() error
}

// CheckRule panics if a rule is nil or makes no sense, with a sentence that says why. Whoever is handed a rule calls it.
func CheckRule(rule Rule) {
	if rule == nil {
		panic("nn: the rule is nil; give one, such as NewAdam(0.001)")
	}
	must(rule.Check())
	if rate := rule.LearningRate(); !(rate >= 0) || math.IsInf(rate, 1) {
		panic(fmt.Sprintf("nn: %T: LearningRate is %v; it must be finite and not negative", rule, rate))
	}
	if slots := rule.Slots(); slots < 0 {
		panic(fmt.Sprintf("nn: %T: Slots is %d; it must not be negative", rule, slots))
	}
}

// must panics with what is wrong with a setting.
func must(err error) {
	if err != nil {
		panic(err.Error())
	}
}

// notNegative returns an error unless a setting is finite and at least 0.
func notNegative(of, field string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return fmt.Errorf("nn: %s: %s is %v; it must be finite and not negative", of, field, v)
	}
	return nil
}

// belowOne returns an error unless a setting is at least 0 and below 1.
func belowOne(of, field string, v float64) error {
	if !(v >= 0 && v < 1) {
		return fmt.Errorf("nn: %s: %s is %v; it must be at least 0 and below 1", of, field, v)
	}
	return nil
}
