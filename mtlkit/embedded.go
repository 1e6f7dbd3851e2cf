package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// Embedded is any model on inputs with columns of categories: one embedding, which all tasks share, replaces them by rows
// of tables, and Of is applied to what comes of it, [nn.Embedding.Outputs] columns. The tables are embedding.table1, … and
// come before the parameters of Of, which keep their names. A task alone has the embedding and its twin of Of.
//
// An input that is no category is an error before anything is trained or predicted (see [InputChecker]).
type Embedded struct {
	Embedding nn.Embedding
	Of        Model
}

var (
	_ InputChecker = Embedded{}
	_ Twinned      = Embedded{}
	_ Resizable    = Embedded{}
)

// Tasks implements [Model].
func (e Embedded) Tasks() int { return e.of().Tasks() }

// Shapes implements [Model].
func (e Embedded) Shapes() []autodiff.Shape {
	shapes := e.Embedding.Shapes()
	for k := range shapes {
		shapes[k].Name = "embedding." + shapes[k].Name
	}
	return append(shapes, e.of().Shapes()...)
}

// Init implements [Model]: the tables are drawn first.
func (e Embedded) Init(rng *rand.Rand) []float64 {
	return append(e.Embedding.Init(rng), e.of().Init(rng)...)
}

// Apply implements [Model].
func (e Embedded) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	n := len(e.Embedding.Tables)
	if theta.Len() < n {
		panic(fmt.Sprintf("mtlkit: Embedded: %d matrices of parameters, want %d", theta.Len(), len(e.Shapes())))
	}
	embedded := make([]autodiff.Value, len(x))
	for i, v := range x {
		if k := slices.Index(x, v); k < i { // the same rows, embedded once
			embedded[i] = embedded[k]
			continue
		}
		embedded[i] = e.Embedding.Apply(t.Scope("embedding"), theta.Slice(0, n), v)
	}
	return e.of().Apply(t, theta.Slice(n, theta.Len()), embedded)
}

// CheckInputs implements [InputChecker].
func (e Embedded) CheckInputs(_ int, x *mat.Dense) error { return e.Embedding.CheckInputs(x) }

// Twin implements [Twinned]. It panics unless Of is Twinned.
func (e Embedded) Twin(task int) (Model, []string) {
	of, ok := e.of().(Twinned)
	if !ok {
		panic(fmt.Sprintf("mtlkit: Embedded.Twin: a %T does not say what network a task would have alone; give it a Twin "+
			"method (see Twinned)", e.Of))
	}
	var names []string
	for _, s := range e.Shapes()[:len(e.Embedding.Tables)] {
		names = append(names, s.Name)
	}
	twin, from := of.Twin(task)
	return Embedded{e.Embedding, twin}, append(names, from...)
}

// Resized implements [Resizable]: the tables stay as they are. It panics unless Of is Resizable.
func (e Embedded) Resized(factor float64) Model {
	of, ok := e.of().(Resizable)
	if !ok {
		panic(fmt.Sprintf("mtlkit: Embedded.Resized: a %T does not say what it would be with other widths; give it a Resized "+
			"method (see Resizable)", e.Of))
	}
	return Embedded{e.Embedding, of.Resized(factor)}
}

func (e Embedded) of() Model {
	if e.Of == nil {
		panic("mtlkit: Embedded: no model Of; give one, such as a sharing.HardSharing")
	}
	return e.Of
}
