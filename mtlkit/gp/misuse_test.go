package gp

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/exported"
)

// Every exported function and field with its senseless values, and the sentence that it panics with.
func TestMisuse(t *testing.T) {
	good := draw(truth(), 1, 0, 1, 2, 0)
	data := func(change func(d *Data)) func() {
		d := good
		change(&d)
		return func() { _, _ = truth().Condition(d) }
	}
	kernel := func(change func(k *Kernel)) func() {
		k := truth()
		change(&k)
		return func() { _, _ = k.Condition(good) }
	}
	icm := func(m ICM) func() { return func() { _, _ = m.Fit(t.Context(), good) } }
	from := func(change func(k *Kernel)) func() {
		m, k := NewICM(1), truth()
		change(&k)
		m.Start = &k
		return icm(m)
	}
	model, err := truth().Condition(good)
	if err != nil {
		t.Fatal(err)
	}
	var tested []string
	for name, c := range map[string]struct {
		call func()
		says string
	}{
		"Data.X": {data(func(d *Data) { d.X = nil }),
			"Kernel.Condition: X is nil or empty; give a matrix of rows × columns"},
		"Data.Task": {data(func(d *Data) { d.Task = nil }),
			"Kernel.Condition: X has 4 rows, Task 0 entries, Y 4; want one for each row"},
		"Data.Task, number": {data(func(d *Data) { d.Task = []int{0, 1, 3, 0} }),
			"Kernel.Condition: row 2 is of task 3; there are 3, from 0"},
		"Data.Y": {data(func(d *Data) { d.Y = nil }),
			"Kernel.Condition: X has 4 rows, Task 4 entries, Y 0; want one for each row"},
		"Data.Tasks": {data(func(d *Data) { d.Tasks = 0 }),
			"Kernel.Condition: Tasks is 0; it must be 1 or more"},

		"Kernel.L": {kernel(func(k *Kernel) { k.L = nil }),
			"Kernel.Condition: L is nil or empty; give a matrix of tasks × rank"},
		"Kernel.L, NaN": {kernel(func(k *Kernel) { k.L = mat.NewDense(3, 1, []float64{1, math.NaN(), 1}) }),
			"Kernel.Condition: L[1, 0] is NaN; it must be finite"},
		"Kernel.Kappa": {kernel(func(k *Kernel) { k.Kappa = []float64{1, -1, 1} }),
			"Kernel.Condition: Kappa[1] is -1; it must be finite and not negative"},
		"Kernel.Noise": {kernel(func(k *Kernel) { k.Noise = []float64{1, 1, math.Inf(1)} }),
			"Kernel.Condition: Noise[2] is +Inf; it must be finite and not negative"},
		"Kernel.Lengthscales": {kernel(func(k *Kernel) { k.Lengthscales = []float64{1, 0} }),
			"Kernel.Condition: Lengthscales[1] is 0; it must be finite and positive"},
		"Kernel.Condition": {kernel(func(k *Kernel) { k.Noise = nil }),
			"Kernel.Condition: L has 3 rows, Kappa 3 numbers, Noise 0; there are 3 tasks"},
		"Kernel.Condition, columns": {kernel(func(k *Kernel) { k.Lengthscales = []float64{1} }),
			"Kernel.Condition: 1 Lengthscales for 2 columns"},
		"Kernel.Covariance": {func() { Kernel{}.Covariance() },
			"Kernel.Covariance: L is nil or empty; give a matrix of tasks × rank"},

		"ICM.Rank": {icm(NewICM(0)), "ICM: Rank is 0; it must be 1 or more"},
		"ICM.Tol":  {icm(ICM{Rank: 1}), "ICM: Tol is 0; it must be finite and positive, as NewICM sets it"},
		"ICM.Iterations": {icm(ICM{Rank: 1, Tol: 1}),
			"ICM: Iterations is 0; it must be 1 or more, as NewICM sets it"},
		"ICM.Floor": {icm(ICM{Rank: 1, Tol: 1, Iterations: 1, Floor: 1}),
			"ICM: Floor is 1; it must be in [0, 1)"},
		"ICM.Start": {from(func(k *Kernel) { k.Kappa = []float64{1, 0, 1} }),
			"ICM.Fit: Start: Kappa or Noise has a 0, from which nothing is learned; give positive numbers"},
		"ICM.Start, rank": {from(func(k *Kernel) { k.L = mat.NewDense(3, 2, nil) }),
			"ICM.Fit: Start: L has 2 columns, Rank is 1"},
		"ICM.Start, columns": {from(func(k *Kernel) { k.Lengthscales = nil }),
			"ICM.Fit: Start: 0 Lengthscales for 2 columns"},
		"ICM.Fit": {func() {
			var none context.Context
			_, _ = NewICM(1).Fit(none, good)
		}, "ICM.Fit: the context is nil; give context.Background()"},
		"ICM.Fit, data": {func() { _, _ = NewICM(1).Fit(t.Context(), Data{}) },
			"ICM.Fit: X is nil or empty; give a matrix of rows × columns"},

		"Model.Predict": {func() { _, _, _ = model.Predict(good.X, 3) }, "Model.Predict: task 3 of 3"},
		"Model.Predict, nil": {func() { _, _, _ = model.Predict(nil, 0) },
			"Model.Predict: x is nil or empty; give a matrix of places × columns"},
		"Model.Predict, columns": {func() { _, _, _ = model.Predict(mat.NewDense(1, 3, nil), 0) },
			"Model.Predict: x has 3 columns; the model has seen 2"},
	} {
		exported.Says(t, name, c.call, "gp: "+c.says)
		of, _, _ := strings.Cut(name, ",")
		tested = append(tested, of)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"NewICM": "its Rank is looked at by Fit", "Model.Kernel": "a result", "Model.LogLikelihood": "a result",
		"Model.Slope":      "a result",
		"Model.Iterations": "a result", "Unfinished": "a result",
	})
}
