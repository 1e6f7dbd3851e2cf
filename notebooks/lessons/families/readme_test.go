package families

import (
	"testing"

	"kindred/internal/drawn"
)

// The figure of the README is what the table says.
func TestReadmeFigure(t *testing.T) {
	table, missing := ReadTable("../../results/families.json")
	if missing != "" {
		t.Fatal(missing)
	}
	drawn.Same(t, "../../../docs/families.svg", table.On("as trained").SVG())
}
