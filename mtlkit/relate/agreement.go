package relate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Spearman returns the rank correlation of x and y: the correlation of their ranks, where equal values share the mean
// of theirs. Pairs with a NaN are left out. It is NaN where all that are left of one are equal, or fewer than two are
// left.
func Spearman(x, y []float64) float64 {
	if len(x) != len(y) {
		panic(fmt.Sprintf("relate: Spearman: %d values and %d", len(x), len(y)))
	}
	var a, b []float64
	for k := range x {
		if x[k] == x[k] && y[k] == y[k] {
			a, b = append(a, x[k]), append(b, y[k])
		}
	}
	if len(a) < 2 {
		return math.NaN()
	}
	return stat.Correlation(ranks(a), ranks(b), nil)
}

// ranks returns the rank of each value, from 1 on.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int {
		if x[a] < x[b] {
			return -1
		}
		return 1
	})
	out := make([]float64, len(x))
	for from := 0; from < len(x); {
		to := from + 1
		for to < len(x) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, k := range order[from:to] {
			out[k] = float64(from+to+1) / 2
		}
		from = to
	}
	return out
}

// An Agreement tells how far one Influence ranks pairs of tasks as another does.
type Agreement struct {
	// All is the rank correlation over all ordered pairs of tasks, of the means over seeds. Within is the mean over
	// tasks j of that over the pairs that end at j: how well one ranks the companions of a task.
	All, Within Estimate
	// Reliable is how well the second Influence agrees with itself, over all pairs: the rank correlation between the
	// means of its even and of its odd seeds. What nobody measured better than this, nobody can be expected to rank
	// better.
	Reliable float64
}

// An Estimate is a number with a 95 % interval from the bootstrap.
type Estimate struct{ Value, Low, High float64 }

// String returns, for example, "0.42 [0.31, 0.55]".
func (e Estimate) String() string { return fmt.Sprintf("%.2f [%.2f, %.2f]", e.Value, e.Low, e.High) }

// Agree compares two Influences of the same tasks by the ranks of their means. Intervals are those of the percentile
// bootstrap: tasks are drawn with replacement, with all their pairs to one another, since pairs with a task in common
// vary together; so are the seeds, those of both alike where they are as many. A task that is drawn twice has no pair
// with itself. The same seed draws the same.
func Agree(a, b Influence, draws int, seed uint64) Agreement {
	if !slices.Equal(a.Tasks, b.Tasks) || len(a.Tasks) < 3 {
		panic(fmt.Sprintf("relate: Agree: tasks %q and %q; they must be the same, three or more", a.Tasks, b.Tasks))
	}
	if draws < 100 {
		panic(fmt.Sprintf("relate: Agree: %d draws; an interval takes 100 or more, and 2000 are usual", draws))
	}
	m := len(a.Tasks)
	seedsA, seedsB := len(a.Values[0][1]), len(b.Values[0][1])
	every := func(n int) []int {
		all := make([]int, n)
		for k := range all {
			all[k] = k
		}
		return all
	}
	meanA, meanB := meanOf(a, every(seedsA)), meanOf(b, every(seedsB))
	tasks := every(m)
	var g Agreement
	g.All.Value, g.Within.Value = agree(meanA, meanB, tasks)
	var even, odd []int
	for k := range seedsB {
		if k%2 == 0 {
			even = append(even, k)
		} else {
			odd = append(odd, k)
		}
	}
	g.Reliable, _ = agree(meanOf(b, even), meanOf(b, odd), tasks)

	rng := rand.New(rand.NewPCG(seed, 0))
	draw := func(n int) []int {
		out := make([]int, n)
		for k := range out {
			out[k] = rng.IntN(n)
		}
		return out
	}
	var all, within []float64
	for range draws {
		drawn, ofA := draw(m), draw(seedsA)
		ofB := ofA
		if seedsA != seedsB {
			ofB = draw(seedsB)
		}
		x, y := agree(meanOf(a, ofA), meanOf(b, ofB), drawn)
		all, within = append(all, x), append(within, y)
	}
	g.All.Low, g.All.High = percentiles(all)
	g.Within.Low, g.Within.High = percentiles(within)
	return g
}

// agree returns the rank correlation of two matrices over all pairs of these tasks, and its mean over columns.
func agree(a, b [][]float64, tasks []int) (all, within float64) {
	var xs, ys, columns []float64
	for _, j := range tasks {
		var x, y []float64
		for _, i := range tasks {
			if i != j {
				x, y = append(x, a[i][j]), append(y, b[i][j])
			}
		}
		xs, ys = append(xs, x...), append(ys, y...)
		if r := Spearman(x, y); r == r {
			columns = append(columns, r)
		}
	}
	if len(columns) == 0 {
		return Spearman(xs, ys), math.NaN()
	}
	return Spearman(xs, ys), stat.Mean(columns, nil)
}

// meanOf returns the means over some seeds; NaN where nothing was measured.
func meanOf(f Influence, seeds []int) [][]float64 {
	mean := make([][]float64, len(f.Tasks))
	for i := range mean {
		mean[i] = make([]float64, len(f.Tasks))
		for j, values := range f.Values[i] {
			if i == j {
				continue
			}
			sum, n := 0.0, 0.0
			for _, k := range seeds {
				if v := values[k]; v == v {
					sum, n = sum+v, n+1
				}
			}
			mean[i][j] = sum / n
		}
	}
	return mean
}

// percentiles returns the 2.5 % and the 97.5 % point, without NaN.
func percentiles(x []float64) (low, high float64) {
	x = slices.DeleteFunc(x, func(v float64) bool { return v != v })
	if len(x) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(x)
	return stat.Quantile(0.025, stat.Empirical, x, nil), stat.Quantile(0.975, stat.Empirical, x, nil)
}

// String returns both correlations, and how reliable the second Influence is.
func (a Agreement) String() string {
	return fmt.Sprintf("rank correlation over all pairs %v, within tasks %v; the halves of the seeds agree to %.2f",
		a.All, a.Within, a.Reliable)
}
