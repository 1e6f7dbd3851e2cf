package twotasks

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/datasets"
	"kindred/plots"
)

// ArticleData draws the data of the article's section 4.1: the values of task 1 over what they are made of, and the classes
// of task 2, as printed and as meant.
func ArticleData(data datasets.TwoTask) plots.Figure {
	ends := []float64{0, 3}
	printed, meant := scatterClasses(data.X, data.Y2Printed), scatterClasses(data.X, data.Y2)
	ones := int(stat.Mean(data.Y2, nil)*float64(len(data.Y2)) + 0.5)
	square := plots.Range{-0.05, 1.05}
	panels := []plots.Panel{
		plots.Field{
			Title: "task 1: a value", X: "x₁ + 2x₂", Y: "y₁",
			Points: []plots.Points{{X: signal(data.X), Y: data.Y1}},
			Paths:  []plots.Path{{Name: "without noise", Role: plots.Green, X: ends, Y: ends, Plain: true}}, Stretch: true,
		},
		plots.Field{Title: "task 2 as printed: x₁ > 0", X: "x₁", Y: "x₂", Points: printed, XLim: square, YLim: square},
		plots.Field{Title: "as meant: x₁ > 0.5", X: "x₁", Y: "x₂", Points: meant, XLim: square, YLim: square},
	}
	return plots.Panels{
		Title: "Task 1 is mostly noise; task 2, as printed, has only one class",
		Subtitle: fmt.Sprintf("100 rows; y₁ = x₁ + 2x₂ + noise; variance of the noise %.2f, of the rest %.2f; as meant, %d ones",
			stat.PopVariance(data.Noise, nil), stat.PopVariance(signal(data.X), nil), ones),
		Free:   true,
		Panels: panels,
	}.Figure("Three scatter plots. The values of task 1 spread widely about a line; the classes of task 2, over both inputs, " +
		"are all ones as printed, and parted at x₁ = 0.5 as meant.")
}

// signal is y₁ without its noise.
func signal(x *mat.Dense) []float64 {
	rows, _ := x.Dims()
	s := make([]float64, rows)
	for i := range s {
		s[i] = x.At(i, 0) + 2*x.At(i, 1)
	}
	return s
}

func scatterClasses(x *mat.Dense, class []float64) []plots.Points {
	of := []plots.Points{{Name: "class 0", Role: plots.Blue}, {Name: "class 1", Role: plots.Vermillion}}
	for i, c := range class {
		p := &of[int(c)]
		p.X, p.Y = append(p.X, x.At(i, 0)), append(p.Y, x.At(i, 1))
	}
	if len(of[0].X) == 0 {
		return of[1:]
	}
	return of
}
