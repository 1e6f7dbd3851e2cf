package plots_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"kindred/plots"
)

var regenerate = flag.Bool("regen", false, "draw the golden images anew")

// TestMain fixes the seed of the property tests, which the flag -rapid.seed changes, and has them leave no files.
func TestMain(m *testing.M) {
	flag.Set("rapid.seed", "1")
	flag.Set("rapid.nofailfile", "true")
	m.Run()
}

// examples are all Examples of the package, each of which shows a figure.
var examples = []func(){
	ExampleCurves, ExampleCurves_diverging, ExampleCurves_functions, ExampleFits, ExampleHistogram, ExampleDots,
	ExampleDots_bars, ExampleForest, ExampleForest_limits, ExamplePairs,
	ExampleField, ExampleField_contours, ExampleField_paths, ExampleHeatMap,
	ExamplePlane, ExampleNetwork, ExampleBlocks, ExampleCircuit, ExamplePanels, ExamplePanels_grid, ExamplePanels_fields,
	ExamplePanels_planes,
	ExamplePanels_networks, ExamplePanels_free, ExamplePictures, ExampleField_stamps,
}

type named struct {
	name string
	plots.Figure
}

// figures runs the examples and returns what they show.
func figures() []named {
	var all []named
	before := show
	defer func() { show = before }()
	show = func(name string, fig plots.Figure) { all = append(all, named{name, fig}) }
	for _, run := range examples {
		run()
	}
	return all
}

func pngOf(t *testing.T, fig plots.Figure, scale float64) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := fig.WritePNG(&buf, scale); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestFigures compares each figure with its golden image; the flag -regen draws the golden images anew.
func TestFigures(t *testing.T) {
	for _, f := range figures() {
		t.Run(f.name, func(t *testing.T) {
			golden := filepath.Join("testdata", f.name+"_golden.png")
			got := pngOf(t, f.Figure, 1)
			if *regenerate {
				if err := os.WriteFile(golden, pack(t, got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			diff, share := compare(t, got, want)
			if share > tolerated {
				keep(t, map[string][]byte{"got.png": got, "want.png": want, "diff.png": diff})
				t.Errorf("%.2g of the pixels of %s look different (images: go test -artifacts)", share, golden)
			}
		})
	}
}

// pack returns the same image in as few bytes as PNG can.
func pack(t *testing.T, img []byte) []byte {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(img))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&buf, m); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// tolerated is the share of pixels that may look different: another processor may round the edge of a letter otherwise.
// The least change that matters, a dot moved by its radius, changes some 20 of 200,000.
const tolerated = 5e-5

func TestFiguresDiffer(t *testing.T) { // negative control: one dot moved by its radius, 0.05 of 10 units on 310 points
	dot := func(x float64) []byte {
		return pngOf(t, plots.Fits{
			Support: plots.Points{X: []float64{x}, Y: []float64{1}},
			XLim:    plots.Range{0, 10}, YLim: plots.Range{0, 2},
		}.Figure("one dot"), 1)
	}
	if _, share := compare(t, dot(5), dot(5)); share != 0 {
		t.Errorf("%g of the pixels of one figure drawn twice look different", share)
	}
	if _, share := compare(t, dot(5), dot(5.1)); share <= tolerated {
		t.Errorf("a moved dot changes %g of the pixels, which is tolerated", share)
	}
}

// compare returns an image of where got and want look different, and the share of such pixels: those of which a channel
// differs by more than 16 of 255, or all if the sizes differ.
func compare(t *testing.T, got, want []byte) (diff []byte, share float64) {
	t.Helper()
	var imgs [2]image.Image
	for i, b := range [][]byte{got, want} {
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		imgs[i] = img
	}
	bounds := imgs[0].Bounds()
	if bounds != imgs[1].Bounds() {
		return nil, 1
	}
	out := image.NewGray(bounds)
	count := 0
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			r0, g0, b0, _ := imgs[0].At(x, y).RGBA()
			r1, g1, b1, _ := imgs[1].At(x, y).RGBA()
			far := func(a, b uint32) bool { return max(a, b)-min(a, b) > 16*257 }
			if far(r0, r1) || far(g0, g1) || far(b0, b1) {
				out.SetGray(x, y, color.Gray{Y: 255})
				count++
			}
		}
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, out); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), float64(count) / float64(bounds.Dx()*bounds.Dy())
}

// keep writes files to the artifact directory.
func keep(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestContactSheet writes one page with all figures as a light page shows them, as a dark one does, and in grey, to the
// file that KINDRED_CONTACT_SHEET names.
func TestContactSheet(t *testing.T) {
	file := os.Getenv("KINDRED_CONTACT_SHEET")
	if file == "" {
		t.Skip("set KINDRED_CONTACT_SHEET to a file name ending in .html to have all figures written there")
	}
	var page bytes.Buffer
	page.WriteString("<!doctype html><meta charset=utf-8><title>Figures</title>" +
		"<style>body{background:#888;font-family:sans-serif}div{display:flex;gap:8px;align-items:start}" +
		".light,.grey{color-scheme:light}.dark{color-scheme:dark}.grey{filter:grayscale(1)}</style>\n")
	for _, f := range figures() {
		fmt.Fprintf(&page, "<h2>%s</h2><div>", f.name)
		for _, look := range []string{"light", "dark", "grey"} {
			fmt.Fprintf(&page, "<span class=%s>%s</span>", look, f.HTML())
		}
		page.WriteString("</div>\n")
	}
	if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
