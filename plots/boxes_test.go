package plots_test

import (
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"kindred/plots"
)

// textBox is where a piece of text stands.
type textBox struct {
	text string
	size vg.Length
	vg.Rectangle
}

// recorder is a canvas that notes the boxes of all text drawn on it.
type recorder struct {
	vg.CanvasSizer
	boxes []textBox
}

// FillString notes the box from the depth of a comma to the height of a capital: of Liberation Sans .15 and .73 of its
// size. Deeper letters may touch the line below, as in any text.
func (r *recorder) FillString(f font.Face, at vg.Point, s string) {
	r.CanvasSizer.FillString(f, at, s)
	size := f.Font.Size
	box := textBox{text: s, size: size}
	box.Min = vg.Point{X: at.X, Y: at.Y - 0.15*size}
	box.Max = vg.Point{X: at.X + f.Width(s), Y: at.Y + 0.73*size}
	if strings.TrimSpace(s) != "" {
		r.boxes = append(r.boxes, box)
	}
}

// faults lists the texts of fig that overlap, that are cut by the edge of the page, and that are smaller than 9 pt.
func faults(fig plots.Figure) []string {
	w, h := fig.Size()
	r := &recorder{CanvasSizer: plots.NewCanvas(w, h)}
	fig.DrawOn(r)
	var found []string
	const least = 2 // points to the edge of the page
	for i, b := range r.boxes {
		if b.Min.X < least || b.Min.Y < least || b.Max.X > w-least || b.Max.Y > h-least {
			found = append(found, fmt.Sprintf("%q is cut: %v on a page of %v × %v", b.text, b.Rectangle, w, h))
		}
		if b.size < 9 {
			found = append(found, fmt.Sprintf("%q is set in %v", b.text, b.size))
		}
		for _, c := range r.boxes[:i] {
			if b.Min.X < c.Max.X && c.Min.X < b.Max.X && b.Min.Y < c.Max.Y && c.Min.Y < b.Max.Y {
				found = append(found, fmt.Sprintf("%q overlaps %q", b.text, c.text))
			}
		}
	}
	if len(r.boxes) == 0 {
		found = append(found, "no text")
	}
	return found
}

func TestTextIsClear(t *testing.T) {
	for _, f := range figures() {
		for _, fault := range faults(f.Figure) {
			t.Errorf("%s: %s", f.name, fault)
		}
	}
}

func TestTextIsClearCanFail(t *testing.T) { // negative controls
	at := plots.Note{Text: "here", X: 1, Y: 1}
	twice := plots.Curves{
		Series: []plots.Series{{Y: []float64{0, 1, 2}}},
		Notes:  []plots.Note{at, at},
	}
	cut := plots.Curves{
		Series: []plots.Series{{Y: []float64{0, 1, 2}}},
		Notes:  []plots.Note{{Text: strings.Repeat("far too long ", 9), X: 1, Y: 1}},
	}
	for want, fig := range map[string]plots.Curves{"overlaps": twice, "cut": cut} {
		if found := strings.Join(faults(fig.Figure("control")), "\n"); !strings.Contains(found, want) {
			t.Errorf("no text that %s was found: %q", want, found)
		}
	}
}

// TestCrowdedLabels names twelve lines that end at the same place.
func TestCrowdedLabels(t *testing.T) {
	c := plots.Curves{Title: "Twelve of a kind", X: "step", Y: "loss"}
	for i := range 12 {
		c.Series = append(c.Series, plots.Series{Name: fmt.Sprintf("run %d", i), Y: []float64{2, 1 + 1e-3*float64(i)}})
	}
	for _, fault := range faults(c.Figure("twelve lines")) {
		t.Error(fault)
	}
}

// TestLongTexts breaks titles, subtitles and names of axes that are wider than the page.
func TestLongTexts(t *testing.T) {
	for _, n := range []int{5, 60} { // the longer ones alone are higher than a page
		long := strings.Repeat("a long sentence about what was found ", n)
		c := plots.Curves{Title: long, Subtitle: long, X: "step", Y: long, Series: []plots.Series{{Y: []float64{2, 1}}}}
		for _, fault := range faults(c.Figure("long texts")) {
			t.Error(fault)
		}
	}
}
