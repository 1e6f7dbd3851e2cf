package threeways

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// An anatomy is what a model traces, taken to pieces: its layers, which tasks use each, and what each reads. Nothing of
// it is known beforehand but the names of the matrices.
type anatomy struct {
	tasks  int
	layers []layer // the inputs first, and each after all that it reads
	ties   [][2]int
	shared int // parameters that several tasks use
	all    int
}

// A layer is what reads others by matrices of its own.
type layer struct {
	name  string // of its matrices, without what tells them apart
	size  int    // numbers in them
	users []int  // the tasks whose outputs depend on it
	twins []int  // the tasks that would have it alone
	gate  bool   // what it computes weighs what others hand on
	reads []read
}

// A read is a layer that is read, and what its output is multiplied by on the way, the mean over the rows.
type read struct {
	from   int
	weight float64
}

// anatomyOf traces a model on rows that are the inputs of all tasks, with these parameters; nil are first ones.
func anatomyOf(m mtlkit.Model, theta []float64, x *mat.Dense) anatomy {
	if theta == nil {
		theta = m.Init(rand.New(rand.NewPCG(0, 0)))
	}
	g, shapes := autodiff.New(), m.Shapes()
	trace, params := nn.NewTrace(g, false), g.Params(shapes)
	in := g.Input("x", x.RawMatrix().Rows, x.RawMatrix().Cols)
	outputs := m.Apply(trace, params, slices.Repeat([]autodiff.Value{in}, m.Tasks()))

	d := newDissection(in, params, trace.Shown())
	for _, v := range outputs {
		d.take(v)
	}
	a := anatomy{tasks: m.Tasks(), all: nn.Size(shapes), layers: []layer{{name: "x"}}}
	users, twins := make([][]int, len(shapes)), make([][]int, len(shapes))
	for t, v := range outputs {
		for k, reached := range autodiff.Reaches(v, d.matrices) {
			if reached {
				users[k] = append(users[k], t)
			}
		}
		if tw, ok := m.(mtlkit.Twinned); ok {
			_, from := tw.Twin(t)
			for k, s := range shapes {
				if slices.Contains(from, s.Name) {
					twins[k] = append(twins[k], t)
				}
			}
		}
	}
	place := map[string]int{"": 0}
	for _, name := range d.found {
		place[name] = len(a.layers)
		l := layer{name: name, gate: d.gates[name]}
		for _, k := range d.parts[name] {
			l.size += shapes[k].Size()
			l.users, l.twins = union(l.users, users[k]), union(l.twins, twins[k])
		}
		a.layers = append(a.layers, l)
	}
	for k, s := range shapes {
		if len(users[k]) > 1 {
			a.shared += s.Size()
		}
	}
	weights := d.weights(params, theta, in, x)
	for _, name := range d.found {
		l := &a.layers[place[name]]
		for k, from := range d.reads[name] {
			l.reads = append(l.reads, read{place[from.layer], weights[name][k]})
		}
		slices.SortFunc(l.reads, func(p, q read) int { return p.from - q.from })
	}
	for _, p := range trace.Penalties() {
		a.tie(d, autodiff.Reaches(p.Value, d.matrices))
	}
	return a
}

// tie notes which layers a penalty holds together: those that differ in nothing but the number of their network.
func (a *anatomy) tie(d *dissection, reached []bool) {
	last := map[string]int{}
	for i, l := range a.layers[1:] {
		if !slices.ContainsFunc(d.parts[l.name], func(k int) bool { return reached[k] }) {
			continue
		}
		alike := digits.ReplaceAllString(l.name, "")
		if j, seen := last[alike]; seen {
			a.ties = append(a.ties, [2]int{j, i + 1})
		}
		last[alike] = i + 1
	}
}

// union returns the numbers of both lists, in order.
func union(a, b []int) []int {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}
