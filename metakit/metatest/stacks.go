package metatest

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// stacksAgree compares the losses and the meta-gradient of a stack of episodes with those of each.
func (c *checked) stacksAgree() error {
	l, ok := c.learner.(metakit.Stacked)
	if !ok {
		return nil
	}
	size := c.tasks.Size(3, 0)
	var stack []*metakit.Episode
	for k := range uint64(episodes) {
		if c.tasks.Size(3, k) == size {
			stack = append(stack, metakit.Draw(c.tasks, 3, k))
		}
	}
	n, meta := len(stack), c.meta(0)
	g := autodiff.New()
	t := nn.NewTrace(g, true)
	theta := g.Params(l.Shapes())
	support := metakit.TracedSet{X: g.Input("x", n*size.Support, size.In), Y: g.Input("y", n*size.Support, size.Out)}
	query := metakit.TracedSet{X: g.Input("x", n*size.Query, size.In), Y: g.Input("y", n*size.Query, size.Out)}
	losses, ok := l.StackedLosses(t, theta, support, query, n)
	if !ok {
		return nil
	}
	sum := autodiff.GradParams(losses.Sum(), theta)
	ws := autodiff.Compile(losses, sum).NewWorkspace()
	ws.Set(theta, meta)
	for _, s := range t.ScheduledNumbers() {
		ws.Set(s.Value, []float64{s.At(0)})
	}
	set := func(v autodiff.Value, of func(e *metakit.Episode) *mat.Dense) {
		var rows []float64
		for _, e := range stack {
			rows = append(rows, mat.DenseCopyOf(of(e)).RawMatrix().Data...)
		}
		ws.Set(v, rows)
	}
	set(support.X, func(e *metakit.Episode) *mat.Dense { return e.Support.X })
	set(support.Y, func(e *metakit.Episode) *mat.Dense { return e.Support.Y })
	set(query.X, func(e *metakit.Episode) *mat.Dense { return e.Query.X })
	set(query.Y, func(e *metakit.Episode) *mat.Dense { return e.Query.Y })
	ws.Run()
	together, got := ws.Read(losses, nil), ws.Read(sum, nil)
	want := make([]float64, len(meta))
	for k, e := range stack {
		loss, gradient, err := metakit.MetaGradient(c.learner, meta, e)
		if err != nil {
			return err
		}
		if math.Abs(together[k]-loss) > 1e-9*(1+math.Abs(loss)) {
			return fmt.Errorf("the loss of episode %d of seed 3 is %v; in a stack of %d it is %v", k, loss, n, together[k])
		}
		floats.Add(want, gradient)
	}
	if d := floats.Distance(got, want, math.Inf(1)); !(d <= 1e-9*(1+floats.Norm(want, math.Inf(1)))) {
		return fmt.Errorf("the meta-gradient of a stack of %d episodes differs by %v from the sum of theirs", n, d)
	}
	return nil
}
