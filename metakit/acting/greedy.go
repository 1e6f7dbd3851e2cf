package acting

import (
	"fmt"

	"kindred/autodiff"
)

// Greedy returns the expected reward over all bandits of the family of a policy that pulls the likeliest arm, exactly:
// the tree of its 2^Pulls possible histories is walked, each with its probability. More than 20 pulls are refused.
func (b Bandit) Greedy(policy Memory, theta []float64) float64 {
	b.check("Bandit.Greedy")
	checkMemory("Bandit.Greedy", policy)
	if b.Pulls > 20 {
		panic(fmt.Sprintf("acting: Bandit.Greedy: %d pulls have 2^%d histories; Evaluation estimates it, or say 20 at most", b.Pulls,
			b.Pulls))
	}
	checkTheta("Bandit.Greedy", theta, policy.Shapes())
	s := b.Sizes()
	walk := newStepper("Bandit.Greedy", policy, s, Softmax{}, crowdSize, autodiff.Float64).worker()
	walk.ws.Set(walk.theta, theta)
	type history struct {
		probability float64
		arms        []Tally
		state       []float64
		reads       []float64
	}
	first := make([]float64, s.reads())
	first[s.Actions+1] = 1
	now := []history{{1, make([]Tally, b.Arms), make([]float64, policy.State()), first}}
	total, action := 0.0, make([]float64, 1)
	for t := range b.Pulls {
		var after []history
		for len(now) > 0 {
			part := now[:min(len(now), crowdSize)]
			now = now[len(part):]
			for i, h := range part {
				copy(walk.reads[i*len(first):], h.reads)
				copy(walk.next[i*policy.State():], h.state)
			}
			walk.ws.Set(walk.in, walk.reads[:crowdSize*len(first)])
			walk.ws.Set(walk.state, walk.next)
			walk.ws.Run()
			walk.ws.Read(walk.out, walk.outputs)
			walk.ws.Read(walk.after, walk.next)
			for i, h := range part {
				Softmax{}.Likeliest(action, walk.outputs[i*b.Arms:(i+1)*b.Arms])
				arm := int(action[0])
				mean := h.arms[arm].Mean()
				total += h.probability * mean
				for _, won := range []bool{true, false} {
					next := history{h.probability * (1 - mean), append([]Tally(nil), h.arms...),
						append([]float64(nil), walk.next[i*policy.State():(i+1)*policy.State()]...), make([]float64, len(first))}
					next.arms[arm] = next.arms[arm].with(won)
					next.reads[arm] = 1
					next.reads[b.Arms+2] = float64(t+1) / float64(b.Pulls)
					if won {
						next.probability = h.probability * mean
						next.reads[b.Arms] = 1
					}
					after = append(after, next)
				}
			}
		}
		now = after
	}
	return total
}
