package acting

import (
	"fmt"
	"runtime"
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
