package mtlkit

import (
	"fmt"
	"math"

	"kindred/autodiff"
)

// A Lookahead tells what a step along the gradient of one task would do to the loss of every task, without taking it.
// [Run.Lookahead] makes one. It is what inter-task affinity is measured with (see package relate).
//
// It must not be used while its run trains.
type Lookahead struct {
	run      *Run
	batches  *sampler
	model    *traced
	shared   []span              // where in the vector of all parameters the shared ones lie
	rows     autodiff.Output     // the losses' gradients by these, row after row; nil if there are none
	main     *autodiff.Workspace // losses and rows
	forward  *autodiff.Workspace // losses
	theta    []float64           // where a step would lead to
	gradient []float64           // the rows
}

// Lookahead compiles what it takes to look ahead from where the run stands, now and later.
func (r *Run) Lookahead() *Lookahead {
	r.check("Lookahead")
	t, from := &r.trainer, r.step.samplers[0]
	l := &Lookahead{run: r, batches: newSampler(t.Data, t.Tasks, from.rows, t.Seed, from.stream, from.of)}
	l.model = traceStep(t, l.batches)
	u := usersOf(l.model.theta, l.model.loss)
	outputs := []autodiff.Output{l.model.losses}
	if shared := pick(l.model.theta, u.shared()); shared.Len() > 0 {
		var rows autodiff.Params
		for _, row := range autodiff.Jacobian(l.model.loss, shared) {
			rows = rows.Join(row)
		}
		l.rows, outputs = rows, append(outputs, rows)
		l.shared = spansOf(t.Model.Shapes(), u.shared())
		l.gradient = make([]float64, len(t.Tasks)*shared.Size())
	}
	l.main = autodiff.CompileAs(t.Precision, outputs...).NewWorkspace()
	l.forward = autodiff.CompileAs(t.Precision, l.model.losses).NewWorkspace()
	return l
}

// At looks ahead from where the run stands now, on the batch of the step that comes next, with its noise. before[j] is
// the loss of task j there, and after[i][j] what it would be after the step
//
//	θₛ ← θₛ − rate·∇Lᵢ(θₛ)
//
// of the parameters that tasks share, along the gradient of task i alone; each task's own parameters, running
// statistics and what optimiser and balancer remember stay as they are, and so does the run. Where no parameter is
// shared, after is before. A task without a label in the batch has NaN in its row and its column. Numbers may be
// infinite where a rate is too high. It panics unless the rate is positive and finite.
func (l *Lookahead) At(rate float64) (before []float64, after [][]float64) {
	if l == nil || l.run == nil {
		panic("mtlkit: Lookahead.At: the lookahead was not made; Run.Lookahead makes one")
	}
	l.run.check("Lookahead")
	if !(rate > 0) || math.IsInf(rate, 1) {
		panic(fmt.Sprintf("mtlkit: Lookahead.At: the rate is %v; it must be positive and finite", rate))
	}
	n := l.run.steps
	l.batches.fill(n/l.batches.steps, n%l.batches.steps)
	before = l.lossesOf(l.main, l.run.Theta)
	if l.rows != nil {
		l.main.Read(l.rows, l.gradient)
	}
	size := len(l.gradient) / len(before)
	for i := range before {
		if math.IsNaN(before[i]) {
			after = append(after, make([]float64, len(before)))
			fill(after[i], math.NaN())
			continue
		}
		l.theta = append(l.theta[:0], l.run.Theta...)
		row := l.gradient[i*size : (i+1)*size]
		for _, s := range l.shared {
			for k, g := range row[:s.n] {
				l.theta[s.at+k] -= rate * g
			}
			row = row[s.n:]
		}
		after = append(after, l.lossesOf(l.forward, l.theta))
	}
	return before, after
}

// lossesOf runs a program with these parameters. Tasks without a label in the batch have NaN.
func (l *Lookahead) lossesOf(ws *autodiff.Workspace, theta []float64) []float64 {
	ws.SetNoise(l.run.trainer.Seed, uint64(l.run.steps), 0)
	ws.Set(l.model.thetaO, theta)
	l.model.set(ws, &l.batches.batch)
	l.model.setStatistics(ws, l.run.Statistics)
	l.model.setScheduled(ws, l.run.steps)
	ws.Run()
	losses := ws.Read(l.model.losses, nil)
	for i, count := range l.batches.counts {
		if count == 0 {
			losses[i] = math.NaN()
		}
	}
	return losses
}
