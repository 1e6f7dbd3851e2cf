package mtlkit_test

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
)

// Rows that choose are no others: the same row in memory, and the same rows in another order, are refused; the same
// inputs, where each has the labels of some, are not.
func TestRowsThatChooseAreNoOthers(t *testing.T) {
	all := overfits(twoHeads)
	rows := func(d mtlkit.Data, from, to int) mtlkit.Data {
		var out mtlkit.Data
		for _, m := range d.X {
			out.X = append(out.X, m.Slice(from, to, 0, m.RawMatrix().Cols).(*mat.Dense))
		}
		for _, m := range d.Y {
			out.Y = append(out.Y, m.Slice(from, to, 0, 1).(*mat.Dense))
		}
		return out
	}
	turned := mtlkit.Data.RowsOf(all.HeldOut, [][]int{{8, 3, 4, 5, 6, 7, 0, 1, 2}})
	masked := func(from, to int) mtlkit.Data {
		d := mtlkit.Data{X: all.Data.X}
		for _, y := range all.Data.Y {
			y = mat.DenseCopyOf(y)
			for r := range 24 {
				if r < from || r >= to {
					y.Set(r, 0, math.NaN())
				}
			}
			d.Y = append(d.Y, y)
		}
		return d
	}
	weighed := func(from, to int) mtlkit.Data {
		d := mtlkit.Data{X: all.Data.X, Y: all.Data.Y}
		for range d.Y {
			weights := make([]float64, 24)
			for r := from; r < to; r++ {
				weights[r] = 0.5
			}
			d.Weights = append(d.Weights, weights)
		}
		return d
	}
	for name, c := range map[string]struct {
		data, validation, heldOut mtlkit.Data
		says                      string
	}{
		"the held-out rows": {all.Data, all.HeldOut, all.HeldOut,
			"row 0 of task \"task 0\" in Validation is also in HeldOut:"},
		"a copy of them, turned": {all.Data, turned, all.HeldOut, "Validation has the same rows as HeldOut:"},
		"the training rows":      {all.Data, all.Data, all.HeldOut, "is also in Data:"},
		"one of the held-out": {rows(all.Data, 0, 10), rows(all.Data, 10, 18), rows(all.Data, 17, 24),
			"row 7 of task \"task 0\" in Validation is also in HeldOut:"},
		"parts of one matrix":     {rows(all.Data, 0, 10), rows(all.Data, 10, 17), rows(all.Data, 17, 24), ""},
		"labels of a row in both": {masked(0, 10), masked(10, 18), masked(17, 24), "row 17 of task"},
		"labels of their own":     {masked(0, 10), masked(10, 17), masked(17, 24), ""},
		"weight of a row in both": {weighed(0, 10), weighed(10, 18), weighed(17, 24), "row 17 of task"},
		"weights of their own":    {weighed(0, 10), weighed(10, 17), weighed(17, 24), ""},
		"nothing held out":        {all.Data, all.HeldOut, mtlkit.Data{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if said, _ := recover().(string); (said == "") != (c.says == "") || !strings.Contains(said, c.says) {
					t.Errorf("it says %q, want %q", said, c.says)
				}
			}()
			trainer := all
			trainer.Data, trainer.Validation, trainer.HeldOut = c.data, c.validation, c.heldOut
			if _, err := trainer.Start(); err != nil {
				t.Error(err)
			}
		})
	}
	unlabelled := all
	unlabelled.Validation.Y = []*mat.Dense{all.Validation.Y[0], nil}
	if _, err := unlabelled.Start(); err == nil ||
		!strings.Contains(err.Error(), `Validation: task "task 1" has no label`) {
		t.Errorf("a task without labels to choose by: %v", err)
	}
	weightless := all
	weightless.Validation.Weights = [][]float64{nil, make([]float64, all.Validation.Y[1].RawMatrix().Rows)}
	if _, err := weightless.Start(); err == nil ||
		!strings.Contains(err.Error(), `Validation: task "task 1" has no label that counts`) {
		t.Errorf("a task whose labels to choose by all have a weight of 0: %v", err)
	}
	narrow := all
	narrow.Validation = mtlkit.SharedInputs(mtlkit.Rows([]float64{1}), []float64{1}, []float64{1})
	if _, err := narrow.Start(); err == nil || !strings.Contains(err.Error(),
		"validation: mtlkit: Data: the inputs of task") {
		t.Errorf("other columns: %v", err)
	}
}
