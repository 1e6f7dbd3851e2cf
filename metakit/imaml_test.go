package metakit_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// thorough is iMAML whose loops go on until little is left.
var thorough = metakit.IMAML{Network: small, Loss: mse, Steps: 40, Inner: nn.SGD{Rate: 0.03}, Lambda: 20,
	Iterations: 25, Tolerance: 1e-12}

func TestIMAMLWithoutStepsIsPooled(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	l := metakit.NewIMAML(small, mse)
	l.Steps = 0
	meta := start(l, 5)
	_, want := metaGradient(t, metakit.Pooled{Network: small, Loss: mse}, meta, onQueries(e))
	_, got := metaGradient(t, l, meta, e)
	closeTo(t, "the gradient", got, want)
	s, err := l.Solve(meta, e)
	if err != nil || !slices.Equal(s.Phi, meta) || s.Iterations != 0 {
		t.Errorf("without steps φ is %v after %d iterations, %v", s.Phi, s.Iterations, err)
	}
}

// Solve tells a loop that is done from one that is not.
func TestIMAMLTellsHowFarItCame(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	meta := start(thorough, 5)
	done, err := thorough.Solve(meta, e)
	if err != nil || !(done.Inner < 1e-10) || !(done.Residual < 1e-11) || done.Iterations >= thorough.Iterations {
		t.Errorf("both loops should be done: %v, %v, %d, %v", done.Inner, done.Residual, done.Iterations, err)
	}
	early := thorough
	early.Steps, early.Iterations = 3, 2
	s, err := early.Solve(meta, e)
	if err != nil || !(s.Inner > 1e-3) || !(s.Residual > 1e-6) || s.Iterations != 2 {
		t.Errorf("neither loop should be done: %v, %v, %d, %v", s.Inner, s.Residual, s.Iterations, err)
	}
	loose := thorough
	loose.Tolerance = 0.01
	s, err = loose.Solve(meta, e)
	if err != nil || !(s.Residual <= 0.0101 && s.Residual > 1e-8) || s.Iterations >= done.Iterations {
		t.Errorf("a tolerance of 0.01 ends at %v after %d iterations, %v", s.Residual, s.Iterations, err)
	}
}

// Conjugate gradients that end early are at a defined place: after one iteration at b·(bᵀb)/(bᵀAb).
func TestIMAMLThatDoesNotConverge(t *testing.T) {
	e := metakit.Draw(sines, 3, 3)
	meta := start(thorough, 5)
	m := thorough
	m.Iterations = 1
	s, err := m.Solve(meta, e)
	if err != nil {
		t.Fatal(err)
	}
	b := s.QueryGradient
	_, _, products := curvature(metakit.MAML{Network: small, Loss: mse}, s.Phi, e, b)
	want := slices.Clone(b)
	floats.Scale(floats.Dot(b, b)/(floats.Dot(b, b)+floats.Dot(b, products[0])/m.Lambda), want)
	golden.Near(t, "one iteration", s.Gradient, want, 1e-12)
}

// capped is a loss without a minimum, of negative curvature everywhere.
type capped struct{ nn.SquaredError }

func (capped) PerRow(pred, y autodiff.Value) autodiff.Value { return pred.Sub(y).Square().Neg() }

// Where the curvature of λ/2·|φ − θ|² + L is negative, φ is no minimum: conjugate gradients stop before the direction
// that shows it, here the first.
func TestIMAMLWhereCurvatureIsNegative(t *testing.T) {
	e, meta := linearEpisode(1)
	m := metakit.IMAML{Network: linear, Loss: capped{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}, Lambda: 0.01, Iterations: 10}
	s, err := m.Solve(meta.RawVector().Data, e)
	if err != nil || floats.Norm(s.Gradient, 2) != 0 || s.Iterations != 0 || math.Abs(s.Residual-1) > 1e-12 {
		t.Errorf("%+v, %v; nothing can be solved", s, err)
	}
	m.Lambda = 100 // H + λI is positive definite again
	s, err = m.Solve(meta.RawVector().Data, e)
	if err != nil || !(s.Residual < 1e-12) {
		t.Errorf("a residual of %v, %v", s.Residual, err)
	}
}

// What is not finite is not taken for solved: meta-training ends with the place, and keeps what it had.
func TestIMAMLThatDiverges(t *testing.T) {
	e, _ := linearEpisode(1)
	far, _ := linearEpisode(1)
	far.Query.Y.Scale(1e150, far.Query.Y) // a loss of 1e300, whose gradient is finite and has a square that is not
	far.Query.X.Scale(1e20, far.Query.X)
	for name, c := range map[string]struct {
		learner metakit.IMAML
		tasks   metakit.Distribution
	}{
		"inner steps": {metakit.IMAML{Network: linear, Loss: mse, Steps: 400, Inner: nn.SGD{Rate: 10}, Lambda: 2,
			Iterations: 5}, metakit.Collection{e}},
		"the square of the gradient": {metakit.IMAML{Network: linear, Loss: mse, Steps: 1, Inner: nn.SGD{}, Lambda: 2,
			Iterations: 5, Tolerance: 0.1}, metakit.Collection{far}},
	} {
		training := metakit.Training{Learner: c.learner, Tasks: c.tasks, Iterations: 3, MetaBatch: 1, Optimizer: sgd}
		first := begin(t, training)
		r, err := training.Run(t.Context())
		if !errors.Is(err, metakit.ErrDiverged) || !strings.Contains(err.Error(), "iteration 1: ") {
			t.Errorf("%s: %v", name, err)
		}
		sameBits(t, name+": meta-parameters", r.Meta, first.Meta)
	}
}

// The error of Solve names a number that cannot be used.
func TestIMAMLOfBadData(t *testing.T) {
	e, meta := linearEpisode(1)
	e.Support.X.Set(2, 1, math.NaN())
	m := metakit.NewIMAML(linear, mse)
	_, err := m.Solve(meta.RawVector().Data, e)
	if err == nil || !strings.Contains(err.Error(), "support X is NaN in row 2, column 1") {
		t.Errorf("NaN in the support set: %v", err)
	}
	e, _ = linearEpisode(1)
	_, err = m.Solve([]float64{1, 2, 3, 4, math.Inf(1)}, e)
	if err == nil || !strings.Contains(err.Error(), "meta-parameter 4 is +Inf") {
		t.Errorf("an infinite meta-parameter: %v", err)
	}
}

// With a penalty λ₂|φ|² in the inner loss the Hessian has 2λ₂ more on its diagonal; penalties of meta-training are
// those of the start.
func TestIMAMLWithPenalties(t *testing.T) {
	e, meta := linearEpisode(1)
	hessian, h := quadratic(e.Support)
	const lambda, decay = 2, 0.3
	l := metakit.IMAML{Network: decayed{linear, decay}, Loss: mse, Steps: 400, Lambda: lambda, Iterations: 10,
		Tolerance: 1e-13, Inner: nn.SGD{Rate: 1 / (mat.Trace(hessian) + lambda + 2*decay)}, InnerPenalty: true}
	right := mat.NewVecDense(5, nil)
	right.AddScaledVec(h, lambda, meta)
	phi := solve(t, hessian, lambda+2*decay, right)
	b := gradientOn(e.Query, phi)
	b.ScaleVec(lambda, b)
	want := solve(t, hessian, lambda+2*decay, b)
	s, err := l.Solve(meta.RawVector().Data, e)
	if err != nil {
		t.Fatal(err)
	}
	golden.Near(t, "φ", s.Phi, phi.RawVector().Data, 1e-10)
	golden.Near(t, "the implicit gradient", s.Gradient, want.RawVector().Data, 1e-9)
	_, got := metaGradient(t, l, meta.RawVector().Data, e)
	want.AddScaledVec(want, 2*decay, meta)
	golden.Near(t, "the meta-gradient", got, want.RawVector().Data, 1e-9)
}

// decayed hands out a penalty of the squared size of its parameters.
type decayed struct {
	nn.MLP
	Decay float64
}

func (d decayed) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	t.Penalty("decay", theta.Dot(theta).Scale(d.Decay))
	return d.MLP.Apply(t, theta, x)
}

// Done loops give the derivative; loops that end early, and the system of the authors' code, give another direction.
func TestPropertiesOfIMAML(t *testing.T) {
	early, other := thorough, thorough
	early.Steps = 2
	other.Shift, other.Damping = 1, 10
	for name, l := range map[string]metakit.IMAML{"two steps": early, "the authors' system": other} {
		if metatest.Check(l, sines, metatest.ExactGradient) == nil {
			t.Errorf("%s: taken for exact", name)
		}
	}
}

// It learns sine waves. Adam as the inner rule goes the same way however much the curvature has grown.
func TestIMAMLLearns(t *testing.T) {
	l := metakit.IMAML{Network: nn.MLP{Widths: []int{1, 20, 20, 1}, Activation: nn.Tanh}, Loss: mse, Steps: 16,
		Inner: nn.NewAdam(0.03), Lambda: 0.5, Iterations: 5}
	r, err := metakit.Training{Learner: l, Tasks: sines, Iterations: 400, MetaBatch: 8, Optimizer: nn.NewAdam(0.003),
		ClipNorm: 10, Seed: 1}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o := evaluate(t, l, sines.Test(), r, 0, 16)
	if floor := sines.ZeroShotFloor(); !(o[1].High < floor) {
		t.Errorf("error %v after 16 steps; %v without a look at the points", o[1].Interval, floor)
	}
}
