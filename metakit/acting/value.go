package acting

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Value returns the expected reward of a player over all bandits of the family, exactly, as a sum over what can be
// known of the arms: V(state) = Σ over arms p(arm)·(μ·(1 + V(state, won)) + (1 − μ)·V(state, lost)), with μ from
// [Tally.Mean]. Arms are exchangeable, so a state is a multiset of tallies: 10 arms and 10 pulls have 2,296. It panics
// if the player treats arms by their place, as it then has no such value.
func (b Bandit) Value(player Player) float64 {
	b.check("Bandit.Value")
	checkPlayer("Bandit.Value", player)
	v := valuer{known: map[string]float64{}, of: func(arms []Tally, left int, q func(arm int) float64) float64 {
		p, turned := make([]float64, b.Arms), make([]float64, b.Arms)
		player.Choose(p, arms, left)
		back := slices.Clone(arms)
		slices.Reverse(back)
		player.Choose(turned, back, left)
		total, sum := 0.0, 0.0
		for k, probability := range p {
			if math.Abs(probability-turned[len(p)-1-k]) > 1e-9 {
				panic(fmt.Sprintf("acting: Bandit.Value: %T pulls arms by their place; Bandit.Play tells what it gets", player))
			}
			sum += probability
			if probability > 0 {
				total += probability * q(k)
			}
		}
		if math.Abs(sum-1) > 1e-9 {
			panic(fmt.Sprintf("acting: Bandit.Value: the probabilities of %T add up to %v", player, sum))
		}
		return total
	}}
	return v.at(make([]Tally, b.Arms), b.Pulls)
}

// A valuer computes values of states, each once.
type valuer struct {
	of    func(arms []Tally, left int, q func(arm int) float64) float64 // q is the value of pulling an arm
	known map[string]float64
}

// at returns the value of a state.
func (v *valuer) at(arms []Tally, left int) float64 {
	if left == 0 {
		return 0
	}
	arms = slices.Clone(arms)
	slices.SortFunc(arms, compare)
	key := key(arms, left)
	if known, ok := v.known[key]; ok {
		return known
	}
	value := v.of(arms, left, func(arm int) float64 { return v.pull(arms, arm, left) })
	v.known[key] = value
	return value
}

// pull returns the value of pulling an arm.
func (v *valuer) pull(arms []Tally, arm, left int) float64 {
	was := arms[arm]
	mean := was.Mean()
	arms[arm] = was.with(true)
	won := v.at(arms, left-1)
	arms[arm] = was.with(false)
	lost := v.at(arms, left-1)
	arms[arm] = was
	return mean*(1+won) + (1-mean)*lost
}

func compare(s, t Tally) int {
	return cmp.Or(cmp.Compare(s.Wins, t.Wins), cmp.Compare(s.Losses, t.Losses))
}

// key writes a state down, two bytes a number.
func key(arms []Tally, left int) string {
	k := binary.LittleEndian.AppendUint16(make([]byte, 0, 2+4*len(arms)), uint16(left))
	for _, t := range arms {
		k = binary.LittleEndian.AppendUint16(k, uint16(t.Wins))
		k = binary.LittleEndian.AppendUint16(k, uint16(t.Losses))
	}
	return string(k)
}
