package metakit_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What each learner learns from many tasks, as matrices of meta-parameters. All of them are trained and tested alike: a
// learner is one field of [metakit.Training].
func Example_learners() {
	net, loss := nn.MLP{Widths: []int{1, 8, 1}, Activation: nn.Tanh}, nn.SquaredError{}
	inner := nn.SGD{Rate: 0.01}
	embedding := nn.MLP{Widths: []int{2, 8, 4}, Activation: nn.Tanh}
	for _, l := range []metakit.Learner{
		metakit.MAML{Network: net, Loss: loss, Steps: 1, Inner: inner},
		metakit.Reptile{Network: net, Loss: loss, Steps: 5, Inner: inner},
		metakit.NewIMAML(net, loss),
		metakit.NewCAVIA(nn.MLP{Widths: []int{1 + 5, 8, 1}, Activation: nn.Tanh}, loss), // five inputs are the context
		metakit.ProtoMAML{Network: embedding, Loss: nn.SoftmaxLoss{}, Ways: 3, Steps: 1, Inner: inner},
		metakit.MetaSGD{Network: net, Loss: loss, Steps: 1, Rate: 0.01},
		metakit.NewMAMLPlusPlus(net, loss, 1000),
		metakit.MetaCurvature{Network: net, Loss: loss, Steps: 1, Rate: 0.01},
		metakit.TNet{Network: net, Loss: loss, Steps: 1, Inner: inner},
		metakit.Pooled{Network: net, Loss: loss, Inner: inner},  // no meta-learning: one network for all tasks
		metakit.Scratch{Network: net, Loss: loss, Inner: inner}, // nothing is learned beforehand
	} {
		shapes := l.Shapes()
		fmt.Printf("%-21T %3d numbers, %s to %s\n", l, nn.Size(shapes), shapes[0].Name, shapes[len(shapes)-1].Name)
	}
	// Output:
	// metakit.MAML           25 numbers, W1 to b2
	// metakit.Reptile        25 numbers, W1 to b2
	// metakit.IMAML          25 numbers, W1 to b2
	// metakit.CAVIA          65 numbers, W1 to b2
	// metakit.ProtoMAML      60 numbers, W1 to b2
	// metakit.MetaSGD        50 numbers, W1 to alpha b2
	// metakit.MAMLPlusPlus   35 numbers, W1 to alpha
	// metakit.MetaCurvature 220 numbers, W1 to out b2
	// metakit.TNet           90 numbers, W1 to T2
	// metakit.Pooled         25 numbers, W1 to b2
	// metakit.Scratch        25 numbers, W1 to b2
}

// BiasOnly is a learner of one's own: MAML that adapts the biases alone.
type BiasOnly struct {
	nn.MLP
	nn.Loss
	Steps int
	Rate  float64
}

// TrainingSteps implements [metakit.Stepper].
func (b BiasOnly) TrainingSteps() int { return b.Steps }

// Predict implements [metakit.Learner]: the biases go down the gradient of the support loss, the matrices are as they are.
func (b BiasOnly) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	x autodiff.Value, steps int) []autodiff.Value {
	down := metakit.Descent{Step: func(_ int, theta, gradient autodiff.Params) autodiff.Params {
		k := -1
		return theta.Zip(gradient, func(v, g autodiff.Value) autodiff.Value {
			if k++; theta.Name(k)[0] == 'b' {
				return v.Sub(g.Scale(b.Rate))
			}
			return v
		})
	}}
	return metakit.Along(t, b.MLP, down.Path(t, meta, steps, metakit.SupportLoss(b.MLP, b.Loss, support)), x)
}

// A learner of one's own says how it adapts; training, tests and the check of its meta-gradient are the kit's. Package
// metatest tests it further.
func ExampleDescent() {
	learner := BiasOnly{MLP: nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}, Loss: nn.SquaredError{}, Steps: 1, Rate: 0.05}
	sines := tasks.NewSinusoid(10)
	run, err := metakit.Training{Learner: learner, Tasks: sines, Iterations: 200, MetaBatch: 10,
		Optimizer: nn.NewAdam(0.01)}.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	test, err := metakit.Evaluation{Learner: learner, Tasks: sines.Test(), Steps: []int{0, 1}, Episodes: 100}.
		Run(context.Background(), run.Meta)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a step of the biases helps:", test[1].Minus(test[0]).High < 0)

	r, err := metakit.CheckMetaGradient(learner, learner.Init(rand.New(rand.NewPCG(1, 0))), metakit.Draw(sines, 1, 0), 1)
	fmt.Printf("its meta-gradient is exact: %v, slope %.0f\n", err == nil, r.Slope)
	// Output:
	// a step of the biases helps: true
	// its meta-gradient is exact: true, slope 2
}

func TestBiasOnly(t *testing.T) {
	learner := BiasOnly{MLP: small, Loss: mse, Steps: 2, Rate: 0.05}
	metatest.TestLearner(t, learner, sines, metatest.ExactGradient|metatest.OrderFree|metatest.QueriesApart)
}

// A task of one's own, five points of y = 2x: what a trained learner makes of them, without more training.
func ExampleNewAdapter() {
	net := nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}
	learner := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.1}}
	run, err := metakit.Training{Learner: learner, Tasks: tasks.NewLines(5), Iterations: 300, MetaBatch: 10,
		Optimizer: nn.NewAdam(0.01)}.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	support := metakit.NewSet(5, []float64{-2, -1, 0, 1, 2}, []float64{-4, -2, 0, 2, 4})
	predictions, err := metakit.NewAdapter(learner, run.Meta, nil, 0, 10).Predict(support, mat.NewDense(1, 1, []float64{1.5}))
	if err != nil {
		log.Fatal(err)
	}
	before, after := predictions[0].At(0, 0), predictions[1].At(0, 0)
	fmt.Println("after ten steps it is nearer to 3:", (after-3)*(after-3) < (before-3)*(before-3))
	// Output:
	// after ten steps it is nearer to 3: true
}

// Powers is a distribution of one's own: y = x^p for a whole p of the task's.
type Powers struct{}

// Size implements [metakit.Distribution].
func (Powers) Size(seed, index uint64) metakit.Size {
	return metakit.Size{Support: 3, Query: 2, In: 1, Out: 1}
}

// Draw implements [metakit.Distribution].
func (Powers) Draw(e *metakit.Episode, seed, index uint64) {
	rng := e.Rand(seed, index)
	p := 1 + rng.IntN(3)
	for _, set := range []metakit.Set{e.Support, e.Query} {
		for i := range set.X.RawMatrix().Rows {
			x, y := float64(rng.IntN(4)), 1.0
			for range p {
				y *= x
			}
			set.X.Set(i, 0, x)
			set.Y.Set(i, 0, y)
		}
	}
}

// Tasks of one's own: an episode has the size that its distribution says, and is drawn from a seed and an index alone.
func ExampleNewEpisode() {
	e := metakit.NewEpisode(Powers{}.Size(1, 0))
	Powers{}.Draw(e, 1, 0)
	again := metakit.Draw(Powers{}, 1, 0)
	fmt.Println(e.Support.X.RawMatrix().Data, "→", e.Support.Y.RawMatrix().Data, mat.Equal(e.Query.Y, again.Query.Y))
	// Output:
	// [2 2 0] → [4 4 0] true
}
