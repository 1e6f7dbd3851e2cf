package tasks_test

import (
	"math"
	"strings"
	"testing"

	"kindred/internal/exported"
	"kindred/mtlkit/tasks"
)

func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	pair := func(change func(f *tasks.Ma2018)) func() {
		return func() { f := tasks.NewMa2018(0.5); change(&f); f.Draw(1, 3) }
	}
	many := func(change func(f *tasks.MultiTab)) func() {
		return func() { f := tasks.NewMultiTab(3, 0.5); change(&f); f.Draw(1, 3) }
	}
	var tested []string
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"NewMa2018", "Ma2018: Correlation is 2, want −1 to 1", func() { tasks.NewMa2018(2) }},
		{"NewMa2018", "Ma2018: Correlation is NaN", func() { tasks.NewMa2018(nan) }},
		{"Ma2018.Draw", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.Draw(1, 2) }},
		{"Ma2018.Draw", "Ma2018.Draw: no sets of rows", func() { tasks.NewMa2018(0).Draw(1) }},
		{"Ma2018.Draw", "sets of [3 0] rows", func() { tasks.NewMa2018(0).Draw(1, 3, 0) }},
		{"Ma2018.Weights", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.Weights(1) }},
		{"Ma2018.Shape", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.Shape(1) }},
		{"Ma2018.NoiseFloor", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.NoiseFloor() }},
		{"Ma2018.ConstantFloor", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.ConstantFloor(1) }},
		{"Ma2018.LinearFloor", "Ma2018: Inputs is 0", func() { tasks.Ma2018{}.LinearFloor(1) }},
		{"Ma2018.Inputs", "Inputs is 1", pair(func(f *tasks.Ma2018) { f.Inputs = 1 })},
		{"Ma2018.Correlation", "Correlation is -1.5", pair(func(f *tasks.Ma2018) { f.Correlation = -1.5 })},
		{"Ma2018.Scale", "Scale is 0", pair(func(f *tasks.Ma2018) { f.Scale = 0 })},
		{"Ma2018.Scale", "Scale is +Inf", pair(func(f *tasks.Ma2018) { f.Scale = inf })},
		{"Ma2018.Sines", "Sines is -1", pair(func(f *tasks.Ma2018) { f.Sines = -1 })},
		{"Ma2018.Alpha", "Sines is 4, with 1 given Alpha and 1 Beta",
			pair(func(f *tasks.Ma2018) { f.Alpha, f.Beta = []float64{1}, []float64{1} })},
		{"Ma2018.Beta", "Sines is 0, with 1 given Alpha and 2 Beta",
			pair(func(f *tasks.Ma2018) { f.Sines, f.Alpha, f.Beta = 0, []float64{1}, []float64{1, 2} })},
		{"Ma2018.Alpha", "all must be finite",
			pair(func(f *tasks.Ma2018) { f.Sines, f.Alpha, f.Beta = 0, []float64{nan}, []float64{1} })},
		{"Ma2018.Noise", "Noise is -1", pair(func(f *tasks.Ma2018) { f.Noise = -1 })},
		{"NewMultiTab", "NewMultiTab: 0 tasks", func() { tasks.NewMultiTab(0, 0) }},
		{"NewMultiTab", "Correlation is -0.6, want -0.5 to 1", func() { tasks.NewMultiTab(3, -0.6) }},
		{"MultiTab.Tasks", "0 Degrees, 0 Noise and 0 Inputs", func() { tasks.MultiTab{}.Tasks() }},
		{"MultiTab.Draw", "0 Degrees, 0 Noise and 0 Inputs", func() { tasks.MultiTab{}.Draw(1, 2) }},
		{"MultiTab.Draw", "MultiTab.Draw: no sets of rows", func() { tasks.NewMultiTab(2, 0).Draw(1) }},
		{"MultiTab.Draw", "sets of [-1] rows", func() { tasks.NewMultiTab(2, 0).Draw(1, -1) }},
		{"MultiTab.Weights", "0 Degrees, 0 Noise and 0 Inputs", func() { tasks.MultiTab{}.Weights(1) }},
		{"MultiTab.NoiseFloor", "NoiseFloor: task 2 of 2", func() { tasks.NewMultiTab(2, 0).NoiseFloor(2) }},
		{"MultiTab.Covariance", "Covariance: task -1 of 2", func() { tasks.NewMultiTab(2, 0).Covariance(-1, 0) }},
		{"MultiTab.Covariance", "Covariance: task 5 of 2", func() { tasks.NewMultiTab(2, 0).Covariance(0, 5) }},
		{"MultiTab.Inputs", "and 2 Inputs", many(func(f *tasks.MultiTab) { f.Inputs = 2 })},
		{"MultiTab.Correlation", "Correlation is NaN", many(func(f *tasks.MultiTab) { f.Correlation = nan })},
		{"MultiTab.Degrees", "Degrees is [2 0 2], want 1 to 8", many(func(f *tasks.MultiTab) { f.Degrees[1] = 0 })},
		{"MultiTab.Degrees", "Degrees is [2 9 2], want 1 to 8", many(func(f *tasks.MultiTab) { f.Degrees[1] = 9 })},
		{"MultiTab.Noise", "Noise is NaN", many(func(f *tasks.MultiTab) { f.Noise[2] = nan })},
		{"MultiTab.Noise", "3 Degrees, 2 Noise", many(func(f *tasks.MultiTab) { f.Noise = f.Noise[:2] })},
	} {
		tested = append(tested, c.name)
		said := exported.Panic(t, c.name, c.call)
		if !strings.HasPrefix(said, "tasks: ") || !strings.Contains(said, c.want) {
			t.Errorf("panic %q, want a sentence that says %q", said, c.want)
		}
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested,
		map[string]string{"Ma2018.Tasks": "no arguments, always two"})
	pair(func(*tasks.Ma2018) {})() // a negative control
	many(func(*tasks.MultiTab) {})()
}
