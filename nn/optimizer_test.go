package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
)

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
	*m = 0.9**m + 0.1*g
	*v = 0.999**v + 0.001*g*g
	c1, c2 := 1-math.Pow(0.9, float64(t)), 1-math.Pow(0.999, float64(t))
	if r.Keras {
		return math.Sqrt(c2) / c1 * *m / (math.Sqrt(*v) + 1e-7)
	}
	return (*m / c1) / (math.Sqrt(*v/c2) + 1e-8)
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
		Adam{Rate: 0.01}, Adam{Rate: 0.01, Keras: true}, AdamW{Adam: Adam{Rate: 0.01}, Decay: 0.1},
	} {
		t.Run(fmt.Sprintf("%T%+v", rule, rule), func(t *testing.T) {
			want, got := []float64{-1, 2, 0.5, 1}, []float64{-1, 2, 0.5, 1}
			plain(rule, want, bowl, 50)
			opt := NewOptimizer(rule, len(got))
			for range 50 {
				opt.Step(got, bowl(got))
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
	}{{Adam{Rate: 1}, -0.5}, {Adam{Rate: 1, Keras: true}, -1 / (1 + 10/math.Sqrt(0.001))}} {
		theta := []float64{0}
		NewOptimizer(c.rule, 1).Step(theta, []float64{1e-8})
		if math.Abs(theta[0]-c.want) > 1e-12 {
			t.Errorf("%+v: step %v, want %v", c.rule, theta[0], c.want)
		}
	}
}

func TestZeroValuesMove(t *testing.T) {
	for _, rule := range []Rule{SGD{}, Momentum{}, Adam{}, AdamW{}} {
		theta := []float64{1}
		NewOptimizer(rule, 1).Step(theta, []float64{2})
		if !(theta[0] < 1 && theta[0] > 0.9) {
			t.Errorf("%T: from 1 to %v along a gradient of 2", rule, theta[0])
		}
	}
}

func TestDeterminismOptimizerResumes(t *testing.T) {
	whole, half := []float64{-1, 2, 0.5}, []float64{-1, 2, 0.5}
	a := NewOptimizer(Adam{Rate: 0.1}, 3)
	a.Schedule = CosineDecay{Steps: 30}
	for range 20 {
		a.Step(whole, bowl(whole))
	}
	b := NewOptimizer(Adam{Rate: 0.1}, 3)
	b.Schedule = CosineDecay{Steps: 30}
	for range 10 {
		b.Step(half, bowl(half))
	}
	c := NewOptimizer(Adam{Rate: 0.1}, 3)
	c.Schedule = CosineDecay{Steps: 30}
	c.SetState(b.State())
	for range 10 {
		c.Step(half, bowl(half))
	}
	if !slices.Equal(whole, half) {
		t.Errorf("resumed: %v, in one go: %v", half, whole)
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
	for _, rule := range []Rule{SGD{}, Momentum{}, Adam{}, AdamW{}} {
		want := make([]float64, n)
		const part = 100
		for from := 0; from < n; from += part {
			to := min(from+part, n)
			opt := NewOptimizer(rule, to-from)
			for step := range 5 {
				opt.Step(want[from:to], gradient(step)[from:to])
			}
		}
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			opt, got := NewOptimizer(rule, n), make([]float64, n)
			for step := range 5 {
				opt.Step(got, gradient(step))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%T: other numbers in blocks on %d processors than in parts of %d", rule, processors, part)
			}
		}
	}
}

func TestStepRefusesOtherLengths(t *testing.T) {
	opt := NewOptimizer(SGD{}, 3)
	for _, c := range [][2]int{{2, 3}, {3, 4}} {
		func() {
			defer func() {
				if r := fmt.Sprint(recover()); !strings.Contains(r, "this optimiser is for 3") {
					t.Errorf("%d parameters, a gradient of length %d: recovered %v", c[0], c[1], r)
				}
			}()
			opt.Step(make([]float64, c[0]), make([]float64, c[1]))
		}()
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	for _, n := range []int{100, 3 * blockSize} {
		opt := NewOptimizer(Adam{}, n)
		opt.ClipNorm = 1
		theta, grad := make([]float64, n), make([]float64, n)
		grad[3] = 5
		if a := testing.AllocsPerRun(50, func() { opt.Step(theta, grad) }); a != 0 {
			t.Errorf("%v allocations a step of %d parameters", a, n)
		}
	}
}

// What is remembered of an entry without a gradient decays to 0 and not to numbers that slow a processor down.
func TestOptimizerForgets(t *testing.T) {
	for _, rule := range []Rule{Momentum{}, Adam{}} {
		opt, theta := NewOptimizer(rule, 2), make([]float64, 2)
		opt.Step(theta, []float64{1, 1})
		for step := range 8000 { // 0.9⁸⁰⁰⁰ ≈ 1e-366
			opt.Step(theta, []float64{0, math.Sin(float64(step))})
		}
		if m := opt.State()[1:]; m[0] != 0 || m[1] == 0 {
			t.Errorf("%T remembers %v of an entry without a gradient, %v of one with", rule, m[0], m[1])
		}
	}
}

func TestClipping(t *testing.T) {
	theta := []float64{0, 0}
	opt := NewOptimizer(SGD{Rate: 1}, 2)
	opt.ClipNorm = 1
	opt.Step(theta, []float64{3, 4}) // of norm 5
	if math.Abs(theta[0]+0.6) > 1e-15 || math.Abs(theta[1]+0.8) > 1e-15 {
		t.Errorf("clipped step %v, want (−0.6, −0.8)", theta)
	}
	opt.Step(theta, []float64{0.3, 0}) // shorter: left as it is
	if math.Abs(theta[0]+0.9) > 1e-15 {
		t.Errorf("a gradient below the limit was changed: %v", theta)
	}
	clear(theta)
	opt.Step(theta, []float64{3e200, 4e200}) // whose squares overflow
	if math.Abs(theta[0]+0.6) > 1e-15 || math.Abs(theta[1]+0.8) > 1e-15 {
		t.Errorf("clipped step of a very long gradient %v, want (−0.6, −0.8)", theta)
	}
}

func TestSchedules(t *testing.T) {
	for _, c := range []struct {
		s    Schedule
		step int
		want float64
	}{
		{StepDecay{Every: 10, Gamma: 0.5}, 9, 1}, {StepDecay{Every: 10, Gamma: 0.5}, 20, 0.25},
		{ExponentialDecay{Gamma: 0.9}, 2, 0.81},
		{CosineDecay{Steps: 100, Floor: 0.1}, 0, 1}, {CosineDecay{Steps: 100, Floor: 0.1}, 50, 0.55},
		{CosineDecay{Steps: 100, Floor: 0.1}, 200, 0.1},
		{Warmup{Steps: 4}, 0, 0.25}, {Warmup{Steps: 4}, 9, 1}, {Warmup{Steps: 4, Then: ExponentialDecay{Gamma: 0.9}}, 5, 0.9},
	} {
		if got := c.s.Factor(c.step); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%T%+v at step %d: %v, want %v", c.s, c.s, c.step, got, c.want)
		}
	}
}

// A rule is traced, so an inner loop of it can be differentiated: f(θ₀) = loss after three steps, against differences.
func TestRulesCanBeDifferentiated(t *testing.T) {
	for _, rule := range []Rule{SGD{Rate: 0.1}, Momentum{Rate: 0.1, Nesterov: true}, Adam{Rate: 0.1}, AdamW{Adam: Adam{Rate: 0.1}}} {
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
	if got := slopeAtZero(Adam{}); !math.IsNaN(got) {
		t.Errorf("without EpsilonRoot the slope is %v: the root's infinite slope is gone, and the field with it", got)
	}
	if got := slopeAtZero(Adam{EpsilonRoot: 1e-16}); got != 1 {
		t.Errorf("with EpsilonRoot the slope is %v, want 1", got)
	}
}
