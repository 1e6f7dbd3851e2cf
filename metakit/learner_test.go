package metakit_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// attention is a learner of another family, to hold the interface to its word: it learns an embedding and predicts the
// mean of the support targets, weighted by softmax(−‖f(x) − f(xᵢ)‖²). Nothing is adapted.
type attention struct{ nn.Network }

func (attention) QueryLoss(prediction, y autodiff.Value) autodiff.Value {
	return nn.MSE(prediction, y)
}

func (a attention) Predict(meta autodiff.Params, support metakit.TracedSet, queryX autodiff.Value, _ int) []autodiff.Value {
	q, s := a.Apply(nil, meta, queryX), a.Apply(nil, meta, support.X)
	near := q.MatMulT(s).Scale(2).Sub(s.Square().SumAxis(1).T()) // ‖f(x)‖² is the same for all i
	return []autodiff.Value{near.Softmax(1).MatMul(support.Y)}
}

func (a attention) MetaGradient(meta autodiff.Params, support, query metakit.TracedSet) (autodiff.Value, autodiff.Params) {
	return queryGradient(a, meta, support, query, 0)
}

func TestLearnerThatDoesNotAdapt(t *testing.T) {
	l := attention{nn.MLP{Widths: []int{1, 20, 8}, Activation: nn.Tanh}}
	r, err := metakit.Training{Learner: l, Tasks: sines, Iterations: 150, Optimizer: nn.NewAdam(0.01), MetaBatch: 25}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := metakit.CheckMetaGradient(l, r.Meta, metakit.Draw(sines, 1, 1), 1); err != nil {
		t.Error(err)
	}
	o, err := metakit.Evaluation{Learner: l, Tasks: sines.Test(), Steps: []int{0, 5}, Episodes: 600}.Run(t.Context(), r.Meta)
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
	for _, rule := range []nn.Rule{nil, nn.Momentum{Rate: 0.02, Mu: 0.9, Nesterov: true}, nn.NewAdam(0.02)} {
		l := metakit.MAML{Network: small, Loss: mse, Inner: rule}
		theta := small.Init(rand.New(rand.NewPCG(5, 5)))
		got := metakit.Predict(l, theta, e.Support, e.Query.X, metakit.UpTo(4))
		optimizer := nn.NewOptimizer(ruleOr(rule), len(theta))
		for k, curve := range got {
			want := metakit.Predict(l, theta, e.Support, e.Query.X, []int{0})[0]
			if !mat.EqualApprox(curve, want, 1e-12) { // the same sums, rounded in another order
				t.Errorf("%T, %d steps: %v, want %v", rule, k, mat.Formatted(curve.T()), mat.Formatted(want.T()))
			}
			_, gradient := metakit.MetaGradient(metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, theta, twice)
			optimizer.Step(theta, gradient)
		}
	}
}

// Meta-SGD with equal step sizes is MAML, and with no step MAML is plain training on the query points.
func TestLearnersAgreeWhereTheyShould(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	theta := small.Init(rand.New(rand.NewPCG(5, 5)))
	n := len(theta)
	maml := metakit.MAML{Network: small, Loss: mse, Steps: 3, Inner: nn.SGD{Rate: 0.05}}
	sgd := metakit.MetaSGD{Network: small, Loss: mse, Steps: 3, Rate: 0.05}
	alpha := sgd.Init(rand.New(rand.NewPCG(5, 5)))[n:]
	_, want := metakit.MetaGradient(maml, theta, e)
	_, got := metakit.MetaGradient(sgd, append(theta[:n:n], alpha...), e)
	closeTo(t, "Meta-SGD", got[:n], want)

	_, got = metakit.MetaGradient(metakit.MAML{Network: small, Loss: mse, Inner: sgd}, theta, e)
	_, want = metakit.MetaGradient(metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, theta, &metakit.Episode{Support: e.Query, Query: e.Query})
	closeTo(t, "MAML without steps", got, want)

	_, got = metakit.MetaGradient(metakit.Reptile{Network: small, Loss: mse, Steps: 1, OverRate: true, Inner: sgd}, theta, e)
	_, want = metakit.MetaGradient(metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, theta, &metakit.Episode{Support: e.Support, Query: e.Support})
	closeTo(t, "Reptile of one step", got, want)
}

// closeTo fails unless |got − want| ≤ 1e-12·max|want|: the same sums in another order.
func closeTo(t *testing.T, what string, got, want []float64) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*largest) {
			t.Fatalf("%s: entry %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

func TestMisusePanics(t *testing.T) {
	good, two := metakit.MAML{Network: small, Loss: mse, Inner: sgd}, metakit.NewSet(2, []float64{0, 1}, []float64{2, 3})
	for want, f := range map[string]func(){
		"Network is nil":           func() { metakit.Training{Learner: metakit.MAML{}, Tasks: sines, MetaBatch: 25, Optimizer: adam}.Start() },
		"Learner is nil":           func() { metakit.Training{Tasks: sines}.Start() },
		"Training: Tasks is nil":   func() { metakit.Training{Learner: good}.Start() },
		"neither may be negative":  func() { metakit.Training{Learner: good, Tasks: sines, Iterations: -1, MetaBatch: 25, Optimizer: adam}.Start() },
		"-3 steps":                 func() { metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Steps: -3, Inner: sgd}, Tasks: sines, MetaBatch: 25, Optimizer: adam}.Start() },
		"no episodes":              func() { metakit.Training{Learner: good, Tasks: metakit.Collection{}, MetaBatch: 25, Optimizer: adam}.Start() },
		"x or Y of the support":    func() { metakit.Predict(good, nil, metakit.Set{}, two.X, nil) },
		"query X 2×3":              func() { metakit.Predict(good, nil, two, mat.NewDense(2, 3, nil), nil) },
		"7 meta-parameters":        func() { metakit.Predict(good, make([]float64, 7), two, two.X, nil) },
		"do not make 3 rows":       func() { metakit.NewSet(3, make([]float64, 6), make([]float64, 4)) },
		"Evaluation: Tasks is nil": func() { metakit.Evaluation{}.Baseline(t.Context(), baseline.Zero{}, mse) },
		"Min must not be above":    func() { metakit.Draw(tasks.Sinusoid{Input: tasks.Uniform{1, 0}}, 0, 0) },
		"with several frequencies": func() { tasks.Sinusoid{Frequency: tasks.Uniform{1, 2}}.Oracle() },
		"every number":             func() { metakit.NewEpisode(metakit.Size{1, 1, 0, 1}) },
		"Training: size":           func() { metakit.Training{Learner: metakit.MAML{Network: small, Loss: mse, Inner: sgd}, Tasks: tasks.Sinusoid{Shots: -1}, MetaBatch: 25, Optimizer: adam}.Start() },
		"do not fit each other": func() {
			x, y := mat.NewDense(2, 1, nil), mat.NewDense(3, 1, nil)
			metakit.Collection{{Support: metakit.Set{x, y}, Query: metakit.Set{x, x}}}.Size()
		},
		"is nil":    func() { metakit.Collection{{}}.Size() },
		"spread -1": func() { metakit.Draw(tasks.Linear{Spread: -1}, 0, 0) },
	} {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.HasPrefix(got, "metakit: ") || !strings.Contains(got, want) {
					t.Errorf("panic %q, want one that says %q", got, want)
				}
			}()
			f()
		})
	}
}

// With dead units a step of Adam can be differentiated with EpsilonRoot, or as a constant.
func TestAdamAsTheInnerRule(t *testing.T) {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	for _, c := range []struct {
		learner  metakit.MAML
		diverges bool
	}{
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: nn.NewAdam(0.001)}, true}, // a negative control
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: nn.Adam{EpsilonRoot: 1e-16}}, false},
		{metakit.MAML{Network: net, Loss: mse, Steps: 1, Inner: nn.NewAdam(0.001), FirstOrder: true}, false},
	} {
		_, err := metakit.Training{Learner: c.learner, Tasks: sines, Iterations: 3, MetaBatch: 25, Optimizer: adam}.Run(t.Context())
		if errors.Is(err, metakit.ErrDiverged) != c.diverges || err != nil && !c.diverges {
			t.Errorf("%+v: %v", c.learner, err)
		}
	}
}
