package mtlkit

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"kindred/nn"

	"gonum.org/v1/gonum/mat"
)

func columnOf(y ...float64) *mat.Dense { return mat.NewDense(len(y), 1, y) }

// numbered are tasks that learn numbers.
func numbered(m int) []Task {
	tasks := make([]Task, m)
	for i := range tasks {
		tasks[i] = Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}}
	}
	return tasks
}

// counting returns the numbers from 0 to n−1.
func counting(n int) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = float64(k)
	}
	return x
}

// collect returns the inputs of a task in all batches of an epoch.
func (s *sampler) collect(epoch, matrix int) (x []float64) {
	for k := range s.steps {
		s.fill(epoch, k)
		x = append(x, s.x[matrix]...)
	}
	return x
}

func TestSamplerDealsEveryRow(t *testing.T) {
	big, small := columnOf(counting(10)...), columnOf(counting(3)...)
	s := newSampler(Data{X: []*mat.Dense{big, small}, Y: []*mat.Dense{big, small}}, numbered(2), []int{4, 3}, 7, 0, 1)
	if s.steps != 3 {
		t.Fatalf("%d steps in an epoch of 10 rows, 4 a step, want 3", s.steps)
	}
	x := s.collect(0, 0)
	if got := slices.Sorted(slices.Values(x[:10])); !slices.Equal(got, counting(10)) {
		t.Errorf("the first 10 rows are %v, want each once", x[:10])
	}
	if !slices.Equal(x[10:], x[:2]) {
		t.Errorf("the last batch ends with %v, want the first rows again: %v", x[10:], x[:2])
	}
	if !slices.Equal(s.y[0], s.x[0]) {
		t.Errorf("labels %v for inputs %v", s.y[0], s.x[0])
	}
	if !slices.Equal(s.x[1], counting(3)) {
		t.Errorf("the small task's rows are %v, want all of them in every step", s.x[1])
	}
	if next := s.collect(1, 0); slices.Equal(next, x) {
		t.Errorf("epochs 0 and 1 have the same order %v", x)
	}
	if again := s.collect(0, 0); !slices.Equal(again, x) {
		t.Errorf("epoch 0 is %v, and %v when dealt again", x, again)
	}
	other := newSampler(s.data, numbered(2), []int{4, 3}, 7, 1, 2)
	if y := other.collect(0, 0); slices.Equal(y, x) {
		t.Error("two streams have the same order")
	}
}

func TestSamplerMasksMissingLabels(t *testing.T) {
	nan := math.NaN()
	x := columnOf(counting(5)...)
	s := newSampler(Data{X: []*mat.Dense{x}, Y: []*mat.Dense{x, columnOf(nan, 7, 3, nan, nan)}}, numbered(2), []int{5}, 0, 0, 1)
	s.fill(0, 0)
	if !s.whole || s.share[0] != nil || s.counts[0] != 5 {
		t.Errorf("a task with all labels has shares %v and counts %d", s.share[0], s.counts[0])
	}
	if !slices.Equal(s.y[1], []float64{7, 7, 3, 7, 7}) || !slices.Equal(s.share[1], []float64{0, 0.5, 0.5, 0, 0}) ||
		s.counts[1] != 2 {
		t.Errorf("labels %v, shares %v, count %d", s.y[1], s.share[1], s.counts[1])
	}
}
