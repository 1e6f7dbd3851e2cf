package metakit

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

func (a attention) Predict(meta autodiff.Params, support TracedSet, queryX autodiff.Value, _ int) []autodiff.Value {
	q, s := a.Apply(nil, meta, queryX), a.Apply(nil, meta, support.X)
	near := q.MatMulT(s).Scale(2).Sub(s.Square().SumAxis(1).T()) // ‖f(x)‖² is the same for all i
	return []autodiff.Value{near.Softmax(1).MatMul(support.Y)}
}

func (a attention) MetaGradient(meta autodiff.Params, support, query TracedSet) (autodiff.Value, autodiff.Params) {
	return queryGradient(a, meta, support, query, 0)
}

func TestLearnerThatDoesNotAdapt(t *testing.T) {
	l := attention{nn.MLP{Widths: []int{1, 20, 8}, Activation: nn.Tanh}}
	r, err := Training{Learner: l, Tasks: Sinusoid{}, Iterations: 150, Optimizer: nn.Adam{Rate: 0.01}}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CheckMetaGradient(l, r.Meta, Draw(Sinusoid{}, 1, 1), 1); err != nil {
		t.Error(err)
	}
	o, err := Evaluation{Learner: l, Tasks: Sinusoid{}.Test(), Steps: []int{0, 5}}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	if o[0].Mean != o[1].Mean {
		t.Errorf("error %v before five steps that there are not, %v after", o[0].Mean, o[1].Mean)
	}
	if !(o[0].High < Sinusoid{}.ZeroShotFloor()) {
		t.Errorf("error %v; ten points should do better than none", o[0].Interval)
	}
}

// Inner steps are those of an optimiser with the same rule on the mean loss of the support set.
func TestInnerStepsAreThoseOfTheRule(t *testing.T) {
	e := Draw(Sinusoid{}, 3, 4)
	twice := &Episode{Support: e.Support, Query: e.Support} // the mean over all its points is that of the support set
	for _, rule := range []nn.Rule{nil, nn.Momentum{Rate: 0.02, Nesterov: true}, nn.Adam{Rate: 0.02}} {
		l := MAML{Network: small, Inner: rule}
		theta := small.Init(rand.New(rand.NewPCG(5, 5)))
		got := Predict(l, theta, e.Support, e.Query.X, UpTo(4))
		optimizer := nn.NewOptimizer(ruleOr(rule), len(theta))
		for k, curve := range got {
			want := Predict(l, theta, e.Support, e.Query.X, []int{0})[0]
			if !mat.EqualApprox(curve, want, 1e-12) { // the same sums, rounded in another order
				t.Errorf("%T, %d steps: %v, want %v", rule, k, mat.Formatted(curve.T()), mat.Formatted(want.T()))
			}
			_, gradient := MetaGradient(Pooled{Network: small}, theta, twice)
			optimizer.Step(theta, gradient)
		}
	}
}

// Meta-SGD with equal step sizes is MAML, and with no step MAML is plain training on the query points.
func TestLearnersAgreeWhereTheyShould(t *testing.T) {
	e := Draw(Sinusoid{}, 3, 3)
	theta := small.Init(rand.New(rand.NewPCG(5, 5)))
	n := len(theta)
	maml := MAML{Network: small, Steps: 3, Inner: nn.SGD{Rate: 0.05}}
	sgd := MetaSGD{Network: small, Steps: 3, Rate: 0.05}
	alpha := sgd.Init(rand.New(rand.NewPCG(5, 5)))[n:]
	_, want := MetaGradient(maml, theta, e)
	_, got := MetaGradient(sgd, append(theta[:n:n], alpha...), e)
	closeTo(t, "Meta-SGD", got[:n], want)

	_, got = MetaGradient(MAML{Network: small}, theta, e)
	_, want = MetaGradient(Pooled{Network: small}, theta, &Episode{Support: e.Query, Query: e.Query})
	closeTo(t, "MAML without steps", got, want)

	_, got = MetaGradient(Reptile{Network: small, Steps: 1, OverRate: true}, theta, e)
	_, want = MetaGradient(Pooled{Network: small}, theta, &Episode{Support: e.Support, Query: e.Support})
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
	good, two := MAML{Network: small}, NewSet(2, []float64{0, 1}, []float64{2, 3})
	for want, f := range map[string]func(){
		"Network is nil":           func() { Training{Learner: MAML{}, Tasks: Sinusoid{}}.Start() },
		"Learner is nil":           func() { Training{Tasks: Sinusoid{}}.Start() },
		"Training: Tasks is nil":   func() { Training{Learner: good}.Start() },
		"neither may be negative":  func() { Training{Learner: good, Tasks: Sinusoid{}, Iterations: -1}.Start() },
		"-3 steps":                 func() { Training{Learner: MAML{Network: small, Steps: -3}, Tasks: Sinusoid{}}.Start() },
		"no episodes":              func() { Training{Learner: good, Tasks: Collection{}}.Start() },
		"x or Y of the support":    func() { Predict(good, nil, Set{}, two.X, nil) },
		"query X 2×3":              func() { Predict(good, nil, two, mat.NewDense(2, 3, nil), nil) },
		"7 meta-parameters":        func() { Predict(good, make([]float64, 7), two, two.X, nil) },
		"do not make 3 rows":       func() { NewSet(3, make([]float64, 6), make([]float64, 4)) },
		"Evaluation: Tasks is nil": func() { Evaluation{}.Baseline(t.Context(), Zero{}) },
		"Min must not be above":    func() { Draw(Sinusoid{Input: Uniform{1, 0}}, 0, 0) },
		"with several frequencies": func() { Sinusoid{Frequency: Uniform{1, 2}}.Oracle() },
		"every number":             func() { NewEpisode(Size{1, 1, 0, 1}) },
		"Training: size":           func() { Training{Learner: MAML{Network: small}, Tasks: Sinusoid{Shots: -1}}.Start() },
		"do not fit each other": func() {
			x, y := mat.NewDense(2, 1, nil), mat.NewDense(3, 1, nil)
			Collection{{Support: Set{x, y}, Query: Set{x, x}}}.Size()
		},
		"is nil":    func() { Collection{{}}.Size() },
		"spread -1": func() { Draw(Linear{Spread: -1}, 0, 0) },
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
		learner  MAML
		diverges bool
	}{
		{MAML{Network: net, Steps: 1, Inner: nn.Adam{}}, true}, // a negative control
		{MAML{Network: net, Steps: 1, Inner: nn.Adam{EpsilonRoot: 1e-16}}, false},
		{MAML{Network: net, Steps: 1, Inner: nn.Adam{}, FirstOrder: true}, false},
	} {
		_, err := Training{Learner: c.learner, Tasks: Sinusoid{}, Iterations: 3}.Run(t.Context())
		if errors.Is(err, ErrDiverged) != c.diverges || err != nil && !c.diverges {
			t.Errorf("%+v: %v", c.learner, err)
		}
	}
}
