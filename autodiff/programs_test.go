package autodiff

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// An experiment is a program with what is asked about it: values, derivatives of ys along directions at x1 and x2, all
// of it computed in several ways.
type experiment struct {
	calls  []call
	outs   []int // numbers of calls whose values are asked for
	ys     []int // of calls with results of one entry
	x1, x2 int   // x2 ≤ x1, so that x2 does not depend on x1 unless it is x1
	cuts   []cut
	seed   uint64
	has    traits
}

// traits is what the programs of an experiment turned out to have: steps that run together, lanes, lanes by the usual
// grain, products in parts, convolutions in pieces, noise drawn again under a checkpoint, bands, joined products.
type traits struct{ together, lanes, wide, parts, convs, noise, bands, joined bool }

// note adds what a program has.
func (h *traits) note(p *Program, divided bool) {
	h.lanes = h.lanes || p.lanes()
	h.wide = h.wide || p.lanes() && !divided
	h.joined = h.joined || products(p.nodes) < products(p.source.nodes)
	for _, s := range p.steps {
		h.bands = h.bands || s.op == opTotal
		h.together = h.together || s.group > 0
		h.parts = h.parts || s.parts > 1
		h.convs = h.convs || s.conv != nil && s.conv.ForwardUnits() > 1
	}
}

// products counts the products of matrices.
func products(nodes []node) (n int) {
	for k := range nodes {
		n += b2i(nodes[k].op == opMatMul)
	}
	return n
}

// A cut is a range of calls that go under Checkpoint; which values pass through its argument and its result is drawn
// from the seed. Cuts are disjoint or nested, the outer ones first.
type cut struct {
	first, end int
	seed       uint64
}

// direction is a matrix of the size of value id, of numbers that float32 holds.
func (e *experiment) direction(id, which, size int) []float64 {
	rng := rand.New(rand.NewPCG(e.seed, uint64(id*2+which)))
	u := make([]float64, size)
	for k := range u {
		u[k] = float64(float32(rng.NormFloat64()))
	}
	return u
}

// coin is a bit that depends on the experiment alone: whether to do something, with probability p.
func coin(seed uint64, what int, p float64) bool {
	return float64(mix(mix(seed, 99), uint64(what))>>11)/(1<<53) < p
}

// interpret computes all values, with ε₁ times a direction added to x1 and ε₂ times another to x2.
func (e *experiment) interpret() ([]*matrix, float64) {
	var m machine
	values := make([]*matrix, len(e.calls))
	for k := range e.calls {
		v := m.run(k, &e.calls[k], values)
		if k == e.x1 || k == e.x2 {
			v = &matrix{v.rows, v.cols, slices.Clone(v.n)}
		}
		if k == e.x1 {
			for i, u := range e.direction(k, 1, len(v.n)) {
				v.n[i].a, v.n[i].ma = v.n[i].a+u, v.n[i].ma+math.Abs(u)
			}
		}
		if k == e.x2 {
			for i, u := range e.direction(k, 2, len(v.n)) {
				v.n[i].b, v.n[i].mb = v.n[i].b+u, v.n[i].mb+math.Abs(u)
			}
		}
		values[k] = v
	}
	return values, m.sensitivity
}

// A trace is an experiment as the package sees it.
type trace struct {
	g      *Graph
	named  []Value // by number of the call: what it returned
	use    []Value // what later calls use in its place: what a checkpoint returned or was given
	inputs []int
	asked  []Value // outs, then ys, then the derivatives
}

// trace records the experiment, its cuts under Checkpoint if that is wanted.
func (e *experiment) trace(checkpoints bool) *trace {
	t := &trace{g: New(), named: make([]Value, len(e.calls)), use: make([]Value, len(e.calls))}
	var cuts []cut
	if checkpoints {
		cuts = e.cuts
	}
	e.record(t, 0, len(e.calls), cuts)
	for _, id := range append(slices.Clone(e.outs), e.ys...) {
		t.asked = append(t.asked, t.named[id])
	}
	var ys []Value
	for _, id := range e.ys {
		ys = append(ys, t.named[id])
	}
	along := func(gradient Value, id, which int) Value {
		u := t.g.Const(gradient.Rows(), gradient.Cols(), e.direction(id, which, gradient.Size()))
		return gradient.Mul(u).Sum()
	}
	x1, x2 := t.named[e.x1], t.named[e.x2]
	var slopes []Value
	if len(ys) > 1 {
		for _, row := range Jacobian(ys, ParamsOf([]string{"x1", "x2"}, []Value{x1, x2})) {
			slopes = append(slopes, along(row.At(0), e.x1, 1))
		}
	} else {
		slopes = append(slopes, along(Grad(ys[0], x1), e.x1, 1))
	}
	t.asked = append(t.asked, slopes...)
	t.asked = append(t.asked, along(Grad(ys[0], x2), e.x2, 2))
	t.asked = append(t.asked, along(Grad(slopes[0], x2), e.x2, 2))
	return t
}

// record makes the calls from number from up to, not including, to.
func (e *experiment) record(t *trace, from, to int, cuts []cut) {
	for k := from; k < to; k++ {
		if len(cuts) > 0 && cuts[0].first == k {
			inner := 1
			for inner < len(cuts) && cuts[inner].end <= cuts[0].end {
				inner++
			}
			e.checkpoint(t, cuts[0], cuts[1:inner])
			k = cuts[0].end - 1
			cuts = cuts[inner:]
			continue
		}
		c := &e.calls[k]
		var in []Value
		for _, id := range c.in {
			in = append(in, t.use[id])
		}
		t.named[k] = c.kind.trace(t.g, c, in)
		t.use[k] = t.named[k]
		if c.kind.name == "Input" {
			t.inputs = append(t.inputs, k)
		}
	}
}

// given returns the values that a cut gets as its argument, and those that it returns. The others are captured, or
// leave it by closure.
func (e *experiment) given(c cut) (args, results []int) {
	for k := c.first; k < c.end; k++ {
		for _, id := range e.calls[k].in {
			if id < c.first && !slices.Contains(args, id) && coin(c.seed, id, 0.7) {
				args = append(args, id)
			}
		}
		if coin(c.seed, k, 0.5) {
			results = append(results, k)
		}
	}
	if len(args) == 0 {
		args = []int{c.first - 1}
	}
	if coin(c.seed, -1, 0.2) { // an output that is an input, and one that is given twice
		results = append(results, args[0], args[0])
	}
	return args, results
}

func (e *experiment) checkpoint(t *trace, c cut, inner []cut) {
	args, results := e.given(c)
	outside := slices.Clone(t.use)
	params := func(ids []int) Params {
		p := Params{make([]string, len(ids)), make([]Value, len(ids))}
		for k, id := range ids {
			p.values[k] = t.use[id]
		}
		return p
	}
	out := Checkpoint(func(p Params) Params {
		for k, id := range args {
			t.use[id] = p.At(k)
		}
		e.record(t, c.first, c.end, inner)
		return params(results)
	}, params(args))
	copy(t.use[:c.first], outside)
	for k, id := range results {
		t.use[id] = out.At(k)
	}
}

// run computes what is asked for, twice in the same workspace.
func (e *experiment) run(t *trace, p *Program) [][]float64 {
	ws := p.NewWorkspace()
	ws.SetNoise(programNoise[0], programNoise[1], programNoise[2])
	for range 2 {
		for _, id := range t.inputs {
			ws.Set(t.named[id], e.calls[id].numbers())
		}
		ws.Run()
	}
	var got [][]float64
	for _, v := range t.asked {
		got = append(got, ws.Read(v, nil))
	}
	return got
}

// failure computes the experiment in all ways and says what differs; it is empty if nothing does. It reports false for
// a program that cannot be judged, since it is too sensitive to rounding.
func (e *experiment) failure() (what string, judged bool) {
	values, sensitivity := e.interpret()
	if !(sensitivity < 1e10) { // NaN too
		return "", false
	}
	defer func() {
		if r := recover(); r != nil {
			what, judged = fmt.Sprintf("panic: %v", r), true
		}
	}()
	t := e.trace(false)
	for _, precision := range []Precision{Float64, Float32} {
		unit := 0x1p-53
		if precision == Float32 {
			if unit = 0x1p-24; !coin(e.seed, 1, 0.5) {
				continue
			}
		}
		judge := sensitivity*unit < 0.01
		p := t.compile(precision, "lean")
		e.has.note(p, false)
		lean := e.run(t, p)
		if judge {
			if what := e.compare(t, lean, values, unit); what != "" {
				return fmt.Sprintf("%v: %s", precision, what), true
			}
		}
		if judge && coin(e.seed, 10, 0.7) {
			how := "banded"
			if coin(e.seed, 11, 0.3) {
				how = "joined"
			}
			p := t.compile(precision, how)
			e.has.note(p, true)
			if what := e.compare(t, e.run(t, p), values, unit); what != "" {
				return fmt.Sprintf("%v, %s: %s", precision, how, what), true
			}
		}
		for k, how := range []string{"kept", "plain", "divided"} {
			if !coin(e.seed, 6+k, 0.4) {
				continue
			}
			p := t.compile(precision, how)
			e.has.note(p, how == "divided")
			if what := sameAsked(e.run(t, p), lean, len(lean)); what != "" {
				return fmt.Sprintf("%v, %s and lean: %s", precision, how, what), true
			}
		}
		if len(e.cuts) > 0 {
			for _, c := range e.cuts {
				e.has.noise = e.has.noise || slices.ContainsFunc(e.calls[c.first:c.end], func(c call) bool { return noisy[c.kind.ops[0]] })
			}
			again := e.trace(true)
			got := e.run(again, again.compile(precision, "lean"))
			if what := sameAsked(got, lean, len(e.outs)+len(e.ys)); what != "" && !e.transposes() {
				return fmt.Sprintf("%v, with and without checkpoints: %s", precision, what), true
			}
			if judge {
				if what := e.compare(t, got, values, unit); what != "" {
					return fmt.Sprintf("%v with checkpoints: %s", precision, what), true
				}
			}
		}
		if coin(e.seed, 5, 0.1) {
			how := "lean"
			if coin(e.seed, 9, 0.7) {
				how = "divided"
			}
			p := t.compile(precision, how)
			e.has.note(p, how == "divided")
			if what := e.batch(t, p); what != "" {
				return fmt.Sprintf("%v, batch: %s", precision, what), true
			}
		}
	}
	return "", true
}

// transposes reports whether a matrix is transposed. The barrier of a checkpoint may hide that from a product behind it,
// which then adds its terms in another order.
func (e *experiment) transposes() bool {
	return slices.ContainsFunc(e.calls, func(c call) bool { return slices.Contains(c.kind.ops, opTranspose) })
}

// compare holds what was computed against the interpreter, within what rounding may do.
func (e *experiment) compare(t *trace, got [][]float64, values []*matrix, unit float64) string {
	tiny := 1e-250
	if unit > 1e-10 {
		tiny = 1e-28
	}
	close := func(got, want, bound float64) bool { return math.Abs(got-want) <= 2*unit*bound+tiny }
	n := len(e.outs) + len(e.ys)
	for k, id := range append(slices.Clone(e.outs), e.ys...) {
		for i, want := range values[id].n {
			if !close(got[k][i], want.v, want.ev) {
				return fmt.Sprintf("entry %d of v%d is %v, want %v ± %.2g", i, id, got[k][i], want.v, unit*want.ev)
			}
		}
	}
	at := func(k int) float64 { return got[n+k][0] }
	size1, size2 := float64(len(values[e.x1].n)), float64(len(values[e.x2].n))
	for k, id := range e.ys {
		y := values[id].n[0]
		if !close(at(k), y.a, y.ea+size1*y.ma) {
			return fmt.Sprintf("the derivative of v%d by v%d along a direction is %v, want %v ± %.2g", id, e.x1, at(k), y.a, unit*y.ea)
		}
	}
	y := values[e.ys[0]].n[0]
	if got := at(len(e.ys)); !close(got, y.b, y.eb+size2*y.mb) {
		return fmt.Sprintf("the derivative of v%d by v%d along a direction is %v, want %v ± %.2g", e.ys[0], e.x2, got, y.b, unit*y.eb)
	}
	if got := at(len(e.ys) + 1); !close(got, y.ab, y.eab+(size1+size2)*y.mab) {
		return fmt.Sprintf("the second derivative of v%d by v%d and v%d along directions is %v, want %v ± %.2g", e.ys[0], e.x1, e.x2, got, y.ab, unit*y.eab)
	}
	return ""
}

// sameAsked compares bits; zeros may differ in sign.
func sameAsked(got, want [][]float64, n int) string {
	for k := range n {
		for i := range got[k] {
			if a, b := got[k][i], want[k][i]; a != b && (a == a || b == b) {
				return fmt.Sprintf("entry %d of result %d is %v and %v", i, k, a, b)
			}
		}
	}
	return ""
}

// batch adds up the results of five runs, the inputs of each a little different, side by side and one by one.
func (e *experiment) batch(t *trace, p *Program) string {
	const tasks = 5
	var outs []Output
	for _, v := range t.asked {
		outs = append(outs, v)
	}
	set := func(task int, ws *Workspace) {
		ws.SetNoise(programNoise[0], programNoise[1], uint64(task))
		for _, id := range t.inputs {
			x := slices.Clone(e.calls[id].numbers())
			for k := range x {
				if e.calls[id].l == 0 {
					x[k] += float64(task) / 8
				}
			}
			ws.Set(t.named[id], x)
		}
		ws.Run()
	}
	b := p.NewBatch(outs...)
	b.Run(tasks, func(_, task int, ws *Workspace) { set(task, ws) })
	for k, v := range t.asked {
		var one [tasks][]float64
		for task := range tasks {
			ws := p.NewWorkspace()
			set(task, ws)
			one[task] = ws.Read(v, nil)
		}
		for i, got := range b.Sum(v, nil) {
			want := (one[0][i] + one[1][i]) + (one[2][i] + one[3][i]) + one[4][i]
			if got != want && (got == got || want == want) {
				return fmt.Sprintf("entry %d of result %d sums up to %v, want %v", i, k, got, want)
			}
		}
	}
	return ""
}
