package relate

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// A ttest is a two-sided t-test of the mean of some values.
type ttest struct {
	nu       float64 // degrees of freedom
	critical float64 // |T| beyond it is called a difference
	constant float64 // log of the constant of the density of X
}

func newTest(n int, alpha float64) ttest {
	t := ttest{nu: float64(n - 1), critical: student(n).Quantile(1 - alpha/2)}
	gamma, _ := math.Lgamma(t.nu / 2)
	t.constant = math.Ln2 + t.nu/2*math.Log(t.nu/2) - gamma
	return t
}

// power returns the chance that |T| exceeds the critical value c, where T = (Z + delta)/X with Z normal and νX² of the
// χ² distribution with ν degrees of freedom:
//
//	∫₀^∞ (Φ(delta − cx) + Φ(−delta − cx)) f(x) dx,   f(x) = 2(ν/2)^(ν/2) x^(ν−1) exp(−νx²/2) / Γ(ν/2)
//
// by Gauss-Legendre rules: f lies within ten of its deviations 1/√(2ν) of 1, and the integrand bends around delta/c.
func (t ttest) power(delta float64) float64 {
	reach := 10 / math.Sqrt(2*t.nu)
	low, high := math.Max(0, 1-reach), 1+reach
	ends := [4]float64{low, (delta - 8) / t.critical, (delta + 8) / t.critical, high}
	sum := 0.0
	for k := range 3 {
		from, to := math.Min(math.Max(ends[k], low), high), math.Min(math.Max(ends[k+1], low), high)
		if to > from {
			sum += quad.Fixed(func(x float64) float64 { return t.integrand(delta, x) }, from, to, 64, quad.Legendre{},
				0)
		}
	}
	return sum
}

func (t ttest) integrand(delta, x float64) float64 {
	called := distuv.UnitNormal.CDF(delta-t.critical*x) + distuv.UnitNormal.CDF(-delta-t.critical*x)
	return called * math.Exp(t.constant+(t.nu-1)*math.Log(x)-t.nu*x*x/2)
}
