package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Fonseca is the toy problem of the Pareto-MTL paper, after Fonseca and Fleming:
//
//	f₁ = 1 − exp(−Σᵢ (xᵢ − 1/√n)²),   f₂ = 1 − exp(−Σᵢ (xᵢ + 1/√n)²)
//
// Its Pareto set is the segment x₁ = … = xₙ = s/√n, s from 1 to −1, where f₁ = 1 − exp(−(s − 1)²) and f₂ =
// 1 − exp(−(s + 1)²). The front bulges towards the worse side, so that no weighted sum has a minimum but at its ends.
//
// References: Fonseca, Fleming. Multiobjective genetic algorithms made easy: selection, sharing and mating restriction.
// GALESIA 1995. Lin, Zhen, Li, Zhang, Kwong. Pareto multi-task learning. NeurIPS 2019, arXiv:1912.12854.
type Fonseca struct {
	Variables int // n, at least 1
}

// NewFonseca returns the problem with 20 variables, as in the Pareto-MTL paper.
func NewFonseca() Fonseca { return Fonseca{Variables: 20} }

var _ Problem = Fonseca{}

// Dims returns 2 and the number of variables.
func (p Fonseca) Dims() (m, n int) {
	if p.Variables < 1 {
		panic(fmt.Sprintf("balance: Fonseca: Variables is %d; it must be at least 1; NewFonseca sets 20", p.Variables))
	}
	return 2, p.Variables
}

// Evaluate stores f₁ and f₂, and their gradients.
func (p Fonseca) Evaluate(f []float64, jac *mat.Dense, x []float64) {
	m, n := p.Dims()
	checkEvaluate("Fonseca", m, n, f, jac, x)
	for task, sign := range []float64{-1, 1} {
		at := sign / math.Sqrt(float64(len(x)))
		sum := 0.0
		for _, v := range x {
			sum += (v + at) * (v + at)
		}
		far := math.Exp(-sum)
		f[task] = 1 - far
		for i, v := range x {
			jac.Set(task, i, 2*(v+at)*far)
		}
	}
}

// ParetoSet returns points at equal steps of s from 1 to −1.
func (p Fonseca) ParetoSet(count int) [][]float64 {
	checkPoints("Fonseca", count)
	_, n := p.Dims()
	points := make([][]float64, count)
	for i := range points {
		s := 1.0
		if count > 1 {
			s -= 2 * float64(i) / float64(count-1)
		}
		points[i] = make([]float64, n)
		for j := range points[i] {
			points[i][j] = s / math.Sqrt(float64(n))
		}
	}
	return points
}

// Distance returns the Euclidean distance to the Pareto set.
func (p Fonseca) Distance(x []float64) float64 {
	_, variables := p.Dims()
	checkVariables("Fonseca", variables, x)
	n := float64(variables)
	s := min(max(floats.Sum(x)/math.Sqrt(n), -1), 1)
	sum := 0.0
	for _, v := range x {
		sum += (v - s/math.Sqrt(n)) * (v - s/math.Sqrt(n))
	}
	return math.Sqrt(sum)
}
