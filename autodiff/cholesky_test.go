package autodiff

import (
	"math"
	"strings"
	"testing"

	gonum "gonum.org/v1/gonum/mat"
)

// identity returns c·I.
func identity(g *Graph, n int, c float64) Value {
	data := make([]float64, n*n)
	for i := range n {
		data[i*n+i] = c
	}
	return g.Const(n, n, data)
}

// choleskySamples factorise a symmetric matrix and one that is not, whose symmetric part counts.
func choleskySamples() []sample {
	return []sample{
		{"x·xᵀ + I", []Shape{mat(3, 3), mat(3, 2)}, -1, 1, func(x []Value) Value {
			a := x[0].MatMulT(x[0]).Add(identity(x[0].g, 3, 1))
			l := a.Cholesky()
			return l.SolveLower(x[1]).Mul(l.SolveLowerT(x[1])).Add(l.SliceCols(0, 2))
		}},
		{"x + 4I", []Shape{mat(3, 3), mat(3, 1)}, -1, 1, func(x []Value) Value {
			a := x[0].Add(identity(x[0].g, 3, 4))
			return a.Cholesky().Pow(3).Add(a.SolvePD(x[1])).Add(a.LogDetPD())
		}},
	}
}

// solveSamples solve with triangles of matrices that are none.
func solveSamples() []sample {
	return append(choleskySamples(), []sample{
		{"any triangle", []Shape{mat(4, 4), mat(4, 3)}, 1, 2, func(x []Value) Value {
			return x[0].SolveLower(x[1]).Add(x[0].SolveLowerT(x[1])).Square()
		}},
	}...)
}

// gaussian traces the log-likelihood of y under a Gaussian process with the covariance exp(a)·exp(−d²/(2·exp(2b))) +
// exp(c)·I of places x, and returns with it the covariance.
func gaussian(theta, x, y Value) (likelihood, covariance Value) {
	g, n := x.g, x.Rows()
	part := func(k int) Value { return theta.SliceCols(k, k+1) }
	d := x.Sub(x.T()).Square()
	covariance = d.Mul(part(1).Scale(-2).Exp()).Scale(-0.5).Exp().Mul(part(0).Exp())
	covariance = covariance.Add(identity(g, n, 1).Mul(part(2).Exp()))
	fit := y.TMatMul(covariance.SolvePD(y))
	return fit.Add(covariance.LogDetPD()).Shift(float64(n) * math.Log(2*math.Pi)).Scale(-0.5), covariance
}

// The gradient of the log-likelihood is ½·tr((α·αᵀ − K⁻¹)·∂K), α = K⁻¹·y (Rasmussen and Williams, Gaussian Processes for
// Machine Learning, 2006, equation 5.9).
func TestGaussianLikelihood(t *testing.T) {
	for _, n := range []int{1, 5, 40, 120} {
		at := []float64{0.3, -0.4, -1.5}
		places, values := noise(n, 1), noise(n, 2)
		g := New()
		theta, x, y := g.Input("theta", 1, 3), g.Input("x", n, 1), g.Input("y", n, 1)
		likelihood, covariance := gaussian(theta, x, y)
		gradient := Grad(likelihood, theta)
		ws := Compile(likelihood, gradient, covariance).NewWorkspace()
		ws.Set(theta, at)
		ws.Set(x, places)
		ws.Set(y, values)
		ws.Run()

		k := gonum.NewSymDense(n, ws.Read(covariance, nil))
		var chol gonum.Cholesky
		if !chol.Factorize(k) {
			t.Fatal("gonum does not factorise the covariance")
		}
		var inverse gonum.SymDense
		if err := chol.InverseTo(&inverse); err != nil {
			t.Fatal(err)
		}
		alpha := gonum.NewVecDense(n, nil)
		alpha.MulVec(&inverse, gonum.NewVecDense(n, values))
		want := -0.5 * (gonum.Dot(alpha, gonum.NewVecDense(n, values)) + chol.LogDet() + float64(n)*math.Log(2*math.Pi))
		// Rounding is multiplied by the condition of the covariance.
		tol := 1e-14 * float64(n) * chol.Cond()
		if got := ws.Scalar(likelihood); !(math.Abs(got-want) <= tol*math.Abs(want)) {
			t.Errorf("n = %d: likelihood %v, want %v within %v", n, got, want, tol)
		}
		for p, got := range ws.Read(gradient, nil) {
			want, size := 0.0, 0.0
			for i := range n {
				for j := range n {
					d2 := (places[i] - places[j]) * (places[i] - places[j])
					signal := math.Exp(at[0] - d2/2*math.Exp(-2*at[1]))
					dk := [3]float64{signal, signal * d2 * math.Exp(-2*at[1]), 0}
					if i == j {
						dk[2] = math.Exp(at[2])
					}
					v := 0.5 * (alpha.AtVec(i)*alpha.AtVec(j) - inverse.At(i, j)) * dk[p]
					want, size = want+v, size+math.Abs(v)
				}
			}
			if !(math.Abs(got-want) <= tol*size) {
				t.Errorf("n = %d: gradient by parameter %d is %v, want %v within %v", n, p, got, want, tol*size)
			}
		}
	}
}

// Second derivatives of a likelihood large enough for bands, against differences of first ones.
func TestGaussianHessian(t *testing.T) {
	const n, h = 70, 1e-5
	g := New()
	theta, x, y := g.Input("theta", 1, 3), g.Input("x", n, 1), g.Input("y", n, 1)
	likelihood, _ := gaussian(theta, x, y)
	gradient := Grad(likelihood, theta)
	var rows []Value
	for k := range 3 {
		rows = append(rows, Grad(gradient.SliceCols(k, k+1), theta))
	}
	hessian := ConcatRows(rows...)
	ws := Compile(gradient, hessian).NewWorkspace()
	ws.Set(x, noise(n, 1))
	ws.Set(y, noise(n, 2))
	at := []float64{0.3, -0.4, -0.5}
	run := func(k int, step float64) []float64 {
		moved := append([]float64{}, at...)
		moved[k] += step
		ws.Set(theta, moved)
		ws.Run()
		return ws.Read(gradient, nil)
	}
	for k := range 3 {
		plus, minus := run(k, h), run(k, -h)
		run(k, 0)
		got := ws.Read(hessian, nil)
		for j := range 3 {
			if want := (plus[j] - minus[j]) / (2 * h); !(math.Abs(got[j*3+k]-want) <= 1e-6*max(1, math.Abs(want))) {
				t.Errorf("entry %d, %d: %v, central difference %v", j, k, got[j*3+k], want)
			}
		}
	}
}

// The factor takes its matrix back, and its gradient by a symmetric matrix is symmetric, in both precisions.
func TestCholeskyOfPrograms(t *testing.T) {
	for precision, eps := range map[Precision]float64{Float64: 0x1p-53, Float32: 0x1p-24} {
		for _, n := range []int{1, 3, 33, 100} {
			g := New()
			x := g.Input("x", n, n)
			a := x.MatMulT(x).Add(identity(g, n, float64(n)))
			l := a.Cholesky()
			grad := Grad(l.Mul(g.Const(n, n, noise(n*n, 4))).Sum(), a)
			product, solution := l.MatMulT(l), a.MatMul(a.SolvePD(x))
			ws := CompileAs(precision, a, product, solution, grad).NewWorkspace()
			ws.Set(x, noise(n*n, 3))
			ws.Run()
			want, inputs := ws.Read(a, nil), ws.Read(x, nil)
			back, solved, by := ws.Read(product, nil), ws.Read(solution, nil), ws.Read(grad, nil)
			largest := 0.0
			for _, v := range want {
				largest = max(largest, math.Abs(v))
			}
			tol := 10 * float64(n) * eps * largest // the condition of a is below 10
			for i := range n {
				for j := range n {
					k := i*n + j
					if !(math.Abs(back[k]-want[k]) <= tol) {
						t.Errorf("%v, n = %d: entry %d, %d of L·Lᵀ is %v, want %v", precision, n, i, j, back[k], want[k])
					}
					if !(math.Abs(solved[k]-inputs[k]) <= tol) {
						t.Errorf("%v, n = %d: entry %d, %d of A·A⁻¹·x is %v, want %v", precision, n, i, j, solved[k], inputs[k])
					}
					if !(math.Abs(by[k]-by[j*n+i]) <= tol) {
						t.Errorf("%v, n = %d: the derivative by %d, %d is %v, by its mirror %v", precision, n, i, j, by[k], by[j*n+i])
					}
				}
			}
		}
	}
}

// Differences to what only one triangle holds are halved: both are read.
func TestCholeskyReadsTheSymmetricPart(t *testing.T) {
	factor := func(a ...float64) []float64 {
		return eval(a, func(v Value) Value { return v.Reshape(2, 2).Cholesky() })
	}
	if got, want := factor(4, 3, 1, 5), factor(4, 2, 2, 5); !same64(got, want) || !same64(got, []float64{2, 0, 1, 2}) {
		t.Errorf("got %v, of the symmetric part %v", got, want)
	}
}

// What is not positive definite makes NaN, never a panic.
func TestNotPositiveDefinite(t *testing.T) {
	nan := math.NaN()
	for name, f := range map[string]func(a Value) Value{
		"factor":       func(a Value) Value { return a.Cholesky().Slice(1, 2, 1, 2) },
		"solution":     func(a Value) Value { return a.SolvePD(a.SliceCols(0, 1)).SliceRows(0, 1) },
		"determinant":  Value.LogDetPD,
		"its gradient": func(a Value) Value { return Grad(a.LogDetPD(), a).Slice(0, 1, 0, 1) },
	} {
		if got := eval([]float64{1, 2, 2, 1}, func(v Value) Value { return f(v.Reshape(2, 2)) }); !same64(got, []float64{nan}) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
}

func TestCholeskyFactorisesOnce(t *testing.T) {
	g := New()
	a, b := g.Input("a", 5, 5), g.Input("b", 5, 2)
	text := Compile(a.SolvePD(b), a.LogDetPD(), a.Cholesky()).String()
	if n := strings.Count(text, "cholesky"); n != 1 {
		t.Errorf("%d factorisations in\n%s", n, text)
	}
}

func TestCholeskyDoesNotAllocate(t *testing.T) {
	g := New()
	theta, x, y := g.Input("theta", 1, 3), g.Input("x", 80, 1), g.Input("y", 80, 1)
	likelihood, _ := gaussian(theta, x, y)
	ws := Compile(likelihood, Grad(likelihood, theta)).NewWorkspace()
	fillInputs(ws, []Output{theta, x, y})
	ws.Run()
	if n := testing.AllocsPerRun(10, ws.Run); n > 0 {
		t.Errorf("%v allocations a run", n)
	}
}
