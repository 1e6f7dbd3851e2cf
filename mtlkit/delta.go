package mtlkit

import (
	"fmt"

	"gonum.org/v1/gonum/stat"
)

// Gains returns by what share each metric of a multi-task model is better than that of the single-task model beside it:
// (multi − single)/single where higher is better, its negative where lower is. It is an error if a single-task metric
// is not positive: the share then means nothing or turns its sign. It panics unless all three have the same length.
func Gains(multi, single []float64, higherIsBetter []bool) ([]float64, error) {
	if len(multi) != len(single) || len(multi) != len(higherIsBetter) || len(multi) == 0 {
		panic(fmt.Sprintf("mtlkit: Gains: %d multi-task metrics, %d single-task metrics, %d directions",
			len(multi), len(single), len(higherIsBetter)))
	}
	gains := make([]float64, len(multi))
	for i, s := range single {
		if !(s > 0) {
			return nil, fmt.Errorf("mtlkit: the single-task metric %d is %v: a relative gain needs a positive one; "+
				"measure that task by another metric", i, s)
		}
		gains[i] = (multi[i] - s) / s
		if !higherIsBetter[i] {
			gains[i] = -gains[i]
		}
	}
	return gains, nil
}

// DeltaM returns Δₘ, the mean of the [Gains] of all metrics: positive where the multi-task model is better than the
// single-task models. The tables of CAGrad, Nash-MTL and FAMO print −100 Δₘ.
//
// Reference: Maninis, Radosavovic, Kokkinos. Attentive single-tasking of multiple tasks. CVPR 2019, arXiv:1904.08918.
func DeltaM(multi, single []float64, higherIsBetter []bool) (float64, error) {
	gains, err := Gains(multi, single, higherIsBetter)
	if err != nil {
		return 0, err
	}
	return stat.Mean(gains, nil), nil
}

// DeltaP returns Δₚ for tasks of several metrics each: the gains are averaged within each task first, so that a task
// does not count more for being measured in more ways. Row t of each argument belongs to task t. It fails where [Gains]
// does.
func DeltaP(multi, single [][]float64, higherIsBetter [][]bool) (float64, error) {
	if len(multi) != len(single) || len(multi) != len(higherIsBetter) || len(multi) == 0 {
		panic(fmt.Sprintf("mtlkit: DeltaP: multi-task metrics of %d tasks, single-task metrics of %d, directions of %d",
			len(multi), len(single), len(higherIsBetter)))
	}
	tasks := make([]float64, len(multi))
	for t := range multi {
		d, err := DeltaM(multi[t], single[t], higherIsBetter[t])
		if err != nil {
			return 0, fmt.Errorf("task %d: %w", t, err)
		}
		tasks[t] = d
	}
	return stat.Mean(tasks, nil), nil
}
