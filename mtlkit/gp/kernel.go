package gp

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// A Kernel says how the values of tasks t and t′ at places x and x′ vary together, and how labels scatter around them:
//
//	k((x, t), (x′, t′)) = B_{tt′} · exp(−½ Σⱼ (xⱼ − x′ⱼ)²/ℓⱼ²),    B = LLᵀ + diag(κ)
//	y = value + noise of task t, with standard deviation σₜ
//
// the intrinsic model of coregionalisation, with a length for each column (automatic relevance determination: a column
// with a large ℓ does not count). The mean is 0 for all tasks: take the mean of each off its labels, and bring labels
// to a scale near 1.
//
// References: Bonilla, Chai, Williams. Multi-task Gaussian process prediction. NeurIPS 2007. Álvarez, Rosasco,
// Lawrence. Kernels for vector-valued functions: a review. Foundations and Trends in Machine Learning 4, 2012,
// arXiv:1106.6251.
type Kernel struct {
	L            *mat.Dense // tasks × rank: what tasks have in common, in the unit of labels
	Kappa        []float64  // κ of each task: its own variance, in that unit squared; not negative
	Lengthscales []float64  // ℓ of each column, in its unit; positive
	Noise        []float64  // σ of each task, in the unit of labels; not negative
}

// Covariance returns B, tasks × tasks, the covariance of the tasks at one place. B_{st}/√(B_{ss}·B_{tt}) is the
// correlation of two tasks.
func (k Kernel) Covariance() *mat.SymDense {
	k.check("Kernel.Covariance", len(k.Kappa), len(k.Lengthscales))
	b := mat.NewSymDense(len(k.Kappa), nil)
	b.SymOuterK(1, k.L)
	for t, kappa := range k.Kappa {
		b.SetSym(t, t, b.At(t, t)+kappa)
	}
	return b
}

// check panics unless the kernel makes sense, and is one for that many tasks and columns.
func (k Kernel) check(caller string, tasks, columns int) {
	say := func(format string, args ...any) { panic("gp: " + caller + ": " + fmt.Sprintf(format, args...)) }
	if k.L == nil || k.L.IsEmpty() {
		say("L is nil or empty; give a matrix of tasks × rank")
	}
	rows, rank := k.L.Dims()
	if rows != tasks || len(k.Kappa) != tasks || len(k.Noise) != tasks {
		say("L has %d rows, Kappa %d numbers, Noise %d; there are %d tasks", rows, len(k.Kappa), len(k.Noise), tasks)
	}
	if len(k.Lengthscales) != columns {
		say("%d Lengthscales for %d columns", len(k.Lengthscales), columns)
	}
	for t := range tasks {
		for r := range rank {
			if v := k.L.At(t, r); math.IsNaN(v) || math.IsInf(v, 0) {
				say("L[%d, %d] is %v; it must be finite", t, r, v)
			}
		}
	}
	for _, field := range []struct {
		name   string
		values []float64
		least  float64
		words  string
	}{
		{"Kappa", k.Kappa, 0, "not negative"}, {"Noise", k.Noise, 0, "not negative"},
		{"Lengthscales", k.Lengthscales, math.SmallestNonzeroFloat64, "positive"},
	} {
		for i, v := range field.values {
			if !(v >= field.least) || math.IsInf(v, 1) {
				say("%s[%d] is %v; it must be finite and %s", field.name, i, v, field.words)
			}
		}
	}
}

// scaled returns x with each column divided by its length.
func (k Kernel) scaled(x *mat.Dense) *mat.Dense {
	z := mat.DenseCopyOf(x)
	z.Apply(func(_, j int, v float64) float64 { return v / k.Lengthscales[j] }, z)
	return z
}

// between stores the covariances of task at places, a row each, with the rows, both scaled, in a new matrix.
func (k Kernel) between(places *mat.Dense, task int, rows *mat.Dense, tasks []int, b mat.Symmetric) blas64.General {
	m, n := places.RawMatrix(), rows.RawMatrix()
	out := blas64.General{Rows: m.Rows, Cols: n.Rows, Stride: n.Rows, Data: make([]float64, m.Rows*n.Rows)}
	for i := range m.Rows {
		p := m.Data[i*m.Stride:][:m.Cols]
		for r := range n.Rows {
			distance := 0.0
			for j, v := range n.Data[r*n.Stride:][:n.Cols] {
				distance += (v - p[j]) * (v - p[j])
			}
			out.Data[i*out.Stride+r] = b.At(task, tasks[r]) * math.Exp(-distance/2)
		}
	}
	return out
}

// solveLower makes each row of b L⁻¹ of itself, l being the rows of L, n × n.
func solveLower(l []float64, n int, b blas64.General) {
	blas64.Trsm(blas.Right, blas.Trans, 1,
		blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: l}, b)
}
