package lessons

import "kindred/plots"

// Hues are the roles of things that are compared, in their order; there is no fifth.
var Hues = [...]plots.Role{plots.Blue, plots.Vermillion, plots.Green, plots.Purple}

// The roles of the article's two tasks in all figures.
const (
	ValueRole = plots.Blue       // the regression, task 1
	ClassRole = plots.Vermillion // the classification, task 2
)
