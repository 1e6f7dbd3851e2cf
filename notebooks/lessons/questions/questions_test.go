package questions

import (
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

const results = "../../results/"

// Between rows that were measured the loss goes straight on logarithmic axes.
func TestNeeded(t *testing.T) {
	rows, losses := []int{10, 40, 160}, []float64{4, 1, 0.25} // 40/rows
	for loss, want := range map[float64]float64{5: 10, 4: 10, 2: 20, 1: 40, 0.5: 80, 0.25: 160, 0.2: math.Inf(1)} {
		if got := needed(rows, losses, loss); math.Abs(got-want) > 1e-9 {
			t.Errorf("for %v it needs %v, want %v", loss, got, want)
		}
	}
}

func TestSaving(t *testing.T) {
	s := ReadSaving(results + "relatedness.json")
	lessontest.Save(t, "saving", s.Figure(1, 0.8, 0))
	together, alone := s.Losses(1)
	if len(together) != len(s.Rows) || len(alone) != len(s.Rows) {
		t.Fatalf("losses %v and %v for %v rows", together, alone, s.Rows)
	}
	lessontest.Near(t, "rows for the loss at a number of rows", s.Needed(1, alone[2]), float64(s.Rows[2]), 1e-9)
}

func TestSavingRefusesWhatIsNotWhole(t *testing.T) {
	second := strings.Replace(onePlace, "20", "40", 1)
	good := `{"Places":[` + onePlace + `,` + second + `]}`
	s, err := parseSaving([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if _, alone := s.Losses(1); !slices.Equal(alone, []float64{2.25, 2.25}) { // the better of the twins
		t.Errorf("alone %v, want that of the narrow twins", alone)
	}
	for _, change := range [][2]string{{`[[1,2]]`, `[]`}, {`[[1,2]]`, `[[1]]`}, {`[[2,4]]`, `[[2,4],[1,1]]`}, {`,` + second, ``}, {`"Places"`, `3`}} {
		if _, err := parseSaving([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("with %s for %s it is read", change[1], change[0])
		}
	}
}

// What a race costs is what its numbers multiply to, and both cost the same at the number that is said.
func TestBills(t *testing.T) {
	f := Finish{Race: Race{Iterations: 100, FreshSteps: 50, Points: []int{10, 40}},
		Meta:  metakit.Interval{Mean: 2},
		Fresh: []metakit.Interval{{Mean: 4}, {Mean: 1}}} // 20 points for the error 2
	labels, work := f.Bills()
	lessontest.Near(t, "labels before", labels.Before, 100*25*20, 0)
	lessontest.Near(t, "labels a task, fresh", labels.Each, 20, 1)
	lessontest.Near(t, "work before", work.Before, 100*25*30, 0)
	lessontest.Near(t, "work a task, meta", work.Meta, 10*metaSteps, 0)
	lessontest.Near(t, "work a task, fresh", work.Each, labels.Each*50, 0)
	for _, b := range []Bill{labels, work} {
		n := b.BreakEven()
		lessontest.Near(t, b.What, b.Before+n*b.Meta, n*b.Each, 1e-6*b.Before)
	}
	if n := (Bill{Before: 1, Meta: 5, Each: 5}).BreakEven(); !math.IsInf(n, 1) {
		t.Errorf("what saves nothing pays from %v tasks on", n)
	}
	lessontest.Save(t, "price", f.Price("price", 0, nil))
	lessontest.Save(t, "price-known", f.Price("price", 64, nil))
	f.Fresh[1].Mean = 3 // never as good
	lessontest.Save(t, "race", f.Figure(nil))
	lessontest.Save(t, "price-most", f.Price("price", 0, nil))
}

func TestRace(t *testing.T) {
	f, err := Race{Iterations: 5, FreshSteps: 3, Points: []int{3, 6}}.Run(t.Context())
	if err != nil || len(f.Fresh) != 2 || !(f.Meta.Mean > 0) {
		t.Errorf("got %+v", f)
	}
	lessontest.Save(t, "saved", Saved(results+"relatedness.json"))
}

func TestJudged(t *testing.T) { lessontest.Save(t, "judged", Judged(nn.NewAdam(0.02), 5, 10, nil)) }

// A wave's own head, put on the trunk as the last layer of an ordinary network, answers as the network with heads does.
func TestKnown(t *testing.T) {
	k := Known{Numbers: []int{2, 3}, Points: 6, Work: 3000, Steps: 1, Seeds: 2}
	found, err := k.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Run(t.Context())
	if err != nil || !slices.EqualFunc(found, again, slices.Equal[[]Judgement]) {
		t.Error("a second run differs")
	}
	lessontest.Save(t, "known", k.Figure(found, nil))

	waves := tasks.NewSinusoid(k.Points)
	k.Work = 40000 // enough to know them
	j, err := k.judge(t.Context(), 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	if zero := waves.ZeroShotFloor(); !(j.KnownHeads < zero/5) {
		t.Errorf("on waves that it knows the network with heads errs by %v, without points it is %v", j.KnownHeads,
			zero)
	}
}

// Eight tasks with the same features gain from sharing a network, tasks without a common feature do not.
func TestCompany(t *testing.T) {
	c := Company{Tasks: 8, Rows: 40, Units: 12, Seeds: 4}
	mean := func(relatedness float64) float64 {
		return metakit.MeanInterval(gains(c.losses(relatedness, 1, 1), c.losses(relatedness, 8, 1))).Mean
	}
	if one, none := mean(1), mean(0); !(one > 20) || !(none < 0) {
		t.Errorf("gains of %v %% and %v %%", one, none)
	}
	small := Company{Tasks: 3, Rows: 10, Units: 3, Seeds: 2}
	lessontest.Save(t, "others", small.Others(nil, []int{2, 3}, 1, 0))
	lessontest.Save(t, "depth", small.Depth([]int{1, 2}, 2))
}

func TestReferences(t *testing.T) {
	seen := map[int]bool{}
	all, works := 0, 0
	for _, r := range References {
		for _, n := range r.Numbers {
			if seen[n] || n < 1 || n > 21 {
				t.Errorf("reference %d is there twice, or is none", n)
			}
			seen[n] = true
		}
		if !slices.Contains(verdicts, r.Verdict) || r.Read == "" {
			t.Errorf("%v: verdict %q, read %q", r.Numbers, r.Verdict, r.Read)
		}
	}
	for _, v := range verdicts {
		all += Count(v, true)
		works += Count(v, false)
	}
	if len(seen) != 21 || all != 21 || works != len(References) {
		t.Errorf("%d references, %d counted, want 21", len(seen), all)
	}
	if rows := ReferenceTable(); len(rows) != len(References) || rows[3].Reference != "[4] [17]" {
		t.Errorf("the table has %d rows, one begins %q", len(rows), rows[3].Reference)
	}
	lessontest.Save(t, "references", ReferenceFigure(true))
	lessontest.Save(t, "works", ReferenceFigure(false))
}

func TestYears(t *testing.T) {
	lessontest.Save(t, "years", Years(ReadLearners(results+"families.json"), 2017))
	for c, want := range map[float64]float64{1: 1, -1: -1} {
		got := RankCorrelation([]Learner{{"a", 2016, 5}, {"b", 2017, 5 + c}, {"c", 2019, 5 + 4*c}})
		lessontest.Near(t, "rank correlation", got, want, 1e-12)
	}
	if got := ranks([]float64{3, 1, 3, 0}); !slices.Equal(got, []float64{2.5, 1, 2.5, 0}) {
		t.Errorf("ranks %v", got)
	}
	one := oneLearner
	good := `{"Entries":[` + one + `,` + strings.Replace(one, "MAML", "BOIL", 1) + `,` + strings.Replace(one, "MAML", "ANIL", 1) + `]}`
	if l, err := parseLearners([]byte(good)); err != nil || l[2].Name != "BOIL" {
		t.Fatal(l, err)
	}
	for _, change := range [][2]string{{`"After":0`, `"After":1`}, {`[[[{"Median":1000}]]]`, `[[]]`}, {`"Median":1000`, `"Median":0`}, {"BOIL", "?"}} {
		if _, err := parseLearners([]byte(strings.Replace(good, change[0], change[1], 1))); err == nil {
			t.Errorf("with %s for %s it is read", change[1], change[0])
		}
	}
}

const (
	onePlace   = `{"Set":"related","Relatedness":1,"Rows":20,"Together":[[1,2]],"Alone":[[2,4]],"Narrow":[[1.5,3]]}`
	oneLearner = `{"Name":"MAML","After":0,"Results":[[[{"Median":1000}]]]}`
)

// What is read can be drawn.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"Places":[` + onePlace + `,` + strings.Replace(onePlace, "20", "40", 1) + `]}`))
	f.Add([]byte(`{"Entries":[` + strings.Repeat(oneLearner+",", 3) + oneLearner + `]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		if s, err := parseSaving(text); err == nil {
			for rho := range s.together {
				if together, alone := s.Losses(rho); len(together) > len(s.Rows) || len(alone) != len(together) {
					t.Fatalf("%d and %d losses for %d rows", len(together), len(alone), len(s.Rows))
				}
				s.worth(rho)
			}
		}
		if l, err := parseLearners(text); err == nil && !(math.Abs(RankCorrelation(l)) <= 1+1e-9) && l[0].Year != l[len(l)-1].Year &&
			slices.ContainsFunc(l, func(o Learner) bool { return o.Error != l[0].Error }) {
			t.Fatalf("a rank correlation of %v", RankCorrelation(l))
		}
	})
}
