package metakit

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// A Remainder is what is left of a loss F along a direction v after its value and its slope are taken off,
//
//	R(h) = |F(θ + hv) − F(θ) − h·g·v|,
//
// for a falling sequence of h. If g is the gradient of F, R falls as h², else as h.
type Remainder struct {
	H, R       []float64
	Rounding   []float64 // what of R may be rounding, of F and of g, measured
	Slope      float64   // of log R over log h, as far down as R is well above rounding: 2 if g is exact, 1 if not
	Resolution float64   // to which share of its length g has been seen to be right along v, if it is
	Order      Order     // what g is; the same for all directions
}

// ErrUndecided says that rounding, or a loss that bends too sharply, hides whether a meta-gradient is right.
var ErrUndecided = errors.New("numbers hide whether the meta-gradient is right; take other meta-parameters, other " +
	"data or a smaller inner rate")

// CheckMetaGradient tells what the learner's meta-gradient is to the loss that it reports, with its penalties: the
// [Order] of the remainder, in a sentence its String. The error is nil if it is [Exact], as of exact [MAML], whatever
// adapts, [CAVIA], [ProtoMAML], [MetaSGD] and [Pooled], and of [IMAML] whose loops are done; of first order, [Reptile]
// and [Scratch], whose meta-gradient is something else on purpose, and of iMAML whose loops end early, it says which.
// Published ports of MAML are first order more often than they say. Where adaptation diverges, the error is
// [ErrUndecided].
//
// The check looks at one episode, at meta, along nine random directions of the seed, in float64, and returns the
// remainder of the direction of the median slope, with an error too. A kink of the network, as that of a ReLU, makes R
// jump or bend where h reaches it, which is why the slope is taken as far down as rounding lets see, and more
// directions than one are asked. At a kink itself nothing can be said: choose meta-parameters at random, not zero. If
// the data cannot be used, the error names the place.
func CheckMetaGradient(l Learner, meta []float64, e *Episode, seed uint64) (Remainder, error) {
	p, err := newProbe("CheckMetaGradient", l, meta, e, true)
	if err != nil {
		return Remainder{}, err
	}
	f0 := p.loss(p.objective, meta)
	g, stopped := p.ws.Read(p.gradient, nil), p.ws.Read(p.stopped, nil)
	rng := rand.New(rand.NewPCG(seed, 0))
	const directions = 9
	var all []Remainder
	for range directions {
		v := make([]float64, len(meta))
		for i := range v {
			v[i] = rng.NormFloat64()
		}
		all = append(all, p.remainder(meta, g, v, f0))
	}
	slices.SortFunc(all, func(a, b Remainder) int { return cmp.Compare(a.Slope, b.Slope) })
	known := slices.DeleteFunc(slices.Clone(all), func(r Remainder) bool { return math.IsNaN(r.Slope) })
	if len(known) <= directions/2 || notFinite(f0) || !allFinite(g) {
		return all[directions/2], fmt.Errorf("metakit: CheckMetaGradient: %T at a loss of %v: %w", l, f0, ErrUndecided)
	}
	switch r := known[len(known)/2]; {
	case r.Slope <= 1.5:
		if r.Order = OwnDirection; alike(g, stopped) {
			r.Order = FirstOrder
		}
		return r, fmt.Errorf("metakit: the meta-gradient of %T is not the derivative of its loss, but %v: the Taylor "+
			"remainder falls as h^%.2f, that of an exact gradient as h²", l, r.Order, r.Slope)
	case !(r.Resolution < 0.01):
		return r, fmt.Errorf("metakit: CheckMetaGradient: %T at a loss of %v: %w", l, f0, ErrUndecided)
	default:
		r.Order = Exact
		return r, nil
	}
}

// remainder returns the remainder along v.
func (p *probe) remainder(meta, gradient, v []float64, f0 float64) Remainder {
	slope, moved := floats.Dot(gradient, v), make([]float64, len(meta))
	at := func(h float64) float64 {
		floats.AddScaledTo(moved, meta, h, v)
		return math.Abs(p.loss(p.objective, moved) - f0 - h*slope)
	}
	// At the smallest steps R and the change of g·v are rounding. If g is wrong, R is a little more: rounding is then
	// taken for more than it is, and the wrong slope shows at larger steps.
	ofF, ofG := 0.0, 0.0
	for k := range 8 {
		ofF = max(ofF, at(1e-13*float64(k+1)))
		ofG = max(ofG, math.Abs(floats.Dot(p.ws.Read(p.gradient, nil), v)-slope))
	}
	r := Remainder{Resolution: math.Inf(1)}
	for h := 1e-2; h > 5e-10; h /= 2 {
		r.H, r.R, r.Rounding = append(r.H, h), append(r.R, at(h)), append(r.Rounding, ofF+h*ofG)
	}
	r.Slope = r.localSlope()
	length := floats.Norm(gradient, 2) // of which g·v is, for a random v of independent entries, about as much
	for k, h := range r.H {
		if known := max(r.R[k], wellAbove*r.Rounding[k]); known == 0 || known < r.Resolution*h*length {
			r.Resolution = known / max(h*length, math.SmallestNonzeroFloat64)
		}
	}
	return r
}

// wellAbove is how many times rounding, as it was at its largest, R must be for its slope to be known to about a tenth.
const wellAbove = 10

// localSlope returns the median of the slopes over the last halvings of h at which R is well above rounding, four at
// most. It goes up from the smallest h as far as R is smooth: where ReLUs make inner gradients jump, F jumps, and R
// falls by nothing or by many orders. It is NaN if R is not smooth there.
func (r Remainder) localSlope() float64 {
	const octaves = 4
	last := len(r.R) - 1
	for last >= 0 && r.R[last] <= wellAbove*r.Rounding[last] {
		last--
	}
	if last < 0 {
		return 2 // F is linear along v as far as numbers go, and g·v its slope
	}
	var slopes []float64
	for k := last - 1; k >= max(last-octaves, 0); k-- {
		s := math.Log2(r.R[k] / r.R[k+1])
		if !(s > 0.5 && s < 2.5) {
			break
		}
		slopes = append(slopes, s)
	}
	if len(slopes) == 0 {
		return math.NaN()
	}
	slices.Sort(slopes)
	n := len(slopes)
	return (slopes[(n-1)/2] + slopes[n/2]) / 2
}
