package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// CAGrad serves the worst-off task as well as it can without going far from the mean g₀ of the task gradients:
//
//	d = argmax minᵢ gᵢ·d   over   |d − g₀| ≤ C|g₀|
//
// With the dual weights w, which minimise gw·g₀ + C|g₀||gw| over the simplex, gw = Σᵢ wᵢgᵢ:
//
//	d = g₀ + C|g₀| gw/|gw|
//
// C = 0 is the mean; C ≥ 1 lets the ball reach 0. Where g₀ = 0 the ball is a point and d is 0. Where gw = 0 there are
// many optima, all with minᵢ gᵢ·d = 0; d is then the one nearest to g₀, its projection on the dual cone ([DualProj]).
//
// The authors' code divides d by 1 + C² or by 1 + C (Rescale); the definition does not. TorchJD returns 0 where gw is
// short, so also for gradients of very different length; here the dual is solved exactly.
//
// Reference: Liu et al. Conflict-averse gradient descent for multi-task learning. NeurIPS 2021, arXiv:2110.14048.
type CAGrad struct {
	C       float64 // radius of the ball over |g₀|, not negative; 0 is the mean
	Rescale CAGradRescale
}

// CAGradRescale says what [CAGrad] divides its direction by.
type CAGradRescale int

const (
	CAGradUnscaled CAGradRescale = iota // 1
	CAGradBySquare                      // 1 + C²: "rescale 1" of the authors' code
	CAGradByRadius                      // 1 + C: "rescale 2"
)

// NewCAGrad returns CAGrad with C = 0.5; the paper uses 0.4 and 0.5.
func NewCAGrad() CAGrad { return CAGrad{C: 0.5} }

var _ GramAggregator = CAGrad{}

// NewState returns nil: nothing is remembered.
func (a CAGrad) NewState(s Setting) []float64 { a.check(s); return nil }

func (a CAGrad) check(s Setting) {
	s.check("CAGrad")
	checkNotNegative("CAGrad", "C", a.C)
	if a.Rescale < CAGradUnscaled || a.Rescale > CAGradByRadius {
		panic(fmt.Sprintf("balance: CAGrad: no Rescale %d", a.Rescale))
	}
}

// WeighGram stores the weights 1/m + C|g₀|wᵢ/|gw|, rescaled.
func (a CAGrad) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("CAGrad", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	worstOff(tmp, weights, g, a.C)
	scale := 1.0
	switch a.Rescale {
	case CAGradBySquare:
		scale = 1 + a.C*a.C
	case CAGradByRadius:
		scale = 1 + a.C
	}
	for i := range weights {
		weights[i] /= scale
	}
}

// worstOff stores the weights of CAGrad's direction.
//
// The dual has one dimension that is not quadratic. With t = |gw|, its second term is the least C|g₀|(|gw|²/2t + t/2)
// over t, so that for s = t/(C|g₀|) the weights are those of the shortest vector in the hull of the gᵢ + sg₀, and s
// solves |gw(s)| = C|g₀|s. While the same tasks carry weight, w is affine in s and this is a quadratic equation: each
// iteration solves it for the tasks at hand, which ends at the exact s once they are the right ones. A bracket keeps
// it from leaving. The direction is then g₀ + gw/s.
func worstOff(tmp *pool, weights []float64, g square, c float64) {
	m := g.m
	mean, b := tmp.floats.take(m), tmp.floats.take(m)
	fill(mean, 1/float64(m))
	g.mulVec(b, mean) // gᵢ·g₀
	radius2 := c * c * inner(mean, b)
	norms := tmp.lengths(g)
	longest, average := 0.0, 0.0
	for _, v := range norms {
		longest = max(longest, v)
		average += v / float64(m)
	}
	copy(weights, mean)
	if c == 0 {
		return
	}
	if inner(mean, b) <= float64(m+4)*epsilon*average*average { // g₀ = 0
		clear(weights)
		return
	}
	radius := math.Sqrt(radius2)

	w := tmp.floats.take(m)
	p := newMinNorm(tmp, w, g)
	p.solve()
	least, length := norm2(g, w), inner(w, norms)
	var nearest []float64 // the weights of what takes g₀ to its projection on the dual cone, if 0 is in the hull
	if least <= float64(m+4)*epsilon*length*length {
		cone := newDualCone(tmp, g)
		v := tmp.floats.take(m)
		cone.project(v, mean)
		nearest = tmp.floats.take(m)
		for i := range nearest {
			nearest[i] = v[i] - mean[i]
		}
		if norm2(g, nearest) <= radius2*(1+float64(m+4)*epsilon) {
			copy(weights, v)
			return
		}
		least = 0
	}

	p.b, p.length = b, math.Sqrt(inner(mean, b))
	lo, hi := math.Sqrt(least)/radius, longest/radius
	at := hi
	start, slope := tmp.floats.take(m), tmp.floats.take(m)
	for range 200 { // a handful; a bisection in the worst case
		p.s = at
		p.solve()
		t := math.Sqrt(norm2(g, w))
		if t >= radius*at {
			lo = max(lo, at)
		}
		if t <= radius*at {
			hi = min(hi, at)
		}
		to, ok := p.crossing(radius2, start, slope)
		if !ok || !(to >= lo && to <= hi) {
			to = lo + (hi-lo)/2
		}
		if math.Abs(to-at) <= 16*epsilon*at || hi <= lo {
			break
		}
		at = to
	}
	if reach := math.Sqrt(norm2(g, w)); reach > 0 {
		for i := range weights {
			weights[i] += radius / reach * w[i]
		}
		return
	}
	// gw is lost in rounding: where it comes to 0, d comes to the projection, here as far as the ball lets it.
	if nearest != nil {
		reach := math.Sqrt(norm2(g, nearest))
		for i := range weights {
			weights[i] += radius / reach * nearest[i]
		}
	}
}

// norm2 returns |Σᵢ wᵢgᵢ|², not below 0.
func norm2(g square, w []float64) (sum float64) {
	for i, v := range w {
		sum += v * inner(g.row(i), w)
	}
	return max(sum, 0)
}

// crossing returns the s at which the weights of the corral, affine in s, give |gw|² = radius2·s². It uses start and
// slope.
//
// The point of the corral's affine hull that is shortest, at s = 0, is at right angles to all its differences, and so
// to how gw changes with s: |gw(s)|² = |gw(0)|² + s²|gw′|². There is nothing to subtract, s may be tiny beside others.
func (p *minNorm) crossing(radius2 float64, start, slope []float64) (s float64, ok bool) {
	weights := func(dst []float64, sum, s float64) bool {
		if !p.solveAffine(sum, s) {
			return false
		}
		clear(dst)
		for k, i := range p.corral {
			dst[i] = p.affine[k]
		}
		return true
	}
	if !weights(start, 1, 0) || !weights(slope, 0, 1) {
		return 0, false
	}
	rest := radius2 - norm2(p.g, slope)
	return math.Sqrt(norm2(p.g, start) / rest), rest > 0
}
