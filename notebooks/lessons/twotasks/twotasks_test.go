package twotasks

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
)

// rowed is the article's squared error, whose labels are a row.
func rowed(out, y autodiff.Value) autodiff.Value { return out.Sub(y.T()).Square().Mean() }

// Written out by hand with the right losses, training is what the trainer does.
func TestByHandIsTheTrainer(t *testing.T) {
	trainer := lessons.Article(3)
	want, err := trainer.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	farthest := func(theta []float64) (d float64) {
		for i := range theta {
			d = max(d, math.Abs(theta[i]-want.Theta[i]))
		}
		return d
	}
	// The two programs sum in different orders: 100 steps carry roundings of 1e-16 to less than 1e-10.
	d := writeOut(trainer, right[0], right[1]).run(3)
	if far := farthest(d.theta); far > 1e-10 {
		t.Errorf("parameters differ by %v", far)
	}
	for epoch, l := range want.History.Losses[1] {
		if math.Abs(d.measured[1][epoch]-l) > 1e-10 || d.said[1][epoch] != d.measured[1][epoch] {
			t.Fatalf("epoch %d: cross-entropy %v, want %v", epoch, d.measured[1][epoch], l)
		}
	}
	if far := farthest(writeOut(trainer, rowed, right[1]).run(3).theta); far < 1e-3 {
		t.Errorf("with the wrong loss parameters differ by %v only", far)
	}
}

func TestFloors(t *testing.T) {
	f := floorsOf(lessons.Article(0).Data)
	for _, c := range []struct {
		name      string
		got, want float64
	}{ // NumPy's numbers on the same data
		{"noise", f.noise, 0.8687}, {"least squares", f.leastSquares, 0.8459}, {"constant", f.constant, 1.1952},
		{"intercept", f.plane[0], 0.1145}, {"weight 1", f.plane[1], 0.5737}, {"weight 2", f.plane[2], 2.0296},
		{"majority", f.majority, 0.6859}, {"accuracy", f.accuracy, 0.56},
	} {
		if math.Abs(c.got-c.want) > 6e-5 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	if got := f.at(1, 2); math.Abs(got-4.747) > 6e-4 {
		t.Errorf("least squares at (1, 2) is %v, want 4.747", got)
	}
	if entropy(0) != 0 || entropy(1) != 0 || entropy(0.5) != math.Ln2 {
		t.Error("entropy of 0, 1 and ½ is not 0, 0 and ln 2")
	}
}

// No network gets below the variance of the labels when each answer is compared with all of them.
func TestBroadcastFloor(t *testing.T) {
	floor := floorsOf(lessons.Article(0).Data).constant
	for seed, d := range trainByHand(lessons.Article, rowed, right[1]) {
		if least := slices.Min(d.said[0]); least < floor-1e-12 {
			t.Errorf("seed %d: loss %v, below the variance %v", seed, least, floor)
		}
	}
	below := 0
	for _, d := range trainByHand(lessons.Article, right[0], right[1]) {
		if d.said[0][100] < floor {
			below++
		}
	}
	if below < 10 {
		t.Errorf("the mean squared error is below the variance on %d seeds only", below)
	}
	for name, loss := range map[string]HandLoss{"as printed": rowed, "with these labels": right[0]} {
		if said := string(Broadcast(lessons.Article, loss, nil).SVG()); strings.Contains(said, "as printed") != (name == "as printed") ||
			!strings.Contains(said, name) {
			t.Errorf("the figure does not call its loss %q", name)
		}
	}
}

func TestMissingMinus(t *testing.T) {
	printed := trainByHand(lessons.Article, right[0], Printed)
	negative := func(out, y autodiff.Value) autodiff.Value { return Printed(out, y).Neg() }
	for seed, d := range trainByHand(lessons.Article, right[0], negative) {
		if math.Abs(d.said[1][100]-d.measured[1][100]) > 1e-12 {
			t.Errorf("seed %d: with the minus the loss is %v, want %v", seed, d.said[1][100], d.measured[1][100])
		}
	}
	for seed, d := range printed {
		if d.measured[1][100] <= d.measured[1][0] {
			t.Errorf("seed %d: without the minus the cross-entropy falls, from %v to %v", seed, d.measured[1][0], d.measured[1][100])
		}
	}
}

func TestFromLogit(t *testing.T) {
	for _, c := range [][3]float64{{0, 1, math.Ln2}, {800, 0, 800}, {-800, 1, 800}, {800, 1, 0}} {
		if got := FromLogit(c[0], c[1]); math.Abs(got-c[2]) > 1e-12 {
			t.Errorf("logit %v, class %v: %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

// Plain gradient descent on the sum, written as a loop, comes down, and its gradient is that of the trainer's own loss.
func TestGradients(t *testing.T) {
	tasks, theta := Gradients(lessons.Article(0))
	first, grad := tasks(theta)
	for i := range theta { // the derivative of the sum by a difference
		moved := slices.Clone(theta)
		moved[i] += 1e-6
		next, _ := tasks(moved)
		if d := (next[0] + next[1] - first[0] - first[1]) / 1e-6; math.Abs(d-grad[0][i]-grad[1][i]) > 1e-4 {
			t.Errorf("derivative %d is %v, want %v", i, grad[0][i]+grad[1][i], d)
		}
	}
	var losses [][]float64
	for range 50 {
		loss, grad := tasks(theta)
		losses = append(losses, loss)
		for i := range theta {
			theta[i] -= 0.1 * (grad[0][i] + grad[1][i])
		}
	}
	if !(losses[49][0]+losses[49][1] < losses[0][0]+losses[0][1]) {
		t.Errorf("the sum goes from %v to %v", losses[0], losses[49])
	}
	if alt := Loop(losses, losses[:20]).Alt(); !strings.Contains(alt, "steps") {
		t.Errorf("the text says %q", alt)
	}
}

func TestSaved(t *testing.T) {
	if got := Saved(lessons.Article(0).Model); got != 12 {
		t.Errorf("sharing saves %d parameters, want those of the trunk, 3·4", got)
	}
	if w := Worse(lessons.Article, 4); w[1] < 15 {
		t.Errorf("task 2 is worse together on %d of 20 seeds, want nearly all", w[1])
	}
	if k := Wide(lessons.Article, 64)(0).Model.(sharing.HardSharing).Trunk[1]; k != 64 {
		t.Errorf("the trunk has %d neurons, want 64", k)
	}
}

func TestRawLogarithmsBreak(t *testing.T) {
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := lessons.Article(seed)
		trainer.Epochs, trainer.Precision = 500, autodiff.Float32
		return trainer
	}
	for seed, d := range trainByHand(configure, right[0], Printed) {
		if end, ok := d.broke(); !ok || end < 100 || len(d.said[0]) != end+1 {
			t.Errorf("seed %d: broke after %d epochs (%v), %d losses", seed, end, ok, len(d.said[0]))
		}
	}
	all := trainByHand(configure, right[0], right[1])
	if got := breaks(all); got != "never" {
		t.Errorf("from the logit: %s", got)
	}
	all[2].said[0][500] = math.NaN()
	all[5].said[1] = append(all[5].said[1][:7], math.Inf(1))
	all[5].said[0] = all[5].said[0][:8]
	if got, want := breaks(all), "2 seeds, epochs 7 to 500"; got != want {
		t.Errorf("breaks says %q, want %q", got, want)
	}
}

// A unit whose weights are all negative is dead on inputs that are not.
func TestDeadUnits(t *testing.T) {
	configure := func(seed uint64) mtlkit.Trainer {
		trainer := lessons.Article(seed)
		trainer.Epochs = 0
		return trainer
	}
	for seed, got := range deadUnits(configure) {
		theta := nn.NewParams(lessons.Article(0).Model.Shapes(), initial(uint64(seed)))
		w, want := theta.View("trunk.W1"), 0
		for unit := range 4 {
			if w.At(0, unit) < 0 && w.At(1, unit) < 0 {
				want++
			}
		}
		if got != want {
			t.Errorf("seed %d: %d dead units, want %d", seed, got, want)
		}
	}
	if got := some([]int{0, 2, 0, 1}); got != 2 {
		t.Errorf("%d seeds have dead units, want 2", got)
	}
}

func initial(seed uint64) []float64 {
	trainer := lessons.Article(seed)
	trainer.Epochs = 0
	run, err := trainer.Start()
	if err != nil {
		panic(err)
	}
	return run.Theta
}

func TestWhatIsShared(t *testing.T) {
	alt := WhatIsShared(lessons.Article(0).Model).Alt()
	if !strings.Contains(alt, " 22 parameters") || !strings.Contains(alt, " 34 parameters") {
		t.Errorf("the text says %q, want 22 and 34 parameters", alt)
	}
	deep := sharing.HardSharing{Trunk: []int{3, 5, 4}, Heads: [][]int{{3, 1}, {2}}}
	together, apart := nn.Size(deep.Shapes()), nn.Size(mtlkit.Independent{Of: deep}.Shapes())
	if alt := WhatIsShared(deep).Alt(); !strings.Contains(alt, fmt.Sprintf(" %d parameters; ", together)) ||
		!strings.Contains(alt, fmt.Sprintf(" %d parameters.", apart)) {
		t.Errorf("the text says %q, want %d and %d parameters", alt, together, apart)
	}
	defer func() {
		if recover() == nil {
			t.Error("twins are drawn as if they shared something")
		}
	}()
	WhatIsShared(mtlkit.Independent{Of: deep})
}

// What the figure says follows the interval.
func TestHeldOutTitle(t *testing.T) {
	compare := func(gain float64) (c mtlkit.Comparison) {
		for k := range 10 {
			noise := 0.01 * float64(k%2)
			for runs, loss := range map[*[]*mtlkit.Run]float64{&c.Joint: 0.5 - gain + noise, &c.Alone: 0.5} {
				*runs = append(*runs, &mtlkit.Run{History: mtlkit.History{HeldOut: [][]float64{{1, 1}, {1, loss}}}})
			}
		}
		return c
	}
	for gain, want := range map[float64]string{0.1: "better", 0.005: "no difference", -0.1: "worse"} {
		if alt := HeldOut(compare(gain), nil, nil).Alt(); !strings.Contains(alt, want) {
			t.Errorf("a gain of %v is called %q, want %q", gain, alt, want)
		}
	}
}

// A sweep that is stopped keeps at least two seeds, so that an interval can be drawn.
func TestSweep(t *testing.T) {
	sweep := RelatedSweep{
		Relatedness: []float64{1, 0}, Rows: []int{10}, Seeds: 4,
		Trainer: func(relatedness float64, rows int) func(seed uint64) mtlkit.Trainer {
			return func(seed uint64) mtlkit.Trainer {
				family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Relatedness: relatedness, Rows: []int{20, rows}, HeldOut: 20}
				train, heldOut := family.Draw(seed)
				return mtlkit.Trainer{
					Model: sharing.HardSharing{Trunk: []int{8, 3}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
					Tasks: family.Tasks(), Data: train, HeldOut: heldOut, Epochs: 5, Seed: seed,
					Optimizer: nn.NewAdam(0.001),
				}
			}
		},
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for range sweep.Learn(ctx) {
	}
	if n := len(sweep.joint[1]); n != 2 {
		t.Fatalf("a sweep that was stopped at once has %d seeds, want 2", n)
	}
	first := sweep.gain(0)
	for range sweep.Learn(context.Background()) {
	}
	if n := len(sweep.joint[1]); n != 4 {
		t.Fatalf("%d seeds, want 4", n)
	}
	if sweep.gain(0) == first {
		t.Error("two more seeds do not change the gain")
	}
	if alt := sweep.Figure().Alt(); !strings.Contains(alt, "relatedness") {
		t.Errorf("the text says %q", alt)
	}
}

// The least of the stretched loss is the variance of the labels.
func TestLeastBroadcast(t *testing.T) {
	if got := LeastBroadcast(0, 1, 5); math.Abs(got-14.0/3) > 1e-12 {
		t.Errorf("LeastBroadcast is %v, want 14/3", got)
	}
}
