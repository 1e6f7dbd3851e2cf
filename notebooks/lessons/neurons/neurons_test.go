package neurons

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/notebooks/lessons/lessontest"
)

func TestNeuron(t *testing.T) {
	lessontest.Save(t, "neuron", Neuron(1, 0.5, -0.5))
	lessontest.Save(t, "neuron-blind", Neuron(0, 0, 1)) // no direction to draw
	if got, want := sum(-1, 0.5, -2), "−1 x₁ + 0.5 x₂ − 2"; got != want {
		t.Errorf("the sum is written %q, want %q", got, want)
	}
}

func TestBends(t *testing.T) {
	e := math.Exp(-1.0)
	sigmoid := 1 / (1 + e)
	for _, c := range []struct {
		activation   nn.Activation
		value, slope float64 // at 1, in closed form
	}{
		{nn.Sigmoid, sigmoid, sigmoid * (1 - sigmoid)},
		{nn.Tanh, math.Tanh(1), 1 - math.Tanh(1)*math.Tanh(1)},
		{nn.ReLU, 1, 1},
	} {
		a, da := bend(c.activation, []float64{1, -1})
		lessontest.Near(t, string(c.activation), a[0], c.value, 1e-15)
		lessontest.Near(t, "slope of "+string(c.activation), da[0], c.slope, 1e-15)
	}
	if a, da := bend(nn.ReLU, []float64{-1}); a[0] != 0 || da[0] != 0 {
		t.Errorf("ReLU at −1 is %v with slope %v, want 0 and 0", a[0], da[0])
	}
	lessontest.Save(t, "bends", Bends(nil, 6, nn.Sigmoid, nn.Tanh, nn.ReLU, nn.GELU))
}

// A sigmoid's slope is at most ¼, so that each further layer takes away more than it leaves; tanh keeps nearly all.
func TestFading(t *testing.T) {
	for seed := range uint64(3) {
		sigmoid := firstGradient(nn.Sigmoid, 16, 8, seed) / firstGradient(nn.Sigmoid, 16, 1, seed)
		tanh := firstGradient(nn.Tanh, 16, 8, seed) / firstGradient(nn.Tanh, 16, 1, seed)
		if !(sigmoid < 1e-3) || !(tanh > 0.1) {
			t.Errorf("seed %d: after eight layers the sigmoid leaves %v, tanh %v of the gradient", seed, sigmoid, tanh)
		}
	}
	lessontest.Save(t, "fading", Fading(16, 12, 10, nn.Sigmoid, nn.Tanh, nn.ReLU))
}

var example = Example{
	Theta: []float64{1, -1, -0.5, 1, 0, 0, 2, -1, 0.5}, X: [2]float64{1, 2}, Y: 0.5,
}

// backwardByHand is what notebook 01 works out with a pencil.
func backwardByHand(p []float64, x1, x2, y float64) []float64 {
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	h1, h2 := sigmoid(x1*p[0]+x2*p[2]+p[4]), sigmoid(x1*p[1]+x2*p[3]+p[5])
	o := h1*p[6] + h2*p[7] + p[8]
	do := 2 * (o - y)
	dz1, dz2 := do*p[6]*h1*(1-h1), do*p[7]*h2*(1-h2)
	return []float64{x1 * dz1, x1 * dz2, x2 * dz1, x2 * dz2, dz1, dz2, h1 * do, h2 * do, do}
}

func TestExample(t *testing.T) {
	loss, grad := example.Gradient()
	want := backwardByHand(example.Theta, 1, 2, 0.5)
	forward, central := example.Differences(1e-6)
	lessontest.Near(t, "loss", loss, want[8]*want[8]/4, 1e-15) // the derivative by c is 2(o − y)
	lessontest.Near(t, "loss written out", example.loss(example.Theta), loss, 1e-15)
	byHand := example.ByHand()
	for k := range want {
		lessontest.Near(t, "by hand", byHand[k], want[k], 0)
		lessontest.Near(t, "gradient", grad[k], want[k], 1e-14)
		// Third derivatives are of order 1, so h² leaves 1e-12, and rounding about 1e-16/h.
		lessontest.Near(t, "central difference", central[k], want[k], 1e-9)
		lessontest.Near(t, "forward difference", forward[k], want[k], 1e-5)
	}
	if off := math.Abs(forward[0] - want[0]); off < 1e-9 {
		t.Errorf("the forward difference at 1e-6 is %v off: too good, is it the central one?", off)
	}
	rows := example.Compare(1e-6)
	if len(rows) != 9 || rows[8][2] != rows[8][3] || rows[8][1] != "0.5" {
		t.Errorf("table %q", rows)
	}
	lessontest.Save(t, "circuit", example.Figure())
	lessontest.Save(t, "differences", example.DifferenceErrors(nil))
}

func descent(rate float64) nn.Rule { return nn.SGD{Rate: rate} }

func TestValley(t *testing.T) {
	// Of these data the Hessian is 2·(5/12 1/2; 1/2 1), with trace 17/6 and determinant 2/3.
	limit := 2 / (17.0/12 + math.Sqrt(17*17.0/144-2.0/3))
	lessontest.Near(t, "limit", Line.Limit(), limit, 1e-14)

	path, losses := Line.Walk(descent(0.1), 1)
	// At (−1, 2) the residuals −x + 2 − y are 3, 1.5 and 0: the loss is 3.75, the gradient (2/3)(0.75, 4.5).
	lessontest.Near(t, "loss at the start", losses[0], 3.75, 1e-14)
	lessontest.Near(t, "first step in w", path[1][0], -1-0.1*0.5, 1e-14)
	lessontest.Near(t, "first step in b", path[1][1], 2-0.1*3, 1e-14)

	_, below := Line.Walk(descent(0.99*limit), 1000)
	_, above := Line.Walk(descent(1.01*limit), 1000)
	if !(below[1000] < 1e-3) || !(above[1000] > 1e3) {
		t.Errorf("loss %v after 1,000 steps just below the limit, %v just above", below[1000], above[1000])
	}
	lessontest.Save(t, "paths", Line.Paths(descent, 30, 0.02, 0.3, 0.7, 0.8))
	now := Line.RateCurve(descent, 30, 1)
	lessontest.Save(t, "rates", Line.RateFigure(now, RateCurve{}, 0.5))
	momentum := Line.RateCurve(func(rate float64) nn.Rule { return nn.Momentum{Rate: rate, Mu: 0.9} }, 30, 4)
	lessontest.Save(t, "rates-before", Line.RateFigure(momentum, now, 0.5))
	_, walk := Line.Walk(descent(0.25), 30)
	lessontest.Near(t, "a quarter of the way along the curve", now.Losses[49], walk[30], 0)
}

func TestRunLearns(t *testing.T) {
	for _, c := range []struct {
		name     string
		net      nn.MLP
		from, to float64 // what is left wrong of moons that a line parts to seven eighths
	}{
		{"line", nn.MLP{Widths: []int{2, 1}}, 8, 16},
		{"curve", nn.MLP{Widths: []int{2, 8, 1}, Activation: nn.Tanh}, 0, 4},
	} {
		run := Moons(c.net, 1).Start()
		epochs := 0
		for epoch := range run.Learn(context.Background()) {
			epochs++
			if epoch != epochs {
				t.Fatalf("epoch %d was counted as %d", epochs, epoch)
			}
		}
		if epochs != 300 || len(run.TrainLoss) != 301 || len(run.TestLoss) != 301 {
			t.Errorf("%s: %d epochs, %d and %d losses", c.name, epochs, len(run.TrainLoss), len(run.TestLoss))
		}
		if e := run.TestError(); e < c.from || e > c.to {
			t.Errorf("%s: %v %% wrong, want %v to %v", c.name, e, c.from, c.to)
		}
		lessontest.Save(t, "learn-"+c.name, run.Figure())
	}
}

func TestRunStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	run := Moons(nn.MLP{Widths: []int{2, 1}}, 1).Start()
	for epoch := range run.Learn(ctx) {
		if epoch == 7 {
			stop()
		}
	}
	if len(run.TrainLoss) != 8 {
		t.Errorf("%d losses after a stop in epoch 7", len(run.TrainLoss))
	}
}

// A line x₁ = 0 by hand: of four points one lies on the wrong side.
func TestTestError(t *testing.T) {
	points := datasets.Points{X: mat.NewDense(4, 2, []float64{-1, 0, 1, 0, 2, 5, -2, 5}), Class: []float64{0, 1, 1, 1}}
	c := Classifier{Net: nn.MLP{Widths: []int{2, 1}}, Loss: nn.BinaryCrossEntropy, Rule: nn.SGD{Rate: 0.01}, Train: points, Test: points}
	run := c.Start()
	run.Theta = []float64{1, 0, 0}
	lessontest.Near(t, "one output", run.TestError(), 25, 0)

	c.Net, c.Loss = nn.MLP{Widths: []int{2, 3}}, nn.CrossEntropy
	run = c.Start()
	run.Theta = []float64{0, 1, 0, 0, 0, 0, 0, 0, -9} // logits 0, x₁ and −9
	lessontest.Near(t, "three outputs", run.TestError(), 25, 0)
	lessontest.Near(t, "probability of class 1 at x₁ = 1", probability([]float64{0, 1, -9}, 1), math.E/(1+math.E+math.Exp(-9)), 1e-15)
}

func TestAlive(t *testing.T) {
	points := datasets.Points{X: mat.NewDense(2, 2, []float64{1, 0, 0, 1}), Class: []float64{0, 1}}
	run := Classifier{
		Net: nn.MLP{Widths: []int{2, 2, 2, 1}, Activation: nn.ReLU}, Loss: nn.BinaryCrossEntropy, Rule: nn.SGD{Rate: 0.01},
		Train: points, Test: points,
	}.Start()
	run.Theta = []float64{
		1, -1, 1, -1, 0, 0.5, // the first neuron answers 1 to both points, the second 0
		-1, 1, 0, 0, 0.5, 0, // of these the second answers
		1, 1, 0,
	}
	if got := run.Alive(); !slices.Equal(got, []int{1, 1}) {
		t.Errorf("alive %v, want 1 and 1", got)
	}
	run.Theta[7] = -1
	if got := run.Alive(); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("alive %v, want 1 and 0", got)
	}
}

var spirals = Spirals(nn.ReLU)

func TestSweep(t *testing.T) {
	s := Sweep{Depths: []int{1, 2}, Widths: []int{2, 8}, Seeds: 3, Classifier: spirals}
	for range s.Learn(context.Background()) {
	}
	run := spirals(2, 8, 2).Start()
	for range run.Epochs {
		run.Step()
	}
	lessontest.Near(t, "the error of depth 2, width 8, seed 2", s.of(2, 8)[2], run.TestError(), 0)
	lessontest.Save(t, "sweep", s.Figure())
	for _, a := range []nn.Activation{nn.ReLU, nn.LeakyReLU} {
		lessontest.Save(t, "fates-"+string(a), Fates(10, 4, 2, a))
	}
	lessontest.Save(t, "compare", Compare(3, Moons, nn.MLP{Widths: []int{2, 1}}, nn.MLP{Widths: []int{2, 8, 1}, Activation: nn.Tanh}))
	lessontest.Save(t, "moons", MoonsLearned())
}

// A sweep that is stopped at once has one seed to show.
func TestSweepStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	s := Sweep{Depths: []int{1}, Widths: []int{2}, Seeds: 3, Classifier: spirals}
	for range s.Learn(ctx) {
	}
	if n := len(s.of(1, 2)); n != 1 {
		t.Errorf("%d seeds after a stop before the first, want 1", n)
	}
	lessontest.Save(t, "sweep-stopped", s.Figure())
}

// Every activation there is fits into one figure: the colours come again, dashed.
func TestMoreBendsThanColours(t *testing.T) {
	all := nn.Activations()
	if len(all) <= len(lessons.Hues) {
		t.Fatalf("%d activations, %d colours", len(all), len(lessons.Hues))
	}
	bends, fading := string(Bends(nil, 6, all...).SVG()), string(Fading(4, 2, 2, all...).SVG())
	for _, a := range all {
		if name := activationName(a); !strings.Contains(bends, name) || !strings.Contains(fading, name) {
			t.Errorf("%q is missing in a figure", name)
		}
	}
}
