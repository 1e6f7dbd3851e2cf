package adapting

import (
	"testing"

	"kindred/internal/drawn"
)

// The figure of the README is what TenPoints draws.
func TestReadmeFigure(t *testing.T) {
	drawn.Same(t, "../../../docs/ten-points.svg", TenPoints().SVG())
}
