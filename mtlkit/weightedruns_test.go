package mtlkit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
)

// Weights that are all alike are none, to the bit, and a weight of 0 is a missing label.
func TestDeterminismWeightsThatAreNone(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}, balance.NewFAMO()} {
		plain := mixed()
		plain.Balance, plain.BatchSize, plain.HeldOut = b, 6, plain.Data
		alike := mixed()
		alike.Balance, alike.BatchSize = b, 6
		alike.Tasks[1].ClassWeights = []float64{3, 3}
		for range alike.Tasks {
			weights := make([]float64, 20)
			for r := range weights {
				weights[r] = 0.7
			}
			alike.Data.Weights = append(alike.Data.Weights, weights)
		}
		alike.HeldOut = alike.Data
		a, c := train(t, alike), train(t, plain)
		sameBits(t, fmt.Sprintf("%T", b), a.Theta, c.Theta)
		zero, missing := weighed(7), weighed(7)
		zero.Balance, zero.BatchSize, missing.Balance, missing.BatchSize = b, 6, b, 6
		zero.Data.Weights[0][5], zero.Data.Weights[2][9] = 0, 0
		missing.Data.Y[0].Set(5, 0, math.NaN())
		for c := range 3 {
			missing.Data.Y[2].Set(9, c, math.NaN())
		}
		zero.HeldOut, missing.HeldOut = zero.Data, missing.Data
		a, c = train(t, zero), train(t, missing)
		sameBits(t, fmt.Sprintf("%T, weight 0", b), a.Theta, c.Theta)
		for i := range zero.Tasks {
			sameBits(t, "held-out losses", a.History.HeldOut[i], c.History.HeldOut[i])
		}
		if x, y := evaluate(t, a, zero.Data), evaluate(t, c, missing.Data); !slices.Equal(x, y) {
			t.Errorf("%T: scores %v, want %v", b, x, y)
		}
	}
	// A class of weight 0 is left out of metrics too.
	trainer := mixed()
	trainer.Tasks[1].ClassWeights = []float64{0, 1}
	if s := evaluate(t, train(t, trainer), trainer.Data)[1]; s.Rows != 10 {
		t.Errorf("with a class of weight 0: %v of %d rows", s, s.Rows)
	}
}

// Where all rows of a batch have a weight of 0, the task is absent from the step.
func TestDeterminismBatchOfNoWeight(t *testing.T) {
	for name, b := range balancers() {
		trainer := absentIn(1, b) // by missing labels
		want := train(t, trainer)
		weighted := trainer
		weighted.Data.Weights = make([][]float64, 3)
		weights := make([]float64, 20)
		for r := range weights {
			if weights[r] = 1; math.IsNaN(trainer.Data.Y[1].At(r, 0)) {
				weights[r] = 0
			}
		}
		weighted.Data.Weights[1] = weights
		y := mat.DenseCopyOf(trainer.Data.Y[1])
		for r := range 20 {
			if math.IsNaN(y.At(r, 0)) {
				y.Set(r, 0, 1)
			}
		}
		weighted.Data.Y = []*mat.Dense{trainer.Data.Y[0], y, trainer.Data.Y[2]}
		sameBits(t, name, train(t, weighted).Theta, want.Theta)
	}
}

// The same bits on any number of processors, and of a run that goes on from a checkpoint; another weight is refused.
func TestDeterminismWeights(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.UPGrad{}, balance.NewMoDo()} {
		trainer := weighed(8)
		trainer.Balance, trainer.BatchSize, trainer.HeldOut = b, 6, weighed(9).Data
		trainer.Epochs = 12
		var want *mtlkit.Run
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			run := train(t, trainer)
			if want == nil {
				want = run
			}
			sameBits(t, fmt.Sprintf("%T on %d processors", b, procs), run.Theta, want.Theta)
			for i := range trainer.Tasks {
				sameBits(t, "held-out losses", run.History.HeldOut[i], want.History.HeldOut[i])
			}
		}
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // into the midst of an epoch
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
		}
		c := run.Checkpoint()
		again, err := trainer.Resume(c)
		if err != nil {
			t.Fatal(err)
		}
		finish(t, again)
		sameBits(t, fmt.Sprintf("%T, resumed", b), again.Theta, want.Theta)
		for i := range trainer.Tasks {
			sameBits(t, "resumed losses", again.History.Losses[i], want.History.Losses[i])
		}
		other := trainer
		other.Data.Weights = slices.Clone(other.Data.Weights)
		other.Data.Weights[3] = make([]float64, 20)
		other.Data.Weights[3][0] = 1
		if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "with another Data:") {
			t.Errorf("other weights of rows: %v", err)
		}
		other = trainer
		other.Tasks = slices.Clone(other.Tasks)
		other.Tasks[1].ClassWeights = []float64{1, 2}
		if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "with another Tasks:") {
			t.Errorf("other weights of classes: %v", err)
		}
	}
}

// Twins of weighted tasks are as if they were trained alone; comparisons and tournaments take weights as they are.
func TestWeightsInComparisons(t *testing.T) {
	trainer := weighed(10)
	trainer.HeldOut, trainer.BatchSize = weighed(11).Data, 6
	c, err := mtlkit.Compare(context.Background(), 2,
		func(seed uint64) mtlkit.Trainer { trainer.Seed = seed; return trainer })
	if err != nil {
		t.Fatal(err)
	}
	for seed := range c.Alone {
		for i, task := range trainer.Tasks {
			alone := trainer
			alone.Seed = uint64(seed)
			var start []float64
			alone.Model, start = mtlkit.Independent{Of: fourTasks}.Twin(
				mtlkit.Independent{Of: fourTasks}.Init(rand.New(rand.NewPCG(uint64(seed), 0))), i)
			alone.Initial, alone.Tasks = start, []mtlkit.Task{task}
			only := func(d mtlkit.Data) mtlkit.Data {
				return mtlkit.Data{X: d.X, Y: d.Y[i : i+1], Weights: d.Weights[i : i+1]}
			}
			alone.Data, alone.HeldOut = only(trainer.Data), only(trainer.HeldOut)
			one := train(t, alone)
			closeTo(t, task.Name, c.Alone[seed].History.HeldOut[i], one.History.HeldOut[0], 1e-9)
			closeTo(t, task.Name, []float64{c.AloneScores[seed][i].Loss}, one.History.HeldOut[0][4:], 1e-9)
		}
	}
	cup := mtlkit.Tournament{Seeds: 1, Trials: 2, Entrants: []mtlkit.Entrant{mtlkit.Enter("equal", balance.Equal{}),
		{Name: "alone"}},
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) { return trainer, weighed(13).Data }}
	for _, r := range playAll(t, cup, nil) {
		if len(r.Losses) != 4 || slices.ContainsFunc(r.Losses, math.IsNaN) {
			t.Errorf("%v", r)
		}
	}
}

// Rows take their weights along, and wrong weights are an error at every door.
func TestWeightsOfData(t *testing.T) {
	d := mtlkit.Data{X: []*mat.Dense{column(0, 1, 2, 3)}, Y: []*mat.Dense{column(0, 1, 2, 3), column(0, 1, 2, 3)},
		Weights: [][]float64{{0, 1, 2, 3}, nil}}
	first, second := d.Split(0.5, 1)
	for _, part := range []mtlkit.Data{first, second} {
		if !slices.Equal(part.Weights[0], part.X[0].RawMatrix().Data) || part.Weights[1] != nil {
			t.Errorf("weights %v of the rows %v", part.Weights, part.X[0].RawMatrix().Data)
		}
	}
	separate := d
	separate.X = []*mat.Dense{column(0, 1, 2, 3), column(0, 1, 2, 3)}
	separate.Weights = [][]float64{{0, 1, 2, 3}, {0, 1, 2, 3}}
	a, _ := separate.Split(0.5, 1)
	for i, w := range a.Weights {
		if !slices.Equal(w, a.X[i].RawMatrix().Data) {
			t.Errorf("weights %v of the rows %v", w, a.X[i].RawMatrix().Data)
		}
	}
	d.Weights[1] = []float64{1}
	mustPanic(t, "too few weights", func() { d.Split(0.5, 1) })
	for says, weights := range map[string][][]float64{
		`1 lists of weights for 4 tasks; give one for each task, nil where rows count alike, or none at all`: {nil},
		`task "kind": 2 weights for 20 rows of inputs; give one for each row`: {
			nil, {1, 2}, nil, nil,
		},
		`task "marks": weight -1 in row 2; it must be finite and not negative, and 0 leaves the row out`: {
			nil, nil, set(2, -1), nil,
		},
		`task "some": weight NaN in row 7; it must be finite and not negative, and 0 leaves the row out`: {
			set(7, math.NaN()), nil, nil, nil,
		},
		`task "place": weight +Inf in row 0; it must be finite and not negative, and 0 leaves the row out`: {
			nil, nil, nil, set(0, math.Inf(1)),
		},
		`every label has a weight of 0, by its row or its class; give at least one that counts`: {
			make([]float64, 20), make([]float64, 20), make([]float64, 20), make([]float64, 20),
		},
	} {
		good := weighed(1)
		run := train(t, good)
		bad := good
		bad.Data.Weights = weights
		held := good
		held.HeldOut = bad.Data
		_, trained := bad.Start()
		_, evaluated := run.Evaluate(bad.Data)
		_, predicted := run.Predictor().Evaluate(bad.Data)
		_, outside := held.Start()
		for door, err := range map[string]error{"trained": trained, "evaluated": evaluated, "predictor": predicted,
			"held out: ": outside, "checked": bad.Data.Check(bad.Tasks)} {
			want := "mtlkit: Data: " + says
			if door == "held out: " {
				want = door + want
			}
			if fmt.Sprint(err) != want {
				t.Errorf("%s:\n\t%v\nwant\n\t%s", door, err, want)
			}
		}
	}
	// A task whose rows all have a weight of 0 is one without labels.
	trainer := weighed(1)
	trainer.Data.Weights[1] = make([]float64, 20)
	run := train(t, trainer)
	if s := evaluate(t, run, trainer.Data)[1]; s.Rows != 0 || !math.IsNaN(s.Loss) ||
		!math.IsNaN(run.History.Losses[1][0]) {
		t.Errorf("without weight: %v, and the loss %v", s, run.History.Losses[1])
	}
}

// set returns 20 weights of 1 but for one.
func set(r int, w float64) []float64 {
	weights := make([]float64, 20)
	for k := range weights {
		weights[k] = 1
	}
	weights[r] = w
	return weights
}
