package neurons

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Classifier says which network is to tell classes of points apart, and how it learns to: by steps of a rule, each
// along the gradient over all training points. A network of one output gives the logit of class 1, one of k outputs the
// logits of k classes.
type Classifier struct {
	Net         nn.Network
	Loss        func(logits, classes autodiff.Value) autodiff.Value // nn.BinaryCrossEntropy, or nn.CrossEntropy for k outputs
	Rule        nn.Rule
	Train, Test datasets.Points
	Epochs      int
	Seed        uint64 // of the first parameters
}

// A Run is a classifier that learns.
type Run struct {
	Classifier
	Theta               []float64
	TrainLoss, TestLoss []float64      // after 0, 1, 2, … epochs of Learn
	Memory              lessons.Memory // of the losses of an earlier run, which Figure draws at the end; nil for none

	optimizer         *nn.Optimizer
	train, test, area *pass
}

// Start returns a run at its first parameters.
func (c Classifier) Start() *Run {
	theta := c.Net.Init(rand.New(rand.NewPCG(c.Seed, 0)))
	return &Run{
		Classifier: c, Theta: theta, optimizer: nn.NewOptimizer(c.Rule, c.Net.Shapes()),
		train: c.pass(c.Train), test: c.pass(c.Test),
	}
}

// Step takes one step along the gradient of the training loss, and reports whether it did: not if a parameter would no
// longer be finite.
func (r *Run) Step() bool {
	r.train.run(r.Theta)
	return r.optimizer.Step(r.Theta, r.train.ws.Read(r.train.grad, nil), 1, nil) == nil
}

// Learn takes a step in each epoch, yields the number of epochs that are done after each, and records the losses. It ends
// early with ctx.
func (r *Run) Learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		r.TrainLoss, r.TestLoss = nil, nil
		r.record()
		for epoch := 1; epoch <= r.Epochs && ctx.Err() == nil; epoch++ {
			if !r.Step() {
				return
			}
			r.record()
			if !yield(epoch) {
				return
			}
		}
	}
}

func (r *Run) record() {
	r.TrainLoss = append(r.TrainLoss, r.train.run(r.Theta))
	r.TestLoss = append(r.TestLoss, r.test.run(r.Theta))
}

// TestError returns the share of held-out points that the network takes for another class, in %.
func (r *Run) TestError() float64 {
	r.test.run(r.Theta)
	logits := r.test.outputs()
	wrong := 0
	for i, class := range r.Test.Class {
		if taken(logits.RawRowView(i)) != int(class) {
			wrong++
		}
	}
	return 100 * float64(wrong) / float64(r.Test.Len())
}

// taken is the class of the largest probability.
func taken(logits []float64) int {
	if len(logits) == 1 {
		if logits[0] > 0 {
			return 1
		}
		return 0
	}
	return floats.MaxIdx(logits)
}

// Region draws the probability of a class over the plane, with the boundary at one half and the training points. Of a
// network of one output it is always class 1.
func (r *Run) Region(title string, class int) plots.Field {
	x, y := square(r.Train.X)
	grid := plots.Grid{X: x, Y: y, Columns: 60, Rows: 60}
	if r.area == nil {
		xs, ys := grid.Places()
		places := mat.NewDense(len(xs), 2, nil)
		places.SetCol(0, xs)
		places.SetCol(1, ys)
		r.area = r.pass(datasets.Points{X: places, Class: make([]float64, len(xs))})
	}
	r.area.run(r.Theta)
	logits := r.area.outputs()
	for i := range logits.RawMatrix().Rows {
		grid.Z = append(grid.Z, probability(logits.RawRowView(i), class))
	}
	field := plots.Field{
		Title: title, X: "x₁", Y: "x₂", Z: "probability of class 1",
		Grid: grid, Palette: plots.Classes, ZLim: plots.Range{0, 1}, Contours: []float64{0.5},
		Points: Scatter(r.Train),
	}
	if logits.RawMatrix().Cols > 1 {
		field.Z, field.Palette = "probability", plots.Viridis
	}
	return field
}

func probability(logits []float64, class int) float64 {
	if len(logits) == 1 {
		return 1 / (1 + math.Exp(-logits[0]))
	}
	return math.Exp(logits[class] - floats.LogSumExp(logits))
}

// square returns the limits of a square around the points, in steps of one half.
func square(x *mat.Dense) (across, up plots.Range) {
	var middle [2]float64
	half := 0.0
	for k := range middle {
		v := mat.Col(nil, k, x)
		lo, hi := floats.Min(v), floats.Max(v)
		middle[k] = math.Round(lo+hi) / 2
		half = max(half, math.Ceil(2*(0.15+max(hi-middle[k], middle[k]-lo)))/2)
	}
	return plots.Range{middle[0] - half, middle[0] + half}, plots.Range{middle[1] - half, middle[1] + half}
}

// Scatter returns points by class, each in a colour and a shape of its own.
func Scatter(points datasets.Points) []plots.Points {
	var of []plots.Points
	for i, class := range points.Class {
		for int(class) >= len(of) {
			of = append(of, plots.Points{
				Name: fmt.Sprintf("class %d", len(of)), Role: plots.Role(int(plots.Blue) + len(of)%4),
			})
		}
		p := &of[int(class)]
		p.X, p.Y = append(p.X, points.X.At(i, 0)), append(p.Y, points.X.At(i, 1))
	}
	return of
}

// Figure draws the boundary between classes 0 and 1 and, beside it, the losses until now.
func (r *Run) Figure() plots.Figure {
	last := len(r.TrainLoss) - 1
	loss := plots.Curves{
		Title: "loss", X: "epoch", Y: "cross-entropy (mean)",
		Series: []plots.Series{
			{Name: "training", Role: plots.Green, Y: r.TrainLoss}, {Name: "held out", Role: plots.Purple, Y: r.TestLoss},
		},
		Floors: []plots.Floor{{Name: "coin toss ln 2", Y: math.Ln2}},
		YLim:   plots.Range{0, max(0.8, r.TrainLoss[0], r.TestLoss[0])},
	}
	if last == r.Epochs {
		loss.Series = append(loss.Series, lessons.Ghosts(r.Memory, "learning", loss.Series...)...)
	}
	title := fmt.Sprintf("After %d epochs %.1f %% of the held-out points are wrong", last, r.TestError())
	subtitle := fmt.Sprintf("loss %.3f on %d training points, %.3f on %d held-out points",
		r.TrainLoss[last], r.Train.Len(), r.TestLoss[last], r.Test.Len())
	region := r.Region("boundary", 1)
	region.Z = ""
	return plots.Panels{
		Title: title, Subtitle: subtitle, Free: true,
		Panels: []plots.Panel{region, loss},
	}.Figure(fmt.Sprintf("Left, the plane in two colours with the learned boundary among the training points; right, line "+
		"chart of both losses over epochs. %s; %s.", title, subtitle))
}

// MoonsLearned shows the boundary between two moons at four moments of its learning.
func MoonsLearned() plots.Figure {
	r := Classifier{
		Net: nn.MLP{Widths: []int{2, 8, 1}, Activation: nn.Tanh}, Loss: nn.BinaryCrossEntropy, Rule: nn.NewAdam(0.03),
		Train: datasets.Moons(120, 0.15, 1), Test: datasets.Moons(400, 0.15, 2), Seed: 1,
	}.Start()
	var panels []plots.Panel
	epoch := 0
	for _, stop := range []int{0, 10, 50, 300} {
		for ; epoch < stop; epoch++ {
			r.Step()
		}
		panels = append(panels, r.Region(fmt.Sprintf("epoch %d: %.1f %% wrong", epoch, r.TestError()), 1))
	}
	return plots.Panels{
		Title:    "Eight sums and eight bends learn to part two moons",
		Subtitle: "2-8-1 network, tanh, 120 points shown; share of wrong answers on 400 others",
		Panels:   panels,
	}.Figure("Four views of two interlocking half moons of points: the boundary between the classes starts nowhere near " +
		"them, is a straight line after 10 epochs, and follows the gap between the moons after 300.")
}

// A pass is the network applied to fixed points.
type pass struct {
	theta, grad  autodiff.Params
	logits, loss autodiff.Value
	ws           *autodiff.Workspace
}

func (c Classifier) pass(points datasets.Points) *pass {
	g := autodiff.New()
	p := &pass{theta: g.Params(c.Net.Shapes())}
	x, class := g.Input("x", points.Len(), 2), g.Input("class", points.Len(), 1)
	p.logits = c.Net.Apply(nil, p.theta, x)
	p.loss = c.Loss(p.logits, class)
	p.grad = autodiff.GradParams(p.loss, p.theta)
	p.ws = autodiff.Compile(p.logits, p.loss, p.grad).NewWorkspace()
	p.ws.Set(x, points.X.RawMatrix().Data)
	p.ws.Set(class, points.Class)
	return p
}

// run returns the loss.
func (p *pass) run(theta []float64) float64 {
	p.ws.Set(p.theta, theta)
	p.ws.Run()
	return p.ws.Scalar(p.loss)
}

func (p *pass) outputs() *mat.Dense {
	return mat.NewDense(p.logits.Rows(), p.logits.Cols(), p.ws.Read(p.logits, nil))
}
