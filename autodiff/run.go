package autodiff

import (
	"context"

	"kindred/internal/kernel"
	"kindred/internal/stop"
	"kindred/internal/team"
)

// A runner runs a program on the numbers of a workspace. It is an interface so that no type that others name holds one of
// a [kernel.Float]: every package that named it, each cell of a notebook too, would compile all that the two of them do.
type runner interface {
	run(ctx context.Context) error // nil is never given up
	draw(noise noiseKey)           // in the runs that follow
	diagnose(d *diagnosis)
}

// A memory is the numbers of a workspace: those of the program, then those that each worker needs for a lane.
type memory[T kernel.Float] struct {
	p     *Program
	mem   []T
	hands []hand[T]
	noise noiseKey
	sign  stop.Sign
	job   team.Job
	wave  []int               // whose lanes are under way
	lane  func(worker, k int) // m.runLane, once
}

// A hand is what a worker needs to run steps.
type hand[T kernel.Float] struct {
	m       *memory[T]
	own     int     // where its own numbers begin
	scratch [][]T   // of each worker on a step: room that it needs, made when it is first needed
	drawer  *drawer // if the program draws random numbers
	common  []T     // room that the workers on a step need together
	job     team.Job
	divided *step               // what is being computed in parts
	parts   int                 // of a product: how many
	portion func(worker, k int) // h.part, once
}

func newMemory[T kernel.Float](p *Program, workers int, mem []T) *memory[T] {
	m := &memory[T]{p: p, mem: mem, hands: make([]hand[T], 1)}
	if p.lanes() {
		m.hands = make([]hand[T], workers)
		m.lane = m.runLane
	}
	for k := range m.hands {
		h := &m.hands[k]
		*h = hand[T]{m: m, own: p.size + k*p.own, scratch: make([][]T, workers)}
		h.portion = h.part
		if p.noisy {
			h.drawer = newDrawer()
		}
	}
	return m
}

func (m *memory[T]) draw(noise noiseKey) { m.noise = noise }

func (m *memory[T]) run(ctx context.Context) error {
	m.sign.Begin(ctx)
	m.runWaves()
	return m.sign.Err()
}

// runWaves executes the program, or gives it up when the sign is up.
func (m *memory[T]) runWaves() {
	for _, wave := range m.p.waves {
		if m.sign.Up() {
			return
		}
		if len(wave) == 2 {
			m.hands[0].run(m.p.steps[wave[0]:wave[1]])
			continue
		}
		m.wave = wave
		m.job.Do(len(wave)-1, len(m.hands), m.lane)
	}
}

func (m *memory[T]) runLane(worker, k int) {
	m.hands[worker].run(m.p.steps[m.wave[k]:m.wave[k+1]])
}

// run executes steps, up to one before which the sign is seen up.
func (h *hand[T]) run(steps []step) {
	for k := 0; k < len(steps); {
		s := &steps[k]
		if s.special {
			if s.look && h.m.sign.Up() {
				return
			}
			if s.group > 0 {
				h.together(steps[k : k+s.group])
				k += s.group
				continue
			}
		}
		switch {
		case s.pass != nil:
			kernel.RunPass(s.pass, h.m.mem)
		case s.placed != nil:
			kernel.RunPlaced(*s.placed, h.m.mem)
		case s.span > 0:
			h.inSpans(s)
		case elementwise[s.op]:
			h.elementwise(s, 0, s.rows)
		case s.op == opMatMul:
			h.matmul(s)
		default:
			h.execute(s)
		}
		k++
	}
}

// together runs the steps of a group piece by piece.
func (h *hand[T]) together(group []step) {
	first := &group[0]
	for r := 0; r < first.rows; r += first.piece {
		if r > 0 && h.m.sign.Up() {
			return
		}
		rows := min(first.piece, first.rows-r)
		for i := range group {
			h.elementwise(&group[i], r, rows)
		}
	}
}

// total adds up matrices, as many entries at a time as stay in a cache.
func (h *hand[T]) total(s *step, out []T) {
	const piece = 1024
	for at := 0; at < len(out); at += piece {
		to := min(at+piece, len(out))
		sum := h.entries(&s.in[0])[at:to]
		for k := 1; k < len(s.in); k++ {
			kernel.Binary(kernel.Add, out[at:to], sum, h.entries(&s.in[k])[at:to], 1, to-at, kernel.Full, kernel.Full)
			sum = out[at:to]
		}
	}
}

// matmul runs a matrix product, in parts where it is large.
func (h *hand[T]) matmul(s *step) {
	workers := len(h.scratch)
	parts := min(s.parts, workers)
	if parts == 1 {
		h.multiply(s, 0, s.product.All())
		return
	}
	h.divided, h.parts = s, parts
	h.job.Do(parts, workers, h.portion)
}

// execute runs any other step.
func (h *hand[T]) execute(s *step) {
	out := h.out(s)
	switch s.op {
	case opDot:
		out[0] = kernel.Dot(h.entries(&s.in[0]), h.entries(&s.in[1]))
	case opDotCols:
		kernel.DotCols(out, h.entries(&s.in[0]), h.entries(&s.in[1]), s.rows, s.in[0].cols)
	case opTotal:
		h.total(s, out)
	case opTranspose:
		kernel.Transpose(out, h.entries(&s.in[0]), s.cols, s.rows)
	case opBroadcast:
		kernel.Broadcast(out, h.entries(&s.in[0]), s.rows, s.cols, s.in[0].extent)
	case opSum:
		kernel.Sum(out, h.entries(&s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opMaxAxis:
		kernel.MaxAxis(out, h.entries(&s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opSlice:
		kernel.Copy2D(out, 0, s.cols, h.entries(&s.in[0]), s.i*s.in[0].cols+s.j, s.in[0].cols, s.rows, s.cols)
	case opPad:
		clear(out)
		a := s.in[0]
		kernel.Copy2D(out, s.i*s.cols+s.j, s.cols, h.entries(&a), 0, a.cols, a.rows, a.cols)
	case opConcat:
		at := 0
		for _, a := range s.in {
			kernel.Copy2D(out, at, s.cols, h.entries(&a), 0, a.cols, a.rows, a.cols)
			if s.i == 0 {
				at += a.rows * a.cols
			} else {
				at += a.cols
			}
		}
	case opGatherRows:
		a := s.in[0]
		rows, index := h.entries(&a), h.entries(&s.in[1])
		for r, f := range index {
			copy(out[r*s.cols:(r+1)*s.cols], rows[whole(s, f, a.rows)*s.cols:])
		}
	case opScatterRows:
		clear(out)
		rows, index := h.entries(&s.in[0]), h.entries(&s.in[1])
		for r, f := range index {
			to := out[whole(s, f, s.rows)*s.cols:]
			for c, v := range rows[r*s.cols : (r+1)*s.cols] {
				to[c] += v
			}
		}
	case opGather:
		a, index := h.entries(&s.in[0]), h.entries(&s.in[1])
		cols := s.in[0].cols
		for r, f := range index {
			out[r] = a[r*cols+whole(s, f, cols)]
		}
	case opScatter:
		clear(out)
		a, index := h.entries(&s.in[0]), h.entries(&s.in[1])
		for r, f := range index {
			out[r*s.cols+whole(s, f, s.cols)] = a[r]
		}
	case opConv, opConvImages, opConvWeights:
		h.convolve(s)
	case opPool, opUnpool:
		h.divide(s, s.in[0].rows)
	case opMoments:
		h.moments(s)
	case opUniform, opNormal:
		h.draw(s)
	case opCholesky, opSolveLower:
		h.triangle(s)
	case opLower:
		kernel.Lower(out, h.entries(&s.in[0]), s.rows, T(s.x))
	default:
		panic("autodiff: no kernel for " + s.op.String())
	}
}

// divide runs a step in units, side by side where it is large.
func (h *hand[T]) divide(s *step, units int) {
	workers := min(len(h.scratch), 1+s.flops()/partFLOPs)
	h.divided = s
	h.job.Do(units, workers, h.portion)
}

// part runs a part of the step that is being divided.
func (h *hand[T]) part(worker, k int) {
	if h.m.sign.Up() {
		return
	}
	switch s := h.divided; s.op {
	case opMatMul:
		h.multiply(s, worker, s.product.Part(k, h.parts))
	case opPool, opUnpool:
		h.poolUnit(s, worker, k)
	case opMoments:
		kernel.MomentsUnit(s.moments, h.shared(), h.entries(&s.in[0]), h.room(worker), k)
	default:
		h.convolveUnit(s, worker, k)
	}
}

// room returns what a worker on a step needs room for.
func (h *hand[T]) room(worker int) []T {
	if h.scratch[worker] == nil {
		h.scratch[worker] = make([]T, h.m.p.scratch)
	}
	return h.scratch[worker]
}

// shared returns room for what the workers on a step need together. It is first called before they are.
func (h *hand[T]) shared() []T {
	if h.common == nil {
		h.common = make([]T, h.m.p.shared)
	}
	return h.common
}

// multiply runs a region of a matrix product and what follows it.
func (h *hand[T]) multiply(s *step, worker int, region kernel.Region) {
	var d, by []T
	rest := s.in[2:]
	if s.product.Add != kernel.Nothing {
		d, rest = h.entries(&rest[0]), rest[1:]
	}
	if s.product.Gate {
		by = h.entries(&rest[0])
	}
	a, b := h.entries(&s.in[0]), h.entries(&s.in[1])
	kernel.Multiply(s.product, h.out(s), a, b, d, by, h.room(worker), region, &h.m.sign)
}

// entries returns the numbers of an operand.
func (h *hand[T]) entries(o *operand) []T {
	at := o.at
	if o.own {
		at += h.own
	}
	return h.m.mem[at : at+o.rows*o.cols]
}

// out returns where the result of a step goes.
func (h *hand[T]) out(s *step) []T {
	at := s.out
	if s.own {
		at += h.own
	}
	return h.m.mem[at : at+s.rows*s.cols]
}
