package balance

import (
	"cmp"
	"fmt"
	"math"
)

// FAMO decreases all losses at the same relative rate, and learns how from the losses alone:
//
//	V = c Σᵢ zᵢ log Dᵢ,   Dᵢ = Lᵢ − bᵢ + 1e−8,   z = softmax(w),   1/c = Σᵢ zᵢ/Dᵢ
//
// c counts as a constant, so that the weights c zᵢ/Dᵢ add up to 1. Losses are above their lower bounds b; V is NaN
// where one is not.
//
// After the step was taken, AfterStep sees the losses of the same batch again and takes one step of Adam on w, which
// starts at 0, with the gradient
//
//	zᵢ(δᵢ − Σⱼ zⱼδⱼ) + Decay wᵢ,   δᵢ = log Dᵢ(before) − log Dᵢ(after)
//
// so that tasks that fell less than others weigh more. The first m numbers of the state are w.
//
// Reference: Liu, Feng, Stone, Liu. FAMO: fast adaptive multitask optimization. NeurIPS 2023, arXiv:2306.03792.
type FAMO struct {
	Rate  float64   // step size for w; 0 means 0.025
	Decay float64   // pulls w to 0
	Least []float64 // bᵢ, lower bounds of the losses; nil means 0
}

var _ AfterStep = FAMO{}

// NewState returns w = 0, what Adam remembers, and room for the m numbers log Dᵢ(before).
func (f FAMO) NewState(m, n int) []float64 { return make([]float64, learnedLen(m, true)+m) }

// Scalarize stores the c zᵢ/Dᵢ in weights and returns V.
func (f FAMO) Scalarize(weights, losses, state []float64) float64 {
	m := len(losses)
	f.check(weights, losses, state)
	before := state[learnedLen(m, true):]
	softmax(weights, state[:m])
	sum, value := 0.0, 0.0
	for i := range weights {
		d := f.above(i, losses[i])
		before[i] = positiveLog(d)
		value += weights[i] * before[i]
		weights[i] /= d
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	return value / sum
}

// AfterStep steps w by what the losses of the same batch have become.
func (f FAMO) AfterStep(losses, state []float64) {
	m := len(losses)
	f.check(losses, losses, state)
	learned, before := state[:learnedLen(m, true)], state[learnedLen(m, true):]
	largest := math.Inf(-1)
	for _, w := range state[:m] {
		largest = max(largest, w)
	}
	sum, mean := 0.0, 0.0
	for i, w := range state[:m] {
		z := math.Exp(w - largest)
		before[i] -= positiveLog(f.above(i, losses[i])) // δᵢ
		sum += z
		mean += z * before[i]
	}
	mean /= sum
	learn(learned, m, true, cmp.Or(f.Rate, 0.025), func(i int) float64 {
		z := math.Exp(learned[i]-largest) / sum
		return z*(before[i]-mean) + f.Decay*learned[i]
	})
}

// above returns Dᵢ.
func (f FAMO) above(i int, loss float64) float64 {
	if f.Least != nil {
		loss -= f.Least[i]
	}
	return loss + 1e-8
}

func (f FAMO) check(weights, losses, state []float64) {
	checkScalarize("FAMO", weights, losses, state, learnedLen(len(losses), true)+len(losses))
	if f.Least != nil && len(f.Least) != len(losses) {
		panic(fmt.Sprintf("balance: FAMO: Least of %d tasks, want %d", len(f.Least), len(losses)))
	}
}
