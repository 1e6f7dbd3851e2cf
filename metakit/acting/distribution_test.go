package acting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"kindred/autodiff"
	"kindred/metakit/acting"
)

// Logarithms of probabilities and entropies against gonum's distributions.
func TestDistributionsAgainstGonum(t *testing.T) {
	g := autodiff.New()
	out := g.Const(2, 4, []float64{0.3, -1, 0.5, 2, 4, 0, 1e-3, 1})
	actions := g.Const(2, 2, []float64{0.7, 1, 4.001, -3})
	logits, choices := g.Const(2, 3, []float64{0, math.Log(2), math.Log(5), 700, 0, 0}), g.Const(2, 1, []float64{2, 0})
	normal, spread := acting.Gaussian{}.LogProbability(out, actions), acting.Gaussian{}.Entropy(out)
	choice, doubt := acting.Softmax{}.LogProbability(logits, choices), acting.Softmax{}.Entropy(logits)
	ws := autodiff.Compile(normal, spread, choice, doubt).NewWorkspace()
	ws.Run()
	two := func(m1, s1, m2, s2 float64) (a, b distuv.Normal) {
		return distuv.Normal{Mu: m1, Sigma: s1}, distuv.Normal{Mu: m2, Sigma: s2}
	}
	a, b := two(0.3, 0.5, -1, 2)
	c, d := two(4, 1e-3, 0, 1)
	p := distuv.NewCategorical([]float64{1, 2, 5}, nil)
	for _, x := range []struct {
		what      string
		got, want []float64
	}{
		{"log density", ws.Read(normal, nil), []float64{a.LogProb(0.7) + b.LogProb(1), c.LogProb(4.001) + d.LogProb(-3)}},
		{"entropy", ws.Read(spread, nil), []float64{a.Entropy() + b.Entropy(), c.Entropy() + d.Entropy()}},
		{"log probability", ws.Read(choice, nil), []float64{p.LogProb(2), 0}},
		{"entropy of choices", ws.Read(doubt, nil), []float64{p.Entropy(), 0}},
	} {
		for k := range x.want {
			if math.Abs(x.got[k]-x.want[k]) > 1e-11*max(1, math.Abs(x.want[k])) {
				t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
			}
		}
	}
}

// What is drawn has the probabilities of the outputs, and the likeliest is the one of the largest.
func TestDraws(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 20000
	action, counts := make([]float64, 1), make([]float64, 3)
	logits := []float64{math.Log(1), math.Log(5), math.Log(2)}
	for range n {
		acting.Softmax{}.Draw(action, logits, rng)
		counts[int(action[0])]++
	}
	for k, p := range []float64{1. / 8, 5. / 8, 2. / 8} {
		if math.Abs(counts[k]/n-p) > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("choice %d: %v of %d, want %v", k, counts[k], n, p)
		}
	}
	if acting.Softmax.Likeliest(acting.Softmax{}, action, logits); action[0] != 1 {
		t.Errorf("the likeliest of %v is %v", logits, action[0])
	}
	sum, squares, two := 0.0, 0.0, make([]float64, 2)
	for range n {
		acting.Gaussian{}.Draw(two, []float64{3, 0, 0.5, 1}, rng)
		sum, squares = sum+two[0], squares+(two[0]-3)*(two[0]-3)
	}
	if math.Abs(sum/n-3) > 4*0.5/math.Sqrt(n) || math.Abs(squares/n-0.25) > 4*0.25*math.Sqrt(2./n) {
		t.Errorf("mean %v and variance %v, want 3 and 0.25", sum/n, squares/n)
	}
	if acting.Gaussian.Likeliest(acting.Gaussian{}, two, []float64{3, 0, 0.5, 1}); two[0] != 3 || two[1] != 0 {
		t.Errorf("the likeliest is %v, want the means", two)
	}
}
