package questions

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"kindred/metakit"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Company deals a family of tasks out to networks, some tasks each.
type Company struct {
	Tasks, Rows int // in the family; of each task
	Units       int // of each shared layer
	Seeds       int // each with a family of its own
}

// losses returns the mean test loss of all tasks, one a seed, where each network of some shared layers learns so many
// of them.
func (c Company) losses(relatedness float64, each, layers int) []float64 {
	losses := make([]float64, c.Seeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range losses {
		group.Go(func() (err error) {
			losses[seed], err = c.seed(uint64(seed), relatedness, each, layers)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		panic(err) // the tasks are ours
	}
	return losses
}

func (c Company) seed(seed uint64, relatedness float64, each, layers int) (float64, error) {
	family := mtlkit.RelatedTasks{Inputs: 6, Features: 2, Relatedness: relatedness, Noise: 0.1, HeldOut: 300,
		Rows: slices.Repeat([]int{c.Rows}, c.Tasks)}
	train, held := family.Draw(seed)
	test, valid := held.Split(0.5, seed)
	trunk := append([]int{family.Inputs}, slices.Repeat([]int{c.Units}, layers)...)
	all := mtlkit.Trainer{Tasks: family.Tasks(), Data: train, Validation: valid, Seed: seed,
		Optimizer: nn.NewAdam(0.03), Epochs: 200, BatchSize: 30, Patience: 20, Watch: mtlkit.SumOfLogs}
	sum := 0.0
	for first := 0; first < c.Tasks; first += each {
		var some []int
		for i := first; i < min(first+each, c.Tasks); i++ {
			some = append(some, i)
		}
		trainer := relate.Some(all, some)
		trainer.Model = sharing.HardSharing{Trunk: trunk, Heads: slices.Repeat([][]int{{1}}, len(some)),
			Activation: nn.Tanh}
		run, err := trainer.Train(context.Background())
		if err != nil {
			return 0, err
		}
		for k, i := range some {
			p, err := run.Predictor().PredictTask(k, test.X[i])
			if err != nil {
				return 0, err
			}
			sum += meanSquare(p, test.Y[i])
		}
	}
	return sum / float64(c.Tasks), nil
}

// gains returns what is gained from alone to together in % of the loss alone, seed by seed.
func gains(alone, together []float64) []float64 {
	gains := make([]float64, len(alone))
	for k, l := range alone {
		gains[k] = 100 * (l - together[k]) / l
	}
	return gains
}

// Others draws the gain over the number of tasks in a network, a line for each relatedness, and those of an earlier
// run.
func (c Company) Others(memory lessons.Memory, each []int, relatedness ...float64) plots.Figure {
	chart := plots.Curves{X: "tasks in a network", Y: "gain from sharing (% of the loss alone)",
		Floors: []plots.Floor{{Name: "alone"}}}
	var said, numbers []string
	for k, rho := range relatedness {
		line := plots.Series{Name: fmt.Sprintf("relatedness %g", rho), Role: lessons.Hues[k%len(lessons.Hues)],
			Dots: true}
		var gain metakit.Interval
		alone := c.losses(rho, 1, 1)
		for _, n := range each {
			gain = metakit.MeanInterval(gains(alone, c.losses(rho, n, 1)))
			line = at(line, float64(n), gain)
		}
		chart.Series = append(chart.Series, line)
		said = append(said, fmt.Sprintf("%s at %g", verdict(gain), rho))
		numbers = append(numbers, lessons.Minus(fmt.Sprintf("%.0f %% [%.0f, %.0f] at %g", gain.Mean, gain.Low,
			gain.High, rho)))
	}
	chart.Series = append(chart.Series, lessons.Ghosts(memory, "others", chart.Series...)...)
	chart.Title = fmt.Sprintf("%d tasks to a network: by relatedness, %s", each[len(each)-1], list(said))
	chart.Subtitle = fmt.Sprintf("%d tasks of %d rows, %d shared units; mean of %d seeds, 95 %% interval", c.Tasks,
		c.Rows, c.Units, c.Seeds)
	return chart.Figure("Line chart of the gain from sharing over the number of tasks in a network, a line a relatedness. " +
		chart.Title + ".").Caption(fmt.Sprintf("With %d: %s.", each[len(each)-1], list(numbers)))
}

// Depth draws the gain of several tasks to a network by its shared layers; all have all features in common.
func (c Company) Depth(layers []int, each int) plots.Figure {
	chart := plots.Dots{X: "gain from sharing (% of the loss alone)", Decimals: 0,
		Reference: &plots.Marker{Name: "alone"}}
	helped := 0
	for _, depth := range layers {
		all := gains(c.losses(1, 1, depth), c.losses(1, each, depth))
		gain := metakit.MeanInterval(all)
		if gain.Low > 0 {
			helped++
		}
		chart.Items = append(chart.Items, plots.Item{Name: fmt.Sprintf("shared layers: %d", depth), Role: plots.Blue,
			Value: gain.Mean,
			Low:   gain.Low, High: gain.High, Runs: all})
	}
	chart.Title = fmt.Sprintf("Sharing surely helps at %s depths", lessons.Of(helped, len(layers)))
	chart.Subtitle = fmt.Sprintf("%d of %d tasks to a network, %d rows each, %d units a layer; mean of %d seeds, 95 %% interval", each, c.Tasks,
		c.Rows, c.Units, c.Seeds)
	return chart.Figure("Dot plot of the gain from sharing by the number of shared layers. " + chart.Title + ".")
}

// at appends a point with its interval.
func at(s plots.Series, x float64, i metakit.Interval) plots.Series {
	s.X, s.Y = append(s.X, x), append(s.Y, i.Mean)
	s.Low, s.High = append(s.Low, i.Low), append(s.High, i.High)
	return s
}

// verdict says in a word what a gain is.
func verdict(gain metakit.Interval) string {
	switch {
	case gain.Low > 0:
		return "help"
	case gain.High < 0:
		return "harm"
	}
	return "unclear"
}

func list(words []string) (text string) {
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			text += " and "
		default:
			text += ", "
		}
		text += w
	}
	return text
}
