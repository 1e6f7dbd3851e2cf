package mtlkit_test

import (
	"math"
	"testing"

	"kindred/datasets"
	"kindred/internal/published"
	"kindred/mtlkit"
	"kindred/nn"
)

// The sets of many groups, dealt within each, are data of as many tasks.
func TestGroupsOfRealTables(t *testing.T) {
	school, landmine := published.Set(t, datasets.School), published.Set(t, datasets.Landmine)
	for _, c := range []struct {
		table       *datasets.Table
		loss        nn.Loss
		groups      int
		share       float64
		first, last string
	}{{school, nn.SquaredError{}, 139, 0.75, "1", "139"}, {landmine, nn.LogisticLoss{}, 29, 0.5, "0", "28"}} {
		name := c.table.Targets[0]
		train, test := c.table.SplitWithinGroups(c.share, 1)
		units := mtlkit.StandardizeGroups(mtlkit.Task{Name: name, Loss: c.loss}, train)
		tasks := units.Tasks()
		if len(tasks) != c.groups || tasks[0].Name != c.first || tasks[c.groups-1].Name != c.last {
			t.Fatalf("%s: %d tasks, %q to %q", name, len(tasks), tasks[0].Name, tasks[len(tasks)-1].Name)
		}
		rows := make([]float64, c.groups)
		total := 0.0
		for part, table := range []*datasets.Table{train, test} {
			data, err := units.Data(table)
			if err != nil {
				t.Fatal(err)
			}
			if err := data.Check(tasks); err != nil {
				t.Fatal(err)
			}
			for k, x := range data.X {
				n, _ := x.Dims()
				total += float64(n)
				if part == 0 {
					rows[k] = float64(n)
				} else if all := rows[k] + float64(n); math.Abs(rows[k]-c.share*all) > 0.5 {
					t.Errorf("%s: group %q has %v of %v rows to train on, want a share of %v", name, tasks[k].Name,
						rows[k], all, c.share)
				}
			}
		}
		if total != float64(c.table.Len()) {
			t.Errorf("%s: %v rows of %d", name, total, c.table.Len())
		}
	}
}
