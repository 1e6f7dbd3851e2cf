package real

import (
	"context"
	"fmt"
	"math"

	"kindred/mtlkit"
	"kindred/nn"
)

// Network is what a network is tuned over: every rate with every decay of AdamW. Of each candidate the epoch is taken
// that is the best on the validation rows.
type Network struct {
	Rates, Decays []float64

	// Apart lets each task take the candidate that is the best for it: as networks of their own would. Otherwise all take
	// the one whose sum of losses is the least.
	Apart bool
}

// Tuned has of each task what predicts it.
type Tuned struct {
	of     []*mtlkit.Predictor
	Chosen string
}

// Evaluate returns the score of each task.
func (t *Tuned) Evaluate(data mtlkit.Data) ([]mtlkit.Score, error) {
	known := map[*mtlkit.Predictor][]mtlkit.Score{}
	all := make([]mtlkit.Score, len(t.of))
	for k, p := range t.of {
		if known[p] == nil {
			scores, err := p.Evaluate(data)
			if err != nil {
				return nil, err
			}
			known[p] = scores
		}
		all[k] = known[p][k]
	}
	return all, nil
}

// Of returns what predicts a task.
func (t *Tuned) Of(task int) *mtlkit.Predictor { return t.of[task] }

// Tune trains the trainer, whose Validation chooses, with every candidate as its optimiser.
func (n Network) Tune(ctx context.Context, trainer mtlkit.Trainer) (*Tuned, error) {
	tasks := len(trainer.Tasks)
	best := &Tuned{of: make([]*mtlkit.Predictor, tasks)}
	least, names := make([]float64, tasks), make([]string, tasks)
	for k := range least {
		least[k] = math.Inf(1)
	}
	for _, rate := range n.Rates {
		for _, decay := range n.Decays {
			trainer.Optimizer = nn.NewAdamW(rate, decay)
			run, err := trainer.Train(ctx)
			if err != nil {
				return nil, err
			}
			losses, sum := make([]float64, tasks), 0.0
			for k := range losses {
				losses[k] = run.History.Validation[k][run.History.Best[k]-1]
				sum += losses[k]
			}
			p := run.Predictor()
			for k, loss := range losses {
				if !n.Apart {
					loss = sum
				}
				if loss < least[k] {
					least[k], best.of[k] = loss, p
					names[k] = fmt.Sprintf("rate %g, decay %g, epoch %d", rate, decay, run.History.Best[k])
				}
			}
		}
	}
	best.Chosen = names[0]
	if n.Apart {
		best.Chosen = fmt.Sprint(names)
	}
	return best, nil
}
