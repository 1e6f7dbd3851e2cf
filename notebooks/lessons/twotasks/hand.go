package twotasks

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/notebooks/lessons"
)

// A HandLoss is the loss of one task, written out in a cell: a 1×1 value made of the outputs and labels of all rows, n×1
// each, as [nn.MSE] is.
type HandLoss = func(outputs, labels autodiff.Value) autodiff.Value

// A written trains two tasks on the sum of any two losses, right or wrong.
type written struct {
	trainer     mtlkit.Trainer
	theta, grad autodiff.Params
	said        [2]autodiff.Value // the losses as written
	measured    [2]autodiff.Value // what they should have been: the mean squared error and the cross-entropy
	program     *autodiff.Program
}

// writeOut traces the losses for the model and the data of a trainer.
func writeOut(t mtlkit.Trainer, first, second HandLoss) *written {
	g := autodiff.New()
	constant := func(m *mat.Dense) autodiff.Value {
		rows, cols := m.Dims()
		return g.Const(rows, cols, m.RawMatrix().Data)
	}
	b := &written{trainer: t, theta: g.Params(t.Model.Shapes())}
	x, y1, y2 := constant(t.Data.X[0]), constant(t.Data.Y[0]), constant(t.Data.Y[1])
	out := t.Model.Apply(nil, b.theta, []autodiff.Value{x, x})
	b.said = [2]autodiff.Value{first(out[0], y1), second(out[1], y2)}
	b.measured = [2]autodiff.Value{nn.MSE(out[0], y1), nn.BinaryCrossEntropy(out[1], y2)}
	b.grad = autodiff.GradParams(b.said[0].Add(b.said[1]), b.theta)
	b.program = autodiff.CompileAs(t.Precision, b.said[0], b.said[1], b.measured[0], b.measured[1], b.grad)
	return b
}

// A handRun is what came of it: the losses before the first step and after each, up to the first that is not finite.
type handRun struct {
	said, measured [2][]float64
	theta          []float64
}

// run trains from a seed.
func (b *written) run(seed uint64) (d handRun) {
	ws := b.program.NewWorkspace()
	d.theta = b.trainer.Model.Init(rand.New(rand.NewPCG(seed, 0)))
	optimizer := nn.NewOptimizer(b.trainer.Optimizer, b.trainer.Model.Shapes())
	for epoch := 0; ; epoch++ {
		ws.Set(b.theta, d.theta)
		ws.Run()
		for i := range d.said {
			d.said[i] = append(d.said[i], ws.Scalar(b.said[i]))
			d.measured[i] = append(d.measured[i], ws.Scalar(b.measured[i]))
		}
		if epoch == b.trainer.Epochs || math.IsNaN(d.total(epoch)) || math.IsInf(d.total(epoch), 0) {
			return d
		}
		if err := optimizer.Step(d.theta, ws.Read(b.grad, nil), 1, nil); err != nil {
			for i := range d.said { // the step would lead out of what a float64 can hold
				d.said[i], d.measured[i] = append(d.said[i], math.NaN()), append(d.measured[i], math.NaN())
			}
			return d
		}
	}
}

// total is the loss that is followed.
func (d handRun) total(epoch int) float64 { return d.said[0][epoch] + d.said[1][epoch] }

// totals returns it for all epochs.
func (d handRun) totals() []float64 {
	var v []float64
	for epoch := range d.said[0] {
		v = append(v, d.total(epoch))
	}
	return v
}

// broke returns the number of steps after which the loss was no longer finite, and whether it ever was not.
func (d handRun) broke() (epoch int, ok bool) {
	last := len(d.said[0]) - 1
	return last, math.IsNaN(d.total(last)) || math.IsInf(d.total(last), 0)
}

// trainByHand trains with losses written by hand from every seed.
func trainByHand(configure lessons.Configure, first, second HandLoss) []handRun {
	b := writeOut(configure(0), first, second)
	all := make([]handRun, twinSeeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range all {
		group.Go(func() error {
			all[k] = b.run(uint64(k))
			return nil
		})
	}
	_ = group.Wait() // none fails
	return all
}

// each returns one list of every handRun.
func each(all []handRun, of func(d handRun) []float64) (runs [][]float64) {
	for _, d := range all {
		runs = append(runs, of(d))
	}
	return runs
}

// last returns the last number of every run.
func last(runs [][]float64) (v []float64) {
	for _, r := range runs {
		v = append(v, r[len(r)-1])
	}
	return v
}

func medianOf(v []float64) float64 { return mtlkit.MedianRange(v).Median }

// ranged writes a median and the range of all values to three places.
func ranged(v []float64) string {
	m := mtlkit.MedianRange(v)
	return fmt.Sprintf("%.3f [%.3f, %.3f]", m.Median, m.Min, m.Max)
}
