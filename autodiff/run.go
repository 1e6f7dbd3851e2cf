package autodiff

import (
	"runtime"

	"kindred/internal/kernel"
)

// A memory is the numbers of a workspace.
type memory[T kernel.Float] struct {
	mem     []T
	scratch [][]T // of each worker: room that products need, made when it is first needed
	room    int   // size of a scratch
	job     job
	divided *step               // the product that is being computed in parts
	parts   int                 // how many
	portion func(worker, k int) // m.part, once
}

func newMemory[T kernel.Float](p *Program) *memory[T] {
	m := &memory[T]{mem: make([]T, p.size), room: p.scratch, scratch: make([][]T, runtime.GOMAXPROCS(0))}
	m.portion = m.part
	return m
}

// run executes the steps.
func (m *memory[T]) run(steps []step) {
	for k := 0; k < len(steps); {
		s := &steps[k]
		if s.group == 0 {
			m.execute(s)
			k++
			continue
		}
		for r := 0; r < s.rows; r += s.piece {
			rows := min(s.piece, s.rows-r)
			for i := range s.group {
				entrywise(&steps[k+i], m.mem, r, rows)
			}
		}
		k += s.group
	}
}

// execute runs a whole step.
func (m *memory[T]) execute(s *step) {
	mem := m.mem
	if elementwise[s.op] {
		entrywise(s, mem, 0, s.rows)
		return
	}
	out := mem[s.out : s.out+s.rows*s.cols]
	switch s.op {
	case opMatMul:
		workers := len(m.scratch)
		parts := min(s.parts, workers)
		if parts == 1 || workers == 1 {
			m.multiply(s, 0, s.product.All())
			return
		}
		m.divided = s
		m.parts = parts
		m.job.do(parts, workers, m.portion)
	case opDot:
		out[0] = kernel.Dot(entries(mem, s.in[0]), entries(mem, s.in[1]))
	case opTranspose:
		kernel.Transpose(out, entries(mem, s.in[0]), s.cols, s.rows)
	case opBroadcast:
		kernel.Broadcast(out, entries(mem, s.in[0]), s.rows, s.cols, s.in[0].extent)
	case opSum:
		kernel.Sum(out, entries(mem, s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opMaxAxis:
		kernel.MaxAxis(out, entries(mem, s.in[0]), s.in[0].rows, s.in[0].cols, s.i)
	case opSlice:
		kernel.Copy2D(out, 0, s.cols, entries(mem, s.in[0]), s.i*s.in[0].cols+s.j, s.in[0].cols, s.rows, s.cols)
	case opPad:
		clear(out)
		a := s.in[0]
		kernel.Copy2D(out, s.i*s.cols+s.j, s.cols, entries(mem, a), 0, a.cols, a.rows, a.cols)
	case opConcat:
		at := 0
		for _, a := range s.in {
			kernel.Copy2D(out, at, s.cols, entries(mem, a), 0, a.cols, a.rows, a.cols)
			if s.i == 0 {
				at += a.rows * a.cols
			} else {
				at += a.cols
			}
		}
	case opGatherRows:
		a := s.in[0]
		rows, index := entries(mem, a), entries(mem, s.in[1])
		for r, f := range index {
			copy(out[r*s.cols:(r+1)*s.cols], rows[whole(s, f, a.rows)*s.cols:])
		}
	case opScatterRows:
		clear(out)
		rows, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		for r, f := range index {
			to := out[whole(s, f, s.rows)*s.cols:]
			for c, v := range rows[r*s.cols : (r+1)*s.cols] {
				to[c] += v
			}
		}
	case opGather:
		a, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		cols := s.in[0].cols
		for r, f := range index {
			out[r] = a[r*cols+whole(s, f, cols)]
		}
	case opScatter:
		clear(out)
		a, index := entries(mem, s.in[0]), entries(mem, s.in[1])
		for r, f := range index {
			out[r*s.cols+whole(s, f, s.cols)] = a[r]
		}
	default:
		panic("autodiff: no kernel for " + s.op.String())
	}
}

// part runs a part of the product that is being divided.
func (m *memory[T]) part(worker, k int) {
	s := m.divided
	m.multiply(s, worker, s.product.Part(k, m.parts))
}

// multiply runs a region of a matrix product and what follows it.
func (m *memory[T]) multiply(s *step, worker int, region kernel.Region) {
	if m.scratch[worker] == nil {
		m.scratch[worker] = make([]T, m.room)
	}
	out := m.mem[s.out : s.out+s.rows*s.cols]
	var d, by []T
	rest := s.in[2:]
	if s.product.Add != kernel.Nothing {
		d, rest = entries(m.mem, rest[0]), rest[1:]
	}
	if s.product.Gate {
		by = entries(m.mem, rest[0])
	}
	a, b := entries(m.mem, s.in[0]), entries(m.mem, s.in[1])
	kernel.Multiply(s.product, out, a, b, d, by, m.scratch[worker], region)
}

func entries[T kernel.Float](mem []T, o operand) []T { return mem[o.at : o.at+o.rows*o.cols] }
