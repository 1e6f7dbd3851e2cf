package mtlkit

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// A History tells how a training went. All lists are by task first: Losses[i][e] is that of task i in epoch e, from 0.
// In JSON, NaN is null, and an infinity its name.
type History struct {
	Losses  [][]float64 // weighted mean over the epoch's labelled rows, each before the step it was part of; NaN without
	Weights [][]float64 // that the task had in the epoch's last step, 0 if it was absent; NaN if the aggregator tells none
	HeldOut [][]float64 // loss on [Trainer.HeldOut] after the epoch, NaN without labels; nil if there are no such data

	// With [Trainer.Validation]: the loss on it after the epoch, NaN without labels, and for each task which epoch, 1, 2, …,
	// was taken, 0 if none is as yet; else nil.
	Validation [][]float64
	Best       []int

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
	if i == j || i < 0 || j >= m || len(h.Cosines) != m*(m-1)/2 {
		panic(fmt.Sprintf("mtlkit: History.Cosine: tasks %d and %d of %d, in a history with the cosines of %d pairs; it "+
			"takes Trainer.Diagnose and two different tasks", i, j, m, len(h.Cosines)))
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
func (h History) Epochs() int {
	if len(h.Losses) == 0 {
		return 0
	}
	return len(h.Losses[0])
}

func (h History) clone() History {
	return History{cloneLists(h.Losses), cloneLists(h.Weights), cloneLists(h.HeldOut), cloneLists(h.Validation),
		slices.Clone(h.Best), cloneLists(h.Norms), cloneLists(h.Cosines)}
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

// takeLast takes the last number of each list out of it, into values.
func takeLast(lists [][]float64, values []float64) {
	for i, list := range lists {
		last := len(list) - 1
		values[i], lists[i] = list[last], list[:last]
	}
}

// lists returns n empty lists. They grow with what happens, not with what may.
func lists(n int) [][]float64 { return make([][]float64, n) }

// A historyText is a history in JSON.
type historyText struct {
	Losses, Weights, HeldOut [][]number
	Validation               [][]number `json:",omitempty"`
	Best                     []int      `json:",omitempty"`
	Norms, Cosines           [][]number
}

// MarshalJSON writes what JSON has no number for as null, for NaN, "+Inf" and "-Inf".
func (h History) MarshalJSON() ([]byte, error) {
	return json.Marshal(historyText{numbers(h.Losses), numbers(h.Weights), numbers(h.HeldOut), numbers(h.Validation),
		h.Best, numbers(h.Norms), numbers(h.Cosines)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (h *History) UnmarshalJSON(text []byte) error {
	var t historyText
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	*h = History{plain(t.Losses), plain(t.Weights), plain(t.HeldOut), plain(t.Validation), t.Best, plain(t.Norms),
		plain(t.Cosines)}
	return nil
}

// A number is a float64 that has a text in JSON whatever it is.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 0):
		return fmt.Appendf(nil, "%q", fmt.Sprint(v)), nil
	default:
		return json.Marshal(v)
	}
}

func (n *number) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		*n = number(math.NaN())
	case `"+Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(text, (*float64)(n))
	}
	return nil
}

// numbers and plain convert lists; those of no list are nil.
func numbers(lists [][]float64) [][]number { return convert[number](lists) }

func plain(lists [][]number) [][]float64 { return convert[float64](lists) }

func convert[To, From ~float64](lists [][]From) (out [][]To) {
	for _, list := range lists {
		converted := make([]To, len(list))
		for k, v := range list {
			converted[k] = To(v)
		}
		out = append(out, converted)
	}
	return out
}
