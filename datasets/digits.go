package datasets

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

var digits = source{"digits/digits.csv.gz",
	"https://github.com/scikit-learn/scikit-learn/raw/1.9.1/sklearn/datasets/data/digits.csv.gz",
	"09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"}

// Digits returns 1,797 handwritten digits of 8×8 pixels, 0 to 16, row by row, with three tasks: digit (0 to 9), odd
// (1 for 1, 3, 5, 7, 9) and large (1 from 5 on).
//
// Reference: Alpaydin, Kaynak. Cascading classifiers. Kybernetika 34, 1998.
func Digits(ctx context.Context) (*Table, error) {
	packed, err := digits.read(ctx)
	if err != nil {
		return nil, err
	}
	data, err := unzip(packed)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", digits.path, err)
	}
	names := make([]string, 65)
	for i := range 64 {
		names[i] = fmt.Sprintf("pixel %d,%d", i/8, i%8)
	}
	names[64] = "digit"
	cells, err := readCSV(digits.path, data, ',', names)
	if err != nil {
		return nil, err
	}
	all, _, err := cells.matrix(names)
	if err != nil {
		return nil, err
	}
	n := len(cells.rows)
	y := mat.NewDense(n, 3, nil)
	for i := range n {
		digit := int(all.At(i, 64))
		y.SetRow(i, []float64{float64(digit), float64(digit % 2), float64(digit / 5)})
	}
	x := mat.DenseCopyOf(all.Slice(0, n, 0, 64))
	return &Table{Inputs: names[:64], Targets: []string{"digit", "odd", "large"}, X: x, Y: y}, nil
}
