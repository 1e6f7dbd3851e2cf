package families

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// A Family is what a learner learns: one of the types of the article's section 3.2.2, of which the third has two kinds
// here.
type Family string

const (
	Plain   Family = "no meta-learning"
	Start   Family = "initialisation"
	Steps   Family = "optimisation"
	Formula Family = "model: a formula"
	Reader  Family = "model: a network that reads"
)

// role returns a family's colour in all figures.
func (f Family) role() plots.Role {
	switch f {
	case Start:
		return plots.Blue
	case Steps:
		return plots.Vermillion
	case Formula:
		return plots.Green
	case Reader:
		return plots.Purple
	}
	return plots.Grey
}

// An Entry is a learner with how it is trained: Adam with a rate, whose end is a tenth of it, for so many meta-iterations of
// 25 tasks.
type Entry struct {
	Name       string
	Family     Family
	Iterations int
	Rate       float64
	Learner    metakit.Learner
}

// A Trained is what came of a training.
type Trained struct {
	Meta    []float64
	Seconds float64
}

// A Cast is learners that are trained on the same waves, and what came of it.
type Cast struct {
	Waves   tasks.Sinusoid       // to train on and to test on
	Mixed   metakit.Distribution // to train on instead; nil for none
	Effort  int                  // a factor of all numbers of meta-iterations; 0 is 1
	Entries []Entry
	Trained []Trained // by entry; see With
}

// Waves are those of the MAML paper, their points with noise of a standard deviation.
func Waves(points int, noise float64) tasks.Sinusoid {
	waves := tasks.NewSinusoid(points)
	waves.Noise = noise
	return waves
}

// A Progress is told how much of a long computation is done, and when it has ended.
type Progress interface {
	Set(done int)
	Done()
}

// Train returns a function that trains all learners one after the other and counts them. Where ctx ends it early, it returns
// what they have learned until then.
func (c Cast) Train(progress Progress) func(ctx context.Context) ([]Trained, error) {
	return func(ctx context.Context) (all []Trained, err error) {
		defer progress.Done()
		for k, e := range c.Entries {
			begun := time.Now()
			run, err := c.training(e).Run(ctx)
			if err != nil && ctx.Err() == nil {
				return nil, fmt.Errorf("families: %s: %w", e.Name, err)
			}
			all = append(all, Trained{run.Meta, time.Since(begun).Seconds()})
			progress.Set(k + 1)
		}
		return all, ctx.Err()
	}
}

func (c Cast) training(e Entry) metakit.Training {
	t := metakit.Training{Learner: e.Learner, Tasks: c.Waves, Iterations: c.iterations(e), MetaBatch: 25, ClipNorm: 10,
		Optimizer: nn.NewAdam(e.Rate), Schedule: nn.CosineDecay{Steps: c.iterations(e), Floor: 0.1}}
	if c.Mixed != nil {
		t.Tasks = c.Mixed
	}
	return t
}

func (c Cast) iterations(e Entry) int { return max(1, e.Iterations*max(1, c.Effort)) }

// With returns the cast with what was trained, such as what a notebook has kept.
func (c Cast) With(trained []Trained) Cast {
	c.Trained = trained
	return c
}

// plainSteps are the steps on a new task of what was not trained to take any.
const plainSteps = 10

// steps returns after how many steps of adaptation an entry is judged: those it was trained for.
func (e Entry) steps() int {
	switch l := e.Learner.(type) {
	case metakit.Stepper:
		return l.TrainingSteps()
	case metakit.Pooled, metakit.Scratch:
		return plainSteps
	}
	return 0
}

// errors returns the squared errors of learner k on the tasks of a panel, one a task, after each number of steps. Of predicted
// distributions they are those of the means.
func (c Cast) errors(k int, on metakit.Panel, episodes int, steps ...int) (by [][]float64) {
	outcomes, err := metakit.Evaluation{Learner: c.Entries[k].Learner, Steps: steps, Episodes: episodes, Seed: testSeed}.Panels(
		context.Background(), c.Trained[k].Meta, on)
	if err != nil {
		panic(err) // the tasks are ours
	}
	for _, o := range outcomes[0] {
		by = append(by, squared(o))
	}
	return by
}

// testSeed draws no task of a training, whose seed is 0.
const testSeed = 7

func squared(o metakit.Outcome) []float64 {
	if o.Score.Name == nn.MeanSquared.Name {
		return o.Score.Values
	}
	return o.Losses
}

// line returns the series of learner k in figures. The second of a family is dashed.
func (c Cast) line(k int) plots.Series {
	e := c.Entries[k]
	before := slices.ContainsFunc(c.Entries[:k], func(o Entry) bool { return o.Family == e.Family })
	return plots.Series{Name: e.Name, Role: e.Family.role(), Dash: before, Dots: e.Family != Plain}
}

// predictsDeviations reports whether half of the columns of predictions are standard deviations.
func predictsDeviations(l metakit.Learner) bool { return l.Target().Extra > 0 }
