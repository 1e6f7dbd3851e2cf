// Package plots draws the figures of a tutorial: plain numbers in, a figure out.
//
// Each kind of figure is a struct whose fields are what a reader may want to change. Its method Figure takes the text
// that stands in for the picture (a figure without one does not compile) and returns a [Figure], which can be written
// as SVG, as PNG, or as the HTML that a notebook shows, on a light or a dark background:
//
//	fig := plots.Curves{
//		Title:    "MAML beats the zero-shot floor after one step",
//		Subtitle: "mean of 20 seeds, 95 % interval",
//		X:        "inner steps",
//		Y:        "query error (mean squared error)",
//		Series:   []plots.Series{{Name: "MAML", Role: plots.Blue, X: steps, Y: mean, Low: low, High: high}},
//		Floors:   []plots.Floor{{Name: "zero-shot 3.01", Y: 3.0057}},
//	}.Figure("Line chart of query error over inner steps: MAML falls below the zero-shot floor after one step.")
//	html := fig.HTML()
//
// The kinds are [Curves], [Fits], [Histogram], [Dots], [Pairs], [Field], [HeatMap], [Plane], [Network] and [Circuit];
// [Panels] sets several of them side by side with shared axes.
//
// A line is broken where a number is NaN, and leaves through the edge of the axes where it is infinite or beyond the
// limits given: a small triangle marks the place. Points at such numbers are left out. Limits that are not given are
// found from the finite numbers.
//
// All data are copied when Figure is called. The same numbers give the same bytes.
package plots
