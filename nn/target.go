package nn

import (
	"errors"
	"fmt"
	"math"
)

// A Kind is what a label stands for.
type Kind uint8

// The kinds of labels.
const (
	Number Kind = iota // any finite number
	Binary             // one of two: 0 or 1, or a probability between
	Class              // one of n: a whole number from 0
)

func (k Kind) String() string {
	switch k {
	case Number:
		return "number"
	case Binary:
		return "binary"
	case Class:
		return "class"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// A Target is what a [Loss] says about labels: what one is, how many a prediction goes with, and how predictions are
// scored against them. The zero Target is any number for each output, scored by [RSquared].
//
// A loss with a Target that contradicts itself is refused with a panic by every method.
type Target struct {
	Kind     Kind
	Positive bool   // a Number that must be above 0, such as a count or a duration
	Extra    int    // outputs beside the first of each label, such as 1 for a mean with its variance; 0 for a Class
	Metric   Metric // how predictions are scored; zero is the kind's own, and must be set where Extra is
}

// Columns returns how many columns of labels go with predictions of the given number of columns: one for a Class, and
// for the others as many as there are outputs, or groups of 1 + Extra outputs.
func (t Target) Columns(outputs int) int {
	must(t.CheckOutputs(outputs))
	if t.Kind == Class {
		return 1
	}
	return outputs / (1 + t.Extra)
}

// CheckOutputs returns an error that says how many columns predictions must have, unless they can have the given number
// of them.
func (t Target) CheckOutputs(outputs int) error {
	t.check()
	switch {
	case t.Kind == Class && outputs < 2:
		return fmt.Errorf("nn: %d outputs; a class needs at least 2, one for each class", outputs)
	case outputs < 1:
		return fmt.Errorf("nn: %d outputs; there must be at least 1", outputs)
	case outputs%(1+t.Extra) != 0:
		return fmt.Errorf("nn: %d outputs; each label takes %d of them", outputs, 1+t.Extra)
	}
	return nil
}

// Check returns nil for a number that is a label for predictions of the given number of columns. Its error says what a
// label is, as "with 3 outputs, a class is a whole number from 0 to 2". NaN is no label: which labels are missing, and
// whether they may be, is a matter of whoever has them.
func (t Target) Check(label float64, outputs int) error {
	must(t.CheckOutputs(outputs))
	switch {
	case t.Kind == Binary:
		if !(label >= 0 && label <= 1) {
			return errors.New("a binary label is 0 or 1, or a probability between")
		}
	case t.Kind == Class:
		if !(label >= 0 && label < float64(outputs) && label == math.Trunc(label)) {
			return fmt.Errorf("with %d outputs, a class is a whole number from 0 to %d", outputs, outputs-1)
		}
	case math.IsNaN(label) || math.IsInf(label, 0):
		return errors.New("a label must be finite")
	case t.Positive && !(label > 0):
		return errors.New("a label of this loss must be above 0")
	}
	return nil
}

// Score returns Metric, or the kind's own: [RSquared] for numbers, [Accuracy] for the others.
func (t Target) Score() Metric {
	t.check()
	switch {
	case t.Metric.Of != nil:
		return t.Metric
	case t.Kind == Number:
		return RSquared
	}
	return Accuracy
}

// check panics where the fields contradict each other.
func (t Target) check() {
	switch {
	case t.Kind > Class:
		panic(fmt.Sprintf("nn: Target: Kind is %d; it must be Number, Binary or Class", uint8(t.Kind)))
	case t.Positive && t.Kind != Number:
		panic(fmt.Sprintf("nn: Target: Positive is set for a %v label; it is for a Number", t.Kind))
	case t.Extra < 0 || t.Extra > 0 && t.Kind == Class:
		panic(fmt.Sprintf("nn: Target: Extra is %d for a %v label; it must not be negative, and 0 for a Class",
			t.Extra, t.Kind))
	case t.Extra > 0 && t.Metric.Of == nil:
		panic("nn: Target: Extra is set and Metric is not; only the loss knows which outputs its labels are compared with")
	}
}
