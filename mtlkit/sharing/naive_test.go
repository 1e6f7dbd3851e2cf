package sharing

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// A naive implementation of an architecture is loops over complex numbers: with a parameter moved by ih, the imaginary
// part of a result is h times its derivative, to the last digits, as nothing is subtracted.
type naive struct {
	matrices map[string]rows
	theta    []complex128 // the numbers of all matrices
}

type rows [][]complex128

func newNaive(shapes []autodiff.Shape, theta []float64) naive {
	n, at := naive{map[string]rows{}, make([]complex128, len(theta))}, 0
	for k, v := range theta {
		n.theta[k] = complex(v, 0)
	}
	for _, s := range shapes {
		for range s.Rows {
			n.matrices[s.Name] = append(n.matrices[s.Name], n.theta[at:at+s.Cols])
			at += s.Cols
		}
	}
	return n
}

// matrix returns the matrix of that name.
func (n naive) matrix(name string) rows {
	w, ok := n.matrices[name]
	if !ok {
		panic("no matrix is called " + name)
	}
	return w
}

// dense returns f(x·W + b) for layer k of the part of that name.
func (n naive) dense(f func(complex128) complex128, part string, k int, x rows) (out rows) {
	w, b := n.matrix(fmt.Sprintf("%s.W%d", part, k)), n.matrix(fmt.Sprintf("%s.b%d", part, k))
	for _, row := range x {
		h := make([]complex128, len(b[0]))
		for j := range h {
			h[j] = b[0][j]
			for i, v := range row {
				h[j] += v * w[i][j]
			}
			h[j] = f(h[j])
		}
		out = append(out, h)
	}
	return out
}

func identity(v complex128) complex128 { return v }
func sigmoid(v complex128) complex128  { return 1 / (1 + cmplx.Exp(-v)) }

// softmax returns exp(v) over their sum.
func naiveSoftmax(v []complex128) (p []complex128) {
	sum := complex128(0)
	for _, a := range v {
		sum += cmplx.Exp(a)
	}
	for _, a := range v {
		p = append(p, cmplx.Exp(a)/sum)
	}
	return p
}

// objective is the sum of outputs, weighed at random, and a penalty.
func (n naive) objective(out []rows, penalty complex128) complex128 {
	rng := rand.New(rand.NewPCG(9, 0))
	for _, o := range out {
		for _, row := range o {
			for _, v := range row {
				penalty += complex(rng.NormFloat64(), 0) * v
			}
		}
	}
	return penalty
}

// agrees fails the test unless a model in training, its outputs, their weighed sum with the penalties and its gradient,
// is what the naive implementation says, within 1e-10 of the largest entry. x are the rows of each task; noise is what
// the model's requests of that many uniform numbers come to.
func agrees(t *testing.T, m mtlkit.Model, theta []float64, x []rows, requests []int,
	f func(n naive, x []rows, noise [][]float64) (out []rows, penalty complex128)) {
	t.Helper()
	g := autodiff.New()
	trace, p := nn.NewTrace(g, true), g.Params(m.Shapes())
	var in []autodiff.Value
	for i, task := range x {
		in = append(in, g.Input(fmt.Sprint("x", i), len(task), len(task[0])))
	}
	values := m.Apply(trace, p, slices.Clone(in))
	rng, sum := rand.New(rand.NewPCG(9, 0)), g.Scalar(0)
	var outputs []autodiff.Output
	for _, v := range values {
		w := make([]float64, v.Size())
		for k := range w {
			w[k] = rng.NormFloat64()
		}
		sum, outputs = sum.Add(v.Mul(g.Const(v.Rows(), v.Cols(), w)).Sum()), append(outputs, v)
	}
	for _, penalty := range trace.Penalties() {
		sum = sum.Add(penalty.Value)
	}
	grad := autodiff.GradParams(sum, p)
	ws := autodiff.Compile(append(outputs, sum, grad)...).NewWorkspace()
	ws.SetNoise(1, 2, 3)
	ws.Set(p, theta)
	for i, task := range x {
		var flat []float64
		for _, row := range task {
			for _, v := range row {
				flat = append(flat, real(v))
			}
		}
		ws.Set(in[i], flat)
	}
	for _, s := range trace.ScheduledNumbers() {
		ws.Set(s.Value, []float64{s.At(scheduledStep)})
	}
	ws.Run()

	n, noise := newNaive(m.Shapes(), theta), uniform(requests)
	out, penalty := f(n, x, noise)
	for i, v := range values {
		var want []float64
		for _, row := range out[i] {
			for _, w := range row {
				want = append(want, real(w))
			}
		}
		near(t, fmt.Sprint("output ", i), ws.Read(v, nil), want, slices.Repeat([]float64{absolute(want)}, len(want)))
	}
	total := real(n.objective(out, penalty))
	near(t, "the objective", []float64{ws.Scalar(sum)}, []float64{total}, []float64{math.Abs(total)})
	want, h := make([]float64, len(theta)), 1e-30
	for k := range theta {
		n.theta[k] += complex(0, h)
		out, penalty := f(n, x, noise)
		want[k] = imag(n.objective(out, penalty)) / h
		n.theta[k] = complex(theta[k], 0)
	}
	near(t, "gradient", ws.Read(grad, nil), want, slices.Repeat([]float64{absolute(want)}, len(want)))
}

// scheduledStep is the step of training of which agrees takes scheduled numbers.
const scheduledStep = 3

// uniform returns what requests of that many uniform numbers come to, in a graph that has no others.
func uniform(requests []int) (noise [][]float64) {
	if len(requests) == 0 {
		return nil
	}
	g := autodiff.New()
	var outputs []autodiff.Output
	for _, n := range requests {
		outputs = append(outputs, g.Uniform(1, n))
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.SetNoise(1, 2, 3)
	ws.Run()
	for _, o := range outputs {
		noise = append(noise, ws.Read(o, nil))
	}
	return noise
}

// rowsOf returns Gaussian rows for each task, of their own.
func rowsOf(tasks, n, columns int) (x []rows) {
	rng := rand.New(rand.NewPCG(8, 0))
	for range tasks {
		var task rows
		for range n {
			var row []complex128
			for range columns {
				row = append(row, complex(rng.NormFloat64(), 0))
			}
			task = append(task, row)
		}
		x = append(x, task)
	}
	return x
}
