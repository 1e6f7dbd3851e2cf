package metakit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

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

func (c convCase) network() nn.ConvNet {
	net := nn.ConvNet{Image: autodiff.Image{Height: c.Side, Width: c.Side, Channels: c.Channels[0]}, Filters: c.Channels[1:],
		Pool: c.Pool, Outputs: c.Ways}
	if c.BatchNorm {
		net.Norm = nn.NewTransductiveNorm(1)
	}
	return net
}

// flat lays parameters, or a gradient, of PyTorch out as here. The biases that a normalisation takes away are not ours:
// they are returned apart.
func (c convCase) flat(all map[string]golden.Array) (flat, taken []float64) {
	for k := range c.Channels[1:] {
		name := func(part string) string { return fmt.Sprintf("conv%d.%s", k+1, part) }
		flat = append(flat, all[name("W")].Permuted(2, 3, 1, 0)...)
		if c.BatchNorm {
			taken = append(taken, all[name("b")].Data...)
			flat = append(append(flat, all[name("gamma")].Data...), all[name("beta")].Data...)
		} else {
			flat = append(flat, all[name("b")].Data...)
		}
	}
	channels := c.Channels[len(c.Channels)-1]
	side := int(math.Sqrt(float64(c.Embedding.Shape[1] / channels)))
	if w, ok := all["head.W"]; ok {
		w.Shape = []int{channels, side, side, c.Ways}
		return append(append(flat, w.Permuted(1, 2, 0, 3)...), all["head.b"].Data...), taken
	}
	return flat, taken
}

func (c convCase) episode() *metakit.Episode {
	set := func(x golden.Array, y []float64) metakit.Set {
		return metakit.NewSet(len(y), x.Permuted(0, 2, 3, 1), y)
	}
	return &metakit.Episode{Support: set(c.SupportX, c.SupportY), Query: set(c.QueryX, c.QueryY)}
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

func (c convCase) test(t *testing.T) {
	net, e := c.network(), c.episode()
	theta, _ := c.flat(c.Parameters)

	g := autodiff.New()
	p, x := g.Params(net.Shapes()), g.Const(len(c.SupportY), net.Image.Size(), e.Support.X.RawMatrix().Data)
	y := g.Const(len(c.SupportY), 1, c.SupportY)
	embedding, logits := net.Embed(nil, p, x), net.Apply(nil, p, x)
	loss := metakit.MeanLoss(nn.SoftmaxLoss{}, logits, y)
	gradient := autodiff.GradParams(loss, p)
	ws := autodiff.Compile(embedding, logits, loss, gradient).NewWorkspace()
	ws.Set(p, theta)
	ws.Run()
	channels := c.Channels[len(c.Channels)-1]
	side := int(math.Sqrt(float64(c.Embedding.Shape[1] / channels)))
	want := golden.Array{Shape: []int{c.Embedding.Shape[0], channels, side, side}, Data: c.Embedding.Data}
	golden.Within(t, "embedding", ws.Read(embedding, nil), want.Permuted(0, 2, 3, 1), 1e-10)
	golden.Within(t, "logits", ws.Read(logits, nil), c.Logits.Data, 1e-10)
	golden.Within(t, "loss", []float64{ws.Scalar(loss)}, []float64{c.Loss}, 1e-10)
	c.compare(t, "gradient", ws.Read(gradient, nil), c.Gradient, 1e-10)

	maml := metakit.MAML{Network: net, Loss: nn.SoftmaxLoss{}, Steps: c.InnerSteps, Inner: nn.SGD{Rate: c.InnerRate}}
	value, slope := metaGradient(t, maml, theta, e)
	golden.Within(t, "query loss of MAML", []float64{value}, []float64{c.MAMLQueryLoss}, 1e-10)
	c.compare(t, "gradient of MAML", slope, c.MAMLGradient, 1e-9)

	net.Outputs = 0
	value, slope = metaGradient(t, models.NewPrototypical(net, c.Ways), theta[:nn.Size(net.Shapes())], e)
	golden.Within(t, "prototypical loss", []float64{value}, []float64{c.PrototypicLoss}, 1e-10)
	c.compare(t, "prototypical gradient", slope, c.PrototypicGrad, 1e-10)
}

// compare holds a gradient to the largest entry of the one wanted.
func (c convCase) compare(t *testing.T, what string, got []float64, want map[string]golden.Array, tol float64) {
	t.Helper()
	flat, taken := c.flat(want)
	largest := max(slices.Max(flat), -slices.Min(flat))
	if len(got) != len(flat) || largest == 0 {
		t.Fatalf("%s: %d numbers, want %d, the largest %v", what, len(got), len(flat), largest)
	}
	for k, w := range flat {
		if !(math.Abs(got[k]-w) <= tol*largest) {
			t.Errorf("%s[%d] = %v, want %v within %v of %v", what, k, got[k], w, tol, largest)
		}
	}
	for k, w := range taken { // which have no slope
		if !(math.Abs(w) <= tol*largest) {
			t.Errorf("%s: bias %d before a normalisation has the slope %v", what, k, w)
		}
	}
}

func TestDeterminismConvNet(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(4, 0))
	drawings := func(n int) metakit.Set {
		x, y := make([]float64, n*144), make([]float64, n)
		for k := range x {
			x[k] = rng.NormFloat64()
		}
		for k := range y {
			y[k] = float64(k % 3)
		}
		return metakit.NewSet(n, x, y)
	}
	drawn := metakit.Collection{{Support: drawings(40), Query: drawings(90)}, {Support: drawings(40), Query: drawings(90)}}
	for _, net := range []nn.ConvNet{
		nn.NewConvNet(autodiff.Image{Height: 12, Width: 12, Channels: 1}, 3),
		nn.NewStridedConvNet(autodiff.Image{Height: 12, Width: 12, Channels: 1}, 3),
	} {
		net.Filters = []int{16, 24}
		for _, l := range []metakit.Learner{
			metakit.MAML{Network: net, Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: nn.SGD{Rate: 0.4}},
			models.NewPrototypical(net, 3),
		} {
			for _, precision := range []autodiff.Precision{autodiff.Float64, autodiff.Float32} {
				var want []float64
				for _, n := range []int{1, 2, 3} {
					runtime.GOMAXPROCS(n)
					run := begin(t, metakit.Training{Learner: l, Tasks: drawn, MetaBatch: 2, Optimizer: adam, Iterations: 2,
						Precision: precision})
					for _, err := range run.Steps(t.Context()) {
						if err != nil {
							t.Fatal(err)
						}
					}
					got := run.Meta
					if want == nil {
						want = got
					}
					if !slices.Equal(got, want) || !(mat.Norm(mat.NewDense(1, len(got), got), 2) > 0) {
						t.Errorf("%T, precision %v: %d processors give other bits than one", l, precision, n)
					}
				}
			}
		}
	}
}
