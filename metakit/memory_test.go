package metakit_test

import (
	"runtime"
	"sync"
	"testing"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// heap returns the bytes of all that is in use.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// What is said beforehand is what a run holds, to the factor that the comment states.
func TestMemoryIsKnownBefore(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	wide := nn.MLP{Widths: []int{1, 128, 128, 1}, Activation: nn.Tanh}
	many := sines
	many.Shots, many.Queries = 30, 30
	maml := metakit.MAML{Network: wide, Loss: mse, Steps: 3, Inner: sgd}
	for name, training := range map[string]metakit.Training{
		"MAML":       {Learner: maml, Tasks: many},
		"no step":    {Learner: metakit.MAML{Network: wide, Loss: mse}, Tasks: many},
		"sizes":      {Learner: maml, Tasks: twoSizes{many}},
		"validation": {Learner: maml, Tasks: many, Validation: metakit.Validation{Tasks: many.Test(), Episodes: 20, Every: 1}},
	} {
		training.Iterations, training.MetaBatch, training.Optimizer = 8, 8, adam
		want, before := training.Memory(), heap()
		r, err := training.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := heap() - before
		runtime.KeepAlive(r)
		t.Logf("%s: %.2f MB said, %.2f MB held", name, float64(want)/1e6, float64(got)/1e6)
		if want < 1e6 || float64(got) > 1.5*float64(want) || float64(want) > 1.5*float64(got) {
			t.Errorf("%s: %d bytes said, %d held", name, want, got)
		}
	}
	steps := func(k int) int {
		return metakit.Training{Learner: metakit.MAML{Network: wide, Loss: mse, Steps: k, Inner: sgd}, Tasks: many, MetaBatch: 8,
			Optimizer: adam}.Memory()
	}
	if one, ten := steps(1), steps(10); !(ten > 2*one) {
		t.Errorf("ten steps take %d bytes, one %d", ten, one)
	}

	recomputed := func(piece int) int {
		l := maml
		l.Steps, l.Recompute = 36, piece
		return metakit.Training{Learner: l, Tasks: many, MetaBatch: 8, Optimizer: adam}.Memory()
	}
	if whole, pieces := recomputed(0), recomputed(6); !(2*pieces < whole) {
		t.Errorf("36 steps take %d bytes, in pieces of 6 %d; want less than half", whole, pieces)
	}

	weigher := &weighing{Distribution: many.Test()}
	e := metakit.Evaluation{Learner: maml, Tasks: weigher, Steps: []int{0, 10}, Episodes: 60}
	want, before := e.Memory(), heap()
	if _, err := e.Run(t.Context(), start(maml, 1)); err != nil {
		t.Fatal(err)
	}
	got := weigher.most - before
	t.Logf("evaluation: %.2f MB said, %.2f MB held", float64(want)/1e6, float64(got)/1e6)
	if float64(got) > 1.5*float64(want) || float64(want) > 1.5*float64(got) {
		t.Errorf("evaluation: %d bytes said, %d held", want, got)
	}
}

// weighing notes what is in use when its fiftieth episode is drawn.
type weighing struct {
	metakit.Distribution
	mu   sync.Mutex
	seen int
	most int
}

func (w *weighing) Draw(e *metakit.Episode, seed, index uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen++; w.seen == 50 {
		w.most = heap()
	}
	w.Distribution.Draw(e, seed, index)
}

// twoSizes is waves of which every other has twice the points to adapt to.
type twoSizes struct{ tasks.Sinusoid }

func (d twoSizes) Size(seed, index uint64) metakit.Size {
	s := d.Sinusoid.Size(seed, index)
	s.Support *= 1 + int(index/4%2)
	return s
}
