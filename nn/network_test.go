package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// run applies a network to numbers.
func run(net Network, theta, x []float64, rows int) []float64 {
	g := autodiff.New()
	p, in := g.Params(net.Shapes()), g.Input("x", rows, len(x)/rows)
	out := net.Apply(nil, p, in)
	ws := autodiff.Compile(out).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, x)
	ws.Run()
	return ws.Read(out, nil)
}

func TestMLPByHand(t *testing.T) {
	net := MLP{Widths: []int{2, 2, 1}, Activation: ReLU}
	theta := []float64{1, -1, 2, 1 /* b1 */, 0.5, -3 /* W2 */, 2, 5 /* b2 */, 0.25}
	// x = (1, 2): x·W1 + b1 = (1+4+0.5, −1+2−3) = (5.5, −2), relu (5.5, 0), 2·5.5 + 0.25 = 11.25.
	// x = (−1, 0): (−1+0.5, 1−3) = (−0.5, −2), relu 0, 0.25.
	if got, want := run(net, theta, []float64{1, 2, -1, 0}, 2), []float64{11.25, 0.25}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestActivations(t *testing.T) {
	want := map[Activation]float64{ // at −0.5, from the definitions
		Linear: -0.5, ReLU: 0, LeakyReLU: -0.005, Tanh: math.Tanh(-0.5), Sigmoid: 1 / (1 + math.Exp(0.5)),
		Softplus: math.Log1p(math.Exp(-0.5)), Sin: math.Sin(-0.5), GELU: -0.25 * (1 + math.Erf(-0.5/math.Sqrt2)),
	}
	for _, a := range Activations() {
		got := run(MLP{Widths: []int{1, 1}, Output: a}, []float64{1, 0}, []float64{-0.5}, 1)[0]
		if w, ok := want[a]; !ok || math.Abs(got-w) > 1e-15 {
			t.Errorf("%q at −0.5 is %v, want %v", a, got, w)
		}
	}
}

func TestMLPInit(t *testing.T) {
	net := MLP{Widths: []int{3, 5, 2}}
	a, b := net.Init(rand.New(rand.NewPCG(4, 0))), net.Init(rand.New(rand.NewPCG(4, 0)))
	if !slices.Equal(a, b) {
		t.Error("the same seed gives other parameters")
	}
	p := NewParams(net.Shapes(), a)
	for _, bias := range []string{"b1", "b2"} {
		if m := p.View(bias); mat.Norm(m, 1) != 0 {
			t.Errorf("%s does not start at 0", bias)
		}
	}
	w2 := p.View("W2")
	w2.Set(4, 1, 9) // the last entry of W2, before b2 of two entries
	if p.Data[len(p.Data)-3] != 9 {
		t.Error("a view does not share its numbers with the flat vector")
	}
}

// A hidden last layer has the norm and the dropout of the others; in training a layer is dropped from after its
// activation, in evaluation nothing is.
func TestHiddenLastLayer(t *testing.T) {
	net := MLP{Widths: []int{2, 3, 4}, Activation: Tanh, Output: Tanh, Norm: NewLayerNorm(1), Dropout: 0.5}
	hidden := net
	hidden.Hidden = true
	if n, h := len(net.Shapes()), len(hidden.Shapes()); n != 6 || h != 8 || hidden.Shapes()[6].String() != "norm2.gain 1×4" {
		t.Errorf("%d matrices, %v of the network with a hidden last layer", n, hidden.Shapes())
	}
	g := autodiff.New()
	p, x := g.Params(hidden.Shapes()), g.Input("x", 50, 2)
	trained, evaluated := hidden.Layers(NewTrace(g, true), p, x), hidden.Layers(NewTrace(g, false), p, x)
	byHand := p.At(4)
	byHand = evaluated[0].MatMul(byHand).Add(p.At(5))
	byHand = NewLayerNorm(4).Apply(nil, p.Slice(6, 8), byHand).Tanh()
	first := trained[0]
	ws := autodiff.Compile(first, trained[1], evaluated[0], evaluated[1], byHand).NewWorkspace()
	rng := rand.New(rand.NewPCG(1, 0))
	ws.Set(p, hidden.Init(rng))
	numbers := make([]float64, 100)
	for k := range numbers {
		numbers[k] = rng.NormFloat64()
	}
	ws.Set(x, numbers)
	ws.SetNoise(1, 0, 0)
	ws.Run()
	for k, v := range ws.Read(evaluated[1], nil) {
		if want := ws.Read(byHand, nil)[k]; v != want {
			t.Fatalf("entry %d of the last layer is %v, want %v", k, v, want)
		}
	}
	whole := ws.Read(evaluated[0], nil)
	dropped := 0
	for k, v := range ws.Read(first, nil) {
		if v == 0 {
			dropped++
		} else if v != whole[k]*2 {
			t.Fatalf("entry %d of the first layer is %v, in evaluation %v", k, v, whole[k])
		}
	}
	last := 0
	for _, v := range ws.Read(trained[1], nil) {
		if v == 0 {
			last++
		}
	}
	for _, n := range []struct{ got, of int }{{dropped, 150}, {last, 200}} {
		if 4*n.got < n.of || 4*n.got > 3*n.of { // half, within six standard deviations
			t.Errorf("%d of %d are dropped", n.got, n.of)
		}
	}
}

// The last layer is the output; the first of two is the network without its second.
func TestLayers(t *testing.T) {
	net := MLP{Widths: []int{2, 3, 1}, Activation: Tanh, Output: Sigmoid}
	first := MLP{Widths: []int{2, 3}, Output: Tanh}
	g := autodiff.New()
	p, x := g.Params(net.Shapes()), g.Input("x", 4, 2)
	layers := net.Layers(nil, p, x)
	if len(layers) != 2 {
		t.Fatalf("%d layers, want 2", len(layers))
	}
	want := []autodiff.Value{first.Apply(nil, p.Slice(0, 2), x), net.Apply(nil, p, x)}
	ws := autodiff.Compile(layers[0], layers[1], want[0], want[1]).NewWorkspace()
	rng := rand.New(rand.NewPCG(1, 0))
	ws.Set(p, net.Init(rng))
	ws.Set(x, []float64{1, -1, 0.5, 2, -0.3, 0.1, 0, 1})
	ws.Run()
	for k := range layers {
		if got, want := ws.Read(layers[k], nil), ws.Read(want[k], nil); !slices.Equal(got, want) {
			t.Errorf("layer %d is %v, want %v", k+1, got, want)
		}
	}
}
