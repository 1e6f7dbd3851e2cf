package plots_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"kindred/plots"
)

func TestSVG(t *testing.T) {
	for _, f := range figures() {
		svg := f.SVG()
		if len(svg) > 100_000 {
			t.Errorf("%s: %d bytes of SVG, too much for a notebook", f.name, len(svg))
		}
		if _, err := read(svg); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
		for _, bad := range []string{"NaN", "Inf"} {
			if bytes.Contains(svg, []byte(bad)) {
				t.Errorf("%s: SVG contains %q", f.name, bad)
			}
		}
		if !bytes.Contains(svg, []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif")) {
			t.Errorf("%s: no fallback for the font", f.name)
		}
	}
}

func TestHTML(t *testing.T) {
	fig := plots.Curves{Series: []plots.Series{{Y: []float64{1, 2}}}}.Figure(`a "line" & <more>`)
	html := fig.Caption("one seed < two").HTML()
	for _, want := range []string{
		`<figure `, `alt="a &#34;line&#34; &amp; &lt;more&gt;"`, "<figcaption>one seed &lt; two</figcaption></figure>",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("HTML lacks %q", want)
		}
	}
	if strings.Contains(fig.HTML(), "figcaption") {
		t.Error("Caption changed the figure it was called on")
	}
	_, rest, _ := strings.Cut(html, "data:image/svg+xml;base64,")
	code, _, _ := strings.Cut(rest, `"`)
	svg, err := base64.StdEncoding.DecodeString(code)
	if err != nil || !bytes.Equal(svg, fig.SVG()) {
		t.Errorf("the image in the HTML is not the SVG (%v)", err)
	}
}

func TestPNGSize(t *testing.T) {
	fig := plots.Curves{Title: "t", Series: []plots.Series{{Name: "a", Y: []float64{1, 2}}}}.Figure("a line")
	for scale, want := range map[float64]int{1: 614, 2: 1229} { // 6.4 in of 96 pixels
		img, err := png.Decode(bytes.NewReader(pngOf(t, fig, scale)))
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Dx(); got != want {
			t.Errorf("at scale %v the image is %d pixels wide, want %d", scale, got, want)
		}
	}
	if err := fig.WritePNG(fullDisk{}, 1); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a failing writer gives %v", err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestDeterminismFigures(t *testing.T) {
	first := figures()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	for i, f := range figures() {
		if !bytes.Equal(f.SVG(), first[i].SVG()) || !bytes.Equal(f.Dark().SVG(), first[i].Dark().SVG()) {
			t.Errorf("%s: other bytes of SVG the second time", f.name)
		}
		if !bytes.Equal(pngOf(t, f.Figure, 1), pngOf(t, first[i].Figure, 1)) {
			t.Errorf("%s: other bytes of PNG the second time", f.name)
		}
	}
}

// TestDataAreCopied changes everything it can reach after the figures are made.
func TestDataAreCopied(t *testing.T) {
	v := func() []float64 { return []float64{1, 2, 3} }
	for name, make := range map[string]func() (plots.Figure, func()){
		"Curves": func() (plots.Figure, func()) {
			s := plots.Series{Name: "a", X: v(), Y: v(), Low: v(), High: v(), Runs: [][]float64{v()}}
			c := plots.Curves{
				Series: []plots.Series{s},
				Floors: []plots.Floor{{Y: 1}},
				Notes:  []plots.Note{{Text: "n", X: 1, Y: 1}},
			}
			return c.Figure("alt"), func() {
				for _, x := range [][]float64{s.X, s.Y, s.Low, s.High, s.Runs[0]} {
					x[1] = 9
				}
				c.Series[0].Name, c.Floors[0].Y, c.Notes[0].Text = "b", 2, "m"
			}
		},
		"Field": func() (plots.Figure, func()) {
			g := plots.NewGrid(plots.Range{0, 1}, plots.Range{0, 1}, 5, func(x, y float64) float64 { return x })
			p := plots.Points{X: []float64{0.1}, Y: []float64{0.1}}
			d := plots.Field{Grid: g, Levels: v(), Contours: []float64{0.5}, Points: []plots.Points{p}}
			return d.Figure("alt"), func() {
				g.Z[3], p.X[0], d.Levels[0], d.Contours[0] = 7, 0.9, 0, 0.2
			}
		},
		"Pictures": func() (plots.Figure, func()) {
			p := plots.Picture{Pixels: []float64{0, 0, 0, 1}, Words: []plots.Word{{Text: "a"}}}
			r := plots.PictureRow{Pictures: []plots.Picture{p}, Lines: []string{"l"}}
			f := plots.Pictures{Rows: []plots.PictureRow{r}}
			return f.Figure("alt"), func() { p.Pixels[0], p.Words[0].Text, r.Lines[0], f.Rows[0].Name = 1, "b", "m", "n" }
		},
		"HeatMap": func() (plots.Figure, func()) {
			h := plots.HeatMap{Rows: []string{"r"}, Columns: []string{"a", "b", "c"}, Values: [][]float64{v()}}
			return h.Figure("alt"), func() { h.Values[0][1], h.Rows[0], h.Columns[0] = 9, "q", "z" }
		},
		"Dots": func() (plots.Figure, func()) {
			r := plots.Marker{Name: "r", X: 1}
			d := plots.Dots{Items: []plots.Item{{Name: "a", Value: 2, Runs: v()}}, Reference: &r}
			return d.Figure("alt"), func() { d.Items[0].Runs[1], d.Items[0].Value, d.Reference.X = 9, 3, 2 }
		},
	} {
		fig, change := make()
		before := fig.SVG()
		change()
		if !bytes.Equal(before, fig.SVG()) {
			t.Errorf("%s: the figure follows changes of the data", name)
		}
	}
}

// count returns how many marks of a figure have a property of a value in the light.
func count(t *testing.T, svg []byte, property, value string) (n int) {
	t.Helper()
	all, err := read(svg)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.look[0][property] == value {
			n++
		}
	}
	return n
}

// polylines counts the lines drawn 2 pt wide.
func polylines(t *testing.T, fig plots.Figure) int { return count(t, fig.SVG(), "stroke-width", "2") }

func TestGapsAndExits(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name         string
		y            []float64
		lines, exits int
	}{
		{"whole", []float64{1, 2, 3, 2, 1}, 1, 0},
		{"gap", []float64{1, 2, nan, 2, 1}, 2, 0},
		{"infinite at the end", []float64{1, 2, 3, 3, inf}, 1, 1},
		{"minus infinity at the end", []float64{1, 2, 3, 3, -inf}, 1, 1},
		{"infinite, then not a number", []float64{1, 2, inf, nan, nan}, 1, 1},
		{"out and back", []float64{1, 2, 1e300, 2, 1}, 2, 0},
		{"nothing", []float64{nan, nan, nan, nan, nan}, 0, 0},
	} {
		fig := plots.Curves{Series: []plots.Series{{Role: plots.Blue, Y: c.y}}, YLim: plots.Range{0, 4}}.Figure("alt")
		if got := polylines(t, fig); got != c.lines {
			t.Errorf("%s: %d lines, want %d", c.name, got, c.lines)
		}
		if got := count(t, fig.SVG(), "fill", "#0072B2"); got != c.exits {
			t.Errorf("%s: %d triangles, want %d", c.name, got, c.exits)
		}
	}
}

// TestHalfAnInterval: a whisker of which one end is not a number is left out with the stroke at its other end.
func TestHalfAnInterval(t *testing.T) {
	item := plots.Item{Name: "a", Value: 2}
	half := item
	half.Low, half.High = 1, math.NaN()
	svg := func(i plots.Item) []byte {
		return plots.Dots{Items: []plots.Item{i}, XLim: plots.Range{0, 4}}.Figure("alt").SVG()
	}
	if !bytes.Equal(svg(half), svg(item)) {
		t.Error("half an interval is drawn")
	}
}

func TestLogAxisLeavesOutZeros(t *testing.T) {
	fig := plots.Curves{Series: []plots.Series{{Y: []float64{1, 0.1, 0, 0.1, 1}}}, LogY: true}.Figure("alt")
	if got := polylines(t, fig); got != 2 {
		t.Errorf("%d lines, want 2 around the zero", got)
	}
}

// TestEmpty draws figures of next to nothing.
func TestEmpty(t *testing.T) {
	nan := math.NaN()
	for _, p := range []plots.Panel{
		plots.Curves{},
		plots.Curves{Series: []plots.Series{{Name: "nothing"}, {Name: "one", Y: []float64{1}}, {Y: []float64{nan}}}},
		plots.Fits{},
		plots.Field{},
		plots.Pairs{},
		plots.Dots{Items: []plots.Item{{Name: "no result", Value: nan}}},
		plots.Plane{Arrows: []plots.Arrow{{Name: "zero"}}},
		plots.HeatMap{Rows: []string{"r"}, Columns: []string{"c"}, Values: [][]float64{{nan}}, Z: "gain"},
		plots.Histogram{Samples: []plots.Sample{{Values: []float64{1}}}},
		plots.Network{Layers: []plots.Layer{{Units: 1}}},
		plots.Blocks{Blocks: make([]plots.Block, 1)},
	} {
		if svg := p.Figure("next to nothing").SVG(); bytes.Contains(svg, []byte("NaN")) {
			t.Errorf("%T: the SVG contains NaN", p)
		}
	}
}

// TestLongRuns draws twenty noisy runs of 5,000 epochs: small enough for a notebook, and no peak is lost.
func TestLongRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	s := plots.Series{Role: plots.Blue}
	for range 20 {
		run := make([]float64, 5000)
		for i := range run {
			run[i] = math.Exp(-float64(i)/1000) * (1 + 0.1*rng.NormFloat64())
		}
		s.Runs, s.Y = append(s.Runs, run), run
	}
	svg := plots.Curves{Series: []plots.Series{s}}.Figure("alt").SVG()
	if len(svg) > 200_000 {
		t.Errorf("%d bytes of SVG", len(svg))
	}
	peak := make([]float64, 5000)
	peak[2500] = 1
	s = plots.Series{Role: plots.Blue, Y: peak}
	svg = plots.Curves{Series: []plots.Series{s}, YLim: plots.Range{0, 0.5}}.Figure("alt").SVG()
	if n := count(t, svg, "stroke-width", "2"); n != 2 { // before and after the peak, which leaves the axes
		t.Errorf("a peak of one epoch leaves %d lines, want 2", n)
	}
}

// In the dark a signed palette is the paper at zero: a cell without a number is hatched, in a table and in a picture.
func TestEmptyCells(t *testing.T) {
	for _, side := range []int{2, 20} {
		table := func(corner float64) (strokes int) {
			h := plots.HeatMap{Palette: plots.Diverging, Rows: make([]string, side), Columns: make([]string, side)}
			for range side {
				h.Values = append(h.Values, make([]float64, side))
			}
			h.Values[0][0] = corner
			marks, err := read(h.Figure("alt").SVG())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range marks {
				if m.look[1]["stroke"] != "" {
					strokes++
				}
			}
			return strokes
		}
		if zero, none := table(0), table(math.NaN()); none != zero+1 {
			t.Errorf("%d cells a side: %d lines with a zero, %d with no number", side, zero, none)
		}
	}
}
