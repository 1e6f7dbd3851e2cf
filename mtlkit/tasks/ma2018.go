package tasks

import (
	"fmt"
	"math"

	"kindred/mtlkit"
)

// Ma2018 is a pair of regressions whose weights have a given cosine:
//
//	w₁ = c·u₁,   w₂ = c·(p·u₁ + √(1 − p²)·u₂),   yᵢ = wᵢ·x + Σₖ sin(αₖ wᵢ·x + βₖ) + εᵢ
//
// with u₁ and u₂ orthonormal and in a random position, every entry of x from N(0, 1), c the Scale and p the
// Correlation. Both tasks have the same α and β: for p = 1 they are one task, but for the noise. The labels' own
// correlation grows with p, but is not p.
//
// How hard a pair is depends on α and β: over draws of four of each, what a straight line leaves differs by a factor
// of a thousand (see [Ma2018.LinearFloor]; a test says by how much). Means over draws are then those of a few hard
// ones, and methods that met other draws cannot be compared. Here α and β come from the seed of the draw, so that
// methods and correlations are paired; compare them by the logarithm of their errors.
//
// The paper does not say what α, β, c and the number of sines are, nor how many rows it trains on; N(0, 0.01) of its
// noise is read as a deviation of 0.01, as in a later code of Google Research. That code (a generator of several
// pairs) has c = 1, ten sines, αₖ = k and βₖ = (k − 1)²; others draw four of each from N(0, 1), as [NewMa2018] does.
//
// Reference: Ma, Zhao, Yi, Chen, Hong, Chi. Modeling task relationships in multi-task learning with multi-gate
// mixture-of-experts. KDD 2018, section 3.
type Ma2018 struct {
	Inputs      int     // entries of x, at least 2
	Correlation float64 // p, the cosine between the weights, from −1 to 1
	Scale       float64 // c, the length of the weights
	Sines       int     // how many α and β a draw has, from N(0, 1); 0 where they are given
	Alpha, Beta []float64
	Noise       float64 // standard deviation of ε
}

// NewMa2018 returns the family with the paper's 100 inputs, a scale of 1, four sines and noise of 0.01. It panics
// unless the correlation is from −1 to 1.
func NewMa2018(correlation float64) Ma2018 {
	f := Ma2018{Inputs: 100, Correlation: correlation, Scale: 1, Sines: 4, Noise: 0.01}
	f.check()
	return f
}

// Tasks returns the two tasks, each with a squared error.
func (f Ma2018) Tasks() []mtlkit.Task { return regressions(2) }

// Draw returns sets of so many rows, which both tasks share. The same seed draws the same u₁, u₂, α and β, whatever the
// other settings are, and the same x and ε of each set, whatever the number of rows of the others is.
func (f Ma2018) Draw(seed uint64, rows ...int) []mtlkit.Data {
	f.check()
	checkRows("Ma2018", rows)
	alpha, beta := f.Shape(seed)
	return draw(seed, rows, f.Weights(seed), []float64{f.Noise, f.Noise}, func(_ int, z float64) float64 {
		y := z
		for k := range alpha {
			y += math.Sin(alpha[k]*z + beta[k])
		}
		return y
	})
}

// Weights returns w₁ and w₂ of a draw.
func (f Ma2018) Weights(seed uint64) [][]float64 {
	f.check()
	u := orthonormal(random(seed, weightStream), 2, f.Inputs)
	w1, w2 := make([]float64, f.Inputs), make([]float64, f.Inputs)
	add(w1, f.Scale, u[0])
	add(w2, f.Scale*f.Correlation, u[0])
	add(w2, f.Scale*math.Sqrt(1-f.Correlation*f.Correlation), u[1])
	return [][]float64{w1, w2}
}

// Shape returns α and β of a draw: those given, or Sines of each drawn from N(0, 1).
func (f Ma2018) Shape(seed uint64) (alpha, beta []float64) {
	f.check()
	if f.Sines == 0 {
		return f.Alpha, f.Beta
	}
	rng := random(seed, shapeStream)
	for range f.Sines {
		alpha, beta = append(alpha, rng.NormFloat64()), append(beta, rng.NormFloat64())
	}
	return alpha, beta
}

// NoiseFloor returns the mean squared error that nobody can get below on noisy labels, Noise².
func (f Ma2018) NoiseFloor() float64 {
	f.check()
	return f.Noise * f.Noise
}

// ConstantFloor returns the mean squared error of the best constant prediction on a draw, of either task: the labels'
// variance.
func (f Ma2018) ConstantFloor(seed uint64) float64 {
	variance, _ := f.moments(seed)
	return variance
}

// LinearFloor returns the mean squared error of the best linear prediction with a constant on a draw, of either task.
// It is a measure of how much there is to learn beyond a straight line:
//
//	Var y − Cov(y, z)²/c²,   z = w·x ~ N(0, c²)
//
// in closed form, from E sin(αz + β) = sin β·exp(−α²c²/2).
func (f Ma2018) LinearFloor(seed uint64) float64 {
	variance, slope := f.moments(seed)
	return variance - slope*slope*f.Scale*f.Scale
}

// moments returns the variance of the labels, and Cov(y, z)/c².
func (f Ma2018) moments(seed uint64) (variance, slope float64) {
	alpha, beta := f.Shape(seed)
	c2 := f.Scale * f.Scale
	damp := func(a float64) float64 { return math.Exp(-a * a * c2 / 2) }
	slope = 1
	mean, square := 0.0, c2
	for k := range alpha {
		mean += math.Sin(beta[k]) * damp(alpha[k])
		s := alpha[k] * math.Cos(beta[k]) * damp(alpha[k])
		slope += s
		square += 2 * c2 * s
		for j := range alpha {
			square += math.Cos(beta[k]-beta[j]) * damp(alpha[k]-alpha[j]) / 2
			square -= math.Cos(beta[k]+beta[j]) * damp(alpha[k]+alpha[j]) / 2
		}
	}
	return square - mean*mean + f.Noise*f.Noise, slope
}

func (f Ma2018) check() {
	if f.Inputs < 2 {
		panic(fmt.Sprintf("tasks: Ma2018: Inputs is %d; two weights with any angle need at least 2", f.Inputs))
	}
	if !(f.Correlation >= -1 && f.Correlation <= 1) {
		panic(fmt.Sprintf("tasks: Ma2018: Correlation is %v, want −1 to 1", f.Correlation))
	}
	if !(f.Scale > 0) || math.IsInf(f.Scale, 1) {
		panic(fmt.Sprintf("tasks: Ma2018: Scale is %v; it must be finite and above 0", f.Scale))
	}
	if f.Sines < 0 || len(f.Alpha) != len(f.Beta) || f.Sines > 0 && len(f.Alpha) > 0 {
		panic(fmt.Sprintf("tasks: Ma2018: Sines is %d, with %d given Alpha and %d Beta; give as many of one as of the "+
			"other and leave Sines 0, or give none and say how many are drawn", f.Sines, len(f.Alpha), len(f.Beta)))
	}
	for k := range f.Alpha {
		if v := f.Alpha[k] + f.Beta[k]; math.IsNaN(v) || math.IsInf(v, 0) {
			panic(fmt.Sprintf("tasks: Ma2018: Alpha is %v and Beta %v; all must be finite", f.Alpha, f.Beta))
		}
	}
	checkDeviation("Ma2018", f.Noise)
}
