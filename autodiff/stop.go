package autodiff

import (
	"context"
	"fmt"

	"kindred/internal/kernel"
)

// RunContext is [Workspace.Run], but for a run that is given up when ctx ends: the error is then that of ctx, the outputs
// mean nothing, and reading one panics until a run was completed. Inputs stay as they are set, so that the same can be
// run again. nil says that all outputs are computed, even if ctx ended meanwhile.
//
// The context is looked at before the run, about every tenth of a millisecond between operations, and every few
// milliseconds within a large one: a product, a convolution, a factorisation, a triangular solution, or one that goes
// entry by entry. A sum, a copy or the like is one pass over its operands, and is not given up in its midst. A program
// that takes less than that is looked at once. Bits are those of Run.
func (ws *Workspace) RunContext(ctx context.Context) error {
	ws.check()
	checkContext("RunContext", ctx)
	ws.checkSet("RunContext")
	return ws.run(ctx)
}

// never is the context of runs that cannot be given up: nil.
var never context.Context

func checkContext(what string, ctx context.Context) {
	if ctx == nil {
		panic("autodiff: " + what + ": the context is nil; give one, such as context.Background()")
	}
}

// run executes the program, given up when a context ends, if there is one.
func (ws *Workspace) run(ctx context.Context) (err error) {
	err = ws.runs.run(ctx)
	ws.stopped = err != nil
	return err
}

// checkDone panics if v is not an input and the last run was given up.
func (ws *Workspace) checkDone(what string, v Value) {
	if ws.stopped && v.node().op != opInput {
		panic(fmt.Sprintf("autodiff: %s: %v means nothing: RunContext gave up the last run, as its error says", what, v))
	}
}

// Looks at whether a run is still wanted are placed between the steps of a program so that work of grain.part lies
// between two of them: a program of less has none. A step that may be given up in its midst is followed by one, so that
// no other works on what it left, as on an index that is none.
type looks struct {
	work int  // since the last one
	due  bool // before the next step
}

// placeLooks decides on the looks before a step and within it.
func (p *planner) placeLooks(s *step) {
	l, size := &p.looks, p.program.precision.bytes()
	l.work += s.flops() + 2*s.bytes(size)
	s.look = l.due || l.work > p.grain.part
	if s.look {
		*l = looks{}
	}
	if most := spanPieces * p.grain.piece / size; s.rows*s.cols > most && (elementwise[s.op] || spanned[s.op]) {
		s.span = max(1, most/s.cols)
	}
	s.special = s.look || s.span > 0
	switch s.op {
	case opMatMul:
		l.due = !s.product.Small()
	case opConv, opConvImages, opConvWeights, opPool, opUnpool, opMoments, opCholesky, opSolveLower:
		l.due = true
	default:
		l.due = s.span > 0
	}
}

// spanPieces is how many pieces of a matrix make a span, the rows of a large step that are computed between two looks.
const spanPieces = 64

// spanned lists the operations, beside those entry by entry, that are computed in spans.
var spanned = [opEnd]bool{opTranspose: true, opBroadcast: true, opUniform: true, opNormal: true}

// inSpans runs a large step, some rows of its result at a time.
func (h *hand[T]) inSpans(s *step) {
	switch s.op {
	case opUniform, opNormal:
		h.drawer.start(h.m.noise, s.i)
	}
	for r := 0; r < s.rows && !(r > 0 && h.m.sign.Up()); r += s.span {
		rows := min(s.span, s.rows-r)
		if elementwise[s.op] {
			h.elementwise(s, r, rows)
			continue
		}
		out := h.out(s)[r*s.cols : (r+rows)*s.cols]
		switch s.op {
		case opTranspose:
			kernel.TransposeColumns(out, h.entries(&s.in[0]), s.cols, s.rows, r, r+rows)
		case opBroadcast:
			kernel.Broadcast(out, h.read(s, &s.in[0], r, rows), rows, s.cols, s.in[0].extent)
		default:
			h.drawMore(s, out)
		}
	}
}
