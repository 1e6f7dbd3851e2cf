package balancing

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

var manyMethods = []balance.Balancer{
	balance.Mean{}, balance.MGDA{}, balance.UPGrad{}, balance.CAGrad{C: 0.5}, balance.NewNashMTL(), balance.DualProj{},
	balance.AlignedMTL{}, balance.IMTLG{},
}

// says fails unless the figure shows a text.
func says(t *testing.T, f plots.Figure, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(string(f.SVG())+f.HTML(), text) {
			t.Errorf("the figure does not say %q: %s", text, f.Alt())
		}
	}
}

func TestPulls(t *testing.T) {
	p := atAngle(90, 3)
	lessontest.Near(t, "length of pull 1", math.Hypot(p[0][0], p[0][1]), 3, 1e-15)
	lessontest.Near(t, "length of pull 2", math.Hypot(p[1][0], p[1][1]), 1, 1e-15)
	lessontest.Near(t, "their product", p[0][0]*p[1][0]+p[0][1]*p[1][1], 0, 1e-15)
	// The mean of (3, 0) and (0, 1), and the point of the line between them that is nearest to 0: (0.3, 0.9).
	for task, want := range []float64{3 / math.Sqrt(10), 1 / math.Sqrt(10)} {
		lessontest.Near(t, "gain by the mean", p.along(p.step(balance.Mean{}), task), want, 1e-14)
	}
	mgda := p.step(balance.MGDA{})
	lessontest.Near(t, "length of MGDA's step", math.Hypot(mgda[0], mgda[1]), math.Hypot(0.3, 0.9), 1e-14)
	for task, want := range []float64{0.3 / math.Hypot(0.3, 0.9), 0.9 / math.Hypot(0.3, 0.9)} {
		lessontest.Near(t, "gain by MGDA", p.along(mgda, task), want, 1e-14)
	}
	if !math.IsNaN(p.along([2]float64{}, 0)) {
		t.Error("no step has a gain")
	}
}

func TestGeometryFigures(t *testing.T) {
	lessontest.Save(t, "balance-1-two-pulls", TwoPulls())
	steps := Steps(130, 3, manyMethods[:5]...)
	lessontest.Save(t, "balance-2-steps", steps)
	says(t, steps, "Mean hurts task 2")
	says(t, Steps(100, 3, manyMethods...), "no step hurts a task")
	// The mean of pulls 3 and 1 hurts the shorter one where 3 cos α + 1 < 0: from 109.47° on.
	gains := Gains(3, manyMethods...)
	lessontest.Save(t, "balance-3-gains", gains)
	says(t, gains, "hurts task 2 from 110°", "hurts neither")
}

func TestTugOfWar(t *testing.T) {
	f := TugOfWar(lessons.Article, nil, 6, 1, 0.1)
	lessontest.Save(t, "balance-4-tug", f)
	says(t, f, "With weight 1 on its loss task 1 starts with", "weight 0.1")
	// With the plain sum itself among the others, its difference is nothing.
	outcomes := Play(lessons.Article, 4,
		balance.Equal{}, balance.Fixed{Weights: []float64{0.3, 1}}, balance.RLW{}, balance.MGDA{}, balance.Equal{})
	lessontest.Save(t, "balance-5-outcomes", outcomes.Figure())
	says(t, outcomes.Figure(), "weights 0.3, 1", "plain sum", "random weights", "Of 4 ways")
	rows := outcomes.Rows()
	if len(outcomes.Header()) != 3 || len(rows) != 4 || rows[3][1] != "+0.0 [0.0, 0.0]" ||
		!strings.HasPrefix(rows[1][2], "+") {
		t.Errorf("table %q: random weights leave more squared error than the plain sum, and itself the same", rows)
	}
}

// What Patience looks at on the way is what a training of that length ends with.
func TestPatience(t *testing.T) {
	long := func(seed uint64) mtlkit.Trainer { x := lessons.Article(seed); x.Epochs = 40; return x }
	short := func(seed uint64) mtlkit.Trainer { x := lessons.Article(seed); x.Epochs = 25; return x }
	want := Play(short, 2, balance.MGDA{}).accuracy[0]
	for seed := range uint64(2) {
		trainer := long(seed)
		trainer.Balance = balance.MGDA{}
		if got := accuracies(trainer, []int{10, 25, 40}); len(got) != 3 || got[1] != want[seed] {
			t.Errorf("seed %d: accuracies %v, want %v in the middle", seed, got, want[seed])
		}
	}
	f := Patience(long, nil, 2, balance.Equal{}, balance.MGDA{})
	lessontest.Save(t, "balance-5-patience", f)
	says(t, f, "surely ahead of the plain sum: none after 40 steps")
}

func TestTrails(t *testing.T) {
	descent := func(b balance.Balancer) balance.Descent {
		return balance.Descent{Problem: balance.Toy2D{Scale: 0.1}, Balance: b, Rate: 0.001}
	}
	// As toy2d.json of mtlkit has it: after 50,000 steps the mean is stuck from (9, 9) alone, however the start is
	// shifted.
	f := Trails(descent(balance.Mean{}), 50000)
	lessontest.Save(t, "balance-6-trails", f)
	says(t, f, "Mean arrives from 4 of 5 starts", "from (9, 9)")
	walks := Walk(descent, 20000, balance.Mean{}, balance.NewNashMTL()).Figure()
	lessontest.Save(t, "balance-7-walks", walks)
	says(t, walks, "1 of 2 methods arrives from all", "Nash-MTL: all by 15,")
	if n := Arrivals(descent(balance.NewNashMTL()), 10000); n != 3 {
		t.Errorf("Nash-MTL arrives from %d starts within 10,000 steps, want 3", n)
	}
}

func TestDirections(t *testing.T) {
	if from, task := hurtsFrom(balance.Mean{}, 3); from != 110 || task != 2 {
		t.Errorf("the mean of pulls 3 and 1 hurts task %d from %d° on; want task 2 from 110°", task, from)
	}
	if from, task := hurtsFrom(balance.UPGrad{}, 3); from != 180 || task != 0 {
		t.Errorf("UPGrad hurts task %d from %d° on", task, from)
	}
	lessontest.Near(t, "MGDA's step for pulls 3 and 1 at right angles", Length(balance.MGDA{}, 90, 3), 3/math.Sqrt(10), 1e-14)
	bisector := Direction(balance.NewNashMTL(), []float64{3, 0}, []float64{0, 1})
	lessontest.Near(t, "Nash-MTL", bisector[0], math.Sqrt(0.5), 1e-12)
	lessontest.Near(t, "Nash-MTL", bisector[1], math.Sqrt(0.5), 1e-12)
	says(t, Steps(130, 1, manyMethods[:5]...), "all 5 methods step the same way", "both tasks pull alike")
}

var studentTasks = []mtlkit.Task{
	{Name: "G3", Loss: nn.SquaredError{}}, {Name: "pass", Loss: nn.LogisticLoss{}},
	{Name: "level", Loss: nn.SoftmaxLoss{}, Width: 5},
}

func student(seed uint64, epochs int) (mtlkit.Trainer, mtlkit.Data) {
	train, rest := datasets.Student(datasets.Portuguese, datasets.NoGrades).Split(0.6, seed)
	valid, test := rest.Split(0.5, seed)
	units := mtlkit.Standardize(studentTasks, train)
	return mtlkit.Trainer{
		Model: sharing.HardSharing{
			Trunk: []int{len(train.Inputs), 32}, Heads: [][]int{{1}, {1}, {5}}, Activation: nn.ReLU,
		},
		Tasks: studentTasks, Data: units.Data(train), HeldOut: units.Data(valid), Seed: seed,
		Optimizer: nn.NewAdam(0.003), Epochs: epochs, BatchSize: 64,
	}, units.Data(test)
}

func TestConflicts(t *testing.T) {
	f := Conflicts(func(seed uint64) (mtlkit.Trainer, mtlkit.Data) { return student(seed, 20) }, 3)
	lessontest.Save(t, "balance-8-conflicts", f)
	says(t, f, "pass and level, all rows", "G3 and pass, batches of 64", "in conflict")
	thin := thinned(plots.Series{
		Y: []float64{1, 2, 3, 4, 5}, Low: []float64{0, 1, 2, 3, 4}, High: []float64{2, 3, 4, 5, 6},
	}, 2)
	if !slices.Equal(thin.X, []float64{0, 2, 4}) || !slices.Equal(thin.Y, []float64{1, 3, 5}) ||
		!slices.Equal(thin.Low, []float64{0, 2, 4}) || !slices.Equal(thin.High, []float64{2, 4, 6}) {
		t.Errorf("every second point: %+v", thin)
	}
}

func smallCup() *Cup {
	trial := func(seed uint64, _ int) (mtlkit.Trainer, mtlkit.Data) { return student(seed, 4) }
	return NewCup(2, 1, trial, balance.RLW{}, balance.UPGrad{})
}

func TestCup(t *testing.T) {
	cup := smallCup()
	for range cup.Learn(context.Background()) {
	}
	if cup.Failed != nil || len(cup.Results) != 6 {
		t.Fatalf("%d results and %v, want 6", len(cup.Results), cup.Failed)
	}
	lessontest.Save(t, "balance-9-cup", cup.Figure())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	stopped := smallCup()
	for range stopped.Learn(ctx) {
	}
	if !errors.Is(stopped.Failed, context.Canceled) {
		t.Errorf("stopped, and Failed is %v", stopped.Failed)
	}
	says(t, stopped.Figure(), "Stopped before the first seed was done")
}

// Losses e², e, 1 and so on have mean logs that are whole numbers.
func TestCupStandings(t *testing.T) {
	c := &Cup{Tasks: []string{"a", "b"}, Split: [3]int{60, 20, 20}, Command: "make it"}
	c.Trials = 3
	play := func(name string, logs ...float64) {
		c.Entrants = append(c.Entrants, mtlkit.Entrant{Name: name})
		for seed, l := range logs {
			r := mtlkit.Result{Entrant: name, Seed: uint64(seed), Losses: []float64{math.Exp(l - 1), math.Exp(l + 1)}}
			c.Results = append(c.Results, r)
		}
	}
	play(lone, 0.3, 0.3, 0.3, 0.3)
	play(against, 0, 1, 2, 3)
	play("same", 0, 1, 2, 3)
	play("random weights", 0.5, 1.5, 2.5, 3.5)
	play("good", -0.1, 0.9, 1.89, 2.89)
	play("wavering", 0.1, 1, 2.1, 3.01)
	all := c.standings()
	lessontest.Near(t, "same", all[1].Mean, 0, 1e-12)
	lessontest.Near(t, "good", all[3].Mean, -10.5, 1e-12)
	// p of good is 1.7e-4·… and of random weights 0 (no spread): both stay below 0.05 after Holm's factors of up to 4.
	better, worse := different(all)
	if !slices.Equal(better, []string{"good"}) || !slices.Equal(worse, []string{"random weights"}) {
		t.Errorf("better %q, worse %q; want good and random weights", better, worse)
	}
	// Half of good's interval is t(3)·s/√4 = 3.182·0.577/2 = 0.919, of wavering's 3.182·5.50/2 = 8.8 around 5.25.
	lessontest.Near(t, "half of the interval", all[3].High-all[3].Mean, 0.919, 1e-3)
	if better, _ = clearOf(all, 12); better != nil {
		t.Errorf("with intervals 12 times as wide %q is better", better)
	}
	f := c.Figure()
	lessontest.Save(t, "balance-10-standings", f)
	// √(1 + 4·20/60) = 1.53
	says(t, f, "Of 4 methods, one does better than equal weights and one does worse",
		"with intervals 1.5 times as wide", "Computed by make it")
	header, rows := c.Header(), c.Rows()
	if len(header) != 6 || len(rows) != 6 || rows[1][5] != "" || rows[0][3] != "" {
		t.Errorf("table %q %q", header, rows)
	}
}

// The file that the notebook draws is whole: every method on every seed.
func TestReadCup(t *testing.T) {
	c := ReadCup("../../results/balancing.json")
	for _, e := range c.Entrants {
		for seed, r := range c.of(e.Name) {
			if r.Seed != uint64(seed) || len(r.Losses) != len(c.Tasks) {
				t.Errorf("%s: result %d is of seed %d with %d losses", e.Name, seed, r.Seed, len(r.Losses))
			}
		}
		if n := len(c.of(e.Name)); n < 20 {
			t.Errorf("%s: %d seeds, want at least 20", e.Name, n)
		}
	}
	for _, name := range []string{against, lone, "tuned weights", "random weights"} {
		if len(c.of(name)) == 0 {
			t.Errorf("no results of %s", name)
		}
	}
	lessontest.Save(t, "balance-11-all", c.Figure())
}
