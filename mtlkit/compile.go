package mtlkit

import (
	"fmt"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// newStep compiles what the trainer's balancer needs.
func newStep(t *Trainer) *step {
	m, n := len(t.Tasks), nn.Size(t.Model.Shapes())
	s := &step{
		t: t, losses: make([]float64, m), weights: make([]float64, m), later: make([]float64, m), absent: make([]bool, m),
		compacted: make([]float64, 2*m), grad: make([]float64, n), held: make([]bool, len(t.Model.Shapes())),
	}
	batches := 1
	if b, ok := t.Balance.(balance.BatchAggregator); ok {
		batches = b.Batches()
	}
	rows := t.Data.batchRows(t.BatchSize, t.SizePower)
	for k := range batches {
		s.samplers = append(s.samplers, newSampler(t.Data, t.Tasks, rows, t.Seed, k, batches))
	}
	from := s.samplers[0]
	if batches > 1 && from.whole {
		panic(fmt.Sprintf("mtlkit: Trainer: %T needs %d independent batches; set a BatchSize below the number of rows",
			t.Balance, batches))
	}
	if t.ByRepresentation {
		checkRepresentation(t, from)
	}
	s.model = traceStep(t, from)
	s.users = usersOf(s.model.theta, s.model.loss)
	s.users.freeze(t.Model.Shapes(), t.Groups)
	s.optimize = nn.NewOptimizer(t.Optimizer, t.Model.Shapes(), t.Groups...)
	s.optimize.ClipNorm = t.ClipNorm
	if t.Diagnose {
		s.norms, s.cosines = make([]float64, m), make([]float64, m*(m-1)/2)
	}

	outputs := []autodiff.Output{s.model.losses}
	for _, statistic := range s.model.statistics {
		next := statistic.Next()
		s.next, outputs = append(s.next, next), append(outputs, next)
	}
	params := 0
	s.scalarizer, _ = t.Balance.(balance.Scalarizer)
	s.after, _ = t.Balance.(balance.AfterStep)
	if b := s.scalarizer; b != nil {
		for _, k := range s.users.shared() {
			params += t.Model.Shapes()[k].Size()
		}
		s.start(params)
		outputs = append(outputs, s.traceWeighted(b)...)
		if t.Diagnose {
			outputs = append(outputs, s.traceRows(t, s.model, s.users, 1)...)
		}
	} else {
		outputs = append(outputs, s.traceRows(t, s.model, s.users, batches)...)
		outputs = append(outputs, s.traceOwn(t, s.model, s.users)...)
		if penalty, ok := s.model.penalty(); ok {
			outputs = append(outputs, s.whole.traceWhole(t, s.model.theta, penalty)...)
			s.penalty = make([]float64, n)
		}
		for _, task := range t.Tasks {
			s.aggregation.Tasks = append(s.aggregation.Tasks, task.Name)
		}
		s.start(len(s.direction))
	}
	s.program = autodiff.CompileAs(t.Precision, outputs...)
	s.main = s.program.NewWorkspace()
	for _, ws := range []*autodiff.Workspace{s.main, s.forward, s.back} {
		if ws != nil {
			s.programs = append(s.programs, ws)
		}
	}
	if s.placed = len(s.programs) == 1 && batches == 1 && t.Precision == autodiff.Float64; s.placed {
		s.model.place(s.main, &from.batch)
	}
	if s.scalarizer != nil && t.Precision == autodiff.Float64 {
		if grad := s.whole.place(s.main); grad != nil {
			s.grad = grad
		}
	}
	if s.jacobian != nil {
		s.place(s.main, t.Precision, s.grad)
	}
	return s
}

// start begins the state of the balancer, for a number of shared parameters.
func (s *step) start(params int) {
	classes := make([]bool, len(s.t.Tasks))
	for i, task := range s.t.Tasks {
		classes[i] = task.classifies()
	}
	s.balance = balance.Start(s.t.Balance, balance.Setting{
		Tasks: len(s.t.Tasks), Params: params, StepsPerEpoch: s.samplers[0].steps, Classes: classes})
	s.balance.Present = make([]int, 0, len(s.t.Tasks))
}

// traceWeighted traces the gradient of the weighted losses and the penalties.
func (s *step) traceWeighted(b balance.Scalarizer) (outputs []autodiff.Output) {
	fixed, known := b.(balance.FixedWeights)
	for _, gaps := range s.samplers[0].gaps {
		known = known && !gaps // nobody is ever absent
	}
	var weights func(i int) autodiff.Value
	if known {
		s.balance.Present = nil
		s.fixed = fixed.FixedWeights(s.balance)
		s.balance.Present = make([]int, 0, len(s.fixed))
		weights = func(i int) autodiff.Value { return s.model.graph.Scalar(s.fixed[i]) }
	} else {
		input := s.model.graph.Input("weights", 1, len(s.losses))
		s.weightsO = input
		weights = func(i int) autodiff.Value { return input.SliceCols(i, i+1) }
	}
	if _, after := b.(balance.AfterStep); after || !known {
		s.forward = autodiff.CompileAs(s.t.Precision, s.model.losses).NewWorkspace()
	}
	total := s.model.loss[0].Mul(weights(0))
	for i, loss := range s.model.loss[1:] {
		total = total.Add(loss.Mul(weights(i + 1)))
	}
	if penalty, ok := s.model.penalty(); ok {
		total = total.Add(penalty)
	}
	return s.whole.traceWhole(s.t, s.model.theta, total)
}

// checkRepresentation panics unless the trainer can take gradients by the representation.
func checkRepresentation(t *Trainer, from *sampler) {
	_, encoder := t.Model.(Encoder)
	if _, scalarizer := t.Balance.(balance.Scalarizer); !encoder || len(t.Data.X) > 1 || scalarizer {
		panic(fmt.Sprintf("mtlkit: Trainer: ByRepresentation needs an aggregator, an Encoder and inputs that all "+
			"tasks share; Balance is a %T, Model a %T, and there are %d matrices of inputs",
			t.Balance, t.Model, len(t.Data.X)))
	}
	_, several := t.Balance.(balance.BatchAggregator)
	remembered := func(params int) int {
		return len(t.Balance.NewState(balance.Setting{Tasks: len(t.Tasks), Params: params}))
	}
	if several || remembered(1) != remembered(2) && !from.whole {
		panic(fmt.Sprintf("mtlkit: Trainer: ByRepresentation: %T sets gradients of several batches against each "+
			"other; those by the representation are of other rows in each", t.Balance))
	}
}
