package models_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

func smallAttentive() models.AttentiveProcess {
	n := smallProcess()
	return models.AttentiveProcess{Encoder: n.Encoder, Keys: nn.MLP{Widths: []int{1, 6}, Activation: nn.Tanh},
		Attention: nn.Attention{Inputs: 6, Keys: 6, Values: 8, Width: 8, Heads: 2, Outputs: 8},
		Decoder:   n.Decoder, Least: 0.1}
}

// smallTransformer has narrow blocks with a smooth activation.
func smallTransformer(inputs, labels int, loss nn.Loss, causal bool) models.InContext {
	n := models.NewInContext(inputs, labels, loss)
	n.Width, n.Heads, n.Hidden, n.Causal = 8, 2, 12, causal
	return n
}

// Attention without queries is the same for all support points. With projections that change nothing the attentive
// process is then the neural process of the same encoder and decoder, but for rounding.
func TestUniformAttentionIsAMean(t *testing.T) {
	n, a := smallProcess(), smallAttentive()
	ofN, ofA := nn.NewParams(n.Shapes(), start(n, 1)), nn.NewParams(a.Shapes(), start(a, 2))
	for _, s := range n.Shapes() {
		ofA.View(s.Name).Copy(ofN.View(s.Name))
	}
	ofA.View("attention.Wq").Zero()
	for _, name := range []string{"attention.Wv", "attention.Wo"} {
		ofA.View(name).Zero()
		for k := range 8 {
			ofA.View(name).Set(k, k, 1)
		}
	}
	e := metakit.Draw(waves, 1, 1)
	got, want := predicted(t, a, ofA.Data, e), predicted(t, n, ofN.Data, e)
	if !mat.EqualApprox(got, want, 1e-13) {
		t.Errorf("it predicts %v, the mean %v", mat.Formatted(got), mat.Formatted(want))
	}
	nn.NewParams(a.Shapes(), ofA.Data).View("attention.Wq").Set(0, 0, 1)
	if got := predicted(t, a, ofA.Data, e); mat.EqualApprox(got, want, 1e-6) {
		t.Error("with queries it predicts the same")
	}
}

// The loss over prefixes is made of the predictions that the learner makes with support sets cut short: a second, plain
// way to it. Only the prediction from no points is known by nothing else; it is what the loss has left, and depends on
// x₁ alone, so that the label y₁ moves its error by as much as itself.
func TestPrefixesAreShorterSets(t *testing.T) {
	for _, l := range []metakit.Learner{smallTransformer(1, 1, nn.SquaredError{}, true),
		models.NewRecurrent(1, 1, 6, nn.SquaredError{})} {
		t.Run(fmt.Sprintf("%T", l), func(t *testing.T) {
			meta, e := start(l, 3), metakit.Draw(waves, 2, 2)
			var errors []float64 // of the prediction from no points, squared, for the labels y₁ + 0, 1, 2
			for range 3 {
				n := e.Size().Support
				x, y := e.Support.X.RawMatrix().Data, e.Support.Y.RawMatrix().Data
				rest := nn.MeanSquared.Of(predicted(t, l, meta, e), e.Query.Y)
				for i := 1; i < n; i++ {
					part := &metakit.Episode{Support: metakit.NewSet(i, x[:i], y[:i]),
						Query: metakit.NewSet(1, x[i:i+1], y[i:i+1])}
					rest += nn.MeanSquared.Of(predicted(t, l, meta, part), part.Query.Y)
				}
				loss, _ := metaGradient(t, l, meta, e)
				errors = append(errors, loss*float64(n+1)-rest)
				y[0]++
			}
			// (p − y − k)² of k = 0, 1, 2 has the second difference 2.
			if d := errors[0] - 2*errors[1] + errors[2]; !(math.Abs(d-2) < 1e-9) || !(errors[0] >= 0) {
				t.Errorf("what the loss has beside the known predictions is %v, with the second difference %v, want 2", errors, d)
			}
		})
	}
}

// Tasks may have fewer classes than Ways: all of them have a logit, and none is ruled out.
func TestFewerWays(t *testing.T) {
	for _, l := range []metakit.Learner{smallTransformer(2, 5, nn.SoftmaxLoss{}, false),
		models.NewRecurrent(2, 5, 6, nn.SoftmaxLoss{})} {
		e := metakit.Draw(blobs(3, 2), 1, 1)
		p := predicted(t, l, start(l, 1), e)
		if _, cols := p.Dims(); cols != 5 || mat.Min(p) < -100 {
			t.Errorf("%T predicts %d logits of 5, down to %v", l, cols, mat.Min(p))
		}
		e.Query.Y.Set(0, 0, 4) // a class that the support set has not
		loss, gradient := metaGradient(t, l, start(l, 1), e)
		if finite(t, "gradient", gradient); !(loss < 100) {
			t.Errorf("%T: a query point of a class without a support point makes the loss %v", l, loss)
		}
	}
}
