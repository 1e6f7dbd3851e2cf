package mtlkit

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Shared stands for the owner of a parameter that several tasks use.
const Shared = -1

// A Model is a network with an output for each task.
type Model interface {
	// Tasks returns the number of outputs.
	Tasks() int
	// Shapes lists the parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Owners tells for each of the shapes which task alone uses it, by its index, or [Shared].
	Owners() []int
	// Init returns the first parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// Apply traces the model. x holds each task's inputs, rows × columns; tasks that share their inputs are given the
	// same value, and what is traced twice for it is computed once. It returns each task's output.
	Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value
}

// An Encoder is a [Model] whose heads see the inputs through one representation.
type Encoder interface {
	Model
	// Encode traces the shared layers and returns the output of each; the last one is the representation.
	Encode(theta autodiff.Params, x autodiff.Value) []autodiff.Value
	// Decode traces the heads: z holds the representation of each task's inputs. Apply is Decode after Encode.
	Decode(theta autodiff.Params, z []autodiff.Value) []autodiff.Value
}

// apply traces the model and panics unless its outputs are what the tasks want.
func apply(m Model, tasks []Task, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	if m.Tasks() != len(tasks) {
		panic(fmt.Sprintf("mtlkit: %T has %d outputs for %d tasks", m, m.Tasks(), len(tasks)))
	}
	return checkOutputs(m, tasks, m.Apply(nil, theta, x))
}

func checkOutputs(m Model, tasks []Task, out []autodiff.Value) []autodiff.Value {
	if len(out) != len(tasks) {
		panic(fmt.Sprintf("mtlkit: %T says that it has %d outputs, and traces %d", m, len(tasks), len(out)))
	}
	for i, v := range out {
		if v.Cols() != tasks[i].width() {
			panic(fmt.Sprintf("mtlkit: output %d of %T has %d columns, task %q has Width %d",
				i, m, v.Cols(), tasks[i].Name, tasks[i].width()))
		}
	}
	return out
}

// checkOwners panics unless the model names an owner for each of its matrices.
func checkOwners(m Model) {
	owners := m.Owners()
	if n := len(m.Shapes()); len(owners) != n {
		panic(fmt.Sprintf("mtlkit: %T names %d owners of %d matrices", m, len(owners), n))
	}
	for k, o := range owners {
		if o != Shared && (o < 0 || o >= m.Tasks()) {
			panic(fmt.Sprintf("mtlkit: %T: the owner of matrix %d is %d; it must be one of %d tasks, or Shared",
				m, k, o, m.Tasks()))
		}
	}
}

// A span is a piece of the flat vector of parameters.
type span struct{ at, n int }

// spans returns where the matrices of an owner lie in the flat vector.
func spans(m Model, owner int) []span {
	var out []span
	at := 0
	owners := m.Owners()
	for k, s := range m.Shapes() {
		if owners[k] == owner {
			if last := len(out) - 1; last >= 0 && out[last].at+out[last].n == at {
				out[last].n += s.Size()
			} else {
				out = append(out, span{at, s.Size()})
			}
		}
		at += s.Size()
	}
	return out
}

// owned returns the matrices of an owner.
func owned(m Model, theta autodiff.Params, owner int) autodiff.Params {
	var out autodiff.Params
	for k, o := range m.Owners() {
		if o == owner {
			out = out.Join(theta.Slice(k, k+1))
		}
	}
	return out
}
