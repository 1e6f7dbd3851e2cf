package autodiff

import (
	"fmt"

	"kindred/internal/kernel"
)

// An Image says what each row of a matrix of images holds: Height × Width places with Channels numbers each, in the order
// row, column, channel. So n images are an n × Height·Width·Channels matrix, and reshaped to n·Height·Width × Channels it
// has a column for each channel: a bias is added to it as a row, and a mean over its rows is that of a channel.
type Image struct{ Height, Width, Channels int }

// Size returns the number of entries of an image.
func (im Image) Size() int { return im.Height * im.Width * im.Channels }

func (im Image) String() string { return fmt.Sprintf("%d×%d×%d", im.Height, im.Width, im.Channels) }

// Pooled returns the image that [Value.MaxPool] makes of im. It panics if im is too small.
func (im Image) Pooled() Image {
	im.checkSquares("Pooled")
	return Image{im.Height / 2, im.Width / 2, im.Channels}
}

// A Filter says which patches of an image a convolution looks at: of Rows × Cols places, Stride places apart down and
// across, with Pad rows and columns of zeros around the image. The usual one is {3, 3, 1, 1}, which keeps the height and
// width of the image.
type Filter struct{ Rows, Cols, Stride, Pad int }

// Out returns the image that a convolution with the given number of filters makes of im: of
// ⌊(Height + 2·Pad − Rows)/Stride⌋ + 1 rows, and columns alike. It panics if a size is senseless or a patch larger than
// the padded image.
func (f Filter) Out(im Image, filters int) Image {
	rows, cols := f.window("Filter", im).Out()
	if filters < 1 {
		panic(fmt.Sprintf("autodiff: Filter: %d filters; there must be at least one", filters))
	}
	return Image{rows, cols, filters}
}

// Patch returns the number of entries of a patch of im, Rows·Cols·Channels: the rows of the weights.
func (f Filter) Patch(im Image) int { return f.window("Filter", im).Patch() }

// window checks the sizes.
func (f Filter) window(what string, im Image) kernel.Window {
	im.check(what)
	switch {
	case f.Rows < 1 || f.Cols < 1:
		panic(fmt.Sprintf("autodiff: %s: a patch of %d×%d places; it must have at least one", what, f.Rows, f.Cols))
	case f.Stride < 1:
		panic(fmt.Sprintf("autodiff: %s: Stride is %d; it must be at least 1", what, f.Stride))
	case f.Pad < 0:
		panic(fmt.Sprintf("autodiff: %s: Pad is %d; it must not be negative", what, f.Pad))
	case f.Rows > im.Height+2*f.Pad || f.Cols > im.Width+2*f.Pad:
		panic(fmt.Sprintf("autodiff: %s: a patch of %d×%d places does not fit into an image %v with %d zeros around it",
			what, f.Rows, f.Cols, im, f.Pad))
	}
	return kernel.Window{Height: im.Height, Width: im.Width, Channels: im.Channels,
		Rows: f.Rows, Cols: f.Cols, Stride: f.Stride, Pad: f.Pad}
}

func (im Image) check(what string) {
	if im.Height < 1 || im.Width < 1 || im.Channels < 1 {
		panic(fmt.Sprintf("autodiff: %s: an image %v; it must have at least one row, column and channel", what, im))
	}
}

// checkSquares panics if there is nothing to pool.
func (im Image) checkSquares(what string) {
	im.check(what)
	if im.Height < 2 || im.Width < 2 {
		panic(fmt.Sprintf("autodiff: %s: an image %v has no square of 2×2 places", what, im))
	}
}

// checkImages panics unless each row of v is an image im.
func (v Value) checkImages(what string, im Image) {
	if v.Cols() != im.Size() {
		panic(fmt.Sprintf("autodiff: %s: the rows of %v are no images %v, which have %d entries", what, v, im, im.Size()))
	}
}

// window returns the number under which the graph keeps a window: equal ones have the same, so that nodes which are equal
// but for the window differ.
func (g *Graph) window(w kernel.Window) int {
	for k, known := range g.windows {
		if known == w {
			return k
		}
	}
	g.windows = append(g.windows, w)
	return len(g.windows) - 1
}

// windowOf returns the window of a node that has one.
func (g *Graph) windowOf(n *node) kernel.Window { return g.windows[n.i] }
