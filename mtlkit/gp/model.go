package gp

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// A Model is a kernel that has seen rows.
type Model struct {
	Kernel        Kernel
	LogLikelihood float64 // of all labels, log p(y)
	Slope         float64 // what ICM.Tol bounds: by L and the logarithms of the rest; 0 if it was not learned
	Iterations    int     // of BFGS

	x       *mat.Dense // divided by the lengths
	task    []int
	factor  []float64
	weights []float64
}

// Condition returns the model that the kernel is with these rows. An error says where data are no use, or that
// their covariance is not positive definite.
func (k Kernel) Condition(data Data) (*Model, error) {
	data.check("Kernel.Condition")
	_, columns := data.X.Dims()
	k.check("Kernel.Condition", data.Tasks, columns)
	rows, err := data.present()
	if err != nil {
		return nil, err
	}
	return k.condition(rows)
}

func (k Kernel) condition(rows present) (*Model, error) {
	_, rank := k.L.Dims()
	t := trace(rows, len(k.Kappa), rank)
	ws := autodiff.Compile(t.value, t.factor, t.weights).NewWorkspace()
	ws.Set(t.inputs, t.numbers(k))
	ws.Run()
	m := &Model{
		Kernel: k, LogLikelihood: -ws.Scalar(t.value), x: k.scaled(rows.x), task: rows.task,
		factor: ws.Read(t.factor, nil), weights: ws.Read(t.weights, nil),
	}
	if math.IsNaN(m.LogLikelihood) {
		return nil, notPositive(len(rows.y))
	}
	if math.IsInf(m.LogLikelihood, 0) || math.IsNaN(floats.Sum(m.weights)) {
		return nil, errors.New("gp: the labels are so large that the likelihood overflows; bring them to a scale " +
			"near 1")
	}
	return m, nil
}

// Predict returns mean and variance of the values of a task at places, a row of x each. The variance is that of the
// value; a label there has Kernel.Noise² more. It takes the kernel as known: where that was learned from few labels it
// is too small. It is an error if x is not finite.
func (m *Model) Predict(x *mat.Dense, task int) (mean, variance []float64, err error) {
	if task < 0 || task >= len(m.Kernel.Kappa) {
		panic(fmt.Sprintf("gp: Model.Predict: task %d of %d", task, len(m.Kernel.Kappa)))
	}
	if x == nil || x.IsEmpty() {
		panic("gp: Model.Predict: x is nil or empty; give a matrix of places × columns")
	}
	places, columns := x.Dims()
	if columns != len(m.Kernel.Lengthscales) {
		panic(fmt.Sprintf("gp: Model.Predict: x has %d columns; the model has seen %d", columns,
			len(m.Kernel.Lengthscales)))
	}
	for i := range places {
		if err := finite(x.RawRowView(i)[:columns], i); err != nil {
			return nil, nil, err
		}
	}
	b := m.Kernel.Covariance()
	k := m.Kernel.between(m.Kernel.scaled(x), task, m.x, m.task, b)
	mean, variance = make([]float64, places), make([]float64, places)
	for i := range mean {
		mean[i] = floats.Dot(k.Data[i*k.Stride:][:k.Cols], m.weights)
	}
	solveLower(m.factor, len(m.task), k)
	for i := range variance {
		row := k.Data[i*k.Stride:][:k.Cols]
		variance[i] = max(0, b.At(task, task)-floats.Dot(row, row))
	}
	return mean, variance, nil
}
