package mtlkit

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// A Model is a network with an output for each task. Architectures are in package sharing.
//
// Output t is a function of the parameters and of task t's rows alone: whatever meets on the way, as the columns of a
// cross-stitch network, is computed on that task's own rows. Package mtltest tests it.
//
// Which tasks use a parameter is not declared but read from what Apply traces, matrix by matrix: those whose loss has a
// gradient path to it. A matrix that two tasks or more reach is shared; one that a single task reaches is its own.
type Model interface {
	// Tasks returns the number of outputs.
	Tasks() int
	// Shapes lists the parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns the first parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// Apply traces the model. x holds each task's inputs, rows × columns, and it returns each task's output. Tasks that
	// share their inputs are given the same value: trace for it but once what these tasks have in common, so that its
	// gradient is computed once too. What else the model needs or hands out, such as penalties, noise or gates to show,
	// goes through t.
	Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value
}

// An Encoder is a [Model] whose heads see the inputs through one representation.
type Encoder interface {
	Model
	// Encode traces the shared layers and returns the output of each; the last one is the representation.
	Encode(t *nn.Trace, theta autodiff.Params, x autodiff.Value) []autodiff.Value
	// Decode traces the heads: z holds the representation of each task's inputs. Apply is Decode after Encode.
	Decode(t *nn.Trace, theta autodiff.Params, z []autodiff.Value) []autodiff.Value
}

// A Twinned model says what network each task would have alone: one column of a cross-stitch network, one gate and its
// experts of a mixture. [Independent] twins are the baseline that tells whether sharing helps.
type Twinned interface {
	Model
	// Twin returns a model of a single output for the task, and for each of its matrices the name of the matrix of this
	// model, of the same size, that it starts from.
	Twin(task int) (twin Model, from []string)
}

// An InputChecker is a [Model] that does not take every finite number as an input, such as one with an [nn.Embedding],
// whose categories are whole numbers. Whoever trains, evaluates or predicts asks it about the inputs first: within a traced
// program a wrong one stops the engine.
type InputChecker interface {
	Model
	// CheckInputs returns an error that says what is wrong with x, rows of inputs of a task, where, and what is wanted
	// there; nil if the model takes it. The numbers of x are finite.
	CheckInputs(task int, x *mat.Dense) error
}

// checkInputs returns what the model has to say of a task's inputs.
func checkInputs(m Model, task int, x *mat.Dense) error {
	if c, ok := m.(InputChecker); ok {
		return c.CheckInputs(task, x)
	}
	return nil
}

// checkModel panics unless the model has an output for each task and parameters with names of their own.
func checkModel(caller string, m Model, tasks []Task) {
	if m == nil {
		panic("mtlkit: " + caller + ": no Model; give one, such as a sharing.HardSharing")
	}
	if m.Tasks() != len(tasks) {
		panic(fmt.Sprintf("mtlkit: %s: a %T with %d outputs for %d tasks", caller, m, m.Tasks(), len(tasks)))
	}
	seen := map[string]bool{}
	for _, s := range m.Shapes() {
		if seen[s.Name] {
			panic(fmt.Sprintf("mtlkit: %s: two matrices of %T are called %q", caller, m, s.Name))
		}
		seen[s.Name] = true
	}
}

// checkOutputs panics unless a model's outputs are what the tasks want for inputs of these rows.
func checkOutputs(m Model, tasks []Task, x, out []autodiff.Value) []autodiff.Value {
	if len(out) != len(tasks) {
		panic(fmt.Sprintf("mtlkit: %T says that it has %d outputs, and traces %d", m, len(tasks), len(out)))
	}
	for i, v := range out {
		if v.Cols() != tasks[i].width() {
			panic(fmt.Sprintf("mtlkit: output %d of %T has %d columns, task %q has Width %d",
				i, m, v.Cols(), tasks[i].Name, tasks[i].width()))
		}
		if v.Rows() != x[i].Rows() {
			panic(fmt.Sprintf("mtlkit: output %d of %T has %d rows for inputs of %d", i, m, v.Rows(), x[i].Rows()))
		}
	}
	return out
}

// A span is a piece of the flat vector of parameters.
type span struct{ at, n int }

// users tells which tasks use each matrix of a model, from what was traced.
type users [][]int

// usersOf reads from the graph which losses depend on which matrices.
func usersOf(theta autodiff.Params, loss []autodiff.Value) users {
	u := make(users, theta.Len())
	matrices := make([]autodiff.Value, theta.Len())
	for k := range matrices {
		matrices[k] = theta.At(k)
	}
	for i, l := range loss {
		for k, reached := range autodiff.Reaches(l, matrices) {
			if reached {
				u[k] = append(u[k], i)
			}
		}
	}
	return u
}

// shared returns the matrices that several tasks use.
func (u users) shared() (matrices []int) {
	for k, tasks := range u {
		if len(tasks) > 1 {
			matrices = append(matrices, k)
		}
	}
	return matrices
}

// own returns the matrices that a task alone uses.
func (u users) own(task int) (matrices []int) {
	for k, tasks := range u {
		if len(tasks) == 1 && tasks[0] == task {
			matrices = append(matrices, k)
		}
	}
	return matrices
}

// hold stores in held which matrices are used by absent tasks alone.
func (u users) hold(held, absent []bool) {
	for k, tasks := range u {
		held[k] = len(tasks) > 0 && !slices.ContainsFunc(tasks, func(i int) bool { return !absent[i] })
	}
}

// pick returns some of the matrices.
func pick(theta autodiff.Params, matrices []int) autodiff.Params {
	var out autodiff.Params
	for _, k := range matrices {
		out = out.Join(theta.Slice(k, k+1))
	}
	return out
}

// spansOf returns where some matrices lie in the flat vector.
func spansOf(shapes []autodiff.Shape, matrices []int) (spans []span) {
	at := 0
	for k, s := range shapes {
		if slices.Contains(matrices, k) {
			if last := len(spans) - 1; last >= 0 && spans[last].at+spans[last].n == at {
				spans[last].n += s.Size()
			} else {
				spans = append(spans, span{at, s.Size()})
			}
		}
		at += s.Size()
	}
	return spans
}
