package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// unequal has three tasks with 400, 100 and 4 rows of their own. Inputs are the numbers of the rows.
func unequal(power float64) mtlkit.Trainer {
	trainer := mtlkit.Trainer{Model: sharing.HardSharing{Trunk: []int{1, 3}, Heads: [][]int{{1}, {1}, {1}},
		Activation: nn.Tanh},
		Optimizer: nn.NewAdam(0.001), Epochs: 3, BatchSize: 21, SizePower: power, Seed: 5}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{400, 100, 4} {
		x := mat.NewDense(n, 1, nil)
		for r := range n {
			x.Set(r, 0, float64(r))
		}
		trainer.Data.X, trainer.Data.Y = append(trainer.Data.X, x), append(trainer.Data.Y, gaussian(rng, n, 1, 1))
		trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: fmt.Sprint(n), Loss: nn.SquaredError{}})
	}
	return trainer
}

func TestSizeShares(t *testing.T) {
	d := unequal(0).Data
	// By hand: equal, by roots of 20, 10 and 2, by rows.
	for power, want := range map[float64][]float64{0: {1. / 3, 1. / 3, 1. / 3}, 0.5: {20. / 32, 10. / 32, 2. / 32},
		1: {400. / 504, 100. / 504, 4. / 504}} {
		closeTo(t, fmt.Sprint("power ", power), d.SizeShares(power), want, 1e-15)
	}
	for r := range 96 {
		d.Y[1].Set(r, 0, math.NaN())
	}
	d.Y[0] = nil
	closeTo(t, "labelled rows", d.SizeShares(1), []float64{0, 0.5, 0.5}, 1e-15)
	closeTo(t, "without labels", d.SizeShares(0), []float64{0, 0.5, 0.5}, 1e-15)
}

// A step takes rows in proportion to a power of the sizes; each row once in a pass over the largest task, and no row of
// another twice before all of them.
func TestSizePowerDealsRows(t *testing.T) {
	for power, want := range map[float64][]int{0: {21, 21, 4}, 0.5: {39, 20, 4}, 1: {50, 13, 1}} {
		trainer := unequal(power)
		rows, x := mtlkit.BatchesOf(trainer, 0)
		for i, n := range want {
			if rows[i] != n {
				t.Errorf("power %v: %v rows in a step, want %v", power, rows, want)
			}
			size := trainer.Data.X[i].RawMatrix().Rows
			seen := map[float64]int{}
			for k, v := range x[i] {
				if seen[v]++; seen[v] > 1+k/size {
					t.Errorf("power %v: row %v of task %d comes round for the %dth time as row %d of the epoch", power,
						v, i, seen[v], k)
				}
			}
			if i == 0 && len(seen) != size {
				t.Errorf("power %v: %d rows of the largest task in an epoch", power, len(seen))
			}
			steps := (400 + want[0] - 1) / want[0]
			if len(x[i]) != steps*n {
				t.Errorf("power %v: task %d has %d rows in an epoch, want %d steps of %d", power, i, len(x[i]), steps,
					n)
			}
		}
		_, again := mtlkit.BatchesOf(trainer, 0)
		_, next := mtlkit.BatchesOf(trainer, 1)
		sameBits(t, "dealt again", again[0], x[0])
		if power > 0 && next[1][0] == x[1][0] && next[1][1] == x[1][1] && next[1][2] == x[1][2] {
			t.Errorf("power %v: the next epoch begins with the same rows %v", power, next[1][:3])
		}
	}
}

// The same bits on any number of processors and of a run that goes on; another power is refused.
func TestDeterminismSizePower(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.UPGrad{}, balance.NewMoDo()} {
		trainer := unequal(0.7)
		trainer.Balance = b
		var want []float64
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			got := train(t, trainer).Theta
			if want == nil {
				want = got
			}
			sameBits(t, fmt.Sprintf("%T on %d processors", b, procs), got, want)
		}
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for range 13 {
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
		}
		c := run.Checkpoint()
		again, err := trainer.Resume(c)
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, fmt.Sprintf("%T, resumed", b), finish(t, again).Theta, want)
		trainer.SizePower = 0.6
		if _, err := trainer.Resume(c); err == nil ||
			!strings.Contains(err.Error(), "with another SizePower: 0.7, this one has 0.6") {
			t.Errorf("another power: %v", err)
		}
	}
}

// With balance.Fixed and the shares as weights, the mean direction of an epoch is the expected gradient of a source
// that draws whole batches of task i with the chance pᵢ: Σ pᵢ∇Lᵢ.
func TestSizeSharesMixTasks(t *testing.T) {
	trainer := unequal(1)
	trainer.BatchSize = 42 // 100, 25 and 1 rows, which divide 400, 100 and 4
	shares := trainer.Data.SizeShares(1)
	trainer.Balance = balance.Fixed{Weights: shares}
	theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
	_, jac := differences(t, withoutPower(trainer), theta)
	want, got := make([]float64, len(theta)), make([]float64, len(theta))
	for i, p := range shares {
		for k := range want {
			want[k] += p * jac[i][k]
		}
	}
	for k := range 4 {
		for j, g := range look(t, trainer, theta, k).Grad {
			got[j] += g / 4
		}
	}
	closeTo(t, "direction", got, want, numericTol)
}

func withoutPower(trainer mtlkit.Trainer) mtlkit.Trainer {
	trainer.SizePower = 0
	return trainer
}
