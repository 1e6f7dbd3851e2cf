package acting

import "kindred/internal/interval"

// advantages puts into dst how much better each step of n of a crowd's episodes was than the values said, by
// generalised advantage estimation,
//
//	Aₜ = δₜ + γλ·Aₜ₊₁,  δₜ = rₜ + γ·Vₜ₊₁ − Vₜ,  V = 0 after the last step,
//
// and into targets what the values should have said, Aₜ + Vₜ. With λ = 1 that is the return to come, and the expected
// policy gradient is exact whatever the values are.
//
// Reference: Schulman, Moritz, Levine, Jordan, Abbeel. High-dimensional continuous control using generalized advantage
// estimation. ICLR 2016, arXiv:1506.02438.
func (c *crowd) advantages(dst, targets []float64, n int, discount, lambda float64) {
	clear(dst)
	clear(targets)
	for i := range n {
		advantage, after := 0.0, 0.0
		for t := c.sizes.Horizon - 1; t >= 0; t-- {
			row := t*c.n + i
			if c.live[row] == 0 {
				continue
			}
			delta := c.rewards[row] + discount*after - c.values[row]
			advantage = delta + discount*lambda*advantage
			after = c.values[row]
			dst[row], targets[row] = advantage, advantage+c.values[row]
		}
	}
}

// standardize gives the numbers that are live mean 0 and standard deviation 1, or, if they are all equal, makes them 0.
func standardize(x, live []float64) {
	var some []float64
	for k, v := range x {
		if live[k] != 0 {
			some = append(some, v)
		}
	}
	mean, deviation := interval.Moments(some)
	for k := range x {
		switch {
		case live[k] == 0:
		case deviation == 0:
			x[k] = 0
		default:
			x[k] = (x[k] - mean) / deviation
		}
	}
}
