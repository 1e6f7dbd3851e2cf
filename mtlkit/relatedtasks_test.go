package mtlkit_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

const relatedEpochs = 150

func compareRelated(t *testing.T, relatedness, rate float64, first, n int) mtlkit.Comparison {
	t.Helper()
	family := mtlkit.NewRelatedTasks(relatedness)
	family.Noise = 0.1
	c, err := mtlkit.Compare(context.Background(), n, func(seed uint64) mtlkit.Trainer {
		seed += uint64(first)
		train, held := family.Draw(seed)
		return mtlkit.Trainer{
			Model: sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
			Tasks: family.Tasks(), Data: train, HeldOut: held,
			Optimizer: nn.NewAdam(rate), Epochs: relatedEpochs, Seed: seed,
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// heldOut returns the held-out losses of the small task after an epoch.
func heldOut(runs []*mtlkit.Run, epoch int) []float64 {
	var x []float64
	for _, r := range runs {
		x = append(x, r.History.HeldOut[1][epoch])
	}
	return x
}

// Where the features are shared, the net that learns a task of 400 rows beside it is better on the task of 40 rows;
// where they are not, it is not. Both nets have their learning rate and number of epochs tuned alike, on other seeds.
func TestRelatedTasksGainFromSharing(t *testing.T) {
	gain := func(relatedness float64) mtlkit.Interval {
		type setting struct {
			rate  float64
			epoch int
		}
		tune := func(which func(mtlkit.Comparison) []*mtlkit.Run, trials map[float64]mtlkit.Comparison) (best setting) {
			least := math.Inf(1)
			for _, rate := range []float64{0.01, 0.03} {
				for epoch := range relatedEpochs {
					if l := stat.Mean(heldOut(which(trials[rate]), epoch), nil); l < least {
						least, best = l, setting{rate, epoch}
					}
				}
			}
			return best
		}
		joint := func(c mtlkit.Comparison) []*mtlkit.Run { return c.Joint }
		alone := func(c mtlkit.Comparison) []*mtlkit.Run { return c.Alone }
		trials, tests := map[float64]mtlkit.Comparison{}, map[float64]mtlkit.Comparison{}
		for _, rate := range []float64{0.01, 0.03} {
			trials[rate] = compareRelated(t, relatedness, rate, 1000, 5)
		}
		j, a := tune(joint, trials), tune(alone, trials)
		for _, rate := range []float64{j.rate, a.rate} {
			if _, ok := tests[rate]; !ok {
				tests[rate] = compareRelated(t, relatedness, rate, 0, 20)
			}
		}
		jointLosses, aloneLosses := heldOut(tests[j.rate].Joint, j.epoch), heldOut(tests[a.rate].Alone, a.epoch)
		g := mtlkit.PairedInterval(aloneLosses, jointLosses)
		t.Logf("relatedness %v: joint %v (rate %v, epoch %d), alone %v (rate %v, epoch %d), gain %v", relatedness,
			mtlkit.MeanInterval(jointLosses), j.rate, j.epoch+1, mtlkit.MeanInterval(aloneLosses), a.rate, a.epoch+1, g)
		return g
	}
	if g := gain(1); !(g.Low > 0) {
		t.Errorf("with shared features the gain is %v, want an interval above 0", g)
	}
	if g := gain(0); g.Low > 0 {
		t.Errorf("without shared features the gain is %v, want none", g)
	}
}

func TestRelatedTasksDraw(t *testing.T) {
	family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{5, 2000}, HeldOut: 7, Relatedness: 0.5}
	train, held := family.Draw(3)
	if err := train.Check(family.Tasks()); err != nil {
		t.Fatal(err)
	}
	if rows, cols := train.X[0].Dims(); rows != 5 || cols != 8 {
		t.Errorf("task 1 has %d×%d inputs, want 5×8", rows, cols)
	}
	if rows, _ := held.Y[1].Dims(); rows != 7 {
		t.Errorf("%d rows held out, want 7", rows)
	}
	// E y² = 2·½(1 − E exp(−2|a|²)) ≈ 1 − exp(−2·1.5²) = 0.99, less a little for short rows a of A. Families vary by
	// about 0.3, so that the mean over 200 has a standard error of 0.02; three of them are allowed.
	sum := 0.0
	for seed := range uint64(200) {
		train, _ := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{100}, HeldOut: 1}.Draw(seed)
		for _, y := range train.Y[0].RawMatrix().Data {
			sum += y * y / 200 / 100
		}
	}
	if want := 1 - math.Exp(-4.5); math.Abs(sum-want) > 0.06 {
		t.Errorf("mean of y² is %v, want %v", sum, want)
	}
	again, _ := family.Draw(3)
	sameBits(t, "labels", again.Y[1].RawMatrix().Data, train.Y[1].RawMatrix().Data)
	family.Relatedness = 1
	other, _ := family.Draw(3)
	sameBits(t, "inputs at another relatedness", other.X[1].RawMatrix().Data, train.X[1].RawMatrix().Data)
	if other.Y[1].At(0, 0) == train.Y[1].At(0, 0) {
		t.Error("labels do not depend on the relatedness")
	}
	mustPanic(t, "relatedness 2", func() { mtlkit.NewRelatedTasks(2).Draw(0) })
}

// With one input and one feature y = ±√2 sin(aᵢx), from which ±aᵢ can be told: aᵢ is √ρ A + √(1 − ρ) Bᵢ, and A is the
// same for all tasks.
func TestRelatedness(t *testing.T) {
	slopes := func(relatedness float64) (a []float64) {
		train, _ := mtlkit.RelatedTasks{Inputs: 1, Features: 1, Rows: []int{100, 100}, HeldOut: 1, Relatedness: relatedness}.Draw(5)
		for i, x := range train.X {
			least := 0
			for r := range 100 {
				if math.Abs(x.At(r, 0)) < math.Abs(x.At(least, 0)) {
					least = r
				}
			}
			a = append(a, math.Asin(train.Y[i].At(least, 0)/math.Sqrt2)/x.At(least, 0))
		}
		return a
	}
	none, some, all := slopes(0), slopes(0.36), slopes(1)
	if math.Abs(math.Abs(all[0])-math.Abs(all[1])) > 1e-9 || math.Abs(math.Abs(none[0])-math.Abs(none[1])) < 1e-3 {
		t.Errorf("related tasks have slopes %v, unrelated ones %v", all, none)
	}
	for i := range some {
		closeTo(t, "slopes", some[i:i+1], []float64{0.6*all[i] + 0.8*none[i]}, 1e-9)
	}
}
