package autodiff

import (
	"fmt"
	"runtime"
	"testing"

	"kindred/internal/golden"
)

func convSamples() []sample {
	var out []sample
	for _, s := range []struct {
		im Image
		f  Filter
	}{
		{Image{4, 3, 2}, Filter{3, 3, 1, 1}}, {Image{5, 4, 1}, Filter{2, 3, 2, 0}}, {Image{3, 3, 1}, Filter{1, 1, 1, 1}},
		{Image{2, 5, 2}, Filter{2, 2, 3, 2}},
	} {
		shapes := []Shape{mat(2, s.im.Size()), mat(s.f.Patch(s.im), 3)}
		out = append(out, sample{fmt.Sprint(s.im, s.f), shapes, -1, 1, func(x []Value) Value {
			return x[0].Conv(x[1], s.im, s.f).Pow(3)
		}})
	}
	return out
}

func poolSamples() []sample {
	im := Image{5, 4, 2}
	return []sample{
		{"max pool", []Shape{mat(2, im.Size())}, -1, 1, func(x []Value) Value { return x[0].MaxPool(im).Pow(3) }},
		{"pool toward", []Shape{mat(2, im.Size())}, -1, 1, func(x []Value) Value {
			return x[0].PoolToward(x[0].g.Const(1, 2, []float64{-2, 0}), im).Pow(3)
		}},
	}
}

// A convCase is a case of convolution.json, whose description says what each value is.
type convCase struct {
	Name           string
	Channels       []int
	Side           int
	BatchNorm      bool `json:"batch_norm"`
	Pool           bool
	Ways           int
	InnerSteps     int     `json:"inner_steps"`
	InnerRate      float64 `json:"inner_rate"`
	Parameters     map[string]golden.Array
	SupportX       golden.Array `json:"support_x"`
	QueryX         golden.Array `json:"query_x"`
	SupportY       []float64    `json:"support_y"`
	QueryY         []float64    `json:"query_y"`
	Embedding      golden.Array
	Logits         golden.Array
	Loss           float64
	Gradient       map[string]golden.Array
	MAMLQueryLoss  float64                 `json:"maml_query_loss"`
	MAMLGradient   map[string]golden.Array `json:"maml_gradient"`
	PrototypicLoss float64                 `json:"prototypical_loss"`
	PrototypicGrad map[string]golden.Array `json:"prototypical_gradient"`
}

// names lists the parameters in order.
func (c *convCase) names() []string {
	var names []string
	for b := 1; b < len(c.Channels); b++ {
		for _, part := range []string{"W", "b", "gamma", "beta"} {
			if name := fmt.Sprintf("conv%d.%s", b, part); c.Parameters[name].Data != nil {
				names = append(names, name)
			}
		}
	}
	return append(names, "head.W", "head.b")
}

// end returns the image that the last block makes.
func (c *convCase) end() Image {
	im := Image{c.Side, c.Side, c.Channels[len(c.Channels)-1]}
	for range len(c.Channels) - 1 {
		if c.Pool {
			im = im.Pooled()
		}
	}
	return im
}

// ours lays a parameter of PyTorch out as here: weights of patches as [row, column, channel; filter], and the rows of
// the head in the order row, column, channel of the embedding.
func (c *convCase) ours(name string, a golden.Array) (rows, cols int, data []float64) {
	switch {
	case len(a.Shape) == 4:
		return a.Shape[1] * a.Shape[2] * a.Shape[3], a.Shape[0], a.Permuted(2, 3, 1, 0)
	case name == "head.W":
		im := c.end()
		b := golden.Array{Shape: []int{im.Channels, im.Height, im.Width, a.Shape[1]}, Data: a.Data}
		return a.Shape[0], a.Shape[1], b.Permuted(1, 2, 0, 3)
	}
	return 1, a.Shape[0], a.Data
}

// embed traces the blocks.
func (c *convCase) embed(x Value, p map[string]Value) Value {
	im := Image{c.Side, c.Side, c.Channels[0]}
	n := x.Rows()
	for b := 1; b < len(c.Channels); b++ {
		part := func(name string) Value { return p[fmt.Sprintf("conv%d.%s", b, name)] }
		x = x.Conv(part("W"), im, Filter{3, 3, 1, 1})
		im = Filter{3, 3, 1, 1}.Out(im, c.Channels[b])
		x = x.Reshape(n*im.Height*im.Width, im.Channels).Add(part("b"))
		if c.BatchNorm {
			x = x.Sub(x.MeanAxis(0))
			x = x.Div(x.Square().MeanAxis(0).Shift(1e-5).Sqrt()).Mul(part("gamma")).Add(part("beta"))
		}
		x = x.ReLU().Reshape(n, im.Size())
		if c.Pool {
			x = x.MaxPool(im)
			im = im.Pooled()
		}
	}
	return x
}

func crossEntropy(logits, labels Value) Value {
	return logits.LogSoftmax(1).Gather(labels).Mean().Neg()
}

func TestGoldenConvolution(t *testing.T) {
	var file struct{ Cases []convCase }
	golden.Load(t, "convolution.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) { c.test(t) })
	}
}

func (c *convCase) test(t *testing.T) {
	g := New()
	var shapes []Shape
	var at []float64
	for _, name := range c.names() {
		rows, cols, data := c.ours(name, c.Parameters[name])
		shapes, at = append(shapes, Shape{name, rows, cols}), append(at, data...)
	}
	theta := g.Params(shapes)
	constant := func(rows int, data []float64) Value { return g.Const(rows, len(data)/rows, data) }
	xs, ys := constant(len(c.SupportY), c.SupportX.Permuted(0, 2, 3, 1)), constant(len(c.SupportY), c.SupportY)
	xq, yq := constant(len(c.QueryY), c.QueryX.Permuted(0, 2, 3, 1)), constant(len(c.QueryY), c.QueryY)
	embed := func(x Value, p Params) Value {
		named := map[string]Value{}
		for k, s := range shapes {
			named[s.Name] = p.At(k)
		}
		return c.embed(x, named)
	}
	logits := func(x Value, p Params) Value {
		return embed(x, p).MatMul(p.At(p.Len() - 2)).Add(p.At(p.Len() - 1))
	}
	scores := logits(xs, theta)
	loss := crossEntropy(scores, ys)
	grad := GradParams(loss, theta)
	adapted := theta
	for range c.InnerSteps {
		adapted = adapted.Sub(GradParams(crossEntropy(logits(xs, adapted), ys), adapted).Scale(c.InnerRate))
	}
	query := crossEntropy(logits(xq, adapted), yq)
	meta := GradParams(query, theta)
	es, eq := embed(xs, theta), embed(xq, theta)
	onehot := OneHot(ys, c.Ways)
	means := onehot.TMatMul(es).Div(onehot.SumAxis(0).T())
	distances := eq.Square().SumAxis(1).Add(means.Square().SumAxis(1).T()).Sub(eq.MatMulT(means).Scale(2))
	prototypic := crossEntropy(distances.Neg(), yq)
	protoGrad := GradParams(prototypic, theta)

	ws := Compile(loss, grad, query, meta, es, scores, prototypic, protoGrad).NewWorkspace()
	ws.Set(theta, at)
	ws.Run()
	im := c.end()
	embedding := golden.Array{Shape: []int{c.Embedding.Shape[0], im.Channels, im.Height, im.Width}, Data: c.Embedding.Data}
	golden.Within(t, "embedding", ws.Read(es, nil), embedding.Permuted(0, 2, 3, 1), 1e-10)
	golden.Within(t, "logits", ws.Read(scores, nil), c.Logits.Data, 1e-10)
	golden.Within(t, "losses", []float64{ws.Scalar(loss), ws.Scalar(query), ws.Scalar(prototypic)},
		[]float64{c.Loss, c.MAMLQueryLoss, c.PrototypicLoss}, 1e-10)
	for what, pair := range map[string]struct {
		got  Params
		want map[string]golden.Array
		tol  float64
	}{"gradient": {grad, c.Gradient, 1e-10}, "MAML gradient": {meta, c.MAMLGradient, 1e-9},
		"prototypical gradient": {protoGrad, c.PrototypicGrad, 1e-10}} {
		largest := 0.0
		for _, a := range pair.want {
			for _, v := range a.Data {
				largest = max(largest, v, -v)
			}
		}
		for k, s := range shapes {
			if pair.want[s.Name].Data == nil && what == "prototypical gradient" {
				continue // of the head, which plays no part
			}
			_, _, want := c.ours(s.Name, pair.want[s.Name])
			for i, got := range ws.Read(pair.got.At(k), nil) {
				if d := got - want[i]; !(max(d, -d) <= pair.tol*largest) {
					t.Errorf("%s of %s, entry %d: %v, want %v within %v of %v", what, s.Name, i, got, want[i], pair.tol, largest)
				}
			}
		}
	}
}

// layer traces a layer of n images: convolution, bias, relu and pooling, and the sum of its gradients' squares, so that
// all of the operations take part.
func layer(n int, im Image, filters int) (inputs []Output, outs []Output) {
	g := New()
	f := Filter{3, 3, 1, 1}
	theta := g.Params([]Shape{{"W", f.Patch(im), filters}, {"b", 1, filters}})
	x := g.Input("x", n, im.Size())
	to := f.Out(im, filters)
	y := x.Conv(theta.At(0), im, f).Reshape(n*to.Height*to.Width, filters).Add(theta.At(1)).ReLU()
	loss := y.Reshape(n, to.Size()).MaxPool(to).Square().Mean()
	return []Output{theta, x}, []Output{loss, GradParams(loss, theta), Grad(loss, x)}
}

func TestDeterminismConvolution(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, s := range []struct {
		n  int
		im Image
	}{{12, Image{14, 13, 16}}, {30, Image{28, 28, 1}}, {2, Image{40, 40, 8}}} {
		inputs, outs := layer(s.n, s.im, 16)
		for _, precision := range []Precision{Float64, Float32} {
			p := CompileAs(precision, outs...)
			var want []float64
			for _, n := range []int{1, 2, 3, 8} {
				runtime.GOMAXPROCS(n)
				ws := p.NewWorkspace()
				fillInputs(ws, inputs)
				ws.Run()
				var got []float64
				for _, o := range outs {
					got = append(got, ws.Read(o, nil)...)
				}
				if want == nil {
					want = got
				}
				if !same64(got, want) {
					t.Errorf("%v, %v: %d processors give other bits than one", s.im, precision, n)
				}
			}
		}
	}
}

// Gradients of several losses by a convolutional trunk, side by side.
func TestDeterminismConvolutionsInLanes(t *testing.T) {
	g := New()
	im, f := Image{10, 9, 6}, Filter{3, 3, 1, 1}
	theta := g.Params([]Shape{{"W1", f.Patch(im), 16}, {"W2", 9 * 16, 24}})
	x := g.Input("x", 24, im.Size())
	inputs := []Output{theta, x}
	h := x.Conv(theta.At(0), im, f).ReLU()
	im = f.Out(im, 16)
	h, im = h.MaxPool(im), im.Pooled()
	h = h.Conv(theta.At(1), im, f).Tanh()
	var losses []Value
	for range 3 {
		v := g.Input("v", f.Out(im, 24).Size(), 1)
		inputs = append(inputs, v)
		losses = append(losses, h.MatMul(v).Square().Mean())
	}
	rows := Jacobian(losses, theta)
	side(t, inputs, rows, rows[0].Dot(rows[1]))
}

func TestConvolutionDoesNotAllocate(t *testing.T) {
	inputs, outs := layer(20, Image{14, 14, 8}, 16)
	ws := Compile(outs...).NewWorkspace()
	fillInputs(ws, inputs)
	for range 20 {
		ws.Run() // until each worker has its room
	}
	if n := testing.AllocsPerRun(20, ws.Run); n > 0 {
		t.Errorf("%v allocations a run", n)
	}
}

// The patches of the second layer of the usual network on 600 images are 271 MB in float32. What a program needs beside
// its operands and results is below 4 MB.
func TestConvolutionsDoNotStorePatches(t *testing.T) {
	const n = 600
	im, f := Image{14, 14, 64}, Filter{3, 3, 1, 1}
	g := New()
	x, w, ct := g.Input("x", n, im.Size()), g.Input("w", f.Patch(im), 64), g.Input("ct", n, im.Size())
	y := x.Conv(w, im, f)
	adjoints := VJP([]Value{y}, []Value{ct}, []Value{x, w})
	for what, v := range map[string]Value{"result": y, "derivative by the images": adjoints[0], "derivative by the weights": adjoints[1]} {
		p := CompileAs(Float32, v)
		stored := 0
		for _, in := range []Value{x, w, ct} {
			if _, ok := p.find(in); ok {
				stored += 4 * in.Size()
			}
		}
		stored += 4 * v.Size()
		if extra := p.Cost().Memory - stored; extra > 4<<20 {
			t.Errorf("%s: %d bytes beside operands and result", what, extra)
		}
	}
}

// What is added to an unpooling is joined with it where it is scale·x + shift of the channels, to the same bits.
func TestUnpoolIsJoined(t *testing.T) {
	for _, im := range []Image{{4, 6, 8}, {5, 7, 3}} {
		for _, precision := range []Precision{Float64, Float32} {
			var bits [2][]float64
			for k, apart := range []bool{false, true} {
				g := New()
				x, toward := g.Input("x", 3, im.Size()), g.Input("toward", 1, im.Channels)
				mean, variance := x.Reshape(3*im.Height*im.Width, im.Channels).Moments()
				slope := Grad(x.PoolToward(toward, im).Square().Sum().Add(mean.Square().Sum()).Add(variance.Square().Sum()), x)
				outs := []Output{slope}
				if apart { // the unpooling is read by something else too
					for id := range g.nodes {
						if g.nodes[id].op == opUnpool {
							outs = append(outs, Value{g, int32(id)})
						}
					}
				}
				p := CompileAs(precision, outs...)
				joined := false
				for _, s := range p.steps {
					joined = joined || s.op == opUnpool && len(s.in) == 5
				}
				if joined == apart {
					t.Errorf("%v: joined: %v, apart: %v", im, joined, apart)
				}
				ws := p.NewWorkspace()
				fillInputs(ws, []Output{x, toward})
				ws.Run()
				bits[k] = ws.Read(slope, nil)
			}
			if !same64(bits[0], bits[1]) {
				t.Errorf("%v, precision %v: joined it gives other bits", im, precision)
			}
		}
	}
}

func TestMaxPoolTies(t *testing.T) {
	x := []float64{1, 3, 3, 3, 2, 2, 2, 2}
	im := Image{2, 4, 1}
	if got := eval(x, func(v Value) Value { return v.MaxPool(im) }); !same64(got, []float64{3, 3}) {
		t.Errorf("got %v", got)
	}
	if got := slope(x, func(v Value) Value { return v.MaxPool(im) }); !same64(got, []float64{0, 1, 1, 0, 0, 0, 0, 0}) {
		t.Errorf("the derivative at ties is %v", got)
	}
	// An odd last row and column are left out.
	if got := slope(noise(9, 1), func(v Value) Value { return v.MaxPool(Image{3, 3, 1}) }); got[2] != 0 || got[5] != 0 || got[8] != 0 {
		t.Errorf("the derivative is %v", got)
	}
}
