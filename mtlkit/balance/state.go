package balance

import (
	"fmt"
	"slices"
)

// A Setting is what a balancer is told of a training before its first step.
type Setting struct {
	Tasks         int    // m, at least 1
	Params        int    // n, shared parameters: the length of a gradient
	StepsPerEpoch int    // 0 where there are no epochs: a step is an epoch then
	Classes       []bool // which tasks are classifications; nil is none of them
}

// A State is a [Setting] and what a balancer remembers of a training. The caller owns it, hands it to every call, and
// saves it with a checkpoint.
type State struct {
	Setting

	Memory  []float64 // as NewState made it; every call updates it in place
	Present []int     // the numbers of the tasks that take part in this step, in increasing order; nil is all of them
}

// Start returns the state of a training before its first step. It panics if the setting makes no sense, or the
// settings of b in it.
func Start(b Balancer, s Setting) State {
	if b == nil {
		panic("balance: Start: the balancer is nil")
	}
	s.check("Start")
	s.Classes = slices.Clone(s.Classes)
	return State{Setting: s, Memory: b.NewState(s)}
}

// Count returns the number of tasks that are present.
func (s State) Count() int {
	if s.Present == nil {
		return s.Tasks
	}
	return len(s.Present)
}

// Task returns the number of the k-th task that is present, that of entry k of the losses and row k of the Jacobian.
func (s State) Task(k int) int {
	if k < 0 || k >= s.Count() {
		panic(fmt.Sprintf("balance: State: task %d of the %d that are present", k, s.Count()))
	}
	if s.Present == nil {
		return k
	}
	return s.Present[k]
}

// isClass reports whether task i is a classification.
func (s Setting) isClass(i int) bool { return s.Classes != nil && s.Classes[i] }

// check panics unless there can be such a training.
func (s Setting) check(name string) {
	if s.Tasks < 1 || s.Params < 0 || s.StepsPerEpoch < 0 {
		panic(fmt.Sprintf("balance: %s: a training of %d tasks, %d shared parameters and %d steps an epoch; "+
			"it has at least one task, and no number is negative", name, s.Tasks, s.Params, s.StepsPerEpoch))
	}
	if s.Classes != nil && len(s.Classes) != s.Tasks {
		panic(fmt.Sprintf("balance: %s: Classes tells of %d tasks; the training has %d", name, len(s.Classes), s.Tasks))
	}
}

// check panics unless some tasks of the training are present, each once and in increasing order, and memory has the
// length wanted.
func (s State) check(name string, memory int) {
	s.Setting.check(name)
	if s.Present != nil {
		last := -1
		for _, i := range s.Present {
			if i <= last || i >= s.Tasks {
				panic(fmt.Sprintf("balance: %s: the tasks %v are present; want increasing numbers below %d",
					name, slices.Clone(s.Present), s.Tasks))
			}
			last = i
		}
		if last < 0 {
			panic(fmt.Sprintf("balance: %s: no task is present", name))
		}
	}
	if len(s.Memory) != memory {
		panic(fmt.Sprintf("balance: %s: a memory of %d numbers; want %d as NewState makes it for %d tasks",
			name, len(s.Memory), memory, s.Tasks))
	}
}
