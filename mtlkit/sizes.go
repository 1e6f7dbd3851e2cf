package mtlkit

import (
	"fmt"
	"math"
)

// SizeShares returns the share of each task when tasks are mixed by a power of their size,
//
//	pᵢ = nᵢ^power / Σⱼ nⱼ^power
//
// where nᵢ is the number of the task's rows with a label: all alike for 0, in proportion to the rows for 1. A task
// without labels has none. [Trainer.SizePower] deals rows out so. It panics unless power is between 0 and 1 and a task
// has a label.
//
// Where a source draws whole batches of task i with the chance pᵢ, the expected gradient is Σᵢ pᵢ∇Lᵢ. balance.Fixed
// with these weights follows that gradient in every step, without the noise of the draw.
//
// References: Raffel et al. Exploring the limits of transfer learning with a unified text-to-text transformer, section
// 3.5.2 (a power of 1 is its examples-proportional mixing without a limit, 1/T its temperature T). JMLR 2020,
// arXiv:1910.10683. Stickland, Murray. BERT and PALs. ICML 2019, arXiv:1902.02671, which lowers the power from epoch to
// epoch; here it stays.
func (d Data) SizeShares(power float64) []float64 {
	if !(power >= 0 && power <= 1) {
		panic(fmt.Sprintf("mtlkit: Data.SizeShares: the power is %v, want 0 to 1", power))
	}
	shares, sum := make([]float64, len(d.Y)), 0.0
	for i, y := range d.Y {
		if n := rowsWithLabel(y); n > 0 {
			shares[i] = math.Pow(float64(n), power)
		}
		sum += shares[i]
	}
	if sum == 0 {
		panic("mtlkit: Data.SizeShares: no task has a label")
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// batchRows returns how many rows of each matrix of inputs a step takes: size, or the share by a power of the tasks'
// sizes of as many as that makes for all, at least 1; all that there are where they are fewer, or size is 0.
func (d Data) batchRows(size int, power float64) []int {
	rows := make([]int, len(d.X))
	var shares []float64
	if power > 0 && len(d.X) > 1 {
		shares = d.SizeShares(power)
	}
	for j, x := range d.X {
		n := size
		if shares != nil {
			n = max(1, int(math.Round(shares[j]*float64(size*len(d.X)))))
		}
		if rows[j] = rowsOf(x); size > 0 {
			rows[j] = min(rows[j], n)
		}
	}
	return rows
}
