package mtlkit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// overfits is a trainer on few rows of noise and of a signal, whose validation loss falls and then rises.
func overfits(m mtlkit.Model) mtlkit.Trainer {
	rng := rand.New(rand.NewPCG(31, 0))
	draw := func(rows int) mtlkit.Data {
		d := mtlkit.Data{X: []*mat.Dense{gaussian(rng, rows, 2, 1)}}
		for i := range m.Tasks() {
			y := gaussian(rng, rows, 1, 0.5)
			for r := range rows {
				y.Set(r, 0, y.At(r, 0)+(1+float64(i))*math.Sin(float64(1+3*i)*d.X[0].At(r, 0)))
			}
			d.Y = append(d.Y, y)
		}
		return d
	}
	t := mtlkit.Trainer{Model: m, Data: draw(24), Validation: draw(12), HeldOut: draw(9), Optimizer: nn.NewAdam(0.03),
		Epochs: 60, BatchSize: 8, Seed: 3}
	for i := range m.Tasks() {
		t.Tasks = append(t.Tasks, mtlkit.Task{Name: fmt.Sprint("task ", i), Loss: nn.SquaredError{}})
	}
	return t
}

var twoHeads = sharing.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}

// chosen says which epoch is taken and how many are trained, as the documentation of Trainer says it, from the losses
// of all epochs.
func chosen(losses [][]float64, watch mtlkit.Watch, patience int, minDelta float64) (best, trained int) {
	watched := make([]float64, len(losses[0]))
	for _, list := range losses {
		for e, l := range list {
			if watch == mtlkit.SumOfLogs {
				l = math.Log(l)
			}
			watched[e] += l
		}
	}
	trained = len(watched)
	for e, last := 0, 0; e < trained; e++ {
		if e == 0 || watched[e] < watched[last]-minDelta {
			last = e
		}
		if patience > 0 && e-last == patience {
			trained = e + 1
		}
	}
	return 1 + slices.Index(watched, slices.Min(watched[:trained])), trained
}

// A run ends with the parameters and statistics of the epoch that was best on the validation rows, and what chooses
// changes nothing of what is trained.
func TestDeterminismTheBestEpochIsKept(t *testing.T) {
	normal := twoHeads
	for name, m := range map[string]mtlkit.Model{"plain": normal, "statistics": layered{norm: nn.NewBatchNorm(1)}} {
		trainer := overfits(m)
		plain := trainer
		plain.Validation = mtlkit.Data{}
		without := train(t, plain)

		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		var theta, statistics [][]float64
		for _, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			theta, statistics = append(theta, slices.Clone(run.Theta)), append(statistics, slices.Clone(run.Statistics))
		}
		best, _ := chosen(run.History.Validation, mtlkit.SumOfLosses, 0, 0)
		if best < 3 || best > 55 || !slices.Equal(run.History.Best, []int{best, best}) {
			t.Fatalf("%s: epochs %v are taken, by the losses it is %d; want one in between", name, run.History.Best,
				best)
		}
		sameBits(t, name+": parameters", run.Theta, theta[best-1])
		sameBits(t, name+": statistics", run.Statistics, statistics[best-1])
		sameBits(t, name+": parameters at the end", theta[len(theta)-1], without.Theta)
		for i := range trainer.Tasks {
			sameBits(t, name+": losses", run.History.Losses[i], without.History.Losses[i])
			sameBits(t, name+": held out", run.History.HeldOut[i], without.History.HeldOut[i])
		}
		scores, err := run.Evaluate(trainer.Validation)
		if err != nil {
			t.Fatal(err)
		}
		again, err := run.Predictor().Evaluate(trainer.Validation)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range scores {
			if want := run.History.Validation[i][best-1]; s.Loss != want || again[i].Loss != want {
				t.Errorf("%s: %v and %v; in epoch %d the loss was %v", name, s, again[i], best, want)
			}
		}
	}
}

// Patience ends where a plain loop over the losses of a whole training says.
func TestPatience(t *testing.T) {
	trainer := overfits(twoHeads)
	whole := train(t, trainer).History.Validation
	seen := map[int]bool{}
	for _, watch := range []mtlkit.Watch{mtlkit.SumOfLosses, mtlkit.SumOfLogs} {
		for _, patience := range []int{0, 1, 2, 3, 5, 8, 100} {
			for _, minDelta := range []float64{0, 0.01, 0.1, 1e9} {
				if patience == 0 && minDelta > 0 {
					continue
				}
				trainer.Watch, trainer.Patience, trainer.MinDelta = watch, patience, minDelta
				run := train(t, trainer)
				best, trained := chosen(whole, watch, patience, minDelta)
				if run.History.Epochs() != trained || run.History.Best[0] != best || run.History.Best[1] != best {
					t.Errorf("watch %d, patience %d, at least %v: %d epochs, %v is taken; want %d, %d", watch, patience,
						minDelta, run.History.Epochs(), run.History.Best, trained, best)
				}
				seen[trained] = true
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("trainings ended after %v epochs; the settings should differ", seen)
	}
}

// Twins choose an epoch each, and run out of patience each, as the twin does that is trained alone; models whose tasks
// share parameters, or are tied by a penalty, have one.
func TestDeterminismTwinsChooseForThemselves(t *testing.T) {
	for name, m := range map[string]mtlkit.Twinned{"plain": twoHeads, "statistics": layered{norm: nn.NewBatchNorm(1)}} {
		joint := overfits(m)
		joint.Patience = 6
		twins := joint
		twins.Model = mtlkit.Independent{Of: m}
		run := train(t, twins)
		if run.History.Best[0] == run.History.Best[1] {
			t.Errorf("%s: both twins take epoch %v; this test wants tasks that differ", name, run.History.Best)
		}
		at := 0
		for i := range joint.Tasks {
			alone := joint
			alone.Model, _ = m.Twin(i)
			alone.Tasks = joint.Tasks[i : i+1]
			for _, d := range []*mtlkit.Data{&alone.Data, &alone.Validation, &alone.HeldOut} {
				d.Y = d.Y[i : i+1]
			}
			_, alone.Initial = mtlkit.Independent{Of: m}.Twin(twins.Model.Init(rand.New(rand.NewPCG(3, 0))), i)
			want := train(t, alone)
			_, theta := mtlkit.Independent{Of: m}.Twin(run.Theta, i)
			if run.History.Best[i] != want.History.Best[0] {
				t.Errorf("%s: twin %d takes epoch %d, alone %d", name, i, run.History.Best[i], want.History.Best[0])
			}
			sameBits(t, fmt.Sprint(name, ": twin ", i), theta, want.Theta)
			sameBits(t, fmt.Sprint(name, ": statistics of twin ", i), run.Statistics[at:at+len(want.Statistics)],
				want.Statistics)
			at += len(want.Statistics)
		}
	}
	for name, m := range map[string]mtlkit.Model{
		"hard sharing": twoHeads, "tied by a penalty": sharing.SoftSharing{Trunk: []int{2, 8}, Heads: [][]int{{1}, {1}},
			Tie: 0.01, Activation: nn.Tanh},
		"tied by way of a centre": soft{widths: []int{2, 8, 1}, lambda: 0.01},
	} {
		if best := train(t, overfits(m)).History.Best; best[0] != best[1] {
			t.Errorf("%s: the tasks take the epochs %v", name, best)
		}
	}
}

// A comparison scores what was chosen: of the joint model one epoch, of the twins one each.
func TestCompareTakesTheBest(t *testing.T) {
	c, err := mtlkit.Compare(t.Context(), 2, func(seed uint64) mtlkit.Trainer {
		trainer := overfits(twoHeads)
		trainer.Seed, trainer.Patience = seed, 6
		return trainer
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := range c.Joint {
		for i := range c.JointScores[k] {
			for _, of := range []struct {
				run   *mtlkit.Run
				score mtlkit.Score
			}{{c.Joint[k], c.JointScores[k][i]}, {c.Alone[k], c.AloneScores[k][i]}} {
				if want := of.run.History.HeldOut[i][of.run.History.Best[i]-1]; of.score.Loss != want {
					t.Errorf("seed %d, task %d: scored %v, in epoch %d the loss was %v", k, i, of.score.Loss,
						of.run.History.Best[i], want)
				}
			}
		}
	}
}

// Cancelled, broken off or diverged, a run has the best until then; it goes on from what was trained last, and a run
// that is made longer does too.
func TestDeterminismTheBestOutlastsTheEnd(t *testing.T) {
	trainer := overfits(layered{norm: nn.NewBatchNorm(1)})
	whole := train(t, trainer)
	broken, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for epoch := 0; epoch < trainer.Epochs; epoch++ {
		ctx, cancel := context.WithCancel(t.Context())
		for e, err := range broken.Epochs(ctx) {
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if err != nil || epoch%2 == 0 {
				break
			}
			epoch = e.Number - 1
			cancel()
		}
		cancel()
		c := broken.Checkpoint()
		sameBits(t, "the best so far", broken.Theta, c.BestTheta)
		sameBits(t, "its statistics", broken.Statistics, c.BestStatistics)
	}
	same(t, "broken off", finish(t, broken).Checkpoint(), whole.Checkpoint())

	short := trainer
	short.Epochs = 40
	run := train(t, short)
	if last := run.Checkpoint().Theta; slices.Equal(run.Theta, last) {
		t.Error("the best is the last")
	}
	longer, err := trainer.Resume(run.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "resumed", longer.Theta, run.Theta)
	same(t, "longer", finish(t, longer).Checkpoint(), whole.Checkpoint())

	bad := trainer
	bad.Schedule = later{after: 60}
	run, err = bad.Train(t.Context())
	if !errors.Is(err, mtlkit.ErrDiverged) || run.History.Epochs() != 20 {
		t.Fatalf("after %d epochs: %v", run.History.Epochs(), err)
	}
	best, _ := chosen(run.History.Validation, mtlkit.SumOfLosses, 0, 0)
	scores, err := run.Evaluate(bad.Validation)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range scores {
		if s.Loss != run.History.Validation[i][best-1] {
			t.Errorf("diverged with %v, in epoch %d the loss was %v", s, best, run.History.Validation[i][best-1])
		}
	}
}

// later is a schedule whose rate becomes senseless after some steps.
type later struct{ after int }

func (l later) Factor(step int) float64 {
	if step < l.after {
		return 1
	}
	return 1e300
}

// A run that has run out of patience is at its end, in a file too.
func TestDeterminismPatienceInAFile(t *testing.T) {
	trainer := overfits(twoHeads)
	trainer.Patience = 4
	want := train(t, trainer)
	if n := want.History.Epochs(); n >= trainer.Epochs {
		t.Fatalf("%d epochs were trained", n)
	}
	trainer.CheckpointFile, trainer.CheckpointEvery = filepath.Join(t.TempDir(), "run"), time.Hour
	for stop := 1; stop < want.History.Epochs(); stop += 3 {
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for epoch, err := range run.Epochs(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if epoch.Number >= stop {
				break
			}
		}
	}
	for range 2 { // the second time it is only read
		run := train(t, trainer)
		same(t, "in a file", run.Checkpoint(), want.Checkpoint())
		sameBits(t, "in a file", run.Theta, want.Theta)
	}

}
