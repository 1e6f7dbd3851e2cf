package rewards

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"kindred/autodiff"
	"kindred/internal/interval"
	"kindred/metakit/acting"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/notebooks/lessons/lessontest"
)

var five = acting.Bandit{Arms: 5, Pulls: 10}

// A game is an episode of Bandit.Play, pull by pull, and its odds are those of the machine.
func TestPlayIsBanditPlay(t *testing.T) {
	entries := append(players(), Entry{"a list", plan{1, 2, 3, 4, 5, 5, 4, 3, 2, 1}}, Entry{"random", acting.Random{}})
	for machine := range uint64(10) {
		for _, e := range entries {
			won := 0.0
			for _, p := range play(five, e.Player, machine, five.Pulls) {
				if p.won {
					won++
				}
			}
			if want := five.Play(e.Player, 1, machine)[0]; won != want {
				t.Errorf("machine %d: %s wins %v here, %v in Play", machine, e.Name, won, want)
			}
		}
		task := five.Draw(rand.New(rand.NewPCG(machine, 0)))
		if got := fmt.Sprint(odds(five, machine)); !strings.Contains(fmt.Sprint(task), got) {
			t.Errorf("machine %d: odds %s of %v", machine, got, task)
		}
	}
}

// What is added to a list does not change what its pulls before won, and no list is worth more than half.
func TestGame(t *testing.T) {
	whole, part := plan{1, 2, 3, 4, 5, 1, 1, 1, 1, 1}, plan{1, 2, 3, 1, 1, 1, 1, 1, 1, 1}
	a, b := play(five, whole, 3, 10), play(five, part, 3, 3)
	for k, p := range b {
		if a[k] != p {
			t.Errorf("pull %d is %v and %v", k, a[k], p)
		}
	}
	m := interval.Mean(five.Play(whole, 10000, 1))
	if se := (m.High - m.Low) / (2 * 1.96); math.Abs(m.Mean-5) > 4*se { // one failure in 16,000, at a fixed seed
		t.Errorf("a list wins %v", m)
	}
	lessontest.Save(t, "game", Game(five, whole, 1))
	lessontest.Save(t, "game-part", Game(five, []int{1, 2, 3}, 2))
}

func TestGameRefuses(t *testing.T) {
	for _, list := range [][]int{nil, make([]int, 11), {0}, {6}} {
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, "rewards: Game: ") {
					t.Errorf("%v: it says %s", list, said)
				}
			}()
			Game(five, list, 1)
		}()
	}
}

// The map agrees with the optimum in every state.
func TestAdvantage(t *testing.T) {
	var o acting.Optimum
	p, second := make([]float64, 2), acting.Tally{Wins: 1}
	for wins := range 9 {
		for losses := range 9 - wins {
			first := acting.Tally{Wins: wins, Losses: losses}
			left := 10 - first.Pulls() - second.Pulls()
			o.Choose(p, []acting.Tally{first, second}, left)
			gain := advantage(&o, first, second, left)
			if (gain > 1e-12) != (p[0] == 1) && math.Abs(gain) > 1e-12 {
				t.Errorf("%v with %d left: gain %v, and arm 1 is pulled with %v", first, left, gain, p[0])
			}
			if left == 1 && math.Abs(gain-(first.Mean()-second.Mean())) > 1e-12 {
				t.Errorf("%v, one left: %v", first, gain)
			}
		}
	}
	for _, pulls := range []int{4, 10, 20} {
		lessontest.Save(t, fmt.Sprint("choices-", pulls), Choices(pulls, acting.Tally{}))
	}
	lessontest.Save(t, "choices-of-1", Choices(10, acting.Tally{Wins: 2, Losses: 1}))
}

func TestWorth(t *testing.T) {
	lessontest.Save(t, "worth", Worth(five))
	for _, b := range []acting.Bandit{{Arms: 2, Pulls: 10}, {Arms: 10, Pulls: 10}, {Arms: 5, Pulls: 5}, {Arms: 5,
		Pulls: 15}} {
		Worth(b)
	}
}

// Estimates have the mean 0.1, and variances (0.15 − 0.1²)/n and (0.06 − 0.1²)/n; a bonus changes those with a
// baseline not at all.
func TestEstimates(t *testing.T) {
	for _, n := range []int{5, 20} {
		plain, based := estimates(n, 0)
		for _, c := range []struct {
			x        []float64
			variance float64
		}{{plain, 0.14 / float64(n)}, {based, 0.05 / float64(n)}} {
			mean, variance := stat.MeanVariance(c.x, nil)
			lessontest.Near(t, "the mean", mean, 0.1, 4*math.Sqrt(c.variance/float64(len(c.x))))
			lessontest.Near(t, "the variance", variance, c.variance, 4*c.variance*math.Sqrt(2/float64(len(c.x)))*1.2)
		}
		if _, bonus := estimates(n, 10); math.Abs(stat.StdDev(bonus, nil)-stat.StdDev(based, nil)) > 1e-12 {
			t.Error("a bonus changes estimates with a baseline")
		}
	}
	lessontest.Save(t, "estimates", Estimates(20, 0))
	lessontest.Save(t, "estimates-bonus", Estimates(20, 5))
	Estimates(5, 1)
	Estimates(500, -1)
}

func ratio(log autodiff.Value) autodiff.Value { return log.Sub(log.StopGradient()).Exp() }

var (
	logProbability = Form{"log probability", Total}
	lowVariance    = Form{"low variance", func(log []autodiff.Value) autodiff.Value { return Total(Each(log, ratio)) }}
	dice           = Form{"DiCE", func(log []autodiff.Value) autodiff.Value { return ratio(Total(log)) }}
)

// The slope after a step against calculus: J = πᵀ + bonus, (J(θ + αJ′))′ = J′(θ + αJ′)·(1 + αJ″). DiCE has it right;
// low variance of one step; the logarithm has, of one step, −π(1 − π)(π + bonus) for J″.
func TestMeta(t *testing.T) {
	const rate = 3.0
	starts := []float64{-2, -0.3, 1.1}
	for _, l := range []lock{{1, 0}, {1, 1}, {3, 0}, {3, 0.5}} {
		exact, steps := l.meta(starts, rate, nil, false), float64(l.steps)
		for k, v := range starts {
			pi := func(at float64) float64 { return 1 / (1 + math.Exp(-at)) }
			slope := func(at float64) float64 { return steps * math.Pow(pi(at), steps) * (1 - pi(at)) }
			p := pi(v)
			curve := slope(v) * (steps*(1-p) - p)
			after := slope(v + rate*slope(v))
			lessontest.Near(t, "exact", exact[k], after*(1+rate*curve), 1e-13)
			lessontest.Near(t, "first order", l.meta(starts, rate, nil, true)[k], after, 1e-13)
			lessontest.Near(t, "DiCE", l.meta(starts, rate, &dice, false)[k], exact[k], 1e-13)
			low := math.Abs(l.meta(starts, rate, &lowVariance, false)[k] - exact[k])
			if (low < 1e-13) != (l.steps == 1) {
				t.Errorf("%+v: low variance is off by %v", l, low)
			}
			if l.steps == 1 {
				lessontest.Near(t, "log probability", l.meta(starts, rate, &logProbability, false)[k],
					after*(1-rate*p*(1-p)*(p+l.bonus)), 1e-13)
			}
		}
	}
	for _, steps := range []int{1, 2, 3} {
		lessontest.Save(t, fmt.Sprint("slopes-", steps), Slopes(steps, 0, 4, logProbability, lowVariance, dice).Figure(nil))
	}
	lessontest.Save(t, "slopes-bonus", Slopes(1, 1, 4, logProbability, lowVariance, dice).Figure(nil))
	if f := Slopes(2, 0, 4, dice).Figure(nil); !strings.Contains(string(f.SVG()), "All forms have the slope") {
		t.Error("DiCE alone is not right")
	}
}

// A counter is a memory that counts the wins and pulls of arm 1.
type counter struct{ acting.Recurrent }

func (counter) State() int { return 2 }

func (counter) Step(_ autodiff.Params, reads, state autodiff.Value) (outputs, value, next autodiff.Value) {
	pulled, reward := reads.SliceCols(0, 1), reads.SliceCols(reads.Cols()-3, reads.Cols()-2)
	next = state.Add(autodiff.ConcatCols(pulled.Mul(reward), pulled))
	return next, next.SliceCols(0, 1), next
}

// Of a memory that counts, the pulls are read off exactly and the promise nearly; of what is not there, nothing.
func TestReading(t *testing.T) {
	b := acting.Bandit{Arms: 2, Pulls: 6}
	c := counter{acting.NewRecurrent(b, acting.Softmax{}, 2)}
	theta := c.Init(rand.New(rand.NewPCG(1, 1)))
	from, to := diaryOf(b, c, theta, 1), diaryOf(b, c, theta, 2)
	for i, pulls := range to.pulls {
		wins := to.state.At(i, 0)
		if to.state.At(i, 1) != pulls || math.Abs((wins+1)/(pulls+2)-to.mean[i]) > 1e-15 {
			t.Fatalf("row %d: state %v, pulls %v, mean %v", i, to.state.RawRowView(i), pulls, to.mean[i])
		}
	}
	if _, r := reading(from, to, func(d diary) []float64 { return d.pulls }); r < 1-1e-9 {
		t.Errorf("R² of the pulls is %v", r)
	}
	noise := func(d diary) (x []float64) {
		rng := rand.New(rand.NewPCG(5, uint64(d.state.At(7, 1)))) // any
		for range d.mean {
			x = append(x, rng.NormFloat64())
		}
		return x
	}
	if _, r := reading(from, to, noise); math.Abs(r) > 0.02 {
		t.Errorf("R² of noise is %v", r)
	}
}

type quiet struct{}

func (quiet) Set(int) {}
func (quiet) Done()   {}

// A policy that learns at two arms gets better, and a training that is stopped keeps what was learned.
func TestLearn(t *testing.T) {
	b := acting.Bandit{Arms: 2, Pulls: 5}
	policy := acting.Exchangeable{Arms: 2, Units: 8}
	training := acting.Training{Learner: acting.NewRL2(policy, acting.Softmax{}), Environment: b, Iterations: 40,
		Batch:     64,
		Optimizer: nn.NewAdam(0.03), ClipNorm: 1, Precision: autodiff.Float32}
	all, err := Learn(training, policy, 2, quiet{})(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if len(l.Values) != 5 || len(l.Returns) != 4 || l.Values[4] < l.Values[0]+0.1 || l.Values[4] != b.Greedy(policy,
			l.Theta) {
			t.Errorf("values %v, returns %v", l.Values, l.Returns)
		}
	}
	lessontest.Save(t, "learning", Learning(b, all).Figure(nil))
	lessontest.Save(t, "memory", Remembers(b, policy, all, 7))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stopped, err := Learn(training, policy, 2, quiet{})(ctx)
	if err == nil || len(stopped) != 1 || len(stopped[0].Theta) == 0 {
		t.Errorf("stopped: %v, %v", stopped, err)
	}
	for seeds, want := range map[int]string{1: "one seed;", 2: "mean of 2 seeds, each thin;"} {
		all := slices.Repeat(stopped[:1], seeds)
		if said := string(Learning(b, all).Figure(nil).SVG()); !strings.Contains(said, want) {
			t.Errorf("%d: the figure does not say %q", seeds, want)
		}
	}
}

const folder = "../../results/"

func TestResults(t *testing.T) {
	lessontest.Save(t, "bandits", ReadBandits(folder+"bandit.json").Figure(false))
	n := ReadNavigation(folder + "navigation.json")
	for steps := 1; steps < shown; steps++ {
		lessontest.Save(t, fmt.Sprint("walks-", steps), n.Walks(steps))
	}
	lessontest.Save(t, "returns", n.Returns(1))
	for after, want := range []string{"nothing tells which start is better", "start is better: by "} {
		if !strings.Contains(string(n.Returns(after).SVG()), want) {
			t.Errorf("after %d steps the title does not say %q", after, want)
		}
	}
	header, rows := n.Differences()
	for _, row := range rows {
		if len(row) != len(header) {
			t.Errorf("%q for %q", row, header)
		}
	}
}

// Results that are not whole are refused by a sentence; so is a file with another bit.
func TestResultsRefused(t *testing.T) {
	for _, text := range []string{`{}`, `{"Bandits":[{}]}`,
		`{"Bandits":[{"Players":[{"Value":1},{"Value":0}],"Learned":[{"Values":[1],"Best":[1]}]}]}`,
		`{"Bandits":[{"Players":[{"Value":1},{"Value":2}],"Learned":[{"Values":[1]}]}]}`} {
		var b Bandits
		if err := json.Unmarshal([]byte(text), &b); err != nil || b.whole() == nil {
			t.Errorf("%s: %v and whole", text, err)
		}
	}
	text, err := os.ReadFile(folder + "navigation.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(n *Navigation){
		"no goal":      func(n *Navigation) { n.Goals = nil },
		"a goal more":  func(n *Navigation) { n.Goals = append(n.Goals, [2]float64{}) },
		"no published": func(n *Navigation) { n.Published = nil },
		"few steps":    func(n *Navigation) { n.Found[0].Returns[0][3] = n.Found[0].Returns[0][3][:2] },
		"no seed":      func(n *Navigation) { n.Found[1].Returns = nil },
		"another name": func(n *Navigation) { n.Found[3].Name = "" },
		"no paths":     func(n *Navigation) { n.Paths = nil },
		"a short path": func(n *Navigation) { n.Paths[2].Paths = n.Paths[2].Paths[:1] },
		"no path":      func(n *Navigation) { n.Paths[2].Paths[1] = nil },
		"more paths":   func(n *Navigation) { n.Paths = append(n.Paths, make([]goalPaths, 40)...) },
		"a flat place": func(n *Navigation) { n.Paths[1].Paths[1][0][4] = []float64{1} },
	} {
		var n Navigation
		if err := json.Unmarshal(text, &n); err != nil || n.whole() != nil {
			t.Fatal("the results themselves are not whole")
		}
		change(&n)
		if n.whole() == nil {
			t.Errorf("%s: whole", name)
		}
	}
	path := filepath.Join(t.TempDir(), "navigation.json")
	text[len(text)/2] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, path) || !strings.Contains(said, "make navigation") {
			t.Errorf("it says %s", said)
		}
	}()
	ReadNavigation(path)
}

// Whatever the bytes are, they are refused or can be looked up in every way that the figures look them up.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Bandits":[{"Players":[{"Value":1},{"Value":2}],"Learned":[{"Values":[1],"Best":[1]}]}]}`))
	returns := `"Returns":[[[1,2,3,4,5],[1,2,3,4,5]]]`
	f.Add([]byte(`{"Goals":[[0,1],[1,0]],"Published":{"maml":[[1,2],[1,2],[1,2],[1,2],[1,2]],` +
		`"pretrained":[[1,2],[1,2],[1,2],[1,2],[1,2]]},"Found":[{"Name":"MAML",` + returns + `},{"Name":"pretrained",` + returns +
		`},{"Name":"MAML, log probability",` + returns + `}],"Paths":[{"Paths":[[[[0,0]]],[[]],[[]],[[]],[[]]]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		var b Bandits
		if parse(text, &b) == nil {
			for _, family := range b.Bandits {
				if family.Players[len(family.Players)-1].Value <= 0 || len(family.Learned[0].Values) != len(family.Learned[0].Best) {
					t.Fatalf("%+v", family)
				}
			}
		}
		var n Navigation
		if parse(text, &n) == nil {
			for steps := range shown {
				if len(n.at("MAML", steps)) != len(n.Goals) || len(n.Published["maml"][steps]) != len(n.Goals) {
					t.Fatalf("%d goals", len(n.Goals))
				}
			}
		}
	})
}

// Every baseline but the best leaves more variance.
func TestBestBaseline(t *testing.T) {
	for _, p := range []float64{0.5, 0.9, 0.2} {
		variance := func(b float64) float64 {
			first, second := 0.0, 0.0
			for arm, chance := range []float64{p, 1 - p} {
				score := []float64{1 - p, -p}[arm]
				for reward, likely := range []float64{1 - twoArms[arm], twoArms[arm]} {
					v := (float64(reward) - b) * score
					first, second = first+chance*likely*v, second+chance*likely*v*v
				}
			}
			return second - first*first
		}
		b := BestBaseline(p)
		if v := variance(b); v >= variance(b+0.01) || v >= variance(b-0.01) {
			t.Errorf("p = %v: %v is not the best baseline", p, b)
		}
	}
}

// What is counted is what the title says, and greed is worth less than the optimum, more than chance.
func TestExploredAndGreedy(t *testing.T) {
	for game, other := range map[int]acting.Tally{10: {Wins: 1}, 4: {}} {
		if said := fmt.Sprintf("In %s of ", lessons.Some(Explored(game, other))); !strings.Contains(Choices(game, other).Alt(), said) {
			t.Errorf("%d pulls: not %q", game, said)
		}
	}
	if v := Greedy(five); !(v > 5 && v < five.Value(new(acting.Optimum))) || Value(five, greedy{}) != v || Value(five, nil) != nil {
		t.Errorf("greed is worth %v", v)
	}
}
