package mtlkit_test

import (
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
)

// Every entry of the table of properties, both ways: what is claimed holds on all matrices of the kit, and for what is
// not claimed the kit has a counterexample.
func TestProperties(t *testing.T) {
	for _, m := range mtlkit.Methods() {
		if _, ok := m.New(2).(mtlkit.Scalarizer); ok {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			mtltest.TestAggregators(t, m.New, m.Properties)
			for _, p := range mtlkit.Properties() {
				if m.Properties.Has(p) {
					continue
				}
				on, why, ok := mtltest.Counterexample(m.New, p)
				if !ok {
					t.Errorf("%v is not claimed, but holds on all matrices", p)
					continue
				}
				t.Logf("not %v: %s: %v", p, on.Name, why)
			}
		})
	}
}
