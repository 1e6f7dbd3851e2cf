package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/compare"
	"kindred/nn"
)

// The shared bottom has the number of parameters of MMoE within half a per cent, and OMoE has 6 % fewer at most.
func TestEqualParameters(t *testing.T) {
	n := func(m mtlkit.Model) float64 { return float64(nn.Size(m.Shapes())) }
	if ratio := n(sharedBottom(bottom)) / n(mmoe()); math.Abs(ratio-1) > 0.005 {
		t.Errorf("the shared bottom has %v times the parameters of MMoE", ratio)
	}
	if ratio := n(omoe()) / n(mmoe()); ratio > 1 || ratio < 0.94 {
		t.Errorf("OMoE has %v times the parameters of MMoE", ratio)
	}
}

// A small run of all of it: what is written is what is read, and the figure has a row for every entrant.
func TestSmallRun(t *testing.T) {
	s := size{Draws: 2, Train: 60, Valid: 30, Test: 30, Batch: 30, Epochs: 2}
	r := result{Command: "test", Size: s}
	var reports []compare.Report
	for _, p := range correlations {
		report, err := study(p, s).Run(t.Context(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, report)
		r.Found = append(r.Found, found{p, report.Results})
	}
	path, figure := filepath.Join(t.TempDir(), "r.json"), filepath.Join(t.TempDir(), "f.svg")
	if err := write(path, figure, r, reports); err != nil {
		t.Fatal(err)
	}
	var again result
	if err := durable.ReadJSON(path, &again); err != nil {
		t.Fatal(err)
	}
	if n := len(again.Found); n != 3 || len(again.Found[2].Results) != 2*5 || again.Size != s {
		t.Errorf("what is read has %d correlations: %+v", n, again)
	}
	svg, err := os.ReadFile(figure)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(svg), ">MMoE<"); n != 3 {
		t.Errorf("the figure has %d rows of MMoE, want 3", n)
	}
	tables := tablesOf(reports)
	for _, want := range []string{"MMoE against OMoE: ", "| kept the rate 0.1 |", "\n| hard sharing | ",
		"\n| constant | "} {
		if strings.Count(tables, want) < 3 {
			t.Errorf("%q is not there for every correlation:\n%s", want, tables)
		}
	}
	if strings.Contains(tables, "NaN") {
		t.Errorf("a table says NaN:\n%s", tables)
	}
	for _, name := range []string{compare.Alone, "MMoE"} {
		sum := 0.0
		for trial := range rates {
			sum += kept(reports[0], name, trial)
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("the shares of the rates that %s kept add up to %v", name, sum)
		}
	}
}
