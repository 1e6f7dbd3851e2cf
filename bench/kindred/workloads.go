package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// prepare makes a workload ready, or returns nil for a name that is none. The names of the comparison of growth are
// growth-width-N, growth-tasks-N and growth-steps-N.
func prepare(name string, p autodiff.Precision) *work {
	switch strings.TrimSuffix(name, "-tanh") {
	case "maml-1-step":
		return sinusoid(metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}, 25, p)
	case "maml-5-steps":
		return sinusoid(metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 5, Inner: nn.SGD{Rate: 0.01}}, 25, p)
	case "fomaml":
		return sinusoid(metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}, FirstOrder: true}, 25, p)
	case "reptile":
		return sinusoid(metakit.Reptile{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}, OverRate: true}, 25, p)
	case "anil", "cavia", "cnp", "in-context":
		return sinusoid(reader(name), 25, p)
	case "article-mtl":
		return article(p)
	case "mtl-mgda":
		return fiveTasks(balance.MGDA{}, p)
	case "mtl-upgrad":
		return fiveTasks(balance.UPGrad{}, p)
	case "mtl-epoch":
		return epoch(p)
	case "mtl-mmoe":
		return mixture(p)
	case "omniglot-dense":
		return images(p)
	case "conv-prototypes":
		return prototypes(p)
	case "conv-maml":
		return convMAML(nn.NewStridedConvNet(drawing, 5), p)
	case "conv-maml-pooled":
		return convMAML(nn.NewConvNet(drawing, 5), p)
	}
	var n int
	var m, k int
	if _, err := fmt.Sscanf(name, "product-%dx%dx%d", &m, &k, &n); err == nil {
		return product(m, k, n, p)
	}
	if _, err := fmt.Sscanf(name, "growth-width-%d", &n); err == nil {
		return sinusoid(metakit.MAML{Network: small(name, n), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}, 25, p)
	}
	if _, err := fmt.Sscanf(name, "growth-tasks-%d", &n); err == nil {
		return sinusoid(metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}, n, p)
	}
	if _, err := fmt.Sscanf(name, "growth-steps-%d", &n); err == nil {
		return sinusoid(metakit.MAML{Network: small(name, 40), Loss: nn.SquaredError{}, Steps: n, Inner: nn.SGD{Rate: 0.01}}, 25, p)
	}
	return nil
}

// small is the network of the sinusoid benchmark.
func small(name string, width int) nn.MLP {
	activation := nn.ReLU
	if strings.HasSuffix(name, "-tanh") {
		activation = nn.Tanh
	}
	return nn.MLP{Widths: []int{1, width, width, 1}, Activation: activation, Weights: nn.TruncatedNormal{Std: 0.01}}
}

// sinusoid is meta-training on waves: ten support and ten query points drawn for every task, Adam.
func sinusoid(l metakit.Learner, batch int, p autodiff.Precision) *work {
	return meta(metakit.Training{Learner: l, Tasks: tasks.NewSinusoid(10), MetaBatch: batch,
		Optimizer: nn.NewAdam(0.001), Precision: p})
}

// meta runs iterations of meta-training.
func meta(t metakit.Training) *work {
	t.Iterations = 4_000_000
	run, err := t.Start()
	if err != nil {
		log.Fatal(err)
	}
	return &work{gflop: metaGFLOP(t), run: func(n int) time.Duration {
		start := time.Now()
		for _, err := range run.Steps(context.Background()) {
			if err != nil {
				log.Fatal(err)
			}
			if n--; n == 0 {
				break
			}
		}
		return time.Since(start)
	}}
}

// metaGFLOP counts the arithmetic of the meta-gradients of an iteration.
func metaGFLOP(t metakit.Training) float64 {
	g, size := autodiff.New(), t.Tasks.Size(t.Seed, 0)
	theta := g.Params(t.Learner.Shapes())
	support := metakit.TracedSet{X: g.Input("x", size.Support, size.In), Y: g.Input("y", size.Support, size.Out)}
	query := metakit.TracedSet{X: g.Input("xq", size.Query, size.In), Y: g.Input("yq", size.Query, size.Out)}
	var loss autodiff.Value
	var gradient autodiff.Params
	if own, ok := t.Learner.(metakit.OwnGradient); ok {
		loss, gradient = own.MetaGradient(nil, theta, support, query)
	} else {
		steps := 0
		if adapts, ok := t.Learner.(metakit.Stepper); ok {
			steps = adapts.TrainingSteps()
		}
		loss = metakit.MeanLoss(t.Learner, t.Learner.Predict(nil, theta, support, query.X, steps)[steps], query.Y)
		gradient = autodiff.GradParams(loss, theta)
	}
	return float64(t.MetaBatch) * gflop(autodiff.Compile(loss, gradient))
}

func gflop(p *autodiff.Program) float64 { return float64(p.Cost().FLOPs) / 1e9 }

// images is MAML on a dense network for drawings: 5-way 1-shot, 15 query drawings a class, 32 tasks. The drawings are
// noise, made beforehand: what they show does not change the time.
func images(p autodiff.Precision) *work {
	rng := rand.New(rand.NewPCG(1, 2))
	var drawn metakit.Collection
	for range 32 {
		drawn = append(drawn, &metakit.Episode{Support: drawings(5, rng), Query: drawings(75, rng)})
	}
	net := nn.MLP{Widths: []int{784, 256, 128, 64, 64, 5}, Activation: nn.ReLU}
	learner := metakit.MAML{Network: net, Loss: nn.SoftmaxLoss{}, Steps: 1, Inner: nn.SGD{Rate: 0.4}}
	return meta(metakit.Training{Learner: learner, Tasks: drawn, MetaBatch: 32, Precision: p,
		Optimizer: nn.NewAdam(1e-6)})
}

func drawings(n int, rng *rand.Rand) metakit.Set { return classes(5, n, rng) }

// classes draws n drawings of some classes.
func classes(ways, n int, rng *rand.Rand) metakit.Set {
	x, y := make([]float64, n*784), make([]float64, n)
	for k := range x {
		x[k] = rng.Float64()
	}
	for k := range y {
		y[k] = float64(k % ways)
	}
	return metakit.NewSet(n, x, y)
}

// article is the article's network of section 4.1, repaired: an iteration is a training of 100 full-batch epochs.
func article(p autodiff.Precision) *work {
	d := datasets.TwoTaskExample(0)
	trainer := mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.SharedInputs(d.X, d.Y1, d.Y2),
		Optimizer: nn.NewKerasAdam(0.01),
		Epochs:    100,
		Precision: p,
	}
	return &work{run: func(n int) (took time.Duration) {
		for range n {
			run := begin(trainer) // traces and compiles anew
			runtime.GC()          // what that left behind is not part of the training
			start := time.Now()
			for _, err := range run.Epochs(context.Background()) {
				if err != nil {
					log.Fatal(err)
				}
			}
			took += time.Since(start)
		}
		return took
	}}
}

// fiveTasks is a training step on five tasks: one batch of 256 rows, the gradients of all tasks by the shared trunk
// 64-256-256, joined by an aggregator.
func fiveTasks(b balance.Balancer, p autodiff.Precision) *work {
	tasks, data := regressions(5, 256, 64)
	trainer := mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{64, 256, 256}, Heads: slices.Repeat([][]int{{1}}, 5), Activation: nn.ReLU},
		Tasks:     tasks,
		Data:      data,
		Balance:   b,
		Optimizer: nn.SGD{Rate: 1e-4},
		Precision: p,
	}
	w := epochs(trainer)
	w.gflop = jacobianGFLOP(trainer, 256)
	return w
}

// epoch is a training epoch of five tasks with a trunk 50-128-128: 100,000 rows, shuffled, in 391 batches of 256, Adam.
func epoch(p autodiff.Precision) *work {
	tasks, data := regressions(5, 100_000, 50)
	trainer := mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{50, 128, 128}, Heads: slices.Repeat([][]int{{1}}, 5), Activation: nn.ReLU},
		Tasks:     tasks,
		Data:      data,
		Optimizer: nn.NewAdam(0.001),
		BatchSize: 256,
		Precision: p,
	}
	w := epochs(trainer)
	w.gflop = 391 * sumGFLOP(trainer, 256)
	return w
}

// mixture is a training step of a mixture of experts: one batch of 256 rows, 50 inputs, 8 experts of 64-32, a gate and a
// tower of 32-1 for each of four tasks, Adam.
func mixture(p autodiff.Precision) *work {
	tasks, data := regressions(4, 256, 50)
	trainer := mtlkit.Trainer{
		Model: sharing.MMoE{Inputs: 50, Levels: [][]int{{64, 32}}, Experts: 8, Heads: slices.Repeat([][]int{{32, 1}}, 4),
			Activation: nn.ReLU},
		Tasks:     tasks,
		Data:      data,
		Optimizer: nn.NewAdam(0.001),
		Precision: p,
	}
	w := epochs(trainer)
	w.gflop = sumGFLOP(trainer, 256)
	return w
}

// regressions returns tasks that share their inputs, and noise for both.
func regressions(n, rows, inputs int) (tasks []mtlkit.Task, data mtlkit.Data) {
	rng := rand.New(rand.NewPCG(3, 4))
	x, labels := make([]float64, rows*inputs), make([][]float64, n)
	for k := range x {
		x[k] = rng.NormFloat64()
	}
	for t := range labels {
		labels[t] = make([]float64, rows)
		for k := range labels[t] {
			labels[t][k] = rng.NormFloat64()
		}
		tasks = append(tasks, mtlkit.Task{Name: fmt.Sprintf("task %d", t+1), Loss: nn.SquaredError{}})
	}
	return tasks, mtlkit.SharedInputs(mat.NewDense(rows, inputs, x), labels...)
}

// epochs makes an iteration of an epoch.
func epochs(t mtlkit.Trainer) *work {
	t.Epochs = 1_000_000
	run := begin(t)
	return &work{run: func(n int) time.Duration {
		start := time.Now()
		for _, err := range run.Epochs(context.Background()) {
			if err != nil {
				log.Fatal(err)
			}
			if n--; n == 0 {
				break
			}
		}
		return time.Since(start)
	}}
}

// jacobianGFLOP counts the arithmetic of the losses and of their gradients by all parameters.
func jacobianGFLOP(t mtlkit.Trainer, rows int) float64 {
	losses, theta := losses(t, rows)
	var outputs []autodiff.Output
	for k, row := range autodiff.Jacobian(losses, theta) {
		outputs = append(outputs, losses[k], row)
	}
	return gflop(autodiff.Compile(outputs...))
}

// sumGFLOP counts the arithmetic of the sum of the losses and of its gradient.
func sumGFLOP(t mtlkit.Trainer, rows int) float64 {
	losses, theta := losses(t, rows)
	sum := losses[0]
	for _, loss := range losses[1:] {
		sum = sum.Add(loss)
	}
	return gflop(autodiff.Compile(sum, autodiff.GradParams(sum, theta)))
}

// losses traces the squared errors of a model whose tasks share their inputs.
func losses(t mtlkit.Trainer, rows int) (losses []autodiff.Value, theta autodiff.Params) {
	g := autodiff.New()
	theta = g.Params(t.Model.Shapes())
	x := g.Input("x", rows, t.Data.X[0].RawMatrix().Cols)
	inputs := slices.Repeat([]autodiff.Value{x}, len(t.Tasks))
	for k, z := range t.Model.Apply(nil, theta, inputs) {
		losses = append(losses, z.Sub(g.Input(fmt.Sprintf("y%d", k), rows, 1)).Square().Mean())
	}
	return losses, theta
}

// product is a matrix product by itself.
func product(m, k, n int, p autodiff.Precision) *work {
	g := autodiff.New()
	a, b := g.Input("a", m, k), g.Input("b", k, n)
	program := autodiff.CompileAs(p, a.MatMul(b))
	ws := program.NewWorkspace()
	rng := rand.New(rand.NewPCG(5, 6))
	for _, v := range []autodiff.Value{a, b} {
		data := make([]float64, v.Size())
		for k := range data {
			data[k] = rng.NormFloat64()
		}
		ws.Set(v, data)
	}
	return &work{gflop: gflop(program), run: func(n int) time.Duration {
		start := time.Now()
		for range n {
			ws.Run()
		}
		return time.Since(start)
	}}
}

func begin(t mtlkit.Trainer) *mtlkit.Run {
	run, err := t.Start()
	if err != nil {
		log.Fatal(err)
	}
	return run
}
