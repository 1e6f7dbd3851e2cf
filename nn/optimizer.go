package nn

import (
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
)

// A Rule is one step of an optimiser as a traced function, without side effects. Being traced, it can be run on numbers
// (see [Optimizer]) and also be differentiated, as an inner step of meta-learning.
type Rule interface {
	// LearningRate returns the rate before any schedule.
	LearningRate() float64
	// Slots returns how many matrices of a parameter's shape the rule remembers. They are zero at the start.
	Slots() int
	// Step returns the new slots and the new parameter, given the learning rate and the number t = 1, 2, … of the step,
	// both 1×1, and the slots, gradient and parameter, all of one shape.
	Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) ([]autodiff.Value, autodiff.Value)
}

// An Optimizer runs a [Rule] on a flat vector of parameters.
type Optimizer struct {
	Schedule Schedule // factor of the learning rate; nil is 1 throughout
	ClipNorm float64  // a gradient of larger Euclidean norm is scaled down to it; 0 leaves gradients as they are

	rule  Rule
	t     int
	slots []float64 // slot after slot

	ws                          *autodiff.Workspace
	rateIn, tIn, scaleIn        autodiff.Output // values are boxed once, so that a step allocates nothing
	slotsIn, gradIn, paramIn    autodiff.Output
	slotsOut, paramOut          autodiff.Output
	rateBuf, stepBuf, factorBuf [1]float64
}

// NewOptimizer returns an optimiser for n parameters. It compiles the rule once.
func NewOptimizer(rule Rule, n int) *Optimizer {
	if n < 1 {
		panic(fmt.Sprintf("nn: NewOptimizer: %d parameters; there must be at least one", n))
	}
	g := autodiff.New()
	rate, t, scale := g.Input("rate", 1, 1), g.Input("t", 1, 1), g.Input("gradient scale", 1, 1)
	grad, param := g.Input("gradient", 1, n), g.Input("parameters", 1, n)
	slotShapes := make([]autodiff.Shape, rule.Slots())
	for k := range slotShapes {
		slotShapes[k] = autodiff.Shape{Name: fmt.Sprintf("slot %d", k+1), Rows: 1, Cols: n}
	}
	slots := g.Params(slotShapes)
	in := make([]autodiff.Value, slots.Len())
	names := make([]string, slots.Len())
	for k := range in {
		in[k], names[k] = slots.At(k), slots.Name(k)
	}
	out, next := rule.Step(rate, t, in, grad.Mul(scale), param)
	newSlots := autodiff.ParamsOf(names, out)
	return &Optimizer{
		rule: rule, slots: make([]float64, slots.Size()),
		ws:     autodiff.Compile(next, newSlots).NewWorkspace(),
		rateIn: rate, tIn: t, scaleIn: scale, slotsIn: slots, gradIn: grad, paramIn: param,
		slotsOut: newSlots, paramOut: next,
	}
}

// Step changes params, in place, by one step of the rule along grad. Both have the length given to [NewOptimizer].
func (o *Optimizer) Step(params, grad []float64) {
	o.rateBuf[0] = o.rule.LearningRate()
	if o.Schedule != nil {
		o.rateBuf[0] *= o.Schedule.Factor(o.t)
	}
	o.factorBuf[0] = 1
	if o.ClipNorm > 0 {
		o.factorBuf[0] = clipFactor(grad, o.ClipNorm)
	}
	o.t++
	o.stepBuf[0] = float64(o.t)
	o.ws.Set(o.rateIn, o.rateBuf[:])
	o.ws.Set(o.tIn, o.stepBuf[:])
	o.ws.Set(o.scaleIn, o.factorBuf[:])
	o.ws.Set(o.gradIn, grad)
	o.ws.Set(o.paramIn, params)
	o.ws.Set(o.slotsIn, o.slots)
	o.ws.Run()
	o.ws.Read(o.paramOut, params)
	o.ws.Read(o.slotsOut, o.slots)
}

// State returns what the optimiser remembers: the number of steps taken, then the rule's slots one after the other.
func (o *Optimizer) State() []float64 { return append([]float64{float64(o.t)}, o.slots...) }

// SetState brings back what [Optimizer.State] returned. It panics on a state of another length.
func (o *Optimizer) SetState(state []float64) {
	if len(state) != 1+len(o.slots) {
		panic(fmt.Sprintf("nn: Optimizer.SetState: %d numbers; this optimiser remembers %d", len(state), 1+len(o.slots)))
	}
	o.t = int(state[0])
	o.slots = slices.Clone(state[1:])
}

// ClipByNorm scales v, in place, to the Euclidean norm limit if it is longer, and returns the norm it had.
func ClipByNorm(v []float64, limit float64) float64 {
	norm := norm2(v)
	if norm > limit {
		for k := range v {
			v[k] *= limit / norm
		}
	}
	return norm
}

func clipFactor(v []float64, limit float64) float64 {
	if norm := norm2(v); norm > limit {
		return limit / norm
	}
	return 1
}

// norm2 returns the Euclidean norm, without overflow.
func norm2(v []float64) float64 {
	largest := 0.0
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	if largest == 0 || math.IsInf(largest, 0) || math.IsNaN(largest) {
		return largest
	}
	sum := 0.0
	for _, x := range v {
		sum += (x / largest) * (x / largest)
	}
	return largest * math.Sqrt(sum)
}

// or returns v, or what 0 stands for.
func or(v, standard float64) float64 {
	if v == 0 {
		return standard
	}
	return v
}
