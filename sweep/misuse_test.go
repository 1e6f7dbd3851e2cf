package sweep

import (
	"context"
	"strings"
	"testing"

	"kindred/internal/exported"
)

func TestMisuse(t *testing.T) {
	var none context.Context
	work := func(change func(e *Experiment[found])) func() {
		return func() { e := trial(6, 0); change(&e); _ = e.Work(t.Context(), t.TempDir(), Share{}) }
	}
	share := func(s Share) func() { return func() { _ = trial(6, 0).Work(t.Context(), t.TempDir(), s) } }
	type hidden struct{ Loss, note float64 }
	_ = hidden{note: 1}.note
	type pointing struct{ Best *float64 }
	var tested []string
	for _, m := range []struct {
		name string
		call func()
		says string
	}{
		{"Experiment.Name", work(func(e *Experiment[found]) { e.Name = "" }), `sweep: Experiment.Work: the experiment is called ""; give it a name of letters, digits, '-', '_' and '.', which names a folder`},
		{"Experiment.Name, a path", work(func(e *Experiment[found]) { e.Name = "a/b" }), `sweep: Experiment.Work: the experiment is called "a/b"; give it a name of letters`},
		{"Experiment.Name, hidden", work(func(e *Experiment[found]) { e.Name = ".." }), `sweep: Experiment.Work: the experiment is called ".."`},
		{"Experiment.Setup", work(func(e *Experiment[found]) { e.Setup = nil }), `sweep: Experiment.Work: the experiment "trial" has no Setup; say what its results depend on`},
		{"Experiment.Setup, empty", work(func(e *Experiment[found]) { e.Setup = "" }), `sweep: Experiment.Work: the experiment "trial" has no Setup`},
		{"Experiment.Cells", work(func(e *Experiment[found]) { e.Cells = nil }), `sweep: Experiment.Work: the experiment "trial" has no Cells`},
		{"Experiment.Run", work(func(e *Experiment[found]) { e.Run = nil }), `sweep: Experiment.Work: the experiment "trial" has no Run`},
		{"Cell.Name", work(func(e *Experiment[found]) { e.Cells[2].Name = "" }), `sweep: Experiment.Work: cell 2 has no Name`},
		{"Cell.Seed", work(func(e *Experiment[found]) { e.Cells[3] = e.Cells[1] }), `sweep: Experiment.Work: cells 1 and 3 are the same: λ/½, 0.1, seed 0; give them other names, settings or seeds`},
		{"Experiment, unexported fields", func() {
			e := Experiment[hidden]{Name: "a", Setup: "b", Cells: []Cell{{Name: "c"}}, Run: func(context.Context, Cell) (hidden, error) { return hidden{}, nil }}
			_, _ = e.Collect(t.TempDir())
		}, `sweep: the field note of sweep.hidden is not exported and would not be stored`},
		{"Experiment, a pointer to 0", func() {
			e := Experiment[pointing]{Name: "a", Setup: "b", Cells: []Cell{{Name: "c"}}, Run: func(context.Context, Cell) (pointing, error) { return pointing{new(0.0)}, nil }}
			_ = e.Work(t.Context(), t.TempDir(), Share{})
		}, `sweep: a sweep.pointing does not come back as it was stored: it differs at value.Best`},
		{"Experiment, an interface", func() {
			e := Experiment[any]{Name: "a", Setup: "b", Cells: []Cell{{Name: "c"}}, Run: func(context.Context, Cell) (any, error) { return 1, nil }}
			_, _ = e.Collect(t.TempDir())
		}, `sweep: interface {} is of kind interface (interface {}), which cannot be stored`},
		{"Experiment.Work", func() { _ = trial(6, 0).Work(none, t.TempDir(), Share{}) }, `sweep: Experiment.Work: ctx is nil; give one, such as context.Background()`},
		{"Experiment.Work, dir", func() { _ = trial(6, 0).Work(t.Context(), "", Share{}) }, `sweep: Experiment.Work: the store is ""; name a folder, or "."`},
		{"Share.Index", share(Share{8, 8}), `sweep: Experiment.Work: there is no share 8/8; shares count from 0, those of 8 are 0/8 to 7/8`},
		{"Share.Index, negative", share(Share{-1, 8}), `sweep: Experiment.Work: there is no share -1/8`},
		{"Share.Of", share(Share{2, 0}), `sweep: Experiment.Work: there is no share 2/0`},
		{"Experiment.Collect", func() { _, _ = trial(6, 0).Collect("") }, `sweep: Experiment.Collect: the store is ""`},
		{"Experiment.Collect, cells", func() { _, _ = Experiment[found]{Name: "a", Setup: "b"}.Collect("c") }, `sweep: Experiment.Collect: the experiment "a" has no Cells`},
		{"Flags", func() { Flags(nil) }, `sweep: Flags: the set is nil; give one, such as flag.CommandLine`},
		{"Main", func() { Main(nil, trial(6, 0), func(Table[found]) error { return nil }) }, `sweep: Main: the options or the function that shows the table are nil; see Flags`},
		{"Main, show", func() { Main(&Options{}, trial(6, 0), nil) }, `sweep: Main: the options or the function that shows the table are nil; see Flags`},
	} {
		name, _, _ := strings.Cut(m.name, ",")
		tested = append(tested, name)
		if said := exported.Panic(t, m.name, m.call); !strings.HasPrefix(said, m.says) {
			t.Errorf("%s: it says\n\t%s\nwant\n\t%s", m.name, said, m.says)
		}
	}
	harmless := map[string]string{
		"Cell.Settings": "see Cell.Seed", "Cell.CheckpointFile": "every cell has one, or none", "Cell.String": "every cell prints",
		"Experiment.Log": "nil is nobody", "ParseShare": "its errors: TestParseShare", "FromEnvironment": "its errors: TestEnvironment",
		"Share.String": "every share prints", "Table": "Collect sets it",
		"Row": "Collect sets it", "Options.Store": "its errors: TestCommand",
		"Options.Share": "its errors: TestCommand", "Options.Collect": "both make sense", "Options.List": "both make sense",
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}
