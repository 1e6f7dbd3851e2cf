package relate

import (
	"context"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
)

// shuffleStream is where the random streams of permutations begin: apart from those of a trainer of the same seed.
const shuffleStream = 1 << 33

// Shuffle trains each task beside all others, whose labels are permuted: nothing is left to learn from them, and all
// else stays, the size of the network, its noise, the length of the training. Gains of a task under this are not from
// sharing: where a task is helped by company, its gain must be gone here. Labels are permuted among the labelled rows
// of a task, in the rows to train on, those held out and those that choose, by the seed and the task; a missing label
// stays missing. Labels without sense are harder to live with than others' own, so that gains are often below 0 here.
//
// It returns the losses, of each task and seed, to hold against those of the [Report].
func (s Study) Shuffle(ctx context.Context) (losses [][]float64, err error) {
	s.check("Shuffle", ctx)
	var list []work
	for i := range s.Tasks {
		for seed := range uint64(s.Seeds) {
			list = append(list, work{Tasks: s.all(), Shuffled: true, Kept: i, seed: seed})
		}
	}
	results, err := s.do(ctx, list)
	if err != nil {
		return nil, err
	}
	for i := range s.Tasks {
		var row []float64
		for _, f := range results[i*s.Seeds : (i+1)*s.Seeds] {
			row = append(row, f.Losses[i])
		}
		losses = append(losses, row)
	}
	return losses, nil
}

// shuffle returns data in which the labels of all of these tasks but one are permuted.
func shuffle(d mtlkit.Data, seed uint64, tasks []int, kept int) mtlkit.Data {
	d.Y = slices.Clone(d.Y)
	for k, y := range d.Y {
		if y == nil || tasks[k] == kept {
			continue
		}
		d.Y[k] = permuted(y, rand.New(rand.NewPCG(seed, shuffleStream+uint64(tasks[k]))))
	}
	return d
}

// permuted returns labels dealt out anew among the rows that have the same of theirs: among those with a label, for a
// task of one column.
func permuted(y *mat.Dense, rng *rand.Rand) *mat.Dense {
	out := mat.DenseCopyOf(y)
	var kinds []string // which labels are there, in the order of their first rows
	rows := map[string][]int{}
	for r := range y.RawMatrix().Rows {
		kind := ""
		for _, v := range y.RawRowView(r) {
			if v == v {
				kind += "1"
			} else {
				kind += "0"
			}
		}
		if rows[kind] == nil {
			kinds = append(kinds, kind)
		}
		rows[kind] = append(rows[kind], r)
	}
	for _, kind := range kinds {
		for k, from := range rng.Perm(len(rows[kind])) {
			out.SetRow(rows[kind][k], y.RawRowView(rows[kind][from]))
		}
	}
	return out
}
