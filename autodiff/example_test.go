package autodiff_test

import (
	"fmt"

	"kindred/autodiff"
)

// A function is traced once, differentiated as often as one likes, compiled, and run. Here y = x·sin x and its first two
// derivatives, at two points.
func ExampleNew() {
	g := autodiff.New()
	x := g.Input("x", 1, 2)
	y := x.Mul(x.Sin())
	first := autodiff.Grad(y.Sum(), x) // the gradient of a sum: the derivative at each point
	second := autodiff.Grad(first.Sum(), x)

	ws := autodiff.Compile(y, first, second).NewWorkspace()
	ws.Set(x, []float64{0, 1})
	ws.Run()
	fmt.Printf("%.4f\n%.4f\n%.4f\n", ws.Read(y, nil), ws.Read(first, nil), ws.Read(second, nil))
	// Output:
	// [0.0000 0.8415]
	// [0.0000 1.3818]
	// [2.0000 0.2391]
}
