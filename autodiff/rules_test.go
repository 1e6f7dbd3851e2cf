package autodiff

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A sample exercises one operation: inputs of the given shapes, filled from [lo, hi), go through f.
type sample struct {
	name   string
	shapes []Shape
	lo, hi float64
	f      func(x []Value) Value
}

func mat(rows, cols int) Shape { return Shape{"x", rows, cols} }

// samples has at least one entry for each operation that has a derivative.
var samples = map[op][]sample{
	opAdd: binarySamples(Value.Add), opSub: binarySamples(Value.Sub), opMul: binarySamples(Value.Mul),
	opDiv: binarySamples(Value.Div), opMax: binarySamples(func(v, w Value) Value { return v.Max(w).Square() }),
	opMin:        binarySamples(func(v, w Value) Value { return v.Min(w).Square() }),
	opScale:      unarySamples(func(v Value) Value { return v.Scale(-1.7).Square() }),
	opShift:      unarySamples(func(v Value) Value { return v.Shift(0.3).Square() }),
	opSquare:     unarySamples(Value.Square),
	opReciprocal: unarySamples(Value.Reciprocal),
	opPow: {
		{"pow 3", []Shape{mat(2, 3)}, -2, 2, func(x []Value) Value { return x[0].Pow(3) }},
		{"pow 2.5", []Shape{mat(2, 3)}, 0.5, 2, func(x []Value) Value { return x[0].Pow(2.5) }},
	},
	opExp: append(unarySamples(Value.Exp), sample{"pow value", []Shape{mat(2, 3), mat(1, 3)}, 0.5, 2,
		func(x []Value) Value { return x[0].PowValue(x[1]) }}),
	opLog: unarySamples(Value.Log), opLog1p: unarySamples(Value.Log1p),
	opSqrt: unarySamples(Value.Sqrt), opSin: unarySamples(Value.Sin), opCos: unarySamples(Value.Cos),
	opTanh: unarySamples(Value.Tanh), opSigmoid: unarySamples(Value.Sigmoid),
	opErf:       append(unarySamples(Value.Erf), unarySamples(Value.GELU)...),
	opSoftplus:  unarySamples(Value.Softplus),
	opLeakyReLU: signedSamples(func(v Value) Value { return v.LeakyReLU(0.1).Mul(v) }),
	opGate: {{"gate", []Shape{mat(3, 2), mat(3, 2)}, -2, 2, func(x []Value) Value {
		return x[0].gate(x[1], 0.2).Square()
	}}},
	opAbs:   signedSamples(func(v Value) Value { return v.Abs().Mul(v) }),
	opClamp: signedSamples(func(v Value) Value { return v.Clamp(-1, 0.9).Mul(v) }),
	opSelect: {{"select", []Shape{mat(3, 2), mat(1, 2), mat(3, 1)}, -2, 2, func(x []Value) Value {
		return Select(x[0].Greater(x[0].g.Scalar(0)), x[1], x[2]).Pow(3)
	}}},
	opMatMul: {
		{"a b", []Shape{mat(3, 4), mat(4, 2)}, -1, 1, func(x []Value) Value { return x[0].MatMul(x[1]).Square() }},
		{"aᵀ b", []Shape{mat(4, 3), mat(4, 2)}, -1, 1, func(x []Value) Value { return x[0].TMatMul(x[1]).Square() }},
		{"a bᵀ", []Shape{mat(3, 4), mat(2, 4)}, -1, 1, func(x []Value) Value { return x[0].MatMulT(x[1]).Square() }},
		{"aᵀ bᵀ", []Shape{mat(4, 3), mat(2, 4)}, -1, 1, func(x []Value) Value {
			return x[0].T().MatMulT(x[1]).Square()
		}},
		{"a a", []Shape{mat(3, 3)}, -1, 1, func(x []Value) Value { return x[0].MatMul(x[0]) }},
	},
	opBarrier:   unarySamples(func(v Value) Value { return v.Barrier().Square() }),
	opTranspose: {{"transpose", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].T().Pow(3) }}},
	opReshape:   {{"reshape", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].Reshape(1, 6).Pow(3) }}},
	opBroadcast: {
		{"row", []Shape{mat(1, 2)}, -1, 1, func(x []Value) Value { return x[0].BroadcastTo(3, 2).Pow(3) }},
		{"column", []Shape{mat(3, 1)}, -1, 1, func(x []Value) Value { return x[0].BroadcastTo(3, 2).Pow(3) }},
		{"scalar", []Shape{mat(1, 1)}, -1, 1, func(x []Value) Value { return x[0].BroadcastTo(3, 2).Pow(3) }},
	},
	opSum: {
		{"all", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].Sum().Pow(3) }},
		{"rows", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].SumAxis(0).Pow(3) }},
		{"columns", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].MeanAxis(1).Pow(3) }},
	},
	opMaxAxis: {
		{"max rows", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value { return x[0].MaxAxis(0).Pow(3) }},
		{"max columns", []Shape{mat(3, 4)}, -1, 1, func(x []Value) Value { return x[0].MaxAxis(1).Pow(3) }},
		{"log-sum-exp", []Shape{mat(3, 4)}, -1, 1, func(x []Value) Value { return x[0].LogSumExp(1) }},
		{"softmax", []Shape{mat(3, 4)}, -1, 1, func(x []Value) Value { return x[0].Softmax(0) }},
	},
	opSlice:  {{"slice", []Shape{mat(4, 3)}, -1, 1, func(x []Value) Value { return x[0].Slice(1, 3, 0, 2).Pow(3) }}},
	opPad:    {{"pad", []Shape{mat(2, 3)}, -1, 1, func(x []Value) Value { return x[0].Pad(1, 2, 4, 6).Pow(3) }}},
	opConcat: concatSamples(),
	opGatherRows: {{"gather rows", []Shape{mat(4, 2)}, -1, 1, func(x []Value) Value {
		return x[0].GatherRows(x[0].g.Const(3, 1, []float64{2, 0, 2})).Pow(3)
	}}},
	opScatterRows: {{"scatter rows", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value {
		return x[0].ScatterRows(x[0].g.Const(3, 1, []float64{2, 0, 2}), 4).Pow(3)
	}}},
	opGather: {{"gather", []Shape{mat(3, 2)}, -1, 1, func(x []Value) Value {
		return x[0].Gather(x[0].g.Const(3, 1, []float64{1, 0, 1})).Pow(3)
	}}},
	opConv: convSamples(), opConvImages: convSamples(), opConvWeights: convSamples(),
	opCholesky: choleskySamples(), opSolveLower: solveSamples(), opLower: solveSamples(),
	opPool: poolSamples(), opUnpool: poolSamples(),
	opMoments: {{"moments", []Shape{mat(5, 3)}, -1, 1, func(x []Value) Value { return x[0].moments().Pow(3) }}},
	opScatter: {{"scatter", []Shape{mat(3, 1)}, -1, 1, func(x []Value) Value {
		return x[0].Scatter(x[0].g.Const(3, 1, []float64{1, 0, 1}), 2).Pow(3)
	}}},
}

func unarySamples(f func(Value) Value) []sample {
	return []sample{{"x", []Shape{mat(2, 3)}, 0.4, 2, func(x []Value) Value { return f(x[0]) }}}
}

// signedSamples keeps the entries off 0 and off the ends of the clamp: their distance to them is far above the step of
// the central difference, by the choice of the seed.
func signedSamples(f func(Value) Value) []sample {
	return []sample{{"signed x", []Shape{mat(4, 5)}, -2, 2, func(x []Value) Value { return f(x[0]) }}}
}

func binarySamples(f func(v, w Value) Value) []sample {
	var out []sample
	for _, s := range []struct {
		name string
		a, b Shape
	}{
		{"full full", mat(3, 2), mat(3, 2)}, {"full row", mat(3, 2), mat(1, 2)}, {"full column", mat(3, 2), mat(3, 1)},
		{"full scalar", mat(3, 2), mat(1, 1)}, {"row full", mat(1, 2), mat(3, 2)}, {"column full", mat(3, 1), mat(3, 2)},
		{"scalar full", mat(1, 1), mat(3, 2)}, {"column row", mat(3, 1), mat(1, 2)}, {"row column", mat(1, 2), mat(3, 1)},
		{"scalar scalar", mat(1, 1), mat(1, 1)},
	} {
		out = append(out, sample{s.name, []Shape{s.a, s.b}, 0.5, 2, func(x []Value) Value { return f(x[0], x[1]) }})
	}
	return out
}

func concatSamples() []sample {
	return []sample{
		{"rows", []Shape{mat(1, 2), mat(3, 2)}, -1, 1, func(x []Value) Value { return ConcatRows(x[0], x[1], x[0]).Pow(3) }},
		{"columns", []Shape{mat(2, 1), mat(2, 3)}, -1, 1, func(x []Value) Value { return ConcatCols(x[0], x[1]).Pow(3) }},
	}
}

// opaque lists the operations without a derivative; TestOpaqueOperations says what each does.
var opaque = map[op]bool{opGreater: true, opEqual: true, opSign: true, opWithin: true, opStopGradient: true,
	opUniform: true, opNormal: true}

func TestDerivatives(t *testing.T) {
	for o := range opCount {
		r := rules[o]
		switch {
		case r.name == "":
			t.Errorf("operation %d has no rule", o)
		case r.leaf:
		case r.vjp == nil:
			if !opaque[o] {
				t.Errorf("%s has no derivative and is not listed as opaque", r.name)
			}
		case len(samples[o]) == 0:
			t.Errorf("%s has a derivative and no sample to check it", r.name)
		}
		for _, s := range samples[o] {
			t.Run(r.name+"/"+s.name, func(t *testing.T) {
				if !records(s, o) {
					t.Errorf("the sample does not use %s", r.name)
				}
				for _, err := range derivativeErrors(s, 3) {
					t.Error(err)
				}
			})
		}
	}
}

// records reports whether tracing a sample, or its derivative, records op o.
func records(s sample, o op) bool {
	g := New()
	p := g.Params(s.shapes)
	GradParams(s.f(p.values).Sum(), p)
	for _, n := range g.nodes {
		if n.op == o {
			return true
		}
	}
	return false
}

// derivativeErrors compares, for k = 1 … order, the k-th directional derivative with the central difference of the
// one before it, along fixed random directions.
func derivativeErrors(s sample, order int) (errs []error) {
	rng := rand.New(rand.NewPCG(7, uint64(order)))
	g := New()
	p := g.Params(s.shapes)
	draw := func(lo, hi float64) []float64 {
		v := make([]float64, p.Size())
		for k := range v {
			v[k] = lo + (hi-lo)*rng.Float64()
		}
		return v
	}
	at := draw(s.lo, s.hi)
	y := s.f(p.values)
	weights := make([]float64, y.Size())
	for k := range weights {
		weights[k] = rng.Float64() + 0.5
	}
	f := []Value{y.Mul(g.Const(y.Rows(), y.Cols(), weights)).Sum()}
	var along [][]float64
	for k := range order {
		along = append(along, draw(-1, 1))
		u := Params{p.names, nil}
		rest := along[k]
		for _, v := range p.values {
			u.values = append(u.values, g.Const(v.Rows(), v.Cols(), rest[:v.Size()]))
			rest = rest[v.Size():]
		}
		f = append(f, GradParams(f[k], p).Dot(u))
	}
	outs := make([]Output, len(f))
	for k, v := range f {
		outs[k] = v
	}
	ws := Compile(outs...).NewWorkspace()
	eval := func(k int, step float64, dir []float64) float64 {
		x := make([]float64, len(at))
		for i := range x {
			x[i] = at[i] + step*dir[i]
		}
		ws.Set(p, x)
		ws.Run()
		return ws.Scalar(f[k])
	}
	const h = 1e-5
	for k := 1; k <= order; k++ {
		got := eval(k, 0, along[k-1])
		want := (eval(k-1, h, along[k-1]) - eval(k-1, -h, along[k-1])) / (2 * h)
		if !(math.Abs(got-want) <= 1e-6*max(1, math.Abs(want))) {
			errs = append(errs, fmt.Errorf("order %d: derivative %.10g, central difference %.10g", k, got, want))
		}
	}
	return errs
}

// A wrong rule must be noticed: the check is run on a square whose derivative is off by a factor.
func TestDerivativeCheckNoticesAWrongRule(t *testing.T) {
	right := rules[opSquare].vjp
	defer func() { rules[opSquare].vjp = right }()
	rules[opSquare].vjp = unary(func(n *node, x, y, ct Value) Value { return ct.Mul(x).Scale(2.001) })
	if errs := derivativeErrors(samples[opSquare][0], 1); len(errs) == 0 {
		t.Fatal("a derivative that is wrong by 0.05 % passed the check")
	}
}
