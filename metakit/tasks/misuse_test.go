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
		"Uniform": "Sinusoid refuses its fields",
	})
	waves(func(*tasks.Sinusoid) {})() // a negative control
	lines(func(*tasks.Linear) {})()
}
