package lessons

import (
	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit"
	"kindred/plots"
)

// HeldOut returns the held-out losses of a task, a list for each run.
func HeldOut(runs []*mtlkit.Run, task int) (curves [][]float64) {
	for _, r := range runs {
		curves = append(curves, r.History.HeldOut[task])
	}
	return curves
}

// Stopped returns for each of several curves its value at the place that is lowest on the mean of the others.
func Stopped(curves [][]float64) (values []float64) {
	all := make([]float64, len(curves[0]))
	for _, c := range curves {
		floats.Add(all, c)
	}
	others := make([]float64, len(all))
	for _, c := range curves {
		floats.SubTo(others, all, c)
		values = append(values, c[floats.MinIdx(others)])
	}
	return values
}

// MeanOverSeeds gives a series the mean of runs of one length, and a band of its 95 % interval.
func MeanOverSeeds(s plots.Series, runs [][]float64) plots.Series {
	for epoch := range runs[0] {
		var v []float64
		for _, r := range runs {
			v = append(v, r[epoch])
		}
		m := mtlkit.MeanInterval(v)
		s.Y, s.Low, s.High = append(s.Y, m.Mean), append(s.Low, m.Low), append(s.High, m.High)
	}
	return s
}
