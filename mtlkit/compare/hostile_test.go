package compare_test

import (
	"math"
	"strings"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/compare"
	"kindred/sweep"
)

// Losses that have no logarithm, or none that can be averaged, make a report that says that nothing can be told.
func TestReportOfHostileLosses(t *testing.T) {
	s := study(3)
	for name, bad := range map[string][]float64{
		"zero": {0, 0, 0}, "a zero": {1, 0, 2}, "NaN": {math.NaN(), 1, 2}, "infinite": {1, math.Inf(1), 2},
		"alike": {1, 1, 1}, "extreme": {math.MaxFloat64, math.SmallestNonzeroFloat64, 1},
	} {
		table := sweep.Table[mtlkit.Result]{}
		for _, c := range s.Experiment().Cells {
			loss := 1 + float64(c.Seed)
			if c.Name == "wide" {
				loss = bad[c.Seed]
			}
			losses := []float64{loss, loss}
			result := mtlkit.Result{Entrant: c.Name, Seed: c.Seed, Losses: losses, Values: losses}
			table.Rows = append(table.Rows, sweep.Row[mtlkit.Result]{Cell: c, Result: result})
		}
		r, err := s.Report(table)
		if err != nil {
			t.Fatal(err)
		}
		if v := row(t, r, "wide").Verdict; v != compare.Unclear {
			t.Errorf("%s: the verdict is %q", name, v)
		}
		if v := row(t, r.Against("wide"), compare.Sum).Verdict; v != compare.Unclear {
			t.Errorf("%s: turned round the verdict is %q", name, v)
		}
		difference := r.String()
		if name != "NaN" && strings.Contains(difference, "NaN") {
			t.Errorf("%s: the table says NaN:\n%s", name, difference)
		}
		r.Ranks()
	}
}
