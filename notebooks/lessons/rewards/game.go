package rewards

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"kindred/metakit"
	"kindred/metakit/acting"
	"kindred/plots"
)

// An Entry is a player with its name.
type Entry struct {
	Name   string
	Player acting.Player
}

// players are those that the figures show, the best first.
func players() []Entry {
	return []Entry{{"Bayes optimum", new(acting.Optimum)}, {"Gittins index", &acting.Gittins{Discount: 1}},
		{"Thompson sampling", new(acting.Thompson)}, {"UCB1", acting.UCB1{}}}
}

// A plan pulls arms as they are written down, counted from 1.
type plan []int

// Choose implements [acting.Player].
func (l plan) Choose(p []float64, _ []acting.Tally, left int) {
	clear(p)
	p[l[len(l)-left]-1] = 1
}

// A pull is an arm, counted from 0, and whether it won.
type pull struct {
	arm int
	won bool
}

// play lets a player take so many pulls at a machine, which is the first episode of its seed: the one of
// [acting.Bandit.Play].
func play(b acting.Bandit, player acting.Player, machine uint64, pulls int) (all []pull) {
	rng, choice := rand.New(rand.NewPCG(machine, 0)), rand.New(rand.NewPCG(machine, 1<<62))
	step := b.Draw(rng).Begin(rng, nil)
	p, arms := make([]float64, b.Arms), make([]acting.Tally, b.Arms)
	for k := range pulls {
		player.Choose(p, arms, b.Pulls-k)
		arm, u := 0, choice.Float64()
		for arm < b.Arms-1 && u >= p[arm] {
			u -= p[arm]
			arm++
		}
		reward, _ := step([]float64{float64(arm)}, nil)
		if reward == 1 {
			arms[arm].Wins++
		} else {
			arms[arm].Losses++
		}
		all = append(all, pull{arm, reward == 1})
	}
	return all
}

// odds returns with what probabilities the arms of a machine win.
func odds(b acting.Bandit, machine uint64) []float64 {
	rng, p := rand.New(rand.NewPCG(machine, 0)), make([]float64, b.Arms)
	for k := range p { // as [acting.Bandit.Draw] draws them, which a test holds it to
		p[k] = rng.Float64()
	}
	return p
}

// Game draws what a list of pulls, arms counted from 1, wins at a machine, and beside it, when all pulls are taken,
// what players win there that look at what they won.
func Game(b acting.Bandit, list []int, machine uint64) plots.Figure {
	if len(list) == 0 || len(list) > b.Pulls {
		panic(fmt.Sprintf("rewards: Game: the list has %d pulls; give 1 to %d", len(list), b.Pulls))
	}
	for k, arm := range list {
		if arm < 1 || arm > b.Arms {
			panic(fmt.Sprintf("rewards: Game: pull %d is of arm %d; the arms are 1 to %d", k+1, arm, b.Arms))
		}
	}
	whole := plan(append(append([]int(nil), list...), make([]int, b.Pulls-len(list))...))
	entries, taken := []Entry{{"you", whole}}, len(list)
	if taken == b.Pulls {
		entries = append(entries, players()...)
	}
	chart, won := plots.HeatMap{X: "pull", ZLim: plots.Range{-0.6, 1.2}}, make([]int, len(entries))
	for k := range b.Pulls {
		chart.Columns = append(chart.Columns, fmt.Sprint(k+1))
	}
	for i, e := range entries {
		values, below := nothing(b.Pulls), make([]string, b.Pulls)
		for k, pull := range play(b, e.Player, machine, taken) {
			values[k], below[k] = 0, fmt.Sprintf("arm %d", pull.arm+1)
			if pull.won {
				values[k] = 1
				won[i]++
			}
		}
		chart.Values, chart.Below = append(chart.Values, values), append(chart.Below, below)
		chart.Rows = append(chart.Rows, fmt.Sprintf("%s: %d", e.Name, won[i]))
	}
	if taken < b.Pulls {
		chart.Title = fmt.Sprintf("You have won %d of %d; pulls left: %d", won[0], taken, b.Pulls-taken)
		chart.Subtitle = fmt.Sprintf("machine %d; add a pull to the list and run the cell again", machine)
		return chart.Figure(fmt.Sprintf("Table of the pulls at a machine with %d arms so far, and what they won.", b.Arms))
	}
	chart.Title = fmt.Sprintf("You won %d of %d pulls; the Bayes optimum, at the same machine, %d", won[0], b.Pulls,
		won[1])
	var percent []string
	for _, p := range odds(b, machine) {
		percent = append(percent, fmt.Sprintf("%.0f", 100*p))
	}
	chart.Subtitle = fmt.Sprintf("machine %d; its arms win with probabilities of %s %%", machine, strings.Join(percent,
		", "))
	mean := metakit.MeanInterval(b.Play(whole, 10000, 1))
	return chart.Figure(fmt.Sprintf("Table of %d pulls at a machine with %d arms, a row a player: the list won %d, "+
		"the Bayes "+
		"optimum %d.", b.Pulls, b.Arms, won[0], won[1])).Caption(fmt.Sprintf("1 is a win. The same pull of the same arm "+
		"gives all players the same. At 10,000 machines this list wins %.2f [%.2f, %.2f] in the mean; the Bayes optimum %.2f.",
		mean.Mean, mean.Low, mean.High, b.Value(new(acting.Optimum))))
}
