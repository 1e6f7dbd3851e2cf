package rewards

import (
	"fmt"

	"kindred/metakit/acting"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Choices draws by how much, with two arms, it is better to pull arm 1 than arm 2, over what arm 1 gave so far.
func Choices(pulls int, second acting.Tally) plots.Figure {
	n := pulls - second.Pulls() // 1 to pulls pulls are left
	if pulls > 30 || n < 1 {
		panic(fmt.Sprintf("rewards: Choices: %d pulls, of which arm 2 had %d; at most 30, and one must be left", pulls,
			second.Pulls()))
	}
	var o acting.Optimum
	chart := plots.HeatMap{X: "wins of arm 1", Y: "losses", Z: "arm 1 less arm 2, in wins", Palette: plots.Diverging,
		Decimals: 2}
	left, better := 0, 0
	for row := range n {
		losses := n - 1 - row
		values := nothing(n)
		for wins := range n - losses {
			first := acting.Tally{Wins: wins, Losses: losses}
			values[wins] = advantage(&o, first, second, n-first.Pulls())
			if first.Mean() > second.Mean() {
				better++
				if values[wins] < -1e-12 {
					left++
					chart.Marked = append(chart.Marked, [2]int{row, wins})
				}
			}
		}
		chart.Rows, chart.Values = append(chart.Rows, fmt.Sprint(losses)), append(chart.Values, values)
	}
	for wins := range n {
		chart.Columns = append(chart.Columns, fmt.Sprint(wins))
	}
	chart.Title = fmt.Sprintf("The best player leaves arm 1 in %s states where it promises more", lessons.Of(left, better))
	chart.Subtitle = fmt.Sprintf("%d pulls in all; arm 2 has won %d and lost %d; blue and purple: arm 2 is the "+
		"better pull",
		pulls, second.Wins, second.Losses)
	return chart.Figure(fmt.Sprintf("Heat map of the gain from pulling arm 1 and not arm 2, by its wins and losses. "+
		"In %s states where arm 1 promises more the optimum pulls arm 2.", lessons.Of(left, better)))
}

// Explored returns in how many states of [Choices] the optimum pulls arm 2, though arm 1 promises more.
func Explored(pulls int, second acting.Tally) (n int) {
	var o acting.Optimum
	for wins := range pulls {
		for losses := range pulls - wins {
			first := acting.Tally{Wins: wins, Losses: losses}
			left := pulls - second.Pulls() - first.Pulls()
			if left > 0 && first.Mean() > second.Mean() && advantage(&o, first, second, left) < -1e-12 {
				n++
			}
		}
	}
	return n
}

// advantage returns how much more, in wins, one gets by pulling the first of two arms, and the best from then on.
func advantage(o *acting.Optimum, first, second acting.Tally, left int) float64 {
	after := func(a, b acting.Tally) float64 {
		if left == 1 {
			return 0
		}
		return o.Value([]acting.Tally{a, b}, left-1)
	}
	value := func(a, b acting.Tally) float64 {
		won, lost := acting.Tally{Wins: a.Wins + 1, Losses: a.Losses}, acting.Tally{Wins: a.Wins, Losses: a.Losses + 1}
		return a.Mean()*(1+after(won, b)) + (1-a.Mean())*after(lost, b)
	}
	return value(first, second) - value(second, first)
}
