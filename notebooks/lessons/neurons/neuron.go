package neurons

import (
	"fmt"
	"math"
	"strings"

	"kindred/autodiff"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Neuron draws what one neuron with two inputs answers over the plane: the sum z = w₁x₁ + w₂x₂ + b, bent by a threshold
// (0 or 1), the logistic function and the rectifier, with the line z = 0 and the weights w, a vector at right angles to it.
func Neuron(w1, w2, b float64) plots.Figure {
	const reach = 2.0
	grid := plots.Grid{X: plots.Range{-reach, reach}, Y: plots.Range{-reach, reach}, Columns: 161, Rows: 161}
	xs, ys := grid.Places()

	g := autodiff.New()
	x := autodiff.ConcatCols(g.Const(len(xs), 1, xs), g.Const(len(ys), 1, ys))
	theta := autodiff.ParamsOf([]string{"W1", "b1"}, []autodiff.Value{g.Const(2, 1, []float64{w1, w2}), g.Scalar(b)})
	z := nn.MLP{Widths: []int{2, 1}}.Apply(nil, theta, x)
	bends := []struct {
		name   string
		answer autodiff.Value
	}{{"threshold", z.Greater(g.Scalar(0))}, {"sigmoid", z.Sigmoid()}, {"ReLU (yellow: 1 and more)", z.ReLU()}}
	ws := autodiff.Compile(bends[0].answer, bends[1].answer, bends[2].answer).NewWorkspace()
	ws.Run()

	paths := boundary(w1, w2, b, reach)
	for i := range paths {
		paths[i].Name, paths[i].Role = "z = 0", plots.Vermillion
	}
	if size := math.Hypot(w1, w2); size > 0 {
		x, y := -b*w1/(size*size), -b*w2/(size*size) // the point of the line nearest to the origin
		paths = append(paths, plots.Path{Name: "w", Role: plots.Purple, X: []float64{x, x + w1}, Y: []float64{y, y + w2}})
	}
	var panels []plots.Panel
	for _, bend := range bends {
		grid.Z = ws.Read(bend.answer, nil)
		panels = append(panels, plots.Field{
			Title: bend.name, X: "x₁", Y: "x₂", Z: "answer", Grid: grid, Paths: paths, XLim: grid.X, YLim: grid.Y,
			ZLim: plots.Range{0, 1},
		})
	}
	return plots.Panels{
		Title:    "One neuron parts the plane by a straight line, whatever bends its sum",
		Subtitle: fmt.Sprintf("z = %s; the weights w are at right angles to the line", sum(w1, w2, b)),
		Panels:   panels,
	}.Figure("Three heat maps of a neuron's answer over two inputs, by threshold, sigmoid and ReLU. Each changes along " +
		"the weight vector only.")
}

// sum writes w₁x₁ + w₂x₂ + b.
func sum(w1, w2, b float64) string {
	text := fmt.Sprintf("%.3g x₁ %+.3g x₂ %+.3g", w1, w2, b)
	return lessons.Minus(strings.NewReplacer(" +", " + ", " -", " - ").Replace(text))
}
