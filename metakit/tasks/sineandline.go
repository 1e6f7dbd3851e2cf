package tasks

import (
	"fmt"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// SineAndLine is a mixture of two families: a task is a wave or a line, each as likely. From a few points it may be
// open which it is.
//
// Reference: Finn, Xu, Levine. Probabilistic model-agnostic meta-learning. NeurIPS 2018, arXiv:1806.02817, 5-shot
// regression.
type SineAndLine struct {
	Sines Sinusoid
	Lines Lines // as many points, of the same inputs
}

// NewSineAndLine returns the mixture of [NewSinusoid] and [NewLines]: amplitudes from {0.1, 5}, phases from {0, π},
// slopes and intercepts from {−3, 3}, x from {−5, 5}, without noise. To add it set the Noise of both.
func NewSineAndLine(shots int) SineAndLine {
	return SineAndLine{NewSinusoid(shots), NewLines(shots)}
}

var _ metakit.Distribution = SineAndLine{}

// Test returns the family with 100 query points on an even grid.
func (m SineAndLine) Test() SineAndLine { return SineAndLine{m.Sines.Test(), m.Lines.Test()} }

// Size implements [metakit.Distribution].
func (m SineAndLine) Size(seed, index uint64) metakit.Size {
	m.check()
	return m.Sines.Size(seed, index)
}

// IsLine reports whether the task of that seed and index is a line.
func (m SineAndLine) IsLine(seed, index uint64) bool {
	return pick(seed, index, 2) == 1
}

// Draw implements [metakit.Distribution].
func (m SineAndLine) Draw(e *metakit.Episode, seed, index uint64) {
	m.check()
	if m.IsLine(seed, index) {
		m.Lines.Draw(e, seed, index)
	} else {
		m.Sines.Draw(e, seed, index)
	}
}

// ZeroShot returns the best prediction at x from no points at all, the mean of those of the two families.
func (m SineAndLine) ZeroShot(x float64) float64 {
	m.check()
	return (m.Sines.ZeroShot(x) + m.Lines.ZeroShot(x)) / 2
}

// ZeroShotFloor returns the mean squared error of [SineAndLine.ZeroShot]: the mean of the floors of the two families,
// and E[(sine(x) − line(x))²]/4 of what their best guesses are apart. With the defaults it is 16.16.
func (m SineAndLine) ZeroShotFloor() float64 {
	m.check()
	apart := m.Sines.Input.mean(func(x float64) float64 {
		d := m.Sines.ZeroShot(x) - m.Lines.ZeroShot(x)
		return d * d
	})
	return (m.Sines.ZeroShotFloor()+m.Lines.ZeroShotFloor())/2 + apart/4
}

// ConstantFloor returns the mean squared error of the best constant.
func (m SineAndLine) ConstantFloor() float64 {
	mean := m.Sines.Input.mean(m.ZeroShot)
	return m.ZeroShotFloor() + m.Sines.Input.mean(func(x float64) float64 {
		d := m.ZeroShot(x) - mean
		return d * d
	})
}

// Oracle returns the predictor that fits a wave and a line by least squares and takes the one which fits the support
// points better: exact from three points on if there is no noise, and then no learner can be better.
func (m SineAndLine) Oracle() baseline.BestFit {
	m.check()
	return baseline.BestFit{m.Lines.Oracle(), m.Sines.Oracle()}
}

// check panics if a setting makes no sense.
func (m SineAndLine) check() {
	m.Sines.check()
	m.Lines.check()
	if s, l := m.Sines, m.Lines; s.Shots != l.Shots || s.Queries != l.Queries || s.Input != l.Input {
		panic(fmt.Sprintf("tasks: SineAndLine: waves of %d and %d points with x from %v, lines of %d and %d from %v; they must be "+
			"the same, or the points tell which it is", s.Shots, s.Queries, s.Input, l.Shots, l.Queries, l.Input))
	}
}
