package threeways

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

var heads = [][]int{{1}, {1}}

// learn trains so many epochs on few rows.
func learn(epochs int) Learning {
	return func(m mtlkit.Model, relatedness float64) lessons.Configure {
		return func(seed uint64) mtlkit.Trainer {
			family := mtlkit.RelatedTasks{
				Inputs: 8, Features: 3, Relatedness: relatedness, Noise: 0.1, Rows: []int{60, 20}, HeldOut: 40,
			}
			train, held := family.Draw(seed)
			return mtlkit.Trainer{
				Model: m, Tasks: family.Tasks(), Data: train, HeldOut: held, Optimizer: nn.NewAdam(0.03),
				Epochs: epochs,
				Seed:   seed,
			}
		}
	}
}

// says fails unless the figure shows each of the texts.
func says(t *testing.T, f plots.Figure, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(string(f.SVG())+f.HTML(), text) {
			t.Errorf("the figure does not say %q: %s", text, f.Alt())
		}
	}
}

func drain(steps iter.Seq[int]) (last int) {
	for k := range steps {
		last = k
	}
	return last
}

func TestDraw(t *testing.T) {
	six := Draw(SixWays()...)
	lessontest.Save(t, "ways-1-six", six)
	says(t, six, "Both tasks use from 0 to 90 % of the parameters", "lent to the other", "216 of 266")
	lessontest.Save(t, "ways-1-ple", Draw(Way{"PLE", sharing.PLE{
		Inputs: 8, Levels: [][]int{{8}, {8}}, Own: 1, Shared: 1, Heads: heads}}))
}

func TestTies(t *testing.T) {
	ties := &Ties{
		Ties: []float64{0, 0.1}, Seeds: 2, Train: learn(60), Relatedness: 1,
		Model: func(tie float64) mtlkit.Model {
			return sharing.SoftSharing{Trunk: []int{8, 6}, Heads: heads, Activation: nn.Tanh, Tie: tie}
		},
	}
	if n := drain(ties.Learn(t.Context())); n != 60 {
		t.Errorf("%d epochs, want 60", n)
	}
	lessontest.Save(t, "ways-2-ties", ties.Figure())
	free, tied := last(ties.chorus.seen[0][0]), last(ties.chorus.seen[1][0])
	for seed := range free {
		if !(free[seed] > 0.7 && tied[seed] < 0.3) {
			t.Errorf("seed %d: the trunks end %v apart without a tie, %v with one", seed, free[seed], tied[seed])
		}
	}
}

// What a chorus trains, it trains as a trainer would.
func TestChorusIsTraining(t *testing.T) {
	m := sharing.CrossStitch{Inputs: 8, Levels: [][]int{{4}}, Heads: heads, Activation: nn.Tanh}
	s := &Stitches{Model: m, Train: learn(7), Near: 1, Seeds: 2}
	drain(s.Learn(t.Context()))
	lessontest.Save(t, "ways-3-stitches", s.Figure())
	for k, rho := range []float64{s.Near, 0} {
		for seed := range uint64(2) {
			run, err := s.Train(m, rho)(seed).Train(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(run.Theta, s.chorus.runs[k][seed].Theta) {
				t.Errorf("relatedness %g, seed %d: other parameters than those of a training", rho, seed)
			}
			seen, stitch := s.chorus.seen[k], run.Params().View("stitch1")
			if n := len(seen[1][seed]); n != 8 || seen[1][seed][0] != 0.1 || seen[1][seed][7] != stitch.At(0, 1) {
				t.Errorf("entry 1, 2 was seen as %v, ends as %v", seen[1][seed], stitch.At(0, 1))
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for n := range s.Learn(ctx) {
		if cancel(); n > 1 {
			t.Errorf("epoch %d was trained after the end", n)
		}
	}
	says(t, s.Figure(), "entry of the stitch") // what was learned by then
}

func TestGates(t *testing.T) {
	m := sharing.MMoE{Inputs: 8, Levels: [][]int{{3}}, Experts: 3, Heads: heads, Activation: nn.Tanh}
	g := &Gates{Model: m, Train: learn(3), Near: 1, Seeds: 2}
	drain(g.Learn(t.Context()))
	lessontest.Save(t, "ways-4-gates", g.Figure())
	for e, sum := 0, 0.0; e < 3; e++ {
		if sum += g.chorus.seen[1][1+e][1][2]; e == 2 {
			lessontest.Near(t, "sum of a gate's weights", sum, 1, 1e-12)
		}
	}
	a, b := mtlkit.Rows([]float64{1, 0, 0}, []float64{0.5, 0.5, 0}),
		mtlkit.Rows([]float64{0, 0, 1}, []float64{0.25, 0.75, 0})
	lessontest.Near(t, "gates apart", apart(a, b), (1+0.25)/2, 1e-15)
}

func TestGains(t *testing.T) {
	hard := sharing.HardSharing{Trunk: []int{8, 6}, Heads: heads, Activation: nn.Tanh}
	g := &Gains{
		Ways: []Way{{"hard", hard}, {"literal",
			sharing.OwnFirst{Trunks: [][]int{{8, 6}, {8, 6}}, Head: []int{1}, Activation: nn.Tanh}}},
		Train: learn(4), Relatedness: 1, Seeds: 3,
	}
	drain(g.Learn(t.Context()))
	lessontest.Save(t, "ways-5-gains", g.Figure())
	c, err := mtlkit.Compare(t.Context(), 3, g.Train(hard, 1))
	if err != nil {
		t.Fatal(err)
	}
	// By hand: seed 0 is stopped where the mean of seeds 1 and 2 is least.
	stop := func(runs []*mtlkit.Run) float64 {
		h, best := lessons.HeldOut(runs, 1), 0
		for e := range h[1] {
			if h[1][e]+h[2][e] < h[1][best]+h[2][best] {
				best = e
			}
		}
		return h[0][best]
	}
	mean := 0.0
	for _, v := range lessons.Stopped(lessons.HeldOut(c.Alone, 1)) {
		mean += v / 3
	}
	lessontest.Near(t, "gain of task 2 on seed 0", g.gains[0][1][0], 100*(stop(c.Alone)-stop(c.Joint))/mean, 1e-10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n := drain(g.Learn(ctx)); n != 0 {
		t.Errorf("%d ways were compared after the end", n)
	}
	says(t, g.Figure(), "No gain or loss that 3 seeds can tell")
}

func TestGainsTitle(t *testing.T) {
	up, down, open := []float64{9, 10, 11}, []float64{-9, -10, -11}, []float64{-5, 0, 5}
	for want, gains := range map[string][][][]float64{
		"No gain or loss that 3 seeds can tell":                 {{open, open}},
		"Sharing helps task 1 (a)":                              {{up, open}},
		"Sharing hurts task 2 (b)":                              {{open, open}, {open, down}},
		"Sharing helps task 2 (a) and hurts task 1 (b)":         {{open, up}, {down, open}},
		"Of 4 intervals, 3 exclude 0 on the good side and 1 on": {{up, up}, {down, up}},
	} {
		g := &Gains{Ways: []Way{{Name: "a"}, {Name: "b"}}, Seeds: 3, gains: gains}
		if got := g.title(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestShares(t *testing.T) {
	m := sharing.CGC{Inputs: 8, Expert: []int{3}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh}
	mixture, shares := Shares(m, learn(3), 3, 1, 0)
	lessontest.Save(t, "ways-6-mixture", mixture)
	lessontest.Save(t, "ways-7-shares", shares)
	says(t, shares, "task 2, relatedness 0")
	run, err := learn(3)(m, 1)(0).Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gate := columnMeans(shown(run, learn(3)(m, 1)(0).HeldOut.X[0])[0])
	says(t, mixture, fmt.Sprintf("%.2f", gate[0]), fmt.Sprintf("%.2f", gate[1]))
}

// The loop of the notebook, by hand in autodiff, takes the steps of a trainer with plain gradient descent.
func TestLoopIsTraining(t *testing.T) {
	m := sharing.HardSharing{Trunk: []int{8, 6}, Heads: heads, Activation: nn.Tanh}
	trainer, g := learn(5)(m, 1)(0), autodiff.New()
	trainer.Optimizer = nn.SGD{Rate: 0.1}
	run, err := trainer.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x, y := Constants(g, trainer.Data)
	theta := g.Params(m.Shapes())
	out := m.Apply(nil, theta, x)
	sum := nn.MSE(out[0], y[0]).Add(nn.MSE(out[1], y[1]))
	next := theta.Sub(autodiff.GradParams(sum, theta).Scale(0.1))
	ws := autodiff.Compile(theta, next).NewWorkspace()
	ws.Set(theta, m.Init(rand.New(rand.NewPCG(0, 0))))
	for range 5 {
		ws.Run()
		ws.Set(theta, ws.Read(next, nil))
	}
	for k, v := range ws.Read(theta, nil) {
		lessontest.Near(t, fmt.Sprintf("parameter %d", k), v, run.Theta[k], 1e-9)
	}
}

func TestStill(t *testing.T) {
	falls := [2][]float64{make([]float64, 101), make([]float64, 101)}
	falls[0][0], falls[1][0] = 3, 1
	falls[0][100] = 3.7 // the sum fell from 4 to 3.7
	for share, want := range map[float64]bool{0.07: false, 0.08: true} {
		if got := Still(falls, share); got != want {
			t.Errorf("still at %v: %v", share, got)
		}
	}
	if Still([2][]float64{{1}, {1}}, 1) {
		t.Error("still after one step")
	}
	falls[1][100] = 0.29
	lessontest.Save(t, "ways-8-loop", Loop(falls, 0.08, nil))
	says(t, Loop(falls, 0.08, nil), "hardly falls any more")
	says(t, Loop(falls, 0.001, nil), "still fall")
}
