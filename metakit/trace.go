package metakit

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// Streams of random numbers apart from those of training episodes, whose indices count up from 0.
const (
	testStream    = 1 << 63 // episodes of an evaluation: so that equal seeds do not test on training tasks
	initStream    = 1 << 62 // the first meta-parameters
	restartStream = 1 << 61 // what a Restarter draws, offset by the index of the episode
)

// A traced episode is the inputs of a program: meta-parameters and two sets.
type traced struct {
	meta           autodiff.Params
	support, query TracedSet
	size           int // of the flat vector of meta-parameters

	label func(v float64) error // what the learner's loss says about a target; nil if it takes all, or is not known

	inputs [4]autodiff.Output // of the sets; values are boxed once, so that setting them allocates nothing
	metaIn autodiff.Output
}

func traceInputs(l Learner, s Size) *traced {
	if l == nil {
		panic("metakit: Learner is nil; give one, such as MAML{Network: net, Steps: 1}")
	}
	g := autodiff.New()
	t := &traced{
		meta:    g.Params(l.Shapes()),
		support: TracedSet{g.Input("support x", s.Support, s.In), g.Input("support y", s.Support, s.Out)},
		query:   TracedSet{g.Input("query x", s.Query, s.In), g.Input("query y", s.Query, s.Out)},
		size:    nn.Size(l.Shapes()),
	}
	t.metaIn = t.meta
	t.inputs = [4]autodiff.Output{t.support.X, t.support.Y, t.query.X, t.query.Y}
	if known, ok := l.(interface{ loss() nn.Loss }); ok {
		if loss, ok := known.loss().(nn.LabelChecker); ok {
			columns := l.Predict(t.meta, t.support, t.query.X, 0)[0].Cols()
			t.label = func(v float64) error { return loss.CheckLabel(v, columns) }
		}
	}
	return t
}

// predictions returns what l predicts for the query set after each of the given numbers of steps.
func (t *traced) predictions(l Learner, steps []int) []autodiff.Value {
	most := 0
	for _, k := range steps {
		if k < 0 {
			panic(fmt.Sprintf("metakit: %d steps; their number must not be negative", k))
		}
		most = max(most, k)
	}
	all := l.Predict(t.meta, t.support, t.query.X, most)
	out := make([]autodiff.Value, len(steps))
	for i, k := range steps {
		out[i] = all[min(k, len(all)-1)]
	}
	return out
}

// set sets all inputs.
func (t *traced) set(ws *autodiff.Workspace, meta []float64, e *Episode) {
	ws.Set(t.metaIn, meta)
	t.setEpisode(ws, e)
}

// setEpisode sets the inputs that hold the sets.
func (t *traced) setEpisode(ws *autodiff.Workspace, e *Episode) {
	ws.Set(t.inputs[0], flat(e.Support.X))
	ws.Set(t.inputs[1], flat(e.Support.Y))
	ws.Set(t.inputs[2], flat(e.Query.X))
	ws.Set(t.inputs[3], flat(e.Query.Y))
}

// flat returns the entries of m, row-major; those of a part of a wider matrix are copied.
func flat(m *mat.Dense) []float64 {
	raw := m.RawMatrix()
	if raw.Stride != raw.Cols {
		raw = mat.DenseCopyOf(m).RawMatrix()
	}
	return raw.Data
}

func (t *traced) checkMeta(what string, meta []float64) {
	if len(meta) != t.size {
		panic(fmt.Sprintf("metakit: %s: %d meta-parameters, the learner has %d", what, len(meta), t.size))
	}
}

// MetaGradient returns what the learner's [Learner.MetaGradient] is for one episode, in float64.
func MetaGradient(l Learner, meta []float64, e *Episode) (loss float64, gradient []float64) {
	t := traceInputs(l, e.Size())
	t.checkMeta("MetaGradient", meta)
	lossOut, gradientOut := l.MetaGradient(t.meta, t.support, t.query)
	ws := autodiff.Compile(lossOut, gradientOut).NewWorkspace()
	t.set(ws, meta, e)
	ws.Run()
	return ws.Scalar(lossOut), ws.Read(gradientOut, nil)
}
