package families

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

var (
	net      = nn.MLP{Widths: []int{1, 8, 8, 1}, Activation: nn.Tanh}
	features = nn.MLP{Widths: []int{1, 8, 6}, Activation: nn.ReLU, Output: nn.Tanh}
	loss     = nn.SquaredError{}
	inner    = nn.SGD{Rate: 0.01}
)

// brief is a cast of all kinds that is hardly trained.
func brief(t *testing.T, points int, noise float64) Cast {
	t.Helper()
	c := Cast{Waves: Waves(points, noise), Entries: []Entry{
		{"pooled", Plain, 20, 0.01, metakit.Pooled{Network: net, Loss: loss, Inner: inner}},
		{"MAML", Start, 20, 0.01, metakit.MAML{Network: net, Loss: loss, Steps: 1, Inner: inner}},
		{"ANIL", Start, 20, 0.01, metakit.MAML{Network: net, Loss: loss, Steps: 1, Inner: inner, Adapts: metakit.Head}},
		{"Meta-Curvature", Steps, 20, 0.01, metakit.MetaCurvature{Network: net, Loss: loss, Steps: 1, Rate: 0.01}},
		{"ALPaCA", Formula, 20, 0.01, models.NewALPaCA(features, 6, 1)},
		{"neural process", Reader, 20, 0.003, models.NewNeuralProcess(1, 1, 8)},
		{"transformer", Reader, 5, 0.003, models.NewInContext(1, 1, loss)},
	}}
	trained, err := c.Train(silent{})(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c.With(trained)
}

// All figures can be drawn, with noise and without, for all that the notebook offers to try.
func TestFigures(t *testing.T) {
	lessontest.Save(t, "five", FivePoints())
	for _, noise := range []float64{0, 0.3} {
		c := brief(t, 5, noise)
		lessontest.Save(t, "scores", c.Scores(16))
		lessontest.Save(t, "knowledge", c.Knowledge(5))
		lessontest.Save(t, "maps", c.Maps(5))
		if noise == 0 {
			c.Entries, c.Trained = c.Entries[:5], c.Trained[:5]
		}
		shots := c.Shots(1, 2, 5, 10)
		lessontest.Save(t, fmt.Sprint("shots-", noise), shots.Figure(nil))
		last := shots.Curves[0].Series[len(shots.Curves[0].Series)-1] // the floor
		if y := last.Y[3]; y < 1e-9 && y != 0 || (y == 0) != (noise == 0) {
			t.Errorf("with noise %v the best predictor errs by %v, and the axis goes there", noise, y)
		}
		lessontest.Save(t, "affine", c.Affine())
		lessontest.Save(t, "elsewhere", c.Elsewhere(5, "as trained", "larger amplitudes", "inputs beyond").Figure(nil))
		lessontest.Save(t, "ordinary", c.Ordinary(net, nn.NewAdam(0.02), 5, []int{3, 5}, "MAML", "ALPaCA").Figure(nil))
		header, rows := c.Costs()
		if len(rows) != len(c.Entries) || len(rows[0]) != len(header) {
			t.Errorf("costs: %v, %v", header, rows)
		}
	}
}

// An error is that of an evaluation by hand; of predicted distributions it is that of the means.
func TestErrors(t *testing.T) {
	c := brief(t, 5, 0.3)
	for k, name := range []string{1: "MAML", 5: "neural process"} {
		if name == "" {
			continue
		}
		e := c.Entries[k]
		even := c.Waves.EvenTest(2, testSeed)
		var want []float64
		for _, episode := range even {
			p, err := metakit.Predict(e.Learner, c.Trained[k].Meta, episode.Support, episode.Query.X, []int{e.steps()})
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, meanSquare(column(p[0]), column(episode.Query.Y)))
		}
		got := c.errors(k, c.evenly(2), 4, e.steps())[0]
		for i := range want {
			lessontest.Near(t, e.Name, got[i], want[i], 1e-12*(1+want[i]))
		}
	}
}

// What is counted as moved by a task is what moves.
func TestKnowledgeIsCounted(t *testing.T) {
	c := brief(t, 5, 0.3)
	waves := []tasks.Wave{{Amplitude: 1, Phase: 1, Frequency: 1}, {Amplitude: 3, Phase: 2, Frequency: 1}}
	for k, e := range c.Entries {
		want, _ := state(e.Learner, 5)
		states := c.states(k, waves, tasks.Midpoints(-5, 5, 5), 1)
		switch e.Name {
		case "ALPaCA":
			lessontest.Near(t, e.Name, float64(want), 6+6*7/2, 0)
		case "transformer":
			lessontest.Near(t, e.Name, float64(want), 2*6*32, 0)
		case "ANIL":
			moved := 0
			for j := range states.RawMatrix().Cols {
				if states.At(0, j) != states.At(1, j) {
					moved++
				}
			}
			lessontest.Near(t, e.Name, float64(want), float64(moved), 0)
		case "MAML", "neural process":
			lessontest.Near(t, e.Name, float64(want), float64(states.RawMatrix().Cols), 0)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a learner that nobody has counted is counted")
		}
	}()
	state(metakit.TNet{}, 5)
}

// One step with the squared error is affine in the labels, so that what it moves lies in as many directions as waves have
// numbers; several steps are not.
func TestOneStepHasTwoDirections(t *testing.T) {
	c := brief(t, 10, 0)
	var waves []tasks.Wave
	for i := range 30 {
		waves = append(waves, c.Waves.Wave(1, uint64(i)))
	}
	for steps, holds := range map[int]bool{1: true, 20: false} {
		_, share := components(c.states(1, waves, tasks.Midpoints(-5, 5, 10), steps))
		if (1-share < 1e-12) != holds {
			t.Errorf("%d steps: two directions hold %v", steps, share)
		}
	}
}

// Points on an affine image of a plane are found again.
func TestComponentsAndMatched(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	plane, into := mat.NewDense(40, 2, nil), mat.NewDense(2, 9, nil)
	for _, m := range []*mat.Dense{plane, into} {
		m.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, m)
	}
	var far mat.Dense
	far.Mul(plane, into)
	far.Apply(func(_, j int, v float64) float64 { return v + float64(j) }, &far)
	on, share := components(&far)
	lessontest.Near(t, "share", share, 1, 1e-12)
	if got := matched(on, plane); !mat.EqualApprox(got, plane, 1e-9) {
		t.Error("an affine image of points is not matched to them")
	}
}

// ALPaCA and a last layer that takes steps on features that do not change are affine in the labels.
func TestAffine(t *testing.T) {
	if f := brief(t, 5, 0.3).Affine(); !strings.HasSuffix(f.Alt(), "Affine in the labels: ANIL and ALPaCA.") {
		t.Errorf("%s", f.Alt())
	}
}

// A training that is stopped leaves weights for every learner.
func TestTrainStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := brief(t, 5, 0.3)
	trained, err := c.Train(silent{})(ctx)
	if err == nil || len(trained) != len(c.Entries) {
		t.Fatalf("%d trained, error %v", len(trained), err)
	}
	c.With(trained).Scores(3)
}

func TestNeeds(t *testing.T) {
	s := plots.Series{Name: "MAML", Y: []float64{1, 0.5, 0.4}}
	for want, ordinary := range map[string][]float64{
		"From scratch it takes 20 points to do what MAML does with 10":     {3, 0.6, 0.5},
		"From scratch 20 points are not enough for what MAML does with 10": {3, 0.7, 0.51},
	} {
		if got := needs([]int{5, 10, 20}, ordinary, s, 10); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := needs([]int{5, 20}, nil, s, 10); strings.Contains(got, "10") {
		t.Errorf("of points that are not there: %q", got)
	}
}

// The trunk of the network with heads is the network of the ridge head: its features, weighted by a head, are its answers.
func TestHeadsShareTheTrunk(t *testing.T) {
	trunk := []int{1, 5, 4}
	model := sharing.HardSharing{Trunk: trunk, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
	f := nn.MLP{Widths: trunk, Activation: nn.Tanh, Output: nn.Tanh}
	theta := model.Init(rand.New(rand.NewPCG(1, 0)))
	x := mat.NewDense(3, 1, []float64{-1, 0, 2})
	list := []mtlkit.Task{{Name: "a", Loss: loss}, {Name: "b", Loss: loss}}
	got, err := mtlkit.NewPredictor(model, list, theta, nil).PredictTask(0, x)
	if err != nil {
		t.Fatal(err)
	}
	size := f.Size()
	pooled := metakit.Pooled{Network: f, Loss: loss}
	p, err := metakit.Predict(pooled, theta[:size], metakit.NewSet(1, []float64{0}, make([]float64, 4)), x, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	var want mat.Dense
	want.Mul(p[0], mat.NewDense(4, 1, theta[size:size+4])) // the bias of a head begins at 0
	if !mat.EqualApprox(got, &want, 1e-14) {
		t.Errorf("%v, want %v", mat.Formatted(got), mat.Formatted(&want))
	}
	if n := nn.Size(models.NewRidgeAttention(f).Shapes()); n != size+1 {
		t.Errorf("the ridge head has %d numbers, the trunk %d", n, size)
	}
}

// The same seed gives the same errors; the mean of heads that are right for other waves is far from right.
func TestHeads(t *testing.T) {
	h := Heads{Trunk: []int{1, 12, 12}, Waves: Waves(5, 0.1), Known: 4, Points: 10, Epochs: 100, Rounds: 60, Seeds: 2}
	first, err := h.seed(1)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.seed(1)
	if err != nil || !slices.Equal(first, again) {
		t.Errorf("%v, then %v, %v", first, again, err)
	}
	if !(first[2] > 5*first[0]) || slices.ContainsFunc(first, math.IsNaN) {
		t.Errorf("errors %v", first)
	}
	lessontest.Save(t, "heads", h.Figure())
}

func table() *Table {
	s := func(v ...float64) (all []Scored) {
		for _, v := range v {
			all = append(all, Scored{Mean: v, Median: v})
		}
		return all
	}
	return &Table{Command: command, Seconds: 2, Trials: 3, Tuning: 1, Seeds: 2, Tests: 100, Steps: []int{1, 5},
		Panels: []string{"as trained", "other phases"}, Entries: []Row{
			{"MAML", "initialisation", 7, 10, 1, [][][]Scored{{s(2, 1), s(3, 2)}, {s(2.2, 1.2), s(3, 2)}}},
			{"ridge", "model", 7, 10, 0, [][][]Scored{{s(0.5, 0.5), s(3, 3)}, {s(0.6, 0.6), s(3, 3)}}},
			{"zero", "floor", 0, 0, 0, [][][]Scored{{s(4, 4), s(4, 4)}}},
			{"knows", "floor", 0, 0, 0, [][][]Scored{{s(0, 0), nil}}},
		}}
}

func TestTable(t *testing.T) {
	if got, missing := ReadTable(t.TempDir() + "/none.json"); got != nil || !strings.Contains(missing, command) {
		t.Errorf("no file: %v, %q", got, missing)
	}
	text, err := json.Marshal(table())
	if err != nil {
		t.Fatal(err)
	}
	read, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	trained, elsewhere, steps := read.On("as trained"), read.Elsewhere(), read.BySteps()
	for want, alt := range map[string]string{"Waves as trained: of 2 learners ridge errs least": trained.Alt(),
		"Waves with other phases: 2 of 2 beat": elsewhere.Alt(),
		"the best of 2 in 1 of 1 cases":        steps.Alt()} {
		if !strings.Contains(alt, want) {
			t.Errorf("%q does not say %q", alt, want)
		}
	}
	if b := read.Budget(); !strings.Contains(b, "short form") || !strings.Contains(b, "3 trials of 1 s") {
		t.Errorf("%q", b)
	}
	lessontest.Save(t, "trained", trained)
	lessontest.Save(t, "heat", elsewhere)
	lessontest.Save(t, "steps", steps)
	wild := table()
	wild.Entries[0].Results[0][0][1].Above100 = 30
	if said := "Above 100 on 1 % of the waves and more: MAML 15 %."; !strings.Contains(wild.On("as trained").HTML(), said) ||
		strings.Contains(trained.HTML(), "Above 100") {
		t.Errorf("%q is not said where it is so, or where it is not", said)
	}
	worse := table()
	worse.Entries[0].After = 0 // validation chose one step, and five are better elsewhere
	if alt := worse.BySteps().Alt(); !strings.Contains(alt, "in 0 of 1 cases") {
		t.Errorf("%q", alt)
	}
}

// What is not whole is refused.
func TestTableRefused(t *testing.T) {
	for name, spoil := range map[string]func(t *Table){
		"no learner":      func(t *Table) { t.Entries = t.Entries[2:] },
		"a floor first":   func(t *Table) { slices.Reverse(t.Entries) },
		"a seed too few":  func(t *Table) { t.Entries[0].Results = t.Entries[0].Results[:1] },
		"a panel too few": func(t *Table) { t.Entries[1].Results[0] = t.Entries[1].Results[0][:1] },
		"a step too few":  func(t *Table) { t.Entries[1].Results[0][0] = t.Entries[1].Results[0][0][:1] },
		"a step beyond":   func(t *Table) { t.Entries[0].After = 2 },
		"below 0":         func(t *Table) { t.Entries[1].Results[0][0][0].Mean = -1 },
		"no panels":       func(t *Table) { t.Panels = nil },
	} {
		spoiled := table()
		spoil(spoiled)
		text, err := json.Marshal(spoiled)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := parse([]byte(strings.Repeat("{", 1000))); err == nil {
		t.Error("a thousand objects in as many bytes: accepted")
	}
}

// What parse accepts can be drawn.
func FuzzParse(f *testing.F) {
	text, err := json.Marshal(table())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(strings.ReplaceAll(string(text), `"Mean":3,`, `"Mean":1.7e308,`)))
	f.Add([]byte(strings.ReplaceAll(string(text), `"Median":4`, `"Median":0`)))
	without := table() // what zero errs on a panel
	without.Entries[2].Results[0][1] = nil
	if text, err = json.Marshal(without); err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<12 {
			return
		}
		read, err := parse(text)
		if err != nil {
			return
		}
		if read.On(read.Panels[0]).Alt() == "" || read.Elsewhere().Alt() == "" || read.BySteps().Alt() == "" || read.Budget() == "" {
			t.Fatal("nothing to show")
		}
	})
}
