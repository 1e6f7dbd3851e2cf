package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
)

// DSelectK is a gate that mixes few of many experts, at most K of them, and whose choice has a derivative. It has K
// selectors of m = ⌈log₂ Experts⌉ bits each. With the smooth step
//
//	S(t) = 0 for t ≤ −γ/2,   1 for t ≥ γ/2,   −2t³/γ³ + 3t/(2γ) + ½ between,
//
// and bit b of i, the least significant being bit 0, selector j gives expert i = 0, 1, …, Experts − 1
//
//	rⱼᵢ = ∏_b S(zⱼ_b) where bit b of i is 1, and 1 − S(zⱼ_b) where it is 0,
//
// and the gate of expert i is Σⱼ softmax(w)ⱼ rⱼᵢ. Once all z are beyond ±γ/2, each selector has chosen one expert, and z
// no longer moves: the choice is final.
//
// The static gate (Inputs is 0) makes one choice for all rows: its parameters are z, K × m, and w, 1 × K. The gate per
// example makes one for each row x: z = x·Wz + bz, in which selector j has the m columns from j·m, and w = x·Ww + bw. Both
// return n × Experts for n rows. z starts from U(−γ/100, γ/100) and w from U(−0.05, 0.05), as in the authors' code.
//
// Two penalties ([Trace.Penalty]) steer it, each a sum over selectors, and of a gate per example the mean over rows:
//
//	Entropy · Σⱼ −Σᵢ rⱼᵢ log rⱼᵢ   with 0 log 0 = 0, which drives each selector to one expert;
//	Inverse · Σⱼ 1/Σᵢ rⱼᵢ          for a number of experts that is no power of two, where gates may add up to less
//	                               than 1: it holds a selector back from experts that do not exist.
//
// A sum Σᵢ rⱼᵢ below 1e-9 counts as 1e-9 in that penalty: a selector that a long step has taken to an expert which does
// not exist adds nothing to the gate, stays finite, and has no slope; in a static gate it does not come back.
//
// The authors' code differs in that it sums penalties over the rows of a batch, adds 1e-6 within the logarithm, divides by
// 0 at such a selector, takes the most significant bit of an expert first, and has no weight for the second penalty.
//
// Each gate needs a scope of its own ([Trace.Scope]), as penalties of one name count once; two in one are refused.
//
// Reference: Hazimeh, Zhao, Chowdhery, Sathiamoorthy, Chen, Mazumder, Hong, Chi. DSelect-k: differentiable selection in
// the mixture of experts with applications to multi-task learning. NeurIPS 2021, arXiv:2106.03760.
type DSelectK struct {
	Inputs  int     // columns of the rows on which the choice depends; 0 is the static gate
	Experts int     // at least 2
	K       int     // selectors, at least 1
	Gamma   float64 // γ, above 0: the width of the smooth step
	Entropy float64 // weight of that penalty; 0 is none
	Inverse float64 // weight of the other, which is left out where Experts is a power of two; 0 is none
}

var _ Network = DSelectK{}

// NewDSelectK returns the gate with γ = 1, no penalty of the entropy and a weight of 1 for the other, as in the authors'
// code.
func NewDSelectK(inputs, experts, k int) DSelectK {
	return DSelectK{Inputs: inputs, Experts: experts, K: k, Gamma: 1, Inverse: 1}
}

// Shapes implements [Network].
func (d DSelectK) Shapes() []autodiff.Shape {
	d.check()
	if d.Inputs == 0 {
		return []autodiff.Shape{{Name: "z", Rows: d.K, Cols: d.bits()}, {Name: "w", Rows: 1, Cols: d.K}}
	}
	return []autodiff.Shape{
		{Name: "Wz", Rows: d.Inputs, Cols: d.K * d.bits()}, {Name: "bz", Rows: 1, Cols: d.K * d.bits()},
		{Name: "Ww", Rows: d.Inputs, Cols: d.K}, {Name: "bw", Rows: 1, Cols: d.K},
	}
}

// Init implements [Network].
func (d DSelectK) Init(rng *rand.Rand) []float64 {
	checkSource("DSelectK.Init", rng)
	shapes := d.Shapes()
	theta := make([]float64, Size(shapes))
	ofZ := Size(shapes[:len(shapes)/2])
	fillUniform(theta[:ofZ], d.Gamma/100, rng)
	fillUniform(theta[ofZ:], 0.05, rng)
	return theta
}

// Apply implements [Network]: the weights of the experts for each row of x, n × Experts. The static gate looks only at
// how many rows there are. Penalties go through t.
func (d DSelectK) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	d.check()
	columns := d.Inputs
	if columns == 0 {
		columns = x.Cols()
	}
	checkLayer("DSelectK", d.Shapes(), theta, columns, x)
	t.claim("DSelectK", theta)
	var z, w autodiff.Value
	if d.Inputs == 0 {
		z, w = theta.At(0).Reshape(1, d.K*d.bits()), theta.At(1)
	} else {
		z, w = x.MatMul(theta.At(0)).Add(theta.At(1)), x.MatMul(theta.At(2)).Add(theta.At(3))
	}
	gate, entropy, inverse := d.Select(z, w)
	if d.Entropy > 0 {
		t.Penalty("entropy", entropy.Mean().Scale(d.Entropy))
	}
	if d.Inverse > 0 && d.Experts != 1<<d.bits() {
		t.Penalty("inverse", inverse.Mean().Scale(d.Inverse))
	}
	return gate.BroadcastTo(x.Rows(), d.Experts)
}

// Select is the gate as a function of what its parameters make: z, n × K·m, in which selector j has the m columns from j·m,
// and w, n × K. It returns the weights of the experts, n × Experts, and for each row Σⱼ −Σᵢ rⱼᵢ log rⱼᵢ and Σⱼ 1/Σᵢ rⱼᵢ,
// n × 1.
func (d DSelectK) Select(z, w autodiff.Value) (gate, entropy, inverse autodiff.Value) {
	d.check()
	m := d.bits()
	if z.Cols() != d.K*m || w.Cols() != d.K || z.Rows() != w.Rows() {
		panic(fmt.Sprintf("nn: DSelectK.Select: z is %v and w %v; %d selectors of %d bits want %d and %d columns, and as many "+
			"rows of both", z, w, d.K, m, d.K*m, d.K))
	}
	u := z.Scale(1/d.Gamma).Clamp(-0.5, 0.5)
	on := u.Mul(u.Square().Scale(-2).Shift(1.5)).Shift(0.5).Clamp(0, 1) // 0 and 1 beyond the step, to the last bit
	off := on.Neg().Shift(1)
	share := w.Softmax(1)
	g := z.Graph()
	one, zero, least := g.Scalar(1), g.Scalar(0), g.Scalar(1e-9)
	for j := range d.K {
		r := one
		for c := j * m; c < (j+1)*m; c++ { // twice as many experts with each bit
			r = autodiff.ConcatCols(r.Mul(off.SliceCols(c, c+1)), r.Mul(on.SliceCols(c, c+1)))
		}
		r = r.SliceCols(0, d.Experts)
		h := r.Mul(autodiff.Select(r.Greater(zero), r, one).Log()).SumAxis(1).Neg()
		part, inv := r.Mul(share.SliceCols(j, j+1)), r.SumAxis(1).Max(least).Reciprocal()
		if j == 0 {
			gate, entropy, inverse = part, h, inv
		} else {
			gate, entropy, inverse = gate.Add(part), entropy.Add(h), inverse.Add(inv)
		}
	}
	return gate, entropy, inverse
}

// bits returns m.
func (d DSelectK) bits() (m int) {
	for 1<<m < d.Experts {
		m++
	}
	return m
}

func (d DSelectK) check() {
	if d.Inputs < 0 || d.Experts < 2 || d.K < 1 {
		panic(fmt.Sprintf("nn: DSelectK: Inputs is %d, Experts %d, K %d; a gate has no negative inputs, at least 2 experts and "+
			"at least 1 selector", d.Inputs, d.Experts, d.K))
	}
	if !(d.Gamma > 0) || math.IsInf(d.Gamma, 1) {
		panic(fmt.Sprintf("nn: DSelectK: Gamma is %v; it must be finite and above 0, and 1 is usual", d.Gamma))
	}
	must(notNegative("DSelectK", "Entropy", d.Entropy))
	must(notNegative("DSelectK", "Inverse", d.Inverse))
}
