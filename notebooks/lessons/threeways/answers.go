package threeways

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
)

// Shared returns how many parameters of a network several tasks use, as it is read from what it traces.
func Shared(m mtlkit.Model) int {
	return anatomyOf(m, nil, mat.NewDense(1, m.Shapes()[0].Rows, nil)).shared
}

// Shrinking returns by which factor a tie alone shrinks the difference of two numbers in one step of gradient descent.
func Shrinking(tie, rate float64) float64 {
	g := autodiff.New()
	theta := g.Params([]autodiff.Shape{{Name: "one", Rows: 1, Cols: 1}, {Name: "two", Rows: 1, Cols: 1}})
	apart := theta.At(0).Sub(theta.At(1))
	next := theta.Sub(autodiff.GradParams(apart.Square().Scale(tie), theta).Scale(rate))
	ws := autodiff.Compile(theta, apart, next).NewWorkspace()
	ws.Set(theta, []float64{1, -1})
	ws.Run()
	after := ws.Read(next, nil)
	return (after[0] - after[1]) / ws.Scalar(apart)
}

// Mixture returns what a head reads of experts that a gate gives scores: their sum, weighed by the softmax of the scores.
func Mixture(scores []float64, experts [][]float64) []float64 {
	if len(scores) == 0 || len(scores) != len(experts) {
		panic(fmt.Sprintf("threeways: Mixture: %d scores for %d experts; want one for each", len(scores), len(experts)))
	}
	g := autodiff.New()
	var rows []float64
	for _, e := range experts {
		rows = append(rows, e...)
	}
	out := g.Const(1, len(scores), scores).Softmax(1).MatMul(g.Const(len(experts), len(experts[0]), rows))
	ws := autodiff.Compile(out).NewWorkspace()
	ws.Run()
	return ws.Read(out, nil)
}
