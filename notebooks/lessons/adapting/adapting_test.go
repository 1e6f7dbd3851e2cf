package adapting

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

var article42 = Article()

// The median that Keras comes to over 20 seeds of its own is 0.0784; ours are other seeds.
func TestArticleRepaired(t *testing.T) {
	var errors []float64
	for seed := range starts {
		theta := article42.learn(seed, article42.Data.Y)
		e, _ := pose(article42.Net, nn.MSE, article42.Data.X, article42.Data.Y).at(theta)
		errors = append(errors, e)
	}
	if m := metakit.MedianRange(errors); math.Abs(m.Median-0.078) > 0.01 {
		t.Errorf("squared error %v after 100 epochs, want a median of 0.078", m)
	}
}

// In the article's own experiment, repaired, the handed-over weights win before the steps on nearly all seeds; so do weights
// learned from shuffled targets, since there is nothing but the mean to hand over.
func TestArticleTransfer(t *testing.T) {
	m := article42
	p := pose(m.Net, nn.MSE, m.Data.XNew, []float64{m.Data.YNew})
	shuffled := slices.Clone(m.Data.Y)
	slices.Reverse(shuffled)
	for name, y := range map[string][]float64{"learned": m.Data.Y, "learned from shuffled targets": shuffled} {
		wins := 0
		for seed := range starts {
			handed, _ := p.at(m.learn(seed, y))
			if fresh, _ := p.at(m.start(seed, 1)); handed < fresh {
				wins++
			}
		}
		if wins < 16 {
			t.Errorf("%s: better than fresh weights on %d of %d seeds", name, wins, starts)
		}
	}
}

// The figures name their floors and tell their numbers.
func TestArticleFigures(t *testing.T) {
	for want, f := range map[string]plots.Figure{
		"0.6893": article42.NewPoint(3), "0.0154": article42.Transfer(3),
	} {
		if !strings.Contains(string(f.SVG())+f.HTML(), want) {
			t.Errorf("the figure does not say %s: %s", want, f.Alt())
		}
	}
}

var (
	smallNet  = nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	smallMAML = metakit.MAML{Network: smallNet, Loss: nn.SquaredError{}, Steps: 1, Inner: innerRule}
	waveTests = metakit.Evaluation{Tasks: tasks.NewSinusoid(10).EvenTest(4, 1), Steps: []int{0, 1, 10}, Episodes: 16}
)

// A counter is told how much is done.
type counter func(done int)

func (c counter) Set(done int) { c(done) }
func (counter) Done()          {}

// A contest's results are those of its trainings and tests run by hand.
func TestContest(t *testing.T) {
	c := Contest{
		Learners: []metakit.Learner{metakit.Scratch{Network: smallNet, Loss: nn.SquaredError{}, Inner: innerRule}, smallMAML},
		Training: metakit.Training{Tasks: tasks.NewSinusoid(10), Iterations: 20, MetaBatch: 4, Optimizer: nn.NewAdam(0.001)},
		Test:     waveTests, Seeds: 3,
	}
	seeds := 0
	results, err := c.Run(t.Context(), counter(func(done int) { seeds = done }))
	if err != nil || seeds != 3 {
		t.Fatalf("%d seeds done, error %v", seeds, err)
	}
	training := metakit.Training{Learner: c.Learners[1], Tasks: tasks.NewSinusoid(10), Iterations: 20, MetaBatch: 4, Optimizer: nn.NewAdam(0.001), Seed: 2}
	run, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	test := waveTests
	test.Learner = c.Learners[1]
	outcome, err := test.Run(t.Context(), run.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := results[1][2].Errors, []float64{outcome[0].Mean, outcome[1].Mean, outcome[2].Mean}; !slices.Equal(got, want) {
		t.Errorf("MAML, seed 2: errors %v, by hand %v", got, want)
	}
	if results[0][0].Errors[0] == results[0][1].Errors[0] {
		t.Error("two seeds of scratch began alike")
	}
}

// A stopped contest keeps the seeds that are done, and of the first what was learned.
func TestContestStopped(t *testing.T) {
	for _, after := range []int{0, 1} {
		ctx, cancel := context.WithCancel(t.Context())
		c := Contest{
			Learners: []metakit.Learner{smallMAML, metakit.Pooled{Network: smallNet, Loss: nn.SquaredError{}, Inner: innerRule}},
			Training: metakit.Training{Tasks: tasks.NewSinusoid(10), Iterations: 5, MetaBatch: 4, Optimizer: nn.NewAdam(0.001)},
			Test:     waveTests, Seeds: 5,
		}
		if after == 0 {
			cancel()
		}
		var err error
		c.Results, err = c.Run(ctx, counter(func(done int) {
			if done == after {
				cancel()
			}
		}))
		cancel()
		if !errors.Is(err, context.Canceled) || len(c.Results[0]) != 1 || len(c.Results[1]) != 1 {
			t.Errorf("stopped after %d seeds: error %v, %d and %d results", after, err, len(c.Results[0]), len(c.Results[1]))
		}
		c.Waves(nil, false)
		c.Against(1)
	}
}

// A learner whose steps diverge on a task has no mean error, and the text says on how many it has none.
func TestContestSaysWhatDiverged(t *testing.T) {
	c := Contest{
		Learners: []metakit.Learner{metakit.MetaSGD{Network: smallNet, Loss: nn.SquaredError{}}}, Test: waveTests,
		Results: [][]Result{{{Errors: []float64{1, 0.5}, Broken: []int{0, 0}}, {Errors: []float64{2, math.Inf(1)}, Broken: []int{0, 8}}}},
	}
	if got, want := c.tell(0, 0, 1), "1.5 [-4.85, 7.85], diverged on 25 %"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if m := c.interval(0, 1); !math.IsInf(m.Mean, 1) {
		t.Errorf("mean %v of a finite and an infinite error", m)
	}
}

// Two lines are a quadratic in w and b, whose minima are known: with rᵗ = 1 − 0.3·2·mean x² after one step, those of MAML weigh
// the tasks' own w by r²ᵏ, those of first order by rᵏ, those of Reptile by 1 − rᵏ.
func TestLandscapes(t *testing.T) {
	const rate = 0.3
	quick, slow := 1-rate*2*2/3.0, 1-rate*2*0.06
	tasks, net := TwoLines(), nn.MLP{Widths: []int{1, 1}}
	for _, k := range []int{1, 3} {
		steps := float64(k)
		maml := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: k, Inner: nn.SGD{Rate: rate}}
		first := maml
		first.FirstOrder = true
		for _, c := range []struct {
			learner         metakit.Learner
			ofQuick, ofSlow float64
		}{
			{maml, math.Pow(quick, 2*steps), math.Pow(slow, 2*steps)},
			{first, math.Pow(quick, steps), math.Pow(slow, steps)},
			{metakit.Reptile{Network: net, Loss: nn.SquaredError{}, Steps: k, Inner: nn.SGD{Rate: rate}, OverRate: true},
				1 - math.Pow(quick, steps), 1 - math.Pow(slow, steps)},
		} {
			path := walk(c.learner, tasks)
			want := (2*c.ofQuick - c.ofSlow) / (c.ofQuick + c.ofSlow)
			if got := path.X[len(path.X)-1]; math.Abs(got-want) > 1e-6 {
				t.Errorf("%s, %d steps: ends at w = %v, want %v", nameOf(c.learner), k, got, want)
			}
		}
		test := metakit.Evaluation{Learner: maml, Tasks: tasks, Steps: []int{k}, Episodes: 2}
		outcome, err := test.Run(t.Context(), []float64{1, -1})
		if err != nil {
			t.Fatal(err)
		}
		grid := plots.Grid{X: plots.Range{1, 2}, Y: plots.Range{-1, 0}, Columns: 2, Rows: 2}
		if got := landscape(maml, tasks, grid)[0]; math.Abs(got-outcome[0].Mean) > 1e-12 {
			t.Errorf("%d steps: the map says %v at (1, −1), the evaluation %v", k, got, outcome[0].Mean)
		}
	}
}

func TestZeroShotNamesTheFloor(t *testing.T) {
	training := metakit.Training{Learner: metakit.Pooled{Network: smallNet, Loss: nn.SquaredError{}, Inner: innerRule}, Iterations: 5, MetaBatch: 25, Optimizer: nn.NewAdam(0.001)}
	if f := zeroShot(training, 0.5).Figure(Mean{}, false); !strings.Contains(string(f.SVG()), "3.0057") {
		t.Error("the figure does not name the floor 3.0057")
	}
}
