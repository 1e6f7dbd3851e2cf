package balance_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit/balance"
	"kindred/mtlkit/mtltest"
)

// Every entry of the table of properties, both ways: what is claimed holds on all matrices of the kit, and for what is
// not claimed the kit has a counterexample.
func TestProperties(t *testing.T) {
	for _, m := range balance.Methods() {
		if _, ok := m.New(2).(balance.Scalarizer); ok {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			mtltest.TestAggregators(t, m.New, m.Properties)
			for _, p := range balance.Properties() {
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
	for _, m := range balance.Methods() {
		b := m.New(4)
		if _, ok := b.(balance.Scalarizer); ok {
			continue
		}
		scaled := normal(4, 9, 3)
		scaled.Scale(3, scaled)
		var a balance.Aggregation
		d, three := make([]float64, 9), make([]float64, 9)
		if err := apply(&a, d, b, j, ones(4), start(b, 4, 9)); err != nil {
			t.Fatal(err)
		}
		if err := apply(&a, three, b, scaled, ones(4), start(b, 4, 9)); err != nil {
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
	lines := strings.Split(strings.TrimSpace(balance.MethodTable()), "\n")
	if len(lines) != 2+len(balance.Methods()) {
		t.Fatalf("%d lines for %d methods", len(lines), len(balance.Methods()))
	}
	for i, m := range balance.Methods() {
		line := lines[2+i]
		if got, want := strings.Count(line, "|"), strings.Count(lines[0], "|"); got != want {
			t.Errorf("%s: %d bars, want %d: %s", m.Name, got, want, line)
		}
		if got := strings.TrimPrefix(fmt.Sprintf("%T", m.New(3)), "balance."); got != m.Name {
			t.Errorf("the row %s makes a %s", m.Name, got)
		}
		if !strings.Contains(line, balance.Needs(m.New(3))) {
			t.Errorf("%s: the row does not say that it needs %s", m.Name, balance.Needs(m.New(3)))
		}
	}
}

// The documentation shows the table as the command prints it.
func TestDocumentShowsTheMethods(t *testing.T) {
	document, err := os.ReadFile("../../docs/balancers.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), balance.MethodTable()) {
		t.Error("docs/balancers.md has another table of methods; go run ./cmd/balancers prints it")
	}
}
