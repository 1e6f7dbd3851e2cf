package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// SoftSharing is a network for each task, tied to the others by a penalty beside the losses:
//
//	outputᵢ = networkᵢ(x),   penalty = Tie · Σ_{i<j} Σₖ ‖θᵢₖ − θⱼₖ‖²
//
// over the matrices θₖ, biases among them, that two networks have at the same place and of the same size: all of the
// layers of Trunk, and of heads what is alike. The penalty belongs to no task: no balancer weighs it, and no loss has
// it in it ([nn.Trace.Penalty]). With Tie 0 the networks know nothing of each other; as it grows they become one.
//
// Every layer is dense; every layer but the last of a head is followed by the activation. Parameters are called
// trunk1.W1, …, head1.W1, …, trunk2.W1, …. No parameter has two tasks, so an aggregator finds nothing to do. A task
// alone has its network without the penalty.
//
// The paper ties the parser of a language to that of another one, which was trained before and is held; here, as in its
// joint form, all move. Public codes often tie the trunks alone, or divide by the number of pairs or of entries.
//
// Reference: Duong, Cohn, Bird, Cook. Low resource dependency parsing: cross-lingual parameter sharing in a neural
// network parser. ACL 2015.
type SoftSharing struct {
	Trunk      []int          // inputs, then the units of each layer, at least one; each task has its own
	Heads      [][]int        // for each task the units of its last layers; the last is the width of its output
	Tie        float64        // what the squared distances count for, at least 0
	Activation nn.Activation  // of all hidden layers
	Weights    nn.Initializer // of the matrices; nil is GlorotUniform. Biases start at 0.
}

var _ mtlkit.Twinned = SoftSharing{}

// Tasks implements [mtlkit.Model].
func (s SoftSharing) Tasks() int { return len(s.Heads) }

// Shapes implements [mtlkit.Model].
func (s SoftSharing) Shapes() []autodiff.Shape { return s.parts().shapes() }

// Init implements [mtlkit.Model]: the networks are drawn in order, each with numbers of its own.
func (s SoftSharing) Init(rng *rand.Rand) []float64 { return s.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (s SoftSharing) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := s.parts().bind("SoftSharing", t, theta, len(x), len(s.Heads))
	out := make([]autodiff.Value, len(x))
	for task, v := range x {
		out[task] = b.apply(headName(task), b.apply(trunkName(task), v))
	}
	if penalty, found := s.distances(b); found && s.Tie > 0 {
		t.Penalty("tie", penalty.Scale(s.Tie))
	}
	return out
}

// distances returns the sum of the squared distances, and whether there are two matrices alike. Those of n matrices are
// n times the squared distances from their mean.
func (s SoftSharing) distances(b bound) (sum autodiff.Value, found bool) {
	type place struct {
		part          string
		k, rows, cols int
	}
	alike := map[place][]autodiff.Value{}
	var order []place
	add := func(part string, theta autodiff.Params) {
		for k := range theta.Len() {
			v := theta.At(k)
			at := place{part, k, v.Rows(), v.Cols()}
			if alike[at] == nil {
				order = append(order, at)
			}
			alike[at] = append(alike[at], v)
		}
	}
	for task := range s.Heads {
		add("trunk", b.theta[trunkName(task)])
		add("head", b.theta[headName(task)])
	}
	for _, at := range order {
		matrices := alike[at]
		if len(matrices) < 2 {
			continue
		}
		mean := matrices[0]
		for _, v := range matrices[1:] {
			mean = mean.Add(v)
		}
		mean = mean.Scale(1 / float64(len(matrices)))
		for _, v := range matrices {
			d := v.Sub(mean).Square().Sum().Scale(float64(len(matrices)))
			if found {
				d = sum.Add(d)
			}
			sum, found = d, true
		}
	}
	return sum, found
}

// Twin implements [mtlkit.Twinned].
func (s SoftSharing) Twin(task int) (twin mtlkit.Model, from []string) {
	p := s.parts()
	if task < 0 || task >= len(s.Heads) {
		panic(fmt.Sprintf("sharing: SoftSharing.Twin: task %d of %d", task, len(s.Heads)))
	}
	return HardSharing{Trunk: s.Trunk, Heads: s.Heads[task : task+1], Activation: s.Activation, Weights: s.Weights},
		p.names(trunkName(task), headName(task))
}

// Resized implements [mtlkit.Resizable].
func (s SoftSharing) Resized(factor float64) mtlkit.Model {
	r := resize("SoftSharing", factor)
	s.Trunk, s.Heads = r.trunk(s.Trunk), r.heads(s.Heads)
	return s
}

func (s SoftSharing) parts() (p parts) {
	if !(s.Tie >= 0) || math.IsInf(s.Tie, 0) {
		panic(fmt.Sprintf("sharing: SoftSharing: Tie is %v; it must be finite and not negative", s.Tie))
	}
	if len(s.Trunk) < 2 {
		panic(fmt.Sprintf("sharing: SoftSharing: Trunk is %v; it needs the number of inputs and the units of a layer",
			s.Trunk))
	}
	if len(s.Heads) == 0 {
		panic("sharing: SoftSharing: Heads is empty; it needs the units of the layers of each task")
	}
	for i, units := range s.Heads {
		if len(units) == 0 {
			panic(fmt.Sprintf("sharing: SoftSharing: Heads[%d] is empty; it needs at least the width of the output", i))
		}
		trunk := nn.MLP{Widths: s.Trunk, Activation: s.Activation, Output: s.Activation, Weights: s.Weights}
		widths := append([]int{last(s.Trunk)}, units...)
		head := nn.MLP{Widths: widths, Activation: s.Activation, Weights: s.Weights}
		p = append(p, part{trunkName(i), trunk}, part{headName(i), head})
	}
	return p
}
