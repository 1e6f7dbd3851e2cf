package balance_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/race"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
)

// aggregators calls f with every aggregator of the table, for m tasks.
func aggregators(t *testing.T, m int, f func(t *testing.T, method balance.Method, b balance.Balancer)) {
	for _, method := range balance.Methods() {
		b := method.New(m)
		if _, ok := b.(balance.Scalarizer); !ok {
			t.Run(method.Name, func(t *testing.T) { f(t, method, b) })
		}
	}
}

// apply takes one step with any aggregator; a batch aggregator sees j on all batches.
func apply(a *balance.Aggregation, d []float64, b balance.Balancer, j *mat.Dense, losses []float64,
	s balance.State) error {
	if batches, ok := b.(balance.BatchAggregator); ok {
		return a.ApplyBatches(d, batches, []*mat.Dense{j, j, j}, s)
	}
	return a.Apply(d, b, j, losses, s)
}

// start returns the state of b before the first step of m tasks with n shared parameters.
func start(b balance.Balancer, m, n int) balance.State {
	return balance.Start(b, balance.Setting{Tasks: m, Params: n})
}

func normal(m, n int, seed uint64) *mat.Dense {
	rng := rand.New(rand.NewPCG(seed, 0))
	j := mat.NewDense(m, n, nil)
	for i := range m {
		for k := range n {
			j.Set(i, k, rng.NormFloat64())
		}
	}
	return j
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// Several steps give the same bits on one processor and on many. 70,000 columns are five spans.
func TestDeterminismOfAggregators(t *testing.T) {
	const m, n = 5, 70_000
	j := normal(m, n, 1)
	run := func(b balance.Balancer, processors int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		var a balance.Aggregation
		d, state := make([]float64, n), start(b, m, n)
		for range 3 {
			if err := apply(&a, d, b, j, ones(m), state); err != nil {
				t.Fatal(err)
			}
		}
		return append(d, state.Memory...)
	}
	aggregators(t, m, func(t *testing.T, _ balance.Method, b balance.Balancer) {
		one := run(b, 1)
		for _, processors := range []int{2, 8} {
			if !slices.Equal(run(b, processors), one) {
				t.Errorf("other bits on %d processors", processors)
			}
		}
	})
}

// Several goroutines, each with an Aggregation of its own, do not disturb each other.
func TestDeterminismOfConcurrentAggregations(t *testing.T) {
	const m, n = 4, 40_000
	var jacs [4][3]*mat.Dense // of each goroutine and step
	for seed := range jacs {
		for step := range jacs[seed] {
			jacs[seed][step] = normal(m, n, uint64(10*seed+step))
		}
	}
	aggregators(t, m, func(t *testing.T, _ balance.Method, b balance.Balancer) {
		steps := func(seed int) []float64 {
			var a balance.Aggregation
			d, state := make([]float64, n), start(b, m, n)
			for _, j := range jacs[seed] {
				if err := apply(&a, d, b, j, ones(m), state); err != nil {
					t.Error(err)
				}
			}
			return d
		}
		var alone, together [4][]float64
		var wait sync.WaitGroup
		for seed := range alone {
			alone[seed] = steps(seed)
		}
		for seed := range together {
			wait.Go(func() { together[seed] = steps(seed) })
		}
		wait.Wait()
		for seed := range alone {
			if !slices.Equal(alone[seed], together[seed]) {
				t.Errorf("seed %d: other bits among others", seed)
			}
		}
	})
}

// The whole Jacobian times 2^k, of which 480 is 3e144 on entries up to 1e6, gives the direction times 2^(pk), to the
// last bit where pk is whole.
func TestDeterminismOfScaledAggregators(t *testing.T) {
	for _, m := range mtltest.Matrices() {
		tasks, n := m.J.Dims()
		for _, method := range balance.Methods() {
			if math.IsNaN(method.Degree) {
				continue
			}
			b := method.New(tasks)
			var a balance.Aggregation
			want := make([]float64, n)
			if err := apply(&a, want, b, m.J, ones(tasks), start(b, tasks, n)); err != nil {
				t.Fatal(err)
			}
			for _, k := range []int{-480, -401, -33, 1, 480} {
				j := mat.DenseCopyOf(m.J)
				j.Scale(math.Ldexp(1, k), j)
				got := make([]float64, n)
				if err := apply(&a, got, b, j, ones(tasks), start(b, tasks, n)); err != nil {
					t.Fatal(err)
				}
				power := method.Degree * float64(k)
				whole := math.Floor(power)
				for i := range got {
					got[i] = math.Ldexp(got[i], -int(whole)) / math.Exp2(power-whole)
				}
				if power == whole && !slices.Equal(got, want) {
					t.Errorf("%s, %s times 2^%d: %v, want %v", method.Name, m.Name, k, got, want)
				}
				// A fractional power of two is rounded: an ulp of weights is 1e4 of d where nearly opposed.
				if off := floats.Distance(got, want, 2); power != whole && off > 1e-11*floats.Norm(want, 2) {
					t.Errorf("%s, %s times 2^%d: %v, want %v", method.Name, m.Name, k, got, want)
				}
			}
		}
	}
}

// After the first step, steps allocate nothing.
func TestAggregationsDoNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	for _, n := range []int{50, 40_000} {
		const m = 6
		j := normal(m, n, 2)
		aggregators(t, m, func(t *testing.T, _ balance.Method, b balance.Balancer) {
			var a balance.Aggregation
			d, state, losses := make([]float64, n), start(b, m, n), ones(m)
			jacs := []*mat.Dense{j, j, j}
			batches, many := b.(balance.BatchAggregator)
			step := func() {
				var err error
				if many {
					err = a.ApplyBatches(d, batches, jacs, state)
				} else {
					err = a.Apply(d, b, j, losses, state)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			step()
			if allocs := testing.AllocsPerRun(20, step); allocs != 0 {
				t.Errorf("n = %d: %v allocations in a step", n, allocs)
			}
		})
	}
}

// What is not finite is an error that names the task, and leaves the state as it was.
func TestAggregationNamesTheTask(t *testing.T) {
	const m, n = 4, 20
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0x1p600} {
		j := normal(m, n, 3)
		j.Set(2, 7, bad)
		aggregators(t, m, func(t *testing.T, _ balance.Method, b balance.Balancer) {
			a := balance.Aggregation{Tasks: []string{"north", "east", "south", "west"}}
			state := start(b, m, n)
			before := slices.Clone(state.Memory)
			err := apply(&a, make([]float64, n), b, j, ones(m), state)
			if !errors.Is(err, balance.ErrNotFinite) || !strings.Contains(err.Error(), `"south"`) {
				t.Errorf("gradient with %v: error %v", bad, err)
			}
			if !slices.Equal(state.Memory, before) {
				t.Errorf("gradient with %v: the state has changed", bad)
			}
		})
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1), 0, -1} {
		for _, b := range []balance.Balancer{
			balance.NewGradNorm(), balance.DBMTL{}, balance.MGDA{Scale: balance.MGDAByLoss},
		} {
			err := balance.Aggregate(make([]float64, n), b, normal(m, n, 3), []float64{1, 1, 1, bad}, start(b, m, n))
			if err == nil || !strings.Contains(err.Error(), "task 3") {
				t.Errorf("%T, loss %v: error %v", b, bad, err)
			}
		}
	}
}

// overflowing asks for more than there is.
type overflowing struct{ balance.Sum }

func (o overflowing) Weigh(weights []float64, s balance.State) {
	for i := range weights {
		weights[i] = math.MaxFloat64
	}
}

// Methods that find no finite weights or direction are an error.
func TestAggregationRefusesWhatIsNotFinite(t *testing.T) {
	j := normal(3, 8, 6)
	err := balance.Aggregate(make([]float64, 8), overflowing{}, j, ones(3), start(overflowing{}, 3, 8))
	if !errors.Is(err, balance.ErrNotFinite) {
		t.Errorf("error %v", err)
	}
}

func TestAggregationPanicsOnMisuse(t *testing.T) {
	j := normal(2, 3, 4)
	three, two := make([]float64, 3), balance.State{Setting: balance.Setting{Tasks: 2, Params: 3}}
	for name, f := range map[string]func(){
		"a scalarizer":       func() { _ = balance.Aggregate(three, balance.Equal{}, j, ones(2), two) },
		"a short direction":  func() { _ = balance.Aggregate(make([]float64, 2), balance.Sum{}, j, nil, two) },
		"no losses":          func() { _ = balance.Aggregate(three, balance.DBMTL{}, j, nil, two) },
		"one batch of three": func() { _ = balance.Aggregate(three, balance.NewMoDo(), j, nil, start(balance.NewMoDo(), 2, 3)) },
		"a short memory":     func() { _ = balance.Aggregate(three, balance.GradVac{}, j, nil, two) },
		"short weights":      func() { _ = balance.Aggregate(three, balance.Constant{}, j, nil, two) },
		"a short preference": func() { _ = balance.Aggregate(three, balance.UPGrad{Pref: ones(3)}, j, nil, two) },
	} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "balance: ") {
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			f()
		}()
	}
}

// Weights and Gram tell what the direction was made of.
func TestAggregationTellsWeights(t *testing.T) {
	j := normal(3, 10, 5)
	var a balance.Aggregation
	d := make([]float64, 10)
	if err := a.Apply(d, balance.UPGrad{}, j, nil, start(balance.UPGrad{}, 3, 10)); err != nil {
		t.Fatal(err)
	}
	near(t, "Σ wᵢgᵢ", aggregate(t, balance.Constant{Weights: a.Weights()}, j), d, 0)
	var want mat.Dense
	want.Mul(j, j.T())
	if !mat.EqualApprox(a.Gram(), &want, 1e-14*mat.Max(&want)) {
		t.Errorf("Gram matrix %v, want %v", a.Gram(), want)
	}
	if err := a.Apply(d, balance.TrimmedMean{}, j, nil, start(balance.TrimmedMean{}, 3, 10)); err != nil {
		t.Fatal(err)
	}
	if a.Weights() != nil || a.Gram() != nil {
		t.Error("weights or a Gram matrix for a method that has none")
	}
}
