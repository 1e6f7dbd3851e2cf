package mtlkit_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/nn"
)

func TestStandardizer(t *testing.T) {
	tasks := []mtlkit.Task{
		{Name: "price", Loss: nn.SquaredError{}},
		{Name: "sold", Loss: nn.LogisticLoss{}},
		{Name: "kind", Loss: nn.SoftmaxLoss{}, Width: 3},
	}
	table := func(x, y []float64) *datasets.Table {
		return &datasets.Table{
			Inputs: []string{"a"}, Targets: []string{"kind", "price", "sold"},
			X: mat.NewDense(len(x), 1, x), Y: mat.NewDense(len(y)/3, 3, y),
		}
	}
	train := table([]float64{1, 3}, []float64{2, 10, 1, 0, 30, 0})
	other := table([]float64{5}, []float64{1, 20, 1})
	s := mtlkit.Standardize(tasks, train)
	got := []mtlkit.Data{s.Data(train), s.Data(other)}
	for k, want := range []mtlkit.Data{
		mtlkit.SharedInputs(mat.NewDense(2, 1, []float64{-1, 1}), []float64{-1, 1}, []float64{1, 0}, []float64{2, 0}),
		mtlkit.SharedInputs(mat.NewDense(1, 1, []float64{3}), []float64{0}, []float64{1}, []float64{1}),
	} {
		if !mat.EqualApprox(got[k].X[0], want.X[0], 1e-15) {
			t.Errorf("table %d: inputs %v, want %v", k, mat.Formatted(got[k].X[0]), mat.Formatted(want.X[0]))
		}
		for i := range tasks {
			if !mat.EqualApprox(got[k].Y[i], want.Y[i], 1e-15) {
				t.Errorf("table %d, %s: %v, want %v", k, tasks[i].Name, mat.Formatted(got[k].Y[i]), mat.Formatted(want.Y[i]))
			}
		}
		if err := got[k].Check(tasks); err != nil {
			t.Error(err)
		}
	}
	back := s.Units(0, got[0].Y[0])
	if !mat.EqualApprox(back, mat.NewDense(2, 1, []float64{10, 30}), 1e-15) {
		t.Errorf("prices in their unit: %v, want 10 and 30", mat.Formatted(back))
	}
	if classes := s.Units(2, got[0].Y[2]); !mat.Equal(classes, got[0].Y[2]) {
		t.Errorf("classes have become %v", mat.Formatted(classes))
	}
	if y := train.Target("price"); math.Abs(y[0]-10) > 0 {
		t.Error("the table itself was scaled")
	}
}

func TestStandardizerKeepsMissingLabels(t *testing.T) {
	tasks := []mtlkit.Task{{Name: "price", Loss: nn.SquaredError{}}}
	train := &datasets.Table{
		Inputs: []string{"a"}, Targets: []string{"price"},
		X: mat.NewDense(3, 1, []float64{1, 2, 3}), Y: mat.NewDense(3, 1, []float64{10, math.NaN(), 30}),
	}
	got := mtlkit.Standardize(tasks, train).Data(train)
	if err := got.Check(tasks); err != nil {
		t.Fatal(err)
	}
	if y := got.Y[0].RawMatrix().Data; y[0] != -1 || !math.IsNaN(y[1]) || y[2] != 1 {
		t.Errorf("labels %v, want -1, NaN, 1", y)
	}
}
