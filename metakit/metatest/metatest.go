// Package metatest holds learners, those of metakit and others, to the properties that a learner must have, and to
// those it claims. For a learner of your own:
//
//	func TestMine(t *testing.T) {
//		metatest.TestLearner(t, Mine{Network: net, Loss: nn.SquaredError{}}, tasks.NewSinusoid(5),
//			metatest.ExactGradient|metatest.OrderFree|metatest.QueriesApart)
//	}
package metatest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// A Property is something that a learner has.
type Property uint

// What every learner must have.
const (
	NoLabelLeak  Property = 1 << iota // no prediction depends on a label of the query set
	AnySize                           // the support set may have any number of points
	SameBits                          // training ends with the same bits on any number of processors
	KeepsNothing                      // Init, and a Restarter's Restart, keep and share no slice
	Resumes                           // from a checkpoint, and cancelled in a step, training goes on to the same bits
	ZeroSteps                         // before the first step it predicts finite numbers, whatever else is asked for
	NamesFaults                       // NaN in an episode is an error that names the place, and nothing learned is lost
	KeepsTheLast                      // where adaptation diverges, training ends with finite meta-parameters
	StacksAgree                       // a metakit.Stacked learner computes of many episodes what it does of each, but for rounding
)

// What a learner may claim.
const (
	ExactGradient Property = 1 << (iota + 16) // the meta-gradient is the derivative of the loss
	OrderFree                                 // the order of the support set does not matter, but for rounding
	QueriesApart                              // no query point has a part in the prediction for another, but for rounding
)

// must are the properties of every learner.
const must = NoLabelLeak | AnySize | SameBits | KeepsNothing | Resumes | ZeroSteps | NamesFaults | KeepsTheLast |
	StacksAgree

var names = []struct {
	property Property
	name     string
	check    func(c *checked) error
}{
	{NoLabelLeak, "no label leaks", (*checked).noLabelLeak},
	{AnySize, "support sets of any size", (*checked).anySize},
	{SameBits, "same bits on any number of processors", (*checked).sameBits},
	{KeepsNothing, "keeps no slice", (*checked).keepsNothing},
	{Resumes, "resumes to the same bits", (*checked).resumes},
	{ZeroSteps, "no step of adaptation", (*checked).zeroSteps},
	{NamesFaults, "data at fault", (*checked).namesFaults},
	{KeepsTheLast, "diverging adaptation", (*checked).keepsTheLast},
	{StacksAgree, "stacks of episodes", (*checked).stacksAgree},
	{ExactGradient, "exact meta-gradient", (*checked).exactGradient},
	{OrderFree, "order of the support set", (*checked).orderFree},
	{QueriesApart, "queries apart", (*checked).queriesApart},
}

func (p Property) String() string {
	var all []string
	for _, n := range names {
		if p&n.property != 0 {
			all = append(all, n.name)
			p &^= n.property
		}
	}
	if p != 0 || len(all) == 0 {
		all = append(all, fmt.Sprintf("Property(%#x)", uint(p)))
	}
	return strings.Join(all, ", ")
}

// TestLearner runs a subtest for each property that every learner must have and for each of those claimed, which fails
// with what was found against it. Episodes of d, of which a few are drawn, must suit the learner; it is asked for
// predictions after the number of steps that it trains with, and one more.
func TestLearner(t *testing.T, l metakit.Learner, d metakit.Distribution, claims Property) {
	t.Helper()
	for _, n := range names {
		if (must|claims)&n.property != 0 {
			t.Run(n.name, func(t *testing.T) {
				if err := Check(l, d, n.property); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Check returns what was found against a property, one of the constants, or nil. It panics on a property that is none.
func Check(l metakit.Learner, d metakit.Distribution, p Property) (err error) {
	if l == nil || d == nil {
		panic(fmt.Sprintf("metatest: Check: the learner is %T, the distribution %T; give both", l, d))
	}
	for _, n := range names {
		if n.property != p {
			continue
		}
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%T panics: %v", l, r)
			}
		}()
		return n.check(&checked{l, d})
	}
	panic(fmt.Sprintf("metatest: Check: %v is not one property", p))
}

// episodes is how many episodes a property is looked at.
const episodes = 5

// A checked is a learner with the tasks it is checked on.
type checked struct {
	learner metakit.Learner
	tasks   metakit.Distribution
}

func (c *checked) meta(seed uint64) []float64 {
	return slices.Clone(c.learner.Init(rand.New(rand.NewPCG(seed, 17))))
}

func (c *checked) steps() []int {
	if s, ok := c.learner.(metakit.Stepper); ok {
		return []int{0, s.TrainingSteps(), s.TrainingSteps() + 1}
	}
	return []int{0, 1}
}

// statistics returns the running statistics of the learner before training.
func (c *checked) statistics() []float64 {
	run, err := metakit.Training{Learner: c.learner, Tasks: c.tasks, MetaBatch: 1, Optimizer: nn.SGD{}}.Start()
	if err != nil {
		panic(err) // only a checkpoint can be at fault, and this training keeps none
	}
	return run.Statistics
}

// each calls f for a few episodes with meta-parameters, each of a seed of its own.
func (c *checked) each(f func(a *metakit.Adapter, meta []float64, e *metakit.Episode) error) error {
	statistics := c.statistics()
	for k := range uint64(episodes) {
		meta := c.meta(k)
		a := metakit.NewAdapter(c.learner, meta, statistics, c.steps()...)
		if err := f(a, meta, metakit.Draw(c.tasks, 3, k)); err != nil {
			return fmt.Errorf("episode %d of seed 3: %w", k, err)
		}
	}
	return nil
}

// noLabelLeak looks at the predictions that are traced beside what training does with the same query set.
func (c *checked) noLabelLeak() error {
	statistics := c.statistics()
	for k := range uint64(episodes) {
		e, meta := metakit.Draw(c.tasks, 3, k), c.meta(k)
		size := e.Size()
		g := autodiff.New()
		t := nn.NewTrace(g, false)
		theta := g.Params(c.learner.Shapes())
		input := func(name string, m *mat.Dense) autodiff.Value {
			rows, cols := m.Dims()
			return g.Input(name, rows, cols)
		}
		support := metakit.TracedSet{X: input("support x", e.Support.X), Y: input("support y", e.Support.Y)}
		query := metakit.TracedSet{X: input("query x", e.Query.X), Y: input("query y", e.Query.Y)}
		if own, ok := c.learner.(metakit.OwnGradient); ok {
			own.MetaGradient(t, theta, support, query)
		}
		all := c.learner.Predict(t, theta, support, query.X, slices.Max(c.steps()))
		var outputs []autodiff.Output
		for _, p := range all {
			outputs = append(outputs, p)
		}
		ws := autodiff.Compile(outputs...).NewWorkspace()
		ws.Set(theta, meta)
		rest := statistics
		for _, s := range t.Statistics() {
			ws.Set(s.Value, rest[:s.Size()])
			rest = rest[s.Size():]
		}
		set := func(v autodiff.Value, m *mat.Dense) { ws.Set(v, slices.Clone(mat.DenseCopyOf(m).RawMatrix().Data)) }
		set(support.X, e.Support.X)
		set(support.Y, e.Support.Y)
		set(query.X, e.Query.X)
		set(query.Y, e.Query.Y)
		ws.Run()
		before := make([][]float64, len(all))
		for i, p := range all {
			before[i] = ws.Read(p, nil)
		}
		other := mat.NewDense(size.Query, size.Out, nil)
		for i := range size.Query { // the labels of the points in the reverse order: they are labels too
			other.SetRow(i, e.Query.Y.RawRowView(size.Query-1-i))
		}
		set(query.Y, other)
		ws.Run()
		for i, p := range all {
			if after := ws.Read(p, nil); !slices.Equal(after, before[i]) {
				return fmt.Errorf("episode %d of seed 3: with other query labels, prediction %d is %v, before %v",
					k, i, after, before[i])
			}
		}
	}
	return nil
}

func (c *checked) anySize() error {
	return c.each(func(a *metakit.Adapter, meta []float64, e *metakit.Episode) error {
		size := e.Size()
		for _, n := range []int{1, 2, 3, 2*size.Support + 1} {
			part := metakit.Set{X: mat.NewDense(n, size.In, nil), Y: mat.NewDense(n, size.Out, nil)}
			for i := range n {
				part.X.SetRow(i, e.Support.X.RawRowView(i%size.Support))
				part.Y.SetRow(i, e.Support.Y.RawRowView(i%size.Support))
			}
			if _, err := a.Predict(part, e.Query.X); err != nil {
				return fmt.Errorf("%d support points: %w", n, err)
			}
			if _, _, err := metakit.MetaGradient(c.learner, meta, &metakit.Episode{Support: part, Query: e.Query}); err != nil {
				return fmt.Errorf("%d support points: %w", n, err)
			}
		}
		return nil
	})
}

func (c *checked) sameBits() error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *metakit.Run
	for _, processors := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(processors)
		r, err := metakit.Training{Learner: c.learner, Tasks: c.tasks, Iterations: 3, MetaBatch: 9,
			Optimizer: nn.NewAdam(1e-3), Seed: 5}.Run(context.Background())
		if err != nil {
			return err
		}
		if first == nil {
			first = r
		}
		if !same(r.Meta, first.Meta) || !same(r.Statistics, first.Statistics) || !same(r.History, first.History) {
			return fmt.Errorf("three iterations on %d processors end with other bits than on one", processors)
		}
	}
	return nil
}

func (c *checked) keepsNothing() error {
	draw := func(seed uint64) []float64 { return c.learner.Init(rand.New(rand.NewPCG(seed, 17))) }
	first := draw(1)
	before := slices.Clone(first)
	if draw(2); !same(first, before) {
		return errors.New("another call of Init changes what the first returned")
	}
	for i := range first {
		first[i]++
	}
	if again := draw(1); !same(again, before) {
		return errors.New("Init of the same seed returns other numbers once its first result was changed")
	}
	r, ok := c.learner.(metakit.Restarter)
	if !ok {
		return nil
	}
	restart := func(seed uint64) []float64 {
		meta := slices.Clone(before)
		r.Restart(meta, rand.New(rand.NewPCG(seed, 18)))
		return meta
	}
	first = restart(1)
	before2 := slices.Clone(first)
	if restart(2); !same(first, before2) {
		return errors.New("another call of Restart changes what the first was given")
	}
	for i := range first {
		first[i]++
	}
	if again := restart(1); !same(again, before2) {
		return errors.New("Restart of the same seed draws other numbers once its first vector was changed")
	}
	return nil
}

func (c *checked) exactGradient() error {
	return c.each(func(_ *metakit.Adapter, meta []float64, e *metakit.Episode) error {
		_, err := metakit.CheckMetaGradient(c.learner, meta, e, 1)
		return err
	})
}

func (c *checked) orderFree() error {
	return c.each(func(a *metakit.Adapter, _ []float64, e *metakit.Episode) error {
		want, err := a.Predict(e.Support, e.Query.X)
		if err != nil {
			return err
		}
		n := e.Size().Support
		turned := metakit.Set{X: mat.DenseCopyOf(e.Support.X), Y: mat.DenseCopyOf(e.Support.Y)}
		for i, from := range rand.New(rand.NewPCG(1, 1)).Perm(n) {
			turned.X.SetRow(i, e.Support.X.RawRowView(from))
			turned.Y.SetRow(i, e.Support.Y.RawRowView(from))
		}
		got, err := a.Predict(turned, e.Query.X)
		if err != nil {
			return err
		}
		return alike("with the support points in another order", got, want, func(i int) int { return i })
	})
}

func (c *checked) queriesApart() error {
	return c.each(func(a *metakit.Adapter, _ []float64, e *metakit.Episode) error {
		all, err := a.Predict(e.Support, e.Query.X)
		if err != nil {
			return err
		}
		size := e.Size()
		for i := range min(size.Query, 10) {
			alone, err := a.Predict(e.Support, mat.NewDense(1, size.In, slices.Clone(e.Query.X.RawRowView(i))))
			if err != nil {
				return err
			}
			if err := alike(fmt.Sprintf("query point %d alone", i), alone, all, func(int) int { return i }); err != nil {
				return err
			}
		}
		return nil
	})
}

// alike returns an error unless row i of got is row of(i) of want, but for rounding: sums in another order, which some
// steps of adaptation carry on.
func alike(what string, got, want []*mat.Dense, of func(i int) int) error {
	const tolerance = 1e-8
	for k := range got {
		largest := mat.Max(want[k]) - mat.Min(want[k])
		rows, cols := got[k].Dims()
		for i := range rows {
			for j := range cols {
				g, w := got[k].At(i, j), want[k].At(of(i), j)
				if !(math.Abs(g-w) <= tolerance*(math.Abs(w)+largest)) {
					return fmt.Errorf("%s, prediction %d for point %d is %v in column %d, else %v", what, k, of(i), g, j, w)
				}
			}
		}
	}
	return nil
}

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) })
}
