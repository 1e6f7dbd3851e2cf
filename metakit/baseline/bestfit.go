package baseline

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// BestFit fits several families of functions to the support set and predicts by the one that fits best, in squared
// error; of those that fit alike, by the first.
type BestFit []LeastSquares

// Profile fits y = φ(p, x)·W to the support set by least squares in W and in one parameter p that φ is not linear in,
// such as a frequency: by the best of Grid values and then by golden section search between its neighbours.
type Profile struct {
	Low, High float64 // interval of p
	Grid      int     // number of values to begin with, at least 2, so close that only one valley lies between neighbours

	// Features appends φ(p, x) to dst.
	Features func(dst []float64, p float64, x []float64) []float64
}

var _ = []metakit.Predictor{BestFit(nil), Profile{}}

// Predict implements [metakit.Predictor].
func (b BestFit) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	size("BestFit", support, x)
	if len(b) == 0 {
		panic("baseline: BestFit: it has no family to fit")
	}
	best, least := 0, math.Inf(1)
	for k, l := range b {
		if r := l.residual(support); r < least {
			best, least = k, r
		}
	}
	return b[best].Predict(support, x)
}

// Predict implements [metakit.Predictor].
func (p Profile) Predict(support metakit.Set, x *mat.Dense) *mat.Dense {
	size("Profile", support, x)
	if p.Grid < 2 || !(p.Low <= p.High) || math.IsInf(p.High-p.Low, 0) || p.Features == nil {
		panic(fmt.Sprintf("baseline: Profile: %d values from %v to %v; give two at least, an interval, and Features", p.Grid, p.Low,
			p.High))
	}
	step := (p.High - p.Low) / float64(p.Grid-1)
	best, least := 0, math.Inf(1)
	for k := range p.Grid {
		if r := p.at(p.Low + float64(k)*step).residual(support); r < least {
			best, least = k, r
		}
	}
	low := max(p.Low, p.Low+float64(best-1)*step)
	high := min(p.High, p.Low+float64(best+1)*step)
	return p.at(p.golden(support, low, high)).Predict(support, x)
}

// golden returns the value between low and high that fits best.
func (p Profile) golden(support metakit.Set, low, high float64) float64 {
	const ratio = 0.6180339887498949
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	atA, atB := p.at(a).residual(support), p.at(b).residual(support)
	for range 40 { // the interval shrinks by 4e-9: below, residuals are rounding
		if atA <= atB {
			high, b, atB = b, a, atA
			a = high - ratio*(high-low)
			atA = p.at(a).residual(support)
		} else {
			low, a, atA = a, b, atB
			b = low + ratio*(high-low)
			atB = p.at(b).residual(support)
		}
	}
	return (low + high) / 2
}

// at returns the linear fit for one p.
func (p Profile) at(v float64) LeastSquares {
	return LeastSquares{Features: func(dst, x []float64) []float64 { return p.Features(dst, v, x) }}
}

// residual returns the sum of the squared errors on the support set.
func (l LeastSquares) residual(support metakit.Set) float64 {
	var d mat.Dense
	d.Sub(l.Predict(support, support.X), support.Y)
	n := mat.Norm(&d, 2)
	return n * n
}
