package datasets

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

var parkinsons = source{"parkinsons/parkinsons_updrs.data",
	"https://github.com/harinadh12/parkinson_disease_severity_prediction/raw/0bb8347/parkinsons_updrs.data",
	"f2c7d5025dec4e92e7feae367a5f7ccf58789a10ac6b54bdf15976c599f9dd39"}

// Parkinsons returns 5,875 voice recordings of 42 people with early Parkinson's disease: age, sex (1 for a woman), days
// since recruitment and 16 measures of the voice, with two clinical scores as targets, motor_UPDRS and total_UPDRS.
// Groups holds the person, 1 to 42. Recordings of one person are alike: [Table.SplitGroups] keeps them together.
//
// Reference: Tsanas, Little, McSharry, Ramig. Accurate telemonitoring of Parkinson's disease progression by
// non-invasive speech tests. IEEE Transactions on Biomedical Engineering 57, 2010.
func Parkinsons(ctx context.Context) (*Table, error) {
	data, err := parkinsons.read(ctx)
	if err != nil {
		return nil, err
	}
	cells, err := readCSV(parkinsons.path, data, ',', nil)
	if err != nil {
		return nil, err
	}
	targets := []string{"motor_UPDRS", "total_UPDRS"}
	inputs := slices.DeleteFunc(slices.Clone(cells.header), func(name string) bool {
		return name == "subject#" || slices.Contains(targets, name)
	})
	t := &Table{Targets: targets}
	if t.X, t.Inputs, err = cells.matrix(inputs); err != nil {
		return nil, err
	}
	if t.Y, _, err = cells.matrix(targets); err != nil {
		return nil, err
	}
	people, err := cells.column("subject#")
	if err != nil {
		return nil, err
	}
	t.Groups = make([]int, len(people))
	for i, person := range people {
		if t.Groups[i], err = strconv.Atoi(person); err != nil {
			return nil, fmt.Errorf("datasets: %s: row %d, column %q: %q is not a whole number", parkinsons.path, i+1,
				"subject#", person)
		}
	}
	return t, nil
}
