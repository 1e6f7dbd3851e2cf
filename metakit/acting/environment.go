package acting

import (
	"fmt"
	"math/rand/v2"
)

// An Environment is a family of tasks to act in, simulated in Go. It must be a plain value: a training copies it, as
// far as its exported fields go, and takes two whose fields are equal for the same.
type Environment interface {
	// Sizes says how large observations and actions are, and how long an episode lasts.
	Sizes() Sizes
	// Draw draws a task.
	Draw(rng *rand.Rand) Task
}

// A Task is a world to act in, such as a bandit with its arms or a plane with its goal.
type Task interface {
	// Begin begins an episode: it puts the first observation into seen and returns what takes the steps. Whatever is
	// left to chance in the episode is drawn from rng, at once or on its way; nothing else draws from it.
	Begin(rng *rand.Rand, seen []float64) Step
}

// A Step takes an action, puts the next observation into seen, and returns the reward and whether the episode is over.
// It must not keep the slices. Where there are choices an action is one number, the choice, counted from 0.
type Step func(action, seen []float64) (reward float64, over bool)

// Sizes are those of an environment.
type Sizes struct {
	Seen    int  // numbers of an observation; 0 where there is nothing to see, as at a bandit
	Actions int  // numbers of an action, or choices
	Choices bool // an action is one of so many choices
	Horizon int  // steps after which an episode is over at the latest
}

// numbers returns how many numbers an action has.
func (s Sizes) numbers() int {
	if s.Choices {
		return 1
	}
	return s.Actions
}

// check panics unless there is an environment whose sizes make sense, which it returns.
func check(what string, e Environment) Sizes {
	if e == nil {
		panic("acting: " + what + ": the environment is nil; give one, such as Bandit{Arms: 5, Pulls: 10}")
	}
	const most = 1 << 20
	s := e.Sizes()
	if s.Seen < 0 || s.Actions < 1 || s.Horizon < 1 || s.Seen > most || s.Actions > most || s.Horizon > most {
		panic(fmt.Sprintf("acting: %s: %T has the sizes %+v; an action and an episode have at least one, and nothing more "+
			"than %d", what, e, s, most))
	}
	return s
}

// Streams of random numbers, beside the number of a seed.
const (
	initStream   = 1 << 63 // first parameters
	choiceStream = 1 << 62 // of who acts; what is left to chance in the world has the index alone
)
