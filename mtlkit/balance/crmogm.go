package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// CRMOGM smooths the weights of another aggregator over the steps: weights that are found on one batch follow its noise,
// and steps that follow them need not converge.
//
//	d = Σᵢ λᵢgᵢ,   λᵢ = Alpha·λᵢ(before) + (1 − Alpha)wᵢ
//
// w are the weights that Of gives in this step; the first λ of a task is its first w. Of gives weights: it is a
// [WeightAggregator], a [NormLossAggregator], a [GramAggregator] or a [GramLossAggregator]. One that gives a direction
// alone is refused; for a [Scalarizer] there is [CRMOGMScalarizer]. Of is handed the Gram matrix, or the norms from its
// diagonal, whatever it needs.
//
// The weights have the unit of those of Of. From the second step on d has none of Of's properties for sure: a λ that lags
// behind may hurt a task that w would not. Alpha = 1 keeps the first weights; the paper raises Alpha towards 1 as the
// learning rate falls, which is not done here.
//
// The λ of an absent task waits. Where tasks come and go, the λ of those present need not add up to what their w do.
//
// Reference: Zhou, Zhang, Jiang, Zhong, Gu, Zhu. On the convergence of stochastic multi-objective gradient manipulation
// and beyond. NeurIPS 2022.
type CRMOGM struct {
	Of    Balancer // whose weights are smoothed
	Alpha float64  // the share of the past, in [0, 1]; 0 is none
}

// NewCRMOGM returns CRMOGM of an aggregator with TorchJD's Alpha = 0.9.
func NewCRMOGM(of Balancer) CRMOGM { return CRMOGM{Of: of, Alpha: 0.9} }

var (
	_ GramLossAggregator = CRMOGM{}
	_ PositiveLosses     = CRMOGM{}
)

// NewState returns m zeros for the λᵢ, m numbers that are 1 once a task took part, and the state of Of.
func (c CRMOGM) NewState(s Setting) []float64 {
	c.check(s)
	return append(make([]float64, 2*s.Tasks), c.Of.NewState(s)...)
}

func (c CRMOGM) check(s Setting) {
	s.check("CRMOGM")
	checkShare("CRMOGM", "Alpha", c.Alpha)
	switch c.Of.(type) {
	case WeightAggregator, NormLossAggregator, GramAggregator, GramLossAggregator:
	case nil:
		panic("balance: CRMOGM: Of is nil; give an aggregator that gives weights, as MGDA does")
	case Scalarizer:
		panic(fmt.Sprintf("balance: CRMOGM: Of is a %T, a scalarizer; smooth it by CRMOGMScalarizer", c.Of))
	default:
		panic(fmt.Sprintf("balance: CRMOGM: Of is a %T, which gives a direction and no weights that could be smoothed", c.Of))
	}
}

// NeedsPositiveLosses reports whether Of does.
func (c CRMOGM) NeedsPositiveLosses() bool { return needsPositiveLosses(c.Of) }

// WeighGramLoss lets Of take its step and stores the λᵢ in weights. Losses may be nil if Of does not need them.
func (c CRMOGM) WeighGramLoss(weights []float64, gram mat.Symmetric, losses []float64, s State) {
	c.check(s.Setting)
	checkGram("CRMOGM", weights, gram, s, smoothedLen(s))
	switch of := c.Of.(type) {
	case WeightAggregator:
		of.Weigh(weights, smoothedState(s))
	case NormLossAggregator:
		tmp := borrow()
		defer tmp.release()
		norms := tmp.floats.take(len(weights))
		for k := range norms {
			norms[k] = math.Sqrt(gram.At(k, k))
		}
		of.WeighNorms(weights, norms, losses, smoothedState(s))
	case GramAggregator:
		of.WeighGram(weights, gram, smoothedState(s))
	case GramLossAggregator:
		of.WeighGramLoss(weights, gram, losses, smoothedState(s))
	}
	smooth(weights, c.Alpha, s)
}

// smooth takes the weights into the averages at the head of the memory, and stores these in their place.
func smooth(weights []float64, alpha float64, s State) {
	average, seen := s.Memory[:s.Tasks], s.Memory[s.Tasks:2*s.Tasks]
	for k, w := range weights {
		i := s.Task(k)
		if seen[i] == 0 {
			average[i], seen[i] = w, 1
		} else {
			average[i] = alpha*average[i] + (1-alpha)*w
		}
		weights[k] = average[i]
	}
}

// smoothedState returns what the balancer remembers whose weights are smoothed.
func smoothedState(s State) State {
	s.Memory = s.Memory[2*s.Tasks:]
	return s
}

// smoothedLen returns the length that a memory with the averages must have: any from that of the averages alone, as the
// balancer whose weights they are looks at the rest.
func smoothedLen(s State) int { return max(2*s.Tasks, len(s.Memory)) }

func needsPositiveLosses(b Balancer) bool {
	p, ok := b.(PositiveLosses)
	return ok && p.NeedsPositiveLosses()
}
