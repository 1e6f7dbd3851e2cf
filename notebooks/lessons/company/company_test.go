package company

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/hostile"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

var (
	family = mtlkit.RelatedTasks{Inputs: 3, Features: 2, Relatedness: 1, Noise: 0.1, Rows: []int{12, 14}, HeldOut: 20}
	mixed  = Mixed{Family: family, Families: 2}
)

// study is one of the kind that the notebook has, too small to learn anything.
func study(s Source, units int) relate.Study {
	return relate.Study{Seeds: 2, Tasks: Names(s), Configure: func(seed uint64, some []int) (mtlkit.Trainer, mtlkit.Data) {
		train, rest := s.Draw(seed)
		valid, test := rest.Split(0.5, seed)
		t := relate.Some(mtlkit.Trainer{Tasks: s.Tasks(), Data: train, Validation: valid, Patience: 2,
			Watch: mtlkit.SumOfLogs, Optimizer: nn.NewAdam(0.03), Epochs: 3, Seed: seed}, some)
		t.Model = sharing.HardSharing{
			Trunk: []int{3, units}, Heads: Heads(some), Activation: nn.Tanh}
		return t, relate.SomeData(test, some)
	}}
}

// says fails unless the figure shows a text.
func says(t *testing.T, f plots.Figure, text string) {
	t.Helper()
	if !strings.Contains(f.HTML()+string(f.SVG()), text) {
		t.Errorf("the figure does not say %q: %s", text, f.Alt())
	}
}

// Tasks are dealt out in turn, with the rows of their family, and other seeds begin where From says.
func TestMixed(t *testing.T) {
	if names := Names(mixed); !slices.Equal(names, []string{"a", "b", "c", "d"}) {
		t.Fatalf("tasks %q", names)
	}
	if !mixed.Kin(0, 2) || mixed.Kin(0, 1) || !mixed.Kin(3, 1) {
		t.Error("kin are not those of a family")
	}
	train, held := mixed.Draw(3)
	for k := range 4 {
		one, rest := family.Draw(uint64(6 + k%2))
		if !mat.Equal(train.X[k], one.X[k/2]) || !mat.Equal(train.Y[k], one.Y[k/2]) || !mat.Equal(held.Y[k], rest.Y[k/2]) {
			t.Errorf("task %d does not have the rows of its family", k)
		}
	}
	later := mixed
	later.From = 2
	if again, _ := later.Draw(1); !mat.Equal(again.X[1], train.X[1]) {
		t.Error("seed 1 from 2 on is not seed 3")
	}
}

// Of gains that know two families, two networks are these, and against them they are mixed.
func TestChoose(t *testing.T) {
	gains := make([][]float64, 4)
	for i := range gains {
		for j := range 4 {
			g := -0.3
			if mixed.Kin(i, j) {
				g = 0.5
			}
			if i == j {
				g = 0
			}
			gains[i] = append(gains[i], g)
		}
	}
	for _, n := range Choose("pairs", gains, 2).Grouping.Networks {
		if len(n.Tasks) != 2 || !mixed.Kin(n.Tasks[0], n.Tasks[1]) {
			t.Errorf("a network of the tasks %v", n.Tasks)
		}
	}
	for _, n := range Unlike("against", gains, 2).Grouping.Networks {
		if mixed.Kin(n.Tasks[0], n.Tasks[1]) && len(n.Tasks) == 2 {
			t.Errorf("a network of the kin %v", n.Tasks)
		}
	}
}

// What Groupings shows are the mean gains of a report, where one network has all tasks.
func TestGroupingsOfOne(t *testing.T) {
	s := study(mixed, 4)
	r, err := s.Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := s.Pairs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f := Groupings(s, Choose("one", pairs.Mean(), 1), Choose("two", pairs.Mean(), 2))
	lessontest.Save(t, "company-6-groupings", f)
	says(t, f, strings.Replace(percent(r.Delta), " %", "", 1))
	lessontest.Save(t, "company-4-pairs", Influence(pairs.Influence, "two by two", mixed.Kin))
	guess, err := s.Affinities(t.Context(), 0.1, 1)
	if err != nil {
		t.Fatal(err)
	}
	f = Hunches(pairs.Influence, mixed.Kin, Hunch{"guess", guess}, Hunch{"truth", pairs.Influence})
	lessontest.Save(t, "company-5-hunches", f)
	says(t, f, "1.00 (truth)")
}

func TestFigures(t *testing.T) {
	f, header, rows := Verdicts(Case{"two", study(family, 4)}, Case{"mixed", study(mixed, 4)})
	lessontest.Save(t, "company-1-verdicts", f)
	if len(rows) != 6 || len(rows[0]) != len(header) {
		t.Errorf("%d rows of %d for a header of %d", len(rows), len(rows[0]), len(header))
	}
	lessontest.Save(t, "company-2-shuffled", Shuffled(study(family, 4)))
	loss, gain := Capacity(family, study, nil, 2, 4)
	lessontest.Save(t, "company-3-capacity", loss)
	lessontest.Save(t, "company-3-gains", gain)
	// A layer of 10 units on 3 inputs with two heads has 6 parameters a unit, two networks have 10: 0.6 times as wide.
	if n := narrowed(study(family, 10), 10); n != 6 {
		t.Errorf("twins of %d units, want 6", n)
	}
	if trainer, _ := Shorter(study(family, 4), 7).Configure(0, []int{1}); trainer.Epochs != 7 {
		t.Errorf("%d epochs, want 7", trainer.Epochs)
	}
}

func TestWords(t *testing.T) {
	for want, i := range map[string]mtlkit.Interval{
		"22 % [8, 35]":  {Mean: 0.216, Low: 0.084, High: 0.351},
		"0 % [−10, 10]": {Mean: -0.001, Low: -0.1, High: 0.1},
	} {
		if got := percent(i); got != want {
			t.Errorf("%v is written %q, want %q", i, got, want)
		}
	}
	above, below := sure([]mtlkit.Interval{{Low: 1, High: 2}, {Low: -1, High: 1}, {Low: -2, High: -1}, {Low: 0, High: 1}})
	if above != 1 || below != 1 {
		t.Errorf("%d above 0 and %d below", above, below)
	}
}

const files = "../../results/"

// The map marks just what the intervals of the reports say, and the files are those of the commands.
func TestResults(t *testing.T) {
	c := ReadComparison(files + "relatedness.json")
	for _, narrow := range []bool{false, true} {
		lessontest.Save(t, fmt.Sprintf("company-0-map-%v", narrow), c.Map(narrow))
	}
	lessontest.Save(t, "company-7-real", c.Real())
	helps, hurts, n := 0, 0, 0
	for _, p := range c.Places {
		if p.wide.Seeds < 10 {
			t.Errorf("%s: %d seeds", p.Set, p.wide.Seeds)
		}
		if p.Set != "related" {
			continue
		}
		var delta []float64
		for k := range p.Alone[0] {
			a := (p.Alone[0][k] - p.Together[0][k]) / p.Alone[0][k]
			b := (p.Alone[1][k] - p.Together[1][k]) / p.Alone[1][k]
			delta = append(delta, (a+b)/2)
		}
		i := mtlkit.MeanInterval(delta)
		if n++; i.Low > 0 {
			helps++
		} else if i.High < 0 {
			hurts++
		}
	}
	says(t, c.Map(false), fmt.Sprintf("Of %d places by themselves the interval is above 0 in %d and below in %d", n, helps, hurts))
	lessontest.Save(t, "company-8-affinity", ReadAffinity(files+"affinity.json").Figure())
}

// A map whose gains are a plane has the slopes of that plane; the place of the map is what Points says.
func TestTrend(t *testing.T) {
	var c Comparison
	for _, rho := range []float64{0, 0.5, 1} {
		for _, rows := range []int{20, 40, 80} {
			p := Place{Set: "related", Relatedness: rho, Rows: rows, Tasks: []string{"a"}}
			for range 3 {
				gain := 0.1 + 0.2*rho + 0.05*math.Log2(float64(rows)/20)
				p.Alone, p.Narrow = [][]float64{{1, 2, 4}}, [][]float64{{1, 1, 1}}
				p.Together = [][]float64{{1 - gain, 2 * (1 - gain), 4 * (1 - gain)}}
			}
			if err := p.judge(); err != nil {
				t.Fatal(err)
			}
			c.Places = append(c.Places, p)
		}
	}
	for _, s := range c.slopes(false, func(p Place) float64 { return p.Relatedness }) {
		lessontest.Near(t, "slope over relatedness", s, 0.2, 1e-12)
	}
	says(t, c.Map(false), "by +20 [20, 20] points, with each doubling of the rows by +5 [5, 5]")
	if got := c.Points(0.5, 80); got != 30 {
		t.Errorf("the gain at relatedness 0.5 with 80 rows is %d %%, want 30", got)
	}
}

func TestAnswers(t *testing.T) {
	// A layer of u units on 8 inputs has 9u parameters and each head u + 1.
	lessontest.Near(t, "width for three tasks", EqualWidth(8, 3), 0.4, 1e-15)
	// Gains of 0.5 and 0.25: mean 0.375, half of the interval 12.706 · 0.17678/√2.
	g := Gain([]float64{2, 4}, []float64{1, 3})
	lessontest.Near(t, "mean gain", g[0], 0.375, 1e-12)
	lessontest.Near(t, "end of its interval", g[2], 0.375+12.7062*0.125, 1e-4)
	if n := Helped(study(family, 4)); n < 0 || n > 2 {
		t.Errorf("%d of 2 tasks are helped", n)
	}
}

const wholeText = `{"Command":"make it","Trials":1,"Places":[{"Set":"related","Relatedness":1,"Rows":20,` +
	`"Resplit":0,"Tasks":["a"],"Together":[[1,2]],"Alone":[[2,3]],"Narrow":[[2,4]]}]}`

func TestParseRefuses(t *testing.T) {
	if _, err := parse([]byte(wholeText)); err != nil {
		t.Fatal(err)
	}
	change := func(from, to string) string { return strings.Replace(wholeText, from, to, 1) }
	for _, c := range []struct{ name, text, words string }{
		{"a cut file", wholeText[:len(wholeText)-5], "unexpected end"},
		{"no places", `{"Places":[]}` + strings.Repeat(" ", 100), "no places"},
		{"relatedness 2", change(`ness":1`, `ness":2`), "relatedness 2"},
		{"no rows", change(`"Rows":20`, `"Rows":0`), "0 rows"},
		{"no task", change(`["a"]`, `[]`), "0 tasks"},
		{"a seed fewer", change(`[[2,4]]`, `[[2]]`), "1 losses of task 0"},
		{"one seed", strings.NewReplacer(",2]]", "]]", ",3]]", "]]", ",4]]", "]]").Replace(wholeText), "two at least"},
		{"a loss below 0", change(`[[1,2]]`, `[[1,-2]]`), "below 0"},
		{"the loss 0 alone", change(`[[2,3]]`, `[[0,3]]`), "not above 0"},
		{"many empty places", `{"Places":[` + strings.Repeat("{},", 100_000) + "{}]}", "100002 objects"},
		{"deep lists", `{"Places":` + strings.Repeat("[", 500_000), "exceeded max depth"},
		{"a long file", strings.Repeat(" ", longest+1), "want at most 1048576 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.text), c.words, func() error { _, err := parse([]byte(c.text)); return err })
		})
	}
	for name, text := range map[string]string{
		"no sets": `{"Sets":[]}` + strings.Repeat(" ", 100),
		"a row of 1": `{"Sets":[{"Set":"x","Tasks":["a","b"],"Gains":[[0],[0,0]],"Affinity":[[0,0],[0,0]]}]}` +
			strings.Repeat(" ", 100),
		"a matrix of 1": `{"Sets":[{"Set":"x","Tasks":["a","b"],"Gains":[[0]],"Affinity":[[0,0],[0,0]]}]}` +
			strings.Repeat(" ", 100),
		"an empty matrix": `{"Sets":[{"Set":"x","Tasks":[],"Gains":[],"Affinity":[]}]}` + strings.Repeat(" ", 100),
	} {
		t.Run(name, func(t *testing.T) {
			if a, err := parseAffinity([]byte(text)); err == nil {
				t.Errorf("read as %+v", a)
			}
		})
	}
}

// No bit of the files that notebook 05 reads can be another.
func TestReadRefusesDamage(t *testing.T) {
	for name, read := range map[string]func(string){
		"relatedness.json": func(path string) { ReadComparison(path) },
		"affinity.json":    func(path string) { ReadAffinity(path) },
	} {
		text, err := os.ReadFile(files + name)
		if err != nil {
			t.Fatal(err)
		}
		path, rng := filepath.Join(t.TempDir(), name), rand.New(rand.NewPCG(1, 0))
		for range 100 { // 5,000 in internal/durable
			damaged := slices.Clone(text)
			damaged[rng.IntN(len(damaged))] ^= 1 << rng.IntN(8)
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() {
					if said := fmt.Sprint(recover()); !strings.Contains(said, "checksum") || !strings.Contains(said, path) {
						t.Fatalf("it says %s", said)
					}
				}()
				read(path)
			}()
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(wholeText))
	f.Add([]byte(strings.Replace(wholeText, `[[1,2]]`, `[[1,1e300]]`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		c, err := parse(text)
		if err != nil {
			return
		}
		for _, p := range c.Places {
			if d := p.wide.Delta; math.IsNaN(d.Mean) || len(p.wide.Findings) != len(p.Tasks) {
				t.Fatalf("a gain of %v of %d tasks", d, len(p.Tasks))
			}
		}
	})
}

func FuzzParseAffinity(f *testing.F) {
	f.Add([]byte(`{"Sets":[{"Set":"x","Tasks":["a","b"],"Gains":[[0,1],[0,0]],"Affinity":[[0,0],[2,0]],` +
		`"Agreement":{"All":{"Value":1,"Low":0,"High":1},"Reliable":1}}]}`))
	f.Add([]byte(wholeText))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		a, err := parseAffinity(text)
		if err != nil {
			return
		}
		for _, s := range a.Sets {
			if len(s.Gains) != len(s.Tasks) || len(s.Affinity[0]) != len(s.Tasks) {
				t.Fatalf("matrices of %d and %d for %d tasks", len(s.Gains), len(s.Affinity[0]), len(s.Tasks))
			}
		}
	})
}

func TestProbability(t *testing.T) {
	for p, want := range map[float64]string{0: "< 0.001", 0.0009: "< 0.001", 0.001: "0.001", 0.04: "0.040", 1: "1.000"} {
		if got := probability(p); got != want {
			t.Errorf("%v is written %q, want %q", p, got, want)
		}
	}
}
