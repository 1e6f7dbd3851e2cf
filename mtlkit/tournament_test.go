package mtlkit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// cup is a small tournament of two regressions: by the plain sum, by drawn weights, and alone.
func cup() mtlkit.Tournament {
	tasks := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Rows: []int{40, 40}, HeldOut: 30, Relatedness: 0.5, Noise: 0.3}
	return mtlkit.Tournament{
		Seeds: 2, Trials: 3,
		Entrants: []mtlkit.Entrant{
			mtlkit.Enter("equal", balance.Equal{}),
			{Name: "fixed", Balance: func(_ uint64, trial int) balance.Balancer {
				u, _ := mtlkit.Spread(trial)
				return balance.Fixed{Weights: []float64{u, 1 - u}}
			}},
			{Name: "alone"},
		},
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			train, held := tasks.Draw(seed)
			valid, test := held.Split(0.5, seed)
			return mtlkit.Trainer{
				Model: sharing.HardSharing{Trunk: []int{8, 6}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
				Tasks: tasks.Tasks(), Data: train, HeldOut: valid, Seed: seed, BatchSize: 16,
				Optimizer: nn.NewAdam([]float64{0.3, 0.01, 0.05}[trial]), Epochs: 12,
			}, test
		},
	}
}

func playAll(t *testing.T, cup mtlkit.Tournament, known []mtlkit.Result) (all []mtlkit.Result) {
	t.Helper()
	for results, err := range cup.Play(context.Background(), known) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, results...)
	}
	return all
}

// One entrant on one seed, played alone, comes out as among all.
func TestDeterminismOfPlayOne(t *testing.T) {
	cup := cup()
	for _, want := range playAll(t, cup, nil) {
		got, err := cup.PlayOne(context.Background(), want.Entrant, want.Seed)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("alone %v, %v; among all %v", got, err, want)
		}
	}
}

// The kept trial and epoch are those that a plain search through the histories of all trials finds.
func TestTournamentKeepsTheBest(t *testing.T) {
	cup := cup()
	results := playAll(t, cup, nil)
	if len(results) != 6 {
		t.Fatalf("%d results, want 6", len(results))
	}
	for _, r := range results {
		e := cup.Entrants[slices.IndexFunc(cup.Entrants, func(e mtlkit.Entrant) bool { return e.Name == r.Entrant })]
		groups := [][]int{{0, 1}}
		if e.Balance == nil {
			groups = [][]int{{0}, {1}}
		}
		for _, group := range groups {
			least, trial, epoch := math.Inf(1), 0, 0
			for k := range cup.Trials {
				trainer, _ := cup.Trial(r.Seed, k)
				if e.Balance != nil {
					trainer.Balance = e.Balance(r.Seed, k)
				} else {
					trainer.Model = mtlkit.Independent{Of: trainer.Model}
				}
				run, err := trainer.Train(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				for n := range run.History.Epochs() {
					score := 0.0
					for _, i := range group {
						score += math.Log(run.History.HeldOut[i][n])
					}
					if score < least {
						least, trial, epoch = score, k, n+1
					}
				}
			}
			trainer, test := cup.Trial(r.Seed, trial)
			trainer.Epochs = epoch
			if e.Balance != nil {
				trainer.Balance = e.Balance(r.Seed, trial)
			} else {
				trainer.Model = mtlkit.Independent{Of: trainer.Model}
			}
			run, err := trainer.Train(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			scores, err := run.Evaluate(test)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range group {
				if r.Trials[i] != trial || r.Epochs[i] != epoch {
					t.Errorf("%s, seed %d, task %d: kept trial %d, epoch %d; the best are %d and %d",
						r.Entrant, r.Seed, i, r.Trials[i], r.Epochs[i], trial, epoch)
				}
				if r.Losses[i] != scores[i].Loss || r.Values[i] != scores[i].Value {
					t.Errorf("%s, seed %d, task %d: loss %v, value %v; retrained %v", r.Entrant, r.Seed, i, r.Losses[i],
						r.Values[i], scores[i])
				}
			}
		}
	}
}

// The logarithms count a loss in whatever unit: losses of 1 and 0.01 are better than two of 0.36, though their sum is not.
func TestTournamentTakesLogarithms(t *testing.T) {
	c := cup()
	plain := c.Trial
	c.Seeds, c.Trials, c.Entrants = 1, 2, c.Entrants[:1]
	c.Trial = func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := plain(seed, trial)
		for _, y := range trainer.HeldOut.Y {
			y.Zero()
		}
		p := nn.NewParams(trainer.Model.Shapes(), make([]float64, nn.Size(trainer.Model.Shapes())))
		p.View("head1.b1").Set(0, 0, []float64{1, 0.6}[trial])
		p.View("head2.b1").Set(0, 0, []float64{0.1, 0.6}[trial])
		trainer.Initial, trainer.Optimizer = p.Data, nn.SGD{} // it stays there
		return trainer, test
	}
	if r := playAll(t, c, nil)[0]; r.Trials[0] != 0 || r.Epochs[0] != 1 {
		t.Errorf("kept trial %d, epoch %d, want the first of both", r.Trials[0], r.Epochs[0])
	}
}

// What is known is not played again, and what is played does not depend on it.
func TestTournamentResumes(t *testing.T) {
	all := playAll(t, cup(), nil)
	known := []mtlkit.Result{all[1], all[3], all[4], all[5]}
	if got, want := playAll(t, cup(), known), []mtlkit.Result{all[0], all[2]}; !reflect.DeepEqual(got, want) {
		t.Errorf("beside the known results %v were played, want %v", got, want)
	}
	if again := playAll(t, cup(), all); again != nil {
		t.Errorf("all was known, and %v was played again", again)
	}
}

func TestDeterminismTournament(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first []mtlkit.Result
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		if got := playAll(t, cup(), nil); first == nil {
			first = got
		} else if !reflect.DeepEqual(got, first) {
			t.Errorf("%d processors: other results than with one", procs)
		}
	}
}

// A trial that diverges loses; an entrant that always does is named.
func TestTournamentDivergence(t *testing.T) {
	wild := func(from int) mtlkit.Tournament {
		c := cup()
		plain := c.Trial
		c.Seeds, c.Entrants = 1, c.Entrants[:1]
		c.Trial = func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			trainer, test := plain(seed, trial)
			if trial >= from {
				trainer.Optimizer = nn.SGD{Rate: 1e300}
			}
			return trainer, test
		}
		return c
	}
	for from := range 2 {
		for results, err := range wild(from).Play(context.Background(), nil) {
			switch {
			case from == 0 && (err == nil || !strings.Contains(err.Error(), "equal, seed 0: every trial diverged")):
				t.Errorf("all trials diverge, and the error is %v", err)
			case from == 1 && err != nil:
				t.Error(err)
			case from == 1 && results[0].Trials[0] != 0:
				t.Errorf("kept trial %d, which diverges", results[0].Trials[0])
			}
		}
	}
}

// The entrant that trains alone is not in the way of what only joint models do.
func TestTournamentAloneWithDiagnosis(t *testing.T) {
	c := cup()
	plain := c.Trial
	c.Seeds, c.Trials, c.Entrants = 1, 1, []mtlkit.Entrant{{Name: "alone"}}
	c.Trial = func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := plain(seed, trial)
		trainer.Diagnose = true
		trainer.Initial = trainer.Model.Init(rand.New(rand.NewPCG(seed, 0)))
		return trainer, test
	}
	with := playAll(t, c, nil)
	c.Trial = plain
	if without := playAll(t, c, nil); !reflect.DeepEqual(with, without) {
		t.Errorf("with diagnosis and given parameters %v, without %v", with, without)
	}
}

func TestTournamentWithoutTrials(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a tournament of no trials was accepted")
		}
	}()
	c := cup()
	c.Trials = 0
	c.Play(context.Background(), nil)
}

func TestTournamentStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	seeds := 0
	var last error
	for _, err := range cup().Play(ctx, nil) {
		if last = err; err == nil {
			seeds++
		}
		cancel()
	}
	if seeds != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d seeds and %v, want one seed and the context's error", seeds, last)
	}
}

// Any cell of an 8×8 board of the unit square holds 256/64 = 4 of 256 evenly spread points. A random sequence leaves
// some of the 64 empty or with 10 and more; this one has between 2 and 6 in each.
func TestSpread(t *testing.T) {
	var board [64]int
	for k := range 256 {
		u, v := mtlkit.Spread(k)
		if u < 0 || u >= 1 || v < 0 || v >= 1 {
			t.Fatalf("point %d is (%v, %v), outside of the unit square", k, u, v)
		}
		board[int(u*8)*8+int(v*8)]++
	}
	if least, most := slices.Min(board[:]), slices.Max(board[:]); least < 2 || most > 6 {
		t.Error(fmt.Sprint("points in the cells: ", board))
	}
}
