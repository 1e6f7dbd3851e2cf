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
	return v.pool(v.node0().Fill(1, im.Channels, 1), im)
}

// PoolToward is [Value.MaxPool] in the channels whose entry of toward, 1×Channels, is above 0; in those where it is below
// 0 it returns the smallest entry, NaN counting as the smallest, and where it is neither the first. So what scales and
// shifts channels can follow the pooling and do with a quarter of the entries:
//
//	MaxPool of v·scale + shift   =   (PoolToward(scale) of v)·scale + shift
//
// but for entries that only rounding makes equal. There is no derivative by toward.
func (v Value) PoolToward(toward Value, im Image) Value {
	im.checkSquares("PoolToward")
	v.checkImages("PoolToward", im)
	if toward.Rows() != 1 || toward.Cols() != im.Channels {
		panic(fmt.Sprintf("autodiff: PoolToward: %v has no entry for each of the %d channels of an image %v", toward,
			im.Channels, im))
	}
	return v.pool(toward, im)
}

func (v Value) pool(toward Value, im Image) Value {
	i := v.node0().window(kernel.Window{Height: im.Height, Width: im.Width, Channels: im.Channels,
		Rows: 2, Cols: 2, Stride: 2})
	return apply(opPool, node{i: i}, v, v, toward)
}

// opPool gathers entries of in[0] where in[1] is largest toward in[2]; opUnpool, its adjoint, spreads in[0] to there. A
// program may add in[3]·in[1] + in[4], of rows for the channels, to what opUnpool spreads.
func poolShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Cols() != w.Image() || in[2].Size() != w.Channels {
		return 0, 0, fmt.Sprintf("%v toward %v", in[0], in[2])
	}
	_, _, err := alike(n, in)
	return in[0].Rows(), rows * cols * w.Channels, err
}

func unpoolShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Rows() != in[1].Rows() || in[0].Cols() != rows*cols*w.Channels || in[1].Cols() != w.Image() ||
		in[2].Size() != w.Channels {
		return 0, 0, fmt.Sprintf("%v by %v toward %v", in[0], in[1], in[2])
	}
	return in[1].Rows(), in[1].Cols(), ""
}

// The choice of the largest is locally constant: the derivative passes through what is gathered and spread alone.
func poolVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opUnpool, node{i: n.i}, ct, in[1], in[2]), {}, {}}
}

func unpoolVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opPool, node{i: n.i}, ct, in[1], in[2]), {}, {}}
}

// poolUnit runs a pooling of image k.
func (h *hand[T]) poolUnit(s *step, worker, k int) {
	a, by, toward, signs := h.entries(&s.in[0]), h.entries(&s.in[1]), h.entries(&s.in[2]), h.room(worker)
	if s.op == opPool {
		kernel.Pool(h.out(s), a, by, toward, signs, s.window, k, k+1)
		return
	}
	var scale, shift []T
	if len(s.in) > 3 {
		scale, shift = h.entries(&s.in[3]), h.entries(&s.in[4])
	}
	kernel.Unpool(h.out(s), a, by, toward, signs, scale, shift, s.window, k, k+1)
}

// intoUnpool makes what is added to an unpooling part of it, if it is scale·by + shift for rows of the channels: so comes
// the derivative of images that are both pooled and normalised. It returns the instructions that are gone, or nil.
func (c *code) intoUnpool(n *instr, at []*instr, uses []int) []*instr {
	if n.op != opAdd {
		return nil
	}
	for which, in := range n.in {
		from, sum := at[in], at[n.in[1-which]]
		if from.op != opUnpool || len(from.in) > 3 || uses[from.id] != 1 || uses[sum.id] != 1 || n.rows != from.rows ||
			n.cols != from.cols || from.id == sum.id {
			continue
		}
		gone := []*instr{from, sum}
		if sum.op == opReshape {
			if sum = at[sum.in[0]]; uses[sum.id] != 1 {
				continue
			}
			gone = append(gone, sum)
		}
		row := func(id int32) bool {
			return c.nodes[id].rows == 1 && c.nodes[id].cols == c.windows[from.i].Channels
		}
		images := func(id int32) int32 { // that were reshaped to have a row for each place
			if at[id].op == opReshape {
				return at[id].in[0]
			}
			return id
		}
		if sum.op != opAdd {
			continue
		}
		for k, id := range sum.in {
			product, shift := at[id], sum.in[1-k]
			if product.op != opMul || uses[id] != 1 || !row(shift) {
				continue
			}
			for l, x := range product.in {
				if scale := product.in[1-l]; row(scale) && images(x) == images(from.in[1]) {
					in := append(from.in[:3:3], scale, shift)
					n.node = node{op: opUnpool, rows: n.rows, cols: n.cols, in: in, i: from.i}
					return append(gone, product)
				}
			}
		}
	}
	return nil
}
