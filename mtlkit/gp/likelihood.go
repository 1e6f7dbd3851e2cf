package gp

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// traced is the negative log likelihood of labels, as a program of the kernel's numbers:
//
//	−log p(y) = ½ yᵀK⁻¹y + ½ log det K + ½ n log 2π,    K = (k(xᵢ, xⱼ)) + diag(σ²)
//
// of which κ, ℓ and σ go in as logarithms.
type traced struct {
	inputs      autodiff.Params // L, log κ, log ℓ, log σ
	value       autodiff.Value  // 1×1
	factor      autodiff.Value  // the lower triangular factor of K
	weights     autodiff.Value  // K⁻¹y
	rank, tasks int
	columns     int
}

// trace records the likelihood of these rows.
func trace(p present, tasks, rank int) traced {
	n, columns := p.x.Dims()
	g := autodiff.New()
	t := traced{rank: rank, tasks: tasks, columns: columns}
	t.inputs = g.Params([]autodiff.Shape{
		{Name: "L", Rows: tasks, Cols: rank}, {Name: "log kappa", Rows: 1, Cols: tasks},
		{Name: "log lengthscale", Rows: 1, Cols: columns}, {Name: "log noise", Rows: 1, Cols: tasks},
	})
	index, order := make([]float64, n), make([]float64, n)
	for i, task := range p.task {
		index[i], order[i] = float64(task), float64(i)
	}
	task, diagonal := g.Const(n, 1, index), g.Const(n, 1, order)
	y := g.Const(n, 1, p.y)

	z := centred(g, p.x).Mul(t.inputs.At(2).Neg().Exp())
	square := z.Square().SumAxis(1)
	distance := square.Add(square.T()).Sub(z.MatMulT(z).Scale(2))

	l := t.inputs.At(0)
	own := t.inputs.At(1).Exp().T().Scatter(g.Const(tasks, 1, upTo(tasks)), tasks)
	b := l.MatMulT(l).Add(own).GatherRows(task).T().GatherRows(task)
	noise := t.inputs.At(3).Scale(2).Exp().T().GatherRows(task)

	k := distance.Scale(-0.5).Exp().Mul(b).Add(noise.Scatter(diagonal, n))
	t.factor = k.Cholesky() // once, so that the derivative goes back through one
	half := t.factor.SolveLower(y)
	t.weights = t.factor.SolveLowerT(half)
	logDet := t.factor.Gather(diagonal).Log().Sum().Scale(2)
	t.value = half.Square().Sum().Add(logDet).Scale(0.5).Shift(float64(n) / 2 * math.Log(2*math.Pi))
	return t
}

// centred returns x less the mean of each column, so that distances, which are differences of squares, keep their
// digits.
func centred(g *autodiff.Graph, x *mat.Dense) autodiff.Value {
	n, columns := x.Dims()
	c := mat.DenseCopyOf(x)
	for j := range columns {
		mean := 0.0
		for i := range n {
			mean += x.At(i, j) / float64(n)
		}
		for i := range n {
			c.Set(i, j, x.At(i, j)-mean)
		}
	}
	return g.Const(n, columns, c.RawMatrix().Data)
}

func upTo(n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = float64(i)
	}
	return all
}

// numbers returns those of a kernel as the program takes them.
func (t traced) numbers(k Kernel) []float64 {
	l := mat.DenseCopyOf(k.L).RawMatrix().Data
	logs := func(values []float64) []float64 {
		out := make([]float64, len(values))
		for i, v := range values {
			out[i] = math.Log(v)
		}
		return out
	}
	return slices.Concat(l, logs(k.Kappa), logs(k.Lengthscales), logs(k.Noise))
}

// kernel is the inverse of numbers.
func (t traced) kernel(numbers []float64) Kernel {
	take := func(n int) []float64 {
		values := make([]float64, n)
		for i, v := range numbers[:n] {
			values[i] = math.Exp(v)
		}
		numbers = numbers[n:]
		return values
	}
	l := mat.NewDense(t.tasks, t.rank, slices.Clone(numbers[:t.tasks*t.rank]))
	numbers = numbers[t.tasks*t.rank:]
	return Kernel{L: l, Kappa: take(t.tasks), Lengthscales: take(t.columns), Noise: take(t.tasks)}
}

// notPositive says that K is not positive definite.
func notPositive(n int) error {
	return fmt.Errorf("gp: the covariance of the %d rows is not positive definite, as far as float64 can tell: a task "+
		"with little noise has rows at the same place, or nearly so; give it more Noise", n)
}
