package twotasks

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// DeadUnits draws how many units of the shared layer are 0 on every row, from every seed: before training, after it, and
// after training with a number taken off both inputs.
func DeadUnits(configure lessons.Configure, shift float64) plots.Figure {
	t := configure(0)
	units := t.Model.(sharing.HardSharing).Trunk[1]
	shifted := func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		var x mat.Dense
		x.Apply(func(_, _ int, v float64) float64 { return v - shift }, t.Data.X[0])
		t.Data.X = []*mat.Dense{&x}
		return t
	}
	untrained := func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		t.Epochs = 0
		return t
	}
	before, after, moved := deadUnits(untrained), deadUnits(configure), deadUnits(shifted)
	rows := max(slices.Max(before), slices.Max(after), slices.Max(moved))
	return plots.Panels{
		Title: fmt.Sprintf("%s seeds %s with a dead neuron; with x − %g, %s", lessons.Sentence(lessons.Of(some(after), twinSeeds)),
			lessons.Do(some(after), "ends", "end"), shift, lessons.Some(some(moved))),
		Subtitle: fmt.Sprintf("a dead neuron of the shared layer is 0 on every row; squared error (median): %s",
			errorByDead(configure, after)),
		Panels: []plots.Panel{
			countBars(fmt.Sprintf("before training: %d seeds", some(before)), before, rows),
			countBars(fmt.Sprintf("after training: %d", some(after)), after, rows),
			countBars(fmt.Sprintf("after training, x − %g: %d", shift, some(moved)), moved, rows),
		},
	}.Figure(fmt.Sprintf("Three bar charts of the number of seeds by their dead neurons, of %d each. Before training %d of %d "+
		"seeds have a dead neuron, after it %d; with %g taken off the inputs, %d.", units, some(before), twinSeeds, some(after), shift,
		some(moved)))
}

// deadUnits returns the number of dead units after training, for each seed.
func deadUnits(configure lessons.Configure) (dead []int) {
	runs, _ := trained(configure)
	for seed, r := range runs {
		t := configure(uint64(seed))
		dead = append(dead, mtlkit.DeadUnits(t.Model.(mtlkit.Encoder), r.Theta, t.Data.X[0])[0])
	}
	return dead
}

// some counts the seeds with at least one dead unit.
func some(dead []int) (n int) {
	for _, d := range dead {
		if d > 0 {
			n++
		}
	}
	return n
}

// countBars draws how many seeds have 0, 1, … and most dead units.
func countBars(title string, dead []int, most int) plots.Dots {
	chart := plots.Dots{Title: title, X: "seeds", Bars: true, XLim: plots.Range{0, twinSeeds}}
	for n := range most + 1 {
		item := plots.Item{Name: fmt.Sprintf("%d dead", n), Role: plots.Vermillion}
		if n == 0 {
			item.Name, item.Role = "all alive", plots.Green
		}
		for _, d := range dead {
			if d == n {
				item.Value++
			}
		}
		chart.Items = append(chart.Items, item)
	}
	return chart
}

// errorByDead tells the squared error of task 1 after training for few and for many dead units.
func errorByDead(configure lessons.Configure, dead []int) string {
	_, scores := trained(configure)
	var few, many []float64
	for seed, d := range dead {
		if d < 2 {
			few = append(few, scores[0][seed])
		} else {
			many = append(many, scores[0][seed])
		}
	}
	var texts []string
	if len(few) > 0 {
		texts = append(texts, fmt.Sprintf("%.3f with at most one", mtlkit.MedianRange(few).Median))
	}
	if len(many) > 0 {
		texts = append(texts, fmt.Sprintf("%.3f with two or more", mtlkit.MedianRange(many).Median))
	}
	return strings.Join(texts, ", ")
}
