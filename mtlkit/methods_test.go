package mtlkit_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
)

// Every entry of the table of properties, both ways: what is claimed holds on all matrices of the kit, and for what is
// not claimed the kit has a counterexample.
func TestProperties(t *testing.T) {
	for _, m := range mtlkit.Methods() {
		if _, ok := m.New(2).(mtlkit.Scalarizer); ok {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			mtltest.TestAggregators(t, m.New, m.Properties)
			for _, p := range mtlkit.Properties() {
				if m.Properties.Has(p) {
					continue
				}
				on, why, ok := mtltest.Counterexample(m.New, p)
				if !ok {
					t.Errorf("%v is not claimed, but holds on all matrices", p)
					continue
				}
				t.Logf("not %v: %s: %v", p, on.Name, why)
			}
		})
	}
}

// The degree in the table, by scaling well conditioned gradients by 3.
func TestDegrees(t *testing.T) {
	j := normal(4, 9, 3)
	for _, m := range mtlkit.Methods() {
		b := m.New(4)
		if _, ok := b.(mtlkit.Scalarizer); ok {
			continue
		}
		scaled := normal(4, 9, 3)
		scaled.Scale(3, scaled)
		var a mtlkit.Aggregation
		d, three := make([]float64, 9), make([]float64, 9)
		if err := apply(&a, d, b, j, ones(4), b.NewState(4, 9)); err != nil {
			t.Fatal(err)
		}
		if err := apply(&a, three, b, scaled, ones(4), b.NewState(4, 9)); err != nil {
			t.Fatal(err)
		}
		along := floats.Dot(d, three) / floats.Norm(d, 2) / floats.Norm(three, 2)
		degree := math.Log(floats.Norm(three, 2)/floats.Norm(d, 2)) / math.Log(3)
		homogeneous := along > 1-1e-12 && (math.Abs(degree-m.Degree) < 1e-9)
		if homogeneous == math.IsNaN(m.Degree) {
			t.Errorf("%s: degree %v, cosine %v; the table says %v", m.Name, degree, along, m.Degree)
		}
	}
}

// The table has a row for every method, with as many cells as its head, and the kind that its type is of.
func TestMethodTable(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(mtlkit.MethodTable()), "\n")
	if len(lines) != 2+len(mtlkit.Methods()) {
		t.Fatalf("%d lines for %d methods", len(lines), len(mtlkit.Methods()))
	}
	for i, m := range mtlkit.Methods() {
		line := lines[2+i]
		if got, want := strings.Count(line, "|"), strings.Count(lines[0], "|"); got != want {
			t.Errorf("%s: %d bars, want %d: %s", m.Name, got, want, line)
		}
		if got := strings.TrimPrefix(fmt.Sprintf("%T", m.New(3)), "mtlkit."); got != m.Name {
			t.Errorf("the row %s makes a %s", m.Name, got)
		}
		if !strings.Contains(line, mtlkit.Needs(m.New(3))) {
			t.Errorf("%s: the row does not say that it needs %s", m.Name, mtlkit.Needs(m.New(3)))
		}
	}
}

// The README shows the table as the command prints it.
func TestReadmeShowsTheMethods(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), mtlkit.MethodTable()) {
		t.Error("the README has another table of methods; go run ./mtlkit/cmd/methods prints it")
	}
}
