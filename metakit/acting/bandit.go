package acting

import (
	"fmt"
	"math/rand/v2"
)

// Bandit is the family of Bernoulli bandits: each of Arms arms wins, a reward of 1, with a probability of its own,
// drawn uniformly from [0, 1] for a task, else the reward is 0. An episode has Pulls pulls, and there is nothing to see
// but what one won. With 5 or 10 arms and 10, 100 or 500 pulls they are the bandits of the papers of RL².
//
// What the k-th pull of an arm gives is settled when an episode begins: players that pull at the same episodes have the
// same luck, so that differences between them are paired.
type Bandit struct {
	Arms  int // 1 to 1,000
	Pulls int // 1 to 1,000
}

var _ Environment = Bandit{}

// Sizes implements [Environment].
func (b Bandit) Sizes() Sizes {
	b.check("Bandit")
	return Sizes{Actions: b.Arms, Choices: true, Horizon: b.Pulls}
}

// Draw implements [Environment]. The task is an [Arms].
func (b Bandit) Draw(rng *rand.Rand) Task {
	b.check("Bandit")
	arms := make(Arms, b.Arms)
	for k := range arms {
		arms[k] = rng.Float64()
	}
	return bandit{b, arms}
}

// Arms are the probabilities with which the arms of a bandit win.
type Arms []float64

// A bandit is a task of the family.
type bandit struct {
	Bandit
	arms Arms
}

// Begin implements [Task].
func (b bandit) Begin(rng *rand.Rand, _ []float64) Step {
	luck := make([]bool, b.Arms*b.Pulls) // of every pull of every arm
	for k := range luck {
		luck[k] = rng.Float64() < b.arms[k/b.Pulls]
	}
	pulls, pulled := make([]int, b.Arms), 0
	return func(action, _ []float64) (float64, bool) {
		arm := int(action[0])
		won := luck[arm*b.Pulls+pulls[arm]]
		pulls[arm]++
		pulled++
		if won {
			return 1, pulled == b.Pulls
		}
		return 0, pulled == b.Pulls
	}
}

// A Tally is what an arm gave so far.
type Tally struct{ Wins, Losses int }

// Mean returns the probability of a win, (Wins + 1)/(Wins + Losses + 2): the mean of what is known of the arm, which is
// a Beta(Wins + 1, Losses + 1) distribution.
func (t Tally) Mean() float64 { return float64(t.Wins+1) / float64(t.Pulls()+2) }

// Pulls returns how often the arm was pulled.
func (t Tally) Pulls() int { return t.Wins + t.Losses }

func (t Tally) with(won bool) Tally {
	if won {
		return Tally{t.Wins + 1, t.Losses}
	}
	return Tally{t.Wins, t.Losses + 1}
}

func (b Bandit) check(what string) {
	const most = 1000
	if b.Arms < 1 || b.Pulls < 1 || b.Arms > most || b.Pulls > most {
		panic(fmt.Sprintf("acting: %s: %d arms and %d pulls; both must be between 1 and %d", what, b.Arms, b.Pulls, most))
	}
}
