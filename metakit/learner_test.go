package metakit_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/nn"
)

// attention is a learner of another family, to hold the interface to its word: it learns an embedding and predicts the
// mean of the support targets, weighted by softmax(−‖f(x) − f(xᵢ)‖²). Nothing is adapted.
type attention struct {
	nn.Network
	nn.Loss
}

func (a attention) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, _ int) []autodiff.Value {
	q, s := a.Apply(t, meta, queryX), a.Apply(t, meta, support.X)
	near := q.MatMulT(s).Scale(2).Sub(s.Square().SumAxis(1).T()) // ‖f(x)‖² is the same for all i
	return []autodiff.Value{near.Softmax(1).MatMul(support.Y)}
}

func TestLearnerThatDoesNotAdapt(t *testing.T) {
	l := attention{nn.MLP{Widths: []int{1, 20, 8}, Activation: nn.Tanh}, mse}
	r, err := metakit.Training{Learner: l, Tasks: sines, Iterations: 150, Optimizer: nn.NewAdam(0.01),
		MetaBatch: 25}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := metakit.CheckMetaGradient(l, r.Meta, metakit.Draw(sines, 1, 1), 1); err != nil {
		t.Error(err)
	}
	o, err := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Steps: []int{0, 5},
		Episodes: 600}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if o[0].Mean != o[1].Mean {
		t.Errorf("error %v before five steps that there are not, %v after", o[0].Mean, o[1].Mean)
	}
	if !(o[0].High < sines.ZeroShotFloor()) {
		t.Errorf("error %v; ten points should do better than none", o[0].Interval)
	}
}

// Inner steps are those of an optimiser with the same rule on the mean loss of the support set.
func TestInnerStepsAreThoseOfTheRule(t *testing.T) {
	e := metakit.Draw(sines, 3, 4)
	twice := &metakit.Episode{Support: e.Support, Query: e.Support} // the mean over all its points is that of the support set
	for _, rule := range []nn.Rule{sgd, nn.Momentum{Rate: 0.02, Mu: 0.9, Nesterov: true}, nn.NewAdam(0.02)} {
		l := metakit.MAML{Network: small, Loss: mse, Inner: rule}
		theta := small.Init(rand.New(rand.NewPCG(5, 5)))
		got := predict(t, l, theta, e, metakit.UpTo(4))
		optimizer := nn.NewOptimizer(rule, small.Shapes())
		for k, curve := range got {
			want := predict(t, l, theta, e, []int{0})[0]
			if !mat.EqualApprox(curve, want, 1e-12) { // the same sums, rounded in another order
				t.Errorf("%T, %d steps: %v, want %v", rule, k, mat.Formatted(curve.T()), mat.Formatted(want.T()))
			}
			_, gradient := metaGradient(t, metakit.Pooled{Network: small, Loss: mse}, theta, twice)
			if err := optimizer.Step(theta, gradient, 1, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Meta-SGD with equal step sizes is MAML, and with no step MAML is plain training on the query points.
func TestLearnersAgreeWhereTheyShould(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	theta := small.Init(rand.New(rand.NewPCG(5, 5)))
	n := len(theta)
	maml := metakit.MAML{Network: small, Loss: mse, Steps: 3, Inner: nn.SGD{Rate: 0.05}}
	metaSGD := metakit.MetaSGD{Network: small, Loss: mse, Steps: 3, Rate: 0.05}
	alpha := metaSGD.Init(rand.New(rand.NewPCG(5, 5)))[n:]
	_, want := metaGradient(t, maml, theta, e)
	_, got := metaGradient(t, metaSGD, append(theta[:n:n], alpha...), e)
	closeTo(t, "Meta-SGD", got[:n], want)

	_, got = metaGradient(t, metakit.MAML{Network: small, Loss: mse, Inner: sgd}, theta, e)
	_, want = metaGradient(t, metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, theta, &metakit.Episode{Support: e.Query, Query: e.Query})
	closeTo(t, "MAML without steps", got, want)

	_, got = metaGradient(t, metakit.Reptile{Network: small, Loss: mse, Steps: 1, OverRate: true, Inner: sgd}, theta, e)
	_, want = metaGradient(t, metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, theta, &metakit.Episode{Support: e.Support, Query: e.Support})
	closeTo(t, "Reptile of one step", got, want)
}

// closeTo fails unless |got − want| ≤ 1e-12·max|want|: the same sums in another order.
func closeTo(t *testing.T, what string, got, want []float64) {
	t.Helper()
	golden.Near(t, what, got, want, 1e-12)
}

// With dead units a step of Adam can be differentiated with EpsilonRoot, or as a constant.
func TestAdamAsTheInnerRule(t *testing.T) {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	rooted := adam
	rooted.EpsilonRoot = 1e-16
	for _, c := range []struct {
		learner  metakit.MAML
		diverges bool
	}{
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: adam}, true}, // a negative control
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: rooted}, false},
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: adam, FirstOrder: true}, false},
	} {
		_, err := metakit.Training{Learner: c.learner, Tasks: sines, Iterations: 3, MetaBatch: 25,
			Optimizer: adam}.Run(t.Context())
		if errors.Is(err, metakit.ErrDiverged) != c.diverges || err != nil && !c.diverges {
			t.Errorf("%+v: %v", c.learner, err)
		}
	}
}
