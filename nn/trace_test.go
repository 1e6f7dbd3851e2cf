package nn

import (
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
)

func TestTraceHandsOut(t *testing.T) {
	g := autodiff.New()
	x := g.Input("x", 1, 2)
	tr := NewTrace(g, true)
	for range 2 { // a trunk that is traced for each of two tasks
		trunk := tr.Scope("trunk")
		trunk.Penalty("size", x.Square().Sum())
		trunk.Show("h", x)
		trunk.Scope("deep").Show("h", x)
	}
	if p := tr.Penalties(); len(p) != 1 || p[0].Name != "trunk.size" {
		t.Errorf("penalties %v, want trunk.size once", p)
	}
	var names []string
	for _, s := range tr.Shown() {
		names = append(names, s.Name)
	}
	if want := []string{"trunk.h", "trunk.deep.h", "trunk.h#2", "trunk.deep.h#2"}; !slices.Equal(names, want) {
		t.Errorf("shown %q, want %q", names, want)
	}
}

// A trace apart has penalties of its own, and everything else in common.
func TestTraceApart(t *testing.T) {
	g := autodiff.New()
	x, y := g.Input("x", 1, 1), g.Input("y", 1, 1)
	tr := NewTrace(g, true)
	apart := tr.Scope("trunk").Apart()
	apart.Penalty("size", x)
	apart.Show("h", x)
	tr.Scope("trunk").Penalty("size", y)
	if p := tr.Penalties(); len(p) != 1 || p[0].Value != y {
		t.Errorf("penalties %v, want its own alone", p)
	}
	if p := apart.Penalties(); len(p) != 1 || p[0].Value != x || p[0].Name != "trunk.size" {
		t.Errorf("penalties apart %v, want trunk.size", p)
	}
	if len(tr.Shown()) != 1 {
		t.Errorf("shown %v, want trunk.h", tr.Shown())
	}
	if (*Trace)(nil).Apart() != nil {
		t.Error("nothing apart from nothing is something")
	}
}

// A running mean of a column, updated by the rows of two tasks: ½ of what it was and ½ of their mean.
func TestTraceStatistic(t *testing.T) {
	update := func(training bool) float64 {
		g := autodiff.New()
		tr := NewTrace(g, training)
		for _, rows := range [][]float64{{1, 3}, {10, 30}} {
			mean := tr.Statistic("mean", 1, 1, 4)
			tr.Update("mean", mean.Add(g.Const(2, 1, rows).Mean()).Scale(0.5))
		}
		s := tr.Statistics()[0]
		if len(tr.Statistics()) != 1 || s.Name != "mean" {
			t.Fatalf("statistics %v", tr.Statistics())
		}
		next := s.Next()
		ws := autodiff.Compile(next).NewWorkspace()
		ws.Set(s.Value, []float64{s.Start})
		ws.Run()
		return ws.Scalar(next)
	}
	if got := update(true); got != 7.5 { // (4 + 2)/2 and (4 + 20)/2
		t.Errorf("after a step of training it is %v, want 7.5", got)
	}
	if got := update(false); got != 4 {
		t.Errorf("in evaluation it becomes %v, want 4", got)
	}
}

func TestTraceScheduled(t *testing.T) {
	at := func(step int) float64 { return 5 - float64(step) }
	g := autodiff.New()
	for _, tr := range []*Trace{nil, NewTrace(g, false)} {
		v := tr.Scheduled(g, at, 0.5)
		ws := autodiff.Compile(v).NewWorkspace()
		ws.Run()
		if got := ws.Scalar(v); got != 0.5 {
			t.Errorf("in evaluation it is %v, want 0.5", got)
		}
	}
	tr := NewTrace(g, true)
	v := tr.Scheduled(g, at, 0.5)
	s := tr.ScheduledNumbers()
	if len(s) != 1 || s[0].Value != v || s[0].At(2) != 3 {
		t.Errorf("in training: %v", s)
	}
}

func TestTraceRefuses(t *testing.T) {
	g := autodiff.New()
	x := g.Input("x", 1, 2)
	for name, c := range map[string]struct {
		do   func()
		want string
	}{
		"no graph":            {func() { NewTrace(nil, true) }, "the graph is nil"},
		"a wide penalty":      {func() { (*Trace)(nil).Penalty("p", x) }, "a penalty is 1×1"},
		"statistics of nil":   {func() { (*Trace)(nil).Statistic("mean", 1, 1, 0) }, "make one with NewTrace"},
		"an unknown update":   {func() { NewTrace(g, true).Update("mean", x) }, "ask for it first"},
		"no function of time": {func() { NewTrace(g, true).Scheduled(g, nil, 1) }, "is nil"},
		"two sizes of one": {func() {
			tr := NewTrace(autodiff.New(), true)
			tr.Statistic("mean", 1, 2, 0)
			tr.Statistic("mean", 2, 1, 0)
		}, "was asked for before"},
	} {
		func() {
			defer func() {
				if message, ok := recover().(string); !ok || !strings.Contains(message, c.want) {
					t.Errorf("%s: %q does not say %q", name, message, c.want)
				}
			}()
			c.do()
		}()
	}
}

// Modes are those of all scopes, each once; the nil Trace drops them.
func TestTraceModes(t *testing.T) {
	tr := NewTrace(autodiff.New(), false)
	tr.Mode("b")
	tr.Scope("first").Mode("a")
	tr.Apart().Mode("b")
	if got := tr.Modes(); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("modes %q", got)
	}
	(*Trace)(nil).Mode("a")
}
