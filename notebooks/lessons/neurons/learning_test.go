package neurons

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/mtlkit"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

func TestLearnByHand(t *testing.T) {
	x, y := [][3]float64{{2, 0, 1}, {-1, 0, 1}}, []float64{1, -1}
	// Hebb adds rate·y·x of both points in each pass: 0.1·(3, 0, 0).
	w := learn(hebb, x, y)
	lessontest.Near(t, "Hebb's first weight", w[0], 0.3*cloudPasses, 1e-12)
	lessontest.Near(t, "Hebb's bias", w[2], 0, 1e-12)
	// From 0 the first point moves the perceptron to (0.2, 0, 0.1); the second then lies at −0.1, which is right.
	w = learn(perceptron, x, y)
	lessontest.Near(t, "the perceptron's first weight", w[0], 0.2, 1e-12)
	lessontest.Near(t, "the perceptron's bias", w[2], 0.1, 1e-12)
	if got := wrong([3]float64{1, 0, 0}, [][3]float64{{1, 0, 1}, {2, 0, 1}, {0, 5, 1}, {-1, 0, 1}}, []float64{1, -1, 1, -1}); got != 50 {
		t.Errorf("%v %% wrong, want the second and the one upon the line", got)
	}
}

// Hebb's weights point along the difference of the means, whatever the correlation; on tilted clouds that errs as often as
// on round ones, where least is possible, and gradient descent errs far less.
func TestHebbIsBlindToCorrelation(t *testing.T) {
	round, tilted := Clouds{0, 0.8}, Clouds{95, 0.8}
	mean := func(c Clouds, r LearningRule) float64 { return mtlkit.MeanInterval(c.Wrong(r)).Mean }
	best := 50 * math.Erfc(1/0.8/math.Sqrt2) // of the line x₁ = 0
	lessontest.Near(t, "Hebb, round", mean(round, hebb), best, 1)
	lessontest.Near(t, "gradient descent, round", mean(round, gradientRule), best, 1.5)
	if h := mean(tilted, hebb); h < best-1 {
		t.Errorf("Hebb leaves %v %% wrong of tilted clouds, want no less than %v", h, best)
	}
	if g := mean(tilted, gradientRule); g > 1 {
		t.Errorf("gradient descent leaves %v %% wrong of tilted clouds, want below 1", g)
	}
	for name, c := range map[string]Clouds{"round": round, "tilted": tilted} {
		lessontest.Save(t, "learning-"+name, c.Lines())
	}
	lessontest.Save(t, "learning-sweep", tilted.Sweep())
	lessontest.Save(t, "brain", BrainAndNetworks(2, 8, 1))
	nerve, model := NeuronAndModel(1, 0.5, -0.5, 1, 2)
	lessontest.Save(t, "nerve", nerve)
	lessontest.Save(t, "model", model)
}

// The loop of the notebook is what Run does with plain gradient descent.
func TestLoop(t *testing.T) {
	c := Moons(Hidden(), 1)
	c.Rule, c.Epochs = nn.SGD{Rate: 0.5}, 20
	theta, gradient := c.Init(), c.Gradient()
	var losses []float64
	for range c.Epochs {
		loss, slopes := gradient(theta)
		losses = append(losses, loss)
		floats.AddScaled(theta, -0.5, slopes)
	}
	run := c.Start()
	for k := range c.Epochs {
		lessontest.Near(t, "loss", losses[k], run.train.run(run.Theta), 1e-14)
		run.Step()
	}
	lessontest.Save(t, "loop", c.Learned(theta, losses, losses[:10]))
}

func TestOverfitting(t *testing.T) {
	o := OverfitMoons(10, 40, 1000)
	validation := o.Validation()
	if len(validation) != 1001 || !(validation[1000] > 1.2*validation[100]) {
		t.Errorf("the validation loss is %v after 100 epochs and %v after 1,000: no overfitting", validation[100], validation[1000])
	}
	for k, epoch := range o.best {
		if i := floats.MinIdx(o.validation[k][1:]) + 1; i != int(epoch) {
			t.Errorf("seed %d was stopped after %v epochs, validation is best after %d", k, epoch, i)
		}
	}
	if slices.Equal(o.stopped, o.last) {
		t.Error("the networks that were stopped are the last ones")
	}
	lessontest.Save(t, "overfitting", o.Figure(nil))
	lessontest.Save(t, "overfitting-before", OverfitMoons(3, 20, 100).Figure(validation))
}

func TestEndBy(t *testing.T) {
	nothing := func(_, _, _ []float64) ([]float64, []float64) { return nil, nil }
	if got := Line.EndBy(nothing, 3); got != nil {
		t.Errorf("an unwritten rule ends at %v", got)
	}
	momentum := func(v, theta, g []float64) ([]float64, []float64) {
		v, theta = append([]float64(nil), v...), append([]float64(nil), theta...)
		for i := range v {
			v[i] = 0.9*v[i] + g[i]
			theta[i] -= 0.1 * v[i]
		}
		return v, theta
	}
	want := Line.End(nn.Momentum{Rate: 0.1, Mu: 0.9}, 10)
	for i, got := range Line.EndBy(momentum, 10) {
		lessontest.Near(t, "parameter", got, want[i], 1e-12)
	}
	// Along the sharpest direction one step at the limit turns the error round.
	lessontest.Near(t, "factor at the limit", Line.Factor(Line.Limit()), -1, 1e-14)
}

func TestSlopes(t *testing.T) {
	want := backwardByHand(example.Theta, 1, 2, 0.5)
	for k, name := range parameters {
		lessontest.Near(t, "slope of "+name, example.Slope(name), want[k], 1e-14)
	}
	lessontest.Near(t, "slope of tanh at 0", SlopeAt(nn.Tanh, 0), 1, 1e-15)
	if n := Learned(3, Moons, 5, 1, 8); n[0] != 0 || n[1] != 3 {
		t.Errorf("one neuron and eight learn the moons from %d of 3 starts, want 0 and 3", n)
	}
}
