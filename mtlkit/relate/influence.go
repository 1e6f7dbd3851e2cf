package relate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/mtlkit"
)

// An Influence is what each task does for each other one, on each seed: a gain where it is positive.
type Influence struct {
	Tasks  []string
	Values [][][]float64 // Values[i][j][k]: of task i on task j, on seed k; nil for i = j
	Judges []Judge       // of what is done for each task; nil where every seed draws rows of its own
}

// Mean returns the means over the seeds, from task i, a row, on task j, a column; 0 on the diagonal: a task does
// nothing for itself. Seeds of NaN, on which nothing was measured, are left out; where all are, so it is NaN.
func (f Influence) Mean() [][]float64 {
	mean := make([][]float64, len(f.Tasks))
	for i := range mean {
		mean[i] = make([]float64, len(f.Tasks))
		for j := range mean {
			if i != j {
				mean[i][j] = f.interval(i, j).Mean
			}
		}
	}
	return mean
}

// Interval returns the mean of what task i does for task j, with its 95 % interval over the seeds.
func (f Influence) Interval(i, j int) mtlkit.Interval {
	if m := len(f.Tasks); i < 0 || i >= m || j < 0 || j >= m || i == j {
		panic(fmt.Sprintf("relate: Influence.Interval: from task %d on task %d; there are %d, and none has any on "+
			"itself", i, j, m))
	}
	return f.interval(i, j)
}

func (f Influence) interval(i, j int) mtlkit.Interval {
	values := slices.DeleteFunc(slices.Clone(f.Values[i][j]), func(v float64) bool { return v != v })
	if len(values) == 0 {
		return mtlkit.Interval{Mean: math.NaN(), Low: math.NaN(), High: math.NaN()}
	}
	return f.judge(j).Interval(values)
}

// judge returns that of what is done for a task.
func (f Influence) judge(task int) Judge {
	if f.Judges == nil {
		return Judge{}
	}
	return f.Judges[task]
}

// Tests returns for each pair of tasks the p-value of Student's test that task i does nothing for task j, adjusted for
// all pairs (Holm): those below 0.05 may be called different with a chance of 5 % to be wrong about any. It is 1 on the
// diagonal.
func (f Influence) Tests() [][]float64 {
	m := len(f.Tasks)
	var p []float64
	for i := range m {
		for j := range m {
			if i != j {
				values := slices.DeleteFunc(slices.Clone(f.Values[i][j]), func(v float64) bool { return v != v })
				if len(values) == 0 {
					values = []float64{0}
				}
				p = append(p, f.judge(j).Test(values))
			}
		}
	}
	if len(p) > 0 {
		p = mtlkit.Holm(p)
	}
	tests := make([][]float64, m)
	for i := range m {
		tests[i] = make([]float64, m)
		for j := range m {
			tests[i][j] = 1
			if i != j {
				tests[i][j], p = p[0], p[1:]
			}
		}
	}
	return tests
}

// String returns the means, in per cent, as a table: from the task of a row on that of a column. What differs from 0
// (see [Influence.Tests]) is marked by a star.
func (f Influence) String() string {
	mean, tests := f.Mean(), f.Tests()
	rows := [][]string{append([]string{"from \\ on, %"}, f.Tasks...)}
	for i, name := range f.Tasks {
		row := []string{name}
		for j := range f.Tasks {
			cell := "·"
			if i != j {
				cell = signed(100*mean[i][j], 1)
			}
			if tests[i][j] < 0.05 {
				cell += "*"
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// signed writes a number with its sign, and a minus as long as a plus.
func signed(v float64, digits int) string {
	if math.IsNaN(v) {
		return "–"
	}
	return strings.ReplaceAll(fmt.Sprintf("%+.*f", digits, v), "-", "−")
}

// table sets rows of cells in columns, the first to the left and the others to the right.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for k, cell := range row {
			space := strings.Repeat(" ", widths[k]-len([]rune(cell)))
			if k == 0 {
				line += cell + space
			} else {
				line += "  " + space + cell
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
