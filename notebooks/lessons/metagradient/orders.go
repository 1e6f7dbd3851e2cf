package metagradient

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Orders trains MAML and its first-order form side by side, from the same first weights and with the same waves.
type Orders struct {
	Network    nn.Network
	Steps      int     // inner steps
	Rate       float64 // of the inner steps
	MetaRate   float64 // of Adam
	Iterations int     // of 25 waves each
	Seeds      int
}

// A Watched training is one seed's: after each number of iterations the errors of both on new waves, and the angle
// between the exact meta-gradient and the first-order one, in degrees, where MAML stands.
type Watched struct{ Exact, First, Angle []float64 }

// looks are how often a training is looked at, its beginning included.
const looks = 11

// Run trains, seeds side by side, and returns those that are done, also when ctx ends it early.
func (o Orders) Run(ctx context.Context) ([]Watched, error) {
	all := make([]Watched, o.Seeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range all {
		group.Go(func() (err error) {
			all[seed], err = o.watch(ctx, uint64(seed))
			return err
		})
	}
	err := group.Wait()
	return slices.DeleteFunc(all, func(w Watched) bool { return len(w.First) < looks }), err
}

func (o Orders) watch(ctx context.Context, seed uint64) (w Watched, err error) {
	waves := tasks.NewSinusoid(10)
	fresh := metakit.Collect(waves, seed+1000, 25) // the waves of the angle
	learners := four(o.Network, o.Steps, o.Rate)
	compass := newCompass(waves.Size(0, 0), learners[maml], learners[firstOrder])
	for k, l := range []metakit.Learner{learners[maml], learners[firstOrder]} {
		run, err := metakit.Training{
			Learner: l, Tasks: waves, MetaBatch: 25, Iterations: o.Iterations, Optimizer: nn.NewAdam(o.MetaRate), Seed: seed,
			Precision: autodiff.Float32,
		}.Start()
		if err != nil {
			return w, err
		}
		test := metakit.Evaluation{
			Learner: l, Tasks: waves.EvenTest(15, 1), Steps: []int{o.Steps}, Precision: autodiff.Float32,
		}
		look := func() error {
			outcomes, err := test.Run(ctx, run.Meta)
			if err != nil {
				return err
			}
			if k == 1 {
				w.First = append(w.First, outcomes[0].Mean)
				return nil
			}
			w.Exact = append(w.Exact, outcomes[0].Mean)
			w.Angle = append(w.Angle, compass.angle(run.Meta, fresh))
			return nil
		}
		if err := look(); err != nil {
			return w, err
		}
		for step, err := range run.Steps(ctx) {
			if err == nil && step.Iteration*(looks-1)%o.Iterations < looks-1 {
				err = look()
			}
			if err != nil {
				return w, err
			}
		}
	}
	return w, nil
}

// A compass computes the exact meta-gradient and the first-order one of an episode.
type compass struct {
	meta           autodiff.Params
	support, query metakit.TracedSet
	gradients      [2]autodiff.Params
	ws             *autodiff.Workspace
}

func newCompass(size metakit.Size, exact, first metakit.Learner) *compass {
	g := autodiff.New()
	c := &compass{meta: g.Params(exact.Shapes())}
	c.support = metakit.TracedSet{X: g.Input("support x", size.Support, size.In), Y: g.Input("support y", size.Support, 1)}
	c.query = metakit.TracedSet{X: g.Input("query x", size.Query, size.In), Y: g.Input("query y", size.Query, 1)}
	_, c.gradients[0] = metaGradient(exact, c.meta, c.support, c.query)
	_, c.gradients[1] = metaGradient(first, c.meta, c.support, c.query)
	c.ws = autodiff.Compile(c.gradients[0], c.gradients[1]).NewWorkspace()
	return c
}

// angle returns the angle between the two, each a mean over episodes.
func (c *compass) angle(meta []float64, of metakit.Collection) float64 {
	sums := [2][]float64{make([]float64, len(meta)), make([]float64, len(meta))}
	for _, e := range of {
		c.ws.Set(c.meta, meta)
		c.ws.Set(c.support.X, e.Support.X.RawMatrix().Data)
		c.ws.Set(c.support.Y, e.Support.Y.RawMatrix().Data)
		c.ws.Set(c.query.X, e.Query.X.RawMatrix().Data)
		c.ws.Set(c.query.Y, e.Query.Y.RawMatrix().Data)
		c.ws.Run()
		for k, g := range c.gradients {
			floats.Add(sums[k], c.ws.Read(g, nil))
		}
	}
	return angle(sums[0], sums[1])
}

// Figure draws the errors over the training, and beside them the angle; in grey the medians of an earlier run, if there is
// one.
func (o Orders) Figure(all, before []Watched, earlier bool) plots.Figure {
	if len(all) == 0 {
		return plots.Curves{Title: "Stopped before a seed was done"}.Figure("No line: the training was stopped before a seed was done.")
	}
	floor := tasks.NewSinusoid(10).ZeroShotFloor()
	errors := plots.Curves{
		Title: "error after " + stepped(o.Steps), X: "meta-iteration", Y: "mean squared error", LogY: true,
		Floors: []plots.Floor{{Name: fmt.Sprintf("zero-shot %.2f", floor), Y: floor}},
	}
	turn := plots.Curves{Title: "first order's angle to MAML's gradient", X: "meta-iteration", Y: "degrees"}
	var exact, first, angles [][]float64
	var ratios []float64
	worse := 0
	for _, w := range all {
		exact, first, angles = append(exact, w.Exact), append(first, w.First), append(angles, w.Angle)
		last := len(w.Exact) - 1
		ratios = append(ratios, w.First[last]/w.Exact[last])
		if w.First[last] > w.Exact[last] {
			worse++
		}
	}
	series := func(k int, runs [][]float64) plots.Series {
		s := plots.Series{Name: names[k], Role: roles[k]}
		for i := range runs[0] {
			s.X = append(s.X, float64(i*o.Iterations/(looks-1)))
		}
		return lessons.OverSeeds(s, runs)
	}
	errors.Series = []plots.Series{series(maml, exact), series(firstOrder, first)}
	angle := series(firstOrder, angles)
	angle.Name = ""
	turn.Series = []plots.Series{angle}
	if earlier && len(before) > 0 {
		var exact, first, angles [][]float64
		for _, w := range before {
			exact, first, angles = append(exact, w.Exact), append(first, w.First), append(angles, w.Angle)
		}
		errors.Series = append(errors.Series, series(maml, exact).Ghost("before"), series(firstOrder, first).Ghost(""))
		turn.Series = append(turn.Series, series(firstOrder, angles).Ghost(""))
	}
	ratio := metakit.MeanInterval(ratios)
	return plots.Panels{
		Title: fmt.Sprintf("After %s iterations first order errs more on %s seeds", lessons.Thousands(o.Iterations),
			lessons.Of(worse, len(all))),
		Subtitle: fmt.Sprintf("inner rate %g, Adam %g; median of %d seeds, band: the middle half", o.Rate, o.MetaRate, len(all)),
		Free:     true, Panels: []plots.Panel{errors, turn},
	}.Figure("Left, line chart of the error after adaptation over the meta-iterations, of MAML and of first order. Right, the angle " +
		"between their meta-gradients at the place where MAML stands.",
	).Caption(fmt.Sprintf("First order's error in the end as a multiple of MAML's, mean [95 %%] of %d seeds: %.2f [%.2f, %.2f]. Angle "+
		"at the beginning %.0f°, in the end %.0f°.", len(all), ratio.Mean, ratio.Low, ratio.High, angle.Y[0], angle.Y[len(angle.Y)-1]))
}
