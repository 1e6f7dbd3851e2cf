package nn

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
)

// ConvNet is the convolutional network of few-shot learning. A row of its inputs is an image, in the order row, column,
// channel. Each block is a convolution with patches of 3 × 3 and zeros around the image, a normalisation of each
// channel, ReLU, and, with Pool, the largest entry of each square of 2 × 2 places, an odd last row or column being left
// out; with Strided the convolution looks at every second place instead. What the last block makes is the embedding,
// flattened in the order row, column, channel, or with Average its mean over the places. With Outputs a linear layer
// follows, the head.
//
// Block k has the parameters Wk (as [Conv]), normk.gain and normk.bias (as [TransductiveNorm]), its scope is normk. A
// block without a Norm has bk in their place: a normalisation takes away again what a bias adds, whose gradient would
// be 0 (the published codes keep one all the same). The head is W and b with the next number, as in [MLP].
//
// NewConvNet is the network of Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra. Matching networks for one shot
// learning. NIPS 2016, arXiv:1606.04080, and of Snell, Swersky, Zemel. Prototypical networks for few-shot learning.
// NIPS 2017, arXiv:1703.05175: images of 28 × 28 become 64 numbers. NewStridedConvNet is that of Finn, Abbeel, Levine.
// Model-agnostic meta-learning for fast adaptation of deep networks. ICML 2017, arXiv:1703.03400, for Omniglot: its
// code takes the mean over the places of the last block too, which the paper does not say, and pads even images below
// and to the right alone. The code of Snell normalises support and query together in training, and by running
// statistics in evaluation.
type ConvNet struct {
	Image   autodiff.Image // of the inputs
	Filters []int          // of each block; at least one
	Norm    Norm           // NewTransductiveNorm(1), NewBatchNorm(1) with running statistics, or nil
	Pool    bool
	Strided bool
	Average bool
	Outputs int         // of the head; 0 is none
	Weights Initializer // of all matrices; nil is GlorotUniform
}

var _ Layered = ConvNet{}

// NewConvNet returns the network with four blocks of 64 filters, transductive normalisation and pooling.
func NewConvNet(im autodiff.Image, outputs int) ConvNet {
	return ConvNet{Image: im, Filters: []int{64, 64, 64, 64}, Norm: NewTransductiveNorm(1), Pool: true, Outputs: outputs}
}

// NewStridedConvNet returns the network with four blocks of 64 filters at every second place, transductive
// normalisation and a mean over the places.
func NewStridedConvNet(im autodiff.Image, outputs int) ConvNet {
	return ConvNet{Image: im, Filters: []int{64, 64, 64, 64}, Norm: NewTransductiveNorm(1), Strided: true, Average: true,
		Outputs: outputs}
}

// A convBlock is a block with the image that it makes.
type convBlock struct {
	conv Conv
	norm Network // nil for none
	out  autodiff.Image
}

// blocks checks the settings.
func (c ConvNet) blocks() []convBlock {
	if len(c.Filters) == 0 {
		panic("nn: ConvNet: Filters is empty; give each block a number, such as 64, 64, 64, 64")
	}
	if c.Outputs < 0 {
		panic(fmt.Sprintf("nn: ConvNet: Outputs is %d; it must be at least 1, or 0 for no head", c.Outputs))
	}
	blocks, im := make([]convBlock, len(c.Filters)), c.Image
	for k, filters := range c.Filters {
		b := convBlock{conv: NewConv(im, filters)}
		b.conv.Bias, b.conv.Weights = c.Norm == nil, c.Weights
		if c.Strided {
			b.conv.Filter.Stride = 2
		}
		if c.Norm != nil {
			b.norm = c.Norm.For(filters)
		}
		if b.out = b.conv.Out(); c.Pool {
			if b.out.Height < 2 || b.out.Width < 2 {
				panic(fmt.Sprintf("nn: ConvNet: block %d has nothing to pool: its images are %v; take fewer blocks, or larger "+
					"images", k+1, b.out))
			}
			b.out = b.out.Pooled()
		}
		blocks[k], im = b, b.out
	}
	return blocks
}

// Embedding returns the number of entries of the embedding.
func (c ConvNet) Embedding() int {
	blocks := c.blocks()
	out := blocks[len(blocks)-1].out
	if c.Average {
		return out.Channels
	}
	return out.Size()
}

// Shapes implements [Network].
func (c ConvNet) Shapes() []autodiff.Shape {
	var shapes []autodiff.Shape
	for k, b := range c.blocks() {
		shapes = append(shapes, named(b.conv.Shapes()[0], fmt.Sprintf("W%d", k+1)))
		if b.norm == nil {
			shapes = append(shapes, named(b.conv.Shapes()[1], fmt.Sprintf("b%d", k+1)))
			continue
		}
		for _, s := range b.norm.Shapes() {
			shapes = append(shapes, named(s, fmt.Sprintf("norm%d.%s", k+1, s.Name)))
		}
	}
	if c.Outputs > 0 {
		k := len(c.Filters) + 1
		shapes = append(shapes, autodiff.Shape{Name: fmt.Sprintf("W%d", k), Rows: c.Embedding(), Cols: c.Outputs},
			autodiff.Shape{Name: fmt.Sprintf("b%d", k), Rows: 1, Cols: c.Outputs})
	}
	return shapes
}

func named(s autodiff.Shape, name string) autodiff.Shape {
	s.Name = name
	return s
}

// LayerOf implements [Layered]: a block is a layer.
func (c ConvNet) LayerOf() []int {
	var layers []int
	for k, b := range c.blocks() {
		for range b.parameters() {
			layers = append(layers, k)
		}
	}
	if c.Outputs > 0 {
		layers = append(layers, len(c.Filters), len(c.Filters))
	}
	return layers
}

// parameters returns the number of matrices of a block.
func (b convBlock) parameters() int {
	n := len(b.conv.Shapes())
	if b.norm != nil {
		n += len(b.norm.Shapes())
	}
	return n
}

// Init implements [Network].
func (c ConvNet) Init(rng *rand.Rand) []float64 {
	checkSource("ConvNet.Init", rng)
	var theta []float64
	for _, b := range c.blocks() {
		theta = append(theta, b.conv.Init(rng)...)
		if b.norm != nil {
			theta = append(theta, b.norm.Init(rng)...)
		}
	}
	if c.Outputs > 0 {
		theta = append(theta, MLP{Widths: []int{c.Embedding(), c.Outputs}, Weights: c.Weights}.Init(rng)...)
	}
	return theta
}

// Apply implements [Network].
func (c ConvNet) Apply(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	h := c.Embed(t, theta, x)
	if c.Outputs > 0 {
		h = h.MatMul(theta.At(theta.Len() - 2)).Add(theta.At(theta.Len() - 1))
	}
	return h
}

// Embed traces the network without its head, whose parameters it does not use: the result is n × Embedding().
func (c ConvNet) Embed(t *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	checkLayer("ConvNet", c.Shapes(), theta, c.Image.Size(), x)
	at, blocks := 0, c.blocks()
	for k, b := range blocks {
		end := at + b.parameters()
		x = c.block(t.Scope(fmt.Sprintf("norm%d", k+1)), b, theta.Slice(at, end), x)
		at = end
	}
	if out := blocks[len(blocks)-1].out; c.Average {
		return placesMean(x, out)
	}
	return x
}

// block traces a block. What normalises columns scales and shifts each channel; that follows the pooling, so that it is
// done with a quarter of the entries, and so does ReLU.
func (c ConvNet) block(t *Trace, b convBlock, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	n, of := x.Rows(), len(b.conv.Shapes())
	x = b.conv.Apply(t, theta.Slice(0, of), x)
	out, theta := b.conv.Out(), theta.Slice(of, theta.Len())
	if norm, ok := b.norm.(columnNorm); ok {
		mean, variance := norm.moments(t, theta, places(x, out))
		if c.Pool {
			x = x.PoolToward(theta.At(0), out)
		}
		scale := variance.Shift(norm.epsilon()).Sqrt().Reciprocal().Mul(theta.At(0))
		return places(x, b.out).Sub(mean).Mul(scale).Add(theta.At(1)).ReLU().Reshape(n, b.out.Size())
	}
	if b.norm != nil {
		x = ImageNorm{out, c.Norm}.Apply(t, theta, x)
	}
	if c.Pool {
		x = x.MaxPool(out)
	}
	return x.ReLU()
}

// placesMean returns the mean of each channel over the places of an image.
func placesMean(x autodiff.Value, im autodiff.Image) autodiff.Value {
	sum := x.SliceCols(0, im.Channels)
	for at := im.Channels; at < im.Size(); at += im.Channels {
		sum = sum.Add(x.SliceCols(at, at+im.Channels))
	}
	return sum.Scale(1 / float64(im.Height*im.Width))
}
