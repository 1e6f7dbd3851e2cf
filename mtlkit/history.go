package mtlkit

import (
	"encoding/json"
	"math"
	"slices"
)

// A History tells how a training went. All lists are by task first: Losses[i][e] is that of task i in epoch e, from 0.
// In JSON, NaN is null.
type History struct {
	Losses  [][]float64 // the mean over the epoch's labelled rows, each before the step that it was part of; NaN without
	Weights [][]float64 // that the task had in the epoch's last step, 0 if it was absent; NaN if the aggregator tells none
	HeldOut [][]float64 // loss on [Trainer.HeldOut] after the epoch, NaN without labels; nil if there are no such data

	// With [Trainer.Diagnose] there is an entry for each step: Norms[i][s] is the Euclidean norm of task i's gradient by
	// the shared parameters, and Cosines[p][s] the cosine between the gradients of pair p of tasks (see
	// [History.Cosine]).
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

// lists returns n empty lists. They grow with what happens, not with what may.
func lists(n int) [][]float64 { return make([][]float64, n) }

// A historyText is a history in JSON.
type historyText struct {
	Losses, Weights, HeldOut, Norms, Cosines [][]*float64
}

// MarshalJSON writes NaN, which JSON does not have, as null.
func (h History) MarshalJSON() ([]byte, error) {
	return json.Marshal(historyText{pointers(h.Losses), pointers(h.Weights), pointers(h.HeldOut), pointers(h.Norms),
		pointers(h.Cosines)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (h *History) UnmarshalJSON(text []byte) error {
	var t historyText
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	*h = History{numbers(t.Losses), numbers(t.Weights), numbers(t.HeldOut), numbers(t.Norms), numbers(t.Cosines)}
	return nil
}

// pointers returns lists of pointers to the numbers, nil for NaN.
func pointers(lists [][]float64) [][]*float64 {
	out := make([][]*float64, len(lists))
	for i, list := range lists {
		out[i] = make([]*float64, len(list))
		for k := range list {
			if !math.IsNaN(list[k]) {
				out[i][k] = &list[k]
			}
		}
	}
	return out
}

// numbers undoes pointers.
func numbers(lists [][]*float64) [][]float64 {
	if len(lists) == 0 {
		return nil
	}
	out := make([][]float64, len(lists))
	for i, list := range lists {
		for _, p := range list {
			v := math.NaN()
			if p != nil {
				v = *p
			}
			out[i] = append(out[i], v)
		}
	}
	return out
}
