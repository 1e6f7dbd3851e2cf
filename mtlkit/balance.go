package mtlkit

import "gonum.org/v1/gonum/mat"

// A Balancer decides how the tasks of a training step are weighed against each other. It is either a [Scalarizer] or
// one of the aggregators: a [GramAggregator], [GramLossAggregator], [JacobianAggregator] or [JacobianLossAggregator].
//
// A balancer is a value that holds its configuration and nothing that changes. What it remembers from step to step
// is a slice of numbers that the caller owns, hands to every call, and saves with a checkpoint.
type Balancer interface {
	// NewState returns the state before the first step, for m tasks and n shared parameters. It is nil for a
	// balancer that remembers nothing.
	NewState(m, n int) []float64
}

// A Scalarizer turns the task losses L₁ … Lₘ, and its own state, into one loss V.
type Scalarizer interface {
	Balancer
	// Scalarize stores ∂V/∂Lᵢ in weights and returns V. It updates state by what it sees.
	Scalarize(weights, losses, state []float64) float64
}

// An AfterStep scalarizer learns from the losses of the same batch after the step was taken.
type AfterStep interface {
	Scalarizer
	AfterStep(losses, state []float64)
}

// A GramAggregator needs only gram, the m×m matrix of the inner products gᵢ·gⱼ of the task gradients. It stores in
// weights the wᵢ of the direction Σᵢ wᵢgᵢ, which a step goes against.
type GramAggregator interface {
	Balancer
	WeighGram(weights []float64, gram mat.Symmetric, state []float64)
}

// A GramLossAggregator is a [GramAggregator] that needs the task losses too.
type GramLossAggregator interface {
	Balancer
	WeighGramLoss(weights []float64, gram mat.Symmetric, losses, state []float64)
}

// A JacobianAggregator needs the task gradients themselves: row i of jac, m×n, is gᵢ. It stores the direction, of
// length n, in dst. It may not change jac.
type JacobianAggregator interface {
	Balancer
	Combine(dst []float64, jac *mat.Dense, state []float64)
}

// A JacobianLossAggregator is a [JacobianAggregator] that needs the task losses too.
type JacobianLossAggregator interface {
	Balancer
	CombineLoss(dst []float64, jac *mat.Dense, losses, state []float64)
}

// stateless is embedded by balancers that remember nothing.
type stateless struct{}

// NewState returns nil.
func (stateless) NewState(m, n int) []float64 { return nil }
