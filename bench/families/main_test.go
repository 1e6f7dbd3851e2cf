package main

import (
	"context"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/sweep"
)

// brief is the study with hardly any training.
func brief() study {
	return study{Seconds: 0.003, Tuning: 0.002, Trials: 1, Seeds: 2, Tests: 20, Validations: 10, rows: rows}
}

func work[R any](t *testing.T, e sweep.Experiment[R], store string) sweep.Table[R] {
	t.Helper()
	if err := e.Work(context.Background(), store, sweep.Share{}); err != nil {
		t.Fatal(err)
	}
	table, err := e.Collect(store)
	if err != nil || table.Err() != nil {
		t.Fatal(err, table.Err())
	}
	return table
}

// The study in small: every learner is tuned, trained and tested on every panel, beside every floor, some with the same
// bits again; what was written is what is read.
func TestStudy(t *testing.T) {
	s, dir := brief(), t.TempDir()
	study := func(s study, name string) *report {
		store := filepath.Join(dir, name)
		chosen := s.choose(work(t, s.trials(), store))
		if len(chosen) != len(s.rows) {
			t.Fatalf("%d of %d learners are tuned", len(chosen), len(s.rows))
		}
		return s.report(work(t, s.tests(chosen), store), chosen)
	}
	r := study(s, "a")
	some := s
	some.rows = []row{rows[0], rows[len(rows)-3], rows[len(rows)-1]}
	for _, again := range study(some, "b").Entries {
		k := slices.IndexFunc(r.Entries, func(e entry) bool { return e.Name == again.Name })
		if !reflect.DeepEqual(r.Entries[k], again) {
			t.Errorf("the same study gives other numbers of %s", again.Name)
		}
	}
	if len(r.Entries) != len(rows)+len(floors) {
		t.Errorf("%d entries of %d learners and %d floors", len(r.Entries), len(rows), len(floors))
	}
	for _, e := range r.Entries {
		some := false
		for _, seed := range e.Results {
			if len(seed) != len(panels()) {
				t.Errorf("%s: %d panels", e.Name, len(seed))
			}
			for k, by := range seed {
				some = some || len(by) > 0
				if len(by) != len(steps) && (e.Family != "floor" || len(by) > 0) {
					t.Errorf("%s, %s: %d numbers of steps", e.Name, r.Panels[k], len(by))
				}
			}
		}
		if !some {
			t.Errorf("%s: no panel has numbers", e.Name)
		}
		if want := map[bool]int{true: 1, false: 2}[e.Family == "floor" || e.Name == "scratch"]; len(e.Results) != want {
			t.Errorf("%s: %d results, want %d", e.Name, len(e.Results), want)
		}
	}
	page := r.page()
	for _, p := range panels() {
		if strings.Count(page, "\n| "+p.Name+" | ") != 1 {
			t.Errorf("the page does not tell what is best on %q", p.Name)
		}
		if !strings.Contains(page, "## "+p.Name+"\n") {
			t.Errorf("the page has no table of %q", p.Name)
		}
	}
	if strings.Contains(page, "%!") || !strings.Contains(page, "make compare-families SECONDS=0.003 TUNING=0.002 TRIALS=1 SEEDS=2 TASKS=20\n") {
		t.Errorf("the page:\n%s", page)
	}
	r.Entries[1].Diverged = []int{9, 7}
	if said := "2 of 2, the first after 7 iterations"; !strings.Contains(r.page(), said) || strings.Contains(page, said) {
		t.Errorf("%q is on the page of a study in which nothing diverged, or not on that of one in which something did", said)
	}
	path := filepath.Join(dir, "families.json")
	if err := r.write(path); err != nil {
		t.Fatal(err)
	}
	var again report
	if err := durable.ReadJSON(path, &again); err != nil {
		t.Fatal(err)
	}
	if again.SHA256 = r.SHA256; !reflect.DeepEqual(&again, r) {
		t.Error("what was written is not what is read")
	}
}

// What diverges is tested as far as it came, and tells how far that was.
func TestDiverged(t *testing.T) {
	s := brief()
	s.rows = rows[:1]
	chosen := map[string]choice{rows[0].name: {Try: try{Outer: 1e200, Inner: 0.01}}}
	e := s.report(work(t, s.tests(chosen), t.TempDir()), chosen).Entries[0]
	if len(e.Diverged) != s.Seeds || len(e.Results) != s.Seeds || len(e.Results[0][0]) != len(steps) {
		t.Fatalf("%d of %d trainings diverged, %d were tested", len(e.Diverged), s.Seeds, len(e.Results))
	}
	for _, after := range e.Diverged {
		if after < 1 || after >= e.Iterations {
			t.Errorf("diverged after %d of %d iterations", after, e.Iterations)
		}
	}
}

// All learners have as many tries, all of them different, and a number of iterations that was measured.
func TestRows(t *testing.T) {
	names := map[string]bool{}
	for _, r := range rows {
		if names[r.name] || len(r.tries) != tunings {
			t.Errorf("%q: there before: %v; %d tries", r.name, names[r.name], len(r.tries))
		}
		names[r.name] = true
		seen := map[try]bool{}
		for _, v := range r.tries {
			seen[v] = true
		}
		if len(seen) != tunings {
			t.Errorf("%s: only %d different tries", r.name, len(seen))
		}
		if calibrated[r.name] < 100 != r.untrained {
			t.Errorf("%s: %d iterations; measure them by -calibrate", r.name, calibrated[r.name])
		}
	}
	for name := range calibrated {
		if !names[name] {
			t.Errorf("iterations.json has %q, which is no learner", name)
		}
	}
}

// The floors are what the closed forms of the golden file say, of many tasks; those of package tasks are held to it.
func TestFloors(t *testing.T) {
	on := panels()[0]
	family := on.Tasks.(tasks.Sinusoid)
	for name, want := range map[string]float64{
		"zero": family.ZeroFloor(), "best without support set, as trained": family.ZeroShotFloor(),
		"least squares that knows the waves": 0,
	} {
		for _, f := range floors {
			if f.name != name {
				continue
			}
			o, err := metakit.Evaluation{Tasks: family, Episodes: 4000, Seed: testSeed}.Baseline(t.Context(), f.predictor(family),
				mse)
			if err != nil {
				t.Fatal(err)
			}
			// A wave's phase is uniform and its amplitude too: twice the half-width is 3.9 standard errors.
			if half := o.High - o.Mean; math.Abs(o.Mean-want) > 2*half+1e-20 {
				t.Errorf("%s: %v, want %v", name, o.Interval, want)
			}
		}
	}
}

// No test or validation task is one of a training, and the first panel is as trained.
func TestPanels(t *testing.T) {
	if all := panels(); all[0].Tasks != metakit.Distribution(train().Test()) || len(all) < 6 {
		t.Errorf("%d panels, of which the first is not as trained", len(all))
	}
	if tuningSeed == testSeed || testSeed < usual().Seeds {
		t.Error("seeds are shared")
	}
}

// What an iteration takes is found in a moment, and a try of it has been made.
func TestPerIteration(t *testing.T) {
	quick, err := perIteration(rows[0], 2, 0.01)
	if err != nil || !(quick > 1e-6 && quick < 0.1) {
		t.Errorf("an iteration takes %v s, %v", quick, err)
	}
}
