package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// mixed trains threeTasks: a regression with missing labels, a classification, a regression.
func mixed() mtlkit.Trainer {
	rng := rand.New(rand.NewPCG(11, 0))
	x, y1, y2, y3 := gaussian(rng, 20, 2, 1), gaussian(rng, 20, 1, 1), mat.NewDense(20, 1, nil), gaussian(rng, 20, 1, 3)
	for k := range 20 {
		y2.Set(k, 0, float64(k%2))
		if k%3 == 0 {
			y1.Set(k, 0, math.NaN())
		}
	}
	return mtlkit.Trainer{
		Model: threeTasks,
		Tasks: []mtlkit.Task{
			{Name: "some", Loss: nn.SquaredError{}},
			{Name: "kind", Loss: nn.SoftmaxLoss{}, Width: 2},
			{Name: "huber", Loss: nn.HuberLoss{Delta: 1}},
		},
		Data:      mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{y1, y2, y3}},
		Optimizer: nn.NewAdam(0.001),
		Epochs:    5,
	}
}

// gaussian returns a matrix with entries drawn from N(0, std²).
func gaussian(rng *rand.Rand, rows, cols int, std float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	for r := range rows {
		for c := range cols {
			m.Set(r, c, std*rng.NormFloat64())
		}
	}
	return m
}

// differences returns the gradients of the task losses at theta by central differences, a row for each task.
func differences(t *testing.T, trainer mtlkit.Trainer, theta []float64) (losses []float64, jac [][]float64) {
	t.Helper()
	trainer.Balance, trainer.BatchSize, trainer.Initial, trainer.ByRepresentation = nil, 0, nil, false
	run, err := trainer.Start() // its programs serve again and again
	if err != nil {
		t.Fatal(err)
	}
	for i := range trainer.Tasks {
		loss := func(theta []float64) float64 {
			copy(run.Theta, theta)
			return evaluate(t, run, trainer.Data)[i].Loss
		}
		losses = append(losses, loss(theta))
		jac = append(jac, fd.Gradient(nil, loss, theta, &fd.Settings{Formula: fd.Central, Step: 1e-5}))
	}
	return losses, jac
}

func scores(t *testing.T, trainer mtlkit.Trainer, theta []float64) []mtlkit.Score {
	t.Helper()
	s, err := mtlkit.NewPredictor(trainer.Model, trainer.Tasks, theta, nil).Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// numericTol is the error of central differences of step 1e-5: 1e-10 of the third derivative and 1e-16/1e-5 of
// rounding.
const numericTol = 1e-8

func closeTo(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for k := range got {
		if !(math.Abs(got[k]-want[k]) <= tol) {
			t.Fatalf("%s: number %d is %v, want %v", what, k, got[k], want[k])
		}
	}
}

// product is the scalarizer V = L₁ · … · Lₘ: its weights depend on the losses.
type product struct{ balance.Stateless }

func (product) Scalarize(weights, losses []float64, _ balance.State) float64 {
	for i := range weights {
		weights[i] = floats.Prod(losses) / losses[i]
	}
	return floats.Prod(losses)
}

// largest is the aggregator that takes the largest entry of each column.
type largest struct{ balance.Stateless }

func (largest) Combine(dst []float64, jac *mat.Dense, _ balance.State) {
	for k := range dst {
		dst[k] = mat.Max(jac.ColView(k))
	}
}

func TestScalarizersStepAlongTheWeightedLosses(t *testing.T) {
	for _, b := range []balance.Scalarizer{balance.Equal{}, balance.Equal{Mean: true}, balance.Fixed{Weights: []float64{0.5, 0, 2}}, product{}} {
		for _, model := range []mtlkit.Model{threeTasks, mtlkit.Independent{Of: threeTasks}} {
			trainer := mixed()
			trainer.Model, trainer.Balance = model, b
			theta := model.Init(rand.New(rand.NewPCG(2, 0)))
			losses, jac := differences(t, trainer, theta)
			weights, want := make([]float64, 3), make([]float64, len(theta))
			b.Scalarize(weights, losses, balance.Start(b, balance.Setting{Tasks: 3}))
			for i, w := range weights {
				floats.AddScaled(want, w, jac[i])
			}
			s := look(t, trainer, theta, 0)
			what := fmt.Sprintf("%T with %T: ", b, model)
			closeTo(t, what+"losses", s.Losses, losses, 1e-14)
			closeTo(t, what+"weights", s.Weights, weights, 1e-14)
			closeTo(t, what+"gradient", s.Grad, want, numericTol)
		}
	}
}

func look(t *testing.T, trainer mtlkit.Trainer, theta []float64, n int) mtlkit.Look {
	t.Helper()
	s, err := mtlkit.LookAtStep(trainer, theta, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAggregatorsStep(t *testing.T) {
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	losses, jac := differences(t, mixed(), theta)
	own := make([]float64, len(theta)) // each head's own gradient, all else 0
	for i := range jac {
		for _, s := range mtlkit.SpansOf(mixed(), i) {
			copy(own[s[0]:s[1]], jac[i][s[0]:s[1]])
		}
	}
	trunk := mtlkit.SpansOf(mixed(), 0, 1, 2)[0][1] // they come first
	for _, c := range []struct {
		name             string
		balance          balance.Balancer
		byRepresentation bool
		shared           func(k int) float64 // entry k of the direction
	}{
		{"constant", balance.Constant{Weights: []float64{1, -2, 3}}, false,
			func(k int) float64 { return jac[0][k] - 2*jac[1][k] + 3*jac[2][k] }},
		{"constant, by the representation", balance.Constant{Weights: []float64{1, -2, 3}}, true,
			func(k int) float64 { return jac[0][k] - 2*jac[1][k] + 3*jac[2][k] }},
		{"Jacobian", largest{}, false, func(k int) float64 { return max(jac[0][k], jac[1][k], jac[2][k]) }},
	} {
		trainer := mixed()
		trainer.Balance, trainer.ByRepresentation = c.balance, c.byRepresentation
		want := append([]float64(nil), own...)
		for k := range trunk {
			want[k] = c.shared(k)
		}
		s := look(t, trainer, theta, 0)
		closeTo(t, c.name+": losses", s.Losses, losses, 1e-14)
		closeTo(t, c.name+": direction", s.Grad, want, numericTol)
	}
}

// summed is a model whose tasks own nothing: each output is the sum of all heads.
type summed struct{ sharing.HardSharing }

func (m summed) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := m.HardSharing.Apply(t, theta, x)
	sum := out[0].Add(out[1]).Add(out[2])
	return []autodiff.Value{sum, sum, sum}
}

func TestAggregatorsWithoutOwnParameters(t *testing.T) {
	model := summed{sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 1}, {1}}, Activation: nn.Tanh}}
	theta := model.Init(rand.New(rand.NewPCG(2, 0)))
	sum, equal := mixed(), mixed()
	sum.Model, equal.Model = model, model
	sum.Tasks[1], equal.Tasks[1] = mtlkit.Task{Name: "kind", Loss: nn.LogisticLoss{}}, mtlkit.Task{Name: "kind", Loss: nn.LogisticLoss{}}
	sum.Balance, equal.Balance = balance.Sum{}, balance.Equal{}
	closeTo(t, "direction", look(t, sum, theta, 0).Grad, look(t, equal, theta, 0).Grad, 1e-14)
}

// By the representation, the aggregator sees ∂Lᵢ/∂z.
func TestRepresentationGradients(t *testing.T) {
	trainer := mixed()
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	trainer.Balance, trainer.ByRepresentation = balance.Sum{}, true
	s := look(t, trainer, theta, 0)
	// The heads alone, on the representation as input.
	g := autodiff.New()
	p, x := g.Params(threeTasks.Shapes()), g.Input("x", 20, 2)
	layers := threeTasks.Encode(nil, p, x)
	z := layers[len(layers)-1]
	ws := autodiff.Compile(z).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(x, trainer.Data.X[0].RawMatrix().Data)
	ws.Run()
	at := ws.Read(z, nil)
	for i := range trainer.Tasks {
		loss := func(z []float64) float64 {
			alone := trainer
			alone.Model, alone.Data.X = heads{threeTasks}, []*mat.Dense{mat.NewDense(20, 3, z)}
			return scores(t, alone, theta)[i].Loss
		}
		want := fd.Gradient(nil, loss, at, &fd.Settings{Formula: fd.Central, Step: 1e-5})
		closeTo(t, fmt.Sprint("task ", i), s.Jacobians[0].RawRowView(i), want, numericTol)
	}
}

// heads is a model without its trunk: its inputs are the representation.
type heads struct{ sharing.HardSharing }

func (h heads) Apply(t *nn.Trace, theta autodiff.Params, z []autodiff.Value) []autodiff.Value {
	return h.Decode(t, theta, z)
}

// batchMean is the aggregator that averages the gradients of all tasks and two batches, and keeps their Jacobians.
type batchMean struct {
	balance.Stateless
	seen *[][]float64
}

func (batchMean) Batches() int { return 2 }

func (b batchMean) CombineBatches(dst []float64, jacs []*mat.Dense, _ balance.State) {
	*b.seen = nil
	clear(dst)
	for _, jac := range jacs {
		*b.seen = append(*b.seen, append([]float64(nil), jac.RawMatrix().Data...))
		for i := range 3 {
			floats.AddScaled(dst, 1./6, jac.RawRowView(i))
		}
	}
}

func TestSeveralBatches(t *testing.T) {
	trainer := mixed()
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	var seen [][]float64
	trainer.Balance, trainer.BatchSize = batchMean{seen: &seen}, 6
	s := look(t, trainer, theta, 1)
	losses, grad := make([]float64, 3), make([]float64, len(theta))
	trunk := mtlkit.SpansOf(mixed(), 0, 1, 2)[0][1] // they come first
	for b := range 2 {
		alone := mixed()
		alone.Data = trainer.Data.RowsOf([][]int{mtlkit.BatchRows(trainer, b, 2, 1)})
		l, jac := differences(t, alone, theta)
		floats.AddScaled(losses, 0.5, l)
		for i := range jac {
			row := seen[b][i*trunk : (i+1)*trunk]
			closeTo(t, fmt.Sprintf("batch %d, task %d", b, i), row, jac[i][:trunk], numericTol)
			floats.AddScaled(grad[:trunk], 1./6, jac[i][:trunk])
			floats.AddScaled(grad[trunk:], 0.5, jac[i][trunk:])
		}
	}
	closeTo(t, "losses", s.Losses, losses, 1e-14)
	closeTo(t, "direction", s.Grad, grad, numericTol)
	trainer.BatchSize = 0
	mustPanic(t, "two batches of all rows", func() { trainer.Start() })
}

func TestGradientsLookedAt(t *testing.T) {
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	_, jac := differences(t, mixed(), theta)
	trunk := mtlkit.SpansOf(mixed(), 0, 1, 2)[0][1] // they come first
	var norms, cosines []float64
	for i := range jac {
		norms = append(norms, floats.Norm(jac[i][:trunk], 2))
	}
	for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
		i, j := pair[0], pair[1]
		cosines = append(cosines, floats.Dot(jac[i][:trunk], jac[j][:trunk])/norms[i]/norms[j])
	}
	for _, b := range []balance.Balancer{nil, product{}, balance.PCGrad{}} {
		trainer := mixed()
		trainer.Balance, trainer.Diagnose, trainer.Initial = b, true, theta
		h := train(t, trainer).History
		for i := range norms {
			closeTo(t, fmt.Sprintf("%T: norm %d", b, i), h.Norms[i][:1], norms[i:i+1], 1e-7)
		}
		for k, pair := range [][2]int{{0, 1}, {0, 2}, {2, 1}} {
			closeTo(t, fmt.Sprintf("%T: cosine of %v", b, pair), h.Cosine(pair[0], pair[1])[:1], cosines[k:k+1], 1e-7)
		}
		if n := len(h.Cosine(0, 1)); n != 5 {
			t.Errorf("%d cosines in 5 steps", n)
		}
	}
}

// A cosine does not depend on the lengths of the gradients, however short; beside a zero gradient it is 0.
func TestCosinesOfShortGradients(t *testing.T) {
	norms, cosines := mtlkit.LookAtRows(mat.NewDense(3, 2, []float64{3e-100, 4e-100, 5e-100, 0, 0, 0}))
	closeTo(t, "cosines", cosines, []float64{0.6, 0, 0}, 1e-15)
	closeTo(t, "norms", norms, []float64{5e-100, 5e-100, 0}, 1e-115)
}

func TestConflicts(t *testing.T) {
	h := mtlkit.History{Losses: make([][]float64, 2), Cosines: [][]float64{{-1, 0.5, 0, -0.1}}}
	if got := h.Conflicts(1, 0); got != 0.5 {
		t.Errorf("conflicts in %v of the steps, want 0.5", got)
	}
	h = mtlkit.History{Losses: make([][]float64, 4)}
	for k := range 6 {
		h.Cosines = append(h.Cosines, []float64{float64(k)})
	}
	for k, pair := range [][2]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}} {
		if got := h.Cosine(pair[0], pair[1])[0]; got != float64(k) {
			t.Errorf("the cosine of %v is number %v, want %d", pair, got, k)
		}
	}
	mustPanic(t, "one task", func() { h.Cosine(1, 1) })
	mustPanic(t, "not recorded", func() { mtlkit.History{Losses: h.Losses}.Cosine(0, 1) })
}
