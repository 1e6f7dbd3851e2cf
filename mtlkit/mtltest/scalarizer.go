package mtltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/mtlkit/balance"
)

// TestScalarizer runs a subtest for each of [Trainings], which fails unless b passes [CheckScalarizer] and
// [CheckDerivative] there, and one that fails unless it passes [CheckAbsent] and [CheckKeepsNothing].
func TestScalarizer(t *testing.T, b balance.Scalarizer) {
	t.Helper()
	TestScalarizers(t, func(int) balance.Scalarizer { return b })
}

// TestScalarizers is [TestScalarizer] for a scalarizer with fields that depend on the number of tasks.
func TestScalarizers(t *testing.T, b func(tasks int) balance.Scalarizer) {
	t.Helper()
	for _, tr := range Trainings() {
		t.Run(tr.Name, func(t *testing.T) {
			if err := CheckScalarizer(b(tr.Setting.Tasks), tr); err != nil {
				t.Error(err)
			}
			if err := CheckDerivative(b(tr.Setting.Tasks), tr); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("the contract", func(t *testing.T) {
		if err := CheckAbsent(b(4)); err != nil {
			t.Error(err)
		}
		if err := CheckKeepsNothing(b(4)); err != nil {
			t.Error(err)
		}
	})
}

// A Training is a course of losses on which scalarizers are tried.
type Training struct {
	Name    string
	Setting balance.Setting
	Steps   []Step
}

// A Step is what one step of a [Training] hands over.
type Step struct {
	Present []int     // nil is all tasks
	Losses  []float64 // of the tasks that are present
	Zero    bool      // a loss is 0: not for balancers that need positive ones
}

// Trainings returns courses of losses that fall, rise, stay, are of very different size, or 0, of one to five tasks,
// with and without epochs, classes and absent tasks.
func Trainings() []Training {
	rng := rand.New(rand.NewPCG(12, 0))
	course := func(m, steps int, spread float64, present ...[]int) (all []Step) {
		scale := make([]float64, m)
		for i := range scale {
			scale[i] = math.Pow(10, spread*(2*rng.Float64()-1))
		}
		for k := range steps {
			var s Step
			if len(present) > 0 {
				s.Present = present[k%len(present)]
			}
			for i := range m {
				loss := scale[i] * math.Exp(0.3*rng.NormFloat64()-0.1*float64(k))
				if s.Present == nil || slices.Contains(s.Present, i) {
					s.Losses = append(s.Losses, loss)
				}
			}
			all = append(all, s)
		}
		return all
	}
	classes := []bool{true, false, true}
	return []Training{
		{"one task", balance.Setting{Tasks: 1, Params: 5}, course(1, 4, 0)},
		{"two tasks", balance.Setting{Tasks: 2, Params: 5}, course(2, 6, 0)},
		{"classes and epochs", balance.Setting{Tasks: 3, Params: 5, StepsPerEpoch: 2, Classes: classes}, course(3, 8, 0)},
		{"from 1e-3 to 1e3", balance.Setting{Tasks: 5, Params: 5}, course(5, 6, 3)},
		{"losses that stay", balance.Setting{Tasks: 2, Params: 5}, []Step{
			{Losses: []float64{2, 2}}, {Losses: []float64{2, 2}}, {Losses: []float64{2, 2}}, {Losses: []float64{2, 2}},
		}},
		{"absent tasks", balance.Setting{Tasks: 4, Params: 5, StepsPerEpoch: 3},
			course(4, 9, 0, []int{0, 1, 2, 3}, []int{1, 3}, []int{2}, []int{0, 2, 3})},
		{"a loss of 0", balance.Setting{Tasks: 2, Params: 5}, []Step{
			{Losses: []float64{1, 0.5}}, {Losses: []float64{0, 0.5}, Zero: true}, {Losses: []float64{0, 0.4}, Zero: true},
			{Losses: []float64{0.2, 0}, Zero: true},
		}},
	}
}

// steps calls f for the steps of the training that b can take, with the state before each.
func (tr Training) steps(b balance.Scalarizer, f func(k int, step Step, s balance.State) error) error {
	s := balance.Start(b, tr.Setting)
	positive, ok := b.(balance.PositiveLosses)
	for k, step := range tr.Steps {
		if step.Zero && ok && positive.NeedsPositiveLosses() {
			return nil
		}
		s.Present = step.Present
		if err := f(k, step, s); err != nil {
			return fmt.Errorf("step %d: %w", k, err)
		}
	}
	return nil
}

// CheckScalarizer returns an error unless b gives, in every step of the training, a finite V and finite weights of
// which none is negative and one is positive, the same when it is asked again from the same state, and leaves the
// losses alone; and unless it remembers as many numbers, all of them finite, whenever it starts. A negative weight makes
// a task's loss rise, which no loss of the others tells.
func CheckScalarizer(b balance.Scalarizer, tr Training) error {
	if one, two := balance.Start(b, tr.Setting).Memory, balance.Start(b, tr.Setting).Memory; !slices.Equal(one, two) {
		return fmt.Errorf("two first states differ: %v and %v", one, two)
	}
	return tr.steps(b, func(k int, step Step, s balance.State) error {
		before, given := slices.Clone(s.Memory), slices.Clone(step.Losses)
		out, _ := taken(b, nil, given, s)
		weights, value := out[:len(given)], out[len(given)]
		if !slices.Equal(given, step.Losses) {
			return fmt.Errorf("the losses %v have become %v", step.Losses, given)
		}
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return fmt.Errorf("V is %v of the losses %v", value, given)
		}
		positive := false
		for i, w := range weights {
			if math.IsNaN(w) || math.IsInf(w, 0) || w < 0 {
				return fmt.Errorf("weight %d is %v; it must be finite and not negative", i, w)
			}
			positive = positive || w > 0
		}
		if !positive {
			return fmt.Errorf("all weights are 0 of the losses %v", given)
		}
		for i, v := range s.Memory {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("number %d of the memory is %v", i, v)
			}
		}
		after := slices.Clone(s.Memory)
		again := s
		again.Memory = before
		repeated, _ := taken(b, nil, given, again)
		if !slices.Equal(out, repeated) || !slices.Equal(again.Memory, after) {
			return fmt.Errorf("weights and V are %v, and %v from the same state", out, repeated)
		}
		return nil
	})
}

// CheckDerivative returns an error unless the weights of b are the derivative of V by the losses, what it remembers
// held fixed, in every step of the training, against central differences. It is not for a scalarizer that counts a part
// of V as constant, as FAMO does.
func CheckDerivative(b balance.Scalarizer, tr Training) error {
	return tr.steps(b, func(k int, step Step, s balance.State) error {
		value := func(losses []float64) float64 {
			held := s
			held.Memory = slices.Clone(s.Memory)
			return b.Scalarize(make([]float64, len(losses)), losses, held)
		}
		out := make([]float64, len(step.Losses))
		held := s
		held.Memory = slices.Clone(s.Memory)
		v := b.Scalarize(out, step.Losses, held)
		for i, l := range step.Losses {
			if step.Zero {
				break // no room below 0
			}
			// The error of the difference is about h²V′′′ = 1e-10 of V/L, and rounding ε|V|/h.
			h := 1e-5 * l
			up, down := slices.Clone(step.Losses), slices.Clone(step.Losses)
			up[i], down[i] = l+h, l-h
			slope := (value(up) - value(down)) / (up[i] - down[i])
			if tol := 1e-6*math.Abs(out[i]) + 1e-15*math.Abs(v)/h*10; !(math.Abs(slope-out[i]) <= tol) {
				return fmt.Errorf("weight %d is %v of the losses %v, but V has the slope %v", i, out[i], step.Losses, slope)
			}
		}
		_, _ = taken(b, nil, step.Losses, s)
		return nil
	})
}
