package balance

import "gonum.org/v1/gonum/mat"

// A Balancer decides how the tasks of a training step are weighed against each other. It is either a [Scalarizer],
// which looks at the losses alone, or an aggregator, which looks at the task gradients and says by its type what of
// them it needs:
//
//	WeightAggregator        nothing
//	NormLossAggregator      the norms of the gradients, and the losses
//	GramAggregator          the inner products of the gradients
//	GramLossAggregator      those, and the losses
//	JacobianAggregator      the gradients
//	JacobianLossAggregator  the gradients and the losses
//	BatchAggregator         the gradients on several independent batches
//
// An [Aggregation] applies any of the aggregators; [Methods] lists all balancers of this package.
//
// A balancer is a value that holds its configuration and nothing that changes, so that one serves many runs at a time.
// What it remembers from step to step is a slice of numbers that the caller owns, hands to every call as state, and
// saves with a checkpoint. A random one is a function of its seed and of the number of steps, which it keeps in that
// slice. Weights, norms and losses are m numbers each; what weights or dst held before a call means nothing.
//
// Losses and gradients that come to a balancer are finite; [Aggregation] sees to it.
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

// A WeightAggregator needs nothing of the gradients g₁ … gₘ. It stores in weights the wᵢ of the direction Σᵢ wᵢgᵢ,
// which a step goes against.
type WeightAggregator interface {
	Balancer
	Weigh(weights, state []float64)
}

// A NormLossAggregator needs only the norms |gᵢ| of the task gradients and the task losses. It stores in weights the
// wᵢ of the direction Σᵢ wᵢgᵢ.
type NormLossAggregator interface {
	Balancer
	WeighNorms(weights, norms, losses, state []float64)
}

// A GramAggregator needs only gram, the m×m matrix of the inner products gᵢ·gⱼ of the task gradients. It stores in
// weights the wᵢ of the direction Σᵢ wᵢgᵢ.
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

// A BatchAggregator needs the task gradients on several batches that were drawn independently of each other, at the
// same parameters. jacs holds one m×n matrix for each of Batches() batches; it may not change them.
type BatchAggregator interface {
	Balancer
	Batches() int
	CombineBatches(dst []float64, jacs []*mat.Dense, state []float64)
}

// Stateless is for balancers that remember nothing to embed, those of one's own too.
type Stateless struct{}

// NewState returns nil.
func (Stateless) NewState(m, n int) []float64 { return nil }
