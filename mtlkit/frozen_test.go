package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// headsAlone are the heads of a hard sharing, on its representation as inputs.
type headsAlone struct{ of sharing.HardSharing }

func (h headsAlone) parts() (p parts) {
	for i, units := range h.of.Heads {
		widths := append([]int{h.of.Trunk[len(h.of.Trunk)-1]}, units...)
		p = append(p, part{fmt.Sprintf("head%d", i+1), nn.MLP{Widths: widths, Activation: h.of.Activation}})
	}
	return p
}

func (h headsAlone) Tasks() int                    { return len(h.of.Heads) }
func (h headsAlone) Shapes() []autodiff.Shape      { return h.parts().Shapes() }
func (h headsAlone) Init(rng *rand.Rand) []float64 { return h.parts().Init(rng) }

func (h headsAlone) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) (out []autodiff.Value) {
	for i, q := range h.parts() {
		out = append(out, h.parts().apply(q.name, t, theta, x[i]))
	}
	return out
}

// Heads on a frozen trunk learn as heads alone do on what the trunk makes of the inputs: whatever decays, is clipped,
// or balances, and whichever labels are missing, the trunk does not take part.
func TestFrozenTrunkIsFeatures(t *testing.T) {
	trunk := nn.Group{Names: "trunk.*"}
	for name, b := range balancers() {
		trainer := mixed()
		trainer.Balance, trainer.Seed, trainer.Epochs, trainer.BatchSize = b, 4, 6, 6
		trainer.Optimizer, trainer.ClipNorm = nn.NewAdamW(0.01, 0.1), 0.3
		start, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		first := slices.Clone(start.Theta)
		const trunkSize = 2*5 + 5 + 5*3 + 3
		features := trainer
		features.Model, features.Initial = headsAlone{threeTasks}, first[trunkSize:]
		g := autodiff.New()
		theta, x := g.Params(threeTasks.Shapes()), g.Input("x", 20, 2)
		layers := threeTasks.Encode(nil, theta, x)
		ws := autodiff.Compile(layers[1]).NewWorkspace()
		ws.Set(theta, first)
		ws.Set(x, trainer.Data.X[0].RawMatrix().Data)
		ws.Run()
		features.Data = mtlkit.Data{Y: trainer.Data.Y}
		features.Data.X = append(features.Data.X, gaussian(rand.New(rand.NewPCG(1, 0)), 20, 3, 1))
		copy(features.Data.X[0].RawMatrix().Data, ws.Read(layers[1], nil))
		want := train(t, features)

		trainer.Groups = []nn.Group{trunk}
		got := train(t, trainer)
		sameBits(t, name+": the trunk", got.Theta[:trunkSize], first[:trunkSize])
		closeTo(t, name+": the heads", got.Theta[trunkSize:], want.Theta, 1e-10) // 24 steps of rounding
		if slices.Equal(got.Theta[trunkSize:], first[trunkSize:]) {
			t.Errorf("%s: the heads stand still", name)
		}
		for i := range trainer.Tasks {
			closeTo(t, name+": losses", got.History.Losses[i], want.History.Losses[i], 1e-10)
		}
	}
}

// Of a trunk that is frozen in part, a balancer sees the gradients by the rest, and the gradient is that of a trainer
// in which all moves, with zeros for what is frozen; a penalty's too.
func TestDeterminismGradientsBesideFrozenParts(t *testing.T) {
	tied := regressions(soft{widths: []int{2, 3, 1}, lambda: 0.1}, 2)
	for name, c := range map[string]struct {
		trainer mtlkit.Trainer
		frozen  []string
	}{
		"a scalarizer":            {mixed(), []string{"trunk.W1", "head2.*"}},
		"an aggregator":           {mixed(), []string{"trunk.W1", "trunk.b2", "head1.W1"}},
		"by the representation":   {mixed(), []string{"trunk.?1"}},
		"a penalty":               {tied, []string{"task1.W1", "centre.*"}},
		"a penalty, aggregated":   {tied, []string{"task2.*"}},
		"nothing frozen, to see":  {mixed(), nil},
		"all of a scalarizer's":   {mixed(), []string{"*"}},
		"all of an aggregator's":  {mixed(), []string{"*"}},
		"all of a penalty's, too": {tied, []string{"*"}},
	} {
		trainer := c.trainer
		trainer.ByRepresentation = name == "by the representation"
		if slices.Contains([]string{"an aggregator", "by the representation", "a penalty, aggregated",
			"all of an aggregator's"}, name) {
			trainer.Balance = balance.Mean{} // whose direction is that of the whole gradient
		}
		theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
		whole := look(t, trainer, theta, 0)
		frozen := trainer
		for _, names := range c.frozen {
			frozen.Groups = append(frozen.Groups, nn.Group{Names: names})
		}
		got := look(t, frozen, theta, 0)
		names := nn.Frozen(trainer.Model.Shapes(), frozen.Groups...)
		want, at, columns := slices.Clone(whole.Grad), 0, 0
		for k, s := range trainer.Model.Shapes() {
			if slices.Contains(names, s.Name) {
				clear(want[at : at+s.Size()])
			} else if len(mtlkit.UsersOf(trainer)[k]) > 1 {
				columns += s.Size()
			}
			at += s.Size()
		}
		sameBits(t, name+": losses", got.Losses, whole.Losses)
		sameBits(t, name+": gradient", got.Grad, want)
		if len(got.Jacobians) > 0 && !trainer.ByRepresentation && got.Jacobians[0].RawMatrix().Cols != columns {
			t.Errorf("%s: a balancer sees %d columns, want %d", name, got.Jacobians[0].RawMatrix().Cols, columns)
		}
		// By the representation the main program has no gradient by the trunk in it in any case.
		if len(names) > 0 && !trainer.ByRepresentation && mtlkit.CostOf(frozen).FLOPs >= mtlkit.CostOf(trainer).FLOPs {
			t.Errorf("%s: a step takes %d operations, with all moving %d", name, mtlkit.CostOf(frozen).FLOPs,
				mtlkit.CostOf(trainer).FLOPs)
		}
	}
}

// Batch normalisation in a frozen trunk works by its running statistics, as in evaluation, and leaves them as they are;
// the statistics come with the trunk from another run. What shares nothing that moves chooses for itself.
func TestDeterminismFrozenNorm(t *testing.T) {
	m := sharing.HardSharing{Trunk: []int{2, 8}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh,
		Norm: nn.NewBatchNorm(1)}
	first := train(t, overfits(m))
	trainer := overfits(m)
	trainer.Seed, trainer.BatchSize, trainer.HeldOut = 9, 0, trainer.Data
	trainer.Groups = []nn.Group{{Names: "trunk.*"}}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		to, from nn.Params
		matrices int
	}{{run.Params(), first.Params(), 4}, {run.StatisticParams(), first.StatisticParams(), 2}} {
		if carried, err := nn.Carry(part.to, part.from, "trunk.*", nil); err != nil || len(carried) != part.matrices {
			t.Fatalf("carried %q: %v", carried, err)
		}
	}
	trunk := slices.Clone(run.Theta[:2*8+3*8])
	before, err := run.Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	finish(t, run)
	sameBits(t, "statistics", run.Statistics, first.Statistics)
	sameBits(t, "trunk", run.Theta[:len(trunk)], trunk)
	for i, losses := range run.History.Losses {
		// The loss before a step of all rows is that of an evaluation, but for the order of a sum.
		evaluated := append([]float64{before[i].Loss}, run.History.HeldOut[i]...)
		closeTo(t, "losses", losses, evaluated[:len(losses)], 1e-12*evaluated[0])
		if last := losses[len(losses)-1]; !(last < losses[0]) {
			t.Errorf("task %d began at %v and ended at %v", i, losses[0], last)
		}
	}
	if math.Abs(run.Statistics[0]) < 1e-3 {
		t.Error("the statistics are the first ones")
	}
	losses := run.History.Validation
	for i := range losses {
		if want := 1 + slices.Index(losses[i], slices.Min(losses[i])); run.History.Best[i] != want {
			t.Errorf("task %d takes epoch %d, its best is %d", i, run.History.Best[i], want)
		}
	}
}
