// Package autodiff traces functions of matrices, differentiates them to any order and runs them.
//
// A function is ordinary Go code over [Value]. Calling it once records a [Graph]; [Grad] appends the gradient to the
// same graph, so that a gradient is a value like any other and can be differentiated again. [Compile] keeps what the
// outputs need, plans the memory, and yields a [Program] that runs without allocating. One program can run on many
// goroutines, each with a [Workspace] of its own.
//
//	g := autodiff.New()
//	x := g.Input("x", 1, 3)
//	y := x.Square().Sum()                 // y = x₁² + x₂² + x₃²
//	dy := autodiff.Grad(y, x)             // 2x, recorded in the same graph
//	ws := autodiff.Compile(y, dy).NewWorkspace()
//	ws.Set(x, []float64{1, 2, 3})
//	ws.Run()
//	ws.Scalar(y)                          // 14
//	ws.Read(dy, nil)                      // [2 4 6]
//
// Every call records a node of its own, and the derivative by a value counts the paths through that very value: by an
// input, a constant, or any result between. Compiling computes once what was traced twice; a derivative still goes back
// through both, so keep a value that is needed again.
//
// Every value is a matrix of fixed shape, row-major; a scalar is 1×1. Elementwise operations of two values broadcast:
// along each axis the lengths must be equal, or one of them 1. Operations on wrong shapes panic while the function is
// traced and name both operands and their shapes.
//
// Where a function has a kink, the derivative is a stated choice: relu, leaky relu and abs take their value at 0 from
// the left, from the left, and as 0; an elementwise maximum or minimum of two equal numbers gives half to each; a
// maximum along an axis gives equal shares to all entries that attain it, and one over a square of places in an image all
// of it to the first; a clamp passes the gradient at its ends.
//
// Random numbers are values too, drawn anew in each run: which they are, [Workspace.SetNoise] says. Where a result is not
// finite, [Workspace.NotFinite] names the operation that made it so.
package autodiff
