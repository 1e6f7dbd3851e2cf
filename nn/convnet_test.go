package nn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// The networks of the papers: images of 28 × 28 become 64 numbers.
func TestConvNetSizes(t *testing.T) {
	im := autodiff.Image{Height: 28, Width: 28, Channels: 1}
	// 9·64 + 3·9·64·64 weights, and 2·64 for each normalisation
	if net := NewConvNet(im, 0); net.Embedding() != 64 || Size(net.Shapes()) != 111_680 {
		t.Errorf("an embedding of %d numbers, %d parameters", net.Embedding(), Size(net.Shapes()))
	}
	if net := NewStridedConvNet(im, 5); net.Embedding() != 64 || Size(net.Shapes()) != 111_680+65*5 {
		t.Errorf("strided: an embedding of %d numbers, %d parameters", net.Embedding(), Size(net.Shapes()))
	}
	net := ConvNet{Image: autodiff.Image{Height: 9, Width: 7, Channels: 2}, Filters: []int{3, 4}, Pool: true, Outputs: 5}
	want := "[W1 18×3 b1 1×3 W2 27×4 b2 1×4 W3 8×5 b3 1×5]"
	if got := fmt.Sprint(net.Shapes()); got != want || !slices.Equal(net.LayerOf(), []int{0, 0, 1, 1, 2, 2}) {
		t.Errorf("shapes %v, want %v; layers %v", got, want, net.LayerOf())
	}
	net.Norm, net.Outputs = NewBatchNorm(1), 0
	want = "[W1 18×3 norm1.gain 1×3 norm1.bias 1×3 W2 27×4 norm2.gain 1×4 norm2.bias 1×4]"
	if got := fmt.Sprint(net.Shapes()); got != want || !slices.Equal(net.LayerOf(), []int{0, 0, 0, 1, 1, 1}) {
		t.Errorf("shapes %v, want %v; layers %v", got, want, net.LayerOf())
	}
}

// A network is the same as its layers one after the other, whatever the signs of the gains.
func TestConvNet(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	for _, norm := range []Norm{NewTransductiveNorm(1), NewBatchNorm(1), NewLayerNorm(1), nil} {
		for _, strided := range []bool{false, true} {
			net := ConvNet{Image: autodiff.Image{Height: 7, Width: 6, Channels: 2}, Filters: []int{3, 4}, Norm: norm, Pool: !strided,
				Strided: strided, Average: strided, Outputs: 2}
			theta, x := net.Init(rng), normals(rng, 5*net.Image.Size())
			for k := range theta {
				theta[k] += rng.NormFloat64()
			}
			nearLargest(t, fmt.Sprintf("%T, strided %v", norm, strided), slopes(net, theta, x, 5, autodiff.Float64),
				slopes(handConvNet{net}, theta, x, 5, autodiff.Float64))
			checkSlopes(t, net, theta, x, 5)
		}
	}
}

// handConvNet is the network written out.
type handConvNet struct{ ConvNet }

func (h handConvNet) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	at, im := 0, h.Image
	next := func(n int) autodiff.Params {
		at += n
		return theta.Slice(at-n, at)
	}
	for k, filters := range h.Filters {
		conv := NewConv(im, filters)
		conv.Bias = h.Norm == nil
		if h.Strided {
			conv.Filter.Stride = 2
		}
		x, im = conv.Apply(t, next(len(conv.Shapes())), x), conv.Out()
		if h.Norm != nil {
			x = ImageNorm{im, h.Norm}.Apply(t.Scope(fmt.Sprint(k)), next(2), x)
		}
		if x = x.ReLU(); h.Pool {
			x, im = MaxPool{im}.Apply(t, next(0), x), im.Pooled()
		}
	}
	if h.Average {
		mean := make([]float64, im.Size()*im.Channels)
		for k := range im.Size() {
			mean[k*im.Channels+k%im.Channels] = 1 / float64(im.Height*im.Width)
		}
		x = x.MatMul(x.Graph().Const(im.Size(), im.Channels, mean))
	}
	return MLP{Widths: []int{x.Cols(), h.Outputs}}.Apply(t, next(2), x)
}

// Transductive normalisation is the same in training and in evaluation, and says that it looks at all rows.
func TestTransductiveNorm(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	n, b := NewTransductiveNorm(3), NewBatchNorm(3)
	theta, x := normals(rng, 6), normals(rng, 3*7)
	nearLargest(t, "in training", slopes(n, theta, x, 7, autodiff.Float64), slopes(b, theta, x, 7, autodiff.Float64))
	checkSlopes(t, n, theta, x, 7)
	g := autodiff.New()
	tr := NewTrace(g, false)
	p, in := g.Params(n.Shapes()), g.Input("x", 7, 3)
	out, alone := n.Apply(tr, p, in), n.Apply(nil, p, in.SliceRows(0, 1))
	if !tr.LooksAtAllRows() {
		t.Error("it does not say that it looks at all rows")
	}
	ws := autodiff.Compile(out, alone).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, x)
	ws.Run()
	nearLargest(t, "in evaluation", ws.Read(out, nil), slopes(n, theta, x, 7, autodiff.Float64)[:21])
	nearLargest(t, "a single row", ws.Read(alone, nil), theta[3:])
}
