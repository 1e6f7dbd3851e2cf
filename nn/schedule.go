package nn

import (
	"fmt"
	"math"
)

// A Schedule is a factor of the learning rate.
type Schedule interface {
	// Factor returns the factor of step 0, 1, ….
	Factor(step int) float64
}

// StepDecay multiplies the rate by Gamma after every Every steps: Gamma^⌊step/Every⌋. Both must be set.
type StepDecay struct {
	Every int
	Gamma float64
}

// ExponentialDecay is Gamma^step. Gamma must be set.
type ExponentialDecay struct{ Gamma float64 }

// CosineDecay falls from 1 to Floor along half a cosine in Steps steps, which must be set, and stays there:
// Floor + (1 − Floor)·½(1 + cos(π·step/Steps)).
//
// Reference: Loshchilov, Hutter. SGDR: stochastic gradient descent with warm restarts. ICLR 2017, arXiv:1608.03983.
type CosineDecay struct {
	Steps int
	Floor float64
}

// Warmup rises linearly, (step + 1)/Steps in the first Steps steps, and goes on with Then from its step 0; a nil Then
// is 1 throughout.
type Warmup struct {
	Steps int
	Then  Schedule
}

var _ = []Schedule{StepDecay{}, ExponentialDecay{}, CosineDecay{}, Warmup{}}

// Factor implements [Schedule]. It panics unless Every and Gamma are positive.
func (s StepDecay) Factor(step int) float64 {
	if s.Every < 1 || !(s.Gamma > 0) {
		panic(fmt.Sprintf("nn: StepDecay: Every is %d, Gamma %v; both must be positive", s.Every, s.Gamma))
	}
	return math.Pow(s.Gamma, float64(step/s.Every))
}

// Factor implements [Schedule]. It panics unless Gamma is positive.
func (s ExponentialDecay) Factor(step int) float64 {
	if !(s.Gamma > 0) {
		panic(fmt.Sprintf("nn: ExponentialDecay: Gamma is %v; it must be positive", s.Gamma))
	}
	return math.Pow(s.Gamma, float64(step))
}

// Factor implements [Schedule]. It panics unless Steps is positive.
func (s CosineDecay) Factor(step int) float64 {
	if s.Steps < 1 {
		panic(fmt.Sprintf("nn: CosineDecay: Steps is %d; it must be at least 1", s.Steps))
	}
	if step >= s.Steps {
		return s.Floor
	}
	return s.Floor + (1-s.Floor)*0.5*(1+math.Cos(math.Pi*float64(step)/float64(s.Steps)))
}

// Factor implements [Schedule].
func (s Warmup) Factor(step int) float64 {
	switch {
	case step < s.Steps:
		return float64(step+1) / float64(s.Steps)
	case s.Then == nil:
		return 1
	}
	return s.Then.Factor(step - s.Steps)
}
