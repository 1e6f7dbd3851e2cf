package datasets

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
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
	return parseDigits(digits.path, packed)
}

// parseDigits reads rows of 64 pixels and a digit, packed by gzip.
func parseDigits(path string, packed []byte) (*Table, error) {
	data, err := unpack.Gzip(packed)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	names := make([]string, 65)
	for i := range 64 {
		names[i] = fmt.Sprintf("pixel %d,%d", i/8, i%8)
	}
	names[64] = "digit"
	cells, err := readCSV(path, data, ',', names)
	if err != nil {
		return nil, err
	}
	for _, name := range names[:64] {
		if _, err := cells.labels(name, 0, 16); err != nil {
			return nil, err
		}
	}
	digit, err := cells.labels("digit", 0, 9)
	if err != nil {
		return nil, err
	}
	x, inputs, err := cells.matrix(cells.except("digit"))
	if err != nil {
		return nil, err
	}
	y := mat.NewDense(cells.rows, 3, nil)
	for i, d := range digit {
		y.SetRow(i, []float64{d, float64(int(d) % 2), float64(int(d) / 5)})
	}
	return &Table{Inputs: inputs, Targets: []string{"digit", "odd", "large"}, X: x, Y: y}, nil
}
