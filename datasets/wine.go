package datasets

import (
	"context"

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
	cells, err := readCSV(s.path, data, ';', nil)
	if err != nil {
		return nil, err
	}
	last := len(cells.header) - 1
	x, names, err := cells.matrix(cells.header[:last])
	if err != nil {
		return nil, err
	}
	quality, _, err := cells.matrix(cells.header[last:])
	if err != nil {
		return nil, err
	}
	y := mat.NewDense(len(cells.rows), 2, nil)
	for i := range cells.rows {
		y.SetRow(i, []float64{quality.At(i, 0), white})
	}
	return &Table{Inputs: names, Targets: []string{"quality", "white"}, X: x, Y: y}, nil
}
