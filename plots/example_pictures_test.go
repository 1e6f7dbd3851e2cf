package plots_test

import (
	"math"

	"kindred/plots"
)

// stroke is a picture of 16 × 16 pixels: a stroke that winds so many times, leaning to one side.
func stroke(turns, lean float64) []float64 {
	const side = 16
	pixels := make([]float64, side*side)
	for _, t := range plots.Linspace(0, 1, 200) {
		sin, cos := math.Sincos(2 * math.Pi * turns * t)
		x, y := 8+(1+5*t)*cos+lean*(t-0.5)*6, 8+(1+5*t)*sin
		pixels[min(max(int(y), 0), side-1)*side+min(max(int(x), 0), side-1)] = 1
	}
	return pixels
}

func ExamplePictures() {
	known := plots.PictureRow{Name: "known"}
	for k, name := range []string{"A", "B", "C"} {
		known.Pictures = append(known.Pictures,
			plots.Picture{Pixels: stroke(0.5+0.7*float64(k), 0), Name: name, Role: plots.Blue})
	}
	asked := plots.PictureRow{Name: "which?", Lines: []string{"it is", "nearest pixels"}}
	for k, said := range []plots.Word{
		{Text: "A"}, {Text: "C ×", Role: plots.Vermillion}, {Text: "–", Role: plots.Grey}, {Text: "C"}} {
		class := []int{0, 1, 1, 2}[k]
		asked.Pictures = append(asked.Pictures, plots.Picture{Pixels: stroke(0.5+0.7*float64(class), 0.5+0.3*float64(k)),
			Name: string(rune('1' + k)), Words: []plots.Word{{Text: string(rune('A' + class))}, said}})
	}
	show("pictures", plots.Pictures{
		Title:    "The nearest pixels are right on 2 of 4",
		Subtitle: "3-way 1-shot",
		Rows:     []plots.PictureRow{known, asked},
	}.Figure("Three known characters and four drawings with what nearest pixels take them for."))
}

func ExampleField_stamps() {
	show("field_stamps", plots.Field{
		Title: "Prototypes lie apart",
		X:     "first direction", Y: "second direction",
		Points: []plots.Points{{Role: plots.Blue, X: []float64{1, 1.6, 2}, Y: []float64{1, 2, 1.2}},
			{Role: plots.Green, X: []float64{4, 4.5, 5}, Y: []float64{3, 2.2, 3.4}}},
		Stamps: []plots.Stamp{{X: 1.5, Y: 1.4, Pixels: stroke(0.5, 0), Role: plots.Blue},
			{X: 4.5, Y: 2.9, Pixels: stroke(1.2, 0), Role: plots.Green}},
	}.Figure("Scatter plot of two groups of points with a small picture at the mean of each."))
}
