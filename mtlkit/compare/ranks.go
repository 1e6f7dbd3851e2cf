package compare

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"kindred/mtlkit"
)

// Ranks are the mean ranks of the entrants over the seeds, by the mean log loss on the test rows: 1 is best.
type Ranks struct {
	Entrants []string
	Mean     []float64 // of each entrant

	// Friedman is the p-value of Friedman's test that all entrants are alike, by Iman and Davenport's F; NaN where all
	// rank the same on every seed.
	Friedman float64

	// Critical is the difference of mean ranks from which on two entrants are different by Nemenyi's test at 5 %,
	// q·√(k(k + 1)/(6n)) for k entrants over n seeds. It holds for all pairs at once, and so needs more than a
	// comparison with one of them.
	Critical float64
}

// Ranks ranks the entrants of the report on each seed. Seeds are what the paper calls data sets: the ranks tell of
// these tasks alone.
//
// Reference: Demšar. Statistical comparisons of classifiers over multiple data sets. Journal of Machine Learning
// Research 7, 2006.
func (r Report) Ranks() Ranks {
	k, n := len(r.Rows), r.Seeds
	if k < 2 || n < 2 {
		panic(fmt.Sprintf("compare: Report.Ranks: %d entrants on %d seeds; a study has two at least of each", k, n))
	}
	out := Ranks{
		Friedman: math.NaN(),
		Critical: nemenyi(k) * math.Sqrt(float64(k*(k+1))/float64(6*n)),
	}
	table := make([][]float64, k)
	for i, row := range r.Rows {
		out.Entrants = append(out.Entrants, row.Entrant)
		table[i] = pick(r.of(row.Entrant), meanLog)
	}
	out.Mean = mtlkit.MeanRank(table, make([]bool, n))
	// χ² by the variance of all ranks, so that ties count less.
	between, within := 0.0, 0.0
	middle := float64(k+1) / 2
	for i, ranks := range mtlkit.Ranks(table, make([]bool, n)) {
		between += math.Pow(out.Mean[i]-middle, 2)
		for _, v := range ranks {
			within += (v - middle) * (v - middle)
		}
	}
	chi := float64(n*n*(k-1)) * between / within
	f := float64(n-1) * chi / (float64(n*(k-1)) - chi)
	switch {
	case within == 0:
	case math.IsInf(f, 1) || f < 0: // the same order on every seed
		out.Friedman = 0
	default:
		out.Friedman = distuv.F{D1: float64(k - 1), D2: float64((k - 1) * (n - 1))}.Survival(f)
	}
	return out
}

// nemenyi returns the q of k groups: the 95 % quantile of the studentized range of k numbers from N(0, 1), over √2. The
// range is at most x with the probability k ∫ φ(z)(Φ(z) − Φ(z − x))^(k−1) dz.
func nemenyi(k int) float64 {
	within := func(x float64) float64 {
		const h = 1.0 / 8 // the trapezoidal rule is all but exact for what is as smooth
		sum := 0.0
		for z := -9.0; z <= 9+x; z += h {
			inside := distuv.UnitNormal.CDF(z) - distuv.UnitNormal.CDF(z-x)
			sum += distuv.UnitNormal.Prob(z) * math.Pow(inside, float64(k-1))
		}
		return float64(k) * sum * h
	}
	low, high := 0.0, 16.0
	for range 40 {
		if mid := (low + high) / 2; within(mid) < 0.95 {
			low = mid
		} else {
			high = mid
		}
	}
	return low / math.Sqrt2
}
