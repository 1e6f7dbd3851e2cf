// Package plots draws the figures of a tutorial: plain numbers in, a figure out.
//
// Each kind of figure is a struct whose fields are what a reader may want to change. Its method Figure takes the text
// that stands in for the picture (a figure without one does not compile) and returns a [Figure], which can be written
// as SVG, as PNG, or as the HTML that a notebook shows. SVG and HTML follow the page that shows them, light or dark: one
// picture holds both colours of everything it draws.
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
// The kinds are [Curves], [Fits], [Histogram], [Dots], [Forest], [Pairs], [Field], [HeatMap], [Plane], [Network],
// [Blocks], [Circuit] and [Pictures]; [Panels] sets several of them side by side with shared axes.
//
// Data may hold any numbers. Where a number is NaN, what it places is left out, and its name with it: a line or a band
// has a gap; a dot, bar, whisker, arrow, cell, region, marker or note is missing; a value to be written is blank. The
// same holds for numbers on a logarithmic axis that are not positive. Where a number is infinite or beyond the limits
// given, a line or an arrow leaves through the edge of the axes: a small triangle marks the place at the top and at the
// bottom, and in a forest at the left and the right. Dots at such numbers are left out, and colours are those of the
// ends of their scale. Limits that are not given are found from the finite numbers; those from 1e300 on count as
// infinite, and those that differ by less than 1e−300 as equal. Settings, such as limits, levels and tints, are no
// data: they are refused unless they make sense.
//
// All data are copied when Figure is called. The same numbers give the same bytes.
package plots
