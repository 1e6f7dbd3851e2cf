package nn

import (
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
)

// An Optimizer runs a [Rule], or one for each [Group] of matrices, on a flat vector of parameters, on all processors if
// it is long.
//
// Every matrix has a count of its own of the steps that it took: one that is held in a step is left as it is, with what
// is remembered of it, and goes on from there.
//
// What a rule remembers of an entry becomes 0 once it is below 1e-290 in size. A running mean of an entry that has no
// gradient any more, as that of a dead unit, would fall below 2⁻¹⁰²², where a processor takes some hundred cycles for a
// multiplication.
//
// An Optimizer must not be copied, nor be used by two goroutines at once.
type Optimizer struct {
	// ClipNorm is the Euclidean norm that a gradient is scaled down to if it is longer: that by all parameters together
	// that move in the step. 0 leaves gradients as they are.
	ClipNorm float64

	self     *Optimizer // what NewOptimizer returned
	shapes   []autodiff.Shape
	n        int
	matrices []matrix
	rules    []*ruled
	held     []bool // in the last step; the plan is for it
	planned  bool
	moving   [][2]int // where the entries that move begin and end
}

// A matrix is one of those of the parameters.
type matrix struct {
	rule  int // its number among Optimizer.rules; −1 if the matrix is frozen
	from  int // where its entries begin in the whole vector
	at    int // and among those of its rule
	size  int
	steps int // taken
}

// NewOptimizer returns an optimiser for parameters of the given shapes, end to end in one vector. The matrices of a
// group have the group's rule, all others the given one. It compiles each rule once. It panics if a rule makes no sense
// (see [CheckRule]), if a group's pattern matches no matrix, or if a matrix is in two groups.
func NewOptimizer(rule Rule, shapes []autodiff.Shape, groups ...Group) *Optimizer {
	if rule == nil {
		panic("nn: NewOptimizer: the rule is nil; give one, such as NewAdam(0.001)")
	}
	CheckRule(rule)
	if len(shapes) == 0 {
		panic("nn: NewOptimizer: no shapes; there must be at least one matrix")
	}
	o := &Optimizer{shapes: slices.Clone(shapes), n: Size(shapes)}
	o.self = o
	all := make([]*ruled, 1+len(groups)) // the rule's, then those of the groups
	for k, group := range groupOf(shapes, groups) {
		m := matrix{rule: -1, size: shapes[k].Size()}
		if k > 0 {
			m.from = o.matrices[k-1].from + o.matrices[k-1].size
		}
		by := rule
		if group >= 0 {
			by = groups[group].Rule
		}
		if by != nil {
			r := all[1+group]
			if r == nil {
				r = &ruled{rule: by}
				all[1+group] = r
			}
			m.at = r.n
			r.matrices, r.n = append(r.matrices, k), r.n+m.size
		}
		o.matrices = append(o.matrices, m)
	}
	for _, r := range all {
		if r == nil {
			continue
		}
		for _, k := range r.matrices {
			o.matrices[k].rule = len(o.rules)
		}
		o.rules = append(o.rules, r)
		r.start()
	}
	return o
}

// Step changes params, in place, by one step along grad; both have the length of the shapes together. factor multiplies
// all learning rates (see [Schedule]); 1 leaves them. held tells which matrices, by their number among the shapes, stay
// as they are in this step, with what is remembered of them and their count of steps; nil is none. What is held for the
// first time may compile a program; otherwise Step does not allocate.
//
// It is an error if a parameter or what is remembered of it would no longer be finite, as the square of a gradient of
// 1e155 that [Adam] takes. The step is then taken by some parameters and not by others: whoever goes on brings back
// those from before it, and what was remembered.
// It panics if a length, the factor or ClipNorm makes no sense.
func (o *Optimizer) Step(params, grad []float64, factor float64, held []bool) error {
	o.check("Step")
	if len(params) != o.n || len(grad) != o.n {
		panic(fmt.Sprintf("nn: Optimizer.Step: %d parameters and a gradient of length %d; this optimiser is for %d",
			len(params), len(grad), o.n))
	}
	if held != nil && len(held) != len(o.matrices) {
		panic(fmt.Sprintf("nn: Optimizer.Step: held says something of %d matrices; there are %d",
			len(held), len(o.matrices)))
	}
	must(notNegative("Optimizer.Step", "the factor", factor))
	if !(o.ClipNorm >= 0) {
		panic(fmt.Sprintf("nn: Optimizer: ClipNorm is %v; it must not be negative, and 0 is none", o.ClipNorm))
	}
	o.plan(held)
	cut := 1.0
	if o.ClipNorm > 0 {
		if norm := o.norm(grad); norm > o.ClipNorm {
			cut = o.ClipNorm / norm
		}
	}
	for _, r := range o.rules {
		r.rateNow, r.cutNow = r.rule.LearningRate()*factor, cut
		r.params, r.gradients = params, grad
		r.number(o.matrices)
		for _, p := range r.programs {
			if p != nil {
				p.run()
			}
		}
		r.params, r.gradients = nil, nil
	}
	for _, r := range o.rules {
		if f := r.fault(); f != nil {
			return o.explain(f, grad)
		}
	}
	for k := range o.matrices {
		if o.moves(k, held) {
			o.matrices[k].steps++
		}
	}
	return nil
}

func (o *Optimizer) moves(k int, held []bool) bool {
	return o.matrices[k].rule >= 0 && (held == nil || !held[k])
}

// plan cuts what moves into blocks, unless that has been done for the same matrices. All counts of those then grew by
// one, so that it still holds.
func (o *Optimizer) plan(held []bool) {
	if o.planned && len(held) == len(o.held) && slices.Equal(held, o.held) {
		return
	}
	o.held, o.planned = append(o.held[:0], held...), true
	o.moving = o.moving[:0]
	for k, m := range o.matrices {
		if last := len(o.moving) - 1; !o.moves(k, held) {
			continue
		} else if last >= 0 && o.moving[last][1] == m.from {
			o.moving[last][1] = m.from + m.size
		} else {
			o.moving = append(o.moving, [2]int{m.from, m.from + m.size})
		}
	}
	for _, r := range o.rules {
		r.plan(o.matrices, held)
	}
}

// explain says what a fault is due to.
func (o *Optimizer) explain(f *fault, grad []float64) error {
	k := 0
	for o.matrices[k].from+o.matrices[k].size <= f.entry {
		k++
	}
	name, m := o.shapes[k].Name, o.matrices[k]
	switch {
	case !finite(grad[m.from : m.from+m.size]):
		return fmt.Errorf("nn: the gradient of %s is not finite", name)
	case f.remembered:
		return fmt.Errorf("nn: what the optimiser remembers of %s is not finite: the gradient is too long; scale the "+
			"loss, or set ClipNorm", name)
	}
	return fmt.Errorf("nn: %s is not finite after the step; smaller learning rates or ClipNorm may help", name)
}

// State returns what the optimiser remembers: the number of steps that each matrix took, then the slots of each rule
// one after the other, those of the rule for all first.
func (o *Optimizer) State() []float64 {
	o.check("State")
	return o.AppendState(make([]float64, 0, o.stateSize()))
}

// AppendState appends what [Optimizer.State] returns to a slice, and returns it.
func (o *Optimizer) AppendState(state []float64) []float64 {
	o.check("AppendState")
	state = slices.Grow(state, o.stateSize())
	for _, m := range o.matrices {
		state = append(state, float64(m.steps))
	}
	for _, r := range o.rules {
		state = append(state, r.slots...)
	}
	return state
}

// SetState brings back what [Optimizer.State] returned. It is an error if it cannot be of such an optimiser: if it has
// another length, a number that is not finite, or a count of steps that is none. The optimiser is then as before.
func (o *Optimizer) SetState(state []float64) error {
	o.check("SetState")
	if len(state) != o.stateSize() {
		return fmt.Errorf("nn: Optimizer.SetState: %d numbers; this optimiser remembers %d", len(state), o.stateSize())
	}
	for k, v := range state {
		if notFinite(v) {
			return fmt.Errorf("nn: Optimizer.SetState: number %d of the state is %v; it must be finite", k, v)
		}
	}
	for k, s := range o.shapes {
		frozen := o.matrices[k].rule < 0
		if t := state[k]; t < 0 || t != math.Trunc(t) || t > 1<<53 || frozen && t != 0 {
			return fmt.Errorf("nn: Optimizer.SetState: %v steps of %v; they are counted from 0, and a frozen matrix takes "+
				"none", t, s)
		}
	}
	for k := range o.matrices {
		o.matrices[k].steps = int(state[k])
	}
	rest := state[len(o.matrices):]
	for _, r := range o.rules {
		rest = rest[copy(r.slots, rest):]
	}
	o.planned = false
	return nil
}

func (o *Optimizer) stateSize() int {
	n := len(o.matrices)
	for _, r := range o.rules {
		n += len(r.slots)
	}
	return n
}

// check panics if the optimiser was not made by NewOptimizer.
func (o *Optimizer) check(method string) {
	switch {
	case o == nil || o.self == nil:
		panic(fmt.Sprintf("nn: Optimizer.%s: the optimiser has no rule; NewOptimizer makes one that has", method))
	case o.self != o:
		panic(fmt.Sprintf("nn: Optimizer.%s: the optimiser is a copy of one; both would change the same numbers", method))
	}
}

// norm returns the Euclidean norm of a gradient by what moves, without overflow.
func (o *Optimizer) norm(grad []float64) float64 {
	largest := 0.0
	for _, part := range o.moving {
		for _, x := range grad[part[0]:part[1]] {
			largest = max(largest, math.Abs(x))
		}
	}
	if largest == 0 || math.IsInf(largest, 0) || math.IsNaN(largest) {
		return largest
	}
	sum := 0.0
	for _, part := range o.moving {
		for _, x := range grad[part[0]:part[1]] {
			sum += (x / largest) * (x / largest)
		}
	}
	return largest * math.Sqrt(sum)
}
