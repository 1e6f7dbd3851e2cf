package balance

import "math"

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
// so that tasks that fell less than others weigh more. Sums and the softmax are over the tasks that are present; the w
// of an absent one waits.
//
// Reference: Liu, Feng, Stone, Liu. FAMO: fast adaptive multitask optimization. NeurIPS 2023, arXiv:2306.03792.
type FAMO struct {
	Rate  float64   // step size for w, positive; where nothing is to be learned, use [Fixed]
	Decay float64   // pulls w to 0, not negative; 0 does not
	Least []float64 // bᵢ, lower bounds of the losses, one for each task; nil is zeros
}

// NewFAMO returns FAMO with the rate 0.025 and no decay.
func NewFAMO() FAMO { return FAMO{Rate: 0.025} }

var _ AfterStep = FAMO{}

// NewState returns w, m zeros, what Adam remembers, and room for the m numbers log Dᵢ(before).
func (f FAMO) NewState(s Setting) []float64 { f.check(s); return make([]float64, f.memory(s)) }

func (f FAMO) memory(s Setting) int { return learnedLen(s.Tasks, true) + s.Tasks }

func (f FAMO) check(s Setting) {
	s.check("FAMO")
	checkPositive("FAMO", "Rate", f.Rate)
	checkNotNegative("FAMO", "Decay", f.Decay)
	checkOptional("FAMO", "Least", f.Least, s, checkFinite)
}

// Scalarize stores the c zᵢ/Dᵢ in weights and returns V.
func (f FAMO) Scalarize(weights, losses []float64, s State) float64 {
	f.check(s.Setting)
	checkScalarize("FAMO", weights, losses, s, f.memory(s.Setting))
	before := s.Memory[learnedLen(s.Tasks, true):]
	for k := range weights {
		weights[k] = s.Memory[s.Task(k)]
	}
	softmax(weights, weights)
	sum, value := 0.0, 0.0
	for k := range weights {
		i := s.Task(k)
		d := f.above(i, losses[k])
		before[i] = positiveLog(d)
		value += weights[k] * before[i]
		weights[k] /= d
		sum += weights[k]
	}
	for k := range weights {
		weights[k] /= sum
	}
	return value / sum
}

// AfterStep steps w by what the losses of the same batch have become.
func (f FAMO) AfterStep(losses []float64, s State) {
	f.check(s.Setting)
	checkScalarize("FAMO", losses, losses, s, f.memory(s.Setting))
	w, before := s.Memory[:s.Tasks], s.Memory[learnedLen(s.Tasks, true):]
	largest := math.Inf(-1)
	for k := range losses {
		largest = max(largest, w[s.Task(k)])
	}
	sum, mean := 0.0, 0.0
	for k, l := range losses {
		i := s.Task(k)
		z := math.Exp(w[i] - largest)
		before[i] -= positiveLog(f.above(i, l)) // δᵢ
		sum += z
		mean += z * before[i]
	}
	mean /= sum
	learn(s.Memory, s.Tasks, s, true, f.Rate, func(k int) float64 {
		i := s.Task(k)
		z := math.Exp(w[i]-largest) / sum
		return z*(before[i]-mean) + f.Decay*w[i]
	})
}

// above returns Dᵢ.
func (f FAMO) above(i int, loss float64) float64 {
	if f.Least != nil {
		loss -= f.Least[i]
	}
	return loss + 1e-8
}
