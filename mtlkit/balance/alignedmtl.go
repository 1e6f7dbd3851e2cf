package balance

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// AlignedMTL replaces the task gradients by the nearest orthogonal ones, so that none is in conflict or dominates, and
// averages those. With the singular value decomposition J = VΣUᵀ of the Jacobian,
//
//	d = Jᵀ B p,   B = σ V Σ⁺ Vᵀ
//
// where p is Pref and σ one singular value for all, by default the smallest: every principal direction of the
// gradients is as long as the shortest. Singular values whose squares are not above mε times the largest square (ε =
// 2⁻⁵²) count as zero, and the smallest is that of the others. If all gradients are zero, d is.
//
// The decomposition is that of the Jacobian, which keeps ten digits where gradients are nearly opposed or of very
// different length, and costs about four Gram products; [AlignedMTLGram] is faster.
//
// LibMTL uses 1 in place of 1/m.
//
// Reference: Senushkin et al. Independent component alignment for multi-task learning. CVPR 2023, arXiv:2305.19000.
type AlignedMTL struct {
	Pref  []float64    // p, one number for each task; nil is equal ones, 1/m each
	Scale AlignedScale // which σ
}

// AlignedScale says what singular value [AlignedMTL] gives to all principal directions.
type AlignedScale int

const (
	AlignedMin    AlignedScale = iota // the smallest that is not zero
	AlignedMedian                     // the median of them, the lower one of two
	AlignedRMS                        // the root of the mean of their squares
)

// AlignedMTLGram is [AlignedMTL] computed from the inner products of the gradients alone. Their rounding costs as many
// digits as the ratio of the largest to the smallest singular value has, twice; not where it is due to the lengths.
type AlignedMTLGram AlignedMTL

var (
	_ JacobianAggregator = AlignedMTL{}
	_ GramAggregator     = AlignedMTLGram{}
)

// NewState returns nil: nothing is remembered.
func (a AlignedMTL) NewState(s Setting) []float64 { a.check("AlignedMTL", s); return nil }

func (a AlignedMTL) check(name string, s Setting) {
	s.check(name)
	checkOptional(name, "Pref", a.Pref, s, checkFinite)
	if a.Scale < AlignedMin || a.Scale > AlignedRMS {
		panic(fmt.Sprintf("balance: %s: no Scale %d", name, a.Scale))
	}
}

// Combine stores d in dst.
func (a AlignedMTL) Combine(dst []float64, jac *mat.Dense, s State) {
	a.check("AlignedMTL", s.Setting)
	checkJacobian("AlignedMTL", dst, jac, s, 0)
	m, _ := jac.Dims()
	tmp := borrow()
	defer tmp.release()
	weights := tmp.floats.take(m)
	a.weigh(tmp, weights, jacobianRoot(tmp, jac), s)
	combine(dst, jac, weights)
}

// NewState returns nil: nothing is remembered.
func (a AlignedMTLGram) NewState(s Setting) []float64 {
	AlignedMTL(a).check("AlignedMTLGram", s)
	return nil
}

// WeighGram stores the weights Bp.
func (a AlignedMTLGram) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	AlignedMTL(a).check("AlignedMTLGram", s.Setting)
	checkGram("AlignedMTLGram", weights, gram, s, 0)
	tmp := borrow()
	defer tmp.release()
	g, _ := tmp.load(gram)
	AlignedMTL(a).weigh(tmp, weights, gramRoot(tmp, g), s)
}

// weigh stores Bp in weights, for gradients with the inner products FFᵀ.
func (a AlignedMTL) weigh(tmp *pool, weights []float64, f square, s State) {
	pref := perTask(tmp, a.Pref, s, 1/float64(f.m))
	d := newSpectrum(tmp, f)
	largest := 0.0
	for _, v := range d.sigma {
		largest = max(largest, v)
	}
	for k := len(d.sigma) - 1; k >= 0; k-- {
		if r := d.sigma[k] / largest; !(r*r > float64(f.m)*epsilon) {
			last := len(d.sigma) - 1
			copy(d.v.row(k), d.v.row(last))
			d.sigma[k] = d.sigma[last]
			d.sigma = d.sigma[:last]
		}
	}
	if len(d.sigma) == 0 {
		clear(weights)
		return
	}
	sorted := tmp.floats.take(len(d.sigma))
	copy(sorted, d.sigma)
	slices.Sort(sorted)
	var sigma float64
	switch a.Scale {
	case AlignedMin:
		sigma = sorted[0]
	case AlignedMedian:
		sigma = sorted[(len(sorted)-1)/2]
	case AlignedRMS:
		sigma = math.Sqrt(inner(sorted, sorted) / float64(len(sorted)))
	}
	d.apply(weights, pref, func(x float64) float64 { return sigma / x })
}
