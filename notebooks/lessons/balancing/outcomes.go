package balancing

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Outcomes are how two tasks end under each of some balancers: the mean squared error of the first, the accuracy of the
// second in per cent, seed by seed.
type Outcomes struct {
	balancers []balance.Balancer
	epochs    int
	seeds     int
	errors    [][]float64
	accuracy  [][]float64
}

// Play trains by each of the balancers, of which the first is what the others are compared with.
func Play(configure lessons.Configure, seeds int, balancers ...balance.Balancer) Outcomes {
	o := Outcomes{balancers: balancers, epochs: configure(0).Epochs, seeds: seeds}
	for _, b := range balancers {
		runs, err := mtlkit.Repeat(context.Background(), seeds, func(seed uint64) mtlkit.Trainer {
			t := configure(seed)
			t.Balance = b
			return t
		})
		if err != nil {
			panic(err)
		}
		var errors, accuracies []float64
		for seed, r := range runs {
			scores := evaluate(r, configure(uint64(seed)).Data)
			errors, accuracies = append(errors, scores[0].Loss), append(accuracies, 100*scores[1].Value)
		}
		o.errors, o.accuracy = append(o.errors, errors), append(o.accuracy, accuracies)
	}
	return o
}

func evaluate(r *mtlkit.Run, data mtlkit.Data) []mtlkit.Score {
	scores, err := r.Evaluate(data)
	if err != nil {
		panic(err)
	}
	return scores
}

// Figure draws the differences from the first balancer, seed by seed.
func (o Outcomes) Figure() plots.Figure {
	value := plots.Dots{Title: "task 1", X: "change of the squared error", Decimals: 3}
	class := plots.Dots{Title: "task 2", X: "change of the accuracy, in points", Decimals: 1}
	var better, worse [2]int
	for task, chart := range []*plots.Dots{&value, &class} {
		chart.Reference = &plots.Marker{Name: balancerName(o.balancers[0]), X: 0}
		for k, b := range o.balancers[1:] {
			of, sign := o.errors, -1.0
			if task == 1 {
				of, sign = o.accuracy, 1
			}
			d := mtlkit.PairedInterval(of[k+1], of[0])
			role := plots.Grey
			switch {
			case min(sign*d.Low, sign*d.High) > 0:
				role, better[task] = plots.Blue, better[task]+1
			case max(sign*d.Low, sign*d.High) < 0:
				role, worse[task] = plots.Vermillion, worse[task]+1
			}
			chart.Items = append(chart.Items,
				plots.Item{Name: balancerName(b), Role: role, Value: d.Mean, Low: d.Low, High: d.High})
		}
	}
	does := func(task int) string {
		return fmt.Sprintf("%s %s and %s %s task %d", lessons.Some(better[task]), lessons.Do(better[task], "helps", "help"),
			lessons.Some(worse[task]), lessons.Do(worse[task], "hurts", "hurt"), task+1)
	}
	title := fmt.Sprintf("Of %d ways, %s; %s", len(o.balancers)-1, does(1), does(0))
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("after %s steps; mean of %d seeds, paired 95 %% interval; blue: better, orange: worse",
			lessons.Thousands(o.epochs), o.seeds),
		Free:   true,
		Panels: []plots.Panel{class, value},
	}.Figure("Two dot plots, one a task, of the difference from the plain sum by balancer. " + title + ".")
}

// Header names the columns of Rows.
func (o Outcomes) Header() []string {
	return []string{"against the " + balancerName(o.balancers[0]), "accuracy of task 2, points ↑", "squared error of task 1 ↓"}
}

// Rows has the differences from the first balancer, with their intervals.
func (o Outcomes) Rows() (rows [][]string) {
	for k, b := range o.balancers[1:] {
		row := []string{balancerName(b)}
		for task, of := range [][][]float64{o.accuracy, o.errors} {
			digits := []int{1, 3}[task]
			d := mtlkit.PairedInterval(of[k+1], of[0])
			row = append(row, lessons.Minus(fmt.Sprintf("%+.*f [%.*f, %.*f]", digits, d.Mean, digits, d.Low, digits, d.High)))
		}
		rows = append(rows, row)
	}
	return rows
}

// early is the step at which methods are compared first: where the article's training ends.
const early = 100

// Patience draws the accuracy of task 2 in the course of a long training, a line for each balancer, and says how far the
// others are ahead of the first early and at its end.
func Patience(configure lessons.Configure, before lessons.Memory, seeds int, balancers ...balance.Balancer) plots.Figure {
	epochs := configure(0).Epochs
	at := []int{epochs} // epochs at which the accuracy is looked at: some five in each doubling
	if early < epochs {
		at = append(at, early)
	}
	for next := 10.0; int(next) < epochs; next *= 1.15 {
		at = append(at, int(next))
	}
	slices.Sort(at)
	at = slices.Compact(at)
	chart := plots.Curves{X: "step", Y: "accuracy of task 2, in %", LogX: true, YLim: plots.Range{40, 100}}
	seen := make([][][]float64, len(balancers)) // of each balancer and seed
	for k, b := range balancers {
		seen[k] = make([][]float64, seeds)
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		for seed := range seeds {
			group.Go(func() error {
				t := configure(uint64(seed))
				t.Balance = b
				seen[k][seed] = accuracies(t, at)
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			panic(err)
		}
		role := plots.Ink
		if k > 0 {
			role = lessons.Hues[(k-1)%len(lessons.Hues)]
		}
		s := lessons.MeanOverSeeds(plots.Series{Name: balancerName(b), Role: role, Dash: k == 0}, seen[k])
		s.Low, s.High = nil, nil
		for _, e := range at {
			s.X = append(s.X, float64(e))
		}
		chart.Series = append(chart.Series, s)
	}
	chart.Series = append(chart.Series, lessons.Ghosts(before, "patience", chart.Series...)...)
	plain := balancerName(balancers[0])
	var said, found []string
	for place, epoch := range at {
		if epoch != early && epoch != epochs {
			continue
		}
		best, name, sure := mtlkit.Interval{}, "", 0
		for k, b := range balancers[1:] {
			d := mtlkit.PairedInterval(column(seen[k+1], place), column(seen[0], place))
			if name == "" || d.Mean > best.Mean {
				best, name = d, balancerName(b)
			}
			if d.Low > 0 {
				sure++
			}
		}
		said = append(said, lessons.Minus(fmt.Sprintf("after %s steps %s by %.1f points [%.1f, %.1f]",
			lessons.Thousands(at[place]), name, best.Mean, best.Low, best.High)))
		found = append(found, fmt.Sprintf("%s after %s", lessons.Some(sure), lessons.Thousands(at[place])))
	}
	chart.Title = fmt.Sprintf("Of %d ways, surely ahead of the %s: %s steps", len(balancers)-1, plain, strings.Join(found, ", "))
	chart.Subtitle = fmt.Sprintf("training rows, mean of %d seeds; furthest ahead, with paired 95 %% intervals: %s", seeds,
		strings.Join(said, ", "))
	return chart.Figure("Line chart of the accuracy of task 2 over steps on a logarithmic axis, a line for each balancer. " +
		chart.Title + ".")
}

// accuracies trains, and returns the accuracy of task 2 in per cent after each of the epochs.
func accuracies(t mtlkit.Trainer, at []int) (seen []float64) {
	run, err := t.Start()
	if err != nil {
		panic(err)
	}
	done := 0
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			panic(err)
		}
		for done++; len(seen) < len(at) && at[len(seen)] == done; {
			seen = append(seen, 100*evaluate(run, t.Data)[1].Value)
		}
	}
	return seen
}

func column(rows [][]float64, k int) (v []float64) {
	for _, row := range rows {
		v = append(v, row[k])
	}
	return v
}
