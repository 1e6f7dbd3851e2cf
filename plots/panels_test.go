package plots_test

import (
	"regexp"
	"slices"
	"testing"

	"kindred/plots"
)

// Panels of one palette share the meaning of its colours; a panel of another palette keeps its own.
func TestPanelsShareColoursOfOnePalette(t *testing.T) {
	field := func(palette plots.Palette, scale float64) plots.Field {
		side := plots.Range{0, 1}
		return plots.Field{
			X: "x", Y: "y", Palette: palette, ZLim: plots.Range{0, scale},
			Grid: plots.NewGrid(side, side, 5, func(x, _ float64) float64 { return x }),
		}
	}
	image := regexp.MustCompile(`data:image/png;base64,[^"]+`)
	pictures := func(panels ...plots.Panel) []string {
		return image.FindAllString(string(plots.Panels{Free: true, Panels: panels}.Figure("two fields").SVG()), -1)
	}
	class, value := field(plots.Classes, 1), field(plots.Viridis, 10)
	alone := pictures(class, class)
	if len(alone) != 2 {
		t.Fatalf("%d pictures, want 2", len(alone))
	}
	if got := pictures(value, class); got[1] != alone[1] {
		t.Error("the colours of a panel change beside a panel of another palette")
	}
	if got := pictures(field(plots.Classes, 10), class); slices.Contains(got, alone[1]) {
		t.Error("panels of one palette do not share its limits")
	}
}
