package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/nn"
)

// streams is what PLE and AdaTT have in common: a stream for each task and one that they share, each with experts of
// its own on every level, and with a gate that mixes experts of several streams into what the stream goes on with. The
// number of a stream is that of its task; the shared one, if it has experts, is last.
type streams struct {
	stack
	own, shared int  // experts of a task, and shared ones
	all         bool // a task's gate mixes the experts of all streams, not its own and the shared ones alone
	residual    bool // to what a gate mixes, the stream's own experts are added once more
	gates       Gate // of the tasks' streams; nil is the softmax
}

// number returns how many streams there are.
func (s streams) number() int {
	if s.shared == 0 {
		return len(s.heads)
	}
	return len(s.heads) + 1
}

func (s streams) stream(k int) string {
	if k == len(s.heads) {
		return "shared"
	}
	return taskName(k)
}

func (s streams) experts(k int) int {
	if k == len(s.heads) {
		return s.shared
	}
	return s.own
}

// gated returns the streams that go on after level l: after the last one, those of the tasks.
func (s streams) gated(l int) (streams []int) {
	for k := range s.number() {
		if k < len(s.heads) || l < len(s.levels)-1 {
			streams = append(streams, k)
		}
	}
	return streams
}

// mixes returns the streams whose experts the gate of stream k mixes.
func (s streams) mixes(k int) (streams []int) {
	for from := range s.number() {
		if s.all || k == len(s.heads) || from == k || from == len(s.heads) {
			streams = append(streams, from)
		}
	}
	return streams
}

// learned tells whether the residual has weights: not if each stream has a single expert.
func (s streams) learned() bool { return s.residual && (s.own > 1 || s.shared > 1) }

func (s streams) level(l, k int) string         { return fmt.Sprintf("level%d.%s.", l+1, s.stream(k)) }
func (s streams) expertName(l, k, e int) string { return fmt.Sprintf("%sexpert%d", s.level(l, k), e+1) }

// whole tells whether stream k has a gate in one piece, and no softmax. That of a task mixes its own experts and the
// shared ones, as many in the twin.
func (s streams) whole(k int) bool { return s.gates != nil && k < len(s.heads) }

// A softmax has a matrix for each stream that it mixes, so that a task alone can have its part of it.
func (s streams) gateName(l, k, from int) string { return s.level(l, k) + "gate." + s.stream(from) }

func (s streams) parts() (p parts) {
	for l := range s.levels {
		for k := range s.number() {
			for e := range s.experts(k) {
				p = append(p, part{s.expertName(l, k, e), s.expert(l)})
			}
		}
		for _, k := range s.gated(l) {
			if s.whole(k) {
				p = append(p, part{s.level(l, k) + "gate", s.gates.For(s.columns(l), s.own+s.shared)})
			} else {
				for _, from := range s.mixes(k) {
					p = append(p, part{s.gateName(l, k, from), s.gate(l, s.experts(from))})
				}
			}
			if s.learned() {
				p = append(p, part{s.level(l, k) + "own", matrix{1, s.experts(k), startOwn}})
			}
		}
	}
	return append(p, s.headParts()...)
}

// startOwn draws from U(−a, a), a = 1/√(number of experts).
func startOwn(w []float64, rng *rand.Rand) {
	a := 1 / math.Sqrt(float64(len(w)))
	for k := range w {
		w[k] = a * (2*rng.Float64() - 1)
	}
}

func (s streams) apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := s.parts().bind(s.name, t, theta, len(x), len(s.heads))
	out := make([]autodiff.Value, len(x))
	for _, tasks := range byInput(x) {
		z := slices.Repeat(x[tasks[0]:tasks[0]+1], s.number())
		for l := range s.levels {
			z = s.applyLevel(b, l, z, tasks)
		}
		for _, task := range tasks {
			out[task] = b.apply(headName(task), z[task])
		}
	}
	return out
}

// applyLevel returns what the streams go on with after level l: after the last one, those of the tasks that are asked
// for. A gate is shown on the rows of its own task.
func (s streams) applyLevel(b bound, l int, z []autodiff.Value, tasks []int) []autodiff.Value {
	h := make([][]autodiff.Value, len(z))
	for k := range h {
		for e := range s.experts(k) {
			h[k] = append(h[k], b.apply(s.expertName(l, k, e), z[k]))
		}
	}
	next := make([]autodiff.Value, len(z))
	for _, k := range s.gated(l) {
		asked := k == len(s.heads) || slices.Contains(tasks, k)
		if !asked && l == len(s.levels)-1 {
			continue
		}
		var mixed []autodiff.Value
		for _, from := range s.mixes(k) {
			mixed = append(mixed, h[from]...)
		}
		next[k] = mix(s.traceGate(b, l, k, z[k], asked), mixed)
		switch {
		case s.learned():
			next[k] = next[k].Add(mix(b.matrix(s.level(l, k)+"own"), h[k]))
		case s.residual:
			next[k] = next[k].Add(h[k][0])
		}
	}
	return next
}

// traceGate returns what the gate of stream k on level l makes of z, rows × the experts that it mixes.
func (s streams) traceGate(b bound, l, k int, z autodiff.Value, shown bool) autodiff.Value {
	name := s.level(l, k) + "gate"
	if s.whole(k) {
		return b.gated(name, z, s.own+s.shared, shown)
	}
	var weights, biases []autodiff.Value
	for _, from := range s.mixes(k) {
		part := b.theta[s.gateName(l, k, from)]
		weights, biases = append(weights, part.At(0)), append(biases, part.At(1))
	}
	gate := z.MatMul(autodiff.ConcatCols(weights...)).Add(autodiff.ConcatCols(biases...)).Softmax(1)
	if shown {
		b.trace.Show(name, gate)
	}
	return gate
}
