package datasets

import (
	"slices"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

const mines = "task,x1,x2,x3,x4,x5,x6,x7,x8,x9,mine\n0,1,2,3,4,5,6,7,8,9,1\n28,0,0,0,0,0,0,0,0,-1.5,0\n"

// Both forms of the set are the same table.
func TestParseLandmine(t *testing.T) {
	packed, err := parseLandmine("f.csv.gz", hostile.Gzip([]byte(mines)))
	if err != nil {
		t.Fatal(err)
	}
	joined, err := joinLandmine([]byte("0,1,2,3,4,5,6,7,8,task\n1,2,3,4,5,6,7,8,9,0\n0,0,0,0,0,0,0,0,-1.5,28\n"),
		[]byte("label\n1\n0\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []*Table{packed, joined} {
		shape(t, table, 2, 9, "mine")
		equal(t, "X", flat(table.X), []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, -1.5})
		equal(t, "mines", table.Target("mine"), []float64{1, 0})
		if !slices.Equal(table.Groups, []int{0, 28}) || table.Inputs[8] != "x9" {
			t.Errorf("fields %v, inputs %q", table.Groups, table.Inputs)
		}
	}
	if _, err := joinLandmine([]byte("0,task\n1,0\n"), []byte("label\n1\n0\n")); err == nil ||
		!strings.Contains(err.Error(), "landmine_data.csv has 1 rows, landmine/landmine_target.csv 2; want as many") {
		t.Errorf("rows that do not fit: %v", err)
	}
}

func TestLandmine(t *testing.T) {
	needs(t, packedLandmine)
	table, err := Landmine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shape(t, table, 14820, 9, "mine")
	rows, mines := make([]float64, 29), make([]float64, 29)
	for i, field := range table.Groups {
		rows[field]++
		mines[field] += table.Y.At(i, 0)
	}
	total := 0.0
	for _, n := range mines {
		total += n
	}
	equal(t, "rows and mines of a field, least and most; mines",
		[]float64{slices.Min(rows), slices.Max(rows), slices.Min(mines), slices.Max(mines), total},
		[]float64{445, 690, 15, 48, 904})
	equal(t, "first features", table.X.RawRowView(0)[:3], []float64{1.368307904, 15.56627092, 7.363358657})
}
