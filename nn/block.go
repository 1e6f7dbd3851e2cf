package nn

import (
	"fmt"
	"runtime"
	"slices"

	"kindred/autodiff"
	"kindred/internal/kernel"
	"kindred/internal/team"
)

// blockSize is the largest number of parameters that a block may have: what a rule computes for them stays in a cache.
const blockSize = 1024

// A piece is n neighbouring entries of one rule: from of the whole vector, at of the rule's own entries.
type piece struct{ from, at, n int }

// A block is pieces whose step is taken together, as they all have the same number of it.
type block struct {
	matrix      int     // that it begins with
	first, last int     // its pieces: those before last
	t           float64 // the number of the step
	failed      *fault  // what the step would have made that is not finite
}

// A blockProgram takes the step of a rule for a block of up to size entries: by the rule's kernel, or as it is traced.
type blockProgram struct {
	size    int
	blocks  []block // of the step under way
	of      *ruled
	numbers []numbers // of each worker

	kernel func(rate, t, cut float64) kernel.AdamStep // nil if the rule has none
	job    team.Job
	each   func(worker, k int) // p.stepByKernel, once

	single            *autodiff.Workspace                         // for one block after the other
	batch             *autodiff.Batch                             // or for several at once
	work              func(worker, k int, ws *autodiff.Workspace) // p.stepByProgram, once
	rate, number, cut autodiff.Value
	grad, param, next autodiff.Value
	slotsIn, slotsOut []autodiff.Value
}

// compile makes the program of a rule for blocks of the given size: it takes the rule's kernel, or traces and compiles it.
func compile(m *ruled, size int, parallel bool) *blockProgram {
	p := &blockProgram{size: size, of: m}
	if p.kernel = kernelOf(m.rule); p.kernel != nil {
		p.each, p.numbers = p.stepByKernel, make([]numbers, 1)
		if parallel {
			p.numbers = make([]numbers, runtime.GOMAXPROCS(0))
		}
		return p
	}
	g := autodiff.New()
	p.rate, p.number, p.cut = g.Input("rate", 1, 1), g.Input("t", 1, 1), g.Input("gradient scale", 1, 1)
	p.grad, p.param = g.Input("gradient", 1, size), g.Input("parameters", 1, size)
	for k := range m.rule.Slots() {
		p.slotsIn = append(p.slotsIn, g.Input(fmt.Sprintf("slot %d", k+1), 1, size))
	}
	p.slotsOut, p.next = m.rule.Step(p.rate, p.number, p.slotsIn, p.grad.Mul(p.cut), p.param)
	if len(p.slotsOut) != len(p.slotsIn) {
		panic(fmt.Sprintf("nn: %T: Step returns %d slots; Slots says %d", m.rule, len(p.slotsOut), len(p.slotsIn)))
	}
	outputs := []autodiff.Output{p.next}
	for _, s := range p.slotsOut {
		outputs = append(outputs, s)
	}
	for _, o := range outputs {
		if v := o.(autodiff.Value); v.Rows() != 1 || v.Cols() != size {
			panic(fmt.Sprintf("nn: %T: Step returns %v for parameters of 1×%d; slots and parameters keep their shape",
				m.rule, v, size))
		}
	}
	program := autodiff.Compile(outputs...)
	if parallel {
		p.batch, p.work = program.NewBatch(), p.stepByProgram
		p.numbers = make([]numbers, p.batch.Workers())
	} else {
		p.single, p.numbers = program.NewWorkspace(), make([]numbers, 1)
	}
	return p
}

// numbers are those of a block: what a program reads, where that lies in its workspace, and the new parameters and slots.
// What the rule does without is empty.
type numbers struct {
	rate, t, cut, grad, param, next []float64
	slotsIn, slotsOut               [][]float64
}

// run takes the step of all blocks.
func (p *blockProgram) run() {
	switch {
	case p.kernel != nil:
		p.job.Do(len(p.blocks), len(p.numbers), p.each)
	case p.batch != nil && len(p.blocks) > 0:
		p.batch.Run(len(p.blocks), p.work)
	default:
		for k := range p.blocks {
			p.stepByProgram(0, k, p.single)
		}
	}
}

// stepByKernel takes the step of block k.
func (p *blockProgram) stepByKernel(worker, k int) {
	m, b, v := p.of, &p.blocks[k], &p.numbers[worker]
	if v.next == nil {
		v.next = make([]float64, p.size)
		v.slotsOut = [][]float64{make([]float64, p.size), make([]float64, p.size)}
	}
	by := p.kernel(m.rateNow, b.t, m.cutNow)
	n, sum := 0, 0.0
	for _, c := range m.pieces[b.first:b.last] {
		to := n + c.n
		sum += by.Run(v.next[n:to], v.slotsOut[0][n:to], v.slotsOut[1][n:to],
			m.params[c.from:c.from+c.n], m.gradients[c.from:c.from+c.n], m.slot(0, c), m.slot(1, c))
		n = to
	}
	if b.failed = nil; notFinite(sum) { // or too large a sum of what is finite
		b.failed = v.fault(m.pieces[b.first:b.last], n)
	}
	p.keep(b, v)
}

// stepByProgram takes the step of block k. Where that has fewer entries than the program, the others are what they were.
func (p *blockProgram) stepByProgram(worker, k int, ws *autodiff.Workspace) {
	m, b, v := p.of, &p.blocks[k], p.look(worker, ws)
	copy(v.rate, []float64{m.rateNow})
	copy(v.t, []float64{b.t})
	copy(v.cut, []float64{m.cutNow})
	n := 0
	for _, c := range m.pieces[b.first:b.last] {
		copyTo(v.grad, n, m.gradients[c.from:c.from+c.n])
		copyTo(v.param, n, m.params[c.from:c.from+c.n])
		for j, in := range v.slotsIn {
			copyTo(in, n, m.slot(j, c))
		}
		n += c.n
	}
	ws.Run()
	b.failed = v.fault(m.pieces[b.first:b.last], n)
	p.keep(b, v)
}

// keep takes over the step of a block, unless it failed.
func (p *blockProgram) keep(b *block, v *numbers) {
	m := p.of
	if b.failed != nil {
		return
	}
	from := 0
	for _, c := range m.pieces[b.first:b.last] {
		copy(m.params[c.from:c.from+c.n], v.next[from:])
		for j, out := range v.slotsOut {
			slot := m.slot(j, c)
			copy(slot, out[from:])
			if int(b.t)%flushSteps == 0 {
				flush(slot)
			}
		}
		from += c.n
	}
}

// look returns the numbers in a worker's workspace.
func (p *blockProgram) look(worker int, ws *autodiff.Workspace) *numbers {
	v := &p.numbers[worker]
	if v.next != nil {
		return v
	}
	v.rate, v.t, v.cut = ws.View(p.rate), ws.View(p.number), ws.View(p.cut)
	v.grad, v.param, v.next = ws.View(p.grad), ws.View(p.param), ws.View(p.next)
	for j := range p.slotsIn {
		v.slotsIn, v.slotsOut = append(v.slotsIn, ws.View(p.slotsIn[j])), append(v.slotsOut, ws.View(p.slotsOut[j]))
	}
	return v
}

// copyTo copies to a place in a view, unless that is empty.
func copyTo(view []float64, at int, from []float64) {
	if len(view) > 0 {
		copy(view[at:], from)
	}
}

// A fault is an entry of the whole vector that the step would have made infinite or NaN: the parameter itself, or what
// is remembered of it.
type fault struct {
	entry      int
	remembered bool
}

// fault returns the first fault among the pieces, of n entries, and first of what is remembered; nil if there is none.
func (v *numbers) fault(pieces []piece, n int) *fault {
	for _, slot := range v.slotsOut {
		if !finite(slot[:n]) {
			return &fault{find(pieces, slot), true}
		}
	}
	if !finite(v.next[:n]) {
		return &fault{find(pieces, v.next), false}
	}
	return nil
}

// find returns which entry of the whole vector is the first in a view that is not finite.
func find(pieces []piece, view []float64) int {
	k := slices.IndexFunc(view, notFinite)
	for _, c := range pieces {
		if k < c.n {
			return c.from + k
		}
		k -= c.n
	}
	panic("nn: Optimizer: a fault outside of the block") // it was found within
}

// finite reports whether no entry is NaN or infinite. The sum tells, unless it overflows.
func finite(v []float64) bool {
	return !notFinite(kernel.Total(v)) || !slices.ContainsFunc(v, notFinite)
}

func notFinite(v float64) bool { return v-v != 0 }

// Every so many steps, numbers below tiny become 0. In as many steps, a running mean of rate 0.5 falls by 2⁻⁶⁴.
const (
	flushSteps = 64
	tiny       = 1e-290
)

func flush(slot []float64) {
	for k, v := range slot {
		if -tiny < v && v < tiny {
			slot[k] = 0
		}
	}
}
