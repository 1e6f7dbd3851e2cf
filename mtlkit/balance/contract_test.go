package balance_test

import (
	"testing"

	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
)

// All balancers and their variants keep to the contract.
func TestContract(t *testing.T) {
	for _, c := range choices() {
		t.Run(c.name, func(t *testing.T) {
			if scalarizer, ok := c.forTasks(4).(balance.Scalarizer); ok {
				for _, tr := range mtltest.Trainings() {
					b := c.forTasks(tr.Setting.Tasks).(balance.Scalarizer)
					if !signed(scalarizer) {
						if err := mtltest.CheckScalarizer(b, tr); err != nil {
							t.Errorf("%s: %v", tr.Name, err)
						}
					}
					if !holds(scalarizer) {
						if err := mtltest.CheckDerivative(b, tr); err != nil {
							t.Errorf("%s: %v", tr.Name, err)
						}
					}
				}
			}
			for _, check := range []func(balance.Balancer) error{mtltest.CheckAbsent, mtltest.CheckKeepsNothing} {
				if err := check(c.forTasks(4)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// signed reports whether b lets a loss rise, with the settings that it has: where that leads the losses nearer to the
// ratios that one prefers.
func signed(b balance.Scalarizer) bool {
	switch b := b.(type) {
	case balance.PBI:
		return b.Theta > 1
	case balance.COSMOS:
		return b.Lambda > 1
	}
	return false
}

// holds reports whether b counts a part of V as constant: see TestFAMOWeightsAreTheDerivative.
func holds(b balance.Scalarizer) bool {
	switch b.(type) {
	case balance.FAMO, balance.CRMOGMScalarizer:
		return true
	}
	return false
}

// FixedWeights returns what Scalarize stores, for those present, in a slice of the caller's own.
func TestFixedWeightsAreThoseOfScalarize(t *testing.T) {
	fixed := []float64{0.5, 0, 2}
	for _, b := range []balance.FixedWeights{balance.Equal{}, balance.Equal{Mean: true}, balance.Fixed{Weights: fixed}} {
		for _, present := range [][]int{nil, {0, 2}, {1}} {
			s := start(b, 3, 0)
			s.Present = present
			want := make([]float64, s.Count())
			b.Scalarize(want, ones(s.Count()), s)
			got := b.FixedWeights(s)
			near(t, "weights", got, want, 0)
			got[0] = 9
			near(t, "weights, once the first ones were changed", b.FixedWeights(s), want, 0)
		}
	}
}
