package tasks_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/tasks"
)

func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	waves := func(change func(s *tasks.Sinusoid)) func() {
		return func() { metakit.Draw(with(change), 0, 0) }
	}
	lines := func(change func(l *tasks.Linear)) func() {
		return func() { l := tasks.NewLinear(5); change(&l); metakit.Draw(l, 0, 0) }
	}
	straight := func(change func(l *tasks.Lines)) func() {
		return func() { l := tasks.NewLines(5); change(&l); metakit.Draw(l, 0, 0) }
	}
	sums := func(change func(h *tasks.Harmonics)) func() {
		return func() { h := tasks.NewHarmonics(5); change(&h); metakit.Draw(h, 0, 0) }
	}
	curves := func(change func(g *tasks.GaussianProcess)) func() {
		return func() { g := tasks.NewGaussianProcess(5); change(&g); metakit.Draw(g, 0, 0) }
	}
	weights := func(change func(b *tasks.BayesianLinear)) func() {
		return func() { b := tasks.NewBayesianLinear(5); change(&b); metakit.Draw(b, 0, 0) }
	}
	lineShots := func(n int) metakit.Distribution { return tasks.NewLines(n) }
	x, class := mat.NewDense(6, 2, nil), []int{0, 0, 0, 1, 1, 1}
	nway, drawn := tasks.NewNWay(x, class, 2, 1, 1), tasks.NewNWayImages(pictures(2, 3, 2), 2, 1, 1)
	var tested []string
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"NewSinusoid", "Sinusoid: Shots is 0", func() { tasks.NewSinusoid(0) }},
		{"NewSinusoid", "Sinusoid: Shots is -1", func() { tasks.NewSinusoid(-1) }},
		{"NewSinusoid", "Shots is 1099511627776; it must be between", func() { tasks.NewSinusoid(1 << 40) }},
		{"Sinusoid.Size", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Size(0, 0) }},
		{"Sinusoid.Draw", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Draw(nil, 0, 0) }},
		{"Sinusoid.Wave", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Wave(0, 0) }},
		{"Sinusoid.ZeroFloor", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroFloor() }},
		{"Sinusoid.ZeroShot", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroShot(0) }},
		{"Sinusoid.ZeroShotFloor", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroShotFloor() }},
		{"Sinusoid.Oracle", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Oracle() }},
		{"Sinusoid.EvenTest", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.EvenTest(2, 0) }},
		{"Sinusoid.Queries", "Queries is -2", waves(func(s *tasks.Sinusoid) { s.Queries = -2 })},
		{"Sinusoid.Amplitude", "Amplitude goes from 1 to 0", waves(func(s *tasks.Sinusoid) { s.Amplitude = uniform(1, 0) })},
		{"Sinusoid.Phase", "Phase goes from NaN to 0", waves(func(s *tasks.Sinusoid) { s.Phase = uniform(nan, 0) })},
		{"Sinusoid.Frequency", "Frequency goes from 0 to +Inf", waves(func(s *tasks.Sinusoid) { s.Frequency = uniform(0, inf) })},
		{"Sinusoid.Input", "Input goes from 5 to -5", waves(func(s *tasks.Sinusoid) { s.Input = uniform(5, -5) })},
		{"Sinusoid.Oracle", "with several frequencies", func() { with(func(s *tasks.Sinusoid) { s.Frequency = uniform(1, 2) }).Oracle() }},
		{"Sinusoid.EvenTest", "EvenTest: n is 0", func() { tasks.NewSinusoid(1).EvenTest(0, 0) }},
		{"Sinusoid.EvenTest", "EvenTest: n is -3", func() { tasks.NewSinusoid(1).EvenTest(-3, 0) }},
		{"Wave.Set", "NewSet: 0 entries", func() { tasks.Wave{}.Set(nil) }},
		{"Midpoints", "Midpoints: n is 0", func() { tasks.Midpoints(0, 1, 0) }},
		{"Midpoints", "Midpoints: n is -1", func() { tasks.Midpoints(0, 1, -1) }},
		{"Midpoints", "n is 9223372036854775807", func() { tasks.Midpoints(0, 1, math.MaxInt) }},
		{"Midpoints", "the interval goes from 1 to 0", func() { tasks.Midpoints(1, 0, 4) }},
		{"Midpoints", "the interval goes from NaN to 0", func() { tasks.Midpoints(nan, 0, 4) }},
		{"NewLinear", "Linear: Shots is 0", func() { tasks.NewLinear(0) }},
		{"Linear.Size", "Linear: Shots is 0", func() { tasks.Linear{}.Size(0, 0) }},
		{"Linear.Draw", "Linear: Shots is 0", func() { tasks.Linear{}.Draw(nil, 0, 0) }},
		{"Linear.ZeroShotFloor", "Linear: Shots is 0", func() { tasks.Linear{}.ZeroShotFloor() }},
		{"Linear.ZeroShot", "Linear: Shots is 0", func() { tasks.Linear{}.ZeroShot(nil) }},
		{"Linear.Queries", "Linear: Queries is -1", lines(func(l *tasks.Linear) { l.Queries = -1 })},
		{"Linear.Mean", "Mean is empty", lines(func(l *tasks.Linear) { l.Mean = nil })},
		{"Linear.Mean", "Mean is [1 NaN]", lines(func(l *tasks.Linear) { l.Mean = []float64{1, nan} })},
		{"Linear.Spread", "Spread is -1", lines(func(l *tasks.Linear) { l.Spread = -1 })},
		{"Linear.Noise", "Noise is NaN", lines(func(l *tasks.Linear) { l.Noise = nan })},
		{"Linear.ZeroShot", "x has 3 numbers; the family has 2", func() { tasks.NewLinear(5).ZeroShot(make([]float64, 3)) }},
		{"NewNWay", "ways is 0", func() { tasks.NewNWay(x, class, 0, 1, 1) }},
		{"NewNWay", "shots is -1", func() { tasks.NewNWay(x, class, 2, -1, 1) }},
		{"NewNWay", "queries is 0", func() { tasks.NewNWay(x, class, 2, 1, 0) }},
		{"NewNWay", "x is nil or empty", func() { tasks.NewNWay(nil, class, 2, 1, 1) }},
		{"NewNWay", "6 rows, and the classes of 5", func() { tasks.NewNWay(x, class[:5], 2, 1, 1) }},
		{"NewNWay", "class 0 has 3 rows; 2 shots and 2 queries need 4", func() { tasks.NewNWay(x, class, 2, 2, 2) }},
		{"NewNWay", "3 ways of 2 classes", func() { tasks.NewNWay(x, class, 3, 1, 1) }},
		{"NWay.Size", "NWay: it has no table", func() { tasks.NWay{}.Size(0, 0) }},
		{"NWay.Draw", "NWay: it has no table", func() { tasks.NWay{}.Draw(nil, 0, 0) }},
		{"NWay.Of", "NWay: it has no table", func() { tasks.NWay{}.Of(1, 1, 1) }},
		{"NWay.Turned", "NWay: it has no table", func() { tasks.NWay{}.Turned() }},
		{"NWay.Classes", "NWay: it has no table", func() { tasks.NWay{}.Classes() }},
		{"NWay.Only", "NWay: it has no table", func() { tasks.NWay{}.Only(nil) }},
		{"NWay.Split", "NWay: it has no table", func() { tasks.NWay{}.Split(1, 0, 0) }},
		{"NWay.Of", "Of: ways is 0", func() { nway.Of(0, 1, 1) }},
		{"NWay.Of", "Of: class 0 has 3 rows; 3 shots and 1 queries need 4", func() { nway.Of(2, 3, 1) }},
		{"NWay.Of", "Of: 9 ways of 8 classes", func() { drawn.Turned().Of(9, 1, 1) }},
		{"NWay.Turned", "a row has 2 columns, which make no square", func() { nway.Turned() }},
		{"NWay.Only", "no class 7 among the 2", func() { nway.Only([]int{0, 7}) }},
		{"NWay.Only", "class 1 is there twice", func() { nway.Only([]int{1, 1}) }},
		{"NWay.Only", "2 ways of 1 classes", func() { nway.Only([]int{1}) }},
		{"NWay.Only", "2 ways of 0 classes", func() { nway.Only(nil) }},
		{"NWay.Split", "0 classes to train on and 1 to validate of 2", func() { nway.Split(0, 1, 0) }},
		{"NWay.Split", "2 classes to train on and 0 to validate of 2", func() { nway.Split(2, 0, 0) }},
		{"NWay.Split", "1 classes to train on and -1 to validate of 2", func() { nway.Split(1, -1, 0) }},
		{"NWay.Split", "classes to train on and 9223372036854775807 to", func() { nway.Split(1, math.MaxInt, 0) }},
		{"NWay.Split", "2 ways of 1 classes", func() { nway.Split(1, 0, 0) }},
		{"NewNWayImages", "datasets: Images.Len: the images are nil", func() { tasks.NewNWayImages(nil, 2, 1, 1) }},
		{"NewNWayImages", "datasets: Images.Len: Side is 0", func() { tasks.NewNWayImages(&datasets.Images{}, 2, 1, 1) }},
		{"NewNWayImages", "NewNWayImages: shots is 0", func() { tasks.NewNWayImages(pictures(2, 3, 2), 2, 0, 1) }},
		{"NewNWayImages", "class 0 has 3 rows; 2 shots and 2 queries need 4", func() { tasks.NewNWayImages(pictures(2, 3, 2), 2, 2, 2) }},
		{"NewNWayImages", "3 ways of 2 classes", func() { tasks.NewNWayImages(pictures(2, 3, 2), 3, 1, 1) }},
		{"Sinusoid.Noise", "Sinusoid: Noise is -1", waves(func(s *tasks.Sinusoid) { s.Noise = -1 })},
		{"Sinusoid.ConstantFloor", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ConstantFloor() }},
		{"Sinusoid.LinearBayes", "LinearBayes: Noise is 0", func() { tasks.NewSinusoid(1).LinearBayes() }},
		{"Sinusoid.LinearBayes", "with several frequencies", func() {
			with(func(s *tasks.Sinusoid) { s.Frequency, s.Noise = uniform(1, 2), 1 }).LinearBayes()
		}},
		{"Sinusoid.Bayes", "Bayes: Noise is 0", func() { tasks.NewSinusoid(1).Bayes() }},
		{"Sinusoid.Bayes", "with several frequencies", func() {
			with(func(s *tasks.Sinusoid) { s.Frequency, s.Noise = uniform(1, 2), 1 }).Bayes()
		}},
		{"SinusoidBayes.Predict", "it has no family", func() { tasks.SinusoidBayes{}.Predict(metakit.Set{}, x) }},
		{"SinusoidBayes.Predict", "X of 2 columns, Y of 2, x of 2", func() {
			with(func(s *tasks.Sinusoid) { s.Noise = 1 }).Bayes().Predict(metakit.Set{X: x, Y: x}, x)
		}},
		{"Sinusoid.Panels", "Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Panels() }},
		{"Linear.Panels", "Linear: Shots is 0", func() { tasks.Linear{}.Panels() }},
		{"NewLines", "Lines: Shots is 0", func() { tasks.NewLines(0) }},
		{"Lines.Size", "Lines: Shots is 0", func() { tasks.Lines{}.Size(0, 0) }},
		{"Lines.Draw", "Lines: Shots is 0", func() { tasks.Lines{}.Draw(nil, 0, 0) }},
		{"Lines.ZeroShot", "Lines: Shots is 0", func() { tasks.Lines{}.ZeroShot(0) }},
		{"Lines.ZeroShotFloor", "Lines: Shots is 0", func() { tasks.Lines{}.ZeroShotFloor() }},
		{"Lines.ConstantFloor", "Lines: Shots is 0", func() { tasks.Lines{}.ConstantFloor() }},
		{"Lines.Panels", "Lines: Shots is 0", func() { tasks.Lines{}.Panels() }},
		{"Lines.Queries", "Lines: Queries is 0", straight(func(l *tasks.Lines) { l.Queries = 0 })},
		{"Lines.Slope", "Lines: Slope goes from 1 to 0", straight(func(l *tasks.Lines) { l.Slope = uniform(1, 0) })},
		{"Lines.Intercept", "Lines: Intercept goes from NaN", straight(func(l *tasks.Lines) { l.Intercept = uniform(nan, 0) })},
		{"Lines.Input", "Lines: Input goes from 0 to +Inf", straight(func(l *tasks.Lines) { l.Input = uniform(0, inf) })},
		{"Lines.Noise", "Lines: Noise is NaN", straight(func(l *tasks.Lines) { l.Noise = nan })},
		{"NewSineAndLine", "Sinusoid: Shots is 0", func() { tasks.NewSineAndLine(0) }},
		{"SineAndLine.Size", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.Size(0, 0) }},
		{"SineAndLine.Draw", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.Draw(nil, 0, 0) }},
		{"SineAndLine.ZeroShot", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.ZeroShot(0) }},
		{"SineAndLine.ZeroShotFloor", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.ZeroShotFloor() }},
		{"SineAndLine.ConstantFloor", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.ConstantFloor() }},
		{"SineAndLine.Panels", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.Panels() }},
		{"SineAndLine.Oracle", "Sinusoid: Shots is 0", func() { tasks.SineAndLine{}.Oracle() }},
		{"SineAndLine.Sines", "Lines: Shots is 0", func() { metakit.Draw(tasks.SineAndLine{Sines: tasks.NewSinusoid(1)}, 0, 0) }},
		{"SineAndLine.Lines", "waves of 1 and 1 points", func() {
			metakit.Draw(tasks.SineAndLine{Sines: tasks.NewSinusoid(1), Lines: tasks.NewLines(2)}, 0, 0)
		}},
		{"NewHarmonics", "Harmonics: Shots is 0", func() { tasks.NewHarmonics(0) }},
		{"Harmonics.Size", "Harmonics: Shots is 0", func() { tasks.Harmonics{}.Size(0, 0) }},
		{"Harmonics.Draw", "Harmonics: Shots is 0", func() { tasks.Harmonics{}.Draw(nil, 0, 0) }},
		{"Harmonics.ZeroShotFloor", "Harmonics: Shots is 0", func() { tasks.Harmonics{}.ZeroShotFloor() }},
		{"Harmonics.Fit", "Harmonics: Shots is 0", func() { tasks.Harmonics{}.Fit() }},
		{"Harmonics.Panels", "Harmonics: Shots is 0", func() { tasks.Harmonics{}.Panels() }},
		{"Harmonics.Queries", "Harmonics: Queries is 0", sums(func(h *tasks.Harmonics) { h.Queries = 0 })},
		{"Harmonics.Spread", "Harmonics: Spread is 0", sums(func(h *tasks.Harmonics) { h.Spread = 0 })},
		{"Harmonics.Frequency", "Frequency goes from 2 to 1", sums(func(h *tasks.Harmonics) { h.Frequency = uniform(2, 1) })},
		{"Harmonics.Center", "Center goes from 2 to 1", sums(func(h *tasks.Harmonics) { h.Center = uniform(2, 1) })},
		{"Harmonics.Width", "Harmonics: Width is +Inf", sums(func(h *tasks.Harmonics) { h.Width = inf })},
		{"Harmonics.Noise", "Harmonics: Noise is -1", sums(func(h *tasks.Harmonics) { h.Noise = -1 })},
		{"NewGaussianProcess", "GaussianProcess: Shots is 0", func() { tasks.NewGaussianProcess(0) }},
		{"GaussianProcess.Size", "GaussianProcess: Shots is 0", func() { tasks.GaussianProcess{}.Size(0, 0) }},
		{"GaussianProcess.Draw", "GaussianProcess: Shots is 0", func() { tasks.GaussianProcess{}.Draw(nil, 0, 0) }},
		{"GaussianProcess.ZeroShotFloor", "GaussianProcess: Shots is 0", func() { tasks.GaussianProcess{}.ZeroShotFloor() }},
		{"GaussianProcess.Panels", "GaussianProcess: Shots is 0", func() { tasks.GaussianProcess{}.Panels() }},
		{"GaussianProcess.Oracle", "Oracle: Noise is 0", func() {
			tasks.GaussianProcess{Shots: 1, Queries: 1, Length: 1, Scale: 1}.Oracle()
		}},
		{"GaussianProcess.Queries", "Queries is 0", curves(func(g *tasks.GaussianProcess) { g.Queries = 0 })},
		{"GaussianProcess.Length", "Length is 0", curves(func(g *tasks.GaussianProcess) { g.Length = 0 })},
		{"GaussianProcess.Scale", "Scale is -1", curves(func(g *tasks.GaussianProcess) { g.Scale = -1 })},
		{"GaussianProcess.Input", "Input goes from 2 to 1", curves(func(g *tasks.GaussianProcess) { g.Input = uniform(2, 1) })},
		{"GaussianProcess.Noise", "Noise is +Inf", curves(func(g *tasks.GaussianProcess) { g.Noise = inf })},
		{"NewBayesianLinear", "BayesianLinear: Shots is 0", func() { tasks.NewBayesianLinear(0) }},
		{"BayesianLinear.Size", "BayesianLinear: Shots is 0", func() { tasks.BayesianLinear{}.Size(0, 0) }},
		{"BayesianLinear.Draw", "BayesianLinear: Shots is 0", func() { tasks.BayesianLinear{}.Draw(nil, 0, 0) }},
		{"BayesianLinear.ZeroShotFloor", "BayesianLinear: Shots is 0", func() { tasks.BayesianLinear{}.ZeroShotFloor() }},
		{"BayesianLinear.Oracle", "BayesianLinear: Shots is 0", func() { tasks.BayesianLinear{}.Oracle() }},
		{"BayesianLinear.Panels", "BayesianLinear: Shots is 0", func() { tasks.BayesianLinear{}.Panels() }},
		{"BayesianLinear.Queries", "Queries is 0", weights(func(b *tasks.BayesianLinear) { b.Queries = 0 })},
		{"BayesianLinear.Columns", "Columns is 0", weights(func(b *tasks.BayesianLinear) { b.Columns = 0 })},
		{"BayesianLinear.Spread", "Spread is 0", weights(func(b *tasks.BayesianLinear) { b.Spread = 0 })},
		{"BayesianLinear.Noise", "Noise is 0", weights(func(b *tasks.BayesianLinear) { b.Noise = 0 })},
		{"BayesianLinear.Input", "Input goes from 2 to 1", weights(func(b *tasks.BayesianLinear) { b.Input = uniform(2, 1) })},
		{"Mix.Size", "Mix: it has no distributions", func() { tasks.Mix{}.Size(0, 0) }},
		{"Mix.Draw", "Mix: distribution 0 is nil", func() { tasks.Mix{nil}.Draw(nil, 0, 0) }},
		{"Mix.Size", "has 2 columns of X and 1 of Y, the first 1 and 1", func() {
			for index := range uint64(50) {
				tasks.Mix{tasks.NewLines(1), tasks.NewLinear(1)}.Size(0, index)
			}
		}},
		{"MixShots", "from 0 to 3 shots", func() { tasks.MixShots(0, 3, lineShots) }},
		{"MixShots", "from 4 to 3 shots", func() { tasks.MixShots(4, 3, lineShots) }},
		{"MixShots", "from 1 to 65 shots", func() { tasks.MixShots(1, 65, lineShots) }},
		{"MixShots", "and a function", func() { tasks.MixShots(1, 3, nil) }},
		{"NewGroups", "datasets: Table.Len: the table is nil", func() { tasks.NewGroups(nil, 1, 1) }},
		{"NewGroups", "NewGroups: shots is 0", func() { tasks.NewGroups(grouped(3), 0, 1) }},
		{"NewGroups", "NewGroups: queries is -1", func() { tasks.NewGroups(grouped(3), 1, -1) }},
		{"NewGroups", "the table has no groups", func() { tasks.NewGroups(&datasets.Table{X: x, Y: x}, 1, 1) }},
		{"NewGroups", "group 11 has 2 rows; 2 shots and 1 queries need 3", func() { tasks.NewGroups(grouped(3, 2), 2, 1) }},
		{"Groups.Names", "Groups: it has no table", func() { tasks.Groups{}.Names() }},
		{"Groups.Size", "Groups: it has no table", func() { tasks.Groups{}.Size(0, 0) }},
		{"Groups.Draw", "Groups: it has no table", func() { tasks.Groups{}.Draw(nil, 0, 0) }},
		{"Groups.Each", "Groups: it has no table", func() { tasks.Groups{}.Each(0) }},
	} {
		tested = append(tested, c.name)
		said := exported.Panic(t, c.name, c.call)
		if !strings.HasPrefix(said, "tasks: ") && !strings.HasPrefix(said, "metakit: ") &&
			!strings.HasPrefix(said, "datasets: ") || !strings.Contains(said, c.want) {
			t.Errorf("panic %q, want a sentence that says %q", said, c.want)
		}
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, map[string]string{
		"Sinusoid.Shots": "see NewSinusoid", "Linear.Shots": "see NewLinear", "Sinusoid.EvenQueries": "both make sense",
		"Sinusoid.Test": "the methods refuse its fields", "Wave": "any three numbers are one", "Linear.Oracle": "no arguments",
		"Uniform": "the families refuse its fields", "Lines.Shots": "see NewLines", "Lines.EvenQueries": "both make sense",
		"Lines.Test": "the methods refuse its fields", "Lines.Oracle": "it takes no field", "SineAndLine.IsLine": "it takes no field",
		"SineAndLine.Test": "the methods refuse its fields", "Harmonics.Shots": "see NewHarmonics",
		"Harmonics.Test": "the methods refuse its fields", "GaussianProcess.Shots": "see NewGaussianProcess",
		"GaussianProcess.EvenQueries": "both make sense", "GaussianProcess.NoisyQueries": "both make sense",
		"GaussianProcess.Test": "the methods refuse its fields", "BayesianLinear.Shots": "see NewBayesianLinear",
	})
	straight(func(*tasks.Lines) {})()
	sums(func(*tasks.Harmonics) {})()
	curves(func(*tasks.GaussianProcess) {})()
	weights(func(*tasks.BayesianLinear) {})()
	waves(func(*tasks.Sinusoid) {})() // a negative control
	lines(func(*tasks.Linear) {})()
}
