package tasks

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/baseline"
)

// Sinusoid is the family of waves y = A·sin(ω·x − φ). Amplitude, phase and frequency are drawn once for a task, every x
// for itself. [NewSinusoid] has the benchmark of the MAML paper; a literal says all of it, so that a
// Phase of {0, 0} is the phase 0.
//
// With frequencies {0.8, 1.2} and phases {−π, 0} it is the benchmark of Meta-SGD, whose b is −φ. Phases from
// {0, 2π} leave nothing to know about a wave before its points are seen: the best guess is then 0.
//
// Reference: Finn, Abbeel, Levine. Model-agnostic meta-learning. ICML 2017, arXiv:1703.03400, section 5.1.
type Sinusoid struct {
	Shots   int // support points
	Queries int // query points

	Amplitude Uniform // of A
	Phase     Uniform // of φ
	Frequency Uniform // of ω
	Input     Uniform // of x

	Noise float64 // standard deviation of the noise in the support targets; those of the query set have none

	// EvenQueries puts the query points of every episode at the midpoints of equal parts of the interval of inputs, for
	// tests with no chance in the choice of points and for figures.
	EvenQueries bool
}

// NewSinusoid returns the benchmark of the MAML paper: as many query points as support points, A from {0.1, 5}, φ from
// {0, π}, ω = 1, x from {−5, 5}.
func NewSinusoid(shots int) Sinusoid {
	s := Sinusoid{Shots: shots, Queries: shots, Amplitude: Uniform{0.1, 5}, Phase: Uniform{0, math.Pi},
		Frequency: Uniform{1, 1}, Input: Uniform{-5, 5}}
	s.check()
	return s
}

// A Wave is one task of the family [Sinusoid].
type Wave struct{ Amplitude, Phase, Frequency float64 }

var _ metakit.Distribution = Sinusoid{}

// Test returns the family with 100 query points on an even grid.
func (s Sinusoid) Test() Sinusoid {
	s.Queries, s.EvenQueries = 100, true
	return s
}

// Size implements [metakit.Distribution].
func (s Sinusoid) Size(_, _ uint64) metakit.Size {
	s.check()
	return metakit.Size{Support: s.Shots, Query: s.Queries, In: 1, Out: 1}
}

// Draw implements [metakit.Distribution].
func (s Sinusoid) Draw(e *metakit.Episode, seed, index uint64) {
	s.check()
	rng := e.Rand(seed, index)
	s.fill(e, s.wave(rng), rng)
}

func (s Sinusoid) wave(rng *rand.Rand) Wave {
	return Wave{s.Amplitude.draw(rng), s.Phase.draw(rng), s.Frequency.draw(rng)}
}

// fill fills an episode with points of a wave.
func (s Sinusoid) fill(e *metakit.Episode, w Wave, rng *rand.Rand) {
	fill(e, rng, s.Input, s.EvenQueries, s.Noise, w.At)
}

// EvenTest returns n² episodes as those of [Sinusoid.Test], but with amplitudes and phases at the midpoints of n equal
// parts of their intervals. That leaves no chance in the choice of waves, so that a mean over few of them can be held
// against a floor; frequencies and support points are drawn.
func (s Sinusoid) EvenTest(n int, seed uint64) metakit.Collection {
	s = s.Test()
	s.check()
	checkCount("Sinusoid.EvenTest", "n", n)
	var episodes metakit.Collection
	for i := range n {
		for j := range n {
			e := metakit.NewEpisode(s.Size(0, 0))
			rng := e.Rand(seed, metakit.TestIndex(len(episodes)))
			s.fill(e, Wave{s.Amplitude.at(i, n), s.Phase.at(j, n), s.Frequency.draw(rng)}, rng)
			episodes = append(episodes, e)
		}
	}
	return episodes
}

// Wave returns the task of the episode of that seed and index.
func (s Sinusoid) Wave(seed, index uint64) Wave {
	s.check()
	return s.wave(new(metakit.Episode).Rand(seed, index))
}

// At returns A·sin(ω·x − φ).
func (w Wave) At(x float64) float64 { return w.Amplitude * math.Sin(w.Frequency*x-w.Phase) }

// Set returns the wave's points at x.
func (w Wave) Set(x []float64) metakit.Set {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = w.At(v)
	}
	return metakit.NewSet(len(x), x, y)
}

// ZeroShot returns the best prediction at x from no points at all, the mean of the family:
//
//	E[y | x] = E[A] · sin(ω̄x − φ̄) · sinc(½Δφ) · sinc(½Δω·x),  sinc(u) = sin(u)/u
//
// with ω̄ and φ̄ the middles of their intervals and Δω and Δφ the lengths. For the benchmark it is −(2/π)·2.55·cos x.
func (s Sinusoid) ZeroShot(x float64) float64 {
	s.check()
	return s.Amplitude.middle() * math.Sin(s.Frequency.middle()*x-s.Phase.middle()) *
		sinc(s.Phase.halfWidth()) * sinc(s.Frequency.halfWidth()*x)
}

// ZeroShotFloor returns the mean squared error of [Sinusoid.ZeroShot], which no predictor can beat before it sees a
// point of the task: E[y²] − E[E[y | x]²]. For the benchmark it is E[A²]/2 − (2E[A]/π)²·(½ + sin(10)/20) = 3.0057.
func (s Sinusoid) ZeroShotFloor() float64 {
	return s.ZeroFloor() - s.Input.mean(func(x float64) float64 { return s.ZeroShot(x) * s.ZeroShot(x) })
}

// ZeroFloor returns the mean squared error of the prediction 0,
//
//	E[y²] = ½E[A²] · (1 − E[cos(2ω̄x − 2φ̄)·sinc(Δω·x)]·sinc(Δφ)).
//
// For the benchmark it is E[A²]/2 = 4.2517.
func (s Sinusoid) ZeroFloor() float64 {
	s.check()
	cosine := s.Input.mean(func(x float64) float64 {
		return math.Cos(2*s.Frequency.middle()*x-2*s.Phase.middle()) * sinc(2*s.Frequency.halfWidth()*x)
	})
	return s.Amplitude.square() / 2 * (1 - cosine*sinc(2*s.Phase.halfWidth()))
}

// ConstantFloor returns the mean squared error of the best constant, E[y²] − E[y]². For the benchmark it is 4.1549.
func (s Sinusoid) ConstantFloor() float64 {
	mean := s.Input.mean(s.ZeroShot)
	return s.ZeroFloor() - mean*mean
}

// Oracle returns the predictor that knows the family and fits amplitude and phase by least squares; two points are
// enough. It panics unless there is one frequency only.
func (s Sinusoid) Oracle() baseline.LeastSquares {
	s.check()
	f := s.Frequency
	if f.Min != f.Max {
		panic("tasks: Sinusoid.Oracle: with several frequencies the fit is not one of least squares")
	}
	return baseline.LeastSquares{Features: func(dst, x []float64) []float64 {
		return append(dst, math.Sin(f.Min*x[0]), math.Cos(f.Min*x[0]))
	}}
}

// LinearBayes returns the predictor that knows the family and is best among those linear in the support targets: the
// posterior of Gaussian coefficients of sin(ω·x) and cos(ω·x) with the means and covariances that they have here. It is
// an upper bound on the error of the best predictor of all. It panics if there are several frequencies, or no noise:
// [Sinusoid.Oracle] is then exact.
func (s Sinusoid) LinearBayes() baseline.BayesianLinear {
	checkPositive("Sinusoid.LinearBayes: Noise", s.Noise)
	phase, half := s.Phase.middle(), s.Phase.halfWidth()
	// With u = A·cos φ and v = −A·sin φ the wave is u·sin(ω·x) + v·cos(ω·x).
	sin, cos := math.Sincos(phase)
	u, v := s.Amplitude.middle()*cos*sinc(half), -s.Amplitude.middle()*sin*sinc(half)
	sin2, cos2 := math.Sincos(2 * phase)
	square, twice := s.Amplitude.square()/2, sinc(2*half)
	return baseline.BayesianLinear{Features: s.Oracle().Features, Mean: []float64{u, v}, Noise: s.Noise,
		Covariance: mat.NewSymDense(2, []float64{square*(1+cos2*twice) - u*u, -square*sin2*twice - u*v,
			0, square*(1-cos2*twice) - v*v})}
}

// check panics if a setting makes no sense.
func (s Sinusoid) check() {
	checkCount("Sinusoid", "Shots", s.Shots)
	checkCount("Sinusoid", "Queries", s.Queries)
	s.Amplitude.check("Sinusoid: Amplitude")
	s.Phase.check("Sinusoid: Phase")
	s.Frequency.check("Sinusoid: Frequency")
	s.Input.check("Sinusoid: Input")
	checkDeviation("Sinusoid: Noise", s.Noise)
}
