package relate_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/exported"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
)

// Every exported function and field with its senseless values, and the sentence that it panics with.
func TestMisuse(t *testing.T) {
	ctx := context.Background()
	var none context.Context
	s := family(0.5, 1, 20, 10)
	s.Seeds = 2
	change := func(f func(s *relate.Study)) relate.Study { s := s; f(&s); return s }
	report := func(f func(s *relate.Study)) func() { return func() { change(f).Report(ctx, false) } }
	configured := func(f func(t *mtlkit.Trainer)) func() {
		return report(func(c *relate.Study) {
			c.Tasks = c.Tasks[:1]
			c.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
				trainer, test := s.Configure(seed, tasks)
				f(&trainer)
				return trainer, test
			}
		})
	}
	f := relate.Influence{Tasks: []string{"a", "b"}, Values: [][][]float64{{nil, {1}}, {{1}, nil}}}
	one := []relate.Network{{Tasks: []int{0}, Gains: []float64{1}, Cost: 1}}
	network := func(f func(n *relate.Network)) func() {
		return func() { n := one[0]; f(&n); relate.Group(1, []relate.Network{n}, 1) }
	}
	var tested []string
	for name, c := range map[string]struct {
		call func()
		says string
	}{
		"Study.Report": {func() { s.Report(none, false) },
			"relate: Study.Report: the context is nil; give context.Background()"},
		"Study.Shuffle": {func() { s.Shuffle(none) },
			"relate: Study.Shuffle: the context is nil; give context.Background()"},
		"Study.Pairs": {func() { s.Pairs(none) },
			"relate: Study.Pairs: the context is nil; give context.Background()"},
		"Study.LeaveOneOut": {func() { s.LeaveOneOut(none) },
			"relate: Study.LeaveOneOut: the context is nil; give context.Background()"},
		"Study.LeaveOneOut,": {func() { change(func(s *relate.Study) { s.Tasks = s.Tasks[:1] }).LeaveOneOut(ctx) },
			"relate: Study.LeaveOneOut: a single task; there is nobody to leave out"},
		"Study.Affinities": {func() { s.Affinities(ctx, 0, 1) },
			"relate: Study.Affinities: the rate is 0, and every 1; the rate is positive and finite, such as 0.1, and " +
				"1 looks before each epoch"},
		"Study.Affinities, every": {func() { s.Affinities(ctx, 0.1, 0) },
			"relate: Study.Affinities: the rate is 0.1, and every 0; the rate is positive and finite, such as 0.1, " +
				"and 1 looks before each epoch"},
		"Study.Tasks": {report(func(s *relate.Study) { s.Tasks = nil }),
			"relate: Study.Report: no Tasks; name them"},
		"Study.Tasks, name": {report(func(s *relate.Study) { s.Tasks = []string{"a", "a"} }),
			`relate: Study.Report: task 1 is called "a"; every task needs a name of its own`},
		"Study.Seeds": {report(func(s *relate.Study) { s.Seeds = 1 }),
			"relate: Study.Report: 1 Seeds; it takes 2 to tell anything, and 10 are usual"},
		"Study.Configure": {report(func(s *relate.Study) { s.Configure = nil }),
			"relate: Study.Report: Configure is nil; it says how some of the tasks are trained"},
		"Study.EqualCapacity": {func() { change(func(s *relate.Study) { s.Configure = nil }).EqualCapacity() },
			"relate: Study.EqualCapacity: Configure is nil; it says how some of the tasks are trained"},
		"Study.Configure, tasks": {configured(func(t *mtlkit.Trainer) { t.Tasks = nil }),
			"relate: Study: Configure returns a trainer of 0 tasks for the tasks [0]; relate.Some picks them"},
		"Study.Configure, names": {configured(func(t *mtlkit.Trainer) { t.Tasks = []mtlkit.Task{{Name: "x"}} }),
			`relate: Study: Configure returns task "x" in the place of "task 1"`},
		"Study.Configure, file": {configured(func(t *mtlkit.Trainer) { t.CheckpointFile = "x" }),
			"relate: Study: Configure returns a trainer with a CheckpointFile; a Study keeps losses in its Store"},
		"Study.Store": {report(func(s *relate.Study) { s.Store = "x" }),
			`relate: Study.Report: Store is "x" and Setup ""; give both, or neither`},
		"Study.Setup": {report(func(s *relate.Study) { s.Setup = "x" }),
			`relate: Study.Report: Store is "" and Setup "x"; give both, or neither`},
		"Study.AllPairs": {func() {
			change(func(s *relate.Study) { s.Tasks = strings.Split("abcdefghijklmnopq", "") }).Pairs(ctx)
		}, "relate: Study.Pairs: 17 tasks have 136 pairs, which takes 306 trainings; take 16 tasks at most, ask for " +
			"Affinities, or set AllPairs"},
		"Some": {func() { relate.Some(mtlkit.Trainer{}, []int{0}) }, "relate: Some: task 0 of 0"},
		"SomeData": {func() { relate.SomeData(mtlkit.Data{X: []*mat.Dense{nil}}, []int{-1}) },
			"relate: SomeData: task -1; there are 1 matrices of inputs and 0 of labels"},
		"Influence.Interval": {func() { f.Interval(0, 0) },
			"relate: Influence.Interval: from task 0 on task 0; there are 2, and none has any on itself"},
		"HOA": {func() { relate.HOA([][]float64{{1, 2}}, []int{0}) },
			"relate: HOA: a row of 2 numbers in a matrix of 1 rows; it must be square"},
		"HOA, group": {func() { relate.HOA([][]float64{{1}}, []int{0, 0}) },
			"relate: HOA: task 0 in the group [0 0] of 1 tasks; each may be in it once, from 0 on"},
		"HOA, none": {func() { relate.HOA([][]float64{{1}}, nil) }, "relate: HOA: a group without tasks"},
		"Networks": {func() { relate.Networks(nil, nil) },
			"relate: Networks: 0 tasks; there are 2^T − 1 groups, and it takes 1 to 20 tasks"},
		"Group": {func() { relate.Group(1, one, 0) },
			"relate: Group: 1 tasks and a budget of 0; it takes 1 to 20 tasks, and a budget of 1 or more"},
		"Network.Tasks": {network(func(n *relate.Network) { n.Tasks = []int{1} }),
			"relate: Group: task 1 in the group [1] of 1 tasks; each may be in it once, from 0 on"},
		"Network.Gains": {network(func(n *relate.Network) { n.Gains = nil }), "relate: Group: network 0 has 1 tasks, " +
			"the gains [] and the cost 1; it has a gain below infinity for each task, and costs 1 or more"},
		"Network.Cost": {network(func(n *relate.Network) { n.Cost = 0 }), "relate: Group: network 0 has 1 tasks, " +
			"the gains [1] and the cost 0; it has a gain below infinity for each task, and costs 1 or more"},
		"NewReport": {func() { relate.NewReport([]string{"a"}, nil, nil, relate.Judge{}) },
			"relate: NewReport: 1 tasks, losses of 0 together and of 0 alone"},
		"NewReport, seeds": {func() {
			relate.NewReport([]string{"a"}, [][]float64{{1}}, [][]float64{{1}}, relate.Judge{})
		}, `relate: NewReport: task "a" has 1 losses together and 1 alone, "a" has 1; there is one for each seed, ` +
			`at least 2`},
		"Judge.Resplit": {func() { relate.Judge{Resplit: -1}.Power(1, 2, 0.05) },
			"relate: Judge.Power: Resplit is -1; it must be finite and not negative, and 0 where seeds draw rows of " +
				"their own"},
		"Judge.Interval": {func() { relate.Judge{}.Interval(nil) }, "interval: Mean: no values"},
		"Judge.Test":     {func() { relate.Judge{}.Test(nil) }, "interval: Moments: no values"},
		"Judge.Power": {func() { relate.Judge{}.Power(1, 1, 0.05) },
			"relate: Judge.Power: an effect of 1, 1 seeds, level 0.05; it takes a number, 2 seeds, and a level " +
				"between 0 and 1"},
		"Judge.Seeds": {func() { relate.Judge{}.Seeds(math.NaN(), 0.05) },
			"relate: Judge.Power: an effect of NaN, 10000 seeds, level 0.05; it takes a number, 2 seeds, and a level " +
				"between 0 and 1"},
		"Judge.Rows": {func() { relate.Judge{}.Rows(1, 5, 1) },
			"relate: Judge.Power: an effect of 1, 5 seeds, level 1; it takes a number, 2 seeds, and a level between " +
				"0 and 1"},
		"Spearman": {func() { relate.Spearman([]float64{1}, nil) }, "relate: Spearman: 1 values and 0"},
		"Agree": {func() { relate.Agree(f, f, 100, 1) },
			`relate: Agree: tasks ["a" "b"] and ["a" "b"]; they must be the same, three or more`},
		"Agree, draws": {func() { g := relate.Influence{Tasks: []string{"a", "b", "c"}}; relate.Agree(g, g, 1, 1) },
			"relate: Agree: 1 draws; an interval takes 100 or more, and 2000 are usual"},
	} {
		exported.Says(t, name, c.call, c.says)
		field, _, _ := strings.Cut(name, ",")
		tested = append(tested, field)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"Study.Twin":     "nil is Configure; what it returns is checked as that",
		"Study.Resplits": "a choice of two",
		"Influence":      "what a study found", "Pairs": "what a study found", "LeftOut": "what a study found",
		"Report": "what a study found", "Finding": "what a study found",
		"Grouping": "what Group found", "Agreement": "what Agree found", "Estimate": "what Agree found",
		"Verdict": "any other number cannot be told",
	})
}
