package metakit

import (
	"fmt"
	"slices"

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

// A traced is a learner traced for episodes of one size: the inputs of a program.
type traced struct {
	learner        Learner
	trace          *nn.Trace
	meta           autodiff.Params
	support, query TracedSet
	size           int                   // of the flat vector of meta-parameters
	label          func(v float64) error // says what is wrong with a label

	// Known after the learner was traced:
	statistics []*nn.Statistic
	scheduled  []nn.Scheduled

	// Boxed once, so that setting them allocates nothing:
	metaIn      autodiff.Output
	sets        [4]autodiff.Output
	statisticIn []autodiff.Output
	scheduledIn []autodiff.Output
}

// newTraced declares the inputs. The learner is not traced yet.
func newTraced(what string, l Learner, s Size, training bool) *traced {
	s.check(what)
	g := autodiff.New()
	t := &traced{
		learner: l,
		trace:   nn.NewTrace(g, training),
		meta:    g.Params(l.Shapes()),
		support: TracedSet{g.Input("support x", s.Support, s.In), g.Input("support y", s.Support, s.Out)},
		query:   TracedSet{g.Input("query x", s.Query, s.In), g.Input("query y", s.Query, s.Out)},
		size:    nn.Size(l.Shapes()),
	}
	t.metaIn = t.meta
	t.sets = [4]autodiff.Output{t.support.X, t.support.Y, t.query.X, t.query.Y}
	return t
}

// stackSize returns the size of what the inputs hold.
func (t *traced) stackSize() Size {
	s, q := t.support, t.query
	return Size{s.X.Rows(), q.X.Rows(), s.X.Cols(), s.Y.Cols()}
}

// ask asks the learner, traced by itself, how many columns its predictions have, and checks that the labels go with
// them.
func (t *traced) ask(what string, s Size) {
	outputs := newTraced(what, t.learner, s, false).predict(0)[0].Cols()
	target := t.learner.Target()
	if err := target.CheckOutputs(outputs); err != nil {
		panic(fmt.Sprintf("metakit: %s: the predictions of %T: %v", what, t.learner, err))
	}
	if columns := target.Columns(outputs); columns != s.Out {
		panic(fmt.Sprintf("metakit: %s: the %d columns that %T predicts go with %d of labels; Y has %d",
			what, outputs, t.learner, columns, s.Out))
	}
	if target.Kind != nn.Number || target.Positive { // else every finite number is a label
		t.label = func(v float64) error { return target.Check(v, outputs) }
	}
}

// predict traces the learner's predictions after 0, 1, …, steps steps, or its one.
func (t *traced) predict(steps int) []autodiff.Value {
	all := t.learner.Predict(t.trace, t.meta, t.support, t.query.X, steps)
	if len(all) != 1 && len(all) != steps+1 {
		panic(fmt.Sprintf("metakit: %T.Predict returns %d predictions after %d steps; there must be %d, or 1 of a learner "+
			"that does not adapt in steps", t.learner, len(all), steps, steps+1))
	}
	for _, p := range all {
		if p.Rows() != t.query.X.Rows() {
			panic(fmt.Sprintf("metakit: %T.Predict returns %v for %d query points; there must be a row for each",
				t.learner, p, t.query.X.Rows()))
		}
	}
	return all
}

// after returns what the learner predicts after each of the given numbers of steps.
func (t *traced) after(steps []int) []autodiff.Value {
	all := t.predict(slices.Max(steps))
	out := make([]autodiff.Value, len(steps))
	for i, k := range steps {
		out[i] = all[min(k, len(all)-1)]
	}
	return out
}

// metaGradient traces what meta-training does with an episode: the loss that it reports, and the meta-gradient, of the
// loss and, with penalty, of the penalties that the networks hand out. objective is what the gradient should be that
// of.
func (t *traced) metaGradient(penalty bool) (loss, objective autodiff.Value, gradient autodiff.Params) {
	own, ok := t.learner.(OwnGradient)
	if ok {
		loss, gradient = own.MetaGradient(t.trace, t.meta, t.support, t.query)
		t.checkGradient(loss, gradient)
	} else {
		predictions := t.predict(trainingSteps(t.learner))
		loss = MeanLoss(t.learner, predictions[len(predictions)-1], t.query.Y)
	}
	objective = loss
	if penalty {
		objective = withPenalties(loss, t.trace)
	}
	switch {
	case !ok:
		gradient = autodiff.GradParams(objective, t.meta)
	case objective != loss:
		zero := loss.Graph().Scalar(0)
		gradient = gradient.Add(autodiff.GradParams(withPenalties(zero, t.trace), t.meta))
	}
	t.close()
	return loss, objective, gradient
}

func (t *traced) checkGradient(loss autodiff.Value, gradient autodiff.Params) {
	fits := loss.Size() == 1 && gradient.Len() == t.meta.Len()
	for k := 0; fits && k < gradient.Len(); k++ {
		g, p := gradient.At(k), t.meta.At(k)
		fits = g.Rows() == p.Rows() && g.Cols() == p.Cols()
	}
	if !fits {
		panic(fmt.Sprintf("metakit: %T.MetaGradient: the loss must be 1×1, and the gradient have the shapes of the "+
			"meta-parameters, %v", t.learner, t.learner.Shapes()))
	}
}

// close notes what the learner asked the trace for.
func (t *traced) close() {
	t.statistics, t.scheduled = t.trace.Statistics(), t.trace.ScheduledNumbers()
	for _, s := range t.statistics {
		t.statisticIn = append(t.statisticIn, s.Value)
	}
	for _, s := range t.scheduled {
		t.scheduledIn = append(t.scheduledIn, s.Value)
	}
}

// setEpisode sets the inputs that hold the sets.
func (t *traced) setEpisode(ws *autodiff.Workspace, e *Episode) {
	ws.Set(t.sets[0], flat(e.Support.X))
	ws.Set(t.sets[1], flat(e.Support.Y))
	ws.Set(t.sets[2], flat(e.Query.X))
	ws.Set(t.sets[3], flat(e.Query.Y))
}

// setState sets what does not change from episode to episode: meta-parameters, running statistics, laid end to end, and
// the numbers that depend on the step 0, 1, … of a training.
func (t *traced) setState(ws *autodiff.Workspace, meta, statistics []float64, step int) {
	ws.Set(t.metaIn, meta)
	for k, s := range t.statistics {
		ws.Set(t.statisticIn[k], statistics[:s.Size()])
		statistics = statistics[s.Size():]
	}
	var number [1]float64
	for k, s := range t.scheduled {
		number[0] = s.At(step)
		ws.Set(t.scheduledIn[k], number[:])
	}
}

// startStatistics returns the running statistics before the first step, laid end to end.
func (t *traced) startStatistics() []float64 {
	var values []float64
	for _, s := range t.statistics {
		values = append(values, slices.Repeat([]float64{s.Start}, s.Size())...)
	}
	return values
}

// statisticsShapes returns their names and sizes.
func (t *traced) statisticsShapes() []autodiff.Shape {
	var shapes []autodiff.Shape
	for _, s := range t.statistics {
		shapes = append(shapes, s.Shape)
	}
	return shapes
}

// checkMeta panics if the number of meta-parameters, or of running statistics, is not the learner's. It is an error if
// one of them is not finite.
func (t *traced) checkMeta(what string, meta, statistics []float64) error {
	if len(meta) != t.size {
		panic(fmt.Sprintf("metakit: %s: %d meta-parameters, the learner has %d", what, len(meta), t.size))
	}
	if want := t.startStatistics(); len(statistics) != len(want) {
		panic(fmt.Sprintf("metakit: %s: %d running statistics, the learner has %d, %v; they are those of the run that "+
			"learned the meta-parameters", what, len(statistics), len(want), t.statisticsShapes()))
	}
	for _, part := range []struct {
		name   string
		values []float64
	}{{"meta-parameter", meta}, {"running statistic", statistics}} {
		if k := slices.IndexFunc(part.values, notFinite); k >= 0 {
			return fmt.Errorf("metakit: %s: %s %d is %v; it must be finite", what, part.name, k, part.values[k])
		}
	}
	return nil
}

// flat returns the entries of m, row-major; those of a part of a wider matrix are copied.
func flat(m *mat.Dense) []float64 {
	raw := m.RawMatrix()
	if raw.Stride != raw.Cols {
		raw = mat.DenseCopyOf(m).RawMatrix()
	}
	return raw.Data
}
