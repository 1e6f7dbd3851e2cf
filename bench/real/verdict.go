package real

import "kindred/mtlkit"

// A verdict is how a method did on a measure.
type verdict struct {
	Method     string
	Mean       mtlkit.Interval
	Difference mtlkit.Interval // to the baseline, split by split
	P          float64         // of the paired test, adjusted for all methods (Holm); 0 of the baseline
	Better     bool            // on the average
}

// verdicts returns that of each method.
func (r *Report) verdicts(measure int) (all []verdict) {
	base := r.Values(r.Baseline, measure)
	var p []float64
	for _, m := range r.Methods {
		x := r.Values(m, measure)
		v := verdict{Method: m, Mean: mtlkit.MeanInterval(x), Difference: mtlkit.PairedInterval(x, base)}
		v.Better = v.Difference.Mean > 0 == r.Measures[measure].Higher && v.Difference.Mean != 0
		if m != r.Baseline {
			p = append(p, mtlkit.PairedTest(x, base))
		}
		all = append(all, v)
	}
	p = mtlkit.Holm(p)
	for k := range all {
		if all[k].Method != r.Baseline {
			all[k].P, p = p[0], p[1:]
		}
	}
	return all
}

// best returns the method that is the best on the average, the first of equals.
func best(all []verdict, m Measure) verdict {
	top := all[0]
	for _, v := range all {
		if v.Mean.Mean != top.Mean.Mean && v.Mean.Mean > top.Mean.Mean == m.Higher {
			top = v
		}
	}
	return top
}
