package convex_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/convex"
)

// blockwise is what the paper does: W for a given Ω, one linear system over all tasks, and Ω for a given W, in turns.
func blockwise(p convex.Problem, lambda1, lambda2 float64, turns int) (w *mat.Dense, omega *mat.SymDense) {
	n := len(p.Tasks)
	_, d := p.Tasks[0].X.Dims()
	omega = mat.NewSymDense(n, nil)
	for t := range n {
		omega.SetSym(t, t, 1/float64(n))
	}
	for range turns {
		var inverse mat.Dense
		if err := inverse.Inverse(omega); err != nil {
			panic(err)
		}
		a, c := mat.NewDense(n*d, n*d, nil), mat.NewVecDense(n*d, nil)
		for t, task := range p.Tasks {
			rows := float64(len(task.Y))
			for i, y := range task.Y {
				for j := range d {
					c.SetVec(t*d+j, c.AtVec(t*d+j)+task.X.At(i, j)*y/rows)
					for k := range d {
						a.Set(t*d+j, t*d+k, a.At(t*d+j, t*d+k)+task.X.At(i, j)*task.X.At(i, k)/rows)
					}
				}
			}
			for j := range d {
				a.Set(t*d+j, t*d+j, a.At(t*d+j, t*d+j)+lambda1)
				for s := range n {
					a.Set(t*d+j, s*d+j, a.At(t*d+j, s*d+j)+lambda2*inverse.At(t, s))
				}
			}
		}
		var x mat.VecDense
		if err := x.SolveVec(a, c); err != nil {
			panic(err)
		}
		w = mat.DenseCopyOf(mat.NewDense(n, d, x.RawVector().Data).T())
		var gram mat.Dense
		gram.Mul(w.T(), w)
		var eigen mat.EigenSym
		eigen.Factorize(mat.NewSymDense(n, gram.RawMatrix().Data), true)
		var vectors mat.Dense
		eigen.VectorsTo(&vectors)
		root, sum := mat.NewSymDense(n, nil), 0.0
		for k, v := range eigen.Values(nil) {
			v = math.Sqrt(max(0, v))
			root.SymRankOne(root, v, vectors.ColView(k))
			sum += v
		}
		omega.ScaleSym(1/sum, root)
	}
	return w, omega
}

// With more columns than tasks the turns of the paper lead to the same W and Ω; the objective written with Ω is the
// same.
func TestRelationsBlockwise(t *testing.T) {
	p := draw(12, convex.Squared, false, 5, 20, 25, 30)
	p.Intercepts = false
	penalty := convex.Relations{Lambda1: 0.05, Lambda2: 0.02}
	w, omega := blockwise(p, penalty.Lambda1, penalty.Lambda2, 3000)
	fit := sharp(t, p, penalty)
	equal(t, "W", fit.W, w, 1e-8)
	equal(t, "Ω", fit.Relations, omega, 1e-8)
	if v := mat.Trace(fit.Relations); math.Abs(v-1) > 1e-14 {
		t.Errorf("the trace of Ω is %v", v)
	}
	var inverse, product mat.Dense
	if err := inverse.Inverse(fit.Relations); err != nil {
		t.Fatal(err)
	}
	product.Product(fit.W, &inverse, fit.W.T())
	squares := mat.Norm(fit.W, 2) * mat.Norm(fit.W, 2)
	written := lossOf(p, fit.W, fit.Intercepts) + penalty.Lambda1/2*squares + penalty.Lambda2/2*mat.Trace(&product)
	if !near(fit.Objective, written, 1e-10) {
		t.Errorf("the objective is %v, with Ω written out %v", fit.Objective, written)
	}
}

// With fewer columns than tasks Ω is singular, and where W is 0 all tasks are alike.
func TestRelationsSingular(t *testing.T) {
	p := draw(12, convex.Squared, false, 2, 20, 25, 30, 20)
	fit := sharp(t, p, convex.Relations{Lambda2: 0.1})
	var eigen mat.EigenSym
	eigen.Factorize(fit.Relations, false)
	if v := eigen.Values(nil); math.Abs(v[0]) > 1e-15 || math.Abs(v[1]) > 1e-15 || v[3] < 0.1 {
		t.Errorf("eigenvalues of Ω are %v, want two zeros", v)
	}
	for k := range p.Tasks {
		clear(p.Tasks[k].Y)
	}
	if fit := sharp(t, p, convex.Relations{Lambda2: 0.1}); fit.Relations.At(0, 0) != 0.25 ||
		fit.Relations.At(0, 1) != 0 {
		t.Errorf("Ω of W = 0 is %v", mat.Formatted(fit.Relations))
	}
}
