package sharing

import (
	"slices"
	"testing"

	"kindred/nn"
)

// What a task uses is what its twin starts from: its own experts, the shared ones, its gate and its head.
func TestCGCUsers(t *testing.T) {
	m := CGC{2, []int{4, 3}, 2, 1, [][]int{{1}, {2}, {1}}, nn.Tanh, nil, nil}
	for task := range 3 {
		_, from := m.Twin(task)
		if used := reached(m, task); !slices.Equal(from, used) {
			t.Errorf("the twin of task %d starts from %q, the task uses %q", task+1, from, used)
		}
	}
	theta, x := moved(m), gaussian(5, 2)
	out, _ := outputsOf(m, theta, x)
	twin, from := m.Twin(2)
	var own []float64
	for _, name := range from {
		own = append(own, readerOf(m, theta).View(name).RawMatrix().Data...)
	}
	alone, _ := outputsOf(twin, own, x)
	same(t, "the twin's output", alone[0], out[2])
}
