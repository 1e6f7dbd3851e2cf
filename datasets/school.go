package datasets

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/matfile"
)

var school = source{"school/school.mat", "https://github.com/jiayuzhou/MALSAR/raw/fb97515/data/school.mat",
	"57fb3238fdd03a9aa17276e2ce18d9bbb5d128c3261e794fe6233b58b6909068"}

// School returns the examination score (1 to 70) of 15,362 pupils of 139 London schools, 1985 to 1987, a regression
// task for each school: Groups holds the school, 1 to 139. The 28 inputs have no names in the source; they code the
// year, two percentages of the school, sex, verbal reasoning band, ethnic group, kind of school, and a constant 1.
// Some are constant within a school and most are collinear: least squares needs a penalty.
//
// Reference: Goldstein. Multilevel modelling of survey data. The Statistician 40, 1991.
func School(ctx context.Context) (*Table, error) {
	data, err := school.read(ctx)
	if err != nil {
		return nil, err
	}
	return parseSchool(school.path, data)
}

// parseSchool reads the cells X and Y of a MATLAB file, a matrix of pupils × inputs and a column of scores a school.
func parseSchool(path string, data []byte) (*Table, error) {
	variables, err := matfile.Read(data)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	xs, ys := variables["X"].Cells, variables["Y"].Cells
	if len(xs) == 0 || len(xs) != len(ys) {
		return nil, fmt.Errorf("datasets: %s: inputs of %d schools in X, scores of %d in Y; want as many", path, len(xs),
			len(ys))
	}
	_, inputs := xs[0].Matrix.Dims()
	if inputs > mostColumns {
		return nil, fmt.Errorf("datasets: %s: %d inputs, want at most %d", path, inputs, mostColumns)
	}
	pupils := 0
	for k := range xs {
		rows, cols := xs[k].Matrix.Dims()
		if n, one := ys[k].Matrix.Dims(); n != rows || one != 1 || cols != inputs {
			return nil, fmt.Errorf("datasets: %s: school %d has inputs %d × %d, scores %d × %d; want %d inputs and a score a "+
				"pupil", path, k+1, rows, cols, n, one, inputs)
		}
		pupils += rows
	}
	t := &Table{Targets: []string{"score"}, Groups: make([]int, 0, pupils)}
	x, y := make([]float64, 0, pupils*inputs), make([]float64, 0, pupils)
	for k := range xs {
		x = append(x, xs[k].Matrix.RawMatrix().Data...)
		y = append(y, ys[k].Matrix.RawMatrix().Data...)
		for range xs[k].Matrix.RawMatrix().Rows {
			t.Groups = append(t.Groups, k+1)
		}
	}
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("datasets: %s: input %d of pupil %d is %v; want a finite number", path, i%inputs+1,
				i/inputs+1, v)
		}
	}
	for i, score := range y {
		if !(1 <= score && score <= 70) {
			return nil, fmt.Errorf("datasets: %s: the score of pupil %d is %v, want 1 to 70", path, i+1, score)
		}
	}
	for j := range inputs {
		t.Inputs = append(t.Inputs, fmt.Sprint("x", j+1))
	}
	t.X, t.Y = mat.NewDense(len(y), inputs, x), mat.NewDense(len(y), 1, y)
	return t, nil
}
