package acting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"kindred/metakit/acting"
)

// walk runs an episode by a rule and returns its rewards and where it was.
func walk(t *testing.T, task acting.Task, action func(seen []float64) []float64) (rewards []float64, seen []float64) {
	t.Helper()
	seen = make([]float64, 2)
	step := task.Begin(rand.New(rand.NewPCG(1, 1)), seen)
	for {
		reward, over := step(action(seen), seen)
		if rewards = append(rewards, reward); over {
			return rewards, seen
		}
		if len(rewards) > 100 {
			t.Fatal("an episode does not end")
		}
	}
}

// An action of ±1 is a step of 0.1, a larger one too; straight to (0.25, −0.1) are three steps, whose distances are
// known.
func TestNavigationWalks(t *testing.T) {
	goal := acting.Goal{X: 0.25, Y: -0.1}
	rewards, seen := walk(t, goal, func(seen []float64) []float64 {
		return []float64{10 * (goal.X - seen[0]), 70 * (goal.Y - seen[1])}
	})
	for k, want := range []float64{-0.15, -0.05, 0} {
		if len(rewards) != 3 || math.Abs(rewards[k]-want) > 1e-15 {
			t.Fatalf("rewards %v, want 0.15, 0.05 and 0 off", rewards)
		}
	}
	if math.Hypot(seen[0]-goal.X, seen[1]-goal.Y) > 1e-15 {
		t.Errorf("at %v, the goal is %+v", seen, goal)
	}
	rewards, seen = walk(t, goal, func([]float64) []float64 { return []float64{0, 0} })
	if len(rewards) != 100 || seen[0] != 0 || seen[1] != 0 || rewards[99] != -math.Hypot(0.25, 0.1) {
		t.Errorf("standing still took %d steps to %v, the last reward is %v", len(rewards), seen, rewards[99])
	}
	// within 0.01 in one coordinate alone is not there
	rewards, _ = walk(t, acting.Goal{X: 0.005, Y: 0.3}, func([]float64) []float64 { return []float64{0, 0} })
	if len(rewards) != 100 {
		t.Errorf("ended after %d steps beside the goal", len(rewards))
	}
}

// Goals lie in the square, on all sides.
func TestNavigationGoals(t *testing.T) {
	rng, quadrants, sum := rand.New(rand.NewPCG(1, 2)), map[[2]bool]int{}, 0.0
	const n = 4000
	for range n {
		g := acting.Navigation{}.Draw(rng).(acting.Goal)
		if math.Abs(g.X) > 0.5 || math.Abs(g.Y) > 0.5 {
			t.Fatalf("%+v", g)
		}
		quadrants[[2]bool{g.X > 0, g.Y > 0}]++
		sum += math.Hypot(g.X, g.Y)
	}
	for q, k := range quadrants { // four standard deviations of a count
		if math.Abs(float64(k)-n/4) > 4*math.Sqrt(n*3./16) {
			t.Errorf("%d of %d goals on the side %v", k, n, q)
		}
	}
	// The mean distance from the middle of a unit square is (√2 + asinh 1)/6 = 0.3826, its deviation 0.142.
	if got, want := sum/n, (math.Sqrt2+math.Asinh(1))/6; math.Abs(got-want) > 4*0.142/math.Sqrt(n) {
		t.Errorf("mean distance %v, want %v", got, want)
	}
}
