package balance_test

import (
	"testing"

	"kindred/internal/race"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
)

// No finite Jacobian gives a weight or a direction that is not finite, by any method, in any of three steps.
func TestFiniteJacobiansGiveFiniteDirections(t *testing.T) {
	trials := 20_000
	if testing.Short() || race.Enabled {
		trials = 2_000
	}
	for _, c := range choices() {
		if _, ok := c.of(someTasks(4)).(balance.Scalarizer); ok {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if err := mtltest.CheckFinite(c.forTasks, trials); err != nil {
				t.Error(err)
			}
		})
	}
}
