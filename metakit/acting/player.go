package acting

import (
	"math/rand/v2"

	"kindred/internal/team"
)

// A Player pulls the arms of bandits by what each of them gave so far: [Random], [UCB1], [Thompson], [Gittins], and the
// best there can be, [Optimum].
type Player interface {
	// Choose is called by several goroutines at once. It puts into p with what probability it pulls each arm. left is how
	// many pulls there are, with this one.
	Choose(p []float64, arms []Tally, left int)
}

// Random pulls every arm with the same probability.
type Random struct{}

var _ Player = Random{}

// Choose implements [Player].
func (Random) Choose(p []float64, _ []Tally, _ int) {
	for k := range p {
		p[k] = 1 / float64(len(p))
	}
}

// best puts equal probabilities on the largest of some indices.
func best(p, index []float64) {
	largest, n := index[0], 0
	for _, v := range index {
		switch {
		case v > largest:
			largest, n = v, 1
		case v == largest:
			n++
		}
	}
	for k, v := range index {
		p[k] = 0
		if v == largest {
			p[k] = 1 / float64(n)
		}
	}
}

// Play lets a player pull at n episodes of a seed and returns the reward of each. They are the same episodes, with the
// same luck, for all players, and for the policies of an [Evaluation]. [Bandit.Value] is the mean of infinitely many.
func (b Bandit) Play(player Player, n int, seed uint64) []float64 {
	b.check("Bandit.Play")
	checkPlayer("Bandit.Play", player)
	checkCount("Bandit.Play", "episodes", n)
	rewards := make([]float64, n)
	const portion = 256
	new(team.Job).Do((n+portion-1)/portion, processors(), func(_, k int) {
		p, arms, action := make([]float64, b.Arms), make([]Tally, b.Arms), make([]float64, 1)
		for i := k * portion; i < min(n, (k+1)*portion); i++ {
			clear(arms)
			rng, choice := rand.New(rand.NewPCG(seed, uint64(i))), rand.New(rand.NewPCG(seed, uint64(i)|choiceStream))
			step := b.Draw(rng).Begin(rng, nil)
			for left := b.Pulls; left > 0; left-- {
				player.Choose(p, arms, left)
				arm := pick(p, choice.Float64())
				action[0] = float64(arm)
				reward, _ := step(action, nil)
				arms[arm] = arms[arm].with(reward == 1)
				rewards[i] += reward
			}
		}
	})
	return rewards
}

// pick returns the choice at u, from [0, 1), of choices with probabilities p.
func pick(p []float64, u float64) int {
	last := 0
	for k, v := range p {
		if v > 0 {
			if last = k; u < v {
				return k
			}
			u -= v
		}
	}
	return last // u was beyond the sum, by rounding
}
