package balance

import (
	"math"
	"slices"
)

// A halfspaces finds the point nearest to a first vector p₀ that lies in half-spaces across other vectors p₁ … :
//
//	min |d − p₀|²   over   {d : pⱼ·d ≥ bⱼ for all j ≥ 1}
//
// where G holds the inner products of p₀, p₁, …. The solution is Σᵢ vᵢpᵢ with v₀ = 1 and vⱼ ≥ 0, and vⱼ > 0 only where
// pⱼ·d = bⱼ. It is found by the dual active-set method of Goldfarb and Idnani: d starts at p₀, and is moved into the
// half-space that it lies furthest out of, along what of that one's vector is across those in which d lies on the
// boundary already; those that this would push off their boundary to the inside are let go of. If there is no such
// way, and none to let go of, the half-spaces have no point in common.
//
// A vector that leaves the others by less than an angle of 3e-5 counts as made of them: float32 gradients that are
// opposed up to their rounding are.
//
// Reference: Goldfarb, Idnani. A numerically stable dual method for solving strictly convex quadratic programs.
// Mathematical Programming 27, 1983.
type halfspaces struct {
	g      square
	b      []float64 // b₀ is not used
	norms  []float64
	active []int  // on whose boundary d lies
	f      factor // of the rows and columns of g that are active

	slope, row, along []float64
}

func newHalfspaces(tmp *pool, g square, b []float64) halfspaces {
	return halfspaces{
		g: g, b: b, norms: tmp.lengths(g), active: tmp.ints.take(g.m)[:0], f: tmp.factor(g.m),
		slope: tmp.floats.take(g.m), row: tmp.floats.take(g.m), along: tmp.floats.take(g.m),
	}
}

// nearest stores the weights v of the nearest point. It returns false if there is none.
func (h *halfspaces) nearest(v []float64) bool {
	clear(v)
	v[0] = 1
	for range 100 + 10*h.g.m { // about one for each active vector; more only when rounding goes in circles
		p, ok := h.furthestOut(v)
		if !ok {
			return true
		}
		if !h.enter(p, v) {
			return false
		}
	}
	return true
}

// furthestOut returns the half-space whose boundary d is furthest beyond, if that is more than rounding explains.
func (h *halfspaces) furthestOut(v []float64) (out int, ok bool) {
	length := 0.0
	for i, w := range v {
		length += w * h.norms[i]
	}
	h.g.mulVec(h.slope, v)
	const rounding = 1e-11 // 2⁻⁵² over an angle of 3e-5
	least := 0.0
	for j := 1; j < h.g.m; j++ {
		norm := h.norms[j]
		if norm == 0 || slices.Contains(h.active, j) {
			continue
		}
		if beyond := (h.slope[j] - h.b[j]) / norm; beyond < min(least, -rounding*(length+norm)) {
			out, least, ok = j, beyond, true
		}
	}
	return out, ok
}

// enter moves d to the boundary of half-space p and makes that active. It returns false if that cannot be.
func (h *halfspaces) enter(p int, v []float64) bool {
	for {
		short := h.b[p] - inner(h.g.row(p), v)
		for k, j := range h.active {
			h.row[k] = h.g.at(p, j)
		}
		n := h.f.n
		copy(h.along[:n], h.row)
		h.f.solve(h.along[:n])
		h.row[n] = h.g.at(p, p)
		full := math.Inf(1) // how much of p it takes to get there
		if h.f.push(h.row, 1e-9*h.row[n]) {
			across := h.f.l.at(n, n)
			full = max(short, 0) / across / across
		}
		step, out := full, -1
		for k, j := range h.active {
			if r := h.along[k]; r > 0 && v[j]/r < step {
				step, out = v[j]/r, k
			}
		}
		if math.IsInf(step, 1) {
			return false
		}
		for k, j := range h.active {
			v[j] = max(v[j]-step*h.along[k], 0)
		}
		v[p] += step
		if out < 0 {
			h.active = append(h.active, p)
			return true
		}
		v[h.active[out]] = 0
		h.active = slices.Delete(h.active, out, out+1)
		h.refactor()
	}
}

// refactor factors the rows and columns of the active vectors anew.
func (h *halfspaces) refactor() {
	h.f.n = 0
	for k, i := range h.active {
		for l, j := range h.active[:k+1] {
			h.row[l] = h.g.at(i, j)
		}
		h.f.push(h.row, 0)
	}
}
