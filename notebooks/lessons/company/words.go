package company

import (
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
)

// percent writes an interval of shares, as in "22 % [8, 35]".
func percent(i mtlkit.Interval) string {
	return lessons.Minus(fmt.Sprintf("%.0f %% [%.0f, %.0f]", whole(100*i.Mean), whole(100*i.Low), whole(100*i.High)))
}

// whole is v, and 0 where it would be written as −0.
func whole(v float64) float64 {
	if v > -0.5 && v < 0.5 {
		return 0
	}
	return v
}

// scaled returns an interval of shares in per cent.
func scaled(i mtlkit.Interval) mtlkit.Interval {
	i.Mean, i.Low, i.High = 100*i.Mean, 100*i.Low, 100*i.High
	return i
}

func scaledAll(v []float64) (out []float64) {
	for _, x := range v {
		out = append(out, 100*x)
	}
	return out
}

// sure counts the intervals above zero and those below.
func sure(all []mtlkit.Interval) (above, below int) {
	for _, i := range all {
		switch {
		case i.Low > 0:
			above++
		case i.High < 0:
			below++
		}
	}
	return above, below
}

// group writes tasks, by their numbers, as in "a c e".
func group(names []string, tasks []int) string {
	var words []string
	for _, i := range tasks {
		words = append(words, names[i])
	}
	return strings.Join(words, " ")
}
