package balance

import (
	"math"
	"slices"
)

// A minNorm solves
//
//	min ½ wᵀGw + s bᵀw   over   w ≥ 0, Σᵢ wᵢ = 1
//
// where G holds the inner products of points p₁ … pₘ and b those with a vector c: w are the weights of the point of
// least norm in the convex hull of the pᵢ + sc, by Wolfe's algorithm. It keeps a set of affinely independent points,
// the corral, steps to the point of least norm in the corral's affine hull, drops points that this gives no positive
// weight, and adds the point that lies furthest against the result, until none does.
//
// The affine problem is solved for the differences from the shortest point of the corral, so that weights of opposed
// points keep their digits although G is nearly singular.
//
// The result is unique as a point. Of several equal points the first gets the weight; of affinely dependent ones it
// depends on their order.
//
// Reference: Wolfe. Finding the nearest point in a polytope. Mathematical Programming 11, 1976.
type minNorm struct {
	g      square
	b      []float64
	s      float64
	length float64 // of c
	norms  []float64

	w      []float64
	corral []int

	f                    factor
	row, affine, descent []float64
}

// newMinNorm prepares for the points with the Gram matrix g. The weights will go to w.
func newMinNorm(tmp *pool, w []float64, g square) minNorm {
	return minNorm{
		g: g, norms: tmp.lengths(g), w: w, corral: tmp.ints.take(g.m)[:0],
		f: tmp.factor(g.m), row: tmp.floats.take(g.m), affine: tmp.floats.take(g.m), descent: tmp.floats.take(g.m),
	}
}

// linear returns s·bᵢ.
func (p *minNorm) linear(i int) float64 {
	if p.b == nil {
		return 0
	}
	return p.s * p.b[i]
}

// against returns bᵢ − bⱼ.
func (p *minNorm) against(i, j int) float64 {
	if p.b == nil {
		return 0
	}
	return p.b[i] - p.b[j]
}

func (p *minNorm) solve() {
	start, least := 0, math.Inf(1)
	for i := range p.w {
		if v := p.g.at(i, i)/2 + p.linear(i); v < least {
			start, least = i, v
		}
	}
	clear(p.w)
	p.w[start] = 1
	p.corral = append(p.corral[:0], start)
	for range 100 + 10*p.g.m { // two or three for each point of the corral; more only when rounding goes in circles
		next, ok := p.entering()
		if !ok {
			return
		}
		p.corral = append(p.corral, next)
		if !p.toAffine() {
			return
		}
	}
}

// entering returns the point furthest against the current one, x: the least pᵢ·x, if it is below |x|² by more than
// rounding explains.
func (p *minNorm) entering() (next int, ok bool) {
	value, length := 0.0, p.s*p.length
	p.g.mulVec(p.descent, p.w)
	for i, w := range p.w {
		p.descent[i] += p.linear(i)
		value += w * p.descent[i]
		length += w * p.norms[i]
	}
	least := value
	for i, v := range p.descent {
		noise := float64(p.g.m+4) * epsilon * length * (p.norms[i] + length)
		if v < least && v < value-noise && !slices.Contains(p.corral, i) {
			next, least, ok = i, v, true
		}
	}
	return next, ok
}

// toAffine moves w to the point of least norm in the affine hull of the corral, or as far as weights stay positive,
// dropping points, until none has to be dropped. It returns false if that leads nowhere for rounding: the point that
// came last lies in the affine hull of the others, or does not help.
func (p *minNorm) toAffine() bool {
	for {
		if !p.solveAffine(1, p.s) {
			return false
		}
		step, out := 1.0, -1
		for k, i := range p.corral {
			if v := p.affine[k]; v <= 0 {
				if t := p.w[i] / (p.w[i] - v); out < 0 || !(t >= step) {
					step, out = t, k
				}
			}
		}
		if out < 0 {
			for k, i := range p.corral {
				p.w[i] = p.affine[k]
			}
			return true
		}
		if !(step > 0) {
			return false
		}
		for k, i := range p.corral {
			p.w[i] += step * (p.affine[k] - p.w[i])
		}
		p.w[p.corral[out]] = 0
		for k := len(p.corral) - 1; k >= 0; k-- {
			if i := p.corral[k]; p.w[i] <= 0 {
				p.w[i] = 0
				p.corral = slices.Delete(p.corral, k, k+1)
			}
		}
	}
}

// solveAffine stores in affine the weights of the corral's points that are stationary: those of the least norm among
// all with the given sum (1 for weights; 0, with s = 1, for how they change with s).
func (p *minNorm) solveAffine(sum, s float64) bool {
	ref := 0
	for k, i := range p.corral {
		if p.norms[i] < p.norms[p.corral[ref]] {
			ref = k
		}
	}
	o := p.corral[ref]
	p.f.n = 0
	rhs := p.row[:0]
	for k, i := range p.corral {
		if k == ref {
			continue
		}
		at := 0
		for l, j := range p.corral[:k+1] {
			if l != ref {
				p.descent[at] = (p.g.at(i, j) - p.g.at(o, i)) + (p.g.at(o, o) - p.g.at(o, j))
				at++
			}
		}
		reach := p.norms[i] + p.norms[o]
		if !p.f.push(p.descent, 8*epsilon*reach*reach) {
			return false
		}
		rhs = append(rhs, sum*(p.g.at(o, o)-p.g.at(o, i))+s*p.against(o, i))
	}
	p.f.solve(rhs)
	rest, at := sum, 0
	for k := range p.corral {
		if k != ref {
			p.affine[k] = rhs[at]
			rest -= rhs[at]
			at++
		}
	}
	p.affine[ref] = rest
	return true
}
