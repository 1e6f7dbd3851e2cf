package learnedopt

import (
	"kindred/autodiff"
	"kindred/metakit"
)

// An unroll is a few steps of a rule on a problem, traced and compiled: a piece of a training.
type unroll struct {
	problems Problems
	size     metakit.Size
	steps    int

	own, theta, memory autodiff.Params // inputs; theta and memory are where the piece begins
	first              autodiff.Value  // number of its first step
	x, y, rows         autodiff.Value

	before              autodiff.Value  // 1 × steps, the loss over all rows before each step
	loss                autodiff.Value  // the mean of those after each step, or of their logarithms
	nextTheta, nextMemo autodiff.Params // where it ends
	gradient            autodiff.Params // of loss by own; theta and memory are constants to it
	program             *autodiff.Program
}

// trace compiles an unroll. With a training it computes what that follows, too.
func (p Problems) trace(what string, r Rule, size metakit.Size, steps int, learning *Training) *unroll {
	p.outputs(size)
	g := autodiff.New()
	shapes := p.Network.Shapes()
	u := &unroll{problems: p, size: size, steps: steps,
		own: g.Params(r.Shapes()), theta: g.Params(shapes), memory: g.Params(r.Memory(shapes)),
		first: g.Input("number of the first step", 1, 1),
		x:     g.Input("x", size.Support, size.In), y: g.Input("y", size.Support, size.Out)}
	if p.Batch > 0 {
		u.rows = g.Input("rows", steps*p.Batch, 1)
	}
	if learning != nil && u.own.Len() == 0 {
		panic("learnedopt: " + what + ": the rule has no parameters of its own to learn; a Trial runs one that has none")
	}
	theta, memory := u.theta, u.memory
	var losses []autodiff.Value
	for k := range steps {
		whole := metakit.SupportLoss(p.Network, p.Loss, metakit.TracedSet{X: u.x, Y: u.y})(nil, theta)
		losses = append(losses, whole)
		gradient := autodiff.GradParams(u.of(k, whole, theta), theta)
		if learning != nil && learning.FirstOrder {
			gradient = gradient.StopGradient()
		}
		memory, theta = step(r, u.own, u.first.Shift(float64(k)), memory, theta, gradient)
	}
	u.nextTheta, u.nextMemo = theta, memory
	u.before = autodiff.ConcatCols(losses...)
	outputs := []autodiff.Output{u.before, u.nextTheta}
	if memory.Len() > 0 {
		outputs = append(outputs, u.nextMemo)
	}
	if learning != nil {
		last := metakit.SupportLoss(p.Network, p.Loss, metakit.TracedSet{X: u.x, Y: u.y})(nil, theta)
		after := autodiff.ConcatCols(append(losses[1:len(losses):len(losses)], last)...)
		if learning.Log {
			after = after.Log()
		}
		u.loss = after.Mean()
		u.gradient = autodiff.GradParams(u.loss, u.own)
		outputs = append(outputs, u.loss, u.gradient)
	}
	u.program = autodiff.Compile(outputs...)
	return u
}

// of returns the loss that step k of the piece takes the gradient of.
func (u *unroll) of(k int, whole autodiff.Value, theta autodiff.Params) autodiff.Value {
	n := u.problems.Batch
	if n == 0 {
		return whole
	}
	rows := u.rows.SliceRows(k*n, (k+1)*n)
	batch := metakit.TracedSet{X: u.x.GatherRows(rows), Y: u.y.GatherRows(rows)}
	return metakit.SupportLoss(u.problems.Network, u.problems.Loss, batch)(nil, theta)
}

// A Place is where the training on one of the problems side by side stands.
type Place struct {
	Problem uint64 // its index
	Taken   int    // steps
	Length  int    // steps after which another problem follows
	Theta   []float64
	Memory  []float64
}

// memorySize returns how many numbers the rule remembers.
func (u *unroll) memorySize() int { return u.memory.Size() }

// run takes the steps of the piece from a place on, on its data, and leaves the place where they end. rows is room for
// those of the batches, and is returned.
func (u *unroll) run(ws *autodiff.Workspace, own []float64, seed uint64, e *metakit.Episode, p *Place,
	rows []float64) []float64 {
	if len(own) > 0 {
		ws.Set(u.own, own)
	}
	ws.Set(u.theta, p.Theta)
	if len(p.Memory) > 0 {
		ws.Set(u.memory, p.Memory)
	}
	ws.Set(u.first, []float64{float64(p.Taken + 1)})
	ws.Set(u.x, e.Support.X.RawMatrix().Data)
	ws.Set(u.y, e.Support.Y.RawMatrix().Data)
	if u.problems.Batch > 0 {
		rows = u.problems.rows(rows, u.size, seed, p.Problem, p.Taken, u.steps)
		ws.Set(u.rows, rows)
	}
	ws.Run()
	ws.Read(u.nextTheta, p.Theta)
	if len(p.Memory) > 0 {
		ws.Read(u.nextMemo, p.Memory)
	}
	p.Taken += u.steps
	return rows
}
