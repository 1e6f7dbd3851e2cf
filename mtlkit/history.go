package mtlkit

import "slices"

// A History tells how a training went. Each list has an entry for each epoch.
type History struct {
	Losses  [][]float64 // of each task, the mean over the epoch's rows, each before the step that it was part of
	Weights [][]float64 // that each task had in the last step of the epoch; NaN where the aggregator gives none
	HeldOut [][]float64 // loss of each task on [Trainer.HeldOut] after the epoch; nil without it

	// With [Trainer.Diagnose] there is an entry for each step: the Euclidean norm of each task's gradient by the
	// shared parameters, and the cosine between the gradients of each pair of tasks (see [History.Cosine]).
	Norms, Cosines [][]float64
}

// Cosine returns, for each step, the cosine between the gradients of tasks i and j by the shared parameters. It is 0
// where one of them is zero. It panics unless the run had [Trainer.Diagnose] and i ≠ j are tasks.
func (h History) Cosine(i, j int) []float64 {
	if i > j {
		i, j = j, i
	}
	m := len(h.Losses)
	if i == j || i < 0 || j >= m || h.Cosines == nil {
		panic("mtlkit: History.Cosine: it needs Trainer.Diagnose and two different tasks")
	}
	return h.Cosines[i*(2*m-i-1)/2+j-i-1]
}

// Conflicts returns the share of steps in which the gradients of tasks i and j had a negative cosine (see
// [History.Cosine]).
func (h History) Conflicts(i, j int) float64 {
	cosines := h.Cosine(i, j)
	n := 0
	for _, c := range cosines {
		if c < 0 {
			n++
		}
	}
	return float64(n) / float64(max(len(cosines), 1))
}

// Epochs returns the number of epochs that were finished.
func (h History) Epochs() int { return len(h.Losses[0]) }

func (h History) clone() History {
	return History{cloneLists(h.Losses), cloneLists(h.Weights), cloneLists(h.HeldOut), cloneLists(h.Norms),
		cloneLists(h.Cosines)}
}

func cloneLists(lists [][]float64) [][]float64 {
	lists = slices.Clone(lists)
	for i := range lists {
		lists[i] = slices.Clone(lists[i])
	}
	return lists
}

// record appends entry i of values to list i.
func record(lists [][]float64, values []float64) {
	for i, v := range values {
		lists[i] = append(lists[i], v)
	}
}

// lists returns n empty lists with room for size entries each.
func lists(n, size int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, 0, size)
	}
	return out
}
