package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kindred/metakit"
)

// inShort returns a table of who is best on each panel, and who is no better there than the best guess without a support
// set. Every learner has the number of steps that validation tasks chose.
func (r *report) inShort() string {
	guess := slices.IndexFunc(r.Entries, func(e entry) bool { return e.Name == ofThePanel })
	var b strings.Builder
	b.WriteString("\n## In short\n\nMedian errors over the tasks, after the number of steps that validation tasks chose for each learner, medians of the trainings:\n" +
		"the three best on each panel, and of the learners those that are no better than the best guess without a support set. A mean\n" +
		"would tell of the few tasks on which steps diverge; the tables below do.\n\n" +
		"| | best | second | third | guess | no better |\n|---|---|---|---|---|---|\n")
	for p, name := range r.Panels {
		learners := slices.DeleteFunc(slices.Clone(r.Entries), func(e entry) bool { return e.Family == "floor" })
		error := func(e entry) float64 {
			return metakit.MedianRange(pick(e, p, e.After, func(s scored) float64 { return s.Median })).Median
		}
		slices.SortStableFunc(learners, func(e, f entry) int { return cmp.Compare(error(e), error(f)) })
		fmt.Fprintf(&b, "| %s |", name)
		for _, e := range learners[:min(3, len(learners))] {
			fmt.Fprintf(&b, " %s %.3g |", e.Name, error(e))
		}
		floor := r.Entries[guess].Results[0][p][0].Median
		var worse []string
		for _, e := range learners {
			if !(error(e) < floor) {
				worse = append(worse, e.Name)
			}
		}
		if len(worse) > len(learners)/2 {
			worse = []string{fmt.Sprintf("%d of %d", len(worse), len(learners))}
		}
		fmt.Fprintf(&b, " %.3g | %s |\n", floor, cmp.Or(strings.Join(worse, "; "), "–"))
	}
	return b.String()
}

// notes are on how the learners were set.
const notes = `
## How the learners are set

- All train in one way: Adam, whose rate falls as a cosine to 0, meta-gradients clipped at a norm of 10, 25 tasks of 10
  support and 10 query points in a meta-batch. A budget is a number of iterations, from the processor time that one
  takes on one core: dear ones are few. It was measured once (iterations.json). Later kernels, on a newer processor, do in
  that time 2.2 times as many for the neural process, 2 times for the attentive one, the learned optimiser and Meta-SGD's
  rates a layer and step, 1.2 times for iMAML and deep kernel transfer, and 1.3 to 1.8 times for the others (-calibrate).
- The network 1-40-40-1 has first weights by Glorot. With those of the MAML paper's code, of standard deviation 0.01,
  what learns through it stands still for hundreds of iterations: after one second MAML with 5 steps had a validation
  error of 1.81 instead of 0.51, at the rates 0.003 and 0.01 and 10 steps.
- Learners that were trained for one step have rates that suit one step. Learned ones (Meta-SGD, Meta-Curvature, T-net's
  metric) are as large as one step bears, so that five diverge on some tasks. Validation tasks chose the number of steps.
- iMAML has Adam in its inner loop, 10 steps. With gradient descent there its loss swung between 2.4 and 5 for 233
  iterations at the rates 0.001 and 0.01, and was infinite after 213 at 0.03: nothing in its meta-gradient keeps the
  curvature within what the rate of the inner steps can follow.
- The learned optimiser is a network of 4 and 4 units for each of the 1,761 parameters, with 5 steps: an iteration takes as
  long as some forty of MAML with as many. What a short budget shows of it is its start.
- Neural processes, in-context and recurrent networks have seen sets of 10 points alone, but for the causal and the
  recurrent one, whose losses have all prefixes of them: fewer points are new to the others, more to all.
- Deep kernel transfer learns from points without noise that there is none: after one second its σ was 3e-6 of labels of
  size 7. It then goes through noisy points by any swing that it takes.
- Validation tasks can choose more steps than were trained, where none of them diverged; some of the test tasks may. They
  were chosen after the short trainings of the trials: rates that are learned for longer are larger.
- Least squares that knows the waves has no error where there is no noise. The last two floors are there for noise.
`
