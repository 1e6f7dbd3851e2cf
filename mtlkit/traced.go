package mtlkit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/nn"
)

// A traced model has an input for everything that a step or an evaluation puts in, and the tasks' outputs and losses as
// functions of it. Inputs are kept as outputs of package autodiff too, so that setting them allocates nothing.
type traced struct {
	graph  *autodiff.Graph
	trace  *nn.Trace
	theta  autodiff.Params
	thetaO autodiff.Output
	xs     []autodiff.Value // the inputs of each task
	x      []autodiff.Output
	y      []autodiff.Output
	share  []autodiff.Output // what each row, or label, counts for in the mean; nil for tasks in which all count alike
	out    []autodiff.Value
	loss   []autodiff.Value
	losses autodiff.Output // all of them, 1×m

	representation autodiff.Value // that the heads share, if it was asked for

	scheduled   []nn.Scheduled
	scheduledO  []autodiff.Output
	statistics  []*nn.Statistic
	statisticsO []autodiff.Output
	statisticAt []int // where each begins in the vector of all
}

// traceStep traces the tasks' losses on batches like b. A task's loss is the mean over its labelled rows, or labels, as
// they are weighed (see Data), 0 if it has none.
func traceStep(t *Trainer, from *sampler) *traced {
	g := autodiff.New()
	tr := &traced{graph: g, trace: nn.NewTrace(g, true), theta: g.Params(t.Model.Shapes()),
		share: make([]autodiff.Output, len(t.Tasks))}
	tr.thetaO = tr.theta
	tr.trace.Freeze(nn.Frozen(t.Model.Shapes(), t.Groups...)...)
	for j, x := range from.x {
		v := g.Input(fmt.Sprintf("x%d", j+1), from.rowsOf(j), len(x)/from.rowsOf(j))
		tr.xs, tr.x = append(tr.xs, v), append(tr.x, v)
	}
	for len(tr.xs) < len(t.Tasks) {
		tr.xs = append(tr.xs, tr.xs[0])
	}
	if t.ByRepresentation {
		tr.encode(t.Model.(Encoder))
	} else {
		tr.out = t.Model.Apply(tr.trace, tr.theta, tr.xs)
	}
	checkOutputs(t.Model, t.Tasks, tr.xs, tr.out)
	for i, task := range t.Tasks {
		n := from.rowsOf(i)
		y := g.Input("labels of "+task.Name, n, len(from.y[i])/n)
		tr.y = append(tr.y, y)
		var loss autodiff.Value
		if from.labels[i].apart {
			loss = task.perLabel(tr.out[i], y)
		} else {
			loss = task.Loss.PerRow(tr.out[i], y)
		}
		if from.share[i] == nil {
			loss = loss.Mean()
		} else {
			share := g.Input("shares of "+task.Name, len(from.share[i]), 1)
			tr.share[i] = share
			loss = loss.Mul(share).Sum()
		}
		tr.loss = append(tr.loss, loss)
	}
	tr.losses = autodiff.ConcatCols(tr.loss...)
	tr.closeDoor()
	return tr
}

// encode traces a model whose tasks share their inputs, and keeps the representation.
func (tr *traced) encode(m Encoder) {
	layers := m.Encode(tr.trace, tr.theta, tr.xs[0])
	tr.representation = layers[len(layers)-1]
	z := make([]autodiff.Value, len(tr.xs))
	for i := range z {
		z[i] = tr.representation
	}
	tr.out = m.Decode(tr.trace, tr.theta, z)
}

// closeDoor notes what came through the trace.
func (tr *traced) closeDoor() {
	tr.scheduled, tr.statistics = tr.trace.ScheduledNumbers(), tr.trace.Statistics()
	for _, s := range tr.scheduled {
		tr.scheduledO = append(tr.scheduledO, s.Value)
	}
	at := 0
	for _, s := range tr.statistics {
		tr.statisticsO = append(tr.statisticsO, s.Value)
		tr.statisticAt = append(tr.statisticAt, at)
		at += s.Size()
	}
}

// arrange takes the statistics, by their names, from a vector in which those of training lie in their order; nil leaves
// them in the order in which they were asked for. It panics at one that training does not know.
func (tr *traced) arrange(trained []*nn.Statistic) {
	if trained == nil {
		return
	}
	for k, s := range tr.statistics {
		at, known := 0, false
		for _, other := range trained {
			if other.Shape == s.Shape {
				tr.statisticAt[k], known = at, true
			}
			at += other.Size()
		}
		if !known {
			panic(fmt.Sprintf("mtlkit: the model asks for the running statistic %v in evaluation, and not in training",
				s.Shape))
		}
	}
}

// checkStatistics panics unless there are as many as the model reads.
func (tr *traced) checkStatistics(statistics []float64) {
	least := 0
	for k, s := range tr.statistics {
		least = max(least, tr.statisticAt[k]+s.Size())
	}
	if len(statistics) < least {
		panic(fmt.Sprintf("mtlkit: Predictor: %d running statistics, the model has %d; Run.Statistics are those of a run",
			len(statistics), least))
	}
}

// penalty returns the sum of the penalties, and whether there is any.
func (tr *traced) penalty() (sum autodiff.Value, ok bool) {
	for _, p := range tr.trace.Penalties() {
		if ok {
			sum = sum.Add(p.Value)
		} else {
			sum, ok = p.Value, true
		}
	}
	return sum, ok
}

// set copies the numbers of a batch into a workspace.
func (tr *traced) set(ws *autodiff.Workspace, b *batch) {
	for j, x := range tr.x {
		ws.Set(x, b.x[j])
	}
	for i, y := range tr.y {
		ws.Set(y, b.y[i])
		if tr.share[i] != nil {
			ws.Set(tr.share[i], b.share[i])
		}
	}
}

// place makes the numbers of a batch those of a workspace of float64, where it needs them: what is written to them is set.
func (tr *traced) place(ws *autodiff.Workspace, b *batch) {
	view := func(of autodiff.Output, own *[]float64) {
		if v := ws.View(of.(autodiff.Value)); v != nil {
			*own = v
		}
	}
	for j, x := range tr.x {
		view(x, &b.x[j])
	}
	for i, y := range tr.y {
		view(y, &b.y[i])
		if tr.share[i] != nil {
			view(tr.share[i], &b.share[i])
		}
	}
}

// setStatistics copies the running statistics into a workspace.
func (tr *traced) setStatistics(ws *autodiff.Workspace, statistics []float64) {
	for k, s := range tr.statistics {
		ws.Set(tr.statisticsO[k], statistics[tr.statisticAt[k]:][:s.Size()])
	}
}

// setScheduled sets the scheduled numbers to those of a step.
func (tr *traced) setScheduled(ws *autodiff.Workspace, step int) {
	for k, s := range tr.scheduled {
		one := [1]float64{s.At(step)}
		if notFinite(one[0]) {
			panic(fmt.Sprintf("mtlkit: a scheduled number of the model is %v in step %d; it must be finite", one[0], step))
		}
		ws.Set(tr.scheduledO[k], one[:])
	}
}
