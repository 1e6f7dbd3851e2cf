package datasets

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"
)

const wine = "https://github.com/rakin23/cuboulder-csca5622-final/raw/ef99205/wine-quality/"

var (
	redWine = source{"wine_quality/winequality-red.csv", wine + "winequality-red.csv",
		"4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e"}
	whiteWine = source{"wine_quality/winequality-white.csv", wine + "winequality-white.csv",
		"76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836"}
)

// Wine returns 6,497 Portuguese wines, the 1,599 red ones first, with eleven measures of their chemistry and two tasks:
// quality, the median mark of the tasters (3 to 9), and white (1 for a white wine). Many rows are repeated, so that a
// random split has some wines on both sides.
//
// Reference: Cortez, Cerdeira, Almeida, Matos, Reis. Modeling wine preferences by data mining from physicochemical
// properties. Decision Support Systems 47, 2009.
func Wine(ctx context.Context) (*Table, error) {
	red, err := readWine(ctx, redWine, 0)
	if err != nil {
		return nil, err
	}
	white, err := readWine(ctx, whiteWine, 1)
	if err != nil {
		return nil, err
	}
	return bothWines(red, white)
}

// bothWines puts the white wines below the red ones.
func bothWines(red, white *Table) (*Table, error) {
	if !slices.Equal(red.Inputs, white.Inputs) {
		return nil, fmt.Errorf("datasets: %s and %s have other columns: %d and %d; want the same in both", redWine.path,
			whiteWine.path, len(red.Inputs), len(white.Inputs))
	}
	both := &Table{Inputs: red.Inputs, Targets: red.Targets, X: new(mat.Dense), Y: new(mat.Dense)}
	both.X.Stack(red.X, white.X)
	both.Y.Stack(red.Y, white.Y)
	return both, nil
}

func readWine(ctx context.Context, s source, white float64) (*Table, error) {
	data, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	return parseWine(s.path, data, white)
}

// parseWine reads a table with a column quality, a mark from 0 to 10.
func parseWine(path string, data []byte, white float64) (*Table, error) {
	cells, err := readCSV(path, data, ';', nil)
	if err != nil {
		return nil, err
	}
	quality, err := cells.labels("quality", 0, 10)
	if err != nil {
		return nil, err
	}
	x, names, err := cells.matrix(cells.except("quality"))
	if err != nil {
		return nil, err
	}
	y := mat.NewDense(cells.rows, 2, nil)
	for i, mark := range quality {
		y.SetRow(i, []float64{mark, white})
	}
	return &Table{Inputs: names, Targets: []string{"quality", "white"}, X: x, Y: y}, nil
}
