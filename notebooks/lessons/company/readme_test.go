package company

import (
	"testing"

	"kindred/internal/drawn"
)

// The figure of the README is what the comparison found, against twins of as many parameters.
func TestReadmeFigure(t *testing.T) {
	drawn.Same(t, "../../../docs/sharing.svg", ReadComparison("../../results/relatedness.json").Map(true).SVG())
}
