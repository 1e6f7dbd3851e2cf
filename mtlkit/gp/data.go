package gp

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Data are the rows of all tasks. They are copied where they are kept.
type Data struct {
	X     *mat.Dense // rows × columns, finite
	Task  []int      // of each row, from 0
	Y     []float64  // the label of each row; NaN is missing: the row is left out
	Tasks int        // how many there are; those without rows are predicted from the others alone
}

// check panics unless the data make sense.
func (d Data) check(caller string) {
	say := func(format string, args ...any) { panic("gp: " + caller + ": " + fmt.Sprintf(format, args...)) }
	if d.X == nil || d.X.IsEmpty() {
		say("X is nil or empty; give a matrix of rows × columns")
	}
	rows, _ := d.X.Dims()
	if len(d.Task) != rows || len(d.Y) != rows {
		say("X has %d rows, Task %d entries, Y %d; want one for each row", rows, len(d.Task), len(d.Y))
	}
	if d.Tasks < 1 {
		say("Tasks is %d; it must be 1 or more", d.Tasks)
	}
	for i, t := range d.Task {
		if t < 0 || t >= d.Tasks {
			say("row %d is of task %d; there are %d, from 0", i, t, d.Tasks)
		}
	}
}

// present is the rows that have a label, and the places of their tasks.
type present struct {
	x    *mat.Dense
	task []int
	y    []float64
}

func (d Data) present() (present, error) {
	var p present
	_, columns := d.X.Dims()
	var x []float64
	for i, y := range d.Y {
		if math.IsNaN(y) {
			continue
		}
		if math.IsInf(y, 0) {
			return p, fmt.Errorf("gp: the label of row %d is %v; want a finite number, or NaN for a missing one", i, y)
		}
		row := d.X.RawRowView(i)[:columns]
		if err := finite(row, i); err != nil {
			return p, err
		}
		x = append(x, row...)
		p.task, p.y = append(p.task, d.Task[i]), append(p.y, y)
	}
	if len(p.y) == 0 {
		return p, errors.New("gp: no row has a label; give one at least")
	}
	p.x = mat.NewDense(len(p.y), columns, x)
	return p, nil
}

// finite returns the first fault of a row.
func finite(row []float64, i int) error {
	for j, v := range row {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("gp: column %d of row %d is %v; want finite numbers: fill the cell or leave out the row",
				j, i, v)
		}
	}
	return nil
}
