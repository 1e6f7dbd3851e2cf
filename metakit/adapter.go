package metakit

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/settings"
	"kindred/nn"
)

// An Adapter puts to use what was meta-learned: it is given a support set and predicts. What it compiles for a size of
// support set and of query it keeps, so that the next prediction of that size only computes. It may be used by several
// goroutines at once, and must not be copied.
type Adapter struct {
	learner          Learner
	meta, statistics []float64
	steps            []int

	mu    sync.Mutex
	ready map[Size]*prepared
}

// A prepared is what an adapter compiled for a size.
type prepared struct {
	*traced
	predictions []autodiff.Value
	outputs     []autodiff.Output // the same, boxed once
	pool        pool
}

// NewAdapter returns an adapter for meta-parameters and running statistics, those of a [Run], that predicts after each
// of the given numbers of steps of adaptation; 0 alone for a learner that does not adapt in steps. The statistics are
// nil for a learner that has none. All is copied. It panics if the meta-parameters are not as many as the learner's, or
// not finite.
func NewAdapter(l Learner, meta, statistics []float64, steps ...int) *Adapter {
	checkLearner("NewAdapter", l)
	checkNumbers("NewAdapter", steps)
	if size := nn.Size(l.Shapes()); len(meta) != size {
		panic(fmt.Sprintf("metakit: NewAdapter: %d meta-parameters, the learner has %d", len(meta), size))
	}
	for _, v := range [][]float64{meta, statistics} {
		if k := slices.IndexFunc(v, notFinite); k >= 0 {
			panic(fmt.Sprintf("metakit: NewAdapter: number %d of %d is %v; all must be finite", k, len(v), v[k]))
		}
	}
	return &Adapter{learner: settings.Copy(l), meta: slices.Clone(meta), statistics: slices.Clone(statistics),
		steps: slices.Clone(steps), ready: map[Size]*prepared{}}
}

// Predict returns the predictions at x, adapted to a support set, after each of the adapter's numbers of steps. The
// error names a number of the data that is not finite, or a label that the loss does not take. It is an [ErrDiverged],
// beside the predictions as they are, if one of these is not finite, as after steps that diverge or of a system that is
// singular: it names the first of them and the operation that made it so. It panics if the shapes do not fit each
// other, or the learner.
func (a *Adapter) Predict(support Set, x *mat.Dense) ([]*mat.Dense, error) {
	p := a.prepare("Adapter.Predict", support, x)
	if err := p.check(support, x); err != nil {
		return nil, fmt.Errorf("metakit: Adapter.Predict: %w", err)
	}
	ws := p.pool.get()
	defer p.pool.put(ws)
	p.set(ws, support, x)
	if err := compute(context.Background(), ws); err != nil {
		return nil, fmt.Errorf("metakit: Adapter.Predict: %w", err)
	}
	out := make([]*mat.Dense, len(p.predictions))
	for i, v := range p.predictions {
		out[i] = mat.NewDense(v.Rows(), v.Cols(), nil)
		ws.Read(p.outputs[i], out[i].RawMatrix().Data)
	}
	for i, m := range out {
		if k := slices.IndexFunc(m.RawMatrix().Data, notFinite); k >= 0 {
			cols := m.RawMatrix().Cols
			return out, diverged(fmt.Sprintf("Adapter.Predict: after %d steps the prediction in row %d, column %d is %v",
				a.steps[i], k/cols, k%cols, m.At(k/cols, k%cols)), ws)
		}
	}
	return out, nil
}

// Adapt returns what the learner makes of a support set, a copy of it: a function of x, the prediction after the last
// of the adapter's numbers of steps. It adapts at every call, as the support set may meet x on the way, in attention or
// in statistics of both; so ask for many rows at once. The error is that of [Adapter.Predict].
func (a *Adapter) Adapt(support Set) (func(x *mat.Dense) (*mat.Dense, error), error) {
	if empty(support.X) || empty(support.Y) {
		panic("metakit: Adapter.Adapt: X or Y of the support set is nil or empty")
	}
	support = Set{mat.DenseCopyOf(support.X), mat.DenseCopyOf(support.Y)}
	if _, err := a.Predict(support, support.X); err != nil {
		return nil, err
	}
	return func(x *mat.Dense) (*mat.Dense, error) {
		all, err := a.Predict(support, x)
		if err != nil {
			return nil, err
		}
		return all[len(all)-1], nil
	}, nil
}

// A Shown is a value that a network showed through its trace, such as attention (see [nn.Trace.Show]).
type Shown struct {
	Name  string
	Value *mat.Dense
}

// Shown returns what the learner's networks show while they adapt to a support set, in the most of the adapter's
// numbers of steps, and predict at x. It compiles anew at every call. The error is that of [Adapter.Predict].
func (a *Adapter) Shown(support Set, x *mat.Dense) ([]Shown, error) {
	a.mustBe("Adapter.Shown")
	size := sizeOf("Adapter.Shown", support, x)
	p := &prepared{traced: newTraced("Adapter.Shown", a.learner, size, false)}
	p.ask("Adapter.Shown", size)
	p.predict(slices.Max(a.steps))
	p.close()
	if err := p.check(support, x); err != nil {
		return nil, fmt.Errorf("metakit: Adapter.Shown: %w", err)
	}
	if err := p.checkMeta("Adapter.Shown", a.meta, a.statistics); err != nil {
		return nil, err
	}
	values := p.trace.Shown()
	if len(values) == 0 {
		return nil, nil
	}
	var outputs []autodiff.Output
	for _, s := range values {
		outputs = append(outputs, s.Value)
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	p.setState(ws, a.meta, a.statistics, 0)
	ws.SetNoise(0, 0, 0)
	p.set(ws, support, x)
	if err := compute(context.Background(), ws); err != nil {
		return nil, fmt.Errorf("metakit: Adapter.Shown: %w", err)
	}
	out := make([]Shown, len(values))
	for i, s := range values {
		out[i] = Shown{s.Name, mat.NewDense(s.Value.Rows(), s.Value.Cols(), ws.Read(s.Value, nil))}
	}
	return out, nil
}

// Predict returns what the learner predicts at x, adapted to a support set, after each of the given numbers of steps.
// It is for a look: it compiles at every call, which an [Adapter] does once. Errors, and what is returned beside them,
// are those of [Adapter.Predict].
func Predict(l Learner, meta []float64, support Set, x *mat.Dense, steps []int) ([]*mat.Dense, error) {
	return NewAdapter(l, meta, nil, steps...).Predict(support, x)
}

// mostSizes is how many sizes an adapter keeps what it compiled for. One that is asked for ever other numbers of query
// points must not grow without end.
const mostSizes = 64

// prepare returns what is compiled for a size.
func (a *Adapter) prepare(what string, support Set, x *mat.Dense) *prepared {
	a.mustBe(what)
	size := sizeOf(what, support, x)
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, ok := a.ready[size]; ok {
		return p
	}
	p := &prepared{traced: newTraced(what, a.learner, size, false)}
	p.ask(what, size)
	p.predictions = p.after(a.steps)
	p.close()
	if err := p.checkMeta(what, a.meta, a.statistics); err != nil {
		panic(err.Error())
	}
	for _, v := range p.predictions {
		p.outputs = append(p.outputs, v)
	}
	p.pool.program = autodiff.Compile(p.outputs...)
	p.pool.ready = func(ws *autodiff.Workspace) {
		p.setState(ws, a.meta, a.statistics, 0)
		ws.SetNoise(0, 0, 0)                                    // of a learner that is not without noise in evaluation
		ws.Set(p.sets[3], make([]float64, size.Query*size.Out)) // no prediction needs it
	}
	if len(a.ready) == mostSizes {
		clear(a.ready)
	}
	a.ready[size] = p
	return p
}

func (a *Adapter) mustBe(what string) {
	if a == nil || a.learner == nil {
		panic("metakit: " + what + ": the adapter has no learner; NewAdapter makes one that has")
	}
}

func (p *prepared) check(support Set, x *mat.Dense) error {
	err := checkMatrix("support X", support.X, nil)
	if err == nil {
		err = checkMatrix("support Y", support.Y, p.label)
	}
	if err == nil {
		err = checkMatrix("x", x, nil)
	}
	return err
}

func (p *prepared) set(ws *autodiff.Workspace, support Set, x *mat.Dense) {
	ws.Set(p.sets[0], flat(support.X))
	ws.Set(p.sets[1], flat(support.Y))
	ws.Set(p.sets[2], flat(x))
}

// sizeOf returns the size of an episode with that support set and those query inputs. It panics if they do not fit each
// other.
func sizeOf(what string, support Set, x *mat.Dense) Size {
	if empty(support.X) || empty(support.Y) || empty(x) {
		panic("metakit: " + what + ": x, or X or Y of the support set, is nil or empty")
	}
	rows, in := support.X.Dims()
	labels, out := support.Y.Dims()
	queries, cols := x.Dims()
	if rows != labels || in != cols {
		panic(fmt.Sprintf("metakit: %s: support X %d×%d and Y %d×%d and x %d×%d do not fit each other",
			what, rows, in, labels, out, queries, cols))
	}
	return Size{rows, queries, in, out}
}
