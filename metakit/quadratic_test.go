package metakit_test

import (
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// A linear network with the squared error makes quadratics of both losses: with Z the inputs and a column of ones for
// the bias, L(θ) = |Zθ − y|²/n, of the Hessian H = 2ZᵀZ/n and the gradient Hθ − h, h = 2Zᵀy/n.
var linear = nn.MLP{Widths: []int{4, 1}}

func quadratic(s metakit.Set) (hessian *mat.SymDense, h *mat.VecDense) {
	n, d := s.X.Dims()
	z := mat.NewDense(n, d+1, nil)
	z.Slice(0, n, 0, d).(*mat.Dense).Copy(s.X)
	for i := range n {
		z.Set(i, d, 1)
	}
	hessian = mat.NewSymDense(d+1, nil)
	hessian.SymOuterK(2/float64(n), z.T())
	h = mat.NewVecDense(d+1, nil)
	h.MulVec(z.T(), s.Y.ColView(0))
	h.ScaleVec(2/float64(n), h)
	return hessian, h
}

func gradientOf(hessian *mat.SymDense, h, theta *mat.VecDense) *mat.VecDense {
	g := mat.NewVecDense(theta.Len(), nil)
	g.MulVec(hessian, theta)
	g.SubVec(g, h)
	return g
}

func linearEpisode(index uint64) (e *metakit.Episode, meta *mat.VecDense) {
	lines := tasks.NewLinear(8)
	lines.Mean = []float64{1, 2, -1, 0.5}
	e = metakit.Draw(lines, 3, index)
	return e, mat.NewVecDense(5, []float64{0.3, -0.2, 0.5, 0.1, -0.4})
}

// The meta-gradient of k steps is (I − αH)ᵏ∇L(θₖ; query), of first order ∇L(θₖ; query).
func TestMAMLOnQuadratics(t *testing.T) {
	const alpha = 0.1
	for _, k := range []int{0, 1, 2, 5, 20} {
		e, meta := linearEpisode(uint64(k))
		hessian, h := quadratic(e.Support)
		theta := mat.VecDenseCopyOf(meta)
		for range k {
			theta.AddScaledVec(theta, -alpha, gradientOf(hessian, h, theta))
		}
		first := gradientOn(e.Query, theta)
		exact := mat.VecDenseCopyOf(first)
		for range k {
			product := mat.NewVecDense(5, nil)
			product.MulVec(hessian, exact)
			exact.AddScaledVec(exact, -alpha, product)
		}
		l := metakit.MAML{Network: linear, Loss: mse, Steps: k, Inner: nn.SGD{Rate: alpha}}
		for _, l.Recompute = range []int{0, 3} {
			_, got := metaGradient(t, l, meta.RawVector().Data, e)
			golden.Near(t, "exact", got, exact.RawVector().Data, 1e-12)
		}
		l.FirstOrder = true
		_, got := metaGradient(t, l, meta.RawVector().Data, e)
		golden.Near(t, "first order", got, first.RawVector().Data, 1e-12)
	}
}

func gradientOn(s metakit.Set, theta *mat.VecDense) *mat.VecDense {
	hessian, h := quadratic(s)
	return gradientOf(hessian, h, theta)
}

// Conjugate gradients solve 5 equations in 5 iterations, but for rounding, in any of the systems; the inner steps come
// as near to φ = (H + λI)⁻¹(h + λθ) as their contraction says.
func TestIMAMLOnQuadratics(t *testing.T) {
	for index := range uint64(2) {
		e, meta := linearEpisode(index)
		hessian, h := quadratic(e.Support)
		for _, lambda := range []float64{0.5, 2, 50} {
			right := mat.NewVecDense(5, nil)
			right.AddScaledVec(h, lambda, meta)
			phi := solve(t, hessian, lambda, right)
			b := gradientOn(e.Query, phi)
			m := metakit.IMAML{Network: linear, Loss: mse, Steps: 300, Lambda: lambda, Iterations: 8, Tolerance: 1e-13,
				Inner: nn.SGD{Rate: 1 / (mat.Trace(hessian) + lambda)}}
			for _, c := range []struct{ shift, damping float64 }{{0, 0}, {1, 10}} {
				m.Shift, m.Damping = c.shift, c.damping
				// ((1 + s)I + H/(λ + d))x = b is (H + (1 + s)(λ + d)I)x = (λ + d)b.
				scaled := mat.NewVecDense(5, nil)
				scaled.ScaleVec(lambda+c.damping, b)
				want := solve(t, hessian, (1+c.shift)*(lambda+c.damping), scaled)
				s, err := m.Solve(meta.RawVector().Data, e)
				if err != nil {
					t.Fatal(err)
				}
				golden.Near(t, "φ", s.Phi, phi.RawVector().Data, 1e-10)
				golden.Near(t, "the implicit gradient", s.Gradient, want.RawVector().Data, 1e-9)
				if s.Iterations > 6 || !(s.Residual < 1e-12) || !(s.Inner < 1e-9) {
					t.Errorf("λ %v: %d iterations to a residual of %v; an inner gradient of %v", lambda, s.Iterations,
						s.Residual, s.Inner)
				}
				if lambda == 2 {
					loss, gradient := metaGradient(t, m, meta.RawVector().Data, e)
					sameBits(t, "the meta-gradient", append(gradient, loss), append(s.Gradient, s.Loss))
				}
			}
		}
	}
}

// solve returns the solution of (H + d·I)x = right.
func solve(t *testing.T, hessian *mat.SymDense, d float64, right *mat.VecDense) *mat.VecDense {
	t.Helper()
	n := hessian.SymmetricDim()
	a := mat.NewSymDense(n, nil)
	a.CopySym(hessian)
	for i := range n {
		a.SetSym(i, i, a.At(i, i)+d)
	}
	var factor mat.Cholesky
	if !factor.Factorize(a) {
		t.Fatal("the matrix is not positive definite")
	}
	x := mat.NewVecDense(n, nil)
	if err := factor.SolveVecTo(x, right); err != nil {
		t.Fatal(err)
	}
	return x
}
