package metakit_test

import (
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// The scores of an outcome are those of the loss's metric on what the learner predicts.
func TestScores(t *testing.T) {
	classes := models.NewPrototypical(nn.MLP{Widths: []int{16, 8}}, 5)
	meta, d := start(classes, 1), learners.Spots()
	test := metakit.Evaluation{Learner: classes, Tasks: d, Steps: []int{0}, Episodes: 30}
	o, err := test.Run(t.Context(), meta)
	if err != nil {
		t.Fatal(err)
	}
	for k, got := range o[0].Score.Values {
		e, right := test.Episode(k), 0
		p := predict(t, classes, meta, e, []int{0})[0]
		for i := range 25 {
			best := 0
			for j := range 5 {
				if p.At(i, j) > p.At(i, best) {
					best = j
				}
			}
			if float64(best) == e.Query.Y.At(i, 0) {
				right++
			}
		}
		if want := float64(right) / 25; math.Abs(got-want) > 1e-15 {
			t.Errorf("episode %d: accuracy %v, want %v", k, got, want)
		}
	}
	if o[0].Score.Name != "accuracy" || o[0].Score.N != 30 || o[0].N != 30 {
		t.Errorf("%q of %d and %d tasks", o[0].Score.Name, o[0].Score.N, o[0].N)
	}

	waves := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	o, err = metakit.Evaluation{Learner: waves, Tasks: sines.Test(), Steps: []int{0, 2},
		Episodes: 10}.Run(t.Context(), start(waves, 1))
	if err != nil || o[1].Score.Name != "R²" {
		t.Fatalf("%v; the score is called %q", err, o[1].Score.Name)
	}
	e := metakit.Evaluation{Tasks: sines.Test()}.Episode(3)
	y := mat.Col(nil, 0, e.Query.Y)
	mean, total := 0.0, 0.0
	for _, v := range y {
		mean += v / 100
	}
	for _, v := range y {
		total += (v - mean) * (v - mean)
	}
	if got, want := o[1].Score.Values[3], 1-100*o[1].Losses[3]/total; math.Abs(got-want) > 1e-12 {
		t.Errorf("R² %v, want %v", got, want)
	}
}

// A task counts once: all of a collection by default, fewer if so said, never more; nor one that is in it twice.
func TestTasksCountOnce(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse}
	drawn, meta := metakit.Collect(sines, 1, 10), start(l, 1)
	run := func(d metakit.Distribution, episodes int) (n, scored, base int, refused string) {
		defer func() {
			if r := recover(); r != nil {
				refused = r.(string)
			}
		}()
		e := metakit.Evaluation{Learner: l, Tasks: d, Steps: []int{0}, Episodes: episodes}
		b, err := e.Baseline(t.Context(), baseline.Zero{}, mse)
		if err != nil {
			t.Fatal(err)
		}
		o, err := e.Run(t.Context(), meta)
		if err != nil {
			t.Fatal(err)
		}
		return o[0].N, o[0].Score.N, b.N, ""
	}
	for k, e := range drawn { // a test begins with the first
		if got := (metakit.Evaluation{Tasks: drawn}).Episode(k); !mat.Equal(got.Query.Y, e.Query.Y) {
			t.Errorf("test episode %d is another one of the collection", k)
		}
	}
	twice := append(metakit.Collection{}, drawn...)
	twice[7] = twice[2]
	for _, c := range []struct {
		tasks    metakit.Distribution
		episodes int
		n        int
		refused  string
	}{
		{drawn, 0, 10, ""},
		{drawn, 4, 4, ""},
		{drawn, 10, 10, ""},
		{drawn, 11, 0, "11 episodes of 10 tasks"},
		{drawn, 1000, 0, "1000 episodes of 10 tasks"},
		{three{drawn}, 0, 10, ""}, // embedded, it is finite all the same
		{three{drawn}, 1000, 0, "1000 episodes of 10 tasks"},
		{twice, 0, 0, "episodes 2 and 7 of the Collection are one"},
		{sines, 12, 12, ""},
		{sines, 0, 0, "Episodes is 0; say how many"},
	} {
		n, scored, base, refused := run(c.tasks, c.episodes)
		if n != c.n || scored != c.n || base != c.n || !strings.Contains(refused, c.refused) || (refused != "") != (c.refused != "") {
			t.Errorf("%T, %d episodes: N is %d, %d and %d, want %d; refused: %q, want %q", c.tasks, c.episodes, n, scored,
				base, c.n, refused, c.refused)
		}
	}
}

// three is a collection under another name.
type three struct{ metakit.Collection }

// Baselines are measured by the loss they are told, on sets of any size.
func TestBaselines(t *testing.T) {
	d := anySize{sines}
	test := metakit.Evaluation{Tasks: d, Episodes: 300}
	o, err := test.Baseline(t.Context(), baseline.Mean{}, nn.HuberLoss{Delta: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	for k, got := range o.Losses {
		e := test.Episode(k)
		mean, want := 0.0, 0.0
		y := mat.Col(nil, 0, e.Support.Y)
		for _, v := range y {
			mean += v / float64(len(y))
		}
		for _, v := range mat.Col(nil, 0, e.Query.Y) {
			if r := math.Abs(v - mean); r <= 0.5 {
				want += r * r / 2
			} else {
				want += 0.5 * (r - 0.25)
			}
		}
		if want /= float64(e.Size().Query); math.Abs(got-want) > 1e-12*(1+want) {
			t.Fatalf("episode %d: %v, want %v", k, got, want)
		}
	}
	classes, err := metakit.Evaluation{Tasks: learners.Spots(), Episodes: 20}.Baseline(t.Context(), fifths{}, nn.SoftmaxLoss{})
	if err != nil || math.Abs(classes.Mean-math.Log(5)) > 1e-12 || classes.Score.Mean != 0.2 {
		t.Errorf("all classes alike: loss %v, accuracy %v, want log 5 and 0.2; %v", classes.Mean, classes.Score.Mean, err)
	}
}

// A Draw that ends its goroutine without a panic does not leave the caller waiting.
func TestDrawThatEndsItsGoroutine(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse}
	for name, run := range map[string]func(d metakit.Distribution){
		"training": func(d metakit.Distribution) {
			metakit.Training{Learner: l, Tasks: d, Iterations: 3, MetaBatch: 64, Optimizer: adam}.Run(t.Context())
		},
		"evaluation": func(d metakit.Distribution) {
			metakit.Evaluation{Learner: l, Tasks: d, Steps: []int{0}, Episodes: 64}.Run(t.Context(), start(l, 1))
		},
		"baseline": func(d metakit.Distribution) {
			metakit.Evaluation{Tasks: d, Episodes: 64}.Baseline(t.Context(), baseline.Zero{}, mse)
		},
	} {
		done := make(chan bool)
		go func() {
			defer close(done)
			defer func() { _ = recover() }() // if a helper ended, the caller panics; if the caller drew, it ends
			run(ending{sines})
		}()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: the caller waits for ever", name)
		}
	}
}

// ending is waves of which some end the goroutine that draws them, as t.FailNow does.
type ending struct{ tasks.Sinusoid }

func (d ending) Draw(e *metakit.Episode, seed, index uint64) {
	if index&7 == 7 {
		runtime.Goexit()
	}
	d.Sinusoid.Draw(e, seed, index)
}
