package acting

import (
	"fmt"
	"math"
	"sync"
)

// Gittins pulls the arm of the largest Gittins index: the rate λ at which an arm is just worth its hire, if one may
// hand it back at any time,
//
//	index = max over stopping times τ ≥ 1 of E[Σ_{t<τ} γᵗ·rewardₜ] / E[Σ_{t<τ} γᵗ].
//
// With Discount 1 it is the finite-horizon index, τ at most the pulls that are left: the player of it knows when the
// game ends, and is close to [Optimum] but, with more than one arm, not the same. With a Discount γ < 1 it is the index
// of the endless discounted game, which is optimal there (Gittins's theorem) and knows nothing of an end. It is found
// by bisection of λ to 1e-12, the value of the hire by dynamic programming, of the endless game over as many pulls as
// discount to 1e-12.
//
// The zero Gittins is refused, since a Discount of 0 looks at the next reward alone: say &Gittins{Discount: 1}. It
// remembers indices, so hand on a pointer to it.
//
// References: Gittins. Bandit processes and dynamic allocation indices. Journal of the Royal Statistical Society B 41,
// 1979; Niño-Mora. Computing a classic index for finite-horizon bandits. INFORMS Journal on Computing 23, 2011.
type Gittins struct {
	Discount float64 // above 0, at most 1

	mu    sync.Mutex
	known map[hire]float64
}

type hire struct {
	Tally
	discount float64
	left     int
}

var _ Player = new(Gittins)

// Choose implements [Player].
func (g *Gittins) Choose(p []float64, arms []Tally, left int) {
	checkState("Gittins.Choose", arms, left)
	index := make([]float64, len(arms))
	for k, t := range arms {
		index[k] = g.Index(t, left)
	}
	best(p, index)
}

// Index returns the index of an arm.
func (g *Gittins) Index(t Tally, left int) float64 {
	checkState("Gittins.Index", []Tally{t}, left)
	if !(g.Discount > 0 && g.Discount <= 1) {
		panic(fmt.Sprintf("acting: Gittins: Discount is %v; it must be above 0 and at most 1, which is the index of the "+
			"finite game", g.Discount))
	}
	if g.Discount < 1 {
		left = int(math.Ceil(math.Log(1e-12) / math.Log(g.Discount)))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == nil {
		g.known = map[hire]float64{}
	}
	h := hire{t, g.Discount, left}
	if index, ok := g.known[h]; ok {
		return index
	}
	low, high := t.Mean(), 1.0 // one pull alone is worth the mean
	for high-low > 1e-12 {
		if middle := (low + high) / 2; h.gain(middle) > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	g.known[h] = (low + high) / 2
	return g.known[h]
}

// gain returns what hiring the arm for at least one pull, at a rate, gains at best.
func (h hire) gain(rate float64) float64 {
	value := make([]float64, h.left+1) // after some pulls, by the wins among them
	for pulls := h.left - 1; pulls >= 0; pulls-- {
		for wins := range pulls + 1 {
			mean := Tally{h.Wins + wins, h.Losses + pulls - wins}.Mean()
			value[wins] = mean - rate + h.discount*(mean*value[wins+1]+(1-mean)*value[wins])
			if pulls > 0 {
				value[wins] = max(value[wins], 0)
			}
		}
	}
	return value[0]
}
