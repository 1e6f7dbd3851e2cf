package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// MaxPool returns, for each channel, the largest entry of each square of 2 × 2 places, 2 places apart: of an
// n × im.Size() matrix of images it makes one of n × im.Pooled().Size(). An odd last row or column is left out. Of equal
// entries the first in the order row, column counts, and has the derivative to itself; NaN counts as the largest.
func (v Value) MaxPool(im Image) Value {
	im.checkSquares("MaxPool")
	v.checkImages("MaxPool", im)
	i := v.node0().window(kernel.Window{Height: im.Height, Width: im.Width, Channels: im.Channels,
		Rows: 2, Cols: 2, Stride: 2})
	return apply(opPool, node{i: i}, v, v)
}

// opPool gathers entries of in[0] where in[1] is largest; opUnpool, its adjoint, spreads in[0] to where in[1] is largest.
func poolShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Cols() != w.Image() {
		return 0, 0, fmt.Sprintf("%v", in[0])
	}
	_, _, err := alike(n, in)
	return in[0].Rows(), rows * cols * w.Channels, err
}

func unpoolShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Rows() != in[1].Rows() || in[0].Cols() != rows*cols*w.Channels || in[1].Cols() != w.Image() {
		return 0, 0, fmt.Sprintf("%v by %v", in[0], in[1])
	}
	return in[1].Rows(), in[1].Cols(), ""
}

// The choice of the largest is locally constant: the derivative passes through what is gathered and spread alone.
func poolVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opUnpool, node{i: n.i}, ct, in[1]), {}}
}

func unpoolVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opPool, node{i: n.i}, ct, in[1]), {}}
}

// poolUnit runs a pooling of image k.
func (h *hand[T]) poolUnit(s *step, k int) {
	a, by := h.entries(&s.in[0]), h.entries(&s.in[1])
	if s.op == opPool {
		kernel.Pool(h.out(s), a, by, s.window, k, k+1)
	} else {
		kernel.Unpool(h.out(s), a, by, s.window, k, k+1)
	}
}
