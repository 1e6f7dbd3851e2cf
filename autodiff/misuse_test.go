package autodiff

import (
	"context"
	"math"
	"strings"
	"testing"

	"kindred/internal/exported"
)

// A mistake is a call that makes no sense, under the name of the function or method that is called, and what the panic
// says.
type mistake struct {
	call string
	f    func()
	want string
}

func mistakes() []mistake {
	g := New()
	a, b, s := g.Input("a", 10, 2), g.Input("b", 10, 3), g.Input("s", 1, 1)
	index := g.Input("index", 10, 1)
	p, q := g.Params([]Shape{{"W", 1, 2}, {"b", 1, 1}}), g.Params([]Shape{{"V", 3, 2}, {"c", 1, 1}})
	other := New().Input("other", 1, 1)
	program := Compile(a.Sum(), s.Exp())
	ws := program.NewWorkspace()
	ws.Set(s, []float64{1})
	batch := program.NewBatch()
	const huge = math.MaxInt
	nan := math.NaN()
	var none Value
	var list []mistake
	add := func(call string, f func(), want string) { list = append(list, mistake{call, f, want}) }

	add("Graph.Input", func() { g.Input("x", 0, 3) }, "autodiff: Input x: a matrix needs at least one row and one column, got 0×3")
	add("Graph.Input", func() { g.Input("x", huge, 2) }, "Input x: 9223372036854775807×2 is more than any memory holds")
	add("Graph.Input", func() { (*Graph)(nil).Input("x", 1, 1) }, "autodiff: the graph is nil; make one with New")
	add("Graph.Const", func() { g.Const(2, 2, []float64{1}) }, "autodiff: Const: 2×2 needs 4 numbers, got 1")
	add("Graph.Const", func() { g.Const(huge, huge, []float64{1}) }, "is more than any memory holds")
	add("Graph.Scalar", func() { (*Graph)(nil).Scalar(1) }, "the graph is nil")
	add("Graph.Fill", func() { g.Fill(2, -1, 0) }, "BroadcastTo: a matrix needs at least one row and one column, got 2×-1")
	add("Graph.Params", func() { g.Params([]Shape{{"W", 2, 0}}) }, "Input W: a matrix needs at least one row")

	// Every method of a value refuses the zero Value, as receiver and as operand.
	for name, f := range map[string]func(v Value){
		"Operands": func(v Value) { v.Operands() },
		"Rows":     func(v Value) { v.Rows() }, "Cols": func(v Value) { v.Cols() }, "Size": func(v Value) { v.Size() },
		"Scale": func(v Value) { v.Scale(2) }, "Shift": func(v Value) { v.Shift(2) }, "Neg": func(v Value) { v.Neg() },
		"Square": func(v Value) { v.Square() }, "Reciprocal": func(v Value) { v.Reciprocal() }, "Pow": func(v Value) { v.Pow(0) },
		"Exp": func(v Value) { v.Exp() }, "Log": func(v Value) { v.Log() }, "Log1p": func(v Value) { v.Log1p() },
		"Sqrt": func(v Value) { v.Sqrt() }, "Sin": func(v Value) { v.Sin() }, "Cos": func(v Value) { v.Cos() },
		"Tanh": func(v Value) { v.Tanh() }, "Erf": func(v Value) { v.Erf() }, "Sigmoid": func(v Value) { v.Sigmoid() },
		"Softplus": func(v Value) { v.Softplus() }, "ReLU": func(v Value) { v.ReLU() }, "GELU": func(v Value) { v.GELU() },
		"LeakyReLU": func(v Value) { v.LeakyReLU(0.1) }, "Abs": func(v Value) { v.Abs() }, "Sign": func(v Value) { v.Sign() },
		"Clamp": func(v Value) { v.Clamp(0, 1) }, "Within": func(v Value) { v.Within(0, 1) },
		"StopGradient": func(v Value) { v.StopGradient() }, "Barrier": func(v Value) { v.Barrier() }, "T": func(v Value) { v.T() },
		"Reshape": func(v Value) { v.Reshape(1, 1) }, "BroadcastTo": func(v Value) { v.BroadcastTo(1, 1) },
		"Sum": func(v Value) { v.Sum() }, "Mean": func(v Value) { v.Mean() }, "SumAxis": func(v Value) { v.SumAxis(0) },
		"MeanAxis": func(v Value) { v.MeanAxis(0) }, "MaxAxis": func(v Value) { v.MaxAxis(0) },
		"LogSumExp": func(v Value) { v.LogSumExp(0) }, "Softmax": func(v Value) { v.Softmax(0) },
		"LogSoftmax": func(v Value) { v.LogSoftmax(0) }, "Slice": func(v Value) { v.Slice(0, 1, 0, 1) },
		"SliceRows": func(v Value) { v.SliceRows(0, 1) }, "SliceCols": func(v Value) { v.SliceCols(0, 1) },
		"Pad": func(v Value) { v.Pad(0, 0, 2, 2) },
		"Add": func(v Value) { v.Add(s); s.Add(v) }, "Sub": func(v Value) { s.Sub(v) }, "Mul": func(v Value) { s.Mul(v) },
		"Div": func(v Value) { s.Div(v) }, "Max": func(v Value) { s.Max(v) }, "Min": func(v Value) { s.Min(v) },
		"Greater": func(v Value) { s.Greater(v) }, "Equal": func(v Value) { s.Equal(v) },
		"PowValue": func(v Value) { s.PowValue(v) }, "MatMul": func(v Value) { s.MatMul(v) },
		"MatMulT": func(v Value) { s.MatMulT(v) }, "TMatMul": func(v Value) { s.TMatMul(v) },
		"GatherRows": func(v Value) { s.GatherRows(v) }, "ScatterRows": func(v Value) { v.ScatterRows(s, 1) },
		"Gather": func(v Value) { s.Gather(v) }, "Scatter": func(v Value) { v.Scatter(s, 1) },
	} {
		add("Value."+name, func() { f(none) }, zeroValue)
	}
	add("Select", func() { Select(none, s, s) }, zeroValue)
	add("OneHot", func() { OneHot(none, 3) }, zeroValue)
	add("ConcatRows", func() { ConcatRows(none) }, zeroValue)
	add("ConcatCols", func() { ConcatCols(s, none) }, zeroValue)

	add("Value.Add", func() { a.Add(b) }, "autodiff: add: a 10×2 and b 10×3 do not broadcast: along each axis the lengths must be equal or 1")
	add("Value.Add", func() { s.Add(other) }, "autodiff: add: s 1×1 and other 1×1 belong to different graphs")
	add("Value.Add", func() { g.Input("c", 1<<40, 1).Add(g.Input("r", 1, 1<<40)) }, "add: 1099511627776×1099511627776 is more than any memory holds")
	add("Value.Scale", func() { a.Scale(nan) }, "autodiff: Scale: NaN is no number to compute with")
	add("Value.Shift", func() { a.Shift(nan) }, "Shift: NaN")
	add("Value.Pow", func() { a.Pow(nan) }, "Pow: NaN")
	add("Value.LeakyReLU", func() { a.LeakyReLU(nan) }, "LeakyReLU: NaN")
	add("Value.Clamp", func() { a.Clamp(2, 1) }, "autodiff: Clamp: from 2 to 1; the ends must be numbers, the lower one not above the upper")
	add("Value.Clamp", func() { a.Clamp(nan, 1) }, "Clamp: from NaN to 1")
	add("Value.Within", func() { a.Within(0, nan) }, "Within: from 0 to NaN")
	add("Value.MatMul", func() { a.MatMul(b) }, "autodiff: matmul: a 10×2 by b 10×3: 2 columns meet 10 rows")
	add("Value.MatMulT", func() { a.MatMulT(b) }, "a 10×2 by b 10×3 transposed: 2 columns meet 3 rows")
	add("Value.TMatMul", func() { a.TMatMul(g.Input("c", 9, 1)) }, "a 10×2 transposed by c 9×1: 10 columns meet 9 rows")
	add("Value.Reshape", func() { a.Reshape(3, 7) }, "autodiff: reshape: a 10×2 has 20 entries, 3×7 has 21")
	add("Value.Reshape", func() { a.Reshape(-4, -5) }, "Reshape: a matrix needs at least one row and one column, got -4×-5")
	add("Value.Reshape", func() { a.Reshape(1<<62, 4) }, "Reshape: 4611686018427387904×4 is more than any memory holds")
	add("Value.BroadcastTo", func() { a.BroadcastTo(10, 4) }, "autodiff: broadcast: a 10×2 to 10×4")
	add("Value.BroadcastTo", func() { s.BroadcastTo(huge, huge) }, "more than any memory holds")
	add("Value.SumAxis", func() { a.SumAxis(2) }, "autodiff: SumAxis: axis 2; 0 is along the rows, 1 along the columns")
	add("Value.MeanAxis", func() { a.MeanAxis(-1) }, "MeanAxis: axis -1")
	add("Value.MaxAxis", func() { a.MaxAxis(2) }, "MaxAxis: axis 2")
	add("Value.LogSumExp", func() { a.LogSumExp(3) }, "LogSumExp: axis 3")
	add("Value.LogSoftmax", func() { a.LogSoftmax(3) }, "LogSumExp: axis 3")
	add("Value.Softmax", func() { a.Softmax(3) }, "LogSumExp: axis 3")
	add("Value.Slice", func() { a.Slice(0, 11, 0, 1) }, "autodiff: Slice: rows 0 to 11 and columns 0 to 1 of a 10×2")
	add("Value.Slice", func() { a.Slice(0, huge, 0, 1) }, "Slice: rows 0 to 9223372036854775807")
	add("Value.SliceRows", func() { a.SliceRows(3, 3) }, "Slice: rows 3 to 3")
	add("Value.SliceCols", func() { a.SliceCols(-1, 1) }, "columns -1 to 1")
	add("Value.Pad", func() { a.Pad(1, 0, 10, 2) }, "autodiff: Pad: a 10×2 at row 1, column 0 does not fit into 10×2")
	add("Value.Pad", func() { a.Pad(huge, 0, 20, 20) }, "at row 9223372036854775807, column 0 does not fit into 20×20")
	add("Value.Pad", func() { a.Pad(0, 0, huge, huge) }, "Pad: 9223372036854775807×9223372036854775807 is more than any memory holds")
	add("ConcatRows", func() { ConcatRows() }, "autodiff: ConcatRows: no values")
	add("ConcatRows", func() { ConcatRows(a, b) }, "autodiff: concat: a 10×2 and b 10×3 differ along axis 1")
	add("ConcatCols", func() { ConcatCols() }, "autodiff: ConcatCols: no values")
	add("Value.GatherRows", func() { a.GatherRows(b) }, "autodiff: gather rows: the index b 10×3 is not a column")
	add("Value.ScatterRows", func() { a.ScatterRows(index, 0) }, "autodiff: scatter rows: the index index 10×1 for a 10×2 to 0 rows")
	add("Value.ScatterRows", func() { a.ScatterRows(index, huge) }, "more than any memory holds")
	add("Value.Gather", func() { a.Gather(s) }, "autodiff: gather: the index s 1×1 for a 10×2")
	add("Value.Scatter", func() { a.Scatter(index, 2) }, "autodiff: scatter: the index index 10×1 for a 10×2 to 2 columns")
	add("OneHot", func() { OneHot(index, 0) }, "to 0 columns")
	add("Select", func() { Select(a, b, s) }, "a 10×2 and b 10×3 and s 1×1 do not broadcast")

	add("Grad", func() { Grad(a, a) }, "autodiff: Grad: a 10×2 is not a 1×1 value; reduce it with Sum or Mean, or use VJP")
	add("Grad", func() { Grad(none, a) }, zeroValue)
	add("Grad", func() { Grad(s, none) }, "autodiff: Grad: the zero Value belongs to another graph")
	add("Grad", func() { Grad(s, other) }, "Grad: other 1×1 belongs to another graph")
	add("GradParams", func() { GradParams(s, Params{}) }, "1 outputs, 1 cotangents, 0 variables; each output has a cotangent")
	add("VJP", func() { VJP([]Value{a}, []Value{b}, []Value{a}) }, "autodiff: VJP: cotangent b 10×3 for a 10×2")
	add("VJP", func() { VJP(nil, nil, nil) }, "0 outputs, 0 cotangents, 0 variables")
	add("Reaches", func() { Reaches(Value{}, nil) }, "autodiff: the zero Value belongs to no graph")
	add("Reaches", func() { Reaches(s, []Value{other}) }, "belong to different graphs")
	add("VJP", func() { VJP([]Value{s}, []Value{other}, []Value{a}) }, "belong to different graphs")
	add("Jacobian", func() { Jacobian([]Value{a}, p) }, "a 10×2 is not a 1×1 value")
	add("Jacobian", func() { Jacobian([]Value{none}, p) }, zeroValue)
	add("HessianVector", func() { HessianVector(s, p, q) }, "autodiff: HessianVector: matrix 0: W 1×2 meets V 3×2; the shapes must be the same")
	add("HessianVector", func() { HessianVector(s, p, p.Slice(0, 1)) }, "HessianVector: 2 matrices meet 1")
	add("Checkpoint", func() { Checkpoint(nil, p) }, "autodiff: Checkpoint: the function is nil")
	add("Checkpoint", func() { Checkpoint(func(p Params) Params { return p }, Params{}) }, "autodiff: Checkpoint: no values")
	add("Checkpoint", func() {
		Checkpoint(func(p Params) Params { return p }, ParamsOf([]string{"s", "o"}, []Value{s, other}))
	}, "Checkpoint: s 1×1 and other 1×1 belong to different graphs")

	add("Substitute", func() { Substitute(s, p, q) }, "autodiff: Substitute: matrix 0: W 1×2 meets V 3×2")
	add("Substitute", func() { Substitute(none, p, p) }, zeroValue)
	add("Substitute", func() { Substitute(other, p, p) }, "autodiff: Substitute: other 1×1 and W 1×2 belong to different graphs")
	add("ParamsOf", func() { ParamsOf([]string{"a"}, nil) }, "autodiff: ParamsOf: 1 names for 0 values")
	add("Params.Size", func() { ParamsOf([]string{"x"}, []Value{none}).Size() }, zeroValue)
	add("Params.At", func() { p.At(2) }, "autodiff: Params.At: matrix 2 of 2")
	add("Params.Name", func() { p.Name(-1) }, "autodiff: Params.Name: matrix -1 of 2")
	add("Params.Slice", func() { p.Slice(1, 3) }, "autodiff: Params.Slice: matrices 1 up to 3 of 2")
	add("Params.Map", func() { p.Map(nil) }, "autodiff: Params.Map: the function is nil")
	add("Params.Zip", func() { p.Zip(q, nil) }, "autodiff: Params.Zip: the function is nil")
	add("Params.Zip", func() { p.Zip(q.Slice(0, 1), Value.Add) }, "autodiff: Params.Zip: 2 matrices meet 1")
	add("Params.Add", func() { p.Add(q) }, "autodiff: Params.Add: matrix 0: W 1×2 meets V 3×2; the shapes must be the same")
	add("Params.Sub", func() { p.Sub(q) }, "Params.Sub: matrix 0: W 1×2 meets V 3×2")
	add("Params.Mul", func() { p.Mul(Params{}) }, "Params.Mul: 2 matrices meet 0")
	add("Params.Dot", func() { p.Dot(q) }, "Params.Dot: matrix 0: W 1×2 meets V 3×2")
	add("Params.Dot", func() { Params{}.Dot(Params{}) }, "autodiff: Params.Dot: no parameters")
	add("Params.Scale", func() { p.Scale(nan) }, "Scale: NaN")
	add("Params.ScaleBy", func() { p.ScaleBy(a) }, "autodiff: Params.ScaleBy: a 10×2 is not a 1×1 value")
	add("Params.StopGradient", func() { ParamsOf([]string{"x"}, []Value{none}).StopGradient() }, zeroValue)

	add("Compile", func() { Compile() }, "autodiff: Compile: no outputs")
	add("Compile", func() { Compile(s, nil) }, "autodiff: Compile: output 2 is nil")
	add("Compile", func() { Compile(none) }, zeroValue)
	add("Compile", func() { Compile(s, none) }, "s 1×1 and the zero Value belong to different graphs")
	add("CompileAs", func() { CompileAs(7, s) }, "autodiff: Compile: 7 is no precision; there are Float64 and Float32")
	const zeroProgram = "autodiff: the zero Program computes nothing; make one with Compile"
	add("Program.NewWorkspace", func() { new(Program).NewWorkspace() }, zeroProgram)
	add("Program.NewBatch", func() { (*Program)(nil).NewBatch() }, zeroProgram)
	add("Program.NewBatch", func() { program.NewBatch(b) }, "autodiff: NewBatch: b 10×3 is not an output of the program")
	add("Program.NewBatch", func() { program.NewBatch(nil) }, "autodiff: neither a Value nor Params are given, but nil")
	add("Program.Cost", func() { new(Program).Cost() }, zeroProgram)
	add("Program.String", func() { _ = new(Program).String() }, zeroProgram)

	const zeroWorkspace = "autodiff: the zero Workspace belongs to no program; make one with Program.NewWorkspace"
	add("Workspace.Set", func() { new(Workspace).Set(a, nil) }, zeroWorkspace)
	add("Workspace.Set", func() { ws.Set(a, make([]float64, 3)) }, "autodiff: Set: a 10×2 needs 20 numbers, got 3")
	add("Workspace.Set", func() { ws.Set(a, make([]float64, 21)) }, "autodiff: Set: 21 numbers, 1 more than the input holds")
	add("Workspace.Set", func() { ws.Set(other, []float64{1}) }, "other 1×1 is not an input of this program")
	add("Workspace.Set", func() { ws.Set(nil, nil) }, "neither a Value nor Params are given, but nil")
	add("Workspace.Set", func() { ws.Set(none, nil) }, zeroValue)
	add("Workspace.Run", func() { new(Workspace).Run() }, zeroWorkspace)
	add("Workspace.Run", func() { program.NewWorkspace().Run() }, "autodiff: Run: input a 10×2 was never set")
	add("Workspace.RunContext", func() { _ = new(Workspace).RunContext(context.Background()) }, zeroWorkspace)
	add("Workspace.RunContext", func() { _ = program.NewWorkspace().RunContext(never) },
		"autodiff: RunContext: the context is nil; give one, such as context.Background()")
	add("Workspace.RunContext", func() { _ = program.NewWorkspace().RunContext(context.Background()) },
		"autodiff: RunContext: input a 10×2 was never set")
	add("Workspace.Read", func() { (*Workspace)(nil).Read(a, nil) }, zeroWorkspace)
	add("Workspace.Read", func() { ws.Read(b, nil) }, "autodiff: Read: b 10×3 is not an output of this program")
	add("Workspace.Read", func() { ws.Read(a, make([]float64, 1)) }, "autodiff: Read: 20 numbers into a slice of length 1")
	add("Workspace.Scalar", func() { new(Workspace).Scalar(s) }, zeroWorkspace)
	add("Workspace.Scalar", func() { ws.Scalar(a) }, "autodiff: Scalar: a 10×2 has 20 entries")
	add("Workspace.View", func() { new(Workspace).View(s) }, zeroWorkspace)
	add("Workspace.View", func() { ws.View(a.Exp()) }, "exp 10×2 is not an input or output of this program, of float64")
	add("Workspace.View", func() { ws.View(none) }, "the zero Value is not an input or output")
	add("Workspace.ViewParams", func() { new(Workspace).ViewParams(p) }, zeroWorkspace)
	add("Workspace.ViewParams", func() { ws.ViewParams(p) }, "autodiff: ViewParams: W 1×2 is not an output of this program, of float64")

	const zeroBatch = "autodiff: the zero Batch belongs to no program; make one with Program.NewBatch"
	add("Batch.Workers", func() { new(Batch).Workers() }, zeroBatch)
	add("Batch.Set", func() { new(Batch).Set(a, nil) }, zeroBatch)
	add("Batch.Set", func() { batch.Set(a, nil) }, "Set: a 10×2 needs 20 numbers, got 0")
	add("Batch.Run", func() { new(Batch).Run(0, nil) }, zeroBatch)
	add("Batch.Run", func() { batch.Run(-1, func(_, _ int, _ *Workspace) {}) }, "autodiff: Batch.Run: -1 tasks")
	add("Batch.Run", func() { batch.Run(3, nil) }, "autodiff: Batch.Run: the function is nil")
	add("Batch.RunContext", func() { _ = new(Batch).RunContext(context.Background(), 0, nil) }, zeroBatch)
	add("Batch.RunContext", func() { _ = batch.RunContext(context.Background(), 3, nil) },
		"autodiff: Batch.RunContext: the function is nil")
	add("Batch.RunContext", func() { _ = batch.RunContext(never, 3, func(_, _ int, _ *Workspace) {}) },
		"autodiff: Batch.RunContext: the context is nil; give one, such as context.Background()")
	add("Batch.RunEachContext", func() { _ = new(Batch).RunEachContext(context.Background(), 0, nil) }, zeroBatch)
	add("Batch.RunEachContext", func() { _ = batch.RunEachContext(never, 0, nil) },
		"autodiff: Batch.RunEachContext: the context is nil; give one, such as context.Background()")
	add("Batch.RunEach", func() { new(Batch).RunEach(0, nil) }, zeroBatch)
	add("Batch.RunEach", func() { batch.RunEach(-1, nil) }, "autodiff: Batch.RunEach: -1 tasks")
	add("Batch.RunEach", func() { batch.RunEach(3, nil) }, "autodiff: Batch.RunEach: the function is nil")
	add("Batch.RunEach", func() {
		g := New()
		x := g.Input("x", 1, 1)
		sum := x.Exp()
		Compile(sum).NewBatch(sum).RunEach(1, func(_, _ int, ws *Workspace) (*Workspace, []Output) {
			ws.Set(x, []float64{1})
			ws.Run()
			return ws, nil
		})
	}, "0 outputs of a float64 program to be summed; this batch sums 1 of float64 programs")
	add("Batch.Sum", func() { new(Batch).Sum(s, nil) }, zeroBatch)
	add("Batch.Sum", func() { batch.Sum(s, nil) }, "autodiff: Sum: not one of the outputs that this batch sums")
	add("Batch.NotFinite", func() { new(Batch).NotFinite() }, zeroBatch)
	add("Batch.Fault", func() { new(Batch).Fault() }, zeroBatch)
	return append(list, newMistakes()...)
}

func TestMisuse(t *testing.T) {
	for k, m := range mistakes() {
		said := exported.Panic(t, m.call, m.f)
		if !strings.Contains(said, m.want) || !strings.HasPrefix(said, "autodiff: ") {
			t.Errorf("%s (%d): panic %q does not say %q", m.call, k, said, m.want)
		}
	}
}

// harmless lists the exported functions and methods that have no senseless use, with the reason.
var harmless = map[string]string{
	"New": "no arguments", "Value.Graph": "TestHarmlessZeroValues", "Value.String": "TestHarmlessZeroValues",
	"Shape.Size": "TestHarmlessZeroValues", "Shape.String": "TestHarmlessZeroValues", "Params.Len": "TestHarmlessZeroValues",
	"Params.Join": "TestHarmlessZeroValues", "Precision.String": "TestHarmlessZeroValues", "Image.Size": "a number",
	"Image.String": "every one prints", "Fault.String": "every one prints",
}

// Every exported function and method is in the table of mistakes.
func TestMisuseKnowsAllFunctions(t *testing.T) {
	var tested []string
	for _, m := range mistakes() {
		tested = append(tested, m.call)
	}
	exported.Complete(t, exported.Functions(t), tested, harmless)
}

// What has no senseless use does no harm to the zero value.
func TestHarmlessZeroValues(t *testing.T) {
	if got := (Value{}).String(); got != "the zero Value" {
		t.Errorf("the zero Value is described as %q", got)
	}
	if got := Precision(9).String(); got != "Precision(9)" {
		t.Errorf("a precision that is none is %q", got)
	}
	if (Value{}).Graph() != nil || (Params{}).Len() != 0 || (Params{}).Join(Params{}).Len() != 0 || (Shape{}).Size() != 0 {
		t.Error("a zero value is not empty")
	}
	var g Graph // the zero Graph is an empty one
	x := g.Input("x", 1, 1)
	ws := Compile(x.Square()).NewWorkspace()
	ws.Set(x, []float64{3})
	ws.Run()
	if (Shape{"W", 2, 3}).String() != "W 2×3" || ws.ViewParams(Params{}) != nil {
		t.Error("a shape or empty parameters")
	}
}
