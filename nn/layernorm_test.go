package nn

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"kindred/autodiff"
)

// naiveLayerNorm is the formula, number by number.
func naiveLayerNorm(l LayerNorm, theta, x []float64) (out []float64) {
	for row := range slices.Chunk(x, l.Units) {
		mean, variance := 0.0, 0.0
		for _, v := range row {
			mean += v / float64(l.Units)
		}
		for _, v := range row {
			variance += (v - mean) * (v - mean) / float64(l.Units)
		}
		for c, v := range row {
			out = append(out, theta[c]*(v-mean)/math.Sqrt(variance+l.Epsilon)+theta[l.Units+c])
		}
	}
	return out
}

func TestLayerNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for _, units := range []int{1, 2, 7, 33} {
		l := NewLayerNorm(units)
		theta, x := normals(rng, 2*units), normals(rng, 5*units)
		copy(x[:units], slices.Repeat([]float64{4}, units)) // a constant row becomes the bias
		nearLargest(t, "output", run(l, theta, x, 5), naiveLayerNorm(l, theta, x))
		if got := run(l, theta, x, 5)[:units]; !slices.Equal(got, theta[units:]) {
			t.Errorf("a constant row becomes %v, want the bias %v", got, theta[units:])
		}
	}
	l := LayerNorm{Units: 3, Epsilon: 0.5}
	if first := l.Init(nil); !slices.Equal(first, []float64{1, 1, 1, 0, 0, 0}) {
		t.Errorf("it starts at %v", first)
	}
	checkSlopes(t, l, normals(rng, 6), normals(rng, 12), 4)
}

// A layer in float32 is that in float64 but for roundings, here some dozens of them.
func TestLayersInFloat32(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	for _, net := range []Network{NewLayerNorm(6), NewBatchNorm(6), NewDSelectK(6, 5, 2), NewDSelectK(0, 5, 2),
		NewAttention(6, 2), GRU{Inputs: 6, Units: 4}} {
		theta, x := net.Init(rng), normals(rng, 10*6)
		for k := range theta {
			theta[k] += 0.1 * rng.NormFloat64()
		}
		want, got := slopes(net, theta, x, 10, autodiff.Float64), slopes(net, theta, x, 10, autodiff.Float32)
		largest := slices.Max(want) - slices.Min(want)
		for k := range want {
			if diff := math.Abs(got[k] - want[k]); !(diff <= 64*0x1p-24*largest) {
				t.Errorf("%T: number %d is %v in float32, want %v", net, k, got[k], want[k])
			}
		}
		if slices.Equal(got, want) {
			t.Errorf("%T: float32 has all the digits of float64", net)
		}
	}
}

func TestDeterminismLayers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(5, 0))
	for _, net := range []Network{NewLayerNorm(40), NewBatchNorm(40), NewDSelectK(40, 12, 3), NewAttention(40, 4),
		GRU{Inputs: 40, Units: 24}} {
		rows := 2000
		switch net.(type) {
		case Attention, GRU: // whose cost grows faster, or which take as many steps
			rows = 300
		}
		theta, x := net.Init(rng), normals(rng, rows*40)
		var want []float64
		for _, processors := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(processors)
			got := slopes(net, theta, x, rows, autodiff.Float64)
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%T: other bits on %d processors", net, processors)
			}
		}
	}
}

func normals(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	fillNormal(x, 1, rng)
	return x
}

// weighed returns what a network makes of x in training, its penalties, and the sum of all, the outputs by weights of their
// own: the numbers of a layer as one number.
func weighed(net Network, t *Trace, theta autodiff.Params, x autodiff.Value) (out, sum autodiff.Value) {
	out = net.Apply(t, theta, x)
	weights := normals(rand.New(rand.NewPCG(9, 0)), out.Size())
	sum = out.Mul(out.Graph().Const(out.Rows(), out.Cols(), weights)).Sum()
	for _, p := range t.Penalties() {
		sum = sum.Add(p.Value)
	}
	return out, sum
}

// slopes returns the outputs of a network in training, then the slopes of [weighed] by the parameters and the inputs.
func slopes(net Network, theta, x []float64, rows int, precision autodiff.Precision) []float64 {
	g := autodiff.New()
	p, in := g.Params(net.Shapes()), g.Input("x", rows, len(x)/rows)
	tr := NewTrace(g, true)
	out, sum := weighed(net, tr, p, in)
	gradient, byX := autodiff.GradParams(sum, p), autodiff.Grad(sum, in)
	ws := autodiff.CompileAs(precision, out, gradient, byX, sum).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, x)
	for _, s := range tr.Statistics() {
		ws.Set(s.Value, slices.Repeat([]float64{s.Start}, s.Size()))
	}
	ws.Run()
	return slices.Concat(ws.Read(out, nil), ws.Read(gradient, nil), ws.Read(byX, nil), ws.Read(sum, nil))
}

// checkSlopes holds the slopes, and the Hessian by the parameters times a direction, to central differences of a step of
// 1e-5, which leaves an error of 1e-10 times third
// derivatives and 1e-16/1e-5 times the sum: 1e-8 of the largest is far above both, for third derivatives up to 100.
func checkSlopes(t *testing.T, net Network, theta, x []float64, rows int) {
	t.Helper()
	sum := func(theta, x []float64) float64 {
		all := slopes(net, theta, x, rows, autodiff.Float64)
		return all[len(all)-1]
	}
	all := slopes(net, theta, x, rows, autodiff.Float64)
	got := all[len(all)-1-len(theta)-len(x) : len(all)-1]
	largest := max(slices.Max(got), -slices.Min(got))
	at := slices.Concat(theta, x)
	for k := range at {
		moved := func(by float64) float64 {
			to := slices.Clone(at)
			to[k] += by
			return sum(to[:len(theta)], to[len(theta):])
		}
		if want := (moved(1e-5) - moved(-1e-5)) / 2e-5; !(math.Abs(got[k]-want) <= 1e-8*largest) {
			t.Errorf("%T: slope %d is %v, differences say %v", net, k, got[k], want)
		}
	}

	along := normals(rand.New(rand.NewPCG(11, 0)), len(theta))
	slope := func(by float64) []float64 {
		to := slices.Clone(theta)
		for k := range to {
			to[k] += by * along[k]
		}
		all := slopes(net, to, x, rows, autodiff.Float64)
		return all[len(all)-1-len(theta)-len(x):][:len(theta)]
	}
	g := autodiff.New()
	p, v := g.Params(net.Shapes()), g.Params(net.Shapes())
	tr := NewTrace(g, true)
	_, f := weighed(net, tr, p, g.Const(rows, len(x)/rows, x))
	product := autodiff.HessianVector(f, p, v)
	ws := autodiff.Compile(product).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(v, along)
	ws.Run()
	curved, up, down := ws.Read(product, nil), slope(1e-5), slope(-1e-5)
	largest = max(largest, slices.Max(curved), -slices.Min(curved))
	for k := range curved {
		if want := (up[k] - down[k]) / 2e-5; !(math.Abs(curved[k]-want) <= 1e-7*largest) {
			t.Errorf("%T: the Hessian times a direction is %v at %d, differences say %v", net, curved[k], k, want)
		}
	}
}
