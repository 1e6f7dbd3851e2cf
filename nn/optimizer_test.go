package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"kindred/autodiff"
)

// vector is the shape of n parameters that are one matrix.
func vector(n int) []autodiff.Shape { return []autodiff.Shape{{Name: "w", Rows: 1, Cols: n}} }

// step takes a step that must succeed.
func step(t testing.TB, o *Optimizer, params, grad []float64) {
	t.Helper()
	if err := o.Step(params, grad, 1, nil); err != nil {
		t.Fatal(err)
	}
}

// raceEnabled says that the race detector runs, which allocates.
var raceEnabled bool

// usual holds each rule with settings that move.
var usual = []Rule{
	SGD{Rate: 0.01}, Momentum{Rate: 0.01, Mu: 0.9}, Momentum{Rate: 0.01, Mu: 0.9, Nesterov: true}, NewAdam(0.001),
	NewKerasAdam(0.001), NewAdamW(0.001, 0.01),
}

// plain holds each rule once more, as a loop over numbers written from its formula.
func plain(rule Rule, theta []float64, gradient func(theta []float64) []float64, steps int) {
	n := len(theta)
	v, m := make([]float64, n), make([]float64, n)
	for t := 1; t <= steps; t++ {
		g := gradient(theta)
		for k := range theta {
			switch r := rule.(type) {
			case SGD:
				theta[k] -= r.Rate * g[k]
			case Momentum:
				v[k] = r.Mu*v[k] + g[k]
				if r.Nesterov {
					theta[k] -= r.Rate * (g[k] + r.Mu*v[k])
				} else {
					theta[k] -= r.Rate * v[k]
				}
			case Adam:
				theta[k] -= r.Rate * plainAdam(r, g[k], &m[k], &v[k], t)
			case AdamW:
				theta[k] -= r.Rate * (plainAdam(r.Adam, g[k], &m[k], &v[k], t) + r.Decay*theta[k])
			}
		}
	}
}

func plainAdam(r Adam, g float64, m, v *float64, t int) float64 {
	*m = r.Beta1**m + (1-r.Beta1)*g
	*v = r.Beta2**v + (1-r.Beta2)*g*g
	c1, c2 := 1-math.Pow(r.Beta1, float64(t)), 1-math.Pow(r.Beta2, float64(t))
	if r.Keras {
		return math.Sqrt(c2) / c1 * *m / (math.Sqrt(*v+r.EpsilonRoot) + r.Epsilon)
	}
	return (*m / c1) / (math.Sqrt((*v+r.EpsilonRoot)/c2) + r.Epsilon)
}

// bowl is the gradient of Σ cₖ(θₖ − k)⁴/4 with c from 1e-6 to 1, so that ε matters for some entries.
func bowl(theta []float64) []float64 {
	g := make([]float64, len(theta))
	for k := range g {
		g[k] = math.Pow(10, -2*float64(k)) * math.Pow(theta[k]-float64(k), 3)
	}
	return g
}

func TestOptimizersAgainstPlainLoops(t *testing.T) {
	for _, rule := range []Rule{
		SGD{Rate: 0.1}, Momentum{Rate: 0.01, Mu: 0.8}, Momentum{Rate: 0.01, Mu: 0.8, Nesterov: true},
		NewAdam(0.01), NewKerasAdam(0.01), NewAdamW(0.01, 0.1), SGD{}, Momentum{Rate: 0.01},
		Adam{Rate: 0.02, Beta1: 0.5, Beta2: 0.9, Epsilon: 1e-3}, Adam{Rate: 0.02, Beta1: 0.7, Beta2: 0.8, Epsilon: 0.1, Keras: true},
		Adam{Rate: 0.02, Beta2: 0.9, Epsilon: 1e-8}, Adam{Rate: 0.005, Beta1: 0.9, Epsilon: 1e-8}, Adam{Rate: 0.005, Epsilon: 1e-8},
		Adam{Rate: 0.02, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8, EpsilonRoot: 1e-3},
		AdamW{Adam{Rate: 0.02, Beta1: 0.5, Beta2: 0.9, Epsilon: 1e-3}, 0.3}, NewAdamW(0.02, 0),
	} {
		t.Run(fmt.Sprintf("%T%+v", rule, rule), func(t *testing.T) {
			want, got := []float64{-1, 2, 0.5, 1}, []float64{-1, 2, 0.5, 1}
			plain(rule, want, bowl, 50)
			opt := NewOptimizer(rule, vector(len(got)))
			for range 50 {
				step(t, opt, got, bowl(got))
			}
			for k := range got { // fifty steps of a few roundings each
				if math.Abs(got[k]-want[k]) > 1e-13 {
					t.Errorf("entry %d: %.17g, want %.17g", k, got[k], want[k])
				}
			}
		})
	}
}

func TestAdamEpsilonPlacing(t *testing.T) {
	// After one step from a gradient of 1e-8 both moments are corrected to the gradient itself. PyTorch's form gives
	// g/(g + 1e-8) = 1/2; Keras adds 1e-7 to √v = √0.001·1e-8, so g/(g + 1e-7/√0.001) = 1/(1 + 316.2…).
	for _, c := range []struct {
		rule Adam
		want float64
	}{{NewAdam(1), -0.5}, {NewKerasAdam(1), -1 / (1 + 10/math.Sqrt(0.001))}} {
		theta := []float64{0}
		step(t, NewOptimizer(c.rule, vector(1)), theta, []float64{1e-8})
		if math.Abs(theta[0]-c.want) > 1e-12 {
			t.Errorf("%+v: step %v, want %v", c.rule, theta[0], c.want)
		}
	}
}

// Zero is zero: at a rate of 0 nothing moves, whatever the gradient.
func TestRateZeroStandsStill(t *testing.T) {
	for _, rule := range []Rule{SGD{}, Momentum{Mu: 0.9}, NewAdam(0), NewKerasAdam(0), NewAdamW(0, 0.5)} {
		theta := []float64{1, -2}
		opt := NewOptimizer(rule, vector(2))
		for range 3 {
			step(t, opt, theta, []float64{2, 1})
		}
		if theta[0] != 1 || theta[1] != -2 {
			t.Errorf("%T%+v: from (1, -2) to %v", rule, rule, theta)
		}
	}
}

func TestDeterminismOptimizerResumes(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 1}, {Name: "b", Rows: 2, Cols: 1}}
	schedule := CosineDecay{Steps: 30}
	run := func(o *Optimizer, theta []float64, from, to int) {
		t.Helper()
		for k := from; k < to; k++ {
			if err := o.Step(theta, bowl(theta), schedule.Factor(k), []bool{k%3 == 0, false}); err != nil {
				t.Fatal(err)
			}
		}
	}
	whole, half := []float64{-1, 2, 0.5}, []float64{-1, 2, 0.5}
	a, b, c := NewOptimizer(NewAdam(0.1), shapes), NewOptimizer(NewAdam(0.1), shapes), NewOptimizer(NewAdam(0.1), shapes)
	run(a, whole, 0, 20)
	run(b, half, 0, 10)
	if err := c.SetState(b.State()); err != nil {
		t.Fatal(err)
	}
	run(c, half, 10, 20)
	if !slices.Equal(whole, half) {
		t.Errorf("resumed: %v, in one go: %v", half, whole)
	}
	if !slices.Equal(a.State(), c.State()) {
		t.Errorf("resumed: %v is remembered, in one go %v", c.State(), a.State())
	}
}

// Where a vector is cut, and how many processors step its blocks, changes no bit.
func TestDeterminismOptimizerBlocks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const n = 3*blockSize + 77
	gradient := func(step int) []float64 {
		rng, g := rand.New(rand.NewPCG(1, uint64(step))), make([]float64, n)
		for k := range g {
			g[k] = rng.NormFloat64()
		}
		return g
	}
	for _, rule := range usual {
		want := make([]float64, n)
		const part = 100
		for from := 0; from < n; from += part {
			to := min(from+part, n)
			opt := NewOptimizer(rule, vector(to-from))
			for k := range 5 {
				step(t, opt, want[from:to], gradient(k)[from:to])
			}
		}
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			opt, got := NewOptimizer(rule, vector(n)), make([]float64, n)
			for k := range 5 {
				step(t, opt, got, gradient(k))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%T: other numbers in blocks on %d processors than in parts of %d", rule, processors, part)
			}
		}
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	for k := range 4 {
		n, rule := []int{100, 3 * blockSize}[k%2], []Rule{NewAdam(0.001), plainRule{NewAdam(0.001)}}[k/2]
		shapes := append(vector(n), autodiff.Shape{Name: "b", Rows: 1, Cols: 3}, autodiff.Shape{Name: "c", Rows: 3, Cols: 30})
		opt := NewOptimizer(rule, shapes, Group{"b", SGD{Rate: 1}})
		opt.ClipNorm = 1
		theta, grad := make([]float64, n+93), make([]float64, n+93)
		grad[3] = 5
		held, k := [][]bool{nil, {false, true, false}, {false, false, true}, {true, false, true}}, 0
		one := func() {
			if err := opt.Step(theta, grad, 0.5, held[k%4]); err != nil {
				t.Fatal(err)
			}
			k++
		}
		for range 8 { // what is held for the first time compiles a program
			one()
		}
		if a := testing.AllocsPerRun(50, one); a != 0 && !raceEnabled {
			t.Errorf("%v allocations a step of %d parameters", a, n)
		}
	}
}

// What is remembered of an entry without a gradient decays to 0 and not to numbers that slow a processor down, and
// what is small, but not that small, is remembered.
func TestOptimizerForgets(t *testing.T) {
	for _, rule := range []Rule{Momentum{Rate: 0.01, Mu: 0.9}, NewAdam(0.001)} {
		opt, theta := NewOptimizer(rule, vector(2)), make([]float64, 2)
		step(t, opt, theta, []float64{1, 1})
		for k := range 8000 { // 0.9⁸⁰⁰⁰ ≈ 1e-366
			step(t, opt, theta, []float64{0, math.Sin(float64(k))})
		}
		if m := opt.State()[1:]; m[0] != 0 || m[1] == 0 {
			t.Errorf("%T remembers %v of an entry without a gradient, %v of one with", rule, m[0], m[1])
		}
	}
	for _, c := range []struct{ gradient, want float64 }{{1e-280, 1e-280 * math.Pow(0.9, 128)}, {1e-289, 0}} {
		opt, theta := NewOptimizer(Momentum{Rate: 0.01, Mu: 0.9}, vector(1)), make([]float64, 1)
		step(t, opt, theta, []float64{c.gradient})
		for range 128 { // 0.9¹²⁸ ≈ 1.4e-6
			step(t, opt, theta, []float64{0})
		}
		if v := opt.State()[1]; math.Abs(v-c.want) > 1e-13*c.want {
			t.Errorf("of a gradient of %v, %v is remembered after 128 steps without, want %v", c.gradient, v, c.want)
		}
	}
}

func TestClipping(t *testing.T) {
	theta := []float64{0, 0}
	opt := NewOptimizer(SGD{Rate: 1}, vector(2))
	opt.ClipNorm = 1
	step(t, opt, theta, []float64{3, 4}) // of norm 5
	if math.Abs(theta[0]+0.6) > 1e-15 || math.Abs(theta[1]+0.8) > 1e-15 {
		t.Errorf("clipped step %v, want (−0.6, −0.8)", theta)
	}
	step(t, opt, theta, []float64{0.3, 0}) // shorter: left as it is
	if math.Abs(theta[0]+0.9) > 1e-15 {
		t.Errorf("a gradient below the limit was changed: %v", theta)
	}
	clear(theta)
	step(t, opt, theta, []float64{3e200, 4e200}) // whose squares overflow
	if math.Abs(theta[0]+0.6) > 1e-15 || math.Abs(theta[1]+0.8) > 1e-15 {
		t.Errorf("clipped step of a very long gradient %v, want (−0.6, −0.8)", theta)
	}
}

// The norm that is clipped is that of what moves: neither a frozen nor a held matrix counts.
func TestClippingLeavesOutWhatStays(t *testing.T) {
	shapes := []autodiff.Shape{{Name: "a", Rows: 1, Cols: 1}, {Name: "b", Rows: 1, Cols: 1},
		{Name: "c", Rows: 1, Cols: 1}, {Name: "d", Rows: 1, Cols: 1}}
	opt := NewOptimizer(SGD{Rate: 1}, shapes, Group{"b", nil}, Group{"d", SGD{Rate: 2}})
	opt.ClipNorm = 1
	theta := make([]float64, 4)
	if err := opt.Step(theta, []float64{3, 100, 100, 4}, 1, []bool{false, false, true, false}); err != nil {
		t.Fatal(err)
	}
	if want := []float64{-0.6, 0, 0, -1.6}; !closeTo(theta, want, 1e-15) {
		t.Errorf("clipped step %v, want %v", theta, want)
	}
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		s    Schedule
		step int
		want float64
	}{
		{StepDecay{Every: 10, Gamma: 0.5}, 0, 1}, {StepDecay{Every: 10, Gamma: 0.5}, 9, 1},
		{StepDecay{Every: 10, Gamma: 0.5}, 10, 0.5}, {StepDecay{Every: 10, Gamma: 0.5}, 20, 0.25},
		{ExponentialDecay{Gamma: 0.9}, 0, 1}, {ExponentialDecay{Gamma: 0.9}, 2, 0.81},
		{CosineDecay{Steps: 100, Floor: 0.1}, 0, 1}, {CosineDecay{Steps: 100, Floor: 0.1}, 50, 0.55},
		{CosineDecay{Steps: 3, Floor: 0.1}, 1, 0.775}, {CosineDecay{Steps: 3, Floor: 0.1}, 2, 0.325}, // cos 60° = ½
		{CosineDecay{Steps: 3, Floor: 0.1}, 3, 0.1}, {CosineDecay{Steps: 3, Floor: 0.1}, 4, 0.1},
		{CosineDecay{Steps: 100, Floor: 0.1}, 200, 0.1},
		{Warmup{}, 0, 1}, {Warmup{Steps: 4}, 0, 0.25}, {Warmup{Steps: 4}, 2, 0.75}, {Warmup{Steps: 4}, 3, 1},
		{Warmup{Steps: 4}, 9, 1}, {Warmup{Steps: 4, Then: ExponentialDecay{Gamma: 0.9}}, 3, 1},
		{Warmup{Steps: 4, Then: ExponentialDecay{Gamma: 0.9}}, 4, 1},
		{Warmup{Steps: 4, Then: ExponentialDecay{Gamma: 0.9}}, 5, 0.9},
	} {
		if got := c.s.Factor(c.step); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%T%+v at step %d: %v, want %v", c.s, c.s, c.step, got, c.want)
		}
	}
}

// A rule is traced, so an inner loop of it can be differentiated: f(θ₀) = loss after three steps, against differences.
func TestRulesCanBeDifferentiated(t *testing.T) {
	for _, rule := range []Rule{SGD{Rate: 0.1}, Momentum{Rate: 0.1, Mu: 0.9, Nesterov: true}, NewAdam(0.1),
		Adam{Rate: 0.1, Beta2: 0.9, Epsilon: 1e-8}, NewAdamW(0.1, 0.01)} {
		g := autodiff.New()
		start := g.Input("theta", 1, 3)
		loss := func(theta autodiff.Value) autodiff.Value { return theta.Shift(-1).Pow(4).Sum() }
		theta, slots := start, make([]autodiff.Value, rule.Slots())
		for k := range slots {
			slots[k] = g.Fill(1, 3, 0)
		}
		for step := range 3 {
			slots, theta = rule.Step(g.Scalar(rule.LearningRate()), g.Scalar(float64(step+1)), slots,
				autodiff.Grad(loss(theta), theta), theta)
		}
		end := loss(theta)
		slope := autodiff.Grad(end, start)
		ws := autodiff.Compile(end, slope).NewWorkspace()
		at := func(x ...float64) float64 {
			ws.Set(start, x)
			ws.Run()
			return ws.Scalar(end)
		}
		const h = 1e-5
		want := (at(0.2, 0.5+h, -0.4) - at(0.2, 0.5-h, -0.4)) / (2 * h)
		at(0.2, 0.5, -0.4)
		if got := ws.Read(slope, nil)[1]; math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
			t.Errorf("%T: slope through three steps %v, central difference %v", rule, got, want)
		}
	}
}

// An entry without gradient must not spoil the derivative of a step.
func TestAdamEpsilonRoot(t *testing.T) {
	slopeAtZero := func(rule Rule) float64 {
		g := autodiff.New()
		x := g.Input("x", 1, 1)
		grad := x.Mul(g.Scalar(0))
		_, theta := rule.Step(g.Scalar(0.1), g.Scalar(1), []autodiff.Value{g.Fill(1, 1, 0), g.Fill(1, 1, 0)}, grad, x)
		slope := autodiff.Grad(theta, x)
		ws := autodiff.Compile(slope).NewWorkspace()
		ws.Set(x, []float64{1})
		ws.Run()
		return ws.Scalar(slope)
	}
	rooted := NewAdam(0.1)
	rooted.EpsilonRoot = 1e-16
	if got := slopeAtZero(NewAdam(0.1)); !math.IsNaN(got) {
		t.Errorf("without EpsilonRoot the slope is %v: the root's infinite slope is gone, and the field with it", got)
	}
	if got := slopeAtZero(rooted); got != 1 {
		t.Errorf("with EpsilonRoot the slope is %v, want 1", got)
	}
}
