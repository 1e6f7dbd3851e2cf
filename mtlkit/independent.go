package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"path"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
	"kindred/nn"
)

// Independent gives each task the network that it would have alone, its twin (see [Twinned]). It is the baseline that
// tells whether sharing helps. From the same rng the twins start at the numbers that Of starts at, so that nothing but
// the sharing differs; those of other widths start at numbers of their own.
//
// No parameter is shared; those of task i are called task1.…, task2.…. A clipped gradient norm ([Trainer.ClipNorm]) is
// that of all twins together, and the weights of a scalarizer still scale each twin's loss: leave both out for twins
// that are as if trained alone. On [Trainer.Validation] each twin chooses an epoch of its own, and runs out of patience by
// itself, where tasks that share have one epoch for all of them.
type Independent struct {
	Of Model // a Twinned one

	// Factors are what the widths of each task's hidden layers are multiplied by (see [Resizable]); nil leaves all as they
	// are. [EqualCapacity] finds those with which the twins have as many parameters as Of.
	Factors []float64
}

var _ InputChecker = Independent{}

// Tasks implements [Model].
func (d Independent) Tasks() int { return d.of().Tasks() }

// Shapes implements [Model].
func (d Independent) Shapes() []autodiff.Shape {
	var shapes []autodiff.Shape
	for i := range d.Tasks() {
		twin, _ := d.twin(i)
		for _, s := range twin.Shapes() {
			s.Name = fmt.Sprintf("task%d.%s", i+1, s.Name)
			shapes = append(shapes, s)
		}
	}
	return shapes
}

// Init implements [Model]: twins of the widths of Of start where it starts, and each of other widths is drawn by itself.
func (d Independent) Init(rng *rand.Rand) (theta []float64) {
	if d.Factors == nil {
		return d.Split(d.of().Init(rng))
	}
	for i := range d.Tasks() {
		twin, _ := d.twin(i)
		theta = append(theta, twin.Init(rng)...)
	}
	return theta
}

// Split returns the parameters of the twins that all start from theta, the parameters of the model Of. It panics if there
// are Factors.
func (d Independent) Split(theta []float64) []float64 {
	if d.Factors != nil {
		panic("mtlkit: Independent.Split: twins with Factors have matrices of other sizes than the model; Init draws theirs")
	}
	if n := nn.Size(d.of().Shapes()); len(theta) != n {
		panic(fmt.Sprintf("mtlkit: Independent.Split: %d parameters, %T has %d", len(theta), d.Of, n))
	}
	matrices := map[string][]float64{}
	for _, s := range d.of().Shapes() {
		matrices[s.Name], theta = theta[:s.Size()], theta[s.Size():]
	}
	var out []float64
	for i := range d.Tasks() {
		twin, from := d.twin(i)
		for k, s := range twin.Shapes() {
			start, ok := matrices[from[k]]
			if !ok || len(start) != s.Size() {
				panic(fmt.Sprintf("mtlkit: Independent: the twin of task %d of %T starts %v from %q, which is no matrix of "+
					"that size", i, d.Of, s, from[k]))
			}
			out = append(out, start...)
		}
	}
	return out
}

// Twin returns the model of task i alone and its part of theta, the parameters of all twins. They share their numbers.
func (d Independent) Twin(theta []float64, i int) (Model, []float64) {
	if m, n := d.Tasks(), nn.Size(d.Shapes()); i < 0 || i >= m || len(theta) != n {
		panic(fmt.Sprintf("mtlkit: Independent.Twin: task %d of %d, of %d parameters; the twins of %T have %d", i, m,
			len(theta), d.Of, n))
	}
	at := 0
	for j := range i {
		twin, _ := d.twin(j)
		at += nn.Size(twin.Shapes())
	}
	twin, _ := d.twin(i)
	return twin, theta[at : at+nn.Size(twin.Shapes())]
}

// Apply implements [Model].
func (d Independent) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := make([]autodiff.Value, len(x))
	at := 0
	for i := range x {
		twin, _ := d.twin(i)
		end := at + len(twin.Shapes())
		out[i] = twin.Apply(t.Scope(fmt.Sprintf("task%d", i+1)), theta.Slice(at, end), x[i:i+1])[0]
		at = end
	}
	return out
}

// CheckInputs implements [InputChecker]: what the task's twin says, if it says anything.
func (d Independent) CheckInputs(task int, x *mat.Dense) error {
	twin, _ := d.twin(task)
	return checkInputs(twin, 0, x)
}

// groups returns the groups of the twins' matrices for those of the model Of.
func (d Independent) groups(groups []nn.Group) (of []nn.Group) {
	if len(groups) == 0 {
		return nil
	}
	literal := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)
	for i := range d.Tasks() {
		twin, from := d.twin(i)
		for k, s := range twin.Shapes() {
			for _, group := range groups {
				if matches, _ := path.Match(group.Names, from[k]); matches {
					of = append(of, nn.Group{Names: literal.Replace(fmt.Sprintf("task%d.%s", i+1, s.Name)), Rule: group.Rule})
				}
			}
		}
	}
	return of
}

func (d Independent) of() Twinned {
	if of, ok := d.Of.(Twinned); ok {
		return of
	}
	panic(fmt.Sprintf("mtlkit: Independent: a %T does not say what network a task would have alone; give it a Twin method "+
		"(see Twinned)", d.Of))
}

// twin returns the model of a task alone, and for each of its matrices the name of the one of Of that it starts from, or,
// if it has other widths, that it is in the place of.
func (d Independent) twin(i int) (Model, []string) {
	twin, from := d.plainTwin(i)
	if d.Factors == nil {
		return twin, from
	}
	if len(d.Factors) != d.of().Tasks() {
		panic(fmt.Sprintf("mtlkit: Independent: %d Factors for %d tasks; EqualCapacity finds them, and nil leaves widths as "+
			"they are", len(d.Factors), d.of().Tasks()))
	}
	twin = d.resizable(i).Resized(d.Factors[i])
	if len(twin.Shapes()) != len(from) {
		panic(fmt.Sprintf("mtlkit: Independent: resized, the twin of task %d of %T has %d matrices in place of %d", i, d.Of,
			len(twin.Shapes()), len(from)))
	}
	return twin, from
}

// plainTwin returns the twin at the widths of Of.
func (d Independent) plainTwin(i int) (Model, []string) {
	twin, from := d.of().Twin(i)
	if twin == nil || twin.Tasks() != 1 || len(from) != len(twin.Shapes()) {
		panic(fmt.Sprintf("mtlkit: Independent: the twin of task %d of %T must have one output, and tell of each of its "+
			"matrices what it starts from", i, d.Of))
	}
	return twin, from
}

// Alone returns the trainer of the twins of t's model, each on its own loss and from the same first parameters. A matrix
// is in the group of the one that it starts from. The checkpoint gets a name of its own.
func (t Trainer) Alone() Trainer { return t.alone(Independent{Of: t.Model}, ".alone") }

// AloneAtCapacity returns the trainer of the twins that have as many parameters as t's model, and the ratio of these
// numbers (see [EqualCapacity]); else it is that of Alone. The twins start from numbers of their own, whatever Initial is.
func (t Trainer) AloneAtCapacity() (alone Trainer, ratio float64) {
	twins, ratio := EqualCapacity(t.Model)
	t.Initial = nil
	return t.alone(twins, ".capacity"), ratio
}

func (t Trainer) alone(twins Independent, suffix string) Trainer {
	twins.of() // or it panics
	t.Groups = twins.groups(t.Groups)
	if t.Initial != nil {
		t.Initial = twins.Split(t.Initial)
	}
	t.Model, t.Balance, t.ByRepresentation, t.Diagnose = twins, balance.Equal{}, false, false
	if t.CheckpointFile != "" {
		t.CheckpointFile += suffix
	}
	return t
}
