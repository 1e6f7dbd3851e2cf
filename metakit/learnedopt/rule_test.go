package learnedopt_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// trial returns the losses of a few trainings by a rule.
func trial(t *testing.T, p learnedopt.Problems, r learnedopt.Rule, own []float64) []float64 {
	t.Helper()
	curves, err := learnedopt.Trial{Problems: p, Steps: 7, Count: 3, Seed: 2}.Run(t.Context(), r, own)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(curves...)
}

// linear returns an MLP without hidden layers whose step is Scale times what the weights make of the features.
func linear(of map[int]float64) (learnedopt.MLP, []float64) {
	m := learnedopt.NewMLP()
	m.Scale, m.Raw = 0.05, true
	own := make([]float64, nn.Size(m.Shapes()))
	for feature, w := range of {
		own[2*feature] = w // a row for each feature, with columns for direction and magnitude
	}
	return m, own
}

// A network whose output is a constant times the gradient is gradient descent; times a running mean, momentum with the
// gradient damped; and so with batches.
func TestMLPAsKnownRules(t *testing.T) {
	for _, p := range []learnedopt.Problems{problems, batches} {
		m, own := linear(map[int]float64{0: 2})
		golden.Near(t, "gradient", trial(t, p, m, own), trial(t, p, learnedopt.Fixed{Rule: nn.SGD{Rate: 0.1}}, nil), 1e-12)
		m, own = linear(map[int]float64{2: 3}) // the mean of decay .9: a tenth of the sum that momentum keeps
		golden.Near(t, "mean of .9", trial(t, p, m, own),
			trial(t, p, learnedopt.Fixed{Rule: nn.Momentum{Rate: 0.015, Mu: 0.9}}, nil), 1e-12)
	}
	m, own := linear(map[int]float64{0: 2})
	own[len(own)-1] = 30 // the bias of the magnitude: e^(0.001·30) times as long
	golden.Near(t, "longer", trial(t, problems, m, own),
		trial(t, problems, learnedopt.Fixed{Rule: nn.SGD{Rate: 0.1 * math.Exp(0.03)}}, nil), 1e-12)
}

// one traces one step of a rule on matrices of numbers, from a memory, and returns memory and parameters after it.
func one(r learnedopt.Rule, own []float64, k float64, shapes []autodiff.Shape, memory, theta, gradient []float64) (
	[]float64, []float64) {
	g := autodiff.New()
	o, m, th, gr := g.Params(r.Shapes()), g.Params(r.Memory(shapes)), g.Params(shapes), g.Params(shapes)
	number := g.Input("k", 1, 1)
	nextM, nextT := r.Step(o, number, m, th, gr)
	ws := autodiff.Compile(nextM, nextT).NewWorkspace()
	ws.Set(o, own)
	ws.Set(m, memory)
	ws.Set(th, theta)
	ws.Set(gr, gradient)
	ws.Set(number, []float64{k})
	ws.Run()
	return ws.Read(nextM, nil), ws.Read(nextT, nil)
}

func drawn(n int, rng *rand.Rand) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

var matrices = []autodiff.Shape{{Name: "A", Rows: 2, Cols: 3}, {Name: "b", Rows: 1, Cols: 2}}

// The step of the MLP by the formula of its comment, in plain loops.
func TestMLPByHand(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	m := learnedopt.NewMLP(5)
	m.Scale, m.ExpScale = 0.1, 0.5
	own, theta, gradient, memory := drawn(nn.Size(m.Shapes()), rng), drawn(8, rng), drawn(8, rng), drawn(8*4, rng)
	for i := range 8 {
		memory[4*i+3] *= memory[4*i+3] // a mean of squares
	}
	gotMemory, got := one(m, own, 13, matrices, slices.Clone(memory), theta, gradient)

	features := make([][]float64, 8)
	wantMemory := slices.Clone(memory)
	for i := range features {
		means := wantMemory[4*i : 4*i+4]
		for j, decay := range []float64{0.9, 0.99, 0.999} {
			means[j] = decay*means[j] + (1-decay)*gradient[i]
		}
		means[3] = 0.999*means[3] + 0.001*gradient[i]*gradient[i]
		root := 1 / math.Sqrt(means[3]+1e-6)
		features[i] = append([]float64{gradient[i], theta[i]}, means...)
		features[i] = append(features[i], means[0]*root, means[1]*root, means[2]*root, root)
	}
	for j := range features[0] {
		for _, part := range [][2]int{{0, 6}, {6, 8}} {
			square := 0.0
			for _, f := range features[part[0]:part[1]] {
				square += f[j] * f[j] / float64(part[1]-part[0])
			}
			for _, f := range features[part[0]:part[1]] {
				f[j] /= math.Sqrt(square + 1e-5)
			}
		}
	}
	var want []float64
	for i, f := range features {
		for _, tau := range []float64{1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000} {
			f = append(f, math.Tanh(12/tau-1))
		}
		layer := func(x, w []float64, units int) []float64 { // w: rows of weights, then the row of biases
			out := slices.Clone(w[len(x)*units : (len(x)+1)*units])
			for a, v := range x {
				for b := range out {
					out[b] += v * w[a*units+b]
				}
			}
			return out
		}
		hidden := layer(f, own, 5)
		for j := range hidden {
			hidden[j] = max(hidden[j], 0)
		}
		out := layer(hidden, own[len(f)*5+5:], 2)
		want = append(want, theta[i]-0.1*out[0]*math.Exp(0.5*out[1]))
	}
	golden.Near(t, "memory", gotMemory, wantMemory, 1e-13)
	golden.Near(t, "parameters", got, want, 1e-12)
}

// The step of the LSTM by the formula of its comment, in plain loops, for gradients of all sizes.
func TestLSTMByHand(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	l := learnedopt.LSTM{Units: 3, Layers: 2, P: 5, Scale: 0.1}
	own, theta, memory := drawn(nn.Size(l.Shapes()), rng), drawn(8, rng), drawn(8*12, rng)
	gradient := []float64{0, 1e-9, -1e-4, math.Exp(-5), -0.02, 0.5, -3, 1e4}
	gotMemory, got := one(l, own, 1, matrices, slices.Clone(memory), theta, gradient)
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	var want, wantMemory []float64
	for i, g := range gradient {
		h := []float64{-1, math.Exp(5) * g}
		if math.Abs(g) >= math.Exp(-5) {
			h = []float64{math.Log(math.Abs(g)) / 5, math.Copysign(1, g)}
		}
		w := own
		for k := range 2 {
			was := memory[12*i+6*k : 12*i+6*k+6]
			x := append(slices.Clone(h), was[:3]...)
			z := slices.Clone(w[len(x)*12 : len(x)*12+12])
			for a, v := range x {
				for b := range z {
					z[b] += v * w[a*12+b]
				}
			}
			w = w[len(x)*12+12:]
			h = make([]float64, 3)
			cell := make([]float64, 3)
			for u := range 3 {
				cell[u] = sigmoid(z[6+u]+1)*was[3+u] + sigmoid(z[u])*math.Tanh(z[3+u])
				h[u] = sigmoid(z[9+u]) * math.Tanh(cell[u])
			}
			wantMemory = append(wantMemory, append(slices.Clone(h), cell...)...)
		}
		step := w[3]
		for u := range 3 {
			step += w[u] * h[u]
		}
		want = append(want, theta[i]+0.1*step)
	}
	golden.Near(t, "memory", gotMemory, wantMemory, 1e-13)
	golden.Near(t, "parameters", got, want, 1e-12)
}

// A learner whose rule is that of gradient descent is MAML, by its start at least.
func TestLearnerAsMAML(t *testing.T) {
	m, own := linear(map[int]float64{0: 2})
	l := learnedopt.Learner{Network: small, Loss: mse, Rule: m, Steps: 3}
	maml := metakit.MAML{Network: small, Loss: mse, Steps: 3, Inner: nn.SGD{Rate: 0.1}}
	e := metakit.Draw(waves, 1, 1)
	theta := start(maml, 1)
	wantLoss, want, err := metakit.MetaGradient(maml, theta, e)
	if err != nil {
		t.Fatal(err)
	}
	loss, got, err := metakit.MetaGradient(l, slices.Concat(theta, own), e)
	if err != nil {
		t.Fatal(err)
	}
	golden.Near(t, "loss", []float64{loss}, []float64{wantLoss}, 1e-12)
	golden.Near(t, "gradient", got[:len(theta)], want, 1e-11)
}

func TestPropertiesOfLearner(t *testing.T) {
	const claims = metatest.OrderFree | metatest.QueriesApart
	fixed := learnedopt.Fixed{Rule: nn.Adam{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, EpsilonRoot: 1e-12}}
	metatest.TestLearner(t, learnedopt.Learner{Network: small, Loss: mse, Rule: fixed, Steps: 2}, waves,
		claims|metatest.ExactGradient)
	metatest.TestLearner(t, learnedopt.Learner{Network: small, Loss: mse, Rule: mlp, Steps: 2, Drawn: true}, waves, claims)
	first := learnedopt.Learner{Network: small, Loss: mse, Rule: mlp, Steps: 2, FirstOrder: true}
	if err := metatest.Check(first, waves, metatest.ExactGradient); err == nil {
		t.Error("with FirstOrder the meta-gradient passes for exact")
	}
}
