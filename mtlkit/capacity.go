package mtlkit

import (
	"fmt"
	"math"

	"kindred/nn"
)

// A Resizable model says what it would be with other numbers of hidden units; [EqualCapacity] asks it of twins.
type Resizable interface {
	Model
	// Resized returns the model with the widths of all its hidden layers multiplied by factor, finite and above 0, and
	// rounded, to 1 at least. Inputs, outputs and the names of the matrices stay. If not all layers are rounded up from
	// the same fraction on, sizes go in smaller steps.
	Resized(factor float64) Model
}

// EqualCapacity returns the independent twins of a model that have, all together, as many parameters as the model:
// their hidden layers are wider or narrower than those that they share in it (see [Independent.Factors]). Beside twins
// of equal width, which have as many units for each task as the model has, they tell what comes of sharing, and what of
// having fewer parameters, or more.
//
// ratio is the number of parameters of the twins over that of the model. Widths are whole numbers: ratio is within 2 %
// of 1 unless the layers are a few units wide, and is then the nearest that one factor for all tasks, a step more or
// less for some of them, comes to. Where even twins whose layers have one unit are larger than the model, as with many
// inputs and a narrow trunk, they are those, and ratio says so.
//
// It panics unless the model is [Twinned], and its twins Resizable.
func EqualCapacity(m Model) (twins Independent, ratio float64) {
	d := Independent{Of: m}
	tasks, want := d.Tasks(), nn.Size(m.Shapes())
	alone := make([]Resizable, tasks)
	for i := range alone {
		alone[i] = d.resizable(i)
	}
	size := func(i int, factor float64) int { return nn.Size(alone[i].Resized(factor).Shapes()) }
	total := func(factor float64) (n int) {
		for i := range tasks {
			n += size(i, factor)
		}
		return n
	}
	below, above := 1.0, 1.0
	for n := total(below); n > want && total(below/2) < n; n = total(below) {
		below /= 2
	}
	for n := total(above); n < want && total(above*2) > n; n = total(above) {
		above *= 2
	}
	below, above = between(below, above, func(factor float64) bool { return total(factor) > want })
	steps := []float64{below, above}
	sizes := func(i int) (n []int) {
		for _, factor := range steps {
			n = append(n, size(i, factor))
		}
		return n
	}
	n := nearest(want, tasks, sizes)
	if off := math.Abs(float64(n.sum - want)); off > 0.02*float64(want) {
		at := total(above)
		_, next := between(above, 2*above, func(factor float64) bool { return total(factor) > at })
		at = total(below)
		before, _ := between(below/2, below, func(factor float64) bool { return total(factor) >= at })
		steps = []float64{before, below, above, next}
		n = nearest(want, tasks, sizes)
	}
	factors := make([]float64, tasks)
	for i, step := range n.steps {
		factors[i] = steps[step]
	}
	return Independent{Of: m, Factors: factors}, float64(n.sum) / float64(want)
}

// between returns factors next to each other of which the larger one is beyond something: where a layer gets one unit
// more.
func between(below, above float64, beyond func(factor float64) bool) (float64, float64) {
	for above-below > 1e-7*above {
		if middle := (below + above) / 2; beyond(middle) {
			above = middle
		} else {
			below = middle
		}
	}
	return below, above
}

// A selection is a step for each task, and the sum of their sizes.
type selection struct {
	steps []int
	sum   int
}

// nearest returns the selection whose sum is nearest to what is wanted, for sizes of each task at each step, of
// selections in which all tasks but the last two have the first step or the second, the second ones first.
func nearest(want, tasks int, sizes func(i int) []int) (best selection) {
	all := make([][]int, tasks)
	for i := range all {
		all[i] = sizes(i)
	}
	free := min(tasks, 2)
	middle := len(all[0])/2 - 1 // the step that is below what is wanted, and after it the one above
	for up := range tasks - free + 1 {
		c := selection{steps: make([]int, tasks)}
		for i := range tasks - free {
			if c.steps[i] = middle; i < up {
				c.steps[i]++
			}
			c.sum += all[i][c.steps[i]]
		}
		for k := range all[tasks-1] {
			others := []int{0}
			if free == 2 {
				others = all[tasks-2]
			}
			for j, n := range others {
				sum := c.sum + all[tasks-1][k] + n
				if best.steps != nil && math.Abs(float64(sum-want)) >= math.Abs(float64(best.sum-want)) {
					continue
				}
				best = selection{append([]int{}, c.steps...), sum}
				best.steps[tasks-1] = k
				if free == 2 {
					best.steps[tasks-2] = j
				}
			}
		}
	}
	return best
}

// resizable returns the twin of a task, which takes other numbers of hidden units.
func (d Independent) resizable(i int) Resizable {
	twin, _ := d.plainTwin(i)
	r, ok := twin.(Resizable)
	if !ok {
		panic(fmt.Sprintf("mtlkit: Independent: a %T, the twin of task %d of %T, does not say what it would be with "+
			"other widths; give it a Resized method (see Resizable)", twin, i, d.Of))
	}
	return r
}
