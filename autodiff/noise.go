package autodiff

import (
	"encoding/binary"
	"math/rand/v2"
)

// Uniform returns a matrix of random numbers, drawn uniformly from [0, 1) whenever a program runs. See
// [Workspace.SetNoise] for which they are.
//
//	mask := x.Graph().Uniform(x.Rows(), x.Cols()).Greater(rate) // dropout keeps an entry with probability 1 − rate
func (g *Graph) Uniform(rows, cols int) Value { return g.request(opUniform, "Uniform", rows, cols) }

// Normal returns a matrix of random numbers of mean 0 and variance 1, drawn from a normal distribution whenever a program
// runs. See [Workspace.SetNoise] for which they are.
func (g *Graph) Normal(rows, cols int) Value { return g.request(opNormal, "Normal", rows, cols) }

func (g *Graph) request(o op, what string, rows, cols int) Value {
	checkSize(what, rows, cols)
	v := g.append(node{op: o, rows: rows, cols: cols})
	v.node().i = g.requests
	g.requests++
	return v
}

// noisy lists the operations that draw random numbers. They have no operands and are no constants: a request is never
// merged with another, nor computed ahead, and a checkpoint draws its numbers again rather than keep them.
var noisy = [opEnd]bool{opUniform: true, opNormal: true}

// SetNoise chooses the random numbers of the runs that follow: those of [Graph.Uniform] and [Graph.Normal] are a function
// of the seed, the step, the stream, and the number of the request in the order in which the graph recorded it. So all
// programs of a graph draw the same, a loss and its gradient for example, on any number of processors, in any order of
// tasks. Let seed be that of a training, step its step, and stream the task's: each task of a [Batch] sets its own on
// the workspace that it is handed. A program without noise passes over it.
//
// The numbers of request r are those that [math/rand/v2.Rand] makes, row by row, from the ChaCha8 source whose key is
// seed, step, stream and r, eight bytes each, least first. A program of float32 rounds the same numbers, uniform ones
// to below 1.
func (ws *Workspace) SetNoise(seed, step, stream uint64) {
	ws.check()
	ws.noise, ws.noiseSet = noiseKey{seed, step, stream}, true
	ws.runs.draw(ws.noise)
}

// A noiseKey is seed, step and stream.
type noiseKey [3]uint64

// A drawer draws random numbers.
type drawer struct {
	source rand.ChaCha8
	rand   *rand.Rand // of source
}

func newDrawer() *drawer {
	d := &drawer{}
	d.rand = rand.New(&d.source)
	return d
}

// start begins with the numbers of a request.
func (d *drawer) start(key noiseKey, request int) {
	var bytes [32]byte
	for k, v := range key {
		binary.LittleEndian.PutUint64(bytes[8*k:], v)
	}
	binary.LittleEndian.PutUint64(bytes[24:], uint64(request))
	d.source.Seed(bytes)
}

// draw runs a request.
func (h *hand[T]) draw(s *step) {
	h.drawer.start(h.m.noise, s.i)
	h.drawMore(s, h.out(s))
}

// drawMore draws the next numbers of a request.
func (h *hand[T]) drawMore(s *step, out []T) {
	if s.op == opNormal {
		for k := range out {
			out[k] = T(h.drawer.rand.NormFloat64())
		}
		return
	}
	for k := range out {
		out[k] = belowOne(T(h.drawer.rand.Float64()))
	}
}

// belowOne returns v, and for 1, to which the last numbers below it are rounded, the largest float32 below.
func belowOne[T float32 | float64](v T) T {
	if v == 1 {
		return 1 - 0x1p-24
	}
	return v
}
