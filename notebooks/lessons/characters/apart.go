package characters

import (
	"fmt"
	"math"

	"kindred/metakit"
	"kindred/plots"
)

// A Trained is a learning with what it learned.
type Trained struct {
	Name string
	Learning
	Meta []float64
}

// Apart draws how well learnings do on tasks of the characters that they learned from, and of new ones.
func (d Drawings) Apart(episodes int, trained ...Trained) Figure {
	return d.or(func() Figure {
		f := plots.Dots{X: "right, in %", Decimals: 1, XLim: plots.Range{0, 100},
			Reference: &plots.Marker{Name: "chance", X: 20}}
		var gaps []float64
		for _, t := range trained {
			seen := accuracy(t.Learner, t.Meta, t.seen(d), 0, episodes)
			unseen := accuracy(t.Learner, t.Meta, d.New(5, 1, 5), 0, episodes)
			gaps = append(gaps, seen.Mean-unseen.Mean)
			f.Items = append(f.Items, item(t.Name+": learned from", plots.Grey, seen),
				item("new", plots.Green, unseen))
		}
		kind := "better"
		if gaps[0] < 0 {
			kind = "worse"
		}
		f.Title = fmt.Sprintf("Judged on the characters it learned from, it looks %.0f points %s than it is",
			math.Abs(gaps[0]), kind)
		f.Subtitle = fmt.Sprintf("5-way 1-shot, mean of %d tasks, 95 %% interval; one training of each", episodes)
		return f.Figure("Dot plot of the accuracy on characters learned from and on new ones. " + f.Title + ".")
	})
}

// seen are tasks of the characters that were learned from, upright.
func (l Learning) seen(d Drawings) metakit.Distribution {
	l.Ways, l.Straight = 5, true
	return l.tasks(d)
}

func item(name string, role plots.Role, i metakit.Interval) plots.Item {
	return plots.Item{Name: name, Role: role, Value: i.Mean, Low: i.Low, High: i.High}
}
