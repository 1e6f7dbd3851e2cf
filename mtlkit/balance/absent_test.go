package balance_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

const absentTasks, absentParams = 4, 9 // of the trainings in which tasks are absent

// A choice is a balancer with settings for the given ones of four tasks.
type choice struct {
	name string
	of   func(tasks []int) balance.Balancer
	// own returns where in the memory is what is remembered of task i of m; nil if nothing is.
	own func(m, i int) []int
	// alike says how a training with absent tasks is like one that never had them.
	alike likeness
}

type likeness int

const (
	sameBits     likeness = iota
	sameRounding          // shares of the weight of all tasks are taken and given back
	other                 // its draws belong to tasks
)

// pick returns the values of a setting for the tasks.
func pick(tasks []int, values ...float64) []float64 {
	picked := make([]float64, len(tasks))
	for k, i := range tasks {
		picked[k] = values[i]
	}
	return picked
}

func always(b balance.Balancer) func([]int) balance.Balancer {
	return func([]int) balance.Balancer { return b }
}

// numbers returns the given blocks of m numbers each, one for each task.
func numbers(blocks ...int) func(m, i int) []int {
	return func(m, i int) (at []int) {
		for _, block := range blocks {
			at = append(at, block*m+i)
		}
		return at
	}
}

// rowsAfter returns numbers at single+block·m+i, and those of row i of the m×n matrix that follows the blocks.
func rowsAfter(single, blocks int) func(m, i int) []int {
	return func(m, i int) (at []int) {
		for block := range blocks {
			at = append(at, single+block*m+i)
		}
		for k := range absentParams {
			at = append(at, single+blocks*m+i*absentParams+k)
		}
		return at
	}
}

func choices() []choice {
	weights := func(tasks []int) []float64 { return pick(tasks, 0.3, 1.3, 2.3, 0.7) }
	shifted := func(single, blocks int) func(m, i int) []int {
		return func(m, i int) (at []int) {
			for block := range blocks {
				at = append(at, single+block*m+i)
			}
			return at
		}
	}
	square := func(m, i int) (at []int) {
		for j := range m {
			at = append(at, i*m+j, j*m+i)
		}
		return at
	}
	vac := balance.GradVac{Beta: 0.3, Shuffle: true, Seed: 3}
	return []choice{
		{"Equal", always(balance.Equal{}), nil, sameBits},
		{"Equal, mean", always(balance.Equal{Mean: true}), nil, sameBits},
		{"Fixed", func(t []int) balance.Balancer { return balance.Fixed{Weights: weights(t)} }, nil, sameBits},
		{"Uncertainty", always(balance.NewUncertainty()), numbers(0), sameBits},
		{"Uncertainty, Adam", always(balance.Uncertainty{Rate: 0.1, Adam: true}), numbers(0, 1, 2, 3), sameBits},
		{"DWA", always(balance.NewDWA()), shifted(1, 4), sameBits},
		{"GLS", always(balance.GLS{}), nil, sameBits},
		{"RLW", always(balance.RLW{}), nil, other},
		{"IMTLL", always(balance.NewIMTLL()), numbers(0), sameBits},
		{"IMTLL, Adam", always(balance.IMTLL{Rate: 0.1, Adam: true}), numbers(0, 1, 2, 3), sameBits},
		{"FAMO", func(t []int) balance.Balancer {
			return balance.FAMO{Rate: 0.1, Decay: 0.01, Least: pick(t, -0.1, 0, 0.1, -0.3)}
		}, numbers(0, 1, 2, 3, 4), sameBits},
		{"STCH", func(t []int) balance.Balancer {
			return balance.STCH{Mu: 0.3, Weights: weights(t), Reference: pick(t, 0.1, 0.2, -0.1, 0)}
		}, nil, sameBits},
		{"PBI", always(balance.PBI{Theta: 0.1}), nil, sameBits},
		{"PBI, the paper's", func(t []int) balance.Balancer {
			return balance.PBI{Theta: 5, Weights: weights(t), Reference: pick(t, 0.1, 0.2, -0.1, 0)}
		}, nil, sameBits},
		{"COSMOS", always(balance.COSMOS{Lambda: 0.01}), nil, sameBits},
		{"COSMOS, sharper", func(t []int) balance.Balancer { return balance.COSMOS{Lambda: 8, Weights: weights(t)} }, nil, sameBits},
		{"CRMOGMScalarizer", always(balance.NewCRMOGMScalarizer(balance.NewUncertainty())), numbers(0, 1, 2), sameBits},
		{"CRMOGMScalarizer of FAMO", always(balance.NewCRMOGMScalarizer(balance.NewFAMO())), numbers(0, 1, 2, 3, 4, 5, 6), sameBits},
		{"STCH, equal", always(balance.NewSTCH()), nil, sameBits},
		{"STCH, logarithms", func(t []int) balance.Balancer { return balance.STCH{Mu: 1, Nadir: weights(t)} }, nil, sameBits},

		{"Sum", always(balance.Sum{}), nil, sameBits},
		{"Mean", always(balance.Mean{}), nil, sameBits},
		{"Constant", func(t []int) balance.Balancer { return balance.Constant{Weights: weights(t)} }, nil, sameBits},
		{"MGDA", always(balance.MGDA{}), nil, sameBits},
		{"MGDA, by norm and loss", always(balance.MGDA{Scale: balance.MGDAByNormTimesLoss}), nil, sameBits},
		{"DualProj", func(t []int) balance.Balancer { return balance.DualProj{Pref: weights(t)} }, nil, sameBits},
		{"Krum", always(balance.Krum{Select: 2}), nil, sameBits},
		{"GradNorm", always(balance.NewGradNorm()), numbers(0, 1), sameRounding},
		{"GradNorm, Adam", func(t []int) balance.Balancer {
			return balance.GradNorm{Alpha: 0.12, Rate: 0.025, Adam: true, First: weights(t)}
		}, numbers(0, 1, 2, 3, 4), sameRounding},
		{"GradNorm, softmax", always(balance.GradNorm{Alpha: 1.5, Rate: 0.1, Softmax: true}), numbers(0, 1), sameBits},
		{"TrimmedMean", always(balance.TrimmedMean{Trim: 1}), nil, sameBits},
		{"PCGrad", always(balance.PCGrad{}), nil, sameBits},
		{"PCGrad, shuffled", always(balance.PCGrad{Shuffle: true, Mean: true}), nil, sameBits},
		{"GradDrop", func(t []int) balance.Balancer { return balance.GradDrop{Leak: pick(t, 0, 0.1, 0.5, 1)} }, nil, sameBits},
		{"GradVac", always(balance.GradVac{Beta: 0.3}), square, sameBits},
		{"GradVac, shuffled", always(vac), square, sameBits},
		{"IMTLG", always(balance.IMTLG{}), nil, sameBits},
		{"CAGrad", always(balance.NewCAGrad()), nil, sameBits},
		{"NashMTL", always(balance.NewNashMTL()), nil, sameBits},
		{"NashMTL, kept", always(balance.NashMTL{Keep: 2}), shifted(2, 2), sameBits},
		{"AlignedMTL", func(t []int) balance.Balancer { return balance.AlignedMTL{Pref: weights(t)} }, nil, sameBits},
		{"AlignedMTLGram", func(t []int) balance.Balancer { return balance.AlignedMTLGram{Pref: weights(t)} }, nil, sameBits},
		{"MoCo", always(balance.MoCo{Beta: 0.5, Rate: 0.1, RateDecay: 0.5, Rho: 0.1}), rowsAfter(1, 1), sameRounding},
		{"MoCo, LibMTL's", always(balance.MoCo{
			Beta: 0.5, BetaDecay: 0.5, Rate: 0.1, RateDecay: 0.5, Softmax: true, LossLengths: true,
		}), rowsAfter(1, 1), sameRounding},
		{"MoDo", always(balance.MoDo{Rate: 0.02, Rho: 0.1}), numbers(0), sameRounding},
		{"SDMGrad", always(balance.SDMGrad{Lambda: 0.3, Steps: 3, Rate: 0.01, Momentum: 0.5}), numbers(0), sameRounding},
		{"DBMTL", always(balance.NewDBMTL()), rowsAfter(1, 0), sameBits},
		{"DBMTL without a past", always(balance.DBMTL{}), nil, sameBits},
		{"FairGrad", always(balance.NewFairGrad()), nil, sameBits},
		{"ExcessMTL", always(balance.NewExcessMTL()), rowsAfter(0, 2), sameRounding},
		{"ExcessMTL, LibMTL's", always(balance.ExcessMTL{
			Rate: 0.1, Eps: 1e-7, RatioWithoutEps: true, SkipFirst: true, SumToM: true,
		}), rowsAfter(0, 2), sameRounding},
		{"UPGrad", func(t []int) balance.Balancer { return balance.UPGrad{Pref: weights(t)} }, nil, sameBits},
		{"PCD", always(balance.NewPCD()), numbers(0, 1), sameBits},
		{"PCD, a share each", func(t []int) balance.Balancer {
			return balance.PCD{Taus: pick(t, 0.1, 0.2, 0.5, 1), Beta: 0.5}
		}, numbers(0, 1), sameBits},
		{"CRMOGM", func(t []int) balance.Balancer {
			return balance.NewCRMOGM(balance.UPGrad{Pref: weights(t)})
		}, numbers(0, 1), sameBits},
		{"CRMOGM of MGDA, by norm and loss", always(balance.NewCRMOGM(balance.MGDA{Scale: balance.MGDAByNormTimesLoss})),
			numbers(0, 1), sameBits},
		{"CRMOGM of GradNorm", always(balance.CRMOGM{Of: balance.NewGradNorm(), Alpha: 0.5}), numbers(0, 1, 2, 3), sameRounding},
		{"CRMOGM of PCD", always(balance.CRMOGM{Of: balance.NewPCD(), Alpha: 0.5}), numbers(0, 1, 2, 3), sameBits},
		{"ConFIG", func(t []int) balance.Balancer { return balance.ConFIG{Pref: weights(t)} }, nil, sameBits},
	}
}

// someTasks returns m of the four tasks, up to two of each.
func someTasks(m int) []int { return []int{0, 1, 2, 3, 0, 1, 2, 3}[:m] }

// forTasks returns the balancer for a training of m tasks, up to eight, with settings that make sense for so many.
func (c choice) forTasks(m int) balance.Balancer {
	b := c.of(someTasks(m))
	switch b := b.(type) {
	case balance.Krum:
		b.Select = min(b.Select, m)
		return b
	case balance.TrimmedMean:
		b.Trim = min(b.Trim, (m-1)/2)
		return b
	}
	return b
}

// Every method of the table is among the choices.
func TestChoicesAreComplete(t *testing.T) {
	for _, m := range balance.Methods() {
		if !slices.ContainsFunc(choices(), func(c choice) bool { return c.name == m.Name }) {
			t.Errorf("no choice is called %s", m.Name)
		}
	}
}

// setting is a training of some tasks with epochs of two steps, in which every second task of four classifies.
func setting(tasks []int) balance.Setting {
	s := balance.Setting{Tasks: len(tasks), Params: absentParams, StepsPerEpoch: 2}
	for _, i := range tasks {
		s.Classes = append(s.Classes, i%2 == 1)
	}
	return s
}

// onePass takes a step with any balancer on the losses and gradients that step has for the tasks, and returns the
// weights of a scalarizer and its V, or the direction of an aggregator.
func onePass(t *testing.T, b balance.Balancer, tasks []int, step int, s balance.State) []float64 {
	t.Helper()
	gradients := func(seed int) *mat.Dense {
		all, some := normal(absentTasks, absentParams, uint64(100*step+seed)), mat.NewDense(len(tasks), absentParams, nil)
		for k, i := range tasks {
			some.SetRow(k, all.RawRowView(i))
		}
		return some
	}
	losses := pick(tasks, 0.6+0.1*float64(step), 3/float64(1+step), 5, 0.2+0.3*float64(step%2))
	if scalarizer, ok := b.(balance.Scalarizer); ok {
		out := make([]float64, len(tasks))
		out = append(out, scalarizer.Scalarize(out, losses, s))
		if after, ok := b.(balance.AfterStep); ok {
			floats.Scale(0.9, losses)
			losses[0] *= 1.05
			after.AfterStep(losses, s)
		}
		return out
	}
	d := make([]float64, absentParams)
	var err error
	if batches, ok := b.(balance.BatchAggregator); ok {
		jacs := []*mat.Dense{gradients(0), gradients(1), gradients(2)}
		err = new(balance.Aggregation).ApplyBatches(d, batches, jacs, s)
	} else {
		err = balance.Aggregate(d, b, gradients(0), losses, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A training in which tasks are absent from the first step on is one that never had them: for methods without shared
// shares to the last bit, for the others up to the rounding with which shares are taken and given back. RLW is neither:
// its draws belong to tasks, and the same tasks have other numbers in the smaller training.
func TestDeterminismOfAbsentTasks(t *testing.T) {
	all := []int{0, 1, 2, 3}
	for _, c := range choices() {
		t.Run(c.name, func(t *testing.T) {
			for _, present := range [][]int{{0, 2, 3}, {1, 2}, {3}, all} {
				if k, ok := c.of(present).(balance.Krum); ok && k.Select > len(present) {
					continue
				}
				if _, ok := c.of(present).(balance.TrimmedMean); ok && len(present) < 3 {
					continue
				}
				large, small := balance.Start(c.of(all), setting(all)), balance.Start(c.of(present), setting(present))
				large.Present = present
				for step := range 7 {
					got := onePass(t, c.of(all), present, step, large)
					want := onePass(t, c.of(present), present, step, small)
					same := slices.Equal(got, want)
					// Seven steps on numbers of order 1, each of which rounds a few times.
					close := floats.Distance(got, want, math.Inf(1)) <= 1e-12*max(1, floats.Norm(want, math.Inf(1)))
					switch {
					case len(present) == len(all) && !same:
						t.Errorf("step %d: naming all tasks gives %v, want %v", step, got, want)
					case len(present) == len(all):
					case c.alike == sameBits && !same, c.alike == sameRounding && !close:
						t.Errorf("tasks %v, step %d: %v, want %v as without the others", present, step, got, want)
					case c.alike == other && close && len(present) > 1:
						t.Errorf("tasks %v, step %d: is like a training of these alone; say so", present, step)
					}
				}
			}
		})
	}
}

// An absent task neither learns nor forgets: what is remembered of it keeps its bits, while the others' moves.
func TestDeterminismOfWhatIsRememberedOfAbsentTasks(t *testing.T) {
	all, present := []int{0, 1, 2, 3}, []int{0, 2, 3}
	for _, c := range choices() {
		if c.own == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			b := c.of(all)
			s := balance.Start(b, setting(all))
			for step := range 4 { // two epochs
				onePass(t, b, all, step, s)
			}
			of := func(i int) []float64 {
				var mine []float64
				for _, at := range c.own(absentTasks, i) {
					mine = append(mine, s.Memory[at])
				}
				return mine
			}
			absent, others := of(1), of(2)
			s.Present = present
			for step := 4; step < 9; step++ {
				onePass(t, b, present, step, s)
			}
			if now := of(1); !slices.Equal(now, absent) {
				t.Errorf("of the absent task %v was remembered, and now %v", absent, now)
			}
			if slices.Equal(of(2), others) {
				t.Errorf("of a task that is present nothing changed: %v", others)
			}
			s.Present = nil
			onePass(t, b, all, 9, s)
			if now := of(1); slices.Equal(now, absent) {
				t.Errorf("back, the task still does not learn: %v", now)
			}
		})
	}
}

// The weights of tasks that are present add up to what those of all tasks do: 1, or their number.
func TestWeightsOfPresentTasksAddUp(t *testing.T) {
	s := setting([]int{0, 1, 2, 3})
	j, losses := normal(2, absentParams, 1), []float64{0.6, 5}
	for _, c := range []struct {
		b   balance.Balancer
		sum float64
	}{
		{balance.Equal{Mean: true}, 1}, {balance.NewDWA(), 2}, {balance.RLW{}, 1}, {balance.NewSTCH(), 0.5},
		{balance.NewFAMO(), 1}, {balance.NewGradNorm(), 2}, {balance.GradNorm{Rate: 1, Softmax: true}, 2},
		{balance.MGDA{}, 1},
	} {
		state := balance.Start(c.b, s)
		state.Present = []int{1, 3}
		for step := range 6 {
			weights := make([]float64, 2)
			if scalarizer, ok := c.b.(balance.Scalarizer); ok {
				scalarizer.Scalarize(weights, losses, state)
			} else {
				var a balance.Aggregation
				if err := a.Apply(make([]float64, absentParams), c.b, j, losses, state); err != nil {
					t.Fatal(err)
				}
				weights = a.Weights()
			}
			if sum := floats.Sum(weights); math.Abs(sum-c.sum) > 1e-14 {
				t.Errorf("%T, step %d: weights %v, want the sum %v", c.b, step, weights, c.sum)
			}
		}
	}
}

// Kept weights are found anew where a task is present that was absent when they were found.
func TestNashMTLKeepsNoWeightsForNewcomers(t *testing.T) {
	b := balance.NashMTL{Keep: 10}
	s := balance.Start(b, setting([]int{0, 1, 2, 3}))
	step := func(present []int, seed uint64) (d, fresh []float64) {
		s.Present = present
		j := normal(len(present), absentParams, seed)
		d = make([]float64, absentParams)
		if err := balance.Aggregate(d, b, j, nil, s); err != nil {
			t.Fatal(err)
		}
		return d, aggregate(t, balance.NashMTL{}, j)
	}
	for k, c := range []struct {
		present []int
		anew    bool
	}{{[]int{0, 2}, true}, {[]int{0, 2}, false}, {[]int{0, 1, 2}, true}, {[]int{1, 2}, false}, {[]int{3}, true}, {[]int{0}, true}} {
		d, fresh := step(c.present, uint64(k))
		if got := slices.Equal(d, fresh); got != c.anew {
			t.Errorf("step %d with tasks %v: found anew %v, want %v", k, c.present, got, c.anew)
		}
	}
}

// The names in errors are those of the tasks that are present.
func TestErrorsNamePresentTasks(t *testing.T) {
	a := balance.Aggregation{Tasks: []string{"north", "east", "south", "west"}}
	s := balance.Start(balance.Sum{}, setting([]int{0, 1, 2, 3}))
	s.Present = []int{1, 3}
	j := normal(2, absentParams, 1)
	j.Set(1, 0, math.NaN())
	err := a.Apply(make([]float64, absentParams), balance.Sum{}, j, nil, s)
	if want := `balance: the gradient of task "west": not finite`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
