package adapting

import (
	"context"
	"fmt"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// Pooled draws how planes through the origin, each a task, are learned: by a network that was trained on 20 others together,
// in 1,000 steps, and from scratch, with 10 seeds each; and how well least squares does on the same points. The known planes
// have 10 points each, the new ones five, with noise; their weights spread by a standard deviation about (1, 2).
func (m MetaExample) Pooled(spread float64) plots.Figure {
	lines := tasks.NewLinear(5)
	lines.Spread, lines.Noise = spread, 0.1
	c := m.lineContest(lines)
	ctx := context.Background()
	c.Results, _ = c.Run(ctx, silent{}) // only a context that ends makes Run or Baseline fail
	squares, _ := c.Test.Baseline(ctx, lines.Oracle(), nn.SquaredError{})
	chart := c.curves()
	chart.Title = "Training on related tasks helps where their mean is a good start"
	chart.Series[0].Role, chart.Series[0].Dots = plots.Vermillion, true
	chart.Floors = []plots.Floor{
		{Name: fmt.Sprintf("least squares %.4f", squares.Mean), Y: squares.Mean},
		{Name: fmt.Sprintf("mean plane %.4f", lines.ZeroShotFloor()), Y: lines.ZeroShotFloor()},
	}
	return chart.Figure("Line chart of the error on new planes over steps, logarithmic: the pooled start is at the error of the " +
		"mean plane before any step and ten times below scratch at every step; least squares on the same points is best.",
	).Caption(fmt.Sprintf("Errors after 0, 10 and 50 steps: pooled %s; scratch %s; least squares on the same points %.4f.",
		c.tell(0, 0, 10, 50), c.tell(1, 0, 10, 50), squares.Mean))
}

// lineContest sets pooled training on known planes beside scratch.
func (m MetaExample) lineContest(lines tasks.Linear) Contest {
	pooled := metakit.Pooled{Network: m.Net, Loss: nn.SquaredError{}, Inner: m.Rule}
	known := lines
	known.Queries = 10 - known.Shots
	return Contest{
		Learners: []metakit.Learner{pooled, metakit.Scratch(pooled)},
		Training: metakit.Training{
			Tasks: metakit.Collect(known, 1, 20), MetaBatch: 20, Iterations: 1000, Optimizer: m.Rule,
		},
		Test: metakit.Evaluation{
			Tasks: metakit.Collect(lines, 2, 100), Steps: []int{0, 1, 2, 5, 10, 20, 30, 40, 50}, Episodes: 100,
		},
		Seeds: 10,
	}
}

// silent tells nobody.
type silent struct{}

func (silent) Set(int) {}
func (silent) Done()   {}
