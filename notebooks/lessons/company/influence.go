package company

import (
	"fmt"
	"math"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Influence draws what each task does for each other one, in %; doing says what that is, as in "two by two, against
// alone". kin tells which tasks are related.
func Influence(f relate.Influence, doing string, kin func(i, j int) bool) plots.Figure {
	mean, tests := f.Mean(), f.Tests()
	h := plots.HeatMap{
		X: "gain of this task …", Y: "… from this one", Columns: f.Tasks, Rows: f.Tasks, Z: "gain in %",
		Palette: plots.Diverging,
	}
	largest := 1.0
	var pairs, helps, hurts [2]int // strangers, relatives
	for i := range f.Tasks {
		values, below := make([]float64, len(f.Tasks)), make([]string, len(f.Tasks))
		for j := range f.Tasks {
			if i == j {
				values[j] = math.NaN()
				continue
			}
			interval := scaled(f.Interval(i, j))
			values[j], below[j] = interval.Mean, fmt.Sprintf("±%.0f", interval.High-interval.Mean)
			largest = max(largest, math.Abs(values[j]))
			related := 0
			if kin(i, j) {
				related = 1
			}
			pairs[related]++
			if tests[i][j] < 0.05 {
				h.Marked = append(h.Marked, [2]int{i, j})
				if mean[i][j] > 0 {
					helps[related]++
				} else {
					hurts[related]++
				}
			}
		}
		h.Values, h.Below = append(h.Values, values), append(h.Below, below)
	}
	h.ZLim = plots.Range{-largest, largest}
	h.Title = fmt.Sprintf("Surely help: %s pairs of relatives, %s of strangers; hurt: ", lessons.Of(helps[1], pairs[1]),
		lessons.Of(helps[0], pairs[0]))
	if hurts == [2]int{} {
		h.Title += "none"
	} else {
		h.Title += fmt.Sprintf("%s, %s", lessons.Of(hurts[1], pairs[1]), lessons.Of(hurts[0], pairs[0]))
	}
	h.Subtitle = fmt.Sprintf("%s; mean of %d seeds, 95 %% interval; framed: sure at 5 %% for all pairs",
		doing, len(f.Values[0][1]))
	return h.Figure("Heat map of what each task gains from each other one. " + h.Title + ".")
}
