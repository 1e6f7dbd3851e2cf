package nn

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
)

// Conv is a layer of convolutions: n images, n × Image.Size(), become n × Out().Size(). Entry (row r, column c, filter
// f) is
//
//	bias[f] + Σ over i, j, k of x[r·Stride + i − Pad, c·Stride + j − Pad, k] · W[i, j, k; f]
//
// where x is 0 outside the image ([autodiff.Value.Conv]). An image lies in the order row, column, channel. The
// parameters are W, Patch × Filters, whose rows are the entries of a patch in that order, and, with Bias, bias, 1 ×
// Filters. So the weights of PyTorch, [out, in, rows, columns], are transposed to [rows, columns, in, out], in which
// order a product reads and writes neighbouring numbers. W starts as Weights says, with Rows·Cols·channels inputs and
// Rows·Cols·Filters outputs, as in Keras; the bias starts at 0.
type Conv struct {
	Image   autodiff.Image  // of the inputs
	Filter  autodiff.Filter // size of a patch, stride and padding
	Filters int             // channels of the result
	Bias    bool
	Weights Initializer // nil is GlorotUniform
}

var _ Network = Conv{}

// NewConv returns the usual layer: patches of 3 × 3 at every place, with zeros around the image, which keep its height
// and width, and a bias.
func NewConv(im autodiff.Image, filters int) Conv {
	return Conv{Image: im, Filter: autodiff.Filter{Rows: 3, Cols: 3, Stride: 1, Pad: 1}, Filters: filters, Bias: true}
}

// Out returns the image that the layer makes.
func (c Conv) Out() autodiff.Image { return c.Filter.Out(c.Image, c.Filters) }

// Shapes implements [Network].
func (c Conv) Shapes() []autodiff.Shape {
	c.Out() // checks the settings
	shapes := []autodiff.Shape{{Name: "W", Rows: c.Filter.Patch(c.Image), Cols: c.Filters}}
	if c.Bias {
		shapes = append(shapes, autodiff.Shape{Name: "bias", Rows: 1, Cols: c.Filters})
	}
	return shapes
}

// Init implements [Network].
func (c Conv) Init(rng *rand.Rand) []float64 {
	checkSource("Conv.Init", rng)
	theta := make([]float64, Size(c.Shapes()))
	weights := c.Weights
	if weights == nil {
		weights = GlorotUniform{}
	}
	patch := c.Filter.Patch(c.Image)
	weights.Fill(theta[:patch*c.Filters], patch, c.Filter.Rows*c.Filter.Cols*c.Filters, rng)
	return theta
}

// Apply implements [Network].
func (c Conv) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	checkLayer("Conv", c.Shapes(), theta, c.Image.Size(), x)
	y, out := x.Conv(theta.At(0), c.Image, c.Filter), c.Out()
	if c.Bias {
		y = places(y, out).Add(theta.At(1)).Reshape(x.Rows(), out.Size())
	}
	return y
}

// places returns images as a matrix with a row for each place and a column for each channel.
func places(x autodiff.Value, im autodiff.Image) autodiff.Value {
	return x.Reshape(x.Rows()*im.Height*im.Width, im.Channels)
}

// MaxPool makes images of half the height and width: each channel of the result is the largest entry of a square of
// 2 × 2 places ([autodiff.Value.MaxPool]). An odd last row or column is left out. It has no parameters.
type MaxPool struct{ Image autodiff.Image }

var _ Network = MaxPool{}

// Shapes implements [Network].
func (MaxPool) Shapes() []autodiff.Shape { return nil }

// Init implements [Network].
func (MaxPool) Init(*rand.Rand) []float64 { return nil }

// Apply implements [Network].
func (m MaxPool) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	checkLayer("MaxPool", nil, theta, m.Image.Size(), x)
	return x.MaxPool(m.Image)
}

// ImageNorm normalises each channel of images over all their places, by a layer that does so with the columns of a
// table: [TransductiveNorm], or [BatchNorm] with its running statistics. Its parameters are theirs.
type ImageNorm struct {
	Image autodiff.Image
	Norm  Norm
}

var _ Network = ImageNorm{}

func (n ImageNorm) layer() Network {
	if n.Norm == nil {
		panic("nn: ImageNorm: Norm is nil; give one, such as NewTransductiveNorm(1)")
	}
	if n.Image.Size() < 1 {
		panic(fmt.Sprintf("nn: ImageNorm: Image is %v; it must have at least one row, column and channel", n.Image))
	}
	return n.Norm.For(n.Image.Channels)
}

// Shapes implements [Network].
func (n ImageNorm) Shapes() []autodiff.Shape { return n.layer().Shapes() }

// Init implements [Network].
func (n ImageNorm) Init(rng *rand.Rand) []float64 { return n.layer().Init(rng) }

// Apply implements [Network].
func (n ImageNorm) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	layer := n.layer()
	checkLayer("ImageNorm", layer.Shapes(), theta, n.Image.Size(), x)
	return layer.Apply(t, theta, places(x, n.Image)).Reshape(x.Rows(), x.Cols())
}
