package acting

import (
	"math"
	"math/rand/v2"
)

// Navigation is the 2-D navigation of the MAML paper: a point walks from 0 to a goal that it does not see, drawn
// uniformly from [−0.5, 0.5]² for a task. It sees where it is. An action moves it by a tenth of itself in each
// coordinate, clipped to ±0.1; the reward is minus the distance to the goal, and the episode ends within 0.01 of the
// goal in both coordinates, or after 100 steps. So standing still is worth −100 times the distance, −38.3 in the mean.
//
// The paper says that an action is the velocity, clipped to ±0.1; in its code (cbfinn/maml_rl), as here, an action of
// ±1 of the policy is such a step, as environments are normalised there.
//
// Reference: Finn, Abbeel, Levine. Model-agnostic meta-learning. ICML 2017, arXiv:1703.03400, section 5.3.
type Navigation struct{}

// A Goal is a task of [Navigation].
type Goal struct{ X, Y float64 }

var (
	_ Environment = Navigation{}
	_ Task        = Goal{}
)

// Sizes implements [Environment].
func (Navigation) Sizes() Sizes { return Sizes{Seen: 2, Actions: 2, Horizon: 100} }

// Draw implements [Environment]. The task is a [Goal].
func (Navigation) Draw(rng *rand.Rand) Task { return Goal{rng.Float64() - 0.5, rng.Float64() - 0.5} }

// Begin implements [Task]. Nothing is left to chance.
func (g Goal) Begin(_ *rand.Rand, seen []float64) Step {
	x, y, steps := 0.0, 0.0, 0
	seen[0], seen[1] = x, y
	move := func(a float64) float64 { return min(max(0.1*a, -0.1), 0.1) }
	return func(action, seen []float64) (reward float64, over bool) {
		x, y, steps = x+move(action[0]), y+move(action[1]), steps+1
		seen[0], seen[1] = x, y
		dx, dy := x-g.X, y-g.Y
		return -math.Hypot(dx, dy), math.Abs(dx) < 0.01 && math.Abs(dy) < 0.01 || steps == 100
	}
}
