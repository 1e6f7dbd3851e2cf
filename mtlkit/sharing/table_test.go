package sharing_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"kindred/internal/exported"
	"kindred/mtlkit/mtltest"
	"kindred/mtlkit/sharing"
)

// Every architecture, a type that has twins, has a row of its own type in a file of that name, and what docs/architectures.md
// prints is the table.
func TestEveryArchitectureHasARow(t *testing.T) {
	rows := map[string]bool{}
	for _, a := range sharing.Architectures() {
		rows[a.Name] = true
		if of := fmt.Sprintf("%T", a.Model); of != "sharing."+a.Name {
			t.Errorf("the row %s holds a %s", a.Name, of)
		}
	}
	types := 0
	for _, name := range exported.Functions(t) {
		if of, method, _ := strings.Cut(name, "."); method == "Twin" {
			if types++; !rows[of] {
				t.Errorf("%s has no row in mtlkit/sharing/architectures.go", of)
			}
		}
	}
	if types != len(rows) {
		t.Errorf("%d rows for %d architectures", len(rows), types)
	}
	table := sharing.ArchitectureTable()
	for line := range strings.Lines(table) {
		for i, cell := range strings.Split(line, " | ") {
			if file := strings.Trim(cell, "`"); i == 1 && strings.HasSuffix(file, ".go") {
				if _, err := os.Stat("../../" + file); err != nil {
					t.Error(err)
				}
			}
		}
	}
	doc, err := os.ReadFile("../../docs/architectures.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), table) {
		t.Error("docs/architectures.md is out of date: run go run ./cmd/architectures")
	}
}

// The rows are models that work: values and twins are as the kit wants them.
func TestArchitectureRows(t *testing.T) {
	for _, a := range sharing.Architectures() {
		t.Run(a.Name, func(t *testing.T) { mtltest.TestModel(t, a.Model, []int{1, 1}, 4) })
	}
}
