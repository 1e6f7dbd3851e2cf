package acting

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"kindred/autodiff"
	"kindred/nn"
)

func processors() int { return runtime.GOMAXPROCS(0) }

func checkPlayer(what string, p Player) {
	if p == nil {
		panic("acting: " + what + ": the player is nil; give one, such as UCB1{}")
	}
}

func checkCount(what, of string, n int) {
	const most = 1 << 28
	if n < 1 || n > most {
		panic(fmt.Sprintf("acting: %s: %d %s; their number must be between 1 and %d", what, n, of, most))
	}
}

// checkState panics unless there are arms and a pull is left.
func checkState(what string, arms []Tally, left int) {
	if len(arms) == 0 || left < 1 {
		panic(fmt.Sprintf("acting: %s: %d arms and %d pulls left; there must be at least one of each", what, len(arms), left))
	}
	for k, t := range arms {
		if t.Wins < 0 || t.Losses < 0 || t.Wins > 1<<15 || t.Losses > 1<<15 {
			panic(fmt.Sprintf("acting: %s: arm %d has the tally %+v; both must be between 0 and %d", what, k, t, 1<<15))
		}
	}
}

func checkDistribution(what string, d Distribution) {
	if d == nil {
		panic("acting: " + what + ": the distribution of actions is nil; give one, such as Softmax{}")
	}
}

func checkMemory(what string, m Memory) {
	if m == nil {
		panic("acting: " + what + ": the policy is nil; give one, such as NewRecurrent(environment, Softmax{}, 48)")
	}
}

// checkShare panics unless v is from 0 to 1.
func checkShare(what, of string, v float64) {
	if !(v >= 0 && v <= 1) {
		panic(fmt.Sprintf("acting: %s: %s is %v; it must be from 0 to 1", what, of, v))
	}
}

// faults keeps the first of several errors, by their numbers.
type faults struct {
	mu  sync.Mutex
	k   int
	err error
}

func (f *faults) note(k int, err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil || k < f.k {
		f.k, f.err = k, err
	}
}

func (f *faults) first() (int, error) { return f.k, f.err }

func checkPolicy(what string, p nn.Network) {
	if p == nil {
		panic("acting: " + what + ": the policy is nil; give one, such as NewSpread(Navigation{})")
	}
}

func checkContext(what string, ctx context.Context) {
	if ctx == nil {
		panic("acting: " + what + ": the context is nil; give one, such as context.Background()")
	}
}

// checkTheta panics unless theta has a number for each of the shapes.
func checkTheta(what string, theta []float64, shapes []autodiff.Shape) {
	if want := nn.Size(shapes); len(theta) != want {
		panic(fmt.Sprintf("acting: %s: %d parameters; the policy has %d", what, len(theta), want))
	}
}
