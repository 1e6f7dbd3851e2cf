package mtlkit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/team"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// ErrDiverged tells that a loss, a parameter, or what is remembered from step to step became NaN or infinite.
var ErrDiverged = errors.New("no longer finite")

// errGivenUp tells that a context ended while a step, or an evaluation, was under way.
var errGivenUp = errors.New("given up")

const advice = "lower the learning rate, clip the gradient or scale the data"

// A step is the training step: [step.take], from the batch to the new parameters. Its slices are overwritten by the
// next step.
type step struct {
	t        *Trainer
	copier   team.Copier // of parameters
	samplers []*sampler  // of the batches: one, or as many as a balance.BatchAggregator wants
	model    *traced
	users    users // of the parameters
	balance  balance.State
	optimize *nn.Optimizer

	scalarizer balance.Scalarizer // nil where the balancer is an aggregator
	after      balance.AfterStep  // nil where it does not look at the losses again

	losses, weights []float64 // of each task; weights are NaN if the aggregator does not tell any
	absent          []bool    // the tasks without a label in the batch
	grad            []float64 // what the step goes against
	sound           bool      // the losses were finite
	held            []bool    // matrices that stay as they are, since only absent tasks use them
	norms, cosines  []float64 // of the task gradients, and of each pair of them, when they are looked at

	// The programs. A scalarizer of fixed weights needs the main one alone; another one needs the losses before it knows
	// the weights, which costs a second pass forward, less than a pass back for each task.
	main      *autodiff.Workspace   // a gradient by all parameters of the weighted losses; or of each loss, and the losses
	forward   *autodiff.Workspace   // the losses
	program   *autodiff.Program     // of main
	programs  []*autodiff.Workspace // these, and the one that carries a direction back from the representation
	loaded    bool                  // the batch that is all the data
	placed    bool                  // the batch lies in main, the only program
	weightsO  autodiff.Output       // input of main
	fixed     []float64             // weights that main has in it, in their place
	whole     wholeGradient         // for a scalarizer that of the weighted losses, for an aggregator that of the penalties
	penalty   []float64             // gradient
	next      []autodiff.Output     // outputs of main: the running statistics after the step, by its last batch
	later     []float64             // the losses of a batch, and after the step
	compacted []float64             // losses and weights of the tasks that are present

	memoryWas, optimizerWas []float64 // before the step: what balancer and optimiser remembered, if it may be given up later

	gradients // by shared and by own parameters, of each loss: for an aggregator, and when they are looked at
}

// take takes step n of the training: it changes theta and statistics in place. After an error they mean nothing; sound
// then tells whether the losses were finite before the step. The error is errGivenUp if ctx ended in the midst of it:
// all that the step itself keeps is then as it was before.
func (s *step) take(ctx context.Context, n int, theta, statistics []float64) error {
	s.sound = true
	s.memoryWas, s.optimizerWas = s.memoryWas[:0], s.optimizerWas[:0]
	// The batch. Tasks without a label in it sit this step out: the balancer is not told of them, and what is theirs
	// alone stays as it is.
	s.deal(n)
	if s.present() == 0 {
		clear(s.weights)
		clear(s.norms)
		clear(s.cosines)
		return nil
	}

	// Losses, and the direction that the balancer makes of them or of their gradients.
	for _, ws := range s.programs {
		ws.SetNoise(s.t.Seed, uint64(n), 0)
		ws.Set(s.model.thetaO, theta)
		s.model.setStatistics(ws, statistics)
		s.model.setScheduled(ws, n)
	}
	var err error
	if s.scalarizer != nil {
		err = s.weighLosses(ctx)
	} else {
		err = s.weighGradients(ctx, n)
	}
	if err != nil {
		return err
	}

	// The optimiser. A schedule knows the step by its number.
	factor := 1.0
	if s.t.Schedule != nil {
		factor = s.t.Schedule.Factor(n)
	}
	var held []bool
	if len(s.balance.Present) < len(s.losses) {
		s.users.hold(s.held, s.absent)
		held = s.held
	}
	if s.after != nil {
		s.optimizerWas = s.optimize.AppendState(s.optimizerWas)
	}
	if err := s.optimize.Step(theta, s.grad, factor, held); err != nil {
		return fmt.Errorf("the losses %v are finite, but: %w: %w", s.losses, ErrDiverged, err)
	}

	// What else a step changes: running statistics, and the state of a balancer that looks at the losses again.
	for k, next := range s.next {
		size := s.model.statistics[k].Size()
		s.main.Read(next, statistics[:size])
		if !finite(statistics[:size]) {
			return fmt.Errorf("the running statistic %v is %w; %s", s.model.statistics[k].Shape, ErrDiverged, advice)
		}
		statistics = statistics[size:]
	}
	if s.after != nil {
		if err := s.lookAgain(ctx, theta); err != nil {
			return err
		}
	}
	if !finite(s.balance.Memory) {
		return fmt.Errorf("what %T remembers is %w; %s", s.t.Balance, ErrDiverged, advice)
	}
	return nil
}

// deal fills the batches of step n and notes who is absent.
func (s *step) deal(n int) {
	perEpoch := s.samplers[0].steps
	clear(s.absent)
	for _, from := range s.samplers {
		if !s.loaded {
			from.fill(n/perEpoch, n%perEpoch)
		}
		for i, count := range from.counts {
			s.absent[i] = s.absent[i] || count == 0
		}
	}
	if s.loaded {
		return
	}
	s.loaded = s.samplers[0].whole
	if s.placed {
		return
	}
	for _, ws := range s.programs {
		s.model.set(ws, &s.samplers[0].batch)
	}
}

// present tells the balancer which tasks are present, and returns how many.
func (s *step) present() int {
	list := s.balance.Present[:0]
	for i, absent := range s.absent {
		if !absent {
			list = append(list, i)
		}
	}
	s.balance.Present = list
	return len(list)
}

// weighLosses makes grad the gradient of the losses as a scalarizer weighs them, penalties included.
func (s *step) weighLosses(ctx context.Context) error {
	b := s.scalarizer
	from := s.main
	if s.forward != nil {
		from = s.forward
	}
	if from.RunContext(ctx) != nil {
		return s.giveUp()
	}
	from.Read(s.model.losses, s.losses)
	if err := s.checkLosses(from, s.losses); err != nil {
		return err
	}
	if s.forward != nil {
		s.memoryWas = append(s.memoryWas, s.balance.Memory...)
	}
	losses, weights := s.compact(s.losses), s.compacted[len(s.losses):][:len(s.balance.Present)]
	if v := b.Scalarize(weights, losses, s.balance); notFinite(v) || !finite(weights) {
		return fmt.Errorf("%T makes %v of the losses %v, and the weights %v: %w", b, v, losses, weights, ErrDiverged)
	}
	s.noteWeights(weights)
	if s.fixed != nil && !slices.Equal(s.weights, s.fixed) {
		panic(fmt.Sprintf("mtlkit: %T: FixedWeights says that the weights are %v, Scalarize makes them %v; a balancer that "+
			"embeds another one must not take over its FixedWeights", b, s.fixed, s.weights))
	}
	if s.weightsO != nil {
		s.main.Set(s.weightsO, s.weights)
	}
	if s.forward != nil && s.main.RunContext(ctx) != nil {
		return s.giveUp()
	}
	s.whole.read(s.main, s.grad)
	if len(s.norms) > 0 {
		s.read(s.main, 0)
		s.look(s.jacobians[0])
	}
	return nil
}

// weighGradients makes grad what an aggregator makes of the task gradients: the direction by the shared parameters,
// each task's own gradient by its own, and the gradient of the penalties by all. Where nothing is shared there is
// nothing to aggregate, and own gradients are left alone.
func (s *step) weighGradients(ctx context.Context, n int) error {
	clear(s.grad)
	clear(s.losses)
	share := 1 / float64(len(s.samplers))
	for b, from := range s.samplers {
		if b > 0 {
			s.model.set(s.main, &from.batch)
			s.main.SetNoise(s.t.Seed, uint64(n), uint64(b))
		}
		if s.main.RunContext(ctx) != nil {
			return s.giveUp()
		}
		s.main.Read(s.model.losses, s.later)
		if err := s.checkLosses(s.main, s.later); err != nil {
			return err
		}
		floats.AddScaled(s.losses, share, s.later)
		if s.jacobian != nil {
			s.read(s.main, b)
		}
		s.addOwn(s.main, s.grad, share)
	}
	if s.jacobian != nil {
		if s.back != nil {
			s.memoryWas = append(s.memoryWas, s.balance.Memory...)
		}
		if err := s.aggregate(s.t.Balance, s.losses, s.balance); err != nil {
			if errors.Is(err, balance.ErrNotFinite) {
				return fmt.Errorf("%w: %w", ErrDiverged, err)
			}
			return err
		}
		if len(s.norms) > 0 {
			s.look(s.jacobians[0])
		}
		if s.carryBack(ctx, s.grad) != nil {
			return s.giveUp()
		}
	}
	s.noteWeights(s.aggregation.Weights())
	s.whole.add(s.main, s.grad, s.penalty)
	return nil
}

// giveUp brings back what balancer and optimiser remembered before the step.
func (s *step) giveUp() error {
	if len(s.memoryWas) > 0 {
		copy(s.balance.Memory, s.memoryWas)
	}
	if len(s.optimizerWas) > 0 {
		if err := s.optimize.SetState(s.optimizerWas); err != nil {
			panic(err) // it was a state of this optimiser
		}
	}
	return errGivenUp
}

// noteWeights notes the weights of the tasks that are present; nil is those of an aggregator that tells none.
func (s *step) noteWeights(weights []float64) {
	clear(s.weights)
	for k, i := range s.balance.Present {
		s.weights[i] = math.NaN()
		if weights != nil {
			s.weights[i] = weights[k]
		}
	}
}

// lookAgain shows a balancer the losses of the same batch after the step.
func (s *step) lookAgain(ctx context.Context, theta []float64) error {
	s.forward.Set(s.model.thetaO, theta)
	if s.forward.RunContext(ctx) != nil {
		return s.giveUp()
	}
	s.forward.Read(s.model.losses, s.later)
	if err := s.checkLosses(s.forward, s.later); err != nil {
		s.sound = true // those before the step were
		return err
	}
	s.after.AfterStep(s.compact(s.later), s.balance)
	return nil
}

// checkLosses returns an error that names the first task whose loss is not finite, and where in the workspace that
// computed it the first number was not.
func (s *step) checkLosses(ws *autodiff.Workspace, losses []float64) error {
	for i, l := range losses {
		if notFinite(l) {
			s.sound = false
			where := ""
			if fault, ok := ws.NotFinite(); ok {
				where = fmt.Sprintf(" (%v)", fault)
			}
			return fmt.Errorf("task %q: loss %v is %w%s; %s", s.t.Tasks[i].Name, l, ErrDiverged, where, advice)
		}
	}
	return nil
}

// compact returns the entries of the tasks that are present. If all are, those are the values themselves.
func (s *step) compact(values []float64) []float64 {
	if len(s.balance.Present) == len(values) {
		return values
	}
	for k, i := range s.balance.Present {
		s.compacted[k] = values[i]
	}
	return s.compacted[:len(s.balance.Present)]
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

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }
