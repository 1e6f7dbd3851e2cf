package balance

import (
	"math"
	"slices"
)

// A dualCone projects on {d : gᵢ·d ≥ 0 for all i}, the cone of the directions that no task minds, where G holds the
// inner products of g₁ … gₘ. The projection of Σᵢ uᵢgᵢ is Σᵢ vᵢgᵢ with
//
//	v = argmin vᵀGv   over   v ≥ u
//
// found by the active set of Lawson and Hanson: v = u + λ, and λᵢ > 0 only where gᵢ·d = 0. The set of such i grows by
// the task that the direction hurts most for its length, and loses those whose λ would become negative, until the
// direction hurts nobody.
//
// The projection is unique. Its weights are not if the gradients are linearly dependent; of several equal gradients
// the first is active. A zero gradient never is.
//
// Reference: Lawson and Hanson. Solving least squares problems. 1974, chapter 23.
type dualCone struct {
	g      square
	norms  []float64
	active []int
	banned []int // not 0 for a task whose gradient depends on those of the active ones

	f                                factor // of the rows and columns of g that are active
	rhs, lambda, target, slope, next []float64
}

func newDualCone(tmp *pool, g square) dualCone {
	return dualCone{
		g: g, norms: tmp.lengths(g), active: tmp.ints.take(g.m)[:0], banned: tmp.ints.take(g.m), f: tmp.factor(g.m),
		rhs: tmp.floats.take(g.m), lambda: tmp.floats.take(g.m), target: tmp.floats.take(g.m),
		slope: tmp.floats.take(g.m), next: tmp.floats.take(g.m),
	}
}

// project stores the weights v of the projection of Σᵢ uᵢgᵢ.
func (c *dualCone) project(v, u []float64) {
	copy(v, u)
	c.g.mulVec(c.rhs, u)
	c.active, c.f.n = c.active[:0], 0
	clear(c.banned)
	clear(c.lambda)
	for range 100 + 10*c.g.m { // about one for each active task; more only when rounding goes in circles
		i, ok := c.mostHurt(v)
		if !ok {
			return
		}
		if !c.push(i) {
			c.banned[i] = 1
			continue
		}
		c.active = append(c.active, i)
		c.settle()
		for i := range v {
			v[i] = u[i] + c.lambda[i]
		}
	}
}

// mostHurt returns the task i with the least gᵢ·d/|gᵢ|, if that is below 0 by more than rounding explains.
func (c *dualCone) mostHurt(v []float64) (hurt int, ok bool) {
	length := 0.0
	for i, w := range v {
		length += math.Abs(w) * c.norms[i]
	}
	c.g.mulVec(c.slope, v)
	least := -float64(c.g.m+4) * epsilon * length
	for i, norm := range c.norms {
		if norm > 0 && c.slope[i] < least*norm && c.banned[i] == 0 && !slices.Contains(c.active, i) {
			hurt, least, ok = i, c.slope[i]/norm, true
		}
	}
	return hurt, ok
}

// push adds task i to the factor of the active ones.
func (c *dualCone) push(i int) bool {
	for k, j := range c.active[:c.f.n] {
		c.next[k] = c.g.at(i, j)
	}
	c.next[c.f.n] = c.g.at(i, i)
	return c.f.push(c.next, 8*float64(c.g.m)*epsilon*c.g.at(i, i))
}

// settle moves λ to where gᵢ·d = 0 for all active tasks, or as far as λ stays positive, making tasks inactive, until
// none has to be.
func (c *dualCone) settle() {
	for {
		for k, i := range c.active {
			c.target[k] = -c.rhs[i]
		}
		c.f.solve(c.target)
		step, out := 1.0, -1
		for k, i := range c.active {
			if t := c.target[k]; t <= 0 {
				if r := c.lambda[i] / (c.lambda[i] - t); out < 0 || !(r >= step) {
					step, out = r, k
				}
			}
		}
		if out < 0 {
			for k, i := range c.active {
				c.lambda[i] = c.target[k]
			}
			return
		}
		if step > 0 {
			clear(c.banned)
			for k, i := range c.active {
				c.lambda[i] += step * (c.target[k] - c.lambda[i])
			}
		} else {
			c.banned[c.active[out]] = 1 // it was hurt by rounding alone
		}
		c.lambda[c.active[out]] = 0
		for k := len(c.active) - 1; k >= 0; k-- {
			if i := c.active[k]; c.lambda[i] <= 0 {
				c.lambda[i] = 0
				if step > 0 || k == out {
					c.active = slices.Delete(c.active, k, k+1)
				}
			}
		}
		c.refactor()
	}
}

// refactor factors the rows and columns of the active tasks anew.
func (c *dualCone) refactor() {
	c.f.n = 0
	for _, i := range c.active {
		c.push(i)
	}
}
