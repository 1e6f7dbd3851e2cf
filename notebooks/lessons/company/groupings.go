package company

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Choice is a grouping of tasks into networks, and what chose it.
type Choice struct {
	By       string
	Grouping relate.Grouping
}

// Choose groups tasks by gains, [i][j] of task j beside task i, so that so many networks at most serve them all.
func Choose(by string, gains [][]float64, budget int) Choice {
	g, err := relate.Group(len(gains), relate.Networks(gains, nil), budget)
	if err != nil {
		panic(err)
	}
	return Choice{by, g}
}

// Groupings trains the networks of each choice, and draws what all tasks gain of it, on the mean, against networks of
// their own. The seeds of the study should be others than those that chose.
func Groupings(s relate.Study, choices ...Choice) plots.Figure {
	d := plots.Forest{
		X: "mean gain of all tasks, in % of the loss alone", Column: "gain [95 %]",
		Baseline: plots.Marker{Name: "as good as alone"},
	}
	var items []plots.Item
	var alone [][]float64
	for i := range s.Tasks {
		alone = append(alone, losses(s, i)[0])
	}
	trained := map[string][][]float64{} // test losses of a network's tasks, by its name
	for _, c := range choices {
		gains := make([]float64, s.Seeds)
		var names []string
		for k, network := range c.Grouping.Networks {
			name := group(s.Tasks, network.Tasks)
			names = append(names, name)
			if trained[name] == nil {
				trained[name] = losses(s, network.Tasks...)
			}
			for i, by := range c.Grouping.By {
				if by == k {
					for seed, together := range trained[name][slices.Index(network.Tasks, i)] {
						gains[seed] += (1 - together/alone[i][seed]) / float64(len(s.Tasks))
					}
				}
			}
		}
		i := mtlkit.MeanInterval(gains)
		it := plots.Item{
			Name: fmt.Sprintf("%s: %s", c.By, strings.Join(names, " | ")), Role: plots.Grey,
			Value: 100 * i.Mean, Low: 100 * i.Low, High: 100 * i.High, Runs: scaledAll(gains),
		}
		switch {
		case i.Low > 0:
			it.Role = plots.Blue
		case i.High < 0:
			it.Role = plots.Vermillion
		}
		items = append(items, it)
	}
	best := 0
	for k, it := range items {
		if it.Value > items[best].Value {
			best = k
		}
	}
	_, what, _ := strings.Cut(items[best].Name, ": ")
	d.Title = lessons.Minus(fmt.Sprintf("Of these the best is %s, with a gain of %.0f %%", what, items[best].Value))
	d.Subtitle = fmt.Sprintf("networks between bars; measured on %d seeds that chose nothing (small dots), 95 %% interval",
		s.Seeds)
	d.Groups = []plots.Group{{Rows: items}}
	return d.Figure("Dot plot of what all tasks gain from several groupings. " + d.Title + ".")
}

// losses returns the test losses of some tasks trained together, by task and seed.
func losses(s relate.Study, tasks ...int) [][]float64 {
	found := make([][]float64, len(tasks))
	for i := range found {
		found[i] = make([]float64, s.Seeds)
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range s.Seeds {
		trainer, test := s.Configure(uint64(seed), tasks)
		group.Go(func() error {
			run, err := trainer.Train(context.Background())
			if err != nil {
				return err
			}
			scores, err := run.Evaluate(test)
			for i, score := range scores {
				found[i][seed] = score.Loss
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	return found
}

// Unlike groups tasks as badly as gains allow: it chooses by what is left of them below zero.
func Unlike(by string, gains [][]float64, budget int) Choice {
	turned := make([][]float64, len(gains))
	for i, row := range gains {
		for _, g := range row {
			turned[i] = append(turned[i], -g)
		}
	}
	return Choose(by, turned, budget)
}
