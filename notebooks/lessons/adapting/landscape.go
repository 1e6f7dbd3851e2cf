package adapting

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// TwoLines are two tasks for the smallest network, a line y = w·x + b. The first line's three points are spread over −1 … 1,
// the second's crowd together, so that gradient descent finds the first soon and the second slowly.
func TwoLines() metakit.Collection {
	line := func(w, b float64, x ...float64) metakit.Set {
		var y []float64
		for _, v := range x {
			y = append(y, w*v+b)
		}
		return metakit.NewSet(len(x), x, y)
	}
	query := tasks.Midpoints(-1, 1, 10)
	return metakit.Collection{
		{Support: line(2, 0.5, -1, 0, 1), Query: line(2, 0.5, query...)},
		{Support: line(-1, -0.5, -0.3, 0, 0.3), Query: line(-1, -0.5, query...)},
	}
}

// Landscapes draws, over the two parameters of a line, the mean error of two tasks after the given numbers of inner steps,
// and the way that the exact meta-gradient, the first-order one and Reptile's take downhill from one start.
func Landscapes(tasks metakit.Collection, rate float64, steps ...int) plots.Figure {
	net := nn.MLP{Widths: []int{1, 1}}
	var panels []plots.Panel
	var best []float64 // the w of the least error of each map
	for _, k := range steps {
		exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: k, Inner: nn.SGD{Rate: rate}}
		first := exact
		first.FirstOrder = true
		reptile := metakit.Reptile{Network: net, Loss: nn.SquaredError{}, Steps: k, Inner: nn.SGD{Rate: rate}, OverRate: true}
		field := plots.Field{
			Title: "after " + stepped(k), X: "w", Y: "b", Z: "mean error",
			Grid: plots.Grid{X: plots.Range{-2.5, 3}, Y: plots.Range{-2, 2.5}, Columns: 56, Rows: 46},
			LogZ: true, ZLim: plots.Range{0.03, 10}, Contours: []float64{0.03, 0.1, 0.3, 1, 3, 10},
			Points: []plots.Points{
				{Name: "quick task's line", X: []float64{2}, Y: []float64{0.5}},
				{Name: "slow task's line", Role: plots.Purple, X: []float64{-1}, Y: []float64{-0.5}},
			},
		}
		field.Grid.Z = landscape(exact, tasks, field.Grid)
		ws, _ := field.Grid.Places()
		best = append(best, ws[floats.MinIdx(field.Grid.Z)])
		learners := []metakit.Learner{exact, first, reptile}
		if k == 0 {
			learners = learners[:1] // without a step there is one gradient
		}
		for _, l := range learners {
			field.Paths = append(field.Paths, walk(l, tasks))
		}
		panels = append(panels, field)
	}
	return plots.Panels{
		Title: lessons.Minus(fmt.Sprintf("The best start moves from w = %.1f to %.1f; the quick task has 2, the slow one -1", best[0],
			best[len(best)-1])),
		Subtitle: fmt.Sprintf("mean error of two tasks after inner steps of rate %g from y = w·x + b, and three ways downhill from (−2, 2)", rate),
		Panels:   panels,
	}.Figure("Maps of the mean error of two tasks over the parameters of a line, for several numbers of inner steps. The minimum " +
		"moves, and the paths of MAML, first order and Reptile lead to different places.")
}

// walk takes 3,000 steps of meta-training from w = −2, b = 2.
func walk(l metakit.Learner, tasks metakit.Collection) plots.Path {
	run, err := metakit.Training{
		Learner: l, Tasks: tasks, MetaBatch: len(tasks), Iterations: 3000, Optimizer: nn.SGD{Rate: 0.2},
	}.Start()
	if err != nil {
		panic(err) // only a checkpoint can be at fault, and this training keeps none
	}
	copy(run.Meta, []float64{-2, 2})
	path := plots.Path{Name: nameOf(l), Role: roleOf(l), X: []float64{run.Meta[0]}, Y: []float64{run.Meta[1]}}
	for _, err := range run.Steps(context.Background()) {
		if err != nil {
			break // the inner steps were too large: the way ends where it left the plane
		}
		path.X, path.Y = append(path.X, run.Meta[0]), append(path.Y, run.Meta[1])
	}
	return path
}

// landscape returns the mean error of the tasks after the learner's steps, at every place of the grid.
func landscape(l metakit.MAML, tasks metakit.Collection, grid plots.Grid) []float64 {
	g := autodiff.New()
	meta := g.Params(l.Shapes())
	var errors []autodiff.Value
	for _, e := range tasks {
		traced := func(set metakit.Set) metakit.TracedSet {
			n := set.X.RawMatrix().Rows
			return metakit.TracedSet{X: g.Const(n, 1, column(set.X)), Y: g.Const(n, 1, column(set.Y))}
		}
		support, query := traced(e.Support), traced(e.Query)
		errors = append(errors, metakit.MeanLoss(l, l.Predict(nil, meta, support, query.X, l.Steps)[l.Steps], query.Y))
	}
	mean := autodiff.ConcatCols(errors...).Mean()
	ws := autodiff.Compile(mean).NewWorkspace()
	w, b := grid.Places()
	z := make([]float64, len(w))
	for i := range z {
		ws.Set(meta, []float64{w[i], b[i]})
		ws.Run()
		z[i] = ws.Scalar(mean)
	}
	return z
}
