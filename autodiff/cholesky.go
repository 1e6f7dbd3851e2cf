package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// Cholesky returns the lower triangular L with L·Lᵀ = A, where A = (v + vᵀ)/2 is symmetric positive definite. Where v is
// symmetric that is v; reading both triangles alike makes the derivative symmetric too, and exact for any v.
//
// Where A is not positive definite, as far as the precision of the program can tell, the entries of L on and below the
// diagonal are NaN from the first column on that shows it; so is what is computed from them, and
// [Workspace.NotFinite] names the operation. A little more on the diagonal of A helps where rounding is the cause.
//
// The derivative is, with Φ the lower triangle whose diagonal is halved, P = Φ(Lᵀ·L̄) and L̄ the cotangent of L,
// Ā = ½·L⁻ᵀ·(P + Pᵀ)·L⁻¹ (Murray, Differentiation of the Cholesky decomposition, 2016, arXiv:1602.07527, section 4).
func (v Value) Cholesky() Value { return apply(opCholesky, node{}, v) }

// SolveLower returns X with L·X = b, where L is the lower triangle of v, n × n; b and X are n × m. What is above the
// diagonal is not read. A 0 on the diagonal makes X infinite or NaN.
func (v Value) SolveLower(b Value) Value { return apply(opSolveLower, node{}, v, b) }

// SolveLowerT returns X with Lᵀ·X = b, where L is the lower triangle of v, as in [Value.SolveLower].
func (v Value) SolveLowerT(b Value) Value { return apply(opSolveLower, node{i: 1}, v, b) }

// SolvePD returns X with A·X = b, where A is symmetric positive definite, read as in [Value.Cholesky]; b and X are n × m.
// X is NaN where A is not positive definite. Several of SolvePD, [Value.LogDetPD] and [Value.Cholesky] of one matrix
// factorise it once.
func (v Value) SolvePD(b Value) Value {
	l := v.Cholesky()
	return l.SolveLowerT(l.SolveLower(b))
}

// LogDetPD returns log det A = 2·Σ log Lᵢᵢ, 1×1, where A = L·Lᵀ is symmetric positive definite, read as in
// [Value.Cholesky]. It is NaN where A is not.
func (v Value) LogDetPD() Value {
	l := v.Cholesky()
	index := make([]float64, l.Rows())
	for k := range index {
		index[k] = float64(k)
	}
	return l.Gather(v.g.Const(len(index), 1, index)).Log().Sum().Scale(2)
}

// lower returns the lower triangle, its diagonal multiplied by scale.
func (v Value) lower(scale float64) Value { return apply(opLower, node{x: scale}, v) }

func squareShape(_ *node, in []Value) (int, int, string) {
	n := in[0].Rows()
	if in[0].Cols() != n {
		return 0, 0, fmt.Sprintf("%v is not square", in[0])
	}
	return n, n, ""
}

func solveShape(n *node, in []Value) (int, int, string) {
	if _, _, err := squareShape(n, in); err != "" {
		return 0, 0, err
	}
	if in[0].Rows() != in[1].Rows() {
		return 0, 0, fmt.Sprintf("%v and the right side %v differ in their rows", in[0], in[1])
	}
	return in[1].Rows(), in[1].Cols(), ""
}

func choleskyVJP(_ *node, _ []Value, l, ct Value) []Value {
	p := l.TMatMul(ct).lower(0.5)
	half := l.SolveLowerT(p.Add(p.T()).Scale(0.5)) // L⁻ᵀ·½(P + Pᵀ)
	return []Value{l.SolveLowerT(half.T())}        // the transpose of a symmetric matrix
}

func solveVJP(n *node, in []Value, x, ct Value) []Value {
	l := in[0]
	if n.i == 1 {
		b := l.SolveLower(ct)
		return []Value{x.MatMulT(b).Neg().lower(1), b}
	}
	b := l.SolveLowerT(ct)
	return []Value{b.MatMulT(x).Neg().lower(1), b}
}

// triangle runs a factorisation or a triangular solution.
func (h *hand[T]) triangle(s *step) {
	a, scratch, sign := h.entries(&s.in[0]), h.room(0), &h.m.sign
	switch {
	case s.op == opCholesky:
		kernel.Cholesky(s.triangle, h.out(s), a, scratch, sign)
	case s.i == 1:
		kernel.SolveLowerTransposed(s.triangle, h.out(s), a, h.entries(&s.in[1]), scratch, sign)
	default:
		kernel.SolveLower(s.triangle, h.out(s), a, h.entries(&s.in[1]), scratch, sign)
	}
}
