package adapting

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

var svgNumber = regexp.MustCompile(`-?\d+(\.\d+)?`)

// The figure of the README is what TenPoints draws, up to what processors round differently: numbers in points agree
// within one point. With KINDRED_README set it is written anew (make readme-figure).
func TestReadmeFigure(t *testing.T) {
	const path = "../../../docs/ten-points.svg"
	f := TenPoints().SVG()
	if os.Getenv("KINDRED_README") != "" {
		if err := os.WriteFile(path, f, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, got := svgNumber.FindAll(stored, -1), svgNumber.FindAll(f, -1)
	if len(want) != len(got) {
		t.Fatalf("%s holds %d numbers, the figure %d; make readme-figure draws it anew", path, len(want), len(got))
	}
	for k := range want {
		a, _ := strconv.ParseFloat(string(want[k]), 64)
		b, _ := strconv.ParseFloat(string(got[k]), 64)
		if math.Abs(a-b) > 1 {
			t.Fatalf("%s: number %d is %v, in the figure %v; make readme-figure draws it anew", path, k, a, b)
		}
	}
}
