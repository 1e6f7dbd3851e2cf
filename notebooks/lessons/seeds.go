package lessons

import (
	"slices"

	"kindred/plots"
)

// OverSeeds gives a series the median of runs, and a band that holds the middle half of them. A run that broke off counts
// up to its end; the line goes as far as at least half of the runs do.
func OverSeeds(s plots.Series, runs [][]float64) plots.Series {
	for epoch := 0; ; epoch++ {
		var v []float64
		for _, r := range runs {
			if epoch < len(r) {
				v = append(v, r[epoch])
			}
		}
		if len(v) == 0 || 2*len(v) < len(runs) {
			return s
		}
		slices.Sort(v)
		s.Y, s.Low, s.High = append(s.Y, quantile(v, 0.5)), append(s.Low, quantile(v, 0.25)), append(s.High, quantile(v, 0.75))
	}
}

// quantile returns the p-quantile of sorted numbers, straight between neighbours; at p = ½ it is the median.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	k := int(at)
	if k == len(sorted)-1 {
		return sorted[k]
	}
	return sorted[k] + (at-float64(k))*(sorted[k+1]-sorted[k])
}
