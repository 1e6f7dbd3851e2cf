package compare_test

import (
	"strings"
	"testing"

	"kindred/internal/exported"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/compare"
	"kindred/sweep"
)

func TestMisuse(t *testing.T) {
	with := func(change func(s *compare.Study)) func() {
		return func() { s := study(2); change(&s); s.Experiment() }
	}
	mgda := balance.MGDA{}
	var tested []string
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"Architecture", `Architecture: the model of "a" is nil`, func() { compare.Architecture("a", nil) }},
		{"Balancer", `Balancer: the balancer of "a" is nil`, func() { compare.Balancer("a", nil) }},
		{"Cross", `Architecture: the model of "a" is nil`, func() { compare.Cross("a", nil, mgda) }},
		{"Cross", `Balancer: the balancer of "a" is nil`, func() { compare.Cross("a", hard(4, 2), nil) }},
		{"Study.Seeds", "Study: Seeds is 1, Trials 2", with(func(s *compare.Study) { s.Seeds = 1 })},
		{"Study.Trials", "Study: Seeds is 2, Trials 0", with(func(s *compare.Study) { s.Trials = 0 })},
		{"Study.Setup", `Setup ""; there must be`, with(func(s *compare.Study) { s.Setup = "" })},
		{"Study.Trial", "Trial must be set", with(func(s *compare.Study) { s.Trial = nil })},
		{"Study.Entrants", `called "wide"; each needs a name of its own`,
			with(func(s *compare.Study) { s.Entrants[1].Name = "wide" })},
		{"Entrant.Name", `called ""`, with(func(s *compare.Study) { s.Entrants[1].Name = "" })},
		{"Entrant.Name", `called "hard sharing"`, with(func(s *compare.Study) { s.Entrants[1].Name = compare.Sum })},
		{"Entrant.Model", `entrant "x" has neither a Model nor a Balance`,
			with(func(s *compare.Study) { s.Entrants[0] = compare.Entrant{Name: "x"} })},
		{"Study.Experiment", "Study: Seeds is 0", func() { compare.Study{}.Experiment() }},
		{"Study.Run", "Study: Seeds is 0", func() { compare.Study{}.Run(t.Context(), "x") }},
		{"Study.Run", "the store is \"\"", func() { study(2).Run(t.Context(), "") }},
		{"Study.Name", `the experiment is called ""`, func() {
			s := study(2)
			s.Name = ""
			s.Run(t.Context(), t.TempDir())
		}},
		{"Study.Report", "Study: Seeds is 0", func() { compare.Study{}.Report(sweep.Table[mtlkit.Result]{}) }},
		{"Report.Ranks", "Report.Ranks: 0 entrants on 0 seeds", func() { compare.Report{}.Ranks() }},
		{"Report.Against", `no entrant is called "x"`, func() { compare.Report{}.Against("x") }},
	} {
		tested = append(tested, c.name)
		said := exported.Panic(t, c.name, c.call)
		from, _, _ := strings.Cut(said, ": ")
		if from != "compare" && from != "sweep" || !strings.Contains(said, c.want) {
			t.Errorf("panic %q, want a sentence that says %q", said, c.want)
		}
	}
	names := exported.FunctionsAndFields(t)
	harmless := map[string]string{
		"Entrant.Balance": "see Entrant.Model", "Study.Log": "nil is none", "Report.String": "of any report",
		"Report.Markdown": "of any report",
	}
	for _, name := range names {
		if strings.HasPrefix(name, "Report.") || strings.HasPrefix(name, "Row.") ||
			strings.HasPrefix(name, "Ranks.") {
			harmless[name] = "a number that was found"
		}
	}
	delete(harmless, "Report.Against")
	delete(harmless, "Report.Ranks")
	exported.Complete(t, names, tested, harmless)
	with(func(*compare.Study) {})() // a negative control
}
