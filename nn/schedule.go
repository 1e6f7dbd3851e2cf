package nn

import (
	"fmt"
	"math"
)

// A Schedule is a factor of the learning rate. Whoever runs the steps knows which one it is and passes the factor to
// [Optimizer.Step], so that a run has one count of where it stands.
type Schedule interface {
	// Factor returns the factor of step 0, 1, …, finite and not negative. It panics, whatever the step, if a setting
	// makes no sense.
	Factor(step int) float64
}

// CheckSchedule panics if a schedule makes no sense, with a sentence that says why. Whoever is handed a schedule calls
// it. A nil schedule is 1 throughout.
func CheckSchedule(s Schedule) {
	if s == nil {
		return
	}
	if f := s.Factor(0); !(f >= 0) || math.IsInf(f, 1) {
		panic(fmt.Sprintf("nn: %T: the factor of step 0 is %v; it must be finite and not negative", s, f))
	}
}

// StepDecay multiplies the rate by Gamma after every Every steps: Gamma^⌊step/Every⌋.
type StepDecay struct {
	Every int     // at least 1
	Gamma float64 // above 0, at most 1
}

// ExponentialDecay is Gamma^step.
type ExponentialDecay struct {
	Gamma float64 // above 0, at most 1
}

// CosineDecay falls from 1 to Floor along half a cosine in Steps steps, and stays there:
// Floor + (1 − Floor)·½(1 + cos(π·step/Steps)).
//
// Reference: Loshchilov, Hutter. SGDR: stochastic gradient descent with warm restarts. ICLR 2017, arXiv:1608.03983.
type CosineDecay struct {
	Steps int     // at least 1
	Floor float64 // from 0 to 1
}

// Warmup rises linearly, (step + 1)/Steps in the first Steps steps, and goes on with Then from its step 0; a nil Then
// is 1 throughout.
type Warmup struct {
	Steps int // not negative; 0 is none
	Then  Schedule
}

var _ = []Schedule{StepDecay{}, ExponentialDecay{}, CosineDecay{}, Warmup{}}

// Factor implements [Schedule].
func (s StepDecay) Factor(step int) float64 {
	checkStep("StepDecay", step)
	if s.Every < 1 {
		panic(fmt.Sprintf("nn: StepDecay: Every is %d; it must be at least 1", s.Every))
	}
	checkGamma("StepDecay", s.Gamma)
	return math.Pow(s.Gamma, float64(step/s.Every))
}

// Factor implements [Schedule].
func (s ExponentialDecay) Factor(step int) float64 {
	checkStep("ExponentialDecay", step)
	checkGamma("ExponentialDecay", s.Gamma)
	return math.Pow(s.Gamma, float64(step))
}

// Factor implements [Schedule].
func (s CosineDecay) Factor(step int) float64 {
	checkStep("CosineDecay", step)
	if s.Steps < 1 {
		panic(fmt.Sprintf("nn: CosineDecay: Steps is %d; it must be at least 1", s.Steps))
	}
	if !(s.Floor >= 0 && s.Floor <= 1) {
		panic(fmt.Sprintf("nn: CosineDecay: Floor is %v; it must lie between 0 and 1", s.Floor))
	}
	if step >= s.Steps {
		return s.Floor
	}
	return s.Floor + (1-s.Floor)*0.5*(1+math.Cos(math.Pi*float64(step)/float64(s.Steps)))
}

// Factor implements [Schedule].
func (s Warmup) Factor(step int) float64 {
	checkStep("Warmup", step)
	if s.Steps < 0 {
		panic(fmt.Sprintf("nn: Warmup: Steps is %d; it must not be negative", s.Steps))
	}
	then := 1.0
	if s.Then != nil { // asked from the start, for what makes no sense in it to be refused then
		then = s.Then.Factor(max(step-s.Steps, 0))
	}
	if step < s.Steps {
		return float64(step+1) / float64(s.Steps)
	}
	return then
}

func checkStep(of string, step int) {
	if step < 0 {
		panic(fmt.Sprintf("nn: %s: the step is %d; steps count from 0", of, step))
	}
}

func checkGamma(of string, gamma float64) {
	if !(gamma > 0 && gamma <= 1) {
		panic(fmt.Sprintf("nn: %s: Gamma is %v; it must be above 0 and at most 1", of, gamma))
	}
}
