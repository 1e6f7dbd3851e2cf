package nn

import (
	"fmt"
	"math"

	"kindred/autodiff"
)

// A Rule is one step of an optimiser as a traced function, without side effects. Being traced, it can be run on numbers
// (see [Optimizer]) and also be differentiated, as an inner step of meta-learning. It treats every parameter by itself:
// an entry of a result depends on the same entry of the slots, gradient and parameter alone.
type Rule interface {
	// LearningRate returns the rate before any schedule.
	LearningRate() float64
	// Slots returns how many matrices of a parameter's shape the rule remembers. They are zero at the start.
	Slots() int
	// Step returns the new slots and the new parameter, given the learning rate and the number t = 1, 2, … of the step,
	// both 1×1, and the slots, gradient and parameter, all of one shape.
	Step(rate, t autodiff.Value, slots []autodiff.Value, grad, param autodiff.Value) ([]autodiff.Value, autodiff.Value)
}

// An Optimizer runs a [Rule] on a flat vector of parameters, on all processors if it is long.
//
// What the rule remembers of an entry becomes 0 once it is below 1e-290 in size. A running mean of an entry that has no
// gradient any more, as that of a dead unit, would fall below 2⁻¹⁰²², where a processor takes some hundred cycles for a
// multiplication.
type Optimizer struct {
	Schedule Schedule // factor of the learning rate; nil is 1 throughout
	ClipNorm float64  // a gradient of larger Euclidean norm is scaled down to it; 0 leaves gradients as they are

	rule  Rule
	n, t  int
	slots []float64 // slot after slot

	// The vector is cut into blocks, and the program takes the step of one.
	block             int                                         // entries of a block; the last one may have fewer
	single            *autodiff.Workspace                         // of a vector that is one block
	batch             *autodiff.Batch                             // of one of several
	work              func(worker, k int, ws *autodiff.Workspace) // o.step, once
	rate, number, cut autodiff.Value
	grad, param, next autodiff.Value
	slotsIn, slotsOut []autodiff.Value

	// Of the step under way:
	rateNow, cutNow         float64
	allParams, allGradients []float64
}

// blockSize is the largest number of parameters that a block may have: what the rule computes for them stays in a
// cache.
const blockSize = 2048

// NewOptimizer returns an optimiser for n parameters. It compiles the rule once.
func NewOptimizer(rule Rule, n int) *Optimizer {
	if rule == nil {
		panic("nn: NewOptimizer: the rule is nil; give one, such as Adam{}")
	}
	if n < 1 {
		panic(fmt.Sprintf("nn: NewOptimizer: %d parameters; there must be at least one", n))
	}
	o := &Optimizer{rule: rule, n: n, slots: make([]float64, rule.Slots()*n)}
	blocks := (n + blockSize - 1) / blockSize
	o.block = (n + blocks - 1) / blocks
	g := autodiff.New()
	o.rate, o.number, o.cut = g.Input("rate", 1, 1), g.Input("t", 1, 1), g.Input("gradient scale", 1, 1)
	o.grad, o.param = g.Input("gradient", 1, o.block), g.Input("parameters", 1, o.block)
	for k := range rule.Slots() {
		o.slotsIn = append(o.slotsIn, g.Input(fmt.Sprintf("slot %d", k+1), 1, o.block))
	}
	o.slotsOut, o.next = rule.Step(o.rate, o.number, o.slotsIn, o.grad.Mul(o.cut), o.param)
	outputs := []autodiff.Output{o.next}
	for _, s := range o.slotsOut {
		outputs = append(outputs, s)
	}
	if program := autodiff.Compile(outputs...); blocks == 1 {
		o.single = program.NewWorkspace()
	} else {
		o.batch, o.work = program.NewBatch(), o.step
	}
	return o
}

// Step changes params, in place, by one step of the rule along grad. It panics unless both have the length given to
// [NewOptimizer].
func (o *Optimizer) Step(params, grad []float64) {
	if len(params) != o.n || len(grad) != o.n {
		panic(fmt.Sprintf("nn: Optimizer.Step: %d parameters and a gradient of length %d; this optimiser is for %d",
			len(params), len(grad), o.n))
	}
	o.rateNow, o.cutNow = o.rule.LearningRate(), 1
	if o.Schedule != nil {
		o.rateNow *= o.Schedule.Factor(o.t)
	}
	if o.ClipNorm > 0 {
		o.cutNow = clipFactor(grad, o.ClipNorm)
	}
	o.t++
	o.allParams, o.allGradients = params, grad
	if o.single != nil {
		o.step(0, 0, o.single)
	} else {
		o.batch.Run((o.n+o.block-1)/o.block, o.work)
	}
}

// step takes the step of block k. Where the block has fewer entries than the program, the others are what they were.
func (o *Optimizer) step(_, k int, ws *autodiff.Workspace) {
	from, to := k*o.block, min((k+1)*o.block, o.n)
	copy(ws.View(o.rate), []float64{o.rateNow}) // a view is empty if the rule does without the input
	copy(ws.View(o.number), []float64{float64(o.t)})
	copy(ws.View(o.cut), []float64{o.cutNow})
	copy(ws.View(o.grad), o.allGradients[from:to])
	copy(ws.View(o.param), o.allParams[from:to])
	for j, in := range o.slotsIn {
		copy(ws.View(in), o.slots[j*o.n+from:j*o.n+to])
	}
	ws.Run()
	copy(o.allParams[from:to], ws.View(o.next))
	for j, out := range o.slotsOut {
		slot := o.slots[j*o.n+from : j*o.n+to]
		copy(slot, ws.View(out))
		if o.t%flushSteps == 0 {
			flush(slot)
		}
	}
}

// Every so many steps, numbers below tiny become 0. In as many steps, a running mean of rate 0.5 falls by 2⁻⁶⁴.
const (
	flushSteps = 64
	tiny       = 1e-290
)

func flush(slot []float64) {
	for k, v := range slot {
		if math.Abs(v) < tiny {
			slot[k] = 0
		}
	}
}

// State returns what the optimiser remembers: the number of steps taken, then the rule's slots one after the other.
func (o *Optimizer) State() []float64 { return append([]float64{float64(o.t)}, o.slots...) }

// SetState brings back what [Optimizer.State] returned. It panics on a state of another length.
func (o *Optimizer) SetState(state []float64) {
	if len(state) != 1+len(o.slots) {
		panic(fmt.Sprintf("nn: Optimizer.SetState: %d numbers; this optimiser remembers %d",
			len(state), 1+len(o.slots)))
	}
	o.t = int(state[0])
	copy(o.slots, state[1:])
}

// clipFactor returns what scales v down to the Euclidean norm limit if it is longer, else 1.
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
