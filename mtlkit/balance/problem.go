package balance

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Problem is a function of a few variables with several objectives to minimise and a known Pareto set: a place to
// watch a balancer. It brings its own gradients.
type Problem interface {
	// Dims returns the numbers of objectives and of variables.
	Dims() (m, n int)
	// Evaluate stores the objectives in f and their gradients in the rows of jac, m×n.
	Evaluate(f []float64, jac *mat.Dense, x []float64)
	// ParetoSet returns count points of the Pareto set, up to a million, from the best for the first objective to the
	// best for the last.
	ParetoSet(count int) [][]float64
	// Distance returns how far x is from the Pareto set.
	Distance(x []float64) float64
}

// checkEvaluate panics unless x has n variables, and f and jac have room for m objectives and their gradients.
func checkEvaluate(name string, m, n int, f []float64, jac *mat.Dense, x []float64) {
	checkVariables(name, n, x)
	if jac == nil {
		panic(fmt.Sprintf("balance: %s: the Jacobian is nil", name))
	}
	if r, c := jac.Dims(); len(f) != m || r != m || c != n {
		panic(fmt.Sprintf("balance: %s: room for %d objectives and a Jacobian of %d×%d; want %d and %d×%d",
			name, len(f), r, c, m, m, n))
	}
}

// checkVariables panics unless x has n variables.
func checkVariables(name string, n int, x []float64) {
	if len(x) != n {
		panic(fmt.Sprintf("balance: %s: %d variables; want %d", name, len(x), n))
	}
}

// checkPoints panics for a number of points that nobody draws.
func checkPoints(name string, count int) {
	if count < 0 || count > 1_000_000 {
		panic(fmt.Sprintf("balance: %s: %d points of the Pareto set; want 0 to a million", name, count))
	}
}

// A Descent minimises a problem by Adam (β₁ = 0.9, β₂ = 0.999, ε = 1e−8) on the direction that a balancer finds.
type Descent struct {
	Problem  Problem
	Balance  Balancer // any scalarizer, or an aggregator of one Jacobian
	Rate     float64  // Adam's step size, positive
	ClipNorm float64  // c shortens a direction d by min(1, c/(|d| + 1e−6)), PyTorch's way; 0 leaves all as they are
}

// NewDescent returns the descent of p by b at the rate 1e-3.
func NewDescent(p Problem, b Balancer) Descent { return Descent{Problem: p, Balance: b, Rate: 1e-3} }

// A Point is a place that a [Descent] passes.
type Point struct {
	Step int
	X, F []float64 // variables, objectives
}

// Run starts at start and returns the points after the given numbers of steps, which are in increasing order; 0 is the
// start itself. Where an objective or a direction is not finite it ends with an error and the points before.
func (d Descent) Run(start []float64, at ...int) ([]Point, error) {
	if d.Problem == nil || d.Balance == nil {
		panic("balance: Descent: Problem and Balance must be set")
	}
	checkPositive("Descent", "Rate", d.Rate)
	checkNotNegative("Descent", "ClipNorm", d.ClipNorm)
	if _, ok := d.Balance.(BatchAggregator); ok {
		panic(fmt.Sprintf("balance: Descent: %T needs several batches; a problem has but one Jacobian", d.Balance))
	}
	m, n := d.Problem.Dims()
	if m < 1 || n < 1 {
		panic(fmt.Sprintf("balance: Descent: a problem of %d objectives and %d variables; want at least one of each", m, n))
	}
	for _, v := range start {
		checkFinite("Descent", "start", v)
	}
	if len(start) != n || !slices.IsSorted(at) || len(at) > 0 && at[0] < 0 {
		panic(fmt.Sprintf("balance: Descent: a start of %d variables, want %d; steps %v, want increasing ones, not negative",
			len(start), n, at))
	}
	r := descentRun{
		Descent: d,
		f:       make([]float64, m),
		jac:     mat.NewDense(m, n, nil),
		weights: make([]float64, m),
		dir:     make([]float64, n),
		state:   Start(d.Balance, Setting{Tasks: m, Params: n}),
		all:     State{Setting: Setting{Tasks: n}},
		adam:    make([]float64, learnedLen(n, true)),
	}
	copy(r.adam, start)
	x := r.adam[:n]
	d.Problem.Evaluate(r.f, r.jac, x)
	var points []Point
	step := 0
	for _, want := range at {
		for ; step < want; step++ {
			if err := r.step(); err != nil {
				return points, fmt.Errorf("step %d: %w", step+1, err)
			}
		}
		points = append(points, Point{step, slices.Clone(x), slices.Clone(r.f)})
	}
	return points, nil
}

// descentRun is a descent under way. The variables are the head of adam.
type descentRun struct {
	Descent
	apply      Aggregation
	f, weights []float64
	dir        []float64
	jac        *mat.Dense
	state      State
	all        State // of the variables
	adam       []float64
}

func (r *descentRun) step() error {
	if err := r.direction(); err != nil {
		return err
	}
	n := len(r.dir)
	scale := 1.0
	if r.ClipNorm > 0 {
		scale = min(1, r.ClipNorm/(floats.Norm(r.dir, 2)+1e-6))
	}
	learn(r.adam, n, r.all, true, r.Rate, func(i int) float64 { return scale * r.dir[i] })
	r.Problem.Evaluate(r.f, r.jac, r.adam[:n])
	if a, ok := r.Balance.(AfterStep); ok {
		a.AfterStep(r.f, r.state)
	}
	return nil
}

// direction stores in dir what the step goes against.
func (r *descentRun) direction() error {
	b, ok := r.Balance.(Scalarizer)
	if !ok {
		return r.apply.Apply(r.dir, r.Balance, r.jac, r.f, r.state)
	}
	if v := b.Scalarize(r.weights, r.f, r.state); math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("balance: %T makes %v of the objectives %v: %w", b, v, r.f, ErrNotFinite)
	}
	combine(r.dir, r.jac, r.weights)
	return nil
}
