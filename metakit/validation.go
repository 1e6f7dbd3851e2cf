package metakit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
)

// A Validation chooses among the meta-parameters of a training, by tasks that it does not train on. After every Every
// iterations it measures the mean loss on them, after as many steps of adaptation as the learner trains with; the run
// ends with the meta-parameters and running statistics of the look that found the least. The zero Validation is none:
// the last ones are taken.
type Validation struct {
	Tasks    Distribution // nil is none; the same episodes at every look, none of which is one of a training or a test
	Episodes int          // of a look; 0 is all of a [Finite] distribution
	Every    int          // iterations from look to look, at least 1; none follows those after the last look
	Patience int          // looks in a row without a gain of more than MinDelta that end the run; 0 is none
	MinDelta float64      // does not keep meta-parameters that are better by less from being taken
}

// validationStream marks the validation episodes of a distribution that has new ones for every index.
const validationStream = testStream | 1<<60

// A choice is the best meta-parameters so far.
type choice struct {
	Validation
	crew             *crew
	episodes         int
	first            uint64 // index of the first episode
	meta, statistics []float64
	losses           []float64                                                // of the episodes of a look
	keep             func(k int, f *form, ws *autodiff.Workspace, e *Episode) // once
}

// newChoice returns what chooses in a training, nil if nothing does.
func newChoice(t Training) *choice {
	if t.Validation.Tasks == nil {
		return nil
	}
	e := t.Validation.evaluation(t)
	c := &choice{Validation: t.Validation, episodes: e.episodes(), first: validationStream}
	if _, ok := e.Tasks.(Finite); ok {
		c.first = TestIndex(0)
	}
	c.refuseTrained(t)
	c.losses = make([]float64, c.episodes)
	c.crew = e.crew("Training: Validation").start(t.Seed, c.first, 1)
	c.keep = func(k int, f *form, ws *autodiff.Workspace, _ *Episode) { ws.Read(f.values[0], c.losses[k:k+1]) }
	return c
}

func (v Validation) evaluation(t Training) Evaluation {
	return Evaluation{Learner: t.Learner, Tasks: v.Tasks, Steps: []int{trainingSteps(t.Learner)}, Episodes: v.Episodes,
		Seed: t.Seed, Precision: t.Precision}
}

// check panics if a setting makes no sense.
func (v Validation) check() {
	switch {
	case v.Tasks == nil && v != (Validation{}):
		panic("metakit: Training: Validation has no Tasks to choose by; give a distribution, such as " +
			"tasks.NewSinusoid(10).Test(), or leave it zero")
	case v.Tasks == nil:
	case v.Every < 1:
		panic(fmt.Sprintf("metakit: Training: Validation: Every is %d; it must be at least 1 iteration", v.Every))
	case v.Patience < 0:
		panic(fmt.Sprintf("metakit: Training: Validation: Patience is %d; it must not be negative, and 0 is none", v.Patience))
	case !(v.MinDelta >= 0) || math.IsInf(v.MinDelta, 1):
		panic(fmt.Sprintf("metakit: Training: Validation: MinDelta is %v; it must be finite and not negative", v.MinDelta))
	case v.MinDelta > 0 && v.Patience == 0:
		panic(fmt.Sprintf("metakit: Training: Validation: MinDelta is %v and Patience 0; MinDelta is what a look must gain for "+
			"patience to begin anew", v.MinDelta))
	}
}

// refuseTrained panics if an episode that chooses has the support set of one that is trained on: of any of a finite
// distribution, of another one among as many as are validated on, which finds those that were drawn with the seed of the
// training. What cannot be seen so, such as classes that two tables have in common, is the caller's to keep apart.
func (c *choice) refuseTrained(t Training) {
	choosing := map[uint64]int{}
	for k := range c.episodes {
		choosing[Draw(c.Tasks, t.Seed, c.first+uint64(k)).Support.mark()] = k
	}
	trained := c.episodes
	if finite, ok := t.Tasks.(Finite); ok {
		trained = finite.Len()
	}
	for k := range trained {
		if own, ok := choosing[Draw(t.Tasks, t.Seed, uint64(k)).Support.mark()]; ok {
			panic(fmt.Sprintf("metakit: Training: validation episode %d has the support set of training episode %d: tasks that "+
				"are trained on choose what fits them closest; validate on others", own, k))
		}
	}
}

// measure returns the mean loss of the episodes that choose. The error is errGivenUp if ctx ended meanwhile, or names an
// episode whose data cannot be used. A mean that is not finite, where adaptation diverges, is the largest number there is.
func (c *choice) measure(ctx context.Context, s state, seed uint64) (float64, error) {
	k, err := c.crew.run(ctx, c.episodes, s, seed, c.first, c.keep)
	if err == errGivenUp {
		return 0, err
	}
	if err != nil {
		return 0, fmt.Errorf("validation episode %d: %w", k, err)
	}
	loss := 0.0
	for _, l := range c.losses {
		loss += l / float64(len(c.losses))
	}
	if notFinite(loss) {
		return math.MaxFloat64, nil
	}
	return loss, nil
}

// best returns which of the looks was best, -1 if there was none, and whether patience has run out with the last.
func (v Validation) best(looks []float64) (best int, finished bool) {
	best, waited := -1, 0
	mark := math.Inf(1)
	for k, loss := range looks {
		if best < 0 || loss < looks[best] {
			best = k
		}
		if waited++; loss < mark-v.MinDelta {
			mark, waited = loss, 0
		}
	}
	return best, v.Patience > 0 && waited >= v.Patience
}

// owes reports whether a look is due at where the run stands.
func (r *Run) owes() bool { return r.choice != nil && len(r.Validation) < r.taken/r.choice.Every }

// finished reports whether there is nothing left to train or to look at.
func (r *Run) finished() bool {
	if r.choice != nil && !r.owes() {
		if _, enough := r.choice.best(r.Validation); enough {
			return true
		}
	}
	return !r.owes() && r.taken >= r.training.Iterations
}

// look measures the meta-parameters as they are, and keeps them if they are the best.
func (r *Run) look(ctx context.Context) error {
	loss, err := r.choice.measure(ctx, state{r.Meta, r.Statistics, r.taken}, r.training.Seed)
	if err != nil {
		return err
	}
	r.Validation = append(r.Validation, loss)
	best, _ := r.choice.best(r.Validation)
	if best == len(r.Validation)-1 {
		r.choice.meta, r.choice.statistics = slices.Clone(r.Meta), slices.Clone(r.Statistics)
	}
	r.Best = (best + 1) * r.choice.Every
	return nil
}

// present makes Meta and Statistics the best ones, if there are any, and puts aside what training goes on from.
func (r *Run) present() {
	if r.aside != nil || r.choice == nil || r.choice.meta == nil {
		return
	}
	r.aside = &aside{slices.Clone(r.Meta), slices.Clone(r.Statistics)}
	copy(r.Meta, r.choice.meta)
	copy(r.Statistics, r.choice.statistics)
}

// bringBack makes Meta and Statistics those that training goes on from.
func (r *Run) bringBack() {
	if r.aside != nil {
		copy(r.Meta, r.aside.meta)
		copy(r.Statistics, r.aside.statistics)
		r.aside = nil
	}
}

// An aside is what training goes on from while Meta and Statistics are the best ones.
type aside struct{ meta, statistics []float64 }

// chosen copies the choice of a checkpoint, which is of a training of the same settings.
func (r *Run) chosen(c Checkpoint) error {
	looks := 0
	if r.choice != nil {
		looks = c.Iteration / r.choice.Every
	}
	best, want, stats := -1, 0, 0
	if r.choice != nil {
		best, _ = r.choice.best(c.Validation)
	}
	if best >= 0 {
		want, stats = len(r.Meta), len(r.Statistics)
	}
	switch n := len(c.Validation); {
	case n > looks || n < looks-1:
		return fmt.Errorf("Validation has %d losses after %d iterations; there must be %d", n, c.Iteration, looks)
	case len(c.BestMeta) != want || len(c.BestStatistics) != stats:
		return fmt.Errorf("BestMeta has %d numbers and BestStatistics %d; there must be %d and %d", len(c.BestMeta),
			len(c.BestStatistics), want, stats)
	case !allFinite(c.Validation) || !allFinite(c.BestMeta) || !allFinite(c.BestStatistics):
		return fmt.Errorf("a number of Validation, BestMeta or BestStatistics is not finite")
	}
	r.aside = nil
	if r.choice != nil {
		r.Validation, r.Best = slices.Clone(c.Validation), (best+1)*r.choice.Every
		r.choice.meta, r.choice.statistics = slices.Clone(c.BestMeta), slices.Clone(c.BestStatistics)
	}
	return nil
}
