package tasks

import (
	"math"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// Harmonics is the family of sums of two waves, of which one has twice the frequency of the other:
//
//	y = a₁·sin(ω·x + b₁) + a₂·sin(2ω·x + b₂)
//
// with a₁, a₂ ~ N(0, Spread²), b₁, b₂ uniform on a whole turn and ω of Frequency. A task is seen where it has its own
// place, x ~ N(μ, Width²) with μ of Center. All but x are drawn once for a task.
//
// Reference: Lacoste, Oreshkin, Chung, Boquet, Rostamzadeh, Krueger. Uncertainty in multitask transfer learning. 2018,
// arXiv:1806.07528, with the settings of torchmeta's Harmonic, whose text calls the interval of ω one of amplitudes.
type Harmonics struct {
	Shots   int // support points
	Queries int // query points

	Spread    float64 // standard deviation of each amplitude, positive
	Frequency Uniform // of ω
	Center    Uniform // of μ
	Width     float64 // standard deviation of x about μ, positive

	Noise float64 // standard deviation of the noise in the support targets; those of the query set have none
}

// NewHarmonics returns the benchmark, without noise: as many query points as support points, amplitudes of standard
// deviation 1, ω from {5, 7}, μ from {−4, 4}, x of standard deviation 1 about it.
func NewHarmonics(shots int) Harmonics {
	h := Harmonics{Shots: shots, Queries: shots, Spread: 1, Frequency: Uniform{5, 7}, Center: Uniform{-4, 4}, Width: 1}
	h.check()
	return h
}

var _ metakit.Distribution = Harmonics{}

// Test returns the family with 100 query points.
func (h Harmonics) Test() Harmonics {
	h.Queries = 100
	return h
}

// Size implements [metakit.Distribution].
func (h Harmonics) Size(_, _ uint64) metakit.Size {
	h.check()
	return metakit.Size{Support: h.Shots, Query: h.Queries, In: 1, Out: 1}
}

// Draw implements [metakit.Distribution].
func (h Harmonics) Draw(e *metakit.Episode, seed, index uint64) {
	h.check()
	rng := e.Rand(seed, index)
	w, center := h.Frequency.draw(rng), h.Center.draw(rng)
	a1, a2 := h.Spread*rng.NormFloat64(), h.Spread*rng.NormFloat64()
	turn := Uniform{0, 2 * math.Pi}
	b1, b2 := turn.draw(rng), turn.draw(rng)
	for _, set := range [2]metakit.Set{e.Support, e.Query} {
		x, y := set.X.RawMatrix().Data, set.Y.RawMatrix().Data
		for i := range x {
			x[i] = center + h.Width*rng.NormFloat64()
			y[i] = a1*math.Sin(w*x[i]+b1) + a2*math.Sin(2*w*x[i]+b2)
		}
	}
	addNoise(e.Support, rng, h.Noise)
}

// ZeroShotFloor returns the mean squared error of the best prediction from no points at all, which is 0 everywhere, and
// so the best constant too: Spread².
func (h Harmonics) ZeroShotFloor() float64 {
	h.check()
	return h.Spread * h.Spread
}

// Fit returns the predictor that knows the family and fits ω, of its interval, and the four coefficients to the support
// points by least squares. It is exact if there is no noise and there are more points than the five unknowns. It is no
// bound: with fewer points, or noise, a predictor that weighs all ω is better.
func (h Harmonics) Fit() baseline.Profile {
	h.check()
	return baseline.Profile{Low: h.Frequency.Min, High: h.Frequency.Max, Grid: 256,
		Features: func(dst []float64, w float64, x []float64) []float64 {
			sin1, cos1 := math.Sincos(w * x[0])
			sin2, cos2 := math.Sincos(2 * w * x[0])
			return append(dst, sin1, cos1, sin2, cos2)
		}}
}

// check panics if a setting makes no sense.
func (h Harmonics) check() {
	checkCount("Harmonics", "Shots", h.Shots)
	checkCount("Harmonics", "Queries", h.Queries)
	checkPositive("Harmonics: Spread", h.Spread)
	h.Frequency.check("Harmonics: Frequency")
	h.Center.check("Harmonics: Center")
	checkPositive("Harmonics: Width", h.Width)
	checkDeviation("Harmonics: Noise", h.Noise)
}
