package adapting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

// The reader's guess is right at the hidden wave's own numbers, and wins there.
func TestGuess(t *testing.T) {
	for _, c := range []struct {
		amplitude float64
		says      string
	}{{hidden.Amplitude, "You win"}, {2, "your guess: "}} {
		f := Guess(c.amplitude, hidden.Phase, nil)
		if !strings.Contains(string(f.SVG()), c.says) {
			t.Errorf("amplitude %v: the title does not say %q", c.amplitude, c.says)
		}
		lessontest.Save(t, "guess", f)
	}
}

func TestPlay(t *testing.T) {
	for name, values := range map[string][]int{
		"play": {40, 4, 10}, "play-high": {80, 4, 10}, "play-late": {40, 50, 10}, "play-one": {40, 4, 1}, "play-low": {1, 62, 20},
	} {
		lessontest.Save(t, name, Play(values))
	}
	if one, ten := Played(40, 4, 1), Played(40, 4, 10); !(ten < one/3) {
		t.Errorf("MAML errs by %v after a step on one point, by %v after one on ten", one, ten)
	}
}

// What a wave changes is θ after the steps less θ: a step of gradient descent, by the rule.
func TestKnowledge(t *testing.T) {
	for _, steps := range []int{1, 10} {
		lessontest.Save(t, "knowledge", Knowledge(steps, nil))
	}
	p := trio()[toAdapt]
	support := hidden.Set(tasks.Midpoints(-5, 5, 10))
	scratch := pupil{"", p.learner, p.adapted(support, 1)}
	got, want := scratch.errors(hidden, support, 0)[0], p.errors(hidden, support, 1)[0]
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("error %v of the adapted parameters, %v after one step", got, want)
	}
}

// The notebook's loop takes the gradients of metakit, and learns.
func TestGradient(t *testing.T) {
	maml := metakit.MAML{Network: smallNet, Loss: nn.SquaredError{}, Steps: 2, Inner: innerRule}
	waves := tasks.NewSinusoid(10)
	gradient := Gradient(maml, waves)
	theta, rule := maml.Init(rand.New(rand.NewPCG(1, 0))), nn.NewOptimizer(nn.NewAdam(0.01), maml.Shapes())
	var history []float64
	for i := range uint64(200) {
		e := metakit.Draw(waves, 1, i)
		loss, g := gradient(theta, e)
		if i%100 == 0 {
			want, own, err := metakit.MetaGradient(maml, theta, e)
			if err != nil || math.Abs(loss-want) > 1e-12 || floats.Distance(g, own, math.Inf(1)) > 1e-12 {
				t.Errorf("wave %d: loss %v, metakit's %v, error %v", i, loss, want, err)
			}
		}
		history = append(history, loss)
		if err := rule.Step(theta, g, 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	lessontest.Save(t, "history", History(history).Figure(history[:100], true))
	History(history[:3]).Figure(nil, false)
}

func TestContestFigures(t *testing.T) {
	c := SixWays(innerRule, 0.01)
	c.Training.Iterations, c.Seeds = 20, 3
	var err error
	if c.Results, err = c.Run(t.Context(), silent{}); err != nil {
		t.Fatal(err)
	}
	lessontest.Save(t, "contest", c.Waves(c.Results, true))
	lessontest.Save(t, "against", c.Against(1))
	if rows := c.Rows(); len(rows) != len(c.Learners) || !strings.HasPrefix(rows[0].One, fmt.Sprintf("%.3g [", c.interval(0, 1).Mean)) {
		t.Errorf("rows %v", rows)
	}
	if n := c.Above("MAML", 1); n != 0 {
		t.Errorf("MAML is above itself on %d seeds", n)
	}
}

// Beyond the phases of the training more of a wave is left than within them.
func TestHard(t *testing.T) {
	one := Hard(1)
	lessontest.Save(t, "hard", one.Figure(one, false))
	lessontest.Save(t, "hard-ten", Hard(10).Figure(one, true))
	few := tenMAMLs()[:2]
	within, beyond := shares(few, []float64{1.5}, []float64{3}, 10, 1), shares(few, []float64{4.7}, []float64{3}, 10, 1)
	if !(within[1][0] < 0.5*beyond[1][0] && within[1][0] < within[0][0]) {
		t.Errorf("share of the wave that is left: %v within, %v beyond", within, beyond)
	}
}

// By hand: one step of rate α leads θ to θ′ = θ − 2α(θ − a); the gradients are 2(1 − 2α)(θ′ − b), 2(θ′ − b) and 2(θ − a).
func TestOneParameter(t *testing.T) {
	got := OneParameter(1, 3, 2, 0.1)
	if want := []float64{-0.96, -1.2, -4}; floats.Distance(got, want, math.Inf(1)) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestOnLines(t *testing.T) {
	got := OnLines(func(theta []float64, support, query func([]float64) []float64, rate float64) []float64 {
		return query(floats.AddScaledTo(make([]float64, 2), theta, -rate, support(theta)))
	})
	if want := FirstOrderOnLines(); len(want) != 4 || floats.Distance(got, want, math.Inf(1)) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
	if none := OnLines(func([]float64, func([]float64) []float64, func([]float64) []float64, float64) []float64 { return nil }); none != nil {
		t.Errorf("a step that returns nothing gives %v", none)
	}
}

// The places follow by hand (TestLandscapes).
func TestRests(t *testing.T) {
	quick, slow := 1-0.3*2*2/3.0, 1-0.3*2*0.06
	want := []float64{(2*quick*quick - slow*slow) / (quick*quick + slow*slow), (2*quick - slow) / (quick + slow),
		(2*(1-quick) - (1 - slow)) / (2 - quick - slow)}
	if got := Rests(0.3, 1); floats.Distance(got, want, math.Inf(1)) > 1e-6 {
		t.Errorf("%v, want %v", got, want)
	}
	lessontest.Save(t, "landscapes", Landscapes(TwoLines(), 0.3, 0, 1, 3, 10))
	if !slices.IsSorted([]float64{want[0], want[1], want[2]}) {
		t.Error("MAML rests nearest to the slow task, Reptile nearest to the quick one")
	}
}

func TestArticlePictures(t *testing.T) {
	for name, turns := range map[string]float64{"zeroshot": 0.5, "zeroshot-tenth": 0.1, "zeroshot-turn": 1} {
		mean := ZeroShot(turns)
		lessontest.Save(t, name, mean.Figure(mean, true))
	}
	lessontest.Save(t, "article-new", Article().NewPoint(10))
	lessontest.Save(t, "article-transfer", Article().Transfer(10))
	lessontest.Save(t, "article-transfer-100", Article().Transfer(100))
}

// silent tells nobody.
type silent struct{}

func (silent) Set(int) {}
func (silent) Done()   {}
