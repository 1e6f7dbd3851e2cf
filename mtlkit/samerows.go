package mtlkit

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
)

// checkValidation panics where what chooses makes no sense, and returns what is wrong with its rows.
func (t *Trainer) checkValidation() error {
	if t.Patience < 0 {
		panic(fmt.Sprintf("mtlkit: Trainer: Patience is %d; it must not be negative, and 0 is none", t.Patience))
	}
	if !(t.MinDelta >= 0) || math.IsInf(t.MinDelta, 1) {
		panic(fmt.Sprintf("mtlkit: Trainer: MinDelta is %v; it must be finite and not negative", t.MinDelta))
	}
	if t.Watch != SumOfLosses && t.Watch != SumOfLogs {
		panic(fmt.Sprintf("mtlkit: Trainer: Watch is %d; there are SumOfLosses and SumOfLogs", t.Watch))
	}
	if t.Validation.empty() {
		if t.Patience > 0 || t.MinDelta > 0 || t.Watch != SumOfLosses {
			panic(fmt.Sprintf("mtlkit: Trainer: Patience is %d, MinDelta %v and Watch %d, and there is no Validation "+
				"to choose on; give rows that are neither trained on nor reported", t.Patience, t.MinDelta, t.Watch))
		}
		return nil
	}
	if t.MinDelta > 0 && t.Patience == 0 {
		panic(fmt.Sprintf("mtlkit: Trainer: MinDelta is %v and Patience 0; MinDelta is what a better epoch must gain "+
			"for patience to begin anew", t.MinDelta))
	}
	if err := t.Validation.checkLike(t.Model, t.Data.columns(), t.Tasks); err != nil {
		return fmt.Errorf("validation: %w", err)
	}
	data, validation := t.Data.complete(t.Tasks), t.Validation.complete(t.Tasks)
	t.refuseSame(validation, data, "Data: rows that are trained on choose the epoch that fits them closest")
	if !t.HeldOut.empty() {
		t.refuseSame(validation, t.HeldOut.complete(t.Tasks),
			"HeldOut: a number that is reported must be of rows that have not chosen")
	}
	for i, task := range t.Tasks {
		if len(labelledRows(validation, i, task)) == 0 && len(labelledRows(data, i, task)) > 0 {
			return fmt.Errorf("mtlkit: Validation: task %q has no label that counts, and is trained: there is "+
				"nothing to choose its epoch by; give it rows, with a weight above 0", task.Name)
		}
	}
	return nil
}

// refuseSame panics if the rows that choose are also others: if a row lies in the same place in memory and has a label
// in both, or if all rows are the same, in whatever order. Rows that are equal by chance are not refused.
func (t *Trainer) refuseSame(validation, other Data, why string) {
	equal := true
	for i, task := range t.Tasks {
		mine, others := labelledRows(validation, i, task), labelledRows(other, i, task)
		places := map[*float64]bool{}
		for _, r := range others {
			places[&other.x(i).RawRowView(r)[0]] = true
		}
		for _, r := range mine {
			if places[&validation.x(i).RawRowView(r)[0]] {
				panic(fmt.Sprintf("mtlkit: Trainer: row %d of task %q in Validation is also in %s; split them, as "+
					"Data.Split does", r, task.Name, why))
			}
		}
		equal = equal && len(mine) == len(others) && slices.Equal(hashes(validation, i, mine), hashes(other, i, others))
	}
	if equal {
		panic("mtlkit: Trainer: Validation has the same rows as " + why + "; split them, as Data.Split does")
	}
}

// labelledRows returns the rows of task i with a label whose weight, by its row and its class, is above 0.
func labelledRows(d Data, i int, task Task) (rows []int) {
	y := d.measure(i, task).y
	for r := range rowsOf(y) {
		if slices.ContainsFunc(y.RawRowView(r), func(v float64) bool { return !math.IsNaN(v) }) {
			rows = append(rows, r)
		}
	}
	return rows
}

var rowSeed = maphash.MakeSeed()

// hashes returns what tells rows of a task apart, inputs and labels, in ascending order.
func hashes(d Data, task int, rows []int) (all []uint64) {
	x, y := d.x(task), d.Y[task]
	var bytes []byte
	for _, r := range rows {
		bytes = bytes[:0]
		for _, row := range [][]float64{x.RawRowView(r), y.RawRowView(r)} {
			for _, v := range row {
				bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(v))
			}
		}
		all = append(all, maphash.Bytes(rowSeed, bytes))
	}
	slices.Sort(all)
	return all
}
