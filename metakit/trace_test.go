package metakit_test

import (
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// withPenalty is a network that hands out λ‖θ‖².
type withPenalty struct {
	nn.MLP
	Lambda float64
}

func (w withPenalty) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	t.Penalty("size", theta.Dot(theta).Scale(w.Lambda))
	return w.MLP.Apply(t, theta, x)
}

// An outer penalty adds its gradient at the start to the meta-gradient, and nothing to the loss that is reported.
func TestOuterPenalty(t *testing.T) {
	const lambda = 0.3
	e := metakit.Draw(sines, 1, 1)
	for _, l := range []func(net nn.Network) metakit.Learner{
		func(net nn.Network) metakit.Learner {
			return metakit.MAML{Network: net, Loss: mse, Steps: 2, Inner: sgd}
		},
		func(net nn.Network) metakit.Learner {
			return metakit.MetaSGD{Network: net, Loss: mse, Steps: 2, Rate: 0.01}
		},
		func(net nn.Network) metakit.Learner { return metakit.Pooled{Network: net, Loss: mse} },
	} {
		plain, penal := l(small), l(withPenalty{small, lambda})
		meta := start(plain, 3)
		loss, want := metaGradient(t, plain, meta, e)
		penalLoss, got := metaGradient(t, penal, meta, e)
		if penalLoss != loss {
			t.Errorf("%T reports %v with a penalty, %v without", plain, penalLoss, loss)
		}
		for i := range small.Size() {
			want[i] += 2 * lambda * meta[i]
		}
		closeTo(t, "the meta-gradient", got, want)
		if _, err := metakit.CheckMetaGradient(penal, meta, e, 1); err != nil {
			t.Error(err)
		}

		// The first step of a training by gradient descent is −Rate times the meta-gradient, of the penalty or not.
		for _, without := range []bool{false, true} {
			training := metakit.Training{Learner: penal, Tasks: metakit.Collection{e}, Iterations: 1, MetaBatch: 1,
				Optimizer: nn.SGD{Rate: 1}, NoPenalty: without}
			r, err := training.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			begin := begin(t, training).Meta
			_, gradient := metaGradient(t, map[bool]metakit.Learner{true: plain, false: penal}[without], begin, e)
			floats.AddScaled(begin, -1, gradient)
			closeTo(t, "a step of training", r.Meta, begin)
		}
	}
}

// An inner penalty decays the adapted parameters, at each step those of that step: θₖ₊₁ = θₖ − α(∇L(θₖ) + 2λθₖ).
func TestInnerPenalty(t *testing.T) {
	const lambda, rate = 0.3, 0.05
	e := metakit.Draw(sines, 1, 1)
	meta := start(metakit.MAML{Network: small, Loss: mse}, 3)
	theta := slices.Clone(meta)
	for range 3 {
		_, gradient := metaGradient(t, metakit.Pooled{Network: small, Loss: mse}, theta,
			&metakit.Episode{Support: e.Support, Query: e.Support})
		for i := range theta {
			theta[i] -= rate * (gradient[i] + 2*lambda*theta[i])
		}
	}
	want := predict(t, metakit.MAML{Network: small, Loss: mse}, theta, e, []int{0})[0]
	net := withPenalty{small, lambda}
	for _, l := range []metakit.Learner{
		metakit.MAML{Network: net, Loss: mse, Inner: nn.SGD{Rate: rate}, InnerPenalty: true},
		metakit.Reptile{Network: net, Loss: mse, Inner: nn.SGD{Rate: rate}, InnerPenalty: true},
		metakit.Pooled{Network: net, Loss: mse, Inner: nn.SGD{Rate: rate}, InnerPenalty: true},
		metakit.Scratch{Network: net, Loss: mse, Inner: nn.SGD{Rate: rate}, InnerPenalty: true},
	} {
		if got := predict(t, l, meta, e, []int{3})[0]; !mat.EqualApprox(got, want, 1e-12) {
			t.Errorf("%T: after three steps with a penalty it predicts %v, want %v", l, mat.Formatted(got.T()), mat.Formatted(want.T()))
		}
	}
	alpha := slices.Repeat([]float64{rate}, len(meta))
	got := predict(t, metakit.MetaSGD{Network: net, Loss: mse, InnerPenalty: true}, append(slices.Clone(meta), alpha...), e, []int{3})[0]
	if !mat.EqualApprox(got, want, 1e-12) {
		t.Errorf("Meta-SGD: after three steps with a penalty it predicts %v, want %v", mat.Formatted(got.T()), mat.Formatted(want.T()))
	}
	without := metakit.MAML{Network: net, Loss: mse, Inner: nn.SGD{Rate: rate}} // a negative control
	if got := predict(t, without, meta, e, []int{3})[0]; mat.EqualApprox(got, want, 1e-6) {
		t.Error("steps without a penalty are the same")
	}
}

// cooled is a network whose output is divided by a temperature of 1/(1 + step), at its end 0.5.
type cooled struct{ nn.MLP }

func (c cooled) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	temperature := t.Scheduled(x.Graph(), func(step int) float64 { return 1 / float64(1+step) }, 0.5)
	return c.MLP.Apply(t, theta, x).Div(temperature)
}

// A scheduled number follows the steps of training, also after a break, and has its end value in evaluation.
func TestScheduledNumbers(t *testing.T) {
	e := metakit.Draw(sines, 1, 1)
	l := metakit.Pooled{Network: cooled{small}, Loss: mse}
	training := metakit.Training{Learner: l, Tasks: metakit.Collection{e}, Iterations: 4, MetaBatch: 1,
		Optimizer: nn.SGD{}}
	r, err := training.Run(t.Context()) // rate 0: the parameters stay
	if err != nil {
		t.Fatal(err)
	}
	plain := metakit.Pooled{Network: small, Loss: mse}
	scaled := func(by float64) []float64 { // of the last layer, so of the output
		meta := slices.Clone(r.Meta)
		floats.Scale(by, meta[24:])
		return meta
	}
	for step, got := range r.History {
		want, _ := metaGradient(t, plain, scaled(float64(1+step)), e)
		if math.Abs(got-want) > 1e-12*want {
			t.Errorf("iteration %d: loss %v, want %v", step+1, got, want)
		}
	}
	training.Iterations = 6
	again, err := training.Resume(r.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	for step, err := range again.Steps(t.Context()) {
		want, _ := metaGradient(t, plain, scaled(float64(step.Iteration)), e)
		if err != nil || math.Abs(step.Loss-want) > 1e-12*want {
			t.Errorf("iteration %d after a break: loss %v, want %v; %v", step.Iteration, step.Loss, want, err)
		}
	}
	got, want := predict(t, l, r.Meta, e, []int{0})[0], predict(t, plain, scaled(2), e, []int{0})[0]
	if !mat.EqualApprox(got, want, 1e-12) {
		t.Errorf("in evaluation it predicts %v, want %v", mat.Formatted(got.T()), mat.Formatted(want.T()))
	}
}

// Running statistics become the mean of what the episodes of a meta-batch say, once an iteration, are part of the
// checkpoint, and are what evaluation uses.
func TestRunningStatistics(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	l := metakit.Pooled{Network: normalised{MLP: small}, Loss: mse}
	training := metakit.Training{Learner: l, Tasks: anySize{sines}, Iterations: 30, MetaBatch: 5, Optimizer: adam, Seed: 2}

	// The first step by hand: 0.9·start and 0.1 of the mean over episodes of the means of W·x + b over all points.
	one := training
	one.Iterations = 1
	r, err := one.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begin, want := begin(t, training), make([]float64, 24)
	if got := begin.Statistics; !slices.Equal(got[:12], make([]float64, 12)) || got[12] != 1 || len(got) != 24 {
		t.Fatalf("statistics before the first step: %v", got)
	}
	for k := range uint64(5) {
		e := metakit.Draw(anySize{sines}, 2, k)
		x := append(slices.Clone(e.Support.X.RawMatrix().Data), e.Query.X.RawMatrix().Data...)
		mean, square := floats.Sum(x)/float64(len(x)), floats.Dot(x, x)/float64(len(x))
		for j := range 12 {
			w, b := begin.Meta[j], begin.Meta[12+j]
			want[j] += 0.1 * (w*mean + b) / 5
			want[12+j] += (0.9 + 0.1*w*w*(square-mean*mean)) / 5
		}
	}
	closeTo(t, "statistics after one step", r.Statistics, want)

	whole, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runtime.GOMAXPROCS(1)
	part := training
	part.Iterations = 11
	r, err = part.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	var c metakit.Checkpoint
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	again, err := training.Resume(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range again.Steps(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "statistics after a break, on one processor", again.Statistics, whole.Statistics)
	sameBits(t, "meta-parameters after a break, on one processor", again.Meta, whole.Meta)

	// Evaluation is told them, and what an episode predicts for a point does not depend on the others.
	e := metakit.Draw(sines, 1, 1)
	a := metakit.NewAdapter(l, whole.Meta, whole.Statistics, 0)
	all, err := a.Predict(e.Support, e.Query.X)
	if err != nil {
		t.Fatal(err)
	}
	first, err := a.Predict(e.Support, mat.NewDense(1, 1, []float64{e.Query.X.At(0, 0)}))
	if err != nil || math.Abs(first[0].At(0, 0)-all[0].At(0, 0)) > 1e-12 {
		t.Errorf("with others a point is predicted as %v, alone as %v; %v", all[0].At(0, 0), first[0].At(0, 0), err)
	}
	evaluate(t, l, sines, whole, 0)
}

// After a divergence the running statistics are those that go with the meta-parameters.
func TestStatisticsAfterADivergence(t *testing.T) {
	training := metakit.Training{Learner: metakit.Pooled{Network: normalised{MLP: small}, Loss: mse}, Tasks: sines,
		Iterations: 50, MetaBatch: 4, Optimizer: nn.SGD{Rate: 1e60}}
	r, err := training.Run(t.Context())
	n := len(r.History)
	if !errors.Is(err, metakit.ErrDiverged) || n < 2 {
		t.Fatalf("%v after %d iterations", err, n)
	}
	training.Iterations = n - 1
	before, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "meta-parameters", r.Meta, before.Meta)
	sameBits(t, "statistics", r.Statistics, before.Statistics)
}

// Transductive normalisation takes the statistics of the whole query set, in evaluation as in training.
func TestTransductiveNormalisation(t *testing.T) {
	l := metakit.MAML{Network: normalised{MLP: small, Transductive: true}, Loss: mse, Steps: 1, Inner: sgd}
	test := sines.Test()
	test.Queries = 1000 // more than any chunk of rows
	r := train(t, l, sines, 20)
	e := metakit.Draw(test, 1, 1)
	whole := predict(t, l, r.Meta, e, []int{0})[0]
	var h, got mat.Dense
	h.Mul(e.Query.X, mat.NewDense(1, 12, r.Meta[:12])) // the bias goes with the mean
	for j := range 12 {
		col := mat.Col(nil, j, &h)
		mean := floats.Sum(col) / 1000
		variance := floats.Dot(col, col)/1000 - mean*mean
		for i, v := range col {
			h.Set(i, j, math.Tanh((v-mean)/math.Sqrt(variance+1e-5)))
		}
	}
	got.Mul(&h, mat.NewDense(12, 1, r.Meta[24:36]))
	for i := range 1000 {
		if want := got.At(i, 0) + r.Meta[36]; math.Abs(whole.At(i, 0)-want) > 1e-9 {
			t.Fatalf("point %d is predicted as %v, want %v", i, whole.At(i, 0), want)
		}
	}
}

// What a network shows can be looked at.
func TestShown(t *testing.T) {
	l := models.NewPrototypical(nn.MLP{Widths: []int{16, 8}}, 5)
	d := learners.Spots()
	meta, e := start(l, 1), metakit.Draw(d, 1, 1)
	shown, err := metakit.NewAdapter(l, meta, nil, 0).Shown(e.Support, e.Query.X)
	if err != nil || len(shown) != 2 || shown[0].Name != "embedding" || shown[1].Name != "prototypes" {
		t.Fatalf("%v; shown %v", err, shown)
	}
	var want mat.Dense
	want.Mul(e.Query.X, mat.NewDense(16, 8, meta[:128]))
	if !mat.EqualApprox(shown[0].Value, &want, 1e-12) {
		t.Errorf("the embedding is %v, want %v", mat.Formatted(shown[0].Value), mat.Formatted(&want))
	}
}

// noisy is a network that adds noise to its hidden units in training.
type noisy struct{ nn.MLP }

func (n noisy) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	h := n.Activation.Apply(x.MatMul(theta.At(0)).Add(theta.At(1)))
	if t.Training() {
		h = h.Add(x.Graph().Normal(h.Rows(), h.Cols()).Scale(0.5))
	}
	return h.MatMul(theta.At(2)).Add(theta.At(3))
}

// Noise is new in every iteration and for every episode, the same on any number of processors and after a break, frozen
// while a meta-gradient is checked, and absent in evaluation.
func TestDeterminismOfNoise(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	l := metakit.MAML{Network: noisy{small}, Loss: mse, Steps: 2, Inner: sgd}
	plain := metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd}
	e := metakit.Draw(sines, 1, 1)
	training := metakit.Training{Learner: l, Tasks: metakit.Collection{e}, Iterations: 6, MetaBatch: 4,
		Optimizer: nn.SGD{}, Seed: 3}
	r, err := training.Run(t.Context()) // rate 0: the parameters stay
	if err != nil {
		t.Fatal(err)
	}
	losses := map[float64]bool{}
	for _, loss := range r.History {
		losses[loss] = true
	}
	if len(losses) != 6 {
		t.Errorf("six iterations over one episode report %d losses, %v; noise should be new in each", len(losses), r.History)
	}
	one := training
	one.MetaBatch, one.Iterations = 1, 1
	first, err := one.Run(t.Context())
	if err != nil || first.History[0] == r.History[0] {
		t.Errorf("one episode reports %v, four times the same one %v: noise should be new for each; %v", first.History[0], r.History[0], err)
	}

	training.Tasks, training.Optimizer = anySize{sines}, adam
	whole, err := training.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, processors := range []int{1, 3, 8} {
		runtime.GOMAXPROCS(processors)
		part := training
		part.Iterations = 2
		r, err := part.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if r, err = training.Resume(r.Checkpoint()); err != nil {
			t.Fatal(err)
		}
		for _, err := range r.Steps(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
		}
		sameBits(t, "meta-parameters after a break", r.Meta, whole.Meta)
	}

	meta := start(l, 1)
	if _, err := metakit.CheckMetaGradient(l, meta, e, 1); err != nil {
		t.Error(err)
	}
	if got, want := predict(t, l, meta, e, []int{2})[0], predict(t, plain, meta, e, []int{2})[0]; !mat.Equal(got, want) {
		t.Errorf("with noise in training it predicts %v, want %v", mat.Formatted(got.T()), mat.Formatted(want.T()))
	}
	noise, quiet := evaluate(t, l, sines, whole, 1), evaluate(t, plain, sines, whole, 1)
	sameBits(t, "losses in evaluation", noise[0].Losses, quiet[0].Losses)
}
