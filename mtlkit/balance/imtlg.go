package balance

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// IMTLG seeks the direction that has the same projection on every task's unit gradient:
//
//	d = Σᵢ wᵢgᵢ,   w = v/Σⱼvⱼ,   v = G⁺(|g₁|, …, |gₘ|)ᵀ
//
// G⁺ is the pseudo-inverse of the Gram matrix. If the gradients are linearly independent, d·gᵢ/|gᵢ| is the same for all
// i; if not, it is so where it can be. Weights may be negative. If Σⱼvⱼ = 0, as for two gradients that are opposed and
// of equal length, there is no such direction and d is 0.
//
// The paper inverts the differences of the unit gradients, which is the same where that inverse exists.
//
// Reference: Liu et al. Towards impartial multi-task learning. ICLR 2021. With the pseudo-inverse: Quinton, Rey,
// arXiv:2406.16232.
type IMTLG struct{ Stateless }

var _ GramAggregator = IMTLG{}

// WeighGram stores w, or zeros.
func (IMTLG) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	checkGram("IMTLG", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	d := newSpectrum(tmp, gramRoot(tmp, g))
	least := math.Inf(1)
	for _, sigma := range d.sigma {
		least = min(least, sigma)
	}
	// G⁺ times the square of the least singular value, which w does not mind: 1/σ² may overflow.
	d.apply(weights, tmp.lengths(g), func(sigma float64) float64 { return (least / sigma) * (least / sigma) })
	sum, size := 0.0, 0.0
	for _, v := range weights {
		sum += v
		size += math.Abs(v)
	}
	if math.Abs(sum) <= 4*float64(g.m)*epsilon*size {
		clear(weights)
		return
	}
	for i := range weights {
		weights[i] /= sum
	}
}
