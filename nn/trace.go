package nn

import (
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
)

// A Trace is the door between a network and whoever trains or evaluates it, open while the network is traced. Through it
// a network asks for what is neither a parameter nor an input, noise, running statistics and scheduled numbers, and hands
// out what is no output, penalties and values to show.
//
// The nil *Trace is that of an evaluation by hand: it takes penalties and shown values, and drops them, and has a
// scheduled number at its end. What it cannot give, a running statistic, it refuses with a panic.
type Trace struct {
	record    *record
	penalties *[]Named
	prefix    string // of names, with a dot at its end
}

// A record is what all scopes of a trace share.
type record struct {
	graph    *autodiff.Graph
	training bool

	allRows    bool
	shown      []Named
	statistics []*Statistic
	scheduled  []Scheduled
	claims     map[string]string // names, and whose they are
	frozen     []string
	modes      []string
}

// A Named value is one that a network handed out, under its name in full.
type Named struct {
	Name  string
	Value autodiff.Value
}

// A Statistic is numbers that a network keeps beside its parameters: no optimiser steps them, and no decay acts on them.
// They are updated once a step of training, and are used as they are in evaluation.
type Statistic struct {
	autodiff.Shape
	Start   float64        // every entry before the first step
	Value   autodiff.Value // an input: what the statistic is
	updates []autodiff.Value
}

// A Scheduled number is an input, 1×1, that is set to At(step) in every step of training.
type Scheduled struct {
	Value autodiff.Value
	At    func(step int) float64
}

// NewTrace returns the trace of a training, or of an evaluation, in a graph.
func NewTrace(g *autodiff.Graph, training bool) *Trace {
	if g == nil {
		panic("nn: NewTrace: the graph is nil; make one with autodiff.New")
	}
	return &Trace{record: &record{graph: g, training: training}, penalties: new([]Named)}
}

// Training reports whether the network is traced to be trained. Noise belongs there alone.
func (t *Trace) Training() bool {
	t.check("Training")
	return t != nil && t.record.training
}

// check panics at the zero Trace.
func (t *Trace) check(method string) {
	if t != nil && t.record == nil {
		panic("nn: Trace." + method + ": the trace was not made; NewTrace makes one, and nil is that of an evaluation by hand")
	}
}

// Freeze says which matrices of parameters stay as they are in this training, by their names (see [Frozen]). It is for
// whoever trains.
func (t *Trace) Freeze(names ...string) {
	r := t.made("Freeze")
	r.frozen = append(r.frozen, names...)
}

// Frozen reports whether all of these parameters stay as they are. A layer that keeps running statistics then leaves them
// alone, and works as in evaluation.
func (t *Trace) Frozen(theta autodiff.Params) bool {
	t.check("Frozen")
	if t == nil || len(t.record.frozen) == 0 {
		return false
	}
	for k := range theta.Len() {
		if !slices.Contains(t.record.frozen, theta.Name(k)) {
			return false
		}
	}
	return theta.Len() > 0
}

// Scope returns the trace for a part of the network: all names that it is given are preceded by name and a dot.
func (t *Trace) Scope(name string) *Trace {
	if t == nil {
		return nil
	}
	t.check("Scope")
	return &Trace{record: t.record, penalties: t.penalties, prefix: t.prefix + name + "."}
}

// Apart returns a trace with penalties of its own, none as yet; everything else it shares with t. Through it a network is
// traced for another loss than the one that training minimises, as in a step of adaptation: a penalty then belongs to
// that loss, or to none.
func (t *Trace) Apart() *Trace {
	if t == nil {
		return nil
	}
	t.check("Apart")
	return &Trace{record: t.record, penalties: new([]Named), prefix: t.prefix}
}

// Penalty adds v, 1×1, to what training minimises, beside the losses: it belongs to no task, no balancer sees it, and no
// reported loss has it in it. It is added once, however often the network is traced for one step: of penalties with the
// same name the first one counts.
func (t *Trace) Penalty(name string, v autodiff.Value) {
	if v.Size() != 1 {
		panic(fmt.Sprintf("nn: Trace.Penalty: %q is %v; a penalty is 1×1", name, v))
	}
	t.check("Penalty")
	if t == nil || slices.ContainsFunc(*t.penalties, func(p Named) bool { return p.Name == t.prefix+name }) {
		return
	}
	*t.penalties = append(*t.penalties, Named{t.prefix + name, v})
}

// Show hands out a value to be looked at, such as gates, attention or a representation. Where a name comes again, as in a
// trunk that is traced for each task, the later ones are called name#2, name#3 and so on.
func (t *Trace) Show(name string, v autodiff.Value) {
	if t == nil {
		return
	}
	t.check("Show")
	name = t.prefix + name
	full := name
	for k := 2; slices.ContainsFunc(t.record.shown, func(s Named) bool { return s.Name == full }); k++ {
		full = fmt.Sprintf("%s#%d", name, k)
	}
	t.record.shown = append(t.record.shown, Named{full, v})
}

// Statistic returns the running statistic of that name, rows × cols, whose entries begin as start. Asked for again, it is
// the same. It panics on the nil *Trace, and if it was asked for with another size or start.
func (t *Trace) Statistic(name string, rows, cols int, start float64) autodiff.Value {
	if t == nil {
		panic(fmt.Sprintf("nn: Trace.Statistic: %q: the trace is nil, and has no statistics; make one with NewTrace", name))
	}
	t.check("Statistic")
	if math.IsNaN(start) || math.IsInf(start, 0) {
		panic(fmt.Sprintf("nn: Trace.Statistic: %q starts from %v; it must be finite", t.prefix+name, start))
	}
	s := t.statistic(name)
	if s == nil {
		shape := autodiff.Shape{Name: t.prefix + name, Rows: rows, Cols: cols}
		s = &Statistic{Shape: shape, Start: start, Value: t.record.graph.Input(shape.Name, rows, cols)}
		t.record.statistics = append(t.record.statistics, s)
	}
	if s.Rows != rows || s.Cols != cols || s.Start != start {
		panic(fmt.Sprintf("nn: Trace.Statistic: %v, from %v, was asked for before; now as %d×%d, from %v",
			s.Shape, s.Start, rows, cols, start))
	}
	return s.Value
}

// Update says what a running statistic becomes after a step of training; in evaluation it does nothing. If the network
// is traced several times for one step, as for the rows of each task, it becomes the mean of what they say. The update is
// a constant to the derivative.
func (t *Trace) Update(name string, v autodiff.Value) {
	if !t.Training() {
		return
	}
	s := t.statistic(name)
	if s == nil || s.Rows != v.Rows() || s.Cols != v.Cols() {
		panic(fmt.Sprintf("nn: Trace.Update: there is no statistic %q of the shape of %v; ask for it first", t.prefix+name, v))
	}
	s.updates = append(s.updates, v.StopGradient())
}

func (t *Trace) statistic(name string) *Statistic {
	for _, s := range t.record.statistics {
		if s.Name == t.prefix+name {
			return s
		}
	}
	return nil
}

// Uniform returns random numbers from [0, 1), drawn anew in every step of training: those of one request are the same in
// all programs of the step. It panics in evaluation, where there is no noise; ask Training first.
func (t *Trace) Uniform(rows, cols int) autodiff.Value { return t.noise("Uniform").Uniform(rows, cols) }

// Normal returns random numbers of mean 0 and variance 1 as Uniform does.
func (t *Trace) Normal(rows, cols int) autodiff.Value { return t.noise("Normal").Normal(rows, cols) }

func (t *Trace) noise(method string) *autodiff.Graph {
	if !t.Training() {
		panic("nn: Trace." + method + ": there is no noise in evaluation; ask Trace.Training first")
	}
	return t.record.graph
}

// Scheduled returns a number, 1×1, that is at(step) in step 0, 1, … of training, such as a temperature, and end in
// evaluation.
func (t *Trace) Scheduled(g *autodiff.Graph, at func(step int) float64, end float64) autodiff.Value {
	if g == nil {
		panic("nn: Trace.Scheduled: the graph is nil; give that of the inputs")
	}
	if !t.Training() {
		return g.Scalar(end)
	}
	if at == nil {
		panic("nn: Trace.Scheduled: the function of the step is nil")
	}
	v := t.record.graph.Input(fmt.Sprintf("scheduled %d", len(t.record.scheduled)+1), 1, 1)
	t.record.scheduled = append(t.record.scheduled, Scheduled{v, at})
	return v
}

// AllRows says that what the network makes of a row depends on the other rows, as with the mean of a batch: whoever
// evaluates it must give it all rows at once.
func (t *Trace) AllRows() {
	t.check("AllRows")
	if t != nil {
		t.record.allRows = true
	}
}

// LooksAtAllRows reports whether the network said so. It is for whoever evaluates.
func (t *Trace) LooksAtAllRows() bool {
	t.check("LooksAtAllRows")
	return t != nil && t.record.allRows
}

// Penalties returns the penalties of the trace. It is for whoever trains, as are the next three.
func (t *Trace) Penalties() []Named {
	t.made("Penalties")
	return slices.Clone(*t.penalties)
}

// Shown returns the values that are shown, in the order in which they came.
func (t *Trace) Shown() []Named { return slices.Clone(t.made("Shown").shown) }

// Statistics returns the running statistics, in the order in which they were first asked for.
func (t *Trace) Statistics() []*Statistic { return slices.Clone(t.made("Statistics").statistics) }

// ScheduledNumbers returns the numbers that are to be set in each step.
func (t *Trace) ScheduledNumbers() []Scheduled {
	return slices.Clone(t.made("ScheduledNumbers").scheduled)
}

// claim panics if another layer of that kind is in the same scope: what they say of themselves would have the same names.
// Layers are told apart by the name of their first parameter.
func (t *Trace) claim(layer string, theta autodiff.Params) {
	if t == nil {
		return
	}
	t.check("Scope")
	name, of := t.prefix+layer, theta.Name(0)
	if first, ok := t.record.claims[name]; ok && first != of {
		panic(fmt.Sprintf("nn: %s: the layers with the parameters %q and %q are in the same scope, %q; give each a scope of "+
			"its own by Trace.Scope", layer, first, of, t.prefix))
	}
	if t.record.claims == nil {
		t.record.claims = map[string]string{}
	}
	t.record.claims[name] = of
}

func (t *Trace) made(method string) *record {
	t.check(method)
	if t == nil {
		panic("nn: Trace." + method + ": the trace is nil, and keeps nothing; make one with NewTrace")
	}
	return t.record
}

// Next returns what the statistic becomes after the step: the mean of its updates, or its value if there are none.
func (s *Statistic) Next() autodiff.Value {
	if len(s.updates) == 0 {
		return s.Value
	}
	next := s.updates[0]
	for _, u := range s.updates[1:] {
		next = next.Add(u)
	}
	return next.Scale(1 / float64(len(s.updates)))
}
