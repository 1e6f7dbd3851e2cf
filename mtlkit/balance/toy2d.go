package balance

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Toy2D is the problem of two variables that the papers of CAGrad, Nash-MTL and FAMO show: two logarithmic valleys
// above the line x₂ = 0, two bowls below it.
//
//	f₁ = Scale (a₁c₁ + q₁c₂),   f₂ = a₂c₁ + q₂c₂
//	a₁ = log max(|½(−x₁ − 7) − tanh(−x₂)|, 5e−6) + 6,       c₁ = max(tanh(x₂/2), 0)
//	a₂ = log max(|½(−x₁ + 3) + tanh(−x₂) + 2|, 5e−6) + 6,   c₂ = max(tanh(−x₂/2), 0)
//	q₁ = ((−x₁ + 7)² + (−x₂ − 8)²/10)/10 − 20,              q₂ = ((−x₁ − 7)² + (−x₂ − 8)²/10)/10 − 20
//
// From the starts above the line a descent has to follow a valley where the gradients are nearly opposed and of very
// different length; a plain sum is stuck there.
//
// At x₂ = 0, where c₁ and c₂ have a kink, both pass the derivative of their tanh: ½ and −½. Frameworks that give 0
// there never leave the start (0, 0). The logarithms are flat where the maximum holds them.
//
// The Pareto set does not depend on Scale: x₁ in [−7, 7], and x₂ where ((49 − x₁²)/10 + (x₂ + 8)²/100 − 20) tanh(−x₂/2)
// is least. The papers draw the line x₂ = −8.3552 for it, which is right at x₁ = 0 alone.
//
// Reference: Liu et al. Conflict-averse gradient descent for multi-task learning. NeurIPS 2021, arXiv:2110.14048.
type Toy2D struct {
	Scale float64 // of f₁, positive; CAGrad's paper takes 1, those of Nash-MTL and FAMO 0.1
}

// NewToy2D returns the problem with the scale 1.
func NewToy2D() Toy2D { return Toy2D{Scale: 1} }

var _ Problem = Toy2D{}

// Starts returns the five starting points of the Nash-MTL and FAMO papers. CAGrad's are the first, (−8.5, −5) and the
// third.
func (p Toy2D) Starts() [][]float64 {
	return [][]float64{{-8.5, 7.5}, {0, 0}, {9, 9}, {-7.5, -0.5}, {9, -1}}
}

// Dims returns 2, 2.
func (p Toy2D) Dims() (m, n int) {
	checkPositive("Toy2D", "Scale", p.Scale)
	return 2, 2
}

// Evaluate stores f₁ and f₂, and their gradients.
func (p Toy2D) Evaluate(f []float64, jac *mat.Dense, x []float64) {
	m, n := p.Dims()
	checkEvaluate("Toy2D", m, n, f, jac, x)
	x1, x2 := x[0], x[1]
	t := math.Tanh(-x2)
	dt := 1 - t*t // of −tanh(−x₂)
	a1, slope1 := logDistance(0.5*(-x1-7) - t)
	a2, slope2 := logDistance(0.5*(-x1+3) + t + 2)
	q1 := ((x1-7)*(x1-7)+0.1*(x2+8)*(x2+8))/10 - 20
	q2 := ((x1+7)*(x1+7)+0.1*(x2+8)*(x2+8))/10 - 20
	dq := 0.02 * (x2 + 8)
	half := math.Tanh(0.5 * x2)
	c1, c2 := max(half, 0), max(-half, 0)
	var dc1, dc2 float64
	if x2 >= 0 {
		dc1 = 0.5 * (1 - half*half)
	}
	if x2 <= 0 {
		dc2 = -0.5 * (1 - half*half)
	}
	f[0] = p.Scale * (a1*c1 + q1*c2)
	f[1] = a2*c1 + q2*c2
	jac.Set(0, 0, p.Scale*(-0.5*slope1*c1+(x1-7)/5*c2))
	jac.Set(0, 1, p.Scale*(slope1*dt*c1+a1*dc1+dq*c2+q1*dc2))
	jac.Set(1, 0, -0.5*slope2*c1+(x1+7)/5*c2)
	jac.Set(1, 1, -slope2*dt*c1+a2*dc1+dq*c2+q2*dc2)
}

// logDistance returns log max(|u|, 5e−6) + 6 and its derivative by u.
func logDistance(u float64) (value, slope float64) {
	const least = 5e-6
	if math.Abs(u) < least {
		return math.Log(least) + 6, 0
	}
	return math.Log(math.Abs(u)) + 6, 1 / u
}

// ParetoSet returns points at equal steps of x₁ from 7, best for f₁, to −7.
func (p Toy2D) ParetoSet(count int) [][]float64 {
	checkPoints("Toy2D", count)
	points := make([][]float64, count)
	for i := range points {
		x1 := 7.0
		if count > 1 {
			x1 -= 14 * float64(i) / float64(count-1)
		}
		x2, _ := floor2D(x1)
		points[i] = []float64{x1, x2}
	}
	return points
}

// Distance returns the Euclidean distance to the Pareto set.
func (p Toy2D) Distance(x []float64) float64 {
	checkVariables("Toy2D", 2, x)
	// At the nearest point (t, y(t)) inside, t = x₁ + (x₂ − y)y′. The set is so flat that this contracts.
	t := min(max(x[0], -7), 7)
	y, slope := floor2D(t)
	for range 50 {
		t = min(max(x[0]+(x[1]-y)*slope, -7), 7)
		y, slope = floor2D(t)
	}
	return math.Hypot(x[0]-t, x[1]-y)
}

// floor2D returns the x₂ of the Pareto set at x₁, and its derivative by x₁.
func floor2D(x1 float64) (x2, slope float64) {
	// A root of h′ for h = A(x₂) tanh(−x₂/2), by Newton's method from near it: x₂ is in [−8.44, −8.35].
	x2 = -8.4
	for range 10 {
		a, t := (49-x1*x1)/10+0.01*(x2+8)*(x2+8)-20, math.Tanh(-x2/2)
		da, dt := 0.02*(x2+8), -0.5*(1-t*t)
		second := 0.02*t + 2*da*dt + a*t*dt
		x2 -= (da*t + a*dt) / second
		slope = x1 / 5 * dt / second
	}
	return x2, slope
}
