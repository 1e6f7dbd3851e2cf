package metakit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
)

// A Remainder is what is left of a loss F along a direction v after its value and its slope are taken off,
//
//	R(h) = |F(θ + hv) − F(θ) − h·g·v|,
//
// for a falling sequence of h. If g is the gradient of F, R falls as h², else as h.
type Remainder struct {
	H, R  []float64 // R is shown down to rounding, which makes it level off or jump
	Slope float64   // of log R over log h at the smallest h where R is above rounding: 2 if g is exact, 1 if not
}

// CheckMetaGradient tells whether the learner's meta-gradient is the derivative of the loss that it reports. It is for
// exact [MAML], [MetaSGD] and [Pooled]; for first-order MAML, [Reptile] and [Scratch], whose meta-gradient is something
// else on purpose, it returns an error. Published ports of MAML are first order more often than they say.
//
// The check looks at one episode, at meta, along one random direction of the seed, in float64. At a kink of the network
// nothing can be said: choose meta-parameters at random, not zero. The remainder is returned with an error too.
func CheckMetaGradient(l Learner, meta []float64, e *Episode, seed uint64) (Remainder, error) {
	t := traceInputs(l, e.Size())
	t.checkMeta("CheckMetaGradient", meta)
	loss, gradient := l.MetaGradient(t.meta, t.support, t.query)
	ws := autodiff.Compile(loss, gradient).NewWorkspace()
	at := func(theta []float64) float64 {
		t.set(ws, theta, e)
		ws.Run()
		return ws.Scalar(loss)
	}
	f0 := at(meta)
	g := ws.Read(gradient, nil)

	rng := rand.New(rand.NewPCG(seed, 0))
	v, slope := make([]float64, len(meta)), 0.0
	for i := range v {
		v[i] = rng.NormFloat64()
		slope += g[i] * v[i]
	}
	var r Remainder
	for h := 1e-2; h > 1e-7; h /= 2 {
		moved := slices.Clone(meta)
		for i := range moved {
			moved[i] += h * v[i]
		}
		r.H = append(r.H, h)
		r.R = append(r.R, math.Abs(at(moved)-f0-h*slope))
	}
	// Each loss carries an error of some hundred roundings. Above a thousand, R is known to a tenth and better.
	rounding := 1e3 * 0x1p-52 * math.Abs(f0)
	last := len(r.H) - 1
	for last >= 0 && !(r.R[last] > rounding) {
		last--
	}
	const span = 4 // the slope is taken over a factor 2⁴ in h
	if last < span {
		r.Slope = 2 // F is linear along v as far as numbers go, and g·v its slope
		if slices.ContainsFunc(r.R, math.IsNaN) {
			r.Slope = math.NaN()
		}
	} else {
		r.Slope = math.Log2(r.R[last-span]/r.R[last]) / span
	}
	if !(r.Slope > 1.5) {
		return r, fmt.Errorf("metakit: the meta-gradient of %T is not the derivative of its loss: the Taylor "+
			"remainder falls as h^%.2f, that of an exact gradient as h²", l, r.Slope)
	}
	return r, nil
}
