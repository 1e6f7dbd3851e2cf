package rewards

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"

	"kindred/plots"
)

// The machine of Estimates has two arms that win so often; the policy pulls each with probability ½.
var twoArms = [2]float64{0.8, 0.4}

// estimates returns many estimates of the policy gradient, by the logit of arm 1, each from n pulls, without and with
// a baseline.
func estimates(n int, bonus float64) (plain, based []float64) {
	const many = 4000
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	base := bonus + (twoArms[0]+twoArms[1])/2
	plain, based = make([]float64, many), make([]float64, many)
	for k := range plain {
		for range n {
			arm := rng.IntN(2)
			score, reward := 0.5-float64(arm), bonus // the slope of log π is 1 − π at arm 1, −π at arm 2
			if rng.Float64() < twoArms[arm] {
				reward++
			}
			plain[k] += reward * score / float64(n)
			based[k] += (reward - base) * score / float64(n)
		}
	}
	return plain, based
}

// Estimates draws how estimates of a policy gradient from n pulls scatter, with a bonus added to every reward.
func Estimates(n int, bonus float64) plots.Figure {
	if n < 1 || n > 10000 || math.Abs(bonus) > 100 {
		panic(fmt.Sprintf("rewards: Estimates: %d pulls, a bonus of %v; give 1 to 10,000 pulls, and a bonus from −100 "+
			"to 100", n, bonus))
	}
	plain, based := estimates(n, bonus)
	const exact = 0.1 // ½·½·(0.8 − 0.4)
	wrong := func(x []float64) float64 {
		count := 0.0
		for _, v := range x {
			if v < 0 {
				count++
			}
		}
		return 100 * count / float64(len(x))
	}
	without, with := stat.StdDev(plain, nil), stat.StdDev(based, nil)
	wide := max(4*with, min(2.5*without, 12*with))
	// Estimates lie on a lattice; bins hold equally many of its places.
	place := 0.5 / float64(n)
	bin := place * max(1, math.Round(2*wide/25/place))
	bins := math.Ceil(2 * wide / bin)
	low := (math.Floor((exact-bins*bin/2)/place) + 0.5) * place
	return plots.Histogram{
		Title: fmt.Sprintf("A baseline leaves %.0f %% of the variance", 100*with*with/(without*without)),
		Subtitle: fmt.Sprintf("4,000 estimates, each from %d pulls; two arms that win %g and %g of the time", n, twoArms[0],
			twoArms[1]),
		X: "estimated slope of the expected reward",
		Samples: []plots.Sample{{Name: "rewards", Role: plots.Vermillion, Values: plain}, {Name: "rewards less baseline",
			Role: plots.Blue, Values: based}},
		Markers: []plots.Marker{{Name: "exact", X: exact}}, XLim: plots.Range{low, low + bins*bin}, Bins: int(bins),
	}.Figure(fmt.Sprintf("Histogram of estimates of a policy gradient about the exact 0.1: deviation %.3f without, "+
		"%.3f with a baseline.",
		without, with)).Caption(fmt.Sprintf("Without a baseline: mean %.3f, standard deviation %.3f, %.1f %% with the "+
		"wrong sign. With it: "+
		"%.3f, %.3f and %.1f %%.", stat.Mean(plain, nil), without, wrong(plain), stat.Mean(based, nil), with, wrong(based)))
}

// BestBaseline returns the number b that leaves the estimate (reward − b)·∇log π from one pull the least variance, where the
// policy pulls arm 1 with probability p: E[reward·s²]/E[s²] with the score s, 1 − p of arm 1 and −p of arm 2.
func BestBaseline(p float64) float64 {
	one, two := p*(1-p)*(1-p), (1-p)*p*p // probability · s²
	return (one*twoArms[0] + two*twoArms[1]) / (one + two)
}
