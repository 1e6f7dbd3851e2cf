package kernel

import "kindred/internal/stop"

// A Convolution multiplies the patches of a batch of images with weights: image p, place q, filter f of the result is
// the inner product of patch q of image p with column f of the weights, which have a row for each entry of a patch. The
// matrix of all patches is never made: a piece of it at a time lies in scratch, or, where that is faster, an image.
//
// The result, which has a row for each patch and a column for each filter, its adjoint by the images and that by the
// weights are bilinear; each is computed in units of work that do not depend on how many processors there are.
type Convolution struct {
	Window
	Images, Filters int

	patches int // of the batch
	piece   int // patches in a piece
	sums    int // into which the adjoint by the weights is divided, if there are as many pieces
	forward *Plan
	images  *Plan // a piece of the result times the weights transposed
	weights *Plan // a piece of patches transposed times that piece of the result
	last    *Plan // the same for the last piece, which may have fewer patches

	ahead, back *sliding // the result and the adjoint by the images without patches; nil if they need them
	strips      *strips  // the adjoint by the weights; nil if it needs patches
}

// patchBytes is the size of a piece of patches, which stays in the second-level cache with what it is multiplied by.
const patchBytes = 288 << 10

// mostSums is into how many sums the adjoint by the weights is divided at most; sumBytes is how much memory more than two
// of them may take.
const (
	mostSums = 16
	sumBytes = 32 << 20
)

// NewConvolution makes a convolution of numbers of the given size, in bytes, ready.
func NewConvolution(w Window, images, filters, size int) *Convolution {
	c := &Convolution{Window: w, Images: images, Filters: filters}
	rows, cols := w.Out()
	c.patches = images * rows * cols
	c.sums = max(2, min(mostSums, sumBytes/size/w.Patch()/filters))
	c.piece = min(c.patches, blockK, max(rowUnit, patchBytes/size/w.Patch()/rowUnit*rowUnit))
	c.forward = Product{M: c.piece, N: filters, K: w.Patch()}.Plan(size)
	c.images = Product{M: c.piece, N: w.Patch(), K: filters}.Plan(size)
	c.weights = Product{M: w.Patch(), N: filters, K: c.piece, TransA: true}.Plan(size)
	c.last = Product{M: w.Patch(), N: filters, K: c.patches - (c.pieces()-1)*c.piece, TransA: true}.Plan(size)
	c.ahead = newSliding(w, filters, size, false)
	if w.Stride == 1 && w.Rows == w.Cols && w.Pad < w.Rows {
		result := Window{Height: rows, Width: cols, Channels: filters, Rows: w.Rows, Cols: w.Cols, Stride: 1, Pad: w.Rows - 1 - w.Pad}
		c.back = newSliding(result, w.Channels, size, true)
	}
	c.strips = newStrips(w, filters, images, size)
	return c
}

// pieces returns how many pieces there are.
func (c *Convolution) pieces() int { return (c.patches + c.piece - 1) / c.piece }

// each returns how many patches an image has.
func (c *Convolution) each() int { return c.patches / c.Images }

// batch returns how many images make a unit of the adjoint by the images.
func (c *Convolution) batch() int { return max(1, c.piece/c.each()) }

// Scratch returns how many numbers each worker needs room for.
func (c *Convolution) Scratch() int {
	product := max(c.forward.Scratch(), c.images.Scratch(), c.weights.Scratch(), c.last.Scratch())
	most := c.piece*c.Patch() + c.Patch()*c.Filters + product
	for _, d := range []*sliding{c.ahead, c.back} {
		if d != nil {
			most = max(most, d.padded())
		}
	}
	if c.strips != nil {
		most = max(most, c.strips.scratch())
	}
	return most
}

// Room returns how many numbers all workers together need room for: the sums that make the adjoint by the weights, or
// the weights transposed or in panels.
func (c *Convolution) Room() int {
	most := c.WeightsUnits() * c.Patch() * c.Filters
	for _, d := range []*sliding{c.ahead, c.back} {
		if d != nil {
			most = max(most, d.room())
		}
	}
	return most
}

// FLOPs returns the number of additions and multiplications.
func (c *Convolution) FLOPs() int { return 2 * c.patches * c.Patch() * c.Filters }

// ForwardUnits returns into how many units the result is divided.
func (c *Convolution) ForwardUnits() int {
	if c.ahead != nil {
		return c.Images
	}
	return c.pieces()
}

// PackAhead makes the weights ready for [ConvolveUnit], in room that all workers read.
func PackAhead[T Float](c *Convolution, room, weights []T) {
	if c.ahead != nil {
		packFilters(c.ahead, room, weights)
	}
}

// ConvolveUnit computes unit k of the result, given the weights, which [PackAhead] made ready in room.
func ConvolveUnit[T Float](c *Convolution, out, images, weights, room, scratch []T, k int, sign *stop.Sign) {
	if c.ahead != nil {
		convolveImage(c.ahead, out[k*c.each()*c.Filters:], images[k*c.Image():(k+1)*c.Image()], room, scratch, sign)
		return
	}
	from, to := k*c.piece, min(c.patches, (k+1)*c.piece)
	patches, scratch := scratch[:c.piece*c.Patch()], scratch[c.piece*c.Patch():]
	Patches(patches, images, c.Window, from, to)
	Multiply(c.forward, out[from*c.Filters:], patches, weights, nil, nil, scratch,
		Region{0, to - from, 0, c.Filters}, sign)
}

// ImagesUnits returns into how many units the adjoint by the images is divided.
func (c *Convolution) ImagesUnits() int {
	if c.back != nil {
		return c.Images
	}
	return (c.Images + c.batch() - 1) / c.batch()
}

// PackBack makes the weights ready for [ImagesUnit], in room that all workers read.
func PackBack[T Float](c *Convolution, room, weights []T) {
	if c.back != nil {
		packFilters(c.back, room, weights)
	} else {
		Transpose(room[:c.Patch()*c.Filters], weights, c.Patch(), c.Filters)
	}
}

// ImagesUnit computes unit k of the adjoint by the images, given the weights as [PackBack] made them ready.
func ImagesUnit[T Float](c *Convolution, images, result, transposed, scratch []T, k int, sign *stop.Sign) {
	if c.back != nil {
		convolveImage(c.back, images[k*c.Image():], result[k*c.each()*c.Filters:(k+1)*c.each()*c.Filters], transposed, scratch, sign)
		return
	}
	first, end := k*c.batch(), min(c.Images, (k+1)*c.batch())
	clear(images[first*c.Image() : end*c.Image()])
	patches, scratch := scratch[:c.piece*c.Patch()], scratch[c.piece*c.Patch():]
	for from := first * c.each(); from < end*c.each(); from += c.piece {
		to := min(end*c.each(), from+c.piece)
		Multiply(c.images, patches, result[from*c.Filters:], transposed, nil, nil, scratch,
			Region{0, to - from, 0, c.Patch()}, sign)
		if sign.Up() {
			return
		}
		AddPatches(images, patches, c.Window, from, to)
	}
}

// WeightsUnits returns into how many sums the adjoint by the weights is divided.
func (c *Convolution) WeightsUnits() int {
	if c.strips != nil {
		return min(c.sums, (c.Images+c.strips.group-1)/c.strips.group)
	}
	return min(c.sums, c.pieces())
}

// WeightsUnit computes sum number k of those that make the adjoint by the weights, over neighbouring images, or pieces, in
// order.
func WeightsUnit[T Float](c *Convolution, sum, images, result, scratch []T, k int, sign *stop.Sign) {
	if s := c.strips; s != nil {
		strips, units := (c.Images+s.group-1)/s.group, c.WeightsUnits()
		addWeights(s, sum, images, result, scratch, strips*k/units*s.group, min(c.Images, strips*(k+1)/units*s.group), sign)
		return
	}
	size := c.Patch() * c.Filters
	product, patches, scratch := scratch[:size], scratch[size:size+c.piece*c.Patch()], scratch[size+c.piece*c.Patch():]
	clear(sum)
	for p := c.pieces() * k / c.WeightsUnits(); p < c.pieces()*(k+1)/c.WeightsUnits(); p++ {
		plan, from, to := c.weights, p*c.piece, (p+1)*c.piece
		if to >= c.patches {
			plan, to = c.last, c.patches
		}
		Patches(patches, images, c.Window, from, to)
		Multiply(plan, product, patches, result[from*c.Filters:], nil, nil, scratch, plan.All(), sign)
		if sign.Up() {
			return
		}
		vectors(Add, sum[:size], sum[:size], product)
	}
}
