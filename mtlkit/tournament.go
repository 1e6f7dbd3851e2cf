package mtlkit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"kindred/mtlkit/balance"
)

// A Tournament compares ways to balance the same tasks, all tuned with the same effort.
//
// On every seed each entrant has the same number of trials. A trial is trained on the seed's training rows, and its
// parameters are looked at after every epoch: those of the trial and the epoch with the least Σᵢ log Lᵢ, over the
// tasks' losses on the validation rows, are kept. They are tested once, on rows that neither saw. The logarithms count
// a gain of one per cent alike in every task, in whatever unit its loss is.
type Tournament struct {
	Entrants []Entrant
	Seeds    int
	Trials   int // of every entrant on every seed

	// Trial returns how a trial is trained, with the validation rows as Validation, where Patience may end it, or as
	// HeldOut, and the rows to test on. Seeds may split the rows in different ways; trials of a seed have the same rows and the same model, and differ in what is
	// tuned for every entrant, such as the learning rate. The balancer comes from the entrant.
	Trial func(seed uint64, trial int) (t Trainer, test Data)
}

// An Entrant is a way to balance tasks. Trials may differ in its settings.
type Entrant struct {
	Name string
	// Balance returns the balancer of a trial. Nil trains the tasks alone (see [Independent]), and keeps a trial and an
	// epoch for each.
	Balance func(seed uint64, trial int) balance.Balancer
}

// Enter returns an entrant with the same balancer in every trial.
func Enter(name string, b balance.Balancer) Entrant {
	if b == nil {
		panic(fmt.Sprintf("mtlkit: Enter: the balancer of %q is nil; give one, such as balance.Equal", name))
	}
	return Entrant{Name: name, Balance: func(uint64, int) balance.Balancer { return b }}
}

// A Result is how an entrant did on a seed. Slices have an entry for each task.
type Result struct {
	Entrant        string
	Seed           uint64
	Trials, Epochs []int     // that were kept
	Losses, Values []float64 // on the test rows
}

// Spread returns point k of a sequence that fills the unit square evenly, however many points are taken: settings to
// try for an entrant with one or two of them, scaled to their ranges.
//
// It is the sequence (k+½)(1/ρ, 1/ρ²) modulo 1, where ρ³ = ρ + 1, which is 1.3247…, k = 0, 1, ….
func Spread(k int) (u, v float64) {
	if k < 0 {
		panic(fmt.Sprintf("mtlkit: Spread: point %d; they count from 0", k))
	}
	const rho = 1.324717957244746
	at := float64(k) + 0.5
	u, v = at/rho, at/(rho*rho)
	return u - math.Floor(u), v - math.Floor(v)
}

// Play plays what is not among the known results, and yields the results of a seed when it is done, in the order of the
// entrants. When ctx ends, or an entrant fails in all of its trials, the last thing yielded is an error. Entrants play
// side by side, on as many processors as there are; results have the same bits on any number of them.
func (t Tournament) Play(ctx context.Context, known []Result) iter.Seq2[[]Result, error] {
	checkContext("Tournament.Play", ctx)
	t.check()
	return func(yield func([]Result, error) bool) {
		for seed := range uint64(t.Seeds) {
			left := slices.DeleteFunc(slices.Clone(t.Entrants), func(e Entrant) bool {
				return slices.ContainsFunc(known, func(r Result) bool { return r.Entrant == e.Name && r.Seed == seed })
			})
			if len(left) == 0 {
				continue
			}
			results := make([]Result, len(left))
			work, ctx := newSideBySide(ctx)
			for k, e := range left {
				work.do(func() (err error) {
					results[k], err = t.play(ctx, e, seed)
					return err
				})
			}
			if err := work.wait(); err != nil {
				yield(nil, err)
				return
			}
			if !yield(results, nil) {
				return
			}
		}
	}
}

// PlayOne plays one entrant on one seed, below Seeds: the result that [Tournament.Play] yields of them, alone, for
// programs that share a tournament among them. Its error is that of the entrant, or of ctx.
func (t Tournament) PlayOne(ctx context.Context, entrant string, seed uint64) (Result, error) {
	checkContext("Tournament.PlayOne", ctx)
	t.check()
	k := slices.IndexFunc(t.Entrants, func(e Entrant) bool { return e.Name == entrant })
	if k < 0 {
		panic(fmt.Sprintf("mtlkit: Tournament.PlayOne: no entrant is called %q", entrant))
	}
	if seed >= uint64(t.Seeds) {
		panic(fmt.Sprintf("mtlkit: Tournament.PlayOne: seed %d; Seeds is %d, and they count from 0", seed, t.Seeds))
	}
	return t.play(ctx, t.Entrants[k], seed)
}

// check panics unless there is something to play.
func (t Tournament) check() {
	if t.Trial == nil || t.Trials < 1 || t.Seeds < 1 || len(t.Entrants) == 0 {
		panic(fmt.Sprintf("mtlkit: Tournament: %d entrants, %d seeds and %d trials; there must be at least one of each, and "+
			"Trial must be set", len(t.Entrants), t.Seeds, t.Trials))
	}
	for k, e := range t.Entrants {
		if slices.ContainsFunc(t.Entrants[:k], func(other Entrant) bool { return other.Name == e.Name }) {
			panic(fmt.Sprintf("mtlkit: Tournament: two entrants are called %q; their results could not be told apart", e.Name))
		}
	}
}

// A candidate is the best of an entrant's trials so far for some of the tasks.
type candidate struct {
	tasks        []int
	score        float64
	trial, epoch int
	predictor    *Predictor // with its parameters
}

// look keeps the parameters if they are better. It is an error if there is a loss that has no logarithm.
func (c *candidate) look(trial int, e Epoch, r *Run) error {
	score, losses, rows := 0.0, e.HeldOut, r.heldOut
	if r.choice != nil {
		losses, rows = e.Validation, r.choice.rows
	}
	for _, i := range c.tasks {
		if l := losses[i]; l < 0 || math.IsNaN(l) && rows.labelled(i) == 0 {
			return fmt.Errorf("the loss of task %q on the validation rows is %v: a tournament takes logarithms of losses, "+
				"and needs labels and losses above 0", r.trainer.Tasks[i].Name, l)
		}
		score += math.Log(losses[i])
	}
	if score < c.score {
		c.score, c.trial, c.epoch, c.predictor = score, trial, e.Number, r.Predictor()
	}
	return nil
}

// play gives an entrant its trials on a seed. A trial that diverges ends there.
func (t Tournament) play(ctx context.Context, e Entrant, seed uint64) (Result, error) {
	result := Result{Entrant: e.Name, Seed: seed}
	var best []*candidate
	var test Data
	for trial := range t.Trials {
		var trainer Trainer
		trainer, test = t.Trial(seed, trial)
		if trainer.HeldOut.empty() && trainer.Validation.empty() {
			panic("mtlkit: Tournament: Trial returns a trainer without Validation and HeldOut; it wants the validation rows there")
		}
		if trainer.CheckpointFile != "" {
			panic("mtlkit: Tournament: Trial returns a trainer with a CheckpointFile; a tournament keeps results, and goes on " +
				"from those it is given")
		}
		if e.Balance != nil {
			if trainer.Balance = e.Balance(seed, trial); trainer.Balance == nil {
				panic(fmt.Sprintf("mtlkit: Tournament: the Balance of entrant %q returns nil in trial %d of seed %d; give one, "+
					"such as balance.Equal", e.Name, trial, seed))
			}
		} else {
			trainer = trainer.Alone()
		}
		if best == nil {
			best = candidates(len(trainer.Tasks), e.Balance == nil)
		}
		run, err := trainer.Start()
		if err != nil {
			return result, fmt.Errorf("%s, seed %d: %w", e.Name, seed, err)
		}
		for epoch, err := range run.Epochs(ctx) {
			if ctx.Err() != nil {
				return result, ctx.Err()
			}
			if errors.Is(err, ErrDiverged) || errors.Is(err, balance.ErrNotFinite) {
				break
			}
			if err != nil {
				return result, fmt.Errorf("%s, seed %d, trial %d: %w", e.Name, seed, trial, err)
			}
			for _, c := range best {
				if err := c.look(trial, epoch, run); err != nil {
					return result, fmt.Errorf("%s, seed %d, trial %d: %w", e.Name, seed, trial, err)
				}
			}
		}
	}
	for _, c := range best {
		if c.predictor == nil {
			return result, fmt.Errorf("mtlkit: Tournament: %s, seed %d: every trial diverged", e.Name, seed)
		}
		scores, err := c.predictor.evaluate(ctx, test)
		if err != nil {
			return result, fmt.Errorf("%s, seed %d, test rows: %w", e.Name, seed, err)
		}
		for _, i := range c.tasks {
			result.Trials, result.Epochs = append(result.Trials, c.trial), append(result.Epochs, c.epoch)
			result.Losses, result.Values = append(result.Losses, scores[i].Loss), append(result.Values, scores[i].Value)
		}
	}
	return result, nil
}

// candidates returns one for all tasks, or one for each.
func candidates(m int, each bool) []*candidate {
	var all []*candidate
	for i := range m {
		if each || i == 0 {
			all = append(all, &candidate{score: math.Inf(1)})
		}
		last := all[len(all)-1]
		last.tasks = append(last.tasks, i)
	}
	return all
}
