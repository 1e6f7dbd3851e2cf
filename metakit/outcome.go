package metakit

import (
	"fmt"
	"math"

	"kindred/internal/interval"
	"kindred/nn"
)

// An Outcome is how well test tasks are solved after a number of steps.
type Outcome struct {
	Steps int
	// Interval is the mean of the losses over the tasks with its 95 % interval; its N is their number. One task whose
	// steps diverge rules it; hence the next three.
	Interval
	Median   float64
	Above100 int      // tasks whose loss exceeds 100 or is not finite
	Below100 Interval // the mean without them, if its N is not 0
	Losses   []float64
	Score    Score

	// Modes says how the learner's networks worked, if there is more than one way, in their own words (see
	// [nn.Trace.Mode]), such as "transductive batch normalisation". A baseline has none.
	Modes []string
	// Episodes is a fingerprint of all numbers of the test episodes: outcomes with the same one were measured on the
	// same.
	Episodes string
}

// Minus returns the mean and the 95 % interval of the differences of the losses, task by task: of two learners, or of
// one after two numbers of steps. The interval is as a rule much narrower than those of the two means, which the tasks
// widen that are hard for both. It panics unless both were measured on the same episodes.
func (o Outcome) Minus(other Outcome) Interval {
	if len(o.Losses) == 0 || o.Episodes != other.Episodes {
		panic(fmt.Sprintf("metakit: Outcome.Minus: the outcomes are of the episodes %q and %q; measure both with equal Tasks, "+
			"Seed and Episodes of Evaluation", o.Episodes, other.Episodes))
	}
	return PairedInterval(o.Losses, other.Losses)
}

// A Score is what the loss's metric says of the tasks (see [nn.Target]): accuracy for classes, R² for numbers.
type Score struct {
	Name     string
	Interval           // of the mean over the tasks
	Values   []float64 // of every task
}

// outcome summarises the losses and the scores of the tasks.
func outcome(steps int, losses []float64, metric string, scores []float64, episodes string) Outcome {
	o := Outcome{Steps: steps, Interval: interval.Mean(losses), Losses: losses,
		Score: Score{metric, interval.Mean(scores), scores}, Episodes: episodes}
	ordered, below := make([]float64, len(losses)), []float64{}
	for k, l := range losses {
		if ordered[k] = l; math.IsNaN(l) {
			ordered[k] = math.Inf(1)
		}
		if l <= 100 {
			below = append(below, l)
		}
	}
	o.Median = interval.MedianRange(ordered).Median
	o.Above100 = len(losses) - len(below)
	if len(below) > 0 {
		o.Below100 = interval.Mean(below)
	}
	return o
}

// modes returns what a trace says of how its networks work. Of one that has no words for it, what they asked for tells.
func modes(t *nn.Trace) []string {
	said := t.Modes()
	if len(said) == 0 && t.LooksAtAllRows() {
		return []string{"rows together"}
	}
	if len(said) == 0 && len(t.Statistics()) > 0 {
		return []string{"running statistics"}
	}
	return said
}
