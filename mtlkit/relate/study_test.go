package relate_test

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// family is a study of regressions that share features as far as they are related, each of so many rows.
func family(relatedness float64, epochs int, rows ...int) relate.Study {
	f := mtlkit.NewRelatedTasks(relatedness)
	f.Rows, f.Noise, f.HeldOut = rows, 0.1, 200
	s := relate.Study{Seeds: 8}
	for _, task := range f.Tasks() {
		s.Tasks = append(s.Tasks, task.Name)
	}
	s.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
		train, test := f.Draw(seed)
		t := relate.Some(mtlkit.Trainer{
			Tasks: f.Tasks(), Data: train, Optimizer: nn.NewAdam(0.02), Epochs: epochs, Seed: seed,
		}, tasks)
		model := sharing.HardSharing{Trunk: []int{8, 12}, Activation: nn.Tanh}
		for range tasks {
			model.Heads = append(model.Heads, []int{1})
		}
		t.Model = model
		return t, relate.SomeData(test, tasks)
	}
	return s
}

// Known truth: of tasks that share all features the one with few rows is helped, and no longer once the labels of the
// others are shuffled; of tasks that share none it is not helped.
func TestRelatedTasksAreToldApart(t *testing.T) {
	related, err := family(1, 120, 200, 200, 200, 200, 40).Report(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	few := related.Findings[4]
	if few.Verdict != relate.Helps || few.Gain.Mean < 0.3 {
		t.Errorf("related tasks:\n%v", related)
	}
	if few.Shuffled.Low > 0 || few.Shuffled.High > few.Gain.Low {
		t.Errorf("with shuffled labels the gain is %v, else %v", few.Shuffled, few.Gain)
	}
	unrelated := family(0, 120, 200, 200, 200, 200, 40)
	unrelated.Seeds = 4
	strangers, err := unrelated.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if strangers.Findings[4].Verdict == relate.Helps {
		t.Errorf("unrelated tasks:\n%v", strangers)
	}
}

// direct trains some tasks as a study configures them, and returns their test losses.
func direct(t *testing.T, s relate.Study, seed uint64, tasks ...int) []float64 {
	t.Helper()
	trainer, test := s.Configure(seed, tasks)
	run, err := trainer.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scores, err := run.Evaluate(test)
	if err != nil {
		t.Fatal(err)
	}
	var losses []float64
	for _, score := range scores {
		losses = append(losses, score.Loss)
	}
	return losses
}

// Pairs and LeaveOneOut are what one would train by hand, to the bit, and their influences are the gains by their
// formula.
func TestInfluencesByHand(t *testing.T) {
	s := family(0.5, 5, 20, 15, 10)
	s.Seeds = 2
	pairs, err := s.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, err := s.LeaveOneOut(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k := range uint64(2) {
		all := direct(t, s, k, 0, 1, 2)
		for i := range 3 {
			for j := range 3 {
				if i == j {
					continue
				}
				alone := direct(t, s, k, j)[0]
				at := 0
				if j > i {
					at = 1
				}
				beside := direct(t, s, k, min(i, j), max(i, j))[at]
				if pairs.Alone[j][k] != alone || pairs.Beside[i][j][k] != beside {
					t.Errorf("task %d beside %d, seed %d: %v, alone %v; by hand %v and %v", j, i, k,
						pairs.Beside[i][j][k], pairs.Alone[j][k], beside, alone)
				}
				if got, want := pairs.Values[i][j][k], (alone-beside)/alone; math.Abs(got-want) > 1e-15 {
					t.Errorf("the gain is %v, want %v", got, want)
				}
				third := 3 - i - j
				at = 0
				if j > third {
					at = 1
				}
				without := direct(t, s, k, min(j, third), max(j, third))[at]
				if left.All[j][k] != all[j] || left.Without[i][j][k] != without {
					t.Errorf("task %d without %d: %v, all %v; by hand %v and %v", j, i, left.Without[i][j][k],
						left.All[j][k], without, all[j])
				}
				if got, want := left.Values[i][j][k], (without-all[j])/without; math.Abs(got-want) > 1e-15 {
					t.Errorf("the gain of presence is %v, want %v", got, want)
				}
			}
		}
	}
	mean := pairs.Mean()
	if want := (pairs.Values[2][0][0] + pairs.Values[2][0][1]) / 2; math.Abs(mean[2][0]-want) > 1e-15 ||
		mean[1][1] != 0 {
		t.Errorf("means %v, want %v from 2 on 0", mean, want)
	}
	if text := pairs.String(); !strings.Contains(text, "task 3") || strings.Count(text, "·") != 3 {
		t.Error(text)
	}
}

// A twin of one's own is the base of the report, and of the pairs.
func TestTwin(t *testing.T) {
	s := family(0.5, 3, 20, 10)
	s.Seeds = 2
	s.Twin = func(seed uint64, task int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := s.Configure(seed, []int{task})
		trainer.Model = sharing.HardSharing{Trunk: []int{8, 3}, Heads: [][]int{{1}}, Activation: nn.Tanh}
		return trainer, test
	}
	r, err := s.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	narrow := s
	narrow.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) { return s.Twin(seed, tasks[0]) }
	for i, f := range r.Findings {
		if want := direct(t, narrow, 1, i)[0]; f.Alone[1] != want {
			t.Errorf("task %d alone has the loss %v, its twin %v", i, f.Alone[1], want)
		}
	}
}

// Twins of equal capacity have the parameters of the joint network together, and are what one would train by hand.
func TestTwinsOfEqualCapacity(t *testing.T) {
	s := family(0.5, 3, 20, 15, 10)
	s.Seeds = 2
	width, err := s.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	s.Twin = s.EqualCapacity()
	r, err := s.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	joint, _ := s.Configure(1, []int{0, 1, 2})
	parameters := 0
	for i, f := range r.Findings {
		trainer, test := s.Configure(1, []int{i})
		twin, _ := s.Twin(1, i)
		parameters += nn.Size(twin.Model.Shapes())
		units := twin.Model.Shapes()[0].Cols
		if units < 4 || units > 6 { // 12 units for three tasks: each of them takes 12 parameters, a twin's 10
			t.Errorf("the twin of task %d has %d units", i, units)
		}
		trainer.Model = sharing.HardSharing{Trunk: []int{8, units}, Heads: [][]int{{1}}, Activation: nn.Tanh}
		run, err := trainer.Train(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		scores, err := run.Evaluate(test)
		if err != nil {
			t.Fatal(err)
		}
		if f.Alone[1] != scores[0].Loss {
			t.Errorf("task %d at its capacity has the loss %v, by hand %v", i, f.Alone[1], scores[0].Loss)
		}
		if f.Together[1] != width.Findings[i].Together[1] || f.Alone[1] == width.Findings[i].Alone[1] {
			t.Errorf("task %d: together %v, beside twins of equal width %v; alone %v and %v", i, f.Together[1],
				width.Findings[i].Together[1], f.Alone[1], width.Findings[i].Alone[1])
		}
	}
	if n := nn.Size(joint.Model.Shapes()); math.Abs(float64(parameters-n)) > 5 { // half a unit
		t.Errorf("the twins have %d parameters, the joint network %d", parameters, n)
	}
}

// Affinities are the means of what a lookahead says before each epoch.
func TestAffinitiesByHand(t *testing.T) {
	s := family(0.5, 4, 20, 15, 10)
	s.Seeds = 2
	got, err := s.Affinities(t.Context(), 0.05, 2)
	if err != nil {
		t.Fatal(err)
	}
	for k := range uint64(2) {
		trainer, _ := s.Configure(k, []int{0, 1, 2})
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		ahead := run.Lookahead()
		var looks [2][3][3]float64 // before epochs 0 and 2
		look := func(n int) {
			before, after := ahead.At(0.05)
			for i := range 3 {
				for j := range 3 {
					looks[n][i][j] = 1 - after[i][j]/before[j]
				}
			}
		}
		look(0)
		for epoch, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if epoch.Number == 2 {
				look(1)
			}
		}
		for i := range 3 {
			for j := range 3 {
				if want := (looks[0][i][j] + looks[1][i][j]) / 2; i != j && math.Abs(got.Values[i][j][k]-want) > 1e-15 {
					t.Errorf("from %d on %d: %v, by hand %v", i, j, got.Values[i][j][k], want)
				}
			}
		}
	}
}

// What is stored is not trained again, one study finds what another one stored, and both find what one without a store
// finds.
func TestStore(t *testing.T) {
	s := family(0.5, 3, 20, 10)
	s.Seeds = 2
	want, err := s.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Store, s.Setup = t.TempDir(), "related tasks, 3 epochs"
	configure, trained := s.Configure, 0
	s.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
		trained++
		return configure(seed, tasks)
	}
	got, err := s.Pairs(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) || trained != 6 {
		t.Fatalf("%v, %d trainings:\n%v\nwant\n%v", err, trained, got, want)
	}
	cells, err := filepath.Glob(filepath.Join(s.Store, "*", "*.cell"))
	if err != nil || len(cells) != 6 {
		t.Fatal(cells, err)
	}
	if err := os.Remove(cells[3]); err != nil {
		t.Fatal(err)
	}
	again, err := s.Pairs(t.Context())
	if err != nil || !reflect.DeepEqual(again, want) || trained != 7 {
		t.Fatalf("%v, %d trainings", err, trained)
	}
	if _, err := s.Report(t.Context(), false); err != nil || trained != 7 { // the pair is all tasks
		t.Fatalf("%v, %d trainings", err, trained)
	}
	s.Setup = "something else"
	if _, err := s.Pairs(t.Context()); err != nil || trained != 13 {
		t.Fatalf("%v, %d trainings", err, trained)
	}
}

// The same study finds the same bits on one processor and on four.
func TestDeterminism(t *testing.T) {
	find := func(processors int) (all [5]any) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		s := family(0.5, 5, 20, 15, 10)
		s.Seeds = 3
		var errs [5]error
		var pairs relate.Pairs
		pairs, errs[0] = s.Pairs(t.Context())
		all[0] = pairs
		all[1], errs[1] = s.LeaveOneOut(t.Context())
		all[2], errs[2] = s.Report(t.Context(), true)
		var tag relate.Influence
		tag, errs[3] = s.Affinities(t.Context(), 0.1, 1)
		all[3] = relate.Agree(tag, pairs.Influence, 100, 1)
		all[4], errs[4] = relate.Group(3, relate.Networks(pairs.Mean(), nil), 2)
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	if one, four := find(1), find(4); !reflect.DeepEqual(one, four) {
		t.Errorf("on one processor %v\non four %v", one, four)
	}
}

// Errors name the tasks and the seed.
func TestErrors(t *testing.T) {
	base := family(0.5, 2, 20, 10)
	base.Seeds = 2
	for what, c := range map[string]struct {
		change func(t *mtlkit.Trainer, test *mtlkit.Data)
		says   string
	}{
		"no test label": {func(_ *mtlkit.Trainer, test *mtlkit.Data) {
			for k := range test.Y {
				test.Y[k] = nil
			}
			test.Y[0] = mat.NewDense(200, 1, nil)
		}, `relate: task 1 + task 2, seed `},
		"bad data": {func(t *mtlkit.Trainer, _ *mtlkit.Data) { t.Data.X[0].Set(0, 0, math.NaN()) },
			"relate: task 1, seed "},
		"a loss of 0": {func(t *mtlkit.Trainer, test *mtlkit.Data) {
			t.Epochs, t.Initial = 0, make([]float64, nn.Size(t.Model.Shapes()))
			for _, y := range test.Y {
				y.Zero()
			}
		}, "a test loss at the base is not above 0"},
	} {
		s := base
		s.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
			trainer, test := base.Configure(seed, tasks)
			if what != "no test label" || len(tasks) > 1 {
				c.change(&trainer, &test)
			}
			return trainer, test
		}
		_, err := s.Report(t.Context(), false)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", what, err, c.says)
		}
	}
}

// Seeds that split the same rows have wider intervals, by the rows to test on for each to train on: 200 for 20 and for
// 10 here, in all that a study finds.
func TestResplits(t *testing.T) {
	s := family(0.5, 3, 20, 10)
	s.Seeds = 3
	plain, err := s.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Resplits = true
	wide, err := s.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, err := s.LeaveOneOut(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []float64{10, 20} {
		if wide.Judges[j].Resplit != want || left.Judges[j].Resplit != want {
			t.Errorf("task %d: %v rows to test on for each to train on, left out %v; want %v", j,
				wide.Judges[j].Resplit, left.Judges[j].Resplit, want)
		}
		a, b := plain.Interval(1-j, j), wide.Interval(1-j, j)
		ratio := math.Sqrt(1 + 3*want)
		if got := (b.High - b.Low) / (a.High - a.Low); math.Abs(got-ratio) > 1e-9 {
			t.Errorf("task %d: the interval is %v times as wide, want %v", j, got, ratio)
		}
		if got, pair := r.Findings[j].Gain, b; math.Abs(got.Low-pair.Low) > 1e-12 { // the pair is all tasks
			t.Errorf("the report says %v, the pair %v", got, pair)
		}
	}
}
