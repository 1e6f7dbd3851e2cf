package plots_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"kindred/plots"
)

// examples are all Examples of the package, each of which shows figures.
var examples = []func(){
	ExampleCurves, ExampleCurves_diverging, ExampleFits, ExampleField, ExampleField_contours, ExampleHeatMap,
	ExampleDots, ExampleDots_bars, ExamplePairs, ExamplePanels, ExamplePanels_fields, ExamplePanels_planes, ExamplePanels_networks,
	ExampleHistogram, ExamplePlane, ExampleNetwork, ExampleCircuit,
}

type named struct {
	name string
	plots.Figure
}

// figures runs the examples and returns what they show.
func figures() []named {
	var all []named
	before := shown
	defer func() { shown = before }()
	shown = func(name string, fig plots.Figure) { all = append(all, named{name, fig}) }
	for _, run := range examples {
		run()
	}
	return all
}

func TestSheet(t *testing.T) {
	dir := os.Getenv("KINDRED_CONTACT_SHEET")
	if dir == "" {
		t.Skip("set KINDRED_CONTACT_SHEET to a folder to have all figures written there")
	}
	for _, f := range figures() {
		for suffix, fig := range map[string]plots.Figure{"": f.Figure, "_dark": f.Dark()} {
			var buf bytes.Buffer
			if err := fig.WritePNG(&buf, 1.5); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f.name+suffix+".png"), buf.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			os.WriteFile(filepath.Join(dir, f.name+suffix+".svg"), fig.SVG(), 0o644)
		}
	}
}
