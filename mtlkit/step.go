package mtlkit

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// ErrDiverged tells that a loss or a parameter became NaN or infinite.
var ErrDiverged = errors.New("no longer finite")

const advice = "lower the learning rate, clip the gradient or scale the data"

// A stepper computes the losses of the tasks and the direction of a step at theta, on step k of an epoch.
//
// What has to run depends on the balancer:
//
//   - The weights of Equal and Fixed are known beforehand: one program computes the losses and the gradient of their
//     weighted sum (weighted.go).
//   - The weights of other scalarizers depend on the losses: one program computes the losses, a second one, with the
//     weights as inputs, the gradient of their weighted sum. The forward pass is run twice, which costs less than a
//     backward pass for each task, and no Jacobian is stored.
//   - For an aggregator, one program computes the losses, the gradient of each by the shared parameters, which is row i
//     of the Jacobian, and the gradient of each by its task's own parameters (aggregated.go).
//   - With gradients by the shared representation the Jacobian has those as its rows, and a second program carries the
//     aggregated direction back through the shared layers.
//
// Scalarizers weigh the whole of a loss. Under an aggregator a task's own parameters follow their own gradient.
type stepper interface {
	next(theta []float64, epoch, k int) error
	// after is called with the parameters after the step.
	after(theta []float64) error
	parts() *step
}

// A step is what all steppers have in common. Its slices are overwritten by the next step.
type step struct {
	losses  []float64 // of each task
	weights []float64 // of each task's gradient; NaN where an aggregator does not tell
	grad    []float64 // the direction that a step goes against
	state   []float64 // of the balancer
	norms   []float64 // of the task gradients, when they are looked at
	cosines []float64 // of each pair of them: 1 and 2, 1 and 3, …, 2 and 3, …

	tasks    []Task
	model    *traced
	samplers []*sampler
	spaces   []*autodiff.Workspace // all that need the batch
	loaded   bool
}

func (s *step) parts() *step { return s }

// load brings a batch of a sampler into the workspaces.
func (s *step) load(stream, epoch, k int) {
	from := s.samplers[stream]
	if s.loaded && from.whole {
		return
	}
	from.fill(epoch, k)
	for _, ws := range s.spaces {
		s.model.set(ws, &from.batch)
	}
	s.loaded = true
}

// checkLosses returns an error that names the first task whose loss is not finite.
func (s *step) checkLosses(losses []float64) error {
	for i, l := range losses {
		if math.IsNaN(l) || math.IsInf(l, 0) {
			return fmt.Errorf("task %q: loss %v is %w; %s", s.tasks[i].Name, l, ErrDiverged, advice)
		}
	}
	return nil
}

// explain adds to the error of a step that a task had no label in it, if so: then its loss of 0 may be at fault.
func (s *step) explain(err error) error {
	for _, from := range s.samplers {
		if i := slices.Index(from.counts, 0); i >= 0 {
			return fmt.Errorf("%w; no row of the batch has a label of task %q, so that its loss is 0: set a larger "+
				"BatchSize, or choose a balancer that takes a loss of 0", err, s.tasks[i].Name)
		}
	}
	return err
}

// look stores the norms of the rows of jac and the cosines between them, 0 where a row is zero.
func (s *step) look(jac *mat.Dense) {
	pair := 0
	for i := range s.norms {
		s.norms[i] = floats.Norm(jac.RawRowView(i), 2)
	}
	for i := range s.norms {
		for j := i + 1; j < len(s.norms); j++ {
			s.cosines[pair] = 0
			if product := s.norms[i] * s.norms[j]; product > 0 {
				s.cosines[pair] = floats.Dot(jac.RawRowView(i), jac.RawRowView(j)) / product
			}
			pair++
		}
	}
}

// newStepper compiles what the trainer's balancer needs.
func newStepper(t Trainer) stepper {
	m := len(t.Tasks)
	streams := 1
	if b, ok := t.Balance.(balance.BatchAggregator); ok {
		streams = b.Batches()
	}
	s := step{
		losses:  make([]float64, m),
		weights: make([]float64, m),
		grad:    make([]float64, nn.Size(t.Model.Shapes())),
		tasks:   t.Tasks,
	}
	if t.Diagnose {
		s.norms, s.cosines = make([]float64, m), make([]float64, m*(m-1)/2)
	}
	for k := range streams {
		s.samplers = append(s.samplers, newSampler(t.Data, t.BatchSize, t.Seed, k, streams))
	}
	from := s.samplers[0]
	if streams > 1 && from.whole {
		panic(fmt.Sprintf("mtlkit: Trainer: %T needs %d independent batches; set a BatchSize below the number of rows",
			t.Balance, streams))
	}
	if t.ByRepresentation {
		s.model = traceRepresentation(t, from)
	} else {
		s.model = trace(t.Model.Shapes(), t.Tasks, &from.batch, from.rowsOf, func(tr *traced) []autodiff.Value {
			return apply(t.Model, t.Tasks, tr.theta, tr.xs)
		})
	}
	switch b := t.Balance.(type) {
	case balance.Scalarizer:
		return newWeighted(t, s, b)
	case balance.WeightAggregator, balance.NormLossAggregator, balance.GramAggregator, balance.GramLossAggregator, balance.JacobianAggregator,
		balance.JacobianLossAggregator, balance.BatchAggregator:
		return newAggregated(t, s)
	}
	panic(fmt.Sprintf("mtlkit: Trainer: Balance is a %T, which is neither a scalarizer nor an aggregator", t.Balance))
}

// traceRepresentation traces an [Encoder] and keeps its representation.
func traceRepresentation(t Trainer, from *sampler) *traced {
	model, ok := t.Model.(Encoder)
	if _, scalarizer := t.Balance.(balance.Scalarizer); !ok || len(t.Data.X) > 1 || scalarizer {
		panic(fmt.Sprintf("mtlkit: Trainer: ByRepresentation needs an aggregator, an Encoder and inputs that all "+
			"tasks share; Balance is a %T, Model a %T, and there are %d matrices of inputs",
			t.Balance, t.Model, len(t.Data.X)))
	}
	_, several := t.Balance.(balance.BatchAggregator)
	m := len(t.Tasks)
	remembers := len(t.Balance.NewState(m, 1)) != len(t.Balance.NewState(m, 2)) // gradients
	if several || remembers && !from.whole {
		panic(fmt.Sprintf("mtlkit: Trainer: ByRepresentation: %T sets gradients of several batches against each "+
			"other; those by the representation are of other rows in each", t.Balance))
	}
	return trace(model.Shapes(), t.Tasks, &from.batch, from.rowsOf, func(tr *traced) []autodiff.Value {
		layers := model.Encode(tr.theta, tr.xs[0])
		tr.representation = layers[len(layers)-1]
		z := make([]autodiff.Value, len(t.Tasks))
		for i := range z {
			z[i] = tr.representation
		}
		return checkOutputs(model, t.Tasks, model.Decode(tr.theta, z))
	})
}
