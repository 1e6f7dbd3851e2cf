package convex

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Dirty is the dirty model, W = P + Q: P has whole rows, the columns that count for all tasks, Q single entries, the
// exceptions.
//
//	λ_P Σⱼ maxₜ|Pⱼₜ| + λ_Q Σⱼₜ|Qⱼₜ|
//
// It is jointly convex in P and Q; P + Q is what is found to the gap, and where several P and Q have that sum and the
// same penalty, one of them is. P is 0 where λ_P ≥ T·λ_Q, Q is 0 where λ_Q ≥ λ_P.
//
// Reference: Jalali, Ravikumar, Sanghavi, Ruan. A dirty model for multi-task learning. NeurIPS 2010.
type Dirty struct {
	LambdaP float64 // λ_P, positive
	LambdaQ float64 // λ_Q, positive
}

// Times returns Dirty with λ_P and λ_Q multiplied.
func (d Dirty) Times(factor float64) Penalty {
	factor = times("Dirty", factor)
	return Dirty{d.LambdaP * factor, d.LambdaQ * factor}
}

func (d Dirty) form(s size) form {
	needed("Dirty", "LambdaP", "P", d.LambdaP)
	needed("Dirty", "LambdaQ", "Q", d.LambdaQ)
	return form{parts: []part{
		largest{norm{d.LambdaP, s.heaviestRow}, s},
		entries{norm{d.LambdaQ, largestEntry}},
	}}
}

// largest is λ Σⱼ maxₜ|wⱼₜ|; its dual norm is the largest sum of |gⱼₜ| over a row.
type largest struct {
	norm
	size
}

func (l largest) value(w []float64) float64 {
	sum := 0.0
	for j := range l.columns {
		most := 0.0
		for t := range l.tasks {
			most = max(most, math.Abs(w[t*l.columns+j]))
		}
		sum += most
	}
	return l.lambda * sum
}

// prox clamps a row at the level that takes step·λ off it in all; what is taken off is the nearest row whose absolute
// values sum to step·λ (Moreau).
func (l largest) prox(w []float64, step float64) {
	row := make([]float64, l.tasks)
	for j := range l.columns {
		for t := range row {
			row[t] = math.Abs(w[t*l.columns+j])
		}
		level := excessLevel(row, step*l.lambda)
		for t := range row {
			at := &w[t*l.columns+j]
			*at = min(max(*at, -level), level)
		}
	}
}

// excessLevel returns the level v ≥ 0 with Σ max(0, xₜ − v) = excess, or 0 if all of x is no more than excess. It sorts
// x, which is not negative.
func excessLevel(x []float64, excess float64) float64 {
	slices.Sort(x)
	slices.Reverse(x)
	sum := 0.0
	for k, v := range x {
		sum += v
		level := (sum - excess) / float64(k+1)
		if k+1 == len(x) || level >= x[k+1] {
			return max(0, level)
		}
	}
	return 0
}

func (s size) heaviestRow(g []float64) float64 {
	sums := make([]float64, s.columns)
	for t := range s.tasks {
		for j, v := range s.task(g, t) {
			sums[j] += math.Abs(v)
		}
	}
	return floats.Max(sums)
}

// entries is λ Σ|w|; its dual norm is the largest |g|.
type entries struct{ norm }

func (e entries) value(w []float64) float64 { return e.lambda * floats.Norm(w, 1) }

func (e entries) prox(w []float64, step float64) {
	for i, v := range w {
		w[i] = math.Copysign(max(0, math.Abs(v)-step*e.lambda), v)
	}
}

func largestEntry(g []float64) float64 { return floats.Norm(g, math.Inf(1)) }
