package company

import (
	"fmt"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// draws is the number of draws of the bootstrap.
const draws = 1000

// Guess draws true gains of pairs over their affinities, a dot a pair, with their rank correlation. kin tells which tasks
// are related.
func Guess(affinity, pairs relate.Influence, kin func(i, j int) bool) plots.Figure {
	agreement := relate.Agree(affinity, pairs, draws, 1)
	x, y := affinity.Mean(), pairs.Mean()
	related := plots.Points{Name: "related", Role: plots.Blue}
	strangers := plots.Points{Name: "strangers", Role: plots.Vermillion}
	for i := range x {
		for j := range x {
			p := &strangers
			if kin(i, j) {
				p = &related
			}
			if i != j {
				p.X, p.Y = append(p.X, 100*x[i][j]), append(p.Y, 100*y[i][j])
			}
		}
	}
	all := agreement.All
	title := fmt.Sprintf("The cheap guess ranks the pairs: rank correlation %.2f", all.Value)
	switch {
	case all.High < 0:
		title = fmt.Sprintf("The cheap guess ranks the pairs the wrong way: rank correlation %.2f", all.Value)
	case !(all.Low > 0):
		title = fmt.Sprintf("Whether the guess ranks the pairs cannot be told: rank correlation %.2f", all.Value)
	}
	f := plots.Field{
		Title: lessons.Minus(title),
		Subtitle: lessons.Minus(fmt.Sprintf("a dot an ordered pair, means over seeds; 95 %% interval of the correlation [%.2f, %.2f]; halves of "+
			"the seeds agree on the gains to %.2f", all.Low, all.High, agreement.Reliable)),
		X: "affinity: what a step for one lowers the other's loss by, in %", Y: "true gain beside this one, in %",
		Points: []plots.Points{related, strangers}, Stretch: true,
	}
	return f.Figure("Scatter plot of the true gains of pairs of tasks over their affinities. " + f.Title + ".")
}
