package balancing

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Cup is a tournament of ways to balance tasks, with what came of it.
type Cup struct {
	mtlkit.Tournament
	Results []mtlkit.Result
	Failed  error // of a stopped tournament, nil if all was played

	Command string // that computed the results, if they come from a file
	Split   [3]int // rows to train, to validate and to test on, if known
	Tasks   []string
}

// NewCup enters equal weights and some rivals for a tournament.
func NewCup(seeds, trials int, trial func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data),
	rivals ...balance.Balancer) *Cup {
	c := &Cup{Tournament: mtlkit.Tournament{Seeds: seeds, Trials: trials, Trial: trial}}
	c.Entrants = []mtlkit.Entrant{mtlkit.Enter(against, balance.Equal{})}
	for _, b := range rivals {
		c.Entrants = append(c.Entrants, mtlkit.Enter(balancerName(b), b))
	}
	return c
}

// Learn plays, yields the number of seeds that are done after each, and ends early with ctx.
func (c *Cup) Learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		for results, err := range c.Play(ctx, nil) {
			if err != nil {
				c.Failed = err
				return
			}
			c.Results = append(c.Results, results...)
			if !yield(len(c.Results) / len(c.Entrants)) {
				return
			}
		}
	}
}

// logs returns, for each seed, the mean over the tasks of the logarithms of an entrant's test losses.
func (c *Cup) logs(entrant string) (logs []float64) {
	for _, r := range c.of(entrant) {
		sum := 0.0
		for _, l := range r.Losses {
			sum += math.Log(l)
		}
		logs = append(logs, sum/float64(len(r.Losses)))
	}
	return logs
}

// of returns the results of an entrant in the order of the seeds.
func (c *Cup) of(entrant string) (of []mtlkit.Result) {
	for _, r := range c.Results {
		if r.Entrant == entrant {
			of = append(of, r)
		}
	}
	slices.SortFunc(of, func(a, b mtlkit.Result) int { return int(a.Seed) - int(b.Seed) })
	return of
}

const (
	against = "equal weights" // what entrants are compared with
	lone    = "alone"
)

// A standing is an entrant beside equal weights: the difference of the mean log losses, which for small ones is the
// relative one, in %.
type standing struct {
	name string
	mtlkit.Interval
	runs []float64
	p    float64 // of the paired test, adjusted by Holm's correction for all comparisons but that of the tasks alone
}

// standings returns how the entrants stand, without equal weights themselves.
func (c *Cup) standings() (all []standing) {
	equal := c.logs(against)
	for _, e := range c.Entrants {
		if e.Name == against {
			continue
		}
		logs := c.logs(e.Name)
		s := standing{name: e.Name, p: mtlkit.PairedTest(logs, equal)}
		for k := range logs {
			s.runs = append(s.runs, 100*(logs[k]-equal[k]))
		}
		s.Interval = mtlkit.MeanInterval(s.runs)
		all = append(all, s)
	}
	var p []float64
	for _, s := range all {
		if s.name != lone {
			p = append(p, s.p)
		}
	}
	adjusted := mtlkit.Holm(p)
	for k := range all {
		if all[k].name != lone {
			all[k].p, adjusted = adjusted[0], adjusted[1:]
		}
	}
	return all
}

// different returns the standings that are better and worse by a test at 5 % for all comparisons together.
func different(all []standing) (better, worse []string) {
	for _, s := range all {
		switch {
		case s.name == lone || !(s.p < 0.05):
		case s.Mean < 0:
			better = append(better, s.name)
		default:
			worse = append(worse, s.name)
		}
	}
	return better, worse
}

// clearOf returns the standings that have an interval that excludes 0 on the better and the worse side, after it was made
// wider by a factor.
func clearOf(all []standing, wider float64) (better, worse []string) {
	for _, s := range all {
		half := wider * (s.High - s.Mean)
		if s.name == lone {
			continue
		}
		if s.Mean+half < 0 {
			better = append(better, s.name)
		}
		if s.Mean-half > 0 {
			worse = append(worse, s.name)
		}
	}
	return better, worse
}

// Figure draws by how much each entrant's losses on the test rows are above those of equal weights.
func (c *Cup) Figure() plots.Figure {
	if len(c.Results) == 0 {
		return plots.Dots{Title: "Stopped before the first seed was done", Items: []plots.Item{{Name: against}}}.
			Figure("Dot plot without results: the comparison was stopped before its first seed was done.")
	}
	all := c.standings()
	seeds := len(c.of(against))
	better, worse := different(all)
	chart := plots.Dots{
		Title: fmt.Sprintf("Of %d methods, %s better than equal weights and %s worse", countMethods(all), does(better),
			does(worse)),
		Subtitle: fmt.Sprintf("mean of %d seeds (small dots), paired 95 %% interval; %d trials of each method on each seed",
			seeds, c.Trials),
		X: "test losses against equal weights, in % (less is better)", Decimals: 2, Sorted: true,
		Reference: &plots.Marker{Name: against, X: 0},
	}
	for _, s := range all {
		role := plots.Blue
		switch s.name {
		case lone:
			role = plots.Ink
		case "tuned weights", "random weights":
			role = plots.Vermillion
		}
		item := plots.Item{Name: s.name, Role: role, Value: s.Mean, Low: s.Low, High: s.High}
		if seeds == 1 {
			item.Low, item.High = s.Mean, s.Mean
		}
		if len(all) < 10 {
			item.Runs = s.runs
		}
		chart.Items = append(chart.Items, item)
	}
	if len(all) >= 10 {
		chart.Subtitle = strings.Replace(chart.Subtitle, " (small dots)", "", 1)
	}
	return chart.Figure("Dot plot of the test losses of ways to balance tasks, relative to equal weights, with intervals. " +
		chart.Title + ".").Caption(c.caption(all, better, worse))
}

// does says how many do something.
func does(it []string) string {
	switch len(it) {
	case 0:
		return "none does"
	case 1:
		return "one does"
	}
	return fmt.Sprintf("%d do", len(it))
}

func countMethods(all []standing) (n int) {
	for _, s := range all {
		if s.name != lone {
			n++
		}
	}
	return n
}

// caption tells who stands out, how the baselines stand, and what is left of it when tests correct for what they share.
func (c *Cup) caption(all []standing, better, worse []string) string {
	names := func(of []string) string {
		if len(of) == 0 {
			return "none"
		}
		return strings.Join(of, ", ")
	}
	text := fmt.Sprintf("By a paired test at 5 %% for all comparisons together (Holm 1979), better: %s; worse: %s.",
		names(better), names(worse))
	if each, eachWorse := clearOf(all, 1); len(each)+len(eachWorse) > len(better)+len(worse) {
		text += fmt.Sprintf(" By its interval alone, as if it were the only one, better: %s; worse: %s.", names(each),
			names(eachWorse))
	}
	for _, s := range all {
		if len(all) < 6 || s.name == lone || strings.HasSuffix(s.name, " weights") {
			mean := math.Round(100*s.Mean)/100 + 0 // without the sign of −0
			text += lessons.Minus(fmt.Sprintf(" %s: %.2f [%.2f, %.2f].", s.name, mean, s.Low, s.High))
		}
	}
	if c.Split[0] == 0 {
		return text
	}
	var beaten []string
	for _, s := range all {
		if d := mtlkit.PairedInterval(c.logs(s.name), c.logs("random weights")); d.High < 0 {
			beaten = append(beaten, s.name)
		}
	}
	text += fmt.Sprintf(" Better than random weights: %s.", names(beaten))
	wider := math.Sqrt(1 + float64(len(c.of(against)))*float64(c.Split[2])/float64(c.Split[0]))
	sureBetter, sureWorse := clearOf(all, wider)
	return text + fmt.Sprintf(" Seeds split the same rows, so that they are no independent draws; with intervals %.1f "+
		"times as wide (Nadeau, Bengio 2003), better: %s; worse: %s. Computed by %s.", wider, names(sureBetter),
		names(sureWorse), c.Command)
}

// Header names the columns of Rows.
func (c *Cup) Header() []string {
	return slices.Concat([]string{"method"}, c.Tasks,
		[]string{"Δₘ against alone, %", "mean rank ↓", "p (Holm)"})
}

// Rows returns, for the entrants that are named, or all, the mean losses on the test rows, Δₘ against the tasks alone, the
// mean rank over tasks among all, and the p-value of the paired test against equal weights, adjusted for all tests.
func (c *Cup) Rows(names ...string) (rows [][]string) {
	var means [][]float64
	for _, e := range c.Entrants {
		var row []float64
		for task := range c.Tasks {
			var losses []float64
			for _, r := range c.of(e.Name) {
				losses = append(losses, r.Losses[task])
			}
			row = append(row, mtlkit.MeanInterval(losses).Mean)
		}
		means = append(means, row)
	}
	lower := make([]bool, len(c.Tasks))
	ranks := mtlkit.MeanRank(means, lower)
	p := map[string]string{against: "", lone: ""}
	for _, s := range c.standings() {
		p[s.name] = fmt.Sprintf("%.3f", s.p)
	}
	for k, e := range c.Entrants {
		if names != nil && !slices.Contains(names, e.Name) {
			continue
		}
		row := []string{e.Name}
		for _, m := range means[k] {
			row = append(row, fmt.Sprintf("%.4f", m))
		}
		gains, rank := "", fmt.Sprintf("%.1f", ranks[k])
		if alone := c.of(lone); alone != nil && e.Name != lone {
			var deltas []float64
			for seed, r := range c.of(e.Name) {
				delta, err := mtlkit.DeltaM(r.Losses, alone[seed].Losses, lower)
				if err != nil {
					panic(err)
				}
				deltas = append(deltas, 100*delta)
			}
			m := mtlkit.MeanInterval(deltas)
			gains = lessons.Minus(fmt.Sprintf("%.1f [%.1f, %.1f]", m.Mean, m.Low, m.High))
		}
		rows = append(rows, append(row, gains, rank, p[e.Name]))
	}
	return rows
}
