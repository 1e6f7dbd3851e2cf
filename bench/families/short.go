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
	b.WriteString("\n## In short\n\nAfter the number of steps that validation tasks chose for each learner, medians of trainings: the three best on each\n" +
		"panel, and of the learners those that are no better than the best guess without a support set.\n\n" +
		"| | best | second | third | guess | no better |\n|---|---|---|---|---|---|\n")
	for p, name := range r.Panels {
		learners := slices.DeleteFunc(slices.Clone(r.Entries), func(e entry) bool { return e.Family == "floor" })
		error := func(e entry) float64 {
			return metakit.MedianRange(pick(e, p, e.After, func(s scored) float64 { return s.Mean })).Median
		}
		slices.SortStableFunc(learners, func(e, f entry) int { return cmp.Compare(error(e), error(f)) })
		fmt.Fprintf(&b, "| %s |", name)
		for _, e := range learners[:min(3, len(learners))] {
			fmt.Fprintf(&b, " %s %.3g |", e.Name, error(e))
		}
		floor := r.Entries[guess].Results[0][p][0].Mean
		var worse []string
		for _, e := range learners {
			if !(error(e) < floor) {
				worse = append(worse, e.Name)
			}
		}
		if len(worse) > len(learners)/2 {
			worse = []string{fmt.Sprintf("%d of %d", len(worse), len(learners))}
		}
		fmt.Fprintf(&b, " %.3g | %s |\n", floor, cmp.Or(strings.Join(worse, ", "), "–"))
	}
	return b.String()
}
