package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
)

// several are matrices of many sizes, some of them longer than a block.
var several = []autodiff.Shape{
	{Name: "trunk.W1", Rows: 40, Cols: 40}, {Name: "trunk.b1", Rows: 1, Cols: 40}, {Name: "stitch1", Rows: 2, Cols: 2},
	{Name: "trunk.W2", Rows: 50, Cols: 70}, {Name: "trunk.b2", Rows: 1, Cols: 70}, {Name: "stitch2", Rows: 2, Cols: 2},
	{Name: "head1.W", Rows: 70, Cols: 1}, {Name: "head1.b", Rows: 1, Cols: 1}, {Name: "head2.W", Rows: 70, Cols: 1},
	{Name: "head2.b", Rows: 1, Cols: 1},
}

// Each matrix takes the steps that an optimiser of it alone would take with its group's rule, whatever is held beside
// it: an absent one goes on with its own count.
func TestDeterminismGroupsAndHeldMatrices(t *testing.T) {
	groups := []Group{{"stitch*", SGD{Rate: 1}}, {"head?.b", Momentum{Rate: 0.1, Mu: 0.5}}, {"trunk.W1", nil}}
	ruleOf := func(name string) Rule {
		switch {
		case strings.HasPrefix(name, "stitch"):
			return SGD{Rate: 1}
		case strings.HasPrefix(name, "head") && strings.HasSuffix(name, ".b"):
			return Momentum{Rate: 0.1, Mu: 0.5}
		case name == "trunk.W1":
			return nil
		}
		return NewAdam(0.01)
	}
	rng, n := rand.New(rand.NewPCG(1, 0)), Size(several)
	together, apart := make([]float64, n), make([]float64, n)
	for k := range together {
		together[k] = rng.NormFloat64()
	}
	copy(apart, together)
	opt := NewOptimizer(NewAdam(0.01), several, groups...)
	alone := make([]*Optimizer, len(several))
	for i, s := range several {
		if rule := ruleOf(s.Name); rule != nil {
			alone[i] = NewOptimizer(rule, []autodiff.Shape{s})
		}
	}
	taken := make([]float64, len(several))
	grad, held := make([]float64, n), make([]bool, len(several))
	for k := range 200 {
		for j := range grad {
			grad[j] = rng.NormFloat64()
		}
		for i := range held { // the second head is absent most of the time, anything else at times
			held[i] = strings.HasPrefix(several[i].Name, "head2") && k%10 > 0 || k > 100 && rng.IntN(4) == 0
		}
		if err := opt.Step(together, grad, 0.5, held); err != nil {
			t.Fatal(err)
		}
		from := 0
		for i, s := range several {
			to := from + s.Size()
			if alone[i] != nil && !held[i] {
				if err := alone[i].Step(apart[from:to], grad[from:to], 0.5, nil); err != nil {
					t.Fatal(err)
				}
				taken[i]++
			}
			from = to
		}
		if k%7 == 0 { // what is remembered can be taken out and put back at any time
			state := opt.State()
			opt = NewOptimizer(NewAdam(0.01), several, groups...)
			if err := opt.SetState(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	from := 0
	for _, s := range several {
		to := from + s.Size()
		if !slices.Equal(together[from:to], apart[from:to]) {
			t.Errorf("%v has other numbers among others than alone", s)
		}
		from = to
	}
	if got := opt.State()[:len(several)]; !slices.Equal(got, taken) {
		t.Errorf("steps taken: %v, want %v", got, taken)
	}
}

// A rate that a schedule brings down is that of every group.
func TestFactorOfAllGroups(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 1}, {Name: "b", Rows: 1, Cols: 1}}
	theta := []float64{0, 0}
	if err := NewOptimizer(SGD{Rate: 1}, shapes, Group{"b", SGD{Rate: 3}}).Step(theta, []float64{1, 1}, 0.25, nil); err != nil {
		t.Fatal(err)
	}
	if theta[0] != -0.25 || theta[1] != -0.75 {
		t.Errorf("steps to %v, want (−0.25, −0.75)", theta)
	}
}

// What would be remembered or become of a parameter and is not finite is an error that names the matrix, and is never
// remembered.
func TestStepRefusesWhatIsNotFinite(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 3}, {Name: "b", Rows: 1, Cols: 3000}, {Name: "c", Rows: 2, Cols: 1}}
	remembers := "what the optimiser remembers of %s is not finite: the gradient is too long; scale the loss, or set ClipNorm"
	for name, c := range map[string]struct {
		rule Rule
		at   int
		grad float64
		want string
	}{
		"square overflows":   {NewAdam(0.1), 1, 1e156, strings.ReplaceAll(remembers, "%s", "a")},
		"in another block":   {NewAdam(0.1), 2500, -1e156, strings.ReplaceAll(remembers, "%s", "b")},
		"in the last matrix": {NewAdamW(0.1, 0), 3004, 1e200, strings.ReplaceAll(remembers, "%s", "c")},
		"the gradient":       {NewAdam(0.1), 3003, math.NaN(), "nn: the gradient of c is not finite"},
		"an infinite one":    {Momentum{Rate: 1}, 0, math.Inf(1), "nn: the gradient of a is not finite"},
		"no slot":            {SGD{Rate: 1}, 100, math.NaN(), "nn: the gradient of b is not finite"},
		"the parameter":      {SGD{Rate: 1e200}, 2, 1e200, "nn: a is not finite after the step"},
	} {
		opt, theta, grad := NewOptimizer(c.rule, shapes), make([]float64, 3005), make([]float64, 3005)
		step(t, opt, theta, grad)
		grad[c.at] = c.grad
		err := opt.Step(theta, grad, 1, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if state := opt.State(); !finite(state) || !finite(theta) {
			t.Errorf("%s: what is remembered, or a parameter, is not finite", name)
		}
		grad[c.at] = 1
		step(t, opt, theta, grad) // and it can go on
	}
	// The sum that tells may overflow while every number is finite.
	opt, theta := NewOptimizer(Momentum{Rate: 1e-300}, shapes), make([]float64, 3005)
	grad := slices.Repeat([]float64{1.5e308}, 3005)
	step(t, opt, theta, grad)
}

// What a block of more entries left behind in its program is not looked at.
func TestStepForgetsAFailedBlock(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 40}, {Name: "b", Rows: 1, Cols: 20}}
	opt, theta, grad := NewOptimizer(NewAdam(0.1), shapes), make([]float64, 60), make([]float64, 60)
	grad[59] = 1e156
	if opt.Step(theta, grad, 1, nil) == nil {
		t.Fatal("a square of 1e312 is remembered")
	}
	if err := opt.Step(theta, grad, 1, []bool{false, true}); err != nil {
		t.Error(err)
	}
}

// A few matrices that have taken fewer steps do not cost a block of the largest size each.
func TestFewEntriesHaveSmallPrograms(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 900}, {Name: "b", Rows: 1, Cols: 33}, {Name: "c", Rows: 1, Cols: 40}}
	opt, theta, grad := NewOptimizer(NewAdam(0.1), shapes), make([]float64, 973), make([]float64, 973)
	if err := opt.Step(theta, grad, 1, []bool{false, true, false}); err != nil {
		t.Fatal(err)
	}
	step(t, opt, theta, grad)
	sizes := map[int]int{}
	for _, p := range opt.rules[0].programs {
		if p != nil && len(p.blocks) > 0 {
			sizes[p.size] += len(p.blocks)
		}
	}
	if len(sizes) != 2 || sizes[973] != 1 || sizes[60] != 1 { // 973 halved four times is 60
		t.Errorf("blocks by the size of their program: %v", sizes)
	}
}

// A state of other counts than the optimiser has is taken up at once.
func TestDeterminismSetStateRenewsTheBlocks(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 2}, {Name: "b", Rows: 1, Cols: 2}}
	grad := []float64{1, -2, 3, -4}
	one, other := NewOptimizer(NewAdam(0.1), shapes), NewOptimizer(NewAdam(0.1), shapes)
	theta := make([]float64, 4)
	for range 3 {
		if err := one.Step(theta, grad, 1, []bool{false, true}); err != nil {
			t.Fatal(err)
		}
	}
	step(t, other, make([]float64, 4), grad) // all of one count
	if err := other.SetState(one.State()); err != nil {
		t.Fatal(err)
	}
	same := slices.Clone(theta)
	step(t, one, theta, grad)
	step(t, other, same, grad)
	if !slices.Equal(theta, same) {
		t.Errorf("%v after SetState, %v without", same, theta)
	}
}

func TestSetStateRefuses(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 1}, {Name: "b", Rows: 1, Cols: 1}}
	opt := NewOptimizer(Momentum{Rate: 1}, shapes, Group{"b", nil})
	step(t, opt, []float64{0, 0}, []float64{2, 2})
	before := opt.State()
	if want := []float64{1, 0, 2}; !slices.Equal(before, want) {
		t.Fatalf("the state is %v, want %v", before, want)
	}
	for name, c := range map[string]struct {
		state []float64
		want  string
	}{
		"nil":       {nil, "0 numbers; this optimiser remembers 3"},
		"length":    {[]float64{1, 0, 2, 3}, "4 numbers; this optimiser remembers 3"},
		"NaN":       {[]float64{1, 0, math.NaN()}, "number 2 of the state is NaN; it must be finite"},
		"infinite":  {[]float64{math.Inf(1), 0, 1}, "number 0 of the state is +Inf; it must be finite"},
		"negative":  {[]float64{-1, 0, 1}, "-1 steps of a 1×1"},
		"fraction":  {[]float64{1.5, 0, 1}, "1.5 steps of a 1×1"},
		"frozen":    {[]float64{1, 1, 1}, "1 steps of b 1×1; they are counted from 0, and a frozen matrix takes none"},
		"very many": {[]float64{1e300, 0, 1}, "1e+300 steps of a 1×1"},
	} {
		if err := opt.SetState(c.state); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
		if got := opt.State(); !slices.Equal(got, before) {
			t.Errorf("%s: the state is %v, was %v", name, got, before)
		}
	}
}
