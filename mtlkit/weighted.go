package mtlkit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
)

// weighted steps along the gradient of the weighted sum of the losses (see [stepper]).
type weighted struct {
	step
	balance  balance.Scalarizer
	forward  *autodiff.Workspace // computes the losses; nil when the weights are known beforehand
	backward *autodiff.Workspace // computes the gradient
	weightsO autodiff.Output     // its input of weights
	gradO    autodiff.Output
	rows     []autodiff.Output // of the Jacobian, when the gradients are looked at
	jac      *mat.Dense
	later    []float64 // the losses after the step
}

func newWeighted(t Trainer, s step, b balance.Scalarizer) *weighted {
	m := len(t.Tasks)
	w := &weighted{step: s, balance: b, later: make([]float64, m)}
	shared := owned(t.Model, s.model.theta, Shared)
	w.state = b.NewState(m, shared.Size())
	known := knownWeights(b, m)
	var total autodiff.Value
	if known != nil {
		total = weighedSum(s.model.loss, func(i int) autodiff.Value { return s.model.graph.Scalar(known[i]) })
	} else {
		weights := s.model.graph.Input("weights", 1, m)
		w.weightsO = weights
		total = weighedSum(s.model.loss, func(i int) autodiff.Value { return weights.SliceCols(i, i+1) })
	}
	w.gradO = autodiff.GradParams(total, s.model.theta)
	outputs := []autodiff.Output{w.gradO}
	if t.Diagnose {
		if shared.Len() == 0 {
			panic(fmt.Sprintf("mtlkit: Trainer: %T shares no parameters, there is nothing to diagnose", t.Model))
		}
		for _, row := range autodiff.Jacobian(s.model.loss, shared) {
			w.rows = append(w.rows, row)
		}
		outputs = append(outputs, w.rows...)
		w.jac = mat.NewDense(m, shared.Size(), nil)
	}
	if known != nil {
		w.backward = autodiff.CompileAs(t.Precision, append(outputs, s.model.losses)...).NewWorkspace()
		w.spaces = []*autodiff.Workspace{w.backward}
	} else {
		w.backward = autodiff.CompileAs(t.Precision, outputs...).NewWorkspace()
		w.forward = autodiff.CompileAs(t.Precision, s.model.losses).NewWorkspace()
		w.spaces = []*autodiff.Workspace{w.forward, w.backward}
	}
	return w
}

func weighedSum(losses []autodiff.Value, weight func(i int) autodiff.Value) autodiff.Value {
	sum := losses[0].Mul(weight(0))
	for i, loss := range losses[1:] {
		sum = sum.Add(loss.Mul(weight(i + 1)))
	}
	return sum
}

// knownWeights returns the weights of a scalarizer that gives all losses the same ones, nil for the others.
func knownWeights(b balance.Scalarizer, m int) []float64 {
	switch b.(type) {
	case balance.Equal, balance.Fixed:
		weights := make([]float64, m)
		b.Scalarize(weights, make([]float64, m), nil)
		return weights
	}
	return nil
}

func (w *weighted) next(theta []float64, epoch, k int) error {
	w.load(0, epoch, k)
	from := w.backward
	if w.forward != nil {
		from = w.forward
	}
	from.Set(w.model.thetaO, theta)
	from.Run()
	from.Read(w.model.losses, w.losses)
	if err := w.checkLosses(w.losses); err != nil {
		return err
	}
	if v := w.balance.Scalarize(w.weights, w.losses, w.state); math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%T makes %v of the losses %v: %w", w.balance, v, w.losses, ErrDiverged)
	}
	if w.forward != nil {
		w.backward.Set(w.model.thetaO, theta)
		w.backward.Set(w.weightsO, w.weights)
		w.backward.Run()
	}
	w.backward.Read(w.gradO, w.grad)
	if w.rows != nil {
		for i, row := range w.rows {
			w.backward.Read(row, w.jac.RawRowView(i))
		}
		w.look(w.jac)
	}
	return nil
}

func (w *weighted) after(theta []float64) error {
	learner, ok := w.balance.(balance.AfterStep)
	if !ok {
		return nil
	}
	w.forward.Set(w.model.thetaO, theta)
	w.forward.Run()
	w.forward.Read(w.model.losses, w.later)
	if err := w.checkLosses(w.later); err != nil {
		return err
	}
	learner.AfterStep(w.later, w.state)
	return nil
}
