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
	"kindred/internal/golden"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
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

// array is a matrix of the golden values.
type array struct {
	Shape []int
	Data  []float64
}

func (a array) matrix() *mat.Dense { return mat.NewDense(a.Shape[0], a.Shape[1], a.Data) }

// TestGoldenSharing holds three architectures to a published implementation: outputs, losses and the gradient of their
// weighted sum.
func TestGoldenSharing(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Kind  string
			Inputs      int
			Tasks       int
			ExpertDims  [][]int   `json:"expert_dims"`
			TowerWidths []int     `json:"tower_widths"`
			Experts     int       `json:"shared_experts"`
			LossWeights []float64 `json:"loss_weights"`
			X, Y        array
			Loss        float64
			Outputs     []array
			Parameters  []json.RawMessage
			Gradients   []json.RawMessage
		}
	}
	golden.Load(t, "sharing.json", &file)
	read := func(list []json.RawMessage) (numbers []float64) {
		for _, text := range list {
			var a array
			if err := json.Unmarshal(text, &a); err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, a.Data...)
		}
		return numbers
	}
	seen := 0
	for _, c := range file.Cases {
		var model mtlkit.Model
		switch {
		case c.Kind == "share_bottom":
			hard := sharing.HardSharing{Trunk: append([]int{c.Inputs}, c.ExpertDims[0]...), Activation: nn.ReLU}
			for range c.Tasks {
				hard.Heads = append(hard.Heads, c.TowerWidths)
			}
			model = hard
		case c.Kind == "cross_st" && !slices.ContainsFunc(c.ExpertDims, func(d []int) bool { return len(d) > 1 }):
			widths := []int{c.Inputs}
			for _, d := range c.ExpertDims {
				widths = append(widths, d...)
			}
			model = crossStitch{c.Tasks, widths, c.TowerWidths}
		case c.Kind == "mmoe" && len(c.ExpertDims) == 1:
			model = mixture{c.Tasks, c.Experts, append([]int{c.Inputs}, c.ExpertDims[0]...), c.TowerWidths}
		default:
			continue
		}
		seen++
		t.Run(c.Name, func(t *testing.T) {
			trainer := mtlkit.Trainer{Model: model, Data: mtlkit.Data{X: []*mat.Dense{c.X.matrix()}},
				Balance: fixed(c.LossWeights...), Optimizer: nn.SGD{}}
			for i := range c.Tasks {
				trainer.Tasks = append(trainer.Tasks, mtlkit.Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}})
				trainer.Data.Y = append(trainer.Data.Y, mat.DenseCopyOf(c.Y.matrix().Slice(0, c.Y.Shape[0], i, i+1)))
			}
			theta := read(c.Parameters)
			got := look(t, trainer, theta, 0)
			sum := 0.0
			for i, l := range got.Losses {
				sum += c.LossWeights[i] * l
			}
			golden.Within(t, "loss", []float64{sum}, []float64{c.Loss}, 1e-12)
			golden.Within(t, "gradient", got.Grad, read(c.Gradients), 1e-9)
			out, err := mtlkit.NewPredictor(model, trainer.Tasks, theta, nil).Predict(trainer.Data.X[0])
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range c.Outputs {
				golden.Within(t, fmt.Sprint("output ", i), out[i].RawMatrix().Data, o.Data, 1e-11)
			}
		})
	}
	if seen < 4 {
		t.Errorf("%d architectures were compared", seen)
	}
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
