package balance

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/kernel"
)

// ErrNotFinite is wrapped by the errors of an [Aggregation] that was handed a NaN or an infinity, or gradients so long
// (2⁵¹¹ and beyond) that their inner products are infinite.
var ErrNotFinite = errors.New("not finite")

// An Aggregation applies aggregators to task gradients. It computes what the aggregator needs, the inner products of
// the gradients once, and combines the gradients in one pass. It keeps its memory: once it has done a piece of work,
// doing the like again allocates nothing. The zero value is ready. It is not for use by several goroutines at a time.
//
// Results have the same bits on any number of processors. To methods that look at norms or inner
// products, gradients shorter than 2⁻⁵¹¹, or than that times the longest, count as zero.
type Aggregation struct {
	Tasks []string // the names of all tasks of the training, for errors; nil is their numbers

	weights, norms []float64
	gram           *mat.SymDense
	hasWeights     bool
	hasGram        bool
}

// Apply stores in dst, of length n, the direction that aggregator b finds for the m×n Jacobian jac, whose row k is the
// gradient of task s.Task(k). A step goes against it. Losses, one for each row, may be nil if b does not need them.
//
// The error is of the world's making: a gradient or a loss that is not finite, or a loss that is not positive where b
// takes its logarithm or its ratio. It names the task, and s is unchanged. A b that finds no finite direction for
// finite gradients is an error too, and may have changed s.Memory. In both cases dst is not to be used.
//
// Apply panics if b is not an aggregator, or needs several batches: see ApplyBatches.
func (a *Aggregation) Apply(dst []float64, b Balancer, jac *mat.Dense, losses []float64, s State) error {
	if b == nil {
		panic("balance: Aggregation: the balancer is nil")
	}
	m := a.prepare(dst, jac, s)
	if err := a.checkLosses(b, losses, s); err != nil {
		return err
	}
	switch b.(type) {
	case GramAggregator, GramLossAggregator:
		gramProduct(a.gram, jac)
		a.hasGram = true
		for i := range m {
			a.norms[i] = a.gram.At(i, i)
		}
	default:
		squaredNorms(a.norms, jac)
	}
	for i, v := range a.norms {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("balance: the gradient of %s: %w", a.task(s.Task(i)), ErrNotFinite)
		}
		a.norms[i] = math.Sqrt(v)
	}

	a.hasWeights = true
	switch b := b.(type) {
	case WeightAggregator:
		b.Weigh(a.weights, s)
	case NormLossAggregator:
		b.WeighNorms(a.weights, a.norms, losses, s)
	case GramAggregator:
		b.WeighGram(a.weights, a.gram, s)
	case GramLossAggregator:
		b.WeighGramLoss(a.weights, a.gram, losses, s)
	case JacobianAggregator:
		a.hasWeights = false
		b.Combine(dst, jac, s)
	case JacobianLossAggregator:
		a.hasWeights = false
		b.CombineLoss(dst, jac, losses, s)
	default:
		panic(fmt.Sprintf("balance: Aggregation: %T is not an aggregator of one Jacobian", b))
	}
	if a.hasWeights {
		for i, w := range a.weights {
			if math.IsNaN(w) || math.IsInf(w, 0) {
				return fmt.Errorf("balance: %T: the weight %v of %s: %w", b, w, a.task(s.Task(i)), ErrNotFinite)
			}
		}
		combine(dst, jac, a.weights)
	}
	return checkDirection(b, dst)
}

// ApplyBatches is Apply for an aggregator that needs several batches: jacs holds b.Batches() Jacobians.
func (a *Aggregation) ApplyBatches(dst []float64, b BatchAggregator, jacs []*mat.Dense, s State) error {
	if b == nil {
		panic("balance: Aggregation: the balancer is nil")
	}
	if len(jacs) != b.Batches() {
		panic(fmt.Sprintf("balance: Aggregation: %d Jacobians for %T; want %d", len(jacs), b, b.Batches()))
	}
	for batch, jac := range jacs {
		a.prepare(dst, jac, s)
		squaredNorms(a.norms, jac)
		for i, v := range a.norms {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("balance: the gradient of %s on batch %d: %w", a.task(s.Task(i)), batch, ErrNotFinite)
			}
		}
	}
	b.CombineBatches(dst, jacs, s)
	return checkDirection(b, dst)
}

// Weights returns the weights of the gradients in the direction last found, valid until the next call. It is nil if
// the aggregator gave the direction itself.
func (a *Aggregation) Weights() []float64 {
	if !a.hasWeights {
		return nil
	}
	return a.weights
}

// Gram returns the inner products of the gradients last seen, valid until the next call. It is nil if the aggregator
// did not need them.
func (a *Aggregation) Gram() *mat.SymDense {
	if !a.hasGram {
		return nil
	}
	return a.gram
}

// Aggregate is [Aggregation.Apply] on an Aggregation of its own.
func Aggregate(dst []float64, b Balancer, jac *mat.Dense, losses []float64, s State) error {
	return new(Aggregation).Apply(dst, b, jac, losses, s)
}

// prepare makes room for the tasks that are present and returns their number.
func (a *Aggregation) prepare(dst []float64, jac *mat.Dense, s State) int {
	checkJacobian("Aggregation", dst, jac, s, len(s.Memory))
	if a.Tasks != nil && len(a.Tasks) != s.Tasks {
		panic(fmt.Sprintf("balance: Aggregation: %d names in Tasks for %d tasks", len(a.Tasks), s.Tasks))
	}
	m := s.Count()
	if len(a.weights) != m {
		a.weights, a.norms = make([]float64, m), make([]float64, m)
		a.gram = mat.NewSymDense(m, nil)
	}
	a.hasWeights, a.hasGram = false, false
	return m
}

// checkLosses returns an error that names the first task whose loss b cannot use.
func (a *Aggregation) checkLosses(b Balancer, losses []float64, s State) error {
	switch b.(type) {
	case NormLossAggregator, JacobianLossAggregator:
		checkCount("Aggregation", "losses", losses, s)
	default:
		if losses != nil {
			checkCount("Aggregation", "losses", losses, s)
		}
	}
	p, ok := b.(PositiveLosses)
	positive := ok && p.NeedsPositiveLosses()
	for i, v := range losses {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("balance: the loss %v of %s: %w", v, a.task(s.Task(i)), ErrNotFinite)
		}
		if positive && v <= 0 {
			return fmt.Errorf("balance: %T needs positive losses, that of %s is %v", b, a.task(s.Task(i)), v)
		}
	}
	return nil
}

// checkDirection returns an error if an entry of the direction is not finite.
func checkDirection(b Balancer, dst []float64) error {
	if square := kernel.Dot(dst, dst); !math.IsNaN(square) && !math.IsInf(square, 0) {
		return nil
	}
	for k, v := range dst {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("balance: %T: entry %d of the direction is %v: %w", b, k, v, ErrNotFinite)
		}
	}
	return nil
}

// task returns the name of task i in errors.
func (a *Aggregation) task(i int) string {
	if a.Tasks == nil {
		return fmt.Sprintf("task %d", i)
	}
	return fmt.Sprintf("task %q", a.Tasks[i])
}
