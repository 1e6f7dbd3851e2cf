package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// Conv returns the convolution of images with filters, a cross-correlation as deep learning has it. v is n × im.Size(),
// a row for each image; w has a row for each entry of a patch, in the order row, column, channel of the patch, and a
// column for each filter. Entry (row r, column c, filter f) of image p of the result, which is n × f.Out(im,
// w.Cols()).Size(), is
//
//	Σ over i, j, k of v[p; r·Stride + i − Pad, c·Stride + j − Pad, k] · w[i, j, k; f]
//
// where v is 0 outside the image.
//
// A convolution is a product of the matrix of all patches with the weights; that matrix is never stored. Where a row of
// a patch has 24 numbers or more, the products read it from a copy of the image with zeros around it, of at most 512
// kB; else, and without assembly, pieces of the matrix, of 300 kB or 30 patches each, are made by each processor as
// they are needed. So it is in the derivatives: that by the images and that by the weights are operations of the same
// kind, whose derivatives are again these. The derivative by the weights, which needs patches where Stride is above 1,
// is a sum over images or pieces, in an order that depends on the shapes alone and in at most 16 parts. So beside
// operands and results, a workspace needs room for a few images or a piece (at most 2 MB), for the panels of a product
// (at most 512 kB) and for the weights, for each processor, and for 16 times the weights: 32 MB at most, or twice the
// weights.
func (v Value) Conv(w Value, im Image, f Filter) Value {
	i := v.node0().window(f.window("Conv", im))
	v.checkImages("Conv", im)
	return apply(opConv, node{i: i}, v, w)
}

func convShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	if in[0].Cols() != w.Image() || in[1].Rows() != w.Patch() {
		return 0, 0, fmt.Sprintf("%v needs a row for each of the %d×%d×%d entries of a patch, and has %d",
			in[1], w.Rows, w.Cols, w.Channels, in[1].Rows())
	}
	rows, cols := w.Out()
	return in[0].Rows(), rows * cols * in[1].Cols(), ""
}

func convVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opConvImages, node{i: n.i}, ct, in[1]), apply(opConvWeights, node{i: n.i}, in[0], ct)}
}

// opConvImages is the adjoint of a convolution by the images, of a cotangent and the weights.
func convImagesShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Cols() != rows*cols*in[1].Cols() || in[1].Rows() != w.Patch() {
		return 0, 0, fmt.Sprintf("%v by %v", in[0], in[1])
	}
	return in[0].Rows(), w.Image(), ""
}

func convImagesVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opConv, node{i: n.i}, ct, in[1]), apply(opConvWeights, node{i: n.i}, ct, in[0])}
}

// opConvWeights is the adjoint of a convolution by the weights, of the images and a cotangent.
func convWeightsShape(n *node, in []Value) (int, int, string) {
	w := in[0].g.windowOf(n)
	rows, cols := w.Out()
	if in[0].Rows() != in[1].Rows() || in[0].Cols() != w.Image() || in[1].Cols()%(rows*cols) != 0 {
		return 0, 0, fmt.Sprintf("%v by %v", in[0], in[1])
	}
	return w.Patch(), in[1].Cols() / (rows * cols), ""
}

func convWeightsVJP(n *node, in []Value, _, ct Value) []Value {
	return []Value{apply(opConvImages, node{i: n.i}, in[1], ct), apply(opConv, node{i: n.i}, in[0], ct)}
}

// convolution returns what a step of one of the three operations needs.
func (s *step) convolution(w kernel.Window, bytes int) *kernel.Convolution {
	images, filters := s.in[0].rows, s.cols
	if s.op != opConvWeights {
		filters = s.in[1].cols
	}
	return kernel.NewConvolution(w, images, filters, bytes)
}

// convolve runs a convolution or one of its adjoints.
func (h *hand[T]) convolve(s *step) {
	c, size := s.conv, s.conv.Patch()*s.conv.Filters
	shared := h.shared() // made here, not by several workers at once
	switch s.op {
	case opConv:
		kernel.PackAhead(c, shared, h.entries(&s.in[1]))
		h.divide(s, c.ForwardUnits())
	case opConvImages:
		kernel.PackBack(c, shared, h.entries(&s.in[1]))
		h.divide(s, c.ImagesUnits())
	case opConvWeights:
		h.divide(s, c.WeightsUnits())
		if h.m.sign.Up() {
			return
		}
		out := h.out(s)
		copy(out, shared[:size])
		for k := 1; k < c.WeightsUnits(); k++ {
			kernel.Binary(kernel.Add, out, out, shared[k*size:(k+1)*size], 1, size, kernel.Full, kernel.Full)
		}
	}
}

// convolveUnit runs unit k of a convolution.
func (h *hand[T]) convolveUnit(s *step, worker, k int) {
	c, a, b, sign := s.conv, h.entries(&s.in[0]), h.entries(&s.in[1]), &h.m.sign
	switch s.op {
	case opConv:
		kernel.ConvolveUnit(c, h.out(s), a, b, h.shared(), h.room(worker), k, sign)
	case opConvImages:
		kernel.ImagesUnit(c, h.out(s), a, h.shared(), h.room(worker), k, sign)
	case opConvWeights:
		size := c.Patch() * c.Filters
		kernel.WeightsUnit(c, h.shared()[k*size:(k+1)*size], a, b, h.room(worker), k, sign)
	}
}
