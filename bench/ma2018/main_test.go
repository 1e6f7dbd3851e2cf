package main

import (
	"bytes"
	"encoding/json"
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
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := durable.CheckStamp(text); err != nil {
		t.Error(err)
	}
	var again result
	if err := json.Unmarshal(text, &again); err != nil {
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
	var out bytes.Buffer
	show(&out, reports)
	if !strings.Contains(out.String(), "MMoE against OMoE: ") || strings.Contains(out.String(), "NaN") {
		t.Errorf("what is shown:\n%s", out.String())
	}
}
