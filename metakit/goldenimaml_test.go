package metakit_test

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/nn"
)

// checkIMAML compares with a dense solution: inner steps and conjugate gradients go on until little is left.
func (c goldenCase) checkIMAML(t *testing.T, want *expected) {
	const tol = 1e-9 // the file asks for it
	m := metakit.IMAML{Network: c.network(), Loss: c.loss(t), Inner: nn.SGD{Rate: 0.05}, Lambda: c.Lambda,
		Iterations: 2 * len(c.Theta.Data), Tolerance: 1e-13}
	var phi, grad [][]float64
	var losses, least []float64
	mean := make([]float64, len(c.Theta.Data))
	for _, e := range c.episodes() {
		var s metakit.Implicit
		for _, m.Steps = range []int{400, 800, 1600, 3200} { // the file's descent has 2,000
			var err error
			if s, err = m.Solve(c.Theta.Data, e); err != nil {
				t.Fatal(err)
			}
			if s.Inner < 1e-11 {
				break
			}
		}
		if !(s.Inner < 1e-11) || !(s.Residual < 1e-12) || s.Iterations >= m.Iterations {
			t.Errorf("an inner gradient of %v; a residual of %v after %d iterations", s.Inner, s.Residual, s.Iterations)
		}
		phi, grad, losses = append(phi, s.Phi), append(grad, s.Gradient), append(losses, s.Loss)
		floats.AddScaled(mean, 1/float64(len(c.Tasks)), s.Gradient)
		var eigen mat.EigenSym
		if !eigen.Factorize(hessian(c.maml(t, 0), s.Phi, e), false) {
			t.Fatal("no eigenvalues")
		}
		least = append(least, slices.Min(eigen.Values(nil))+c.Lambda)
	}
	want.compare(t, tol, "loss", []float64{average(losses)})
	want.compare(t, tol, "per_task_loss", losses)
	want.compare(t, tol, "grad", mean)
	want.compare(t, tol, "per_task_grad", grad...)
	want.compare(t, tol, "per_task_phi", phi...)
	want.compare(t, tol, "per_task_min_eig", least)
	for _, residual := range want.take(t, "per_task_inner_residual_inf") { // of their Newton steps: rounding
		if !(floats.Max(residual) < 1e-14) {
			t.Errorf("inner residuals %v", residual)
		}
	}
}

// hessian returns the Hessian of a network's mean loss on a support set.
func hessian(l metakit.MAML, at []float64, e *metakit.Episode) *mat.SymDense {
	n := len(at)
	var units [][]float64
	for k := range n {
		unit := make([]float64, n)
		unit[k] = 1
		units = append(units, unit)
	}
	_, _, columns := curvature(l, at, e, units...)
	h := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, columns[j][i])
		}
	}
	return h
}
