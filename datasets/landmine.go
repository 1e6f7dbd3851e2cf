package datasets

import (
	"context"
	"fmt"
	"math"
	"os"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

const landmines = "https://github.com/GAA-UAM/R-MTGB/raw/ec9f54b/Datasets/landmine/"

var (
	landmineData = source{"landmine/landmine_data.csv", landmines + "landmine_data.csv",
		1708114, "368182c609770b4fcfce56cbfaeaeceb9edf3f6677faa8ecc2a7d8dd90dc100d"}
	landmineTarget = source{"landmine/landmine_target.csv", landmines + "landmine_target.csv",
		29646, "d838bf310056c957afd35cb7f04f7211d5e3aaed58198ff6fd59a5a0207bdf10"}

	// packedLandmine is both of them side by side, for a folder that has it.
	packedLandmine = source{"landmine/landmine.csv.gz", landmines +
		" (landmine_data.csv and landmine_target.csv as one table)",
		733313, "05261dde0b9e0d864c7424a0f620345b464cb748839b729e8668074815bd51ba"}
)

// Landmine returns 14,820 places in radar images of 29 fields, nine features each, and whether a mine lies there: 904
// of them, 6.1 %. Groups holds the field, 0 to 28, a task each: 0 to 14 are overgrown, 15 to 28 bare earth or desert. A
// field has 445 to 690 rows, 15 to 48 of them mines. The features have no names in the source and are not standardised.
//
// In a folder of KINDRED_DATA it is one file, landmine.csv.gz, the columns of the two that are fetched side by side.
//
// Reference: Xue, Liao, Carin, Krishnapuram. Multi-task learning for classification with Dirichlet process priors. JMLR
// 8, 2007.
func Landmine(ctx context.Context) (*Table, error) {
	packedLandmine.checkContext(ctx)
	if os.Getenv(folderVariable) != "" {
		packed, err := packedLandmine.read(ctx)
		if err != nil {
			return nil, err
		}
		return parseLandmine(packedLandmine.path, packed)
	}
	data, err := landmineData.read(ctx)
	if err != nil {
		return nil, err
	}
	target, err := landmineTarget.read(ctx)
	if err != nil {
		return nil, err
	}
	return joinLandmine(data, target)
}

// parseLandmine reads rows of a field, nine features and 0 or 1, packed by gzip.
func parseLandmine(path string, packed []byte) (*Table, error) {
	text, err := unpack.Gzip(packed)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	cells, err := readCSV(path, text, ',', nil)
	if err != nil {
		return nil, err
	}
	return fieldsOfMines(cells, cells, "task", "mine")
}

// joinLandmine reads the features and the field from one text, and the labels from another.
func joinLandmine(data, target []byte) (*Table, error) {
	left, err := readCSV(landmineData.path, data, ',', nil)
	if err != nil {
		return nil, err
	}
	right, err := readCSV(landmineTarget.path, target, ',', nil)
	if err != nil {
		return nil, err
	}
	if left.rows != right.rows {
		return nil, fmt.Errorf("datasets: %s has %d rows, %s %d; want as many", left.path, left.rows, right.path,
			right.rows)
	}
	return fieldsOfMines(left, right, "task", "label")
}

func fieldsOfMines(left, right *sheet, field, mine string) (*Table, error) {
	fields, err := left.labels(field, 0, 28)
	if err != nil {
		return nil, err
	}
	mines, err := right.labels(mine, 0, 1)
	if err != nil {
		return nil, err
	}
	x, _, err := left.matrix(left.except(field, mine))
	if err != nil {
		return nil, err
	}
	if i := indexOf(x, math.IsNaN); i >= 0 {
		return nil, fmt.Errorf("datasets: %s: row %d misses a feature", left.path, i+1)
	}
	t := &Table{Targets: []string{"mine"}, X: x, Y: mat.NewDense(len(mines), 1, mines),
		Groups: make([]int, len(fields)),
		Words:  map[string][]string{"mine": {"clutter", "mine"}}}
	for i, f := range fields {
		t.Groups[i] = int(f)
	}
	for j := range x.RawMatrix().Cols {
		t.Inputs = append(t.Inputs, fmt.Sprint("x", j+1))
	}
	return t, nil
}
