package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// PCD is priority-constrained descent: it follows the gradient of the first task, the primary one, as closely as the
// other, secondary tasks allow, of which each gets at least a share τ of the progress that a step along its own gradient
// would give it:
//
//	g̃ᵢ = gᵢ/√(vᵢ + Eps),   vᵢ the mean of |gᵢ|² over the steps, each with Beta times the weight of the next
//	d̃ = argmin |d̃ − g̃₁|²   over   g̃ⱼ·d̃ ≥ τⱼ|g̃ⱼ|² for all j ≥ 2
//	d = (|g₁|/|d̃|) d̃
//
// Where g₁ itself gives the others their share, d is g₁. Where their shares cannot all be given, as with two opposed
// secondary gradients, they are dropped, and d is g₁ too. Where g₁ = 0, or d̃ = 0 up to rounding, d is 0. A secondary
// gradient of 0 asks for nothing.
//
// τ and Beta have no unit; Eps has that of a squared gradient. The primary task may be hurt: by a secondary gradient
// that is opposed to its own, from whatever τ > 0.
//
// The primary task is the first that is present. v is the mean of the steps that a task took part in.
//
// Reference: Varam, AlHajri. Not all objectives are born equal: priority-constrained descent for hierarchical
// multi-objective optimization. TMLR 2026, arXiv:2606.29521.
type PCD struct {
	Tau  float64   // τ of all secondary tasks, in [0, 1]; 0 asks that they are not hurt
	Taus []float64 // τ of each task, in place of Tau, in [0, 1]; that of the primary task is not used; nil is Tau for all
	Beta float64   // in [0, 1); 0 measures gradients by their own length
	Eps  float64   // not negative; TorchJD has 1e-8, 0 lets no unit matter
}

// NewPCD returns PCD with TorchJD's τ = 0.02 and Beta = 0.999, and without Eps.
func NewPCD() PCD { return PCD{Tau: 0.02, Beta: 0.999} }

var _ GramAggregator = PCD{}

// NewState returns the vᵢ, m zeros, and the numbers of steps that they are the mean of.
func (a PCD) NewState(s Setting) []float64 { a.check(s); return make([]float64, 2*s.Tasks) }

func (a PCD) check(s Setting) {
	s.check("PCD")
	checkShare("PCD", "Tau", a.Tau)
	checkOptional("PCD", "Taus", a.Taus, s, checkShare)
	if !(a.Beta >= 0 && a.Beta < 1) {
		panic(fmt.Sprintf("balance: PCD: Beta is %v; it must be in [0, 1)", a.Beta))
	}
	checkNotNegative("PCD", "Eps", a.Eps)
}

// WeighGram updates the means and stores the weights of d.
func (a PCD) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("PCD", weights, gram, s, 2*s.Tasks)
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	for k := range weights {
		a.learn(s, s.Task(k), gram.At(k, k))
	}
	if g.at(0, 0) == 0 {
		clear(weights)
		return
	}
	primary := math.Sqrt(g.at(0, 0))
	scale := a.normalize(tmp, g, e, s)
	due := perTask(tmp, a.Taus, s, a.Tau)
	for k := range due {
		due[k] *= g.at(k, k)
	}
	space := newHalfspaces(tmp, g, due)
	if !space.nearest(weights) || len(space.active) == 0 {
		clear(weights)
		weights[0] = 1
		return
	}
	size := 0.0
	for k, w := range weights {
		size += w * space.norms[k]
	}
	length := math.Sqrt(norm2(g, weights))
	if length*length <= 10*epsilon*size*size {
		clear(weights)
		return
	}
	for k := range weights {
		weights[k] *= scale[k] * (primary / length)
	}
}

// learn takes a squared length into the mean of task i.
func (a PCD) learn(s State, i int, square float64) {
	mean, steps := &s.Memory[i], &s.Memory[s.Tasks+i]
	*steps++
	*mean += (1 - a.Beta) / (1 - math.Pow(a.Beta, *steps)) * (square - *mean)
}

// normalize makes the inner products of the gradients, divided by 4ᵉ, in g those of the g̃ᵢ, and returns what the
// gradients, divided by 2ᵉ, were multiplied by. A gradient whose square is beside its mean below the normal numbers
// counts as zero.
func (a PCD) normalize(tmp *pool, g square, e int, s State) (scale []float64) {
	scale = tmp.floats.take(g.m)
	for k := range scale {
		if g.at(k, k) == 0 {
			continue
		}
		by := math.Ldexp(1/math.Sqrt(s.Memory[s.Task(k)]+a.Eps), e)
		if by*g.at(k, k)*by >= smallest {
			scale[k] = by
		}
	}
	for i, x := range scale {
		for j, y := range scale[:i+1] {
			v := x * g.at(i, j) * y
			g.set(i, j, v)
			g.set(j, i, v)
		}
	}
	return scale
}
