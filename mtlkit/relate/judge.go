package relate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"kindred/internal/interval"
	"kindred/mtlkit"
)

// A Judge says how sure the mean of values over seeds is, and how many seeds would make it surer.
//
// Resplit is 0 where every seed draws rows of its own: then the standard error of the mean of n values with deviation s
// is s/√n, and everything is Student's. Where seeds split the same rows in other ways, their values vary together, and
// more seeds do not tell more without end. Resplit is then the number of rows to test on for each to train on, and the
// standard error s·√(1/n + Resplit): the corrected resampled t-test, which holds what is claimed roughly, and not
// exactly.
//
// Reference: Nadeau, Bengio. Inference for the generalization error. Machine Learning 52, 2003.
type Judge struct {
	Resplit float64
}

// Interval returns the mean of x and its 95 % interval, mean ± t·error with t the 97.5 % point of Student's
// distribution with n − 1 degrees of freedom. With Resplit 0 it is [mtlkit.MeanInterval].
func (j Judge) Interval(x []float64) mtlkit.Interval {
	i := mtlkit.MeanInterval(x)
	if len(x) > 1 && !math.IsInf(i.Mean, 0) && i.Mean == i.Mean {
		half := student(len(x)).Quantile(0.975) * j.standardError("Interval", x)
		i.Low, i.High = i.Mean-half, i.Mean+half
	}
	return i
}

// Test returns the two-sided p-value of the test that the mean is 0. It is below 0.05 just where the interval excludes
// 0. As with [mtlkit.PairedTest] it is 1 for a mean of 0 and for a single value, and 0 for equal values that are not 0.
func (j Judge) Test(x []float64) float64 {
	mean, _ := interval.Moments(x)
	e := j.standardError("Test", x)
	switch {
	case mean != mean:
		return mean
	case len(x) == 1 || mean == 0 || math.IsInf(mean, 0):
		return 1
	}
	return 2 * student(len(x)).CDF(-math.Abs(mean)/e)
}

// Power returns the chance that a mean of n seeds is called different from 0 at the level alpha, if the true mean is
// the given number of standard deviations of a seed's value away from it: of Student's t-test, two-sided,
//
//	P(|T| > t) with T noncentral, n − 1 degrees of freedom, noncentrality effect/√(1/n + Resplit)
//
// It panics unless n is at least 2 and alpha lies between 0 and 1.
func (j Judge) Power(effect float64, n int, alpha float64) float64 {
	j.check("Power")
	if n < 2 || !(alpha > 0 && alpha < 1) || math.IsNaN(effect) {
		panic(fmt.Sprintf("relate: Judge.Power: an effect of %v, %d seeds, level %v; it takes a number, 2 seeds, and "+
			"a level between 0 and 1", effect, n, alpha))
	}
	return newTest(n, alpha).power(math.Abs(effect) / math.Sqrt(1/float64(n)+j.Resplit))
}

// wanted is the power that a number of seeds must have to be enough, and mostSeeds the number beyond which none is.
const (
	wanted    = 0.8
	mostSeeds = 10000
)

// Seeds returns the least number of seeds at which [Judge.Power] is 0.8, and 0 if not even 10,000 have it: the rows say
// no more then, whatever the number of seeds.
func (j Judge) Seeds(effect, alpha float64) int {
	if j.Power(effect, mostSeeds, alpha) < wanted {
		return 0
	}
	low, high := 1, mostSeeds // high is enough
	for high-low > 1 {
		if mid := (low + high) / 2; j.Power(effect, mid, alpha) >= wanted {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}

// Rows returns by how many times more rows n seeds would have the power 0.8, if the variance over seeds falls as one
// over the number of rows, to train and to test on, and the gain stays what it is. That is a rule of thumb: gains of
// sharing become smaller where a task has more rows of its own. It is infinite for an effect of 0, and 1 where n seeds
// have it.
func (j Judge) Rows(effect float64, n int, alpha float64) float64 {
	if j.Power(effect, n, alpha) >= wanted {
		return 1
	}
	if effect == 0 {
		return math.Inf(1)
	}
	test, delta := newTest(n, alpha), math.Abs(effect)/math.Sqrt(1/float64(n)+j.Resplit)
	low, high := delta, delta+test.critical+1
	for test.power(high) < wanted {
		high *= 2
	}
	for high-low > 1e-3*low {
		if mid := (low + high) / 2; test.power(mid) >= wanted {
			high = mid
		} else {
			low = mid
		}
	}
	return (high / delta) * (high / delta)
}

func (j Judge) check(method string) {
	if !(j.Resplit >= 0) || math.IsInf(j.Resplit, 1) {
		panic(fmt.Sprintf("relate: Judge.%s: Resplit is %v; it must be finite and not negative, and 0 where seeds "+
			"draw rows of their own", method, j.Resplit))
	}
}

// standardError returns that of the mean of x, NaN for a single value.
func (j Judge) standardError(method string, x []float64) float64 {
	j.check(method)
	if len(x) == 0 {
		panic("relate: Judge." + method + ": no values")
	}
	n := float64(len(x))
	return deviation(x) * math.Sqrt(1/n+j.Resplit)
}

// deviation returns s, where s² = Σ(xᵢ − x̄)²/(n − 1).
func deviation(x []float64) float64 {
	_, d := interval.Moments(x)
	n := float64(len(x))
	return d * math.Sqrt(n/(n-1))
}

// student returns the distribution of the t of n values.
func student(n int) distuv.StudentsT { return distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)} }

// relative returns by what share of it losses are lower than those of the same seeds at the base.
func relative(task string, losses, base []float64) ([]float64, error) {
	gains, err := mtlkit.Gains(losses, base, make([]bool, len(losses)))
	if err != nil {
		return nil, fmt.Errorf("relate: task %q: a test loss at the base is not above 0, and a gain is a share of "+
			"it: %w", task, err)
	}
	return gains, nil
}
