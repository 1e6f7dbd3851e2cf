package mtlkit

import (
	"fmt"

	"kindred/autodiff"
)

// A traced model has an input for everything in a [batch], and the tasks' outputs and losses as functions of it. The
// inputs are kept as outputs of package autodiff too, so that setting them allocates nothing.
type traced struct {
	graph  *autodiff.Graph
	theta  autodiff.Params
	thetaO autodiff.Output
	xs     []autodiff.Value // the inputs of each task
	x      []autodiff.Output
	y      []autodiff.Output
	share  []autodiff.Output
	out    []autodiff.Value
	loss   []autodiff.Value
	losses autodiff.Output // all of them, 1×m

	representation autodiff.Value // that the heads share, if it was asked for
}

// trace traces the tasks' losses on batches like b. A task's loss is the mean over its labelled rows, 0 if it has none.
// outputs traces each task's output from the parameters and inputs.
func trace(shapes []autodiff.Shape, tasks []Task, b *batch, rows func(task int) int,
	outputs func(t *traced) []autodiff.Value) *traced {
	g := autodiff.New()
	t := &traced{graph: g, theta: g.Params(shapes), share: make([]autodiff.Output, len(tasks))}
	t.thetaO = t.theta
	for j, x := range b.x {
		v := g.Input(fmt.Sprintf("x%d", j+1), rows(j), len(x)/rows(j))
		t.xs, t.x = append(t.xs, v), append(t.x, v)
	}
	for len(t.xs) < len(tasks) {
		t.xs = append(t.xs, t.xs[0])
	}
	t.out = outputs(t)
	for i, task := range tasks {
		n := rows(i)
		y := g.Input("labels of "+task.Name, n, len(b.y[i])/n)
		t.y = append(t.y, y)
		loss := task.Loss.PerRow(t.out[i], y)
		if b.share[i] == nil {
			loss = loss.Mean()
		} else {
			share := g.Input("shares of "+task.Name, n, 1)
			t.share[i] = share
			loss = loss.Mul(share).Sum()
		}
		t.loss = append(t.loss, loss)
	}
	t.losses = autodiff.ConcatCols(t.loss...)
	return t
}

// set copies a batch into a workspace.
func (t *traced) set(ws *autodiff.Workspace, b *batch) {
	for j, x := range t.x {
		ws.Set(x, b.x[j])
	}
	for i, y := range t.y {
		ws.Set(y, b.y[i])
		if t.share[i] != nil {
			ws.Set(t.share[i], b.share[i])
		}
	}
}
