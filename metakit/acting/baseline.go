package acting

import "gonum.org/v1/gonum/mat"

// fit makes the values of n of a crowd's episodes the linear function of
//
//	the observation o, clipped to ±10 | o² | s | s² | s³ | 1,  s = steps taken/100,
//
// that fits their discounted returns best, with a ridge of 1e-5: the linear feature baseline of rllab, which the code
// of the MAML paper uses. There values are those fitted to the episodes before; here, as in ProMP, those fitted to
// these.
//
// Reference: Duan, Chen, Houthooft, Schulman, Abbeel. Benchmarking deep reinforcement learning for continuous control.
// ICML 2016, arXiv:1604.06778.
func (c *crowd) fit(n int, discount float64, seen, work []float64) {
	s := c.sizes.Seen
	width := 2*s + 4
	clear(c.values)
	returns := work[:len(c.values)]
	c.advantages(make([]float64, len(returns)), returns, n, discount, 1)
	gram, moment := mat.NewSymDense(width, nil), mat.NewVecDense(width, nil)
	for k := range width {
		gram.SetSym(k, k, 1e-5)
	}
	feature := mat.NewVecDense(width, nil)
	features := func(t, i int) {
		f := feature.RawVector().Data
		for k, v := range seen[(t*c.n+i)*s : (t*c.n+i+1)*s] {
			v = min(max(v, -10), 10)
			f[k], f[s+k] = v, v*v
		}
		al := float64(t) / 100
		f[2*s], f[2*s+1], f[2*s+2], f[2*s+3] = al, al*al, al*al*al, 1
	}
	each := func(do func(row int)) {
		for t := range c.sizes.Horizon {
			for i := range n {
				if row := t*c.n + i; c.live[row] != 0 {
					features(t, i)
					do(row)
				}
			}
		}
	}
	each(func(row int) {
		gram.SymRankOne(gram, 1, feature)
		moment.AddScaledVec(moment, returns[row], feature)
	})
	var root mat.Cholesky
	var weights mat.VecDense
	if !root.Factorize(gram) || root.SolveVecTo(&weights, moment) != nil && !finite(weights.RawVector().Data...) {
		return // a baseline of 0
	}
	each(func(row int) { c.values[row] = mat.Dot(feature, &weights) })
}
