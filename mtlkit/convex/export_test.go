package convex

// Deal is how rows are dealt to folds.
func Deal(p Problem, folds int, seed uint64) [][]int { return p.deal(folds, seed) }
