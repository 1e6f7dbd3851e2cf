package acting

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A Memory is a policy that remembers, of n episodes side by side: [Recurrent], or [Exchangeable] at bandits. It must
// be a plain value, as an [Environment].
//
// What it reads in a step is one row for each episode:
//
//	the observation | the action before | the reward before | 1 in the first step, else 0 | steps taken / Horizon
//
// where an action that is a choice has a column for each, with a 1 for the one that was taken; before the first step
// action and reward are 0.
type Memory interface {
	// Shapes lists the parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns the first parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// State returns how many numbers it remembers of an episode; they begin as zeros.
	State() int
	// Step traces a step: from what it reads and what it remembers, both a row for each episode, to what its actions are
	// drawn from, to a guess of the return that is to come, n × 1, and to what it remembers then.
	Step(theta autodiff.Params, reads, state autodiff.Value) (outputs, value, next autodiff.Value)
}

// reads returns how many columns a memory reads.
func (s Sizes) reads() int { return s.Seen + s.Actions + 3 }

// Recurrent is the policy of RL²: a GRU reads what happened, and two dense layers read its state, one for the actions,
// one for the value. The value reads the state and does not shape it: no gradient of its loss reaches the GRU, which
// else, while values are far off, learns them and forgets to tell rewards apart.
//
// References: Duan et al. RL²: fast reinforcement learning via slow reinforcement learning. 2016, arXiv:1611.02779;
// Wang et al. Learning to reinforcement learn. 2016, arXiv:1611.05763 (with an LSTM).
type Recurrent struct {
	Reads   int // columns that it reads
	Units   int // of the GRU
	Outputs int // columns that the distribution of actions has
}

var _ Memory = Recurrent{}

// NewRecurrent returns the policy for an environment, with actions drawn from d.
func NewRecurrent(e Environment, d Distribution, units int) Recurrent {
	s := check("NewRecurrent", e)
	checkDistribution("NewRecurrent", d)
	r := Recurrent{Reads: s.reads(), Units: units, Outputs: d.Outputs(s)}
	r.cell().Shapes() // which refuses units
	return r
}

func (r Recurrent) cell() nn.GRU { return nn.GRU{Inputs: r.Reads, Units: r.Units} }

// Shapes implements [Memory].
func (r Recurrent) Shapes() []autodiff.Shape {
	return append(r.cell().Shapes(),
		autodiff.Shape{Name: "actions.W", Rows: r.Units, Cols: r.Outputs}, autodiff.Shape{Name: "actions.b", Rows: 1, Cols: r.Outputs},
		autodiff.Shape{Name: "value.W", Rows: r.Units, Cols: 1}, autodiff.Shape{Name: "value.b", Rows: 1, Cols: 1})
}

// Init implements [Memory]. The dense layers begin small, so that first choices are nearly uniform.
func (r Recurrent) Init(rng *rand.Rand) []float64 {
	return append(r.cell().Init(rng), heads(rng, r.Units, r.Outputs)...)
}

// heads returns first parameters of the layers for actions and value.
func heads(rng *rand.Rand, units, outputs int) []float64 {
	w := make([]float64, units*(outputs+1)+outputs+1)
	nn.TruncatedNormal{Std: 0.01}.Fill(w[:units*outputs], units, outputs, rng)
	return w
}

// State implements [Memory].
func (r Recurrent) State() int { return r.Units }

// Step implements [Memory].
func (r Recurrent) Step(theta autodiff.Params, reads, state autodiff.Value) (outputs, value, next autodiff.Value) {
	h := r.cell().Step(theta.Slice(0, 4), reads, state)
	return h.MatMul(theta.At(4)).Add(theta.At(5)), h.StopGradient().MatMul(theta.At(6)).Add(theta.At(7)), h
}

// Exchangeable is a policy for bandits that treats all arms alike: each arm has a memory of Units numbers, updated in
// every step by one GRU for all arms, which reads
//
//	1 if the arm was pulled | its reward | 1 in the first step | steps taken / Horizon | the mean memory of all arms
//
// and the logit of an arm is a dense layer of its memory. Arms that change places change their probabilities with them,
// so what is learned at one arm is known of all: it learns from fewer episodes than [Recurrent], which has to learn
// that.
type Exchangeable struct {
	Arms  int
	Units int // of the memory of an arm
}

var _ Memory = Exchangeable{}

func (e Exchangeable) check() {
	if e.Arms < 1 || e.Units < 1 {
		panic(fmt.Sprintf("acting: Exchangeable: Arms is %d and Units %d; both must be at least 1", e.Arms, e.Units))
	}
}

func (e Exchangeable) cell() nn.GRU { return nn.GRU{Inputs: 4 + e.Units, Units: e.Units} }

// Shapes implements [Memory].
func (e Exchangeable) Shapes() []autodiff.Shape {
	e.check()
	return Recurrent{4 + e.Units, e.Units, 1}.Shapes()
}

// Init implements [Memory].
func (e Exchangeable) Init(rng *rand.Rand) []float64 {
	e.check()
	return Recurrent{4 + e.Units, e.Units, 1}.Init(rng)
}

// State implements [Memory].
func (e Exchangeable) State() int { return e.Arms * e.Units }

// Step implements [Memory].
func (e Exchangeable) Step(theta autodiff.Params, reads, state autodiff.Value) (outputs, value, next autodiff.Value) {
	e.check()
	n, arms := reads.Rows(), e.Arms
	if reads.Cols() != arms+3 {
		panic(fmt.Sprintf("acting: Exchangeable: it reads %v; at a bandit of %d arms that is %d columns", reads, arms, arms+3))
	}
	each := func(v autodiff.Value) autodiff.Value { return v.BroadcastTo(n, arms).Reshape(n*arms, 1) } // of a column
	pulled := reads.SliceCols(0, arms).Reshape(n*arms, 1)
	mean := e.mean(state)
	means := make([]autodiff.Value, arms)
	for k := range means {
		means[k] = mean
	}
	x := autodiff.ConcatCols(pulled, pulled.Mul(each(reads.SliceCols(arms, arms+1))), each(reads.SliceCols(arms+1, arms+2)),
		each(reads.SliceCols(arms+2, arms+3)), autodiff.ConcatCols(means...).Reshape(n*arms, e.Units))
	h := e.cell().Step(theta.Slice(0, 4), x, state.Reshape(n*arms, e.Units))
	next = h.Reshape(n, arms*e.Units)
	outputs = h.MatMul(theta.At(4)).Add(theta.At(5)).Reshape(n, arms)
	return outputs, e.mean(next).StopGradient().MatMul(theta.At(6)).Add(theta.At(7)), next
}

// mean returns the mean memory of the arms, n × Units.
func (e Exchangeable) mean(state autodiff.Value) autodiff.Value {
	sum := state.SliceCols(0, e.Units)
	for k := 1; k < e.Arms; k++ {
		sum = sum.Add(state.SliceCols(k*e.Units, (k+1)*e.Units))
	}
	return sum.Scale(1 / float64(e.Arms))
}
