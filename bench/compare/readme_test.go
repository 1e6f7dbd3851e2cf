package main

import (
	"encoding/json"
	"os"
	"testing"

	"kindred/internal/drawn"
)

// The figure of the README is what the results say.
func TestReadmeFigure(t *testing.T) {
	text, err := os.ReadFile("../results/peers.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	drawn.Same(t, "../../docs/speed.svg", ratios(rows).SVG())
}
