package mtlkit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// The contract_….go tests beside this one are architectures as their authors would write them, a file each: what a
// model needs of a training goes through the contract of [mtlkit.Model] and the door of [nn.Trace], and never into the
// kit.

// parts are networks that lie end to end in one vector, their matrices named after them.
type parts []part

type part struct {
	name string
	net  nn.Network
}

// dense returns a network of dense layers with ReLU.
func dense(output nn.Activation, widths ...int) nn.MLP {
	return nn.MLP{Widths: widths, Activation: nn.ReLU, Output: output}
}

func (p parts) Shapes() (shapes []autodiff.Shape) {
	for _, q := range p {
		for _, s := range q.net.Shapes() {
			shapes = append(shapes, autodiff.Shape{Name: q.name + "." + s.Name, Rows: s.Rows, Cols: s.Cols})
		}
	}
	return shapes
}

func (p parts) Init(rng *rand.Rand) (theta []float64) {
	for _, q := range p {
		theta = append(theta, q.net.Init(rng)...)
	}
	return theta
}

// apply traces the part of that name.
func (p parts) apply(name string, t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	at := 0
	for _, q := range p {
		n := len(q.net.Shapes())
		if q.name == name {
			return q.net.Apply(t.Scope(name), theta.Slice(at, at+n), x)
		}
		at += n
	}
	panic("no part is called " + name)
}

// namesWith returns the names of the matrices that begin with one of the prefixes.
func namesWith(shapes []autodiff.Shape, prefixes ...string) (names []string) {
	for _, s := range shapes {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s.Name, p) }) {
			names = append(names, s.Name)
		}
	}
	return names
}

// finish takes a run to its end.
func finish(t *testing.T, run *mtlkit.Run) *mtlkit.Run {
	t.Helper()
	for _, err := range run.Epochs(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return run
}

// resumedAfter takes a trainer's run some steps far, and the rest from its checkpoint by way of JSON.
func resumedAfter(t *testing.T, trainer mtlkit.Trainer, steps int) *mtlkit.Run {
	t.Helper()
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		if err := run.Take(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(run.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	var c mtlkit.Checkpoint
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if run, err = trainer.Resume(c); err != nil {
		t.Fatal(err)
	}
	return finish(t, run)
}

// regressions is a trainer of a model on n regressions that share 24 rows of inputs.
func regressions(m mtlkit.Model, inputs int) mtlkit.Trainer {
	rng := rand.New(rand.NewPCG(21, 0))
	trainer := mtlkit.Trainer{Model: m, Optimizer: nn.NewAdam(0.01), Epochs: 6,
		Data: mtlkit.Data{X: []*mat.Dense{gaussian(rng, 24, inputs, 1)}}}
	for i := range m.Tasks() {
		trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: fmt.Sprint("task ", i), Loss: nn.SquaredError{}})
		trainer.Data.Y = append(trainer.Data.Y, gaussian(rng, 24, 1, 1))
	}
	return trainer
}
