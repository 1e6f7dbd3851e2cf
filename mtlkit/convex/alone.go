package convex

// Alone is a ridge regression of each task:
//
//	½ρ Σₜ‖wₜ‖²
//
// Tasks share nothing: what the other penalties have to beat. With ρ = 0 and the squared loss W is the least squares
// solution of least norm; with the logistic loss there may be no best W, which is then an [Unsolved].
type Alone struct {
	Ridge float64 // ρ
}

// Times returns Alone with ρ multiplied.
func (a Alone) Times(factor float64) Penalty { return Alone{a.Ridge * times("Alone", factor)} }

func (a Alone) form(s size) form {
	strength("Alone", "Ridge", a.Ridge)
	return form{parts: []part{diagonal(s, a.Ridge)}}
}
