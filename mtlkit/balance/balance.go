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
// A balancer is a value that holds its settings and nothing that changes, so that one serves many runs at a time. What
// it remembers from step to step is in the [State] that the caller owns, hands to every call, and saves with a
// checkpoint. A random one is a function of its seed and of the number of steps, which it keeps there.
//
// Only tasks with a label in the batch take part in a step: weights, losses, norms and the rows of gram and jac are
// those of the tasks that are present, in the order of [State.Present]. What is remembered of an absent task stays as
// it is, and settings per task are those of the tasks that are present. What weights or dst held before a call means
// nothing; no call keeps its arguments.
//
// Losses and gradients that come to a balancer are finite; [Aggregation] sees to it.
type Balancer interface {
	// NewState returns what is remembered before the first step of a training, nil for a balancer that remembers
	// nothing. It panics with a sentence if the balancer's settings make no sense for s. [Start] calls it.
	NewState(s Setting) []float64
}

// A Scalarizer turns the task losses L₁ … Lₘ, and its own state, into one loss V.
type Scalarizer interface {
	Balancer
	// Scalarize stores ∂V/∂Lᵢ in weights and returns V. It updates s.Memory by what it sees.
	Scalarize(weights, losses []float64, s State) float64
}

// An AfterStep scalarizer learns from the losses of the same batch, and so of the same tasks, after the step was taken.
type AfterStep interface {
	Scalarizer
	AfterStep(losses []float64, s State)
}

// FixedWeights is what a [Scalarizer] implements whose weights do not depend on the losses, nor on anything that it
// remembers: losses and their weighted gradient then come out of one pass.
type FixedWeights interface {
	Scalarizer
	// FixedWeights returns the weights of the tasks that are present, in a slice of the caller's own.
	FixedWeights(s State) []float64
}

// PositiveLosses is what a balancer implements that takes logarithms or ratios of the losses.
type PositiveLosses interface {
	Balancer
	// NeedsPositiveLosses reports whether it has no answer for a loss of 0 or less, with the settings that it has.
	NeedsPositiveLosses() bool
}

// A WeightAggregator needs nothing of the gradients g₁ … gₘ. It stores in weights the wᵢ of the direction Σᵢ wᵢgᵢ,
// which a step goes against.
type WeightAggregator interface {
	Balancer
	Weigh(weights []float64, s State)
}

// A NormLossAggregator needs only the norms |gᵢ| of the task gradients and the task losses. It stores in weights the
// wᵢ of the direction Σᵢ wᵢgᵢ.
type NormLossAggregator interface {
	Balancer
	WeighNorms(weights, norms, losses []float64, s State)
}

// A GramAggregator needs only gram, the m×m matrix of the inner products gᵢ·gⱼ of the task gradients. It stores in
// weights the wᵢ of the direction Σᵢ wᵢgᵢ.
type GramAggregator interface {
	Balancer
	WeighGram(weights []float64, gram mat.Symmetric, s State)
}

// A GramLossAggregator is a [GramAggregator] that needs the task losses too.
type GramLossAggregator interface {
	Balancer
	WeighGramLoss(weights []float64, gram mat.Symmetric, losses []float64, s State)
}

// A JacobianAggregator needs the task gradients themselves: row i of jac, m×n, is gᵢ. It stores the direction, of
// length n, in dst. It may not change jac.
type JacobianAggregator interface {
	Balancer
	Combine(dst []float64, jac *mat.Dense, s State)
}

// A JacobianLossAggregator is a [JacobianAggregator] that needs the task losses too.
type JacobianLossAggregator interface {
	Balancer
	CombineLoss(dst []float64, jac *mat.Dense, losses []float64, s State)
}

// A BatchAggregator needs the task gradients on several batches that were drawn independently of each other, at the
// same parameters. jacs holds one m×n matrix for each of Batches() batches, with the same tasks present in all of them;
// it may not change them.
type BatchAggregator interface {
	Balancer
	Batches() int
	CombineBatches(dst []float64, jacs []*mat.Dense, s State)
}

// Stateless is for balancers without settings that remember nothing to embed, those of one's own too.
type Stateless struct{}

// NewState returns nil.
func (Stateless) NewState(s Setting) []float64 { return nil }
