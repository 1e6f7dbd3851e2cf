package autodiff

import (
	"fmt"
	"math"
)

// An op is an operation of a graph.
type op uint8

const (
	opInput op = iota
	opConst
	opScalar
	opAdd
	opSub
	opMul
	opDiv
	opMax
	opMin
	opGreater
	opEqual
	opScale
	opShift
	opSquare
	opReciprocal
	opPow
	opExp
	opLog
	opLog1p
	opSqrt
	opSin
	opCos
	opTanh
	opErf
	opSigmoid
	opSoftplus
	opLeakyReLU
	opGate
	opAbs
	opSign
	opClamp
	opWithin
	opSelect
	opStopGradient
	opBarrier
	opMatMul
	opTranspose
	opReshape
	opBroadcast
	opSum
	opMaxAxis
	opSlice
	opPad
	opConcat
	opGatherRows
	opScatterRows
	opGather
	opScatter
	opConv
	opConvImages
	opConvWeights
	opPool
	opUnpool
	opMoments
	opCholesky
	opSolveLower
	opLower
	opUniform
	opNormal
	opCount
)

const allAxes = 2 // axis of opSum that means both

// A rule says what an operation's result looks like and how it is differentiated.
type rule struct {
	name string
	// shape derives the result's shape from the operands', or says what is wrong with them.
	shape func(n *node, in []Value) (rows, cols int, err string)
	// vjp returns, for each operand, the product of the cotangent ct of the result y with the derivative by that
	// operand, written in traced operations; the zero Value where an operand has no derivative. It is nil for an
	// operation that has none at all.
	vjp func(n *node, in []Value, y, ct Value) []Value
	// leaf marks inputs and constants.
	leaf bool
}

// rules is the table of all operations.
var rules [opCount]rule

// The table is filled at start because the rules refer to operations, which refer to the table.
func init() {
	rules = [opCount]rule{
		opInput:  {name: "input", shape: fixed, leaf: true},
		opConst:  {name: "const", shape: fixed, leaf: true},
		opScalar: {name: "scalar", shape: fixed, leaf: true},

		opAdd: {name: "add", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct, ct}
		}},
		opSub: {name: "sub", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct, ct.sumBack(in[1].Rows(), in[1].Cols()).Neg()} // of fewer numbers
		}},
		opMul: {name: "mul", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct.Mul(in[1]), ct.Mul(in[0])}
		}},
		opDiv: {name: "div", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			d := ct.Div(in[1])
			return []Value{d, d.Mul(y).sumBack(in[1].Rows(), in[1].Cols()).Neg()}
		}},
		opMax: {name: "max", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return extremum(in[0].Greater(in[1]), in, ct)
		}},
		opMin: {name: "min", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return extremum(in[1].Greater(in[0]), in, ct)
		}},
		opGreater: {name: "greater", shape: broadcast},
		opEqual:   {name: "equal", shape: broadcast},

		opScale: {name: "scale", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Scale(n.x) })},
		opShift: {name: "shift", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct })},
		opSquare: {name: "square", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x).Scale(2)
		})},
		opReciprocal: {name: "reciprocal", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(y.Square()).Neg()
		})},
		opPow: {name: "pow", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x.Pow(n.x - 1)).Scale(n.x)
		})},
		opExp: {name: "exp", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Mul(y) })},
		opLog: {name: "log", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Div(x) })},
		opLog1p: {name: "log1p", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Div(x.Shift(1))
		})},
		opSqrt: {name: "sqrt", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Div(y).Scale(0.5)
		})},
		opSin: {name: "sin", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Mul(x.Cos()) })},
		opCos: {name: "cos", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x.Sin()).Neg()
		})},
		opTanh: {name: "tanh", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(y.Square().Neg().Shift(1))
		})},
		opErf: {name: "erf", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x.Square().Neg().Exp()).Scale(2 / math.Sqrt(math.Pi))
		})},
		opSigmoid: {name: "sigmoid", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(y).Mul(y.Neg().Shift(1))
		})},
		opSoftplus: {name: "softplus", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x.Sigmoid())
		})},
		opLeakyReLU: {name: "leaky relu", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			if n.x >= 0 {
				x = y // positive where x is, and x need not be kept
			}
			return ct.gate(x, n.x)
		})},
		opGate: {name: "gate", shape: alike, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct.gate(in[1], n.x), {}}
		}},
		opAbs:  {name: "abs", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Mul(x.Sign()) })},
		opSign: {name: "sign", shape: same},
		opClamp: {name: "clamp", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Mul(x.Within(n.x, n.y))
		})},
		opWithin: {name: "within", shape: same},
		opSelect: {name: "select", shape: broadcast, vjp: func(n *node, in []Value, y, ct Value) []Value {
			zero := ct.g.Scalar(0)
			return []Value{{}, Select(in[0], ct, zero), Select(in[0], zero, ct)}
		}},
		opStopGradient: {name: "stop gradient", shape: same},
		opBarrier:      {name: "barrier", shape: same, vjp: unary(func(n *node, x, y, ct Value) Value { return ct })},

		opMatMul: {name: "matmul", shape: matmulShape, vjp: matmulVJP},
		opTranspose: {name: "transpose", shape: func(n *node, in []Value) (int, int, string) {
			return in[0].Cols(), in[0].Rows(), ""
		}, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.T() })},
		opReshape: {name: "reshape", shape: func(n *node, in []Value) (int, int, string) {
			if n.i < 1 || n.j < 1 || n.i*n.j != in[0].Size() {
				return 0, 0, fmt.Sprintf("%v has %d entries, %d×%d has %d", in[0], in[0].Size(), n.i, n.j, n.i*n.j)
			}
			return n.i, n.j, ""
		}, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Reshape(x.Rows(), x.Cols()) })},
		opBroadcast: {name: "broadcast", shape: func(n *node, in []Value) (int, int, string) {
			r, c := in[0].Rows(), in[0].Cols()
			if (r != 1 && r != n.i) || (c != 1 && c != n.j) || n.i < 1 || n.j < 1 {
				return 0, 0, fmt.Sprintf("%v to %d×%d", in[0], n.i, n.j)
			}
			return n.i, n.j, ""
		}, vjp: unary(func(n *node, x, y, ct Value) Value { return ct })},
		opSum: {name: "sum", shape: reduced, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.BroadcastTo(x.Rows(), x.Cols())
		})},
		opMaxAxis: {name: "max axis", shape: reduced, vjp: unary(func(n *node, x, y, ct Value) Value {
			attains := x.Equal(y)
			return attains.Mul(ct.Div(attains.SumAxis(n.i)))
		})},

		opSlice: {name: "slice", shape: func(n *node, in []Value) (int, int, string) {
			if n.i+int(n.x) > in[0].Rows() || n.j+int(n.y) > in[0].Cols() {
				return 0, 0, fmt.Sprintf("%d×%d from row %d, column %d of %v", int(n.x), int(n.y), n.i, n.j, in[0])
			}
			return int(n.x), int(n.y), ""
		}, vjp: unary(func(n *node, x, y, ct Value) Value { return ct.Pad(n.i, n.j, x.Rows(), x.Cols()) })},
		opPad: {name: "pad", shape: func(n *node, in []Value) (int, int, string) {
			if n.i+in[0].Rows() > int(n.x) || n.j+in[0].Cols() > int(n.y) {
				return 0, 0, fmt.Sprintf("%v at row %d, column %d into %d×%d", in[0], n.i, n.j, int(n.x), int(n.y))
			}
			return int(n.x), int(n.y), ""
		}, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.Slice(n.i, n.i+x.Rows(), n.j, n.j+x.Cols())
		})},
		opConcat: {name: "concat", shape: concatShape, vjp: func(n *node, in []Value, y, ct Value) []Value {
			cts := make([]Value, len(in))
			at := 0
			for k, v := range in {
				if n.i == 0 {
					cts[k] = ct.SliceRows(at, at+v.Rows())
				} else {
					cts[k] = ct.SliceCols(at, at+v.Cols())
				}
				at += v.axisLen(n.i)
			}
			return cts
		}},

		opGatherRows: {name: "gather rows", shape: func(n *node, in []Value) (int, int, string) {
			if in[1].Cols() != 1 {
				return 0, 0, fmt.Sprintf("the index %v is not a column", in[1])
			}
			return in[1].Rows(), in[0].Cols(), ""
		}, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct.ScatterRows(in[1], in[0].Rows()), {}}
		}},
		opScatterRows: {name: "scatter rows", shape: func(n *node, in []Value) (int, int, string) {
			if in[1].Cols() != 1 || in[1].Rows() != in[0].Rows() || n.i < 1 {
				return 0, 0, fmt.Sprintf("the index %v for %v to %d rows", in[1], in[0], n.i)
			}
			return n.i, in[0].Cols(), ""
		}, vjp: func(n *node, in []Value, y, ct Value) []Value { return []Value{ct.GatherRows(in[1]), {}} }},
		opGather: {name: "gather", shape: func(n *node, in []Value) (int, int, string) {
			if in[1].Cols() != 1 || in[1].Rows() != in[0].Rows() {
				return 0, 0, fmt.Sprintf("the index %v for %v", in[1], in[0])
			}
			return in[0].Rows(), 1, ""
		}, vjp: func(n *node, in []Value, y, ct Value) []Value {
			return []Value{ct.Scatter(in[1], in[0].Cols()), {}}
		}},
		opScatter: {name: "scatter", shape: func(n *node, in []Value) (int, int, string) {
			if in[0].Cols() != 1 || in[1].Cols() != 1 || in[1].Rows() != in[0].Rows() || n.i < 1 {
				return 0, 0, fmt.Sprintf("the index %v for %v to %d columns", in[1], in[0], n.i)
			}
			return in[0].Rows(), n.i, ""
		}, vjp: func(n *node, in []Value, y, ct Value) []Value { return []Value{ct.Gather(in[1]), {}} }},

		opConv:        {name: "conv", shape: convShape, vjp: convVJP},
		opConvImages:  {name: "conv images", shape: convImagesShape, vjp: convImagesVJP},
		opConvWeights: {name: "conv weights", shape: convWeightsShape, vjp: convWeightsVJP},
		opPool:        {name: "max pool", shape: poolShape, vjp: poolVJP},
		opUnpool:      {name: "max unpool", shape: unpoolShape, vjp: unpoolVJP},
		opMoments:     {name: "moments", shape: momentsShape, vjp: momentsVJP},

		opCholesky:   {name: "cholesky", shape: squareShape, vjp: choleskyVJP},
		opSolveLower: {name: "solve lower", shape: solveShape, vjp: solveVJP},
		opLower: {name: "lower", shape: squareShape, vjp: unary(func(n *node, x, y, ct Value) Value {
			return ct.lower(n.x)
		})},

		opUniform: {name: "uniform", shape: fixed},
		opNormal:  {name: "normal", shape: fixed},
	}
}

func unary(f func(n *node, x, y, ct Value) Value) func(*node, []Value, Value, Value) []Value {
	return func(n *node, in []Value, y, ct Value) []Value { return []Value{f(n, in[0], y, ct)} }
}

// extremum gives ct to the operand that won, and half of it to each where they are equal.
func extremum(firstWon Value, in []Value, ct Value) []Value {
	first := firstWon.Add(in[0].Equal(in[1]).Scale(0.5))
	return []Value{ct.Mul(first), ct.Mul(first.Neg().Shift(1))}
}

func matmulVJP(n *node, in []Value, y, ct Value) []Value {
	a, b := in[0], in[1]
	ta, tb := n.i == 1, n.j == 1
	var da, db Value
	if ta {
		da = matmul(b, ct, tb, true)
	} else {
		da = matmul(ct, b, false, !tb)
	}
	if tb {
		db = matmul(ct, a, true, ta)
	} else {
		db = matmul(a, ct, !ta, false)
	}
	return []Value{da, db}
}

func fixed(n *node, _ []Value) (int, int, string) { return n.rows, n.cols, "" }

func same(_ *node, in []Value) (int, int, string) { return in[0].Rows(), in[0].Cols(), "" }

func alike(_ *node, in []Value) (int, int, string) {
	if in[0].Rows() != in[1].Rows() || in[0].Cols() != in[1].Cols() {
		return 0, 0, fmt.Sprintf("%v and %v differ in shape", in[0], in[1])
	}
	return in[0].Rows(), in[0].Cols(), ""
}

func broadcast(_ *node, in []Value) (rows, cols int, err string) {
	rows, cols = 1, 1
	for _, v := range in {
		rows, cols = max(rows, v.Rows()), max(cols, v.Cols())
	}
	for _, v := range in {
		if (v.Rows() != 1 && v.Rows() != rows) || (v.Cols() != 1 && v.Cols() != cols) {
			msg := fmt.Sprint(in[0])
			for _, w := range in[1:] {
				msg += fmt.Sprintf(" and %v", w)
			}
			return 0, 0, msg + " do not broadcast: along each axis the lengths must be equal or 1"
		}
	}
	return rows, cols, ""
}

func reduced(n *node, in []Value) (int, int, string) {
	switch n.i {
	case 0:
		return 1, in[0].Cols(), ""
	case 1:
		return in[0].Rows(), 1, ""
	}
	return 1, 1, ""
}

func matmulShape(n *node, in []Value) (int, int, string) {
	m, k := in[0].Rows(), in[0].Cols()
	if n.i == 1 {
		m, k = k, m
	}
	k2, c := in[1].Rows(), in[1].Cols()
	if n.j == 1 {
		k2, c = c, k2
	}
	if k != k2 {
		mark := [2]string{"", " transposed"}
		return 0, 0, fmt.Sprintf("%v%s by %v%s: %d columns meet %d rows", in[0], mark[n.i], in[1], mark[n.j], k, k2)
	}
	return m, c, ""
}

func concatShape(n *node, in []Value) (rows, cols int, err string) {
	for _, v := range in {
		if v.axisLen(1-n.i) != in[0].axisLen(1-n.i) {
			return 0, 0, fmt.Sprintf("%v and %v differ along axis %d", in[0], v, 1-n.i)
		}
		rows, cols = rows+v.Rows(), cols+v.Cols()
	}
	if n.i == 0 {
		return rows, in[0].Cols(), ""
	}
	return in[0].Rows(), cols, ""
}
