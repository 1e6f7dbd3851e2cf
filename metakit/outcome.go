package metakit

import (
	"math"

	"kindred/internal/interval"
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
}

// A Score is what the loss's metric says of the tasks (see [nn.Target]): accuracy for classes, R² for numbers.
type Score struct {
	Name     string
	Interval           // of the mean over the tasks
	Values   []float64 // of every task
}

// outcome summarises the losses and the scores of the tasks.
func outcome(steps int, losses []float64, metric string, scores []float64) Outcome {
	o := Outcome{Steps: steps, Interval: interval.Mean(losses), Losses: losses,
		Score: Score{metric, interval.Mean(scores), scores}}
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
