package compare_test

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/compare"
	"kindred/mtlkit/sharing"
	"kindred/mtlkit/tasks"
	"kindred/nn"
	"kindred/sweep"
)

func hard(inputs, units int) sharing.HardSharing {
	return sharing.HardSharing{Trunk: []int{inputs, units}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
}

// study compares, on two parabolas of related directions, hard sharing of too few units with a planted better network:
// that of more units.
func study(seeds int) compare.Study {
	family := tasks.NewMultiTab(2, 0.8)
	family.Inputs = 4
	return compare.Study{
		Name: "planted", Setup: "two parabolas",
		Entrants: []compare.Entrant{
			compare.Architecture("wide", hard(4, 24)),
			compare.Balancer("MGDA", balance.MGDA{}),
			compare.Cross("wide with UPGrad", hard(4, 24), balance.UPGrad{}),
		},
		Seeds: seeds, Trials: 2,
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			sets := family.Draw(seed, 120, 60, 200)
			return mtlkit.Trainer{
				Model: hard(4, 2), Tasks: family.Tasks(), Data: sets[0], HeldOut: sets[1],
				Optimizer: nn.NewAdam([]float64{0.01, 0.03}[trial]), Epochs: 40, BatchSize: 30, Seed: seed,
			}, sets[2]
		},
	}
}

func run(t *testing.T, s compare.Study, store string) compare.Report {
	t.Helper()
	r, err := s.Run(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func row(t *testing.T, r compare.Report, entrant string) compare.Row {
	t.Helper()
	k := slices.IndexFunc(r.Rows, func(x compare.Row) bool { return x.Entrant == entrant })
	if k < 0 {
		t.Fatalf("no row of %q", entrant)
	}
	return r.Rows[k]
}

// A network with the units that the tasks need wins against hard sharing with too few, and so it does under a balancer;
// all baselines have their rows, and their order is what it must be.
func TestPlantedEntrantWins(t *testing.T) {
	r := run(t, study(8), t.TempDir())
	for name, want := range map[string]compare.Verdict{
		"wide": compare.Better, "wide with UPGrad": compare.Better, compare.Constant: compare.Worse,
		compare.Sum: compare.Reference,
	} {
		x := row(t, r, name)
		if x.Verdict != want {
			t.Errorf("%s is %q (%v), want %q", name, x.Verdict, x.Difference, want)
		}
		excludes := x.Difference.Low > 0 || x.Difference.High < 0
		if want != compare.Reference && excludes != (x.P < 0.05) {
			t.Errorf("%s has p = %v and the interval %v", name, x.P, x.Difference)
		}
	}
	if a, c := row(t, r, compare.Alone), row(t, r, compare.Constant); !(a.Difference.High < c.Difference.Low) {
		t.Errorf("single networks %v are no better than a constant %v", a.Difference, c.Difference)
	}
	kinds := map[string]string{
		compare.Alone: "baselines", "wide": "architectures under the plain sum", "MGDA": "balancers under hard sharing",
		"wide with UPGrad": "architectures under balancers",
	}
	for name, want := range kinds {
		if got := row(t, r, name).Kind; got != want {
			t.Errorf("%s stands among %q, want %q", name, got, want)
		}
	}
	for _, x := range r.Results {
		for i := range x.Trials {
			if x.Entrant != compare.Constant && (x.Trials[i] > 1 || x.Epochs[i] < 1 || x.Epochs[i] > 40) {
				t.Errorf("%+v kept a trial or an epoch that was not run", x)
			}
		}
	}
}

// The result of an entrant is that of the tournament played by hand: its trials, those of its model and its balancer,
// and the numbers of the rows by the formulas.
func TestDeterminismReportIsTheTournaments(t *testing.T) {
	s := study(2)
	r := run(t, s, t.TempDir())
	cup := mtlkit.Tournament{
		Entrants: []mtlkit.Entrant{{Name: compare.Alone}, mtlkit.Enter(compare.Sum, balance.Equal{}),
			mtlkit.Enter("MGDA", balance.MGDA{})},
		Seeds: 2, Trials: 2, Trial: s.Trial,
	}
	for _, e := range cup.Entrants {
		for seed := range uint64(2) {
			want, err := cup.PlayOne(t.Context(), e.Name, seed)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(r.Results, func(x mtlkit.Result) bool { return reflect.DeepEqual(x, want) }) {
				t.Errorf("no result is %+v", want)
			}
		}
	}
	var base, x []mtlkit.Result
	for _, y := range r.Results {
		switch y.Entrant {
		case compare.Sum:
			base = append(base, y)
		case "wide":
			x = append(x, y)
		}
	}
	wide := row(t, r, "wide")
	for k := range x {
		want := 50 * (math.Log(x[k].Losses[0]/base[k].Losses[0]) + math.Log(x[k].Losses[1]/base[k].Losses[1]))
		if math.Abs(wide.Runs[k]-want) > 1e-10 {
			t.Errorf("the difference on seed %d is %v, want %v", k, wide.Runs[k], want)
		}
	}
	turned := row(t, r.Against("wide"), compare.Sum)
	if math.Abs(turned.Difference.Mean+wide.Difference.Mean) > 1e-10 || math.Abs(turned.P-wide.P) > 1e-12 {
		t.Errorf("turned round the difference is %v, want the opposite of %v", turned.Difference, wide.Difference)
	}
}

// The constant is the mean of the training labels, the log odds and the log frequencies, with half a row in each class;
// labels that are missing do not count.
func TestConstantByHand(t *testing.T) {
	nan := math.NaN()
	x := mtlkit.Rows([]float64{1}, []float64{2}, []float64{3}, []float64{4})
	train := mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{
		mtlkit.Rows([]float64{1}, []float64{2}, []float64{nan}, []float64{6}),
		mtlkit.Rows([]float64{1}, []float64{1}, []float64{1}, []float64{nan}),
		mtlkit.Rows([]float64{0}, []float64{0}, []float64{2}, []float64{0}),
	}}
	all := []mtlkit.Task{
		{Name: "number", Loss: nn.SquaredError{}}, {Name: "binary", Loss: nn.LogisticLoss{}},
		{Name: "class", Loss: nn.SoftmaxLoss{}, Width: 3},
	}
	s := compare.Study{
		Name: "constants", Setup: "four rows", Seeds: 2, Trials: 1,
		Trial: func(seed uint64, _ int) (mtlkit.Trainer, mtlkit.Data) {
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{1, 2}, Heads: [][]int{{1}, {1}, {3}}, Activation: nn.Tanh},
				Tasks: all, Data: train, HeldOut: train, Optimizer: nn.NewAdam(0.1), Epochs: 2, Seed: seed,
			}, train
		},
	}
	constant := row(t, run(t, s, t.TempDir()), compare.Constant)
	want := []float64{(4 + 1 + 9) / 3., -math.Log(3.5 / 4), -(3*math.Log(3.5/5.5) + math.Log(1.5/5.5)) / 4}
	for i, w := range want {
		// Adam moves the mean, where the gradient is but rounding, ε = 1e−17 or so, by rate·steps·ε/10⁻⁸ at most.
		if got := constant.Losses[i].Mean; math.Abs(got-w) > 1e-7 {
			t.Errorf("task %d: the constant has a loss of %v, want %v", i, got, w)
		}
	}
}

// nothing returns the report of a study whose entrants are all as good as each other: losses of the deviation of a
// factor, drawn for each on its own, in each seed of a difficulty that all share.
func nothing(t *testing.T, s compare.Study, cells []sweep.Cell, rng *rand.Rand) compare.Report {
	t.Helper()
	table := sweep.Table[mtlkit.Result]{}
	hard := map[uint64]float64{}
	for _, c := range cells {
		if _, ok := hard[c.Seed]; !ok {
			hard[c.Seed] = rng.NormFloat64()
		}
		loss := func() float64 { return math.Exp(hard[c.Seed] + 0.3*rng.NormFloat64()) }
		losses := []float64{loss(), loss()}
		result := mtlkit.Result{Entrant: c.Name, Seed: c.Seed, Losses: losses, Values: losses}
		table.Rows = append(table.Rows, sweep.Row[mtlkit.Result]{Cell: c, Result: result})
	}
	r, err := s.Report(table)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Where no entrant is better than another, a study calls one better or worse in 5 % of the cases at most, and one of a
// given name better in far fewer. 500 studies have a binomial standard error of √(0.05·0.95/500) = 1 %; four of them
// are allowed. Without Holm's correction it would be many more, which the test sees.
func TestNoFalseVerdictsUnderTheNull(t *testing.T) {
	const studies = 500
	s := study(10)
	cells := s.Experiment().Cells
	rng := rand.New(rand.NewPCG(4, 0))
	any, better, uncorrected := 0, 0, 0
	for range studies {
		r := nothing(t, s, cells, rng)
		called, raw := false, false
		for _, x := range r.Rows {
			called = called || x.Verdict == compare.Better || x.Verdict == compare.Worse
			raw = raw || x.P < 0.05
			if x.Entrant == "wide" && x.Verdict == compare.Better {
				better++
			}
		}
		if called {
			any++
		}
		if raw {
			uncorrected++
		}
	}
	t.Logf("of %d studies %d have a verdict, %d by uncorrected p-values; one entrant is called better in %d", studies,
		any, uncorrected, better)
	if limit := studies * (0.05 + 4*0.0097); float64(any) > limit {
		t.Errorf("%d of %d studies have a verdict, want at most %v", any, studies, limit)
	}
	if limit := studies * (0.025 + 4*0.007); float64(better) > limit {
		t.Errorf("an entrant is called better in %d of %d studies, want at most %v", better, studies, limit)
	}
	if float64(uncorrected) < 0.1*studies {
		t.Errorf("uncorrected p-values see one in %d of %d studies: the test could not fail", uncorrected, studies)
	}
}

// A study that was stopped goes on to the same bits; what was stored is not computed again; another set-up is another
// study.
func TestDeterminismOfAStudyThatIsStopped(t *testing.T) {
	s := study(2)
	want := run(t, s, t.TempDir())
	store := t.TempDir()
	for k := 0; ; k++ {
		if k == 50 {
			t.Fatal("it does not come to its end")
		}
		ctx, stop := context.WithCancel(t.Context())
		s.Log = func(string) { stop() } // at the first cell that is done
		got, err := s.Run(ctx, store)
		if stop(); err == nil {
			if k < 2 {
				t.Error("it was not stopped")
			}
			equal(t, got, want)
			break
		}
	}
	s.Log = func(line string) { t.Errorf("something was done again: %s", line) }
	equal(t, run(t, s, store), want)
	s.Log = nil
	if _, err := s.Report(sweep.Table[mtlkit.Result]{Missing: []sweep.Cell{{Name: "x"}}}); err == nil {
		t.Error("a report is made of results of which one is missing")
	}
	s.Setup = "other parabolas"
	if table, err := s.Experiment().Collect(store); err != nil || len(table.Rows) > 0 || len(table.Foreign) == 0 {
		t.Errorf("results of another set-up are taken: %d rows, %v", len(table.Rows), err)
	}
}

// The same bits on one and on four processors, and in two shares.
func TestDeterminismOfAStudyOnProcessors(t *testing.T) {
	s := study(2)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := run(t, s, t.TempDir())
	runtime.GOMAXPROCS(4)
	equal(t, run(t, s, t.TempDir()), one)
	store := t.TempDir()
	for k := range 2 {
		if err := s.Experiment().Work(t.Context(), store, sweep.Share{Index: 1 - k, Of: 2}); err != nil {
			t.Fatal(err)
		}
	}
	s.Log = func(line string) { t.Errorf("something was left to do: %s", line) }
	equal(t, run(t, s, store), one)
}

// equal compares all numbers of two reports by their bits, NaN too.
func equal(t *testing.T, got, want compare.Report) {
	t.Helper()
	if g, w := got.String(), want.String(); g != w {
		t.Errorf("the tables differ:\n%s\n%s", g, w)
	}
	if !reflect.DeepEqual(got.Results, want.Results) {
		t.Error("the results differ")
	}
}

func TestTables(t *testing.T) {
	s := study(3)
	s.Entrants[0].Name = "a|b"
	r := nothing(t, s, s.Experiment().Cells, rand.New(rand.NewPCG(1, 0)))
	text, markdown := r.String(), r.Markdown()
	for _, want := range []string{"task 1 loss", "against hard sharing, in %", "p (Holm)", "a|b",
		compare.Alone, "3 seeds, 2 trials"} {
		if !strings.Contains(text, want) {
			t.Errorf("the table does not say %q:\n%s", want, text)
		}
	}
	lines := strings.Split(markdown, "\n")
	for k, line := range lines[:2+len(r.Rows)] {
		if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != 7 {
			t.Errorf("line %d of the Markdown table has %d bars, want 7: %s", k, n, line)
		}
	}
	if strings.Contains(text, "NaN") || strings.Contains(markdown, "NaN") {
		t.Errorf("a table says NaN:\n%s", text)
	}
}

// Of a loss for which the mean is not the best constant the steps find it: a grid of constants has none that is better.
func TestConstantOfAnotherLoss(t *testing.T) {
	x := mtlkit.Rows([]float64{1}, []float64{2}, []float64{3}, []float64{4})
	train := mtlkit.SharedInputs(x, []float64{1, 2, 3, 9})
	s := compare.Study{
		Name: "huber", Setup: "four rows", Seeds: 2, Trials: 1,
		Trial: func(seed uint64, _ int) (mtlkit.Trainer, mtlkit.Data) {
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{1, 2}, Heads: [][]int{{1}}, Activation: nn.Tanh},
				Tasks: []mtlkit.Task{{Name: "huber", Loss: nn.HuberLoss{Delta: 1}}},
				Data:  train, HeldOut: train, Optimizer: nn.NewAdam(0.1), Epochs: 2, Seed: seed,
			}, train
		},
	}
	got := row(t, run(t, s, t.TempDir()), compare.Constant).Losses[0].Mean
	huber := func(c float64) (sum float64) {
		for _, y := range []float64{1, 2, 3, 9} {
			r := math.Abs(y - c)
			if r <= 1 {
				sum += r * r / 8
			} else {
				sum += (r - 0.5) / 4
			}
		}
		return sum
	}
	best := math.Inf(1)
	for c := 1.0; c < 9; c += 1e-3 {
		best = min(best, huber(c))
	}
	if math.Abs(got-best) > 1e-4 || huber(15./4) < best+0.05 {
		t.Errorf("the constant has a loss of %v, the best %v, the mean %v", got, best, huber(15./4))
	}
}
