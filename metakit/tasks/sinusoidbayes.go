package tasks

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// SinusoidBayes predicts the waves of a family with noise by their exact posterior mean, which no learner can beat in
// expected squared error: [Sinusoid.Bayes] makes it.
//
// The phase is integrated by Gauss-Legendre nodes. For each, the likelihood of an amplitude is a Gaussian that is cut
// at the ends of the interval, its mass is the weight of the phase, and
//
//	E[y | x] = Σ weight(φ) · E[A | φ] · sin(ω·x − φ) / Σ weight(φ).
type SinusoidBayes struct{ family Sinusoid }

var _ metakit.Predictor = SinusoidBayes{}

// Bayes returns the exact posterior mean. It panics if there are several frequencies, or no noise: [Sinusoid.Oracle] is
// then exact.
func (s Sinusoid) Bayes() SinusoidBayes {
	s.check()
	checkPositive("Sinusoid.Bayes: Noise", s.Noise)
	if s.Frequency.Min != s.Frequency.Max {
		panic("tasks: Sinusoid.Bayes: with several frequencies the posterior is not known in closed form")
	}
	return SinusoidBayes{s}
}

// Predict implements [metakit.Predictor].
func (b SinusoidBayes) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	s := b.family
	if s.Shots == 0 {
		panic("tasks: SinusoidBayes: it has no family; Sinusoid.Bayes makes one that has")
	}
	n, in := support.X.Dims()
	rows, cols := x.Dims()
	if _, out := support.Y.Dims(); in != 1 || cols != 1 || out != 1 {
		panic(fmt.Sprintf("tasks: SinusoidBayes: X of %d columns, Y of %d, x of %d; a wave has one of each", in, out, cols))
	}
	// The posterior of a phase is about Noise/(A·√n) wide or wider; there are four nodes to that width, and 256 at least.
	largest := max(math.Abs(s.Amplitude.Min), math.Abs(s.Amplitude.Max))
	phases := newNodes(s.Phase, 256+int(min(1<<20, 4*(s.Phase.Max-s.Phase.Min)*largest*math.Sqrt(float64(n))/s.Noise)))
	at := b.likelihood(support)
	most := math.Inf(-1)
	for _, phase := range phases.x {
		_, _, top := at(phase)
		most = max(most, top)
	}
	var sum, u, v float64 // of the weights, and of them times A·cos φ and A·sin φ
	for k, phase := range phases.x {
		product, square, top := at(phase)
		if top < most-100 { // a part of less than 1e-40
			continue
		}
		log, mean := truncated(s.Amplitude, product, square)
		weight := phases.weight[k] * math.Exp(log-most)
		sin, cos := math.Sincos(phase)
		sum += weight
		u += weight * mean * cos
		v += weight * mean * sin
	}
	y := mat.NewDense(rows, 1, nil)
	for i := range rows {
		sin, cos := math.Sincos(s.Frequency.Min * x.At(i, 0))
		y.Set(i, 0, (u*sin-v*cos)/sum)
	}
	return y
}

// likelihood returns a function of the phase, that of an amplitude a being exp(product·a − square·a²/2), and the
// logarithm of its largest value in the interval of amplitudes.
func (b SinusoidBayes) likelihood(support metakit.Set) func(phase float64) (product, square, top float64) {
	s := b.family
	var ss, cc, sc, ys, yc float64
	for i, v := range support.X.RawMatrix().Data {
		sin, cos := math.Sincos(s.Frequency.Min * v)
		y := support.Y.At(i, 0)
		ss, cc, sc, ys, yc = ss+sin*sin, cc+cos*cos, sc+sin*cos, ys+y*sin, yc+y*cos
	}
	precision := 1 / (s.Noise * s.Noise)
	return func(phase float64) (product, square, top float64) {
		sin, cos := math.Sincos(phase)
		product = precision * (ys*cos - yc*sin)
		square = precision * max(0, ss*cos*cos+cc*sin*sin-2*sc*sin*cos)
		peak := peakOf(s.Amplitude, product, square)
		return product, square, product*peak - square*peak*peak/2
	}
}

// peakOf returns where exp(b·a − c·a²/2), c ≥ 0, is largest in an interval.
func peakOf(in Uniform, b, c float64) float64 {
	switch {
	case c > 0:
		return min(in.Max, max(in.Min, b/c))
	case b < 0:
		return in.Min
	}
	return in.Max
}

// truncated returns the logarithm of ∫ exp(b·a − c·a²/2) da over the interval, c ≥ 0, and the mean of a under that
// density. 40 nodes on what is within ten standard deviations of the largest density are good for some eight digits.
func truncated(in Uniform, b, c float64) (log, mean float64) {
	if in.Min == in.Max {
		return b*in.Min - c*in.Min*in.Min/2, in.Min
	}
	peak := peakOf(in, b, c)
	// From its peak the density falls as exp(−slope·d − c·d²/2).
	slope := math.Abs(b - c*peak)
	reach := in.Max - in.Min
	if c > 0 {
		reach = min(reach, 10/math.Sqrt(c))
	}
	if slope > 0 {
		reach = min(reach, 50/slope)
	}
	part := Uniform{max(in.Min, peak-reach), min(in.Max, peak+reach)}
	top := b*peak - c*peak*peak/2
	mass, first := 0.0, 0.0
	for i, node := range legendre.x {
		a := part.middle() + part.halfWidth()*node
		density := legendre.weight[i] * part.halfWidth() * math.Exp(b*a-c*a*a/2-top)
		mass += density
		first += density * a
	}
	return top + math.Log(mass), first / mass
}

// nodes are places in an interval and the weights that they have in an integral over it.
type nodes struct{ x, weight []float64 }

// newNodes returns at least n nodes, 8 of Gauss and Legendre in each of equal parts of an interval; of a number, that
// number.
func newNodes(in Uniform, n int) (l nodes) {
	each := len(eight.x)
	if in.Min == in.Max {
		return nodes{[]float64{in.Min}, []float64{1}}
	}
	parts := (n + each - 1) / each
	l = nodes{make([]float64, parts*each), make([]float64, parts*each)}
	step := (in.Max - in.Min) / float64(parts)
	for k := range l.x {
		l.x[k] = in.Min + step*(float64(k/each)+eight.x[k%each])
		l.weight[k] = step * eight.weight[k%each]
	}
	return l
}

// eight are the nodes of Gauss and Legendre on 0 to 1.
var eight = func() (l nodes) {
	l = nodes{make([]float64, 8), make([]float64, 8)}
	quad.Legendre{}.FixedLocations(l.x, l.weight, 0, 1)
	return l
}()

// legendre are nodes on −1 to 1.
var legendre = newNodes(Uniform{-1, 1}, 40)
