package convex

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// A Solver says when a problem is solved, and when to give up. [NewSolver] has the usual settings.
//
// A gap says how good the objective is. The weights may still be off by about the root of it, where the objective is
// flat; for more of their digits ask for a small residual too, such as 1e-11.
type Solver struct {
	Tol        float64 // positive: most that Fit.Gap may be of Fit.Scale, or Fit.Residual where there is no gap
	Residual   float64 // most that Fit.Residual may be beside; 0 leaves it to the gap
	Iterations int     // at most, at least 1
}

// NewSolver returns a Solver with a tolerance of 1e-8 and 100,000 iterations.
func NewSolver() Solver { return Solver{Tol: 1e-8, Iterations: 100_000} }

func (s Solver) check(caller string, ctx context.Context) {
	if ctx == nil {
		panic("convex: " + caller + ": the context is nil; give context.Background()")
	}
	if !(s.Tol > 0) || math.IsInf(s.Tol, 1) {
		panic(fmt.Sprintf("convex: Solver: Tol is %v; it must be finite and positive, as NewSolver sets it", s.Tol))
	}
	if !(s.Residual >= 0) || math.IsInf(s.Residual, 1) {
		panic(fmt.Sprintf("convex: Solver: Residual is %v; it must be finite and not negative", s.Residual))
	}
	if s.Iterations < 1 {
		panic(fmt.Sprintf("convex: Solver: Iterations is %d; it must be 1 or more, as NewSolver sets it", s.Iterations))
	}
}

// Solve returns the best weights, and how far from the best they can be:
//
//	Squared loss with Alone, Mean or Graph    one linear system, by conjugate gradients
//	all else                                  accelerated proximal gradient steps, begun anew when they go uphill
//
// Where the tolerance is not reached the best that was found comes with an [Unsolved]; where the context ends, with its
// error. A number in the data that is no use is an error that names its place. The same problem gives the same bits.
//
// References: Beck, Teboulle. A fast iterative shrinkage-thresholding algorithm for linear inverse problems. SIAM J.
// Imaging Sciences 2, 2009. O'Donoghue, Candès. Adaptive restart for accelerated gradient schemes. Foundations of
// Computational Mathematics 15, 2015, arXiv:1204.3982.
func (s Solver) Solve(ctx context.Context, p Problem, penalty Penalty) (*Fit, error) {
	s.check("Solver.Solve", ctx)
	ready, err := prepare("Solver.Solve", p, penalty)
	if err != nil {
		return nil, err
	}
	return s.solve(ctx, ready, penalty, nil)
}

// smooth is the loss, as a function of the weights alone: the intercepts are the best ones.
type smooth interface {
	// gradient stores the gradient by the weights in g and returns the value.
	gradient(w, g []float64) float64

	// dual returns a lower bound: the greatest −F*(s·α) − quadratic·s² over 0 ≤ s ≤ limit, or one near it. α is the
	// gradient by the predictions where gradient was last called.
	dual(quadratic, limit float64) float64

	// curvature returns a bound of the second derivatives in any direction.
	curvature() float64

	// intercepts returns the best ones.
	intercepts(w []float64) []float64
}

// ready is a problem whose data are compressed.
type ready struct {
	size
	loss  smooth
	scale float64 // the value at 0
	start []float64
	slope float64 // length of the gradient at 0
}

func prepare(caller string, p Problem, penalty Penalty) (*ready, error) {
	columns := p.columns(caller)
	r := &ready{size: size{len(p.Tasks), columns}}
	if penalty == nil {
		panic("convex: " + caller + ": the penalty is nil; give one, such as L21{Lambda: 0.1}")
	}
	penalty.form(r.size)
	if err := p.faults(); err != nil {
		return nil, err
	}
	if p.Loss == Squared {
		r.loss = newSquared(p, columns)
	} else {
		r.loss = newLogistic(p, columns)
	}
	r.start = make([]float64, r.tasks*r.columns)
	r.scale = r.loss.gradient(make([]float64, len(r.start)), r.start)
	r.slope = floats.Norm(r.start, 2)
	if math.IsInf(r.scale, 0) || math.IsNaN(r.scale+r.slope+r.loss.curvature()) || math.IsInf(r.loss.curvature(), 0) {
		return nil, errors.New("convex: the data are so large that their squares overflow; bring columns and labels " +
			"to a scale near 1")
	}
	return r, nil
}

// solve solves a prepared problem, from the parts of another solution, if there is one.
func (s Solver) solve(ctx context.Context, r *ready, penalty Penalty, from *Fit) (*Fit, error) {
	o := newObjective(r, penalty.form(r.size))
	o.residuals = s.Residual > 0
	var best iterate
	var err error
	if k, ok := o.parts[0].(coupling); ok && o.isSquared() {
		best, err = s.conjugateGradients(ctx, o, k, from)
	} else {
		best, err = s.accelerate(ctx, o, from)
	}
	fit := o.fit(best)
	_, relational := penalty.(Relations)
	if relational {
		fit.Relations = r.relations(o.sum(best.parts))
	}
	if err == nil && !s.enough(o, best) {
		err = &Unsolved{fit, s.Tol}
	}
	return fit, err
}

// An objective is a loss with a penalty.
type objective struct {
	*ready
	form
	residuals bool      // whether they are wanted where there is a gap
	least     float64   // the greatest lower bound so far
	w, g, to  []float64 // scratch
}

func newObjective(r *ready, f form) *objective {
	n := len(r.start)
	return &objective{r, f, false, 0, make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (o *objective) isSquared() bool { _, ok := o.loss.(*squared); return ok }

// An iterate is where an iteration stands: the parts of W, their objective, the gap, and the residual if it was needed.
type iterate struct {
	parts      [][]float64
	value      float64
	gap        float64
	residual   float64
	iterations int
}

// sum returns W, the sum of its parts, in scratch.
func (o *objective) sum(parts [][]float64) []float64 {
	copy(o.w, parts[0])
	for _, p := range parts[1:] {
		floats.Add(o.w, p)
	}
	return o.w
}

// gradient stores that of the loss and the ridge at the sum of the parts in o.g and returns their value.
func (o *objective) gradient(parts [][]float64) float64 {
	w := o.sum(parts)
	value := o.loss.gradient(w, o.g)
	if o.ridge == 0 {
		return value
	}
	floats.AddScaled(o.g, o.ridge, w)
	return value + o.ridge/2*square(w)
}

// curvature bounds the second derivatives of loss and ridge by any one part; the parts together have their number times
// it.
func (o *objective) curvature() float64 {
	return (o.loss.curvature() + o.ridge) * float64(len(o.parts))
}

// measure returns the objective at the parts with its gap, or, where there is none, with its residual.
func (o *objective) measure(parts [][]float64, iterations int) iterate {
	at := iterate{parts, o.gradient(parts), math.Inf(1), math.NaN(), iterations}
	quadratic, limit := o.ridge/2*square(o.w), math.Inf(1)
	for k, p := range o.parts {
		at.value += p.value(parts[k])
		more, most := p.conjugate(o.g)
		quadratic += more
		limit = min(limit, most)
	}
	if limit > 0 {
		o.least = max(o.least, o.loss.dual(quadratic, limit))
		at.gap = max(0, at.value-o.least)
	}
	if limit == 0 || o.residuals {
		at.residual = o.residual(parts)
	}
	return at
}

// residual returns what Fit.Residual says. The gradient at the parts stands in o.g.
func (o *objective) residual(parts [][]float64) float64 {
	l, far := o.curvature(), 0.0
	if l == 0 {
		return 0
	}
	for k, p := range o.parts {
		copy(o.to, parts[k])
		floats.AddScaled(o.to, -1/l, o.g)
		p.prox(o.to, 1/l)
		far = math.Hypot(far, floats.Distance(o.to, parts[k], 2)*l)
	}
	if o.slope > 0 {
		far /= o.slope
	}
	return far
}

// enough reports whether an iterate is within the tolerance.
func (s Solver) enough(o *objective, at iterate) bool {
	if math.IsInf(at.gap, 1) {
		return at.residual <= s.Tol && (s.Residual == 0 || at.residual <= s.Residual)
	}
	return at.gap <= s.Tol*o.scale && (s.Residual == 0 || at.residual <= s.Residual)
}

// better reports whether a is the better of two iterates.
func better(a, b iterate) bool {
	if math.IsInf(a.gap, 1) {
		return b.parts == nil || a.residual < b.residual
	}
	return b.parts == nil || a.value < b.value
}

// fit returns the iterate as a Fit.
func (o *objective) fit(at iterate) *Fit {
	o.gradient(at.parts)
	w := slices.Clone(o.w)
	f := &Fit{
		W: o.dense(w), Intercepts: o.loss.intercepts(w), Objective: at.value, Gap: at.gap,
		Residual: o.residual(at.parts),
		Scale:    o.scale, Iterations: at.iterations, parts: at.parts,
	}
	if !math.IsInf(at.gap, 1) {
		f.Gap = max(0, at.value-o.least)
	}
	if len(at.parts) > 1 {
		for _, p := range at.parts {
			f.Parts = append(f.Parts, o.dense(p))
		}
	}
	return f
}
