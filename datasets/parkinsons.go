package datasets

import "context"

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
	return parseParkinsons(parkinsons.path, data)
}

// parseParkinsons reads a table with the columns subject#, motor_UPDRS and total_UPDRS.
func parseParkinsons(path string, data []byte) (*Table, error) {
	cells, err := readCSV(path, data, ',', nil)
	if err != nil {
		return nil, err
	}
	people, err := cells.labels("subject#", 1, 42)
	if err != nil {
		return nil, err
	}
	t := &Table{Groups: make([]int, len(people))}
	for i, person := range people {
		t.Groups[i] = int(person)
	}
	targets, err := cells.pick("motor_UPDRS", "total_UPDRS")
	if err != nil {
		return nil, err
	}
	if t.X, t.Inputs, err = cells.matrix(cells.except("subject#", "motor_UPDRS", "total_UPDRS")); err != nil {
		return nil, err
	}
	if t.Y, t.Targets, err = cells.matrix(targets); err != nil {
		return nil, err
	}
	return t, nil
}
