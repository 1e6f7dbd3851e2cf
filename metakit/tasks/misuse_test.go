package tasks_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

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
	for _, c := range []struct {
		want string
		call func()
	}{
		{"Sinusoid: Shots is 0", func() { tasks.NewSinusoid(0) }},
		{"Sinusoid: Shots is -1", func() { tasks.NewSinusoid(-1) }},
		{"Shots is 1099511627776; it must be between", func() { tasks.NewSinusoid(1 << 40) }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Size(0, 0) }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Wave(0, 0) }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroFloor() }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroShot(0) }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.ZeroShotFloor() }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.Oracle() }},
		{"Sinusoid: Shots is 0", func() { tasks.Sinusoid{}.EvenTest(2, 0) }},
		{"Queries is -2", waves(func(s *tasks.Sinusoid) { s.Queries = -2 })},
		{"Amplitude goes from 1 to 0", waves(func(s *tasks.Sinusoid) { s.Amplitude = uniform(1, 0) })},
		{"Phase goes from NaN to 0", waves(func(s *tasks.Sinusoid) { s.Phase = uniform(nan, 0) })},
		{"Frequency goes from 0 to +Inf", waves(func(s *tasks.Sinusoid) { s.Frequency = uniform(0, inf) })},
		{"Input goes from 5 to -5", waves(func(s *tasks.Sinusoid) { s.Input = uniform(5, -5) })},
		{"with several frequencies", func() { with(func(s *tasks.Sinusoid) { s.Frequency = uniform(1, 2) }).Oracle() }},
		{"EvenTest: n is 0", func() { tasks.NewSinusoid(1).EvenTest(0, 0) }},
		{"EvenTest: n is -3", func() { tasks.NewSinusoid(1).EvenTest(-3, 0) }},
		{"NewSet: 0 entries", func() { tasks.Wave{}.Set(nil) }},
		{"Midpoints: n is 0", func() { tasks.Midpoints(0, 1, 0) }},
		{"Midpoints: n is -1", func() { tasks.Midpoints(0, 1, -1) }},
		{"n is 9223372036854775807", func() { tasks.Midpoints(0, 1, math.MaxInt) }},
		{"the interval goes from 1 to 0", func() { tasks.Midpoints(1, 0, 4) }},
		{"the interval goes from NaN to 0", func() { tasks.Midpoints(nan, 0, 4) }},
		{"Linear: Shots is 0", func() { tasks.NewLinear(0) }},
		{"Linear: Shots is 0", func() { tasks.Linear{}.Size(0, 0) }},
		{"Linear: Shots is 0", func() { tasks.Linear{}.ZeroShotFloor() }},
		{"Linear: Shots is 0", func() { tasks.Linear{}.ZeroShot(nil) }},
		{"Linear: Queries is -1", lines(func(l *tasks.Linear) { l.Queries = -1 })},
		{"Mean is empty", lines(func(l *tasks.Linear) { l.Mean = nil })},
		{"Mean is [1 NaN]", lines(func(l *tasks.Linear) { l.Mean = []float64{1, nan} })},
		{"Spread is -1", lines(func(l *tasks.Linear) { l.Spread = -1 })},
		{"Noise is NaN", lines(func(l *tasks.Linear) { l.Noise = nan })},
		{"x has 3 numbers; the family has 2", func() { tasks.NewLinear(5).ZeroShot(make([]float64, 3)) }},
		{"ways is 0", func() { tasks.NewNWay(x, class, 0, 1, 1) }},
		{"shots is -1", func() { tasks.NewNWay(x, class, 2, -1, 1) }},
		{"queries is 0", func() { tasks.NewNWay(x, class, 2, 1, 0) }},
		{"x is nil or empty", func() { tasks.NewNWay(nil, class, 2, 1, 1) }},
		{"6 rows, and the classes of 5", func() { tasks.NewNWay(x, class[:5], 2, 1, 1) }},
		{"class 0 has 3 rows; 2 shots and 2 queries need 4", func() { tasks.NewNWay(x, class, 2, 2, 2) }},
		{"3 ways of 2 classes", func() { tasks.NewNWay(x, class, 3, 1, 1) }},
		{"NWay: it has no table", func() { tasks.NWay{}.Size(0, 0) }},
		{"NWay: it has no table", func() { tasks.NWay{}.Draw(nil, 0, 0) }},
	} {
		said := exported.Panic(t, c.want, c.call)
		if !strings.HasPrefix(said, "tasks: ") && !strings.HasPrefix(said, "metakit: ") || !strings.Contains(said, c.want) {
			t.Errorf("panic %q, want a sentence that says %q", said, c.want)
		}
	}
	waves(func(*tasks.Sinusoid) {})() // a negative control
	lines(func(*tasks.Linear) {})()
}
