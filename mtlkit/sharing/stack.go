package sharing

import (
	"fmt"
	"strings"

	"kindred/mtlkit"
	"kindred/nn"
)

// stack is what architectures of several levels have in common: what a level hands on the next one reads, and each task
// has a head on the last.
type stack struct {
	name       string // of the architecture, for panics
	inputs     int
	levels     [][]int // the units of the layers of an expert, or a column, of each level
	heads      [][]int
	activation nn.Activation
	weights    nn.Initializer
}

// checked returns s, and panics where it makes no sense.
func (s stack) checked() stack {
	if s.inputs < 1 {
		panic(fmt.Sprintf("sharing: %s: Inputs is %d; it must be at least 1", s.name, s.inputs))
	}
	if len(s.levels) == 0 {
		panic(fmt.Sprintf("sharing: %s: Levels is empty; it needs the units of the layers of a level", s.name))
	}
	for l, units := range s.levels {
		if len(units) == 0 {
			panic(fmt.Sprintf("sharing: %s: Levels[%d] is empty; it needs the units of at least one layer", s.name, l))
		}
	}
	if len(s.heads) == 0 {
		panic(fmt.Sprintf("sharing: %s: Heads is empty; it needs the units of the layers of each task", s.name))
	}
	for i, units := range s.heads {
		if len(units) == 0 {
			panic(fmt.Sprintf("sharing: %s: Heads[%d] is empty; it needs at least the width of the output", s.name, i))
		}
	}
	return s
}

// count panics unless there is at least one of what the field counts.
func (s stack) count(field string, n int) {
	if n < 1 {
		panic(fmt.Sprintf("sharing: %s: %s is %d; it must be at least 1", s.name, field, n))
	}
}

// oneLevel returns the levels of an architecture that has a single one.
func oneLevel(name string, expert []int) [][]int {
	if len(expert) == 0 {
		panic(fmt.Sprintf("sharing: %s: Expert is empty; it needs the units of at least one layer", name))
	}
	return [][]int{expert}
}

// columns returns how many columns level l reads: those of the inputs, or those that the level before hands on.
func (s stack) columns(l int) int {
	if l == 0 {
		return s.inputs
	}
	return last(s.levels[l-1])
}

// expert returns a network of level l: dense layers with the activation after each of them.
func (s stack) expert(l int) nn.MLP {
	return nn.MLP{Widths: append([]int{s.columns(l)}, s.levels[l]...), Activation: s.activation, Output: s.activation,
		Weights: s.weights}
}

// gate returns the linear layer of a gate of level l for n experts.
func (s stack) gate(l, n int) nn.MLP {
	return nn.MLP{Widths: []int{s.columns(l), n}, Weights: s.weights}
}

// headParts returns the heads. The last layer of a head has no activation.
func (s stack) headParts() (p parts) {
	for i, units := range s.heads {
		widths := append([]int{s.columns(len(s.levels))}, units...)
		p = append(p, part{headName(i), nn.MLP{Widths: widths, Activation: s.activation, Weights: s.weights}})
	}
	return p
}

// twinOf panics unless there is such a task.
func (s stack) twinOf(task int) {
	if task < 0 || task >= len(s.heads) {
		panic(fmt.Sprintf("sharing: %s.Twin: task %d of %d", s.name, task, len(s.heads)))
	}
}

// twinNames returns, for each matrix of a twin of the same architecture, its name there: what is task1's in the twin
// belongs to this task.
func twinNames(twin mtlkit.Model, task int) (from []string) {
	rename := strings.NewReplacer(taskName(0)+".", taskName(task)+".", headName(0)+".", headName(task)+".")
	for _, s := range twin.Shapes() {
		from = append(from, rename.Replace(s.Name))
	}
	return from
}

func taskName(task int) string { return fmt.Sprintf("task%d", task+1) }
func headName(task int) string { return fmt.Sprintf("head%d", task+1) }

func last(units []int) int { return units[len(units)-1] }
