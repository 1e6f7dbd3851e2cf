package models

import "kindred/autodiff"

// squaredDistances returns ‖aᵢ − bⱼ‖² for each row of a and each of b. They are differences of squares, and keep their
// digits if no large part is common to all rows: the mean of b is taken off first, which changes no distance and no
// derivative of one.
func squaredDistances(a, b autodiff.Value) autodiff.Value {
	mean := b.MeanAxis(0).StopGradient()
	a, b = a.Sub(mean), b.Sub(mean)
	return a.Square().SumAxis(1).Add(b.Square().SumAxis(1).T()).Sub(a.MatMulT(b).Scale(2))
}
