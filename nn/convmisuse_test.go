package nn

import (
	"math/rand/v2"

	"kindred/autodiff"
)

// convMistakes are the mistakes with layers and networks for images.
func convMistakes() []mistake {
	g, rng := autodiff.New(), rand.New(rand.NewPCG(1, 0))
	im := autodiff.Image{Height: 4, Width: 4, Channels: 2}
	x, p := g.Input("x", 3, 32), g.Params(MLP{Widths: []int{3, 2}}.Shapes())
	conv, net := NewConv(im, 2), NewConvNet(im, 0)
	net.Filters = []int{2}
	with := func(change func(n *ConvNet)) func() {
		n := net
		change(&n)
		return func() { n.Shapes() }
	}
	const unitsSays = "Units is 0; it must be at least 1, the number of columns"
	const pixels = "; it must have at least one row, column and channel"
	return []mistake{
		{"NewConv", func() { NewConv(im, 0).Shapes() }, "autodiff: Filter: 0 filters; there must be at least one"},
		{"Conv.Image", func() { Conv{Filter: conv.Filter, Filters: 1}.Shapes() }, "autodiff: Filter: an image 0×0×0" + pixels},
		{"Conv.Filter", func() { Conv{Image: im, Filters: 1}.Shapes() },
			"autodiff: Filter: a patch of 0×0 places; it must have at least one"},
		{"Conv.Filters", func() { Conv{Image: im, Filter: conv.Filter}.Init(rng) }, "autodiff: Filter: 0 filters; there must be at least one"},
		{"Conv.Weights", func() { Conv{im, conv.Filter, 1, true, TruncatedNormal{-2}}.Init(rng) },
			"nn: TruncatedNormal: Std is -2; it must be finite and not negative"},
		{"Conv.Out", func() { Conv{}.Out() }, "autodiff: Filter: an image 0×0×0" + pixels},
		{"Conv.Shapes", func() { Conv{}.Shapes() }, "autodiff: Filter: an image 0×0×0" + pixels},
		{"Conv.Init", func() { conv.Init(nil) },
			"nn: Conv.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))"},
		{"Conv.Apply", func() { conv.Apply(nil, p, x) }, "nn: Conv: parameter 0 is W1 3×2, want W 18×2"},
		{"MaxPool.Image", func() { MaxPool{autodiff.Image{Height: 1, Width: 32, Channels: 1}}.Apply(nil, autodiff.Params{}, x) },
			"autodiff: MaxPool: an image 1×32×1 has no square of 2×2 places"},
		{"MaxPool.Apply", func() { MaxPool{im}.Apply(nil, p, x) }, "nn: MaxPool: 2 matrices of parameters, want []"},
		{"ImageNorm.Image", func() { ImageNorm{Norm: NewTransductiveNorm(1)}.Shapes() }, "nn: ImageNorm: Image is 0×0×0" + pixels},
		{"ImageNorm.Norm", func() { ImageNorm{Image: im}.Shapes() },
			"nn: ImageNorm: Norm is nil; give one, such as NewTransductiveNorm(1)"},
		{"ImageNorm.Shapes", func() { ImageNorm{im, TransductiveNorm{}}.Shapes() },
			"nn: TransductiveNorm: Epsilon is 0; it must be finite and above 0, and NewTransductiveNorm sets the usual one"},
		{"ImageNorm.Init", func() { ImageNorm{Image: im}.Init(rng) },
			"nn: ImageNorm: Norm is nil; give one, such as NewTransductiveNorm(1)"},
		{"ImageNorm.Apply", func() { ImageNorm{im, NewTransductiveNorm(1)}.Apply(nil, p, x) },
			"nn: ImageNorm: parameter 0 is W1 3×2, want gain 1×2"},
		{"NewTransductiveNorm", func() { NewTransductiveNorm(0).Shapes() }, "nn: TransductiveNorm: " + unitsSays},
		{"TransductiveNorm.Units", func() { TransductiveNorm{Epsilon: 1}.Init(nil) }, "nn: TransductiveNorm: " + unitsSays},
		{"TransductiveNorm.Epsilon", func() { TransductiveNorm{Units: 1}.Shapes() },
			"nn: TransductiveNorm: Epsilon is 0; it must be finite and above 0, and NewTransductiveNorm sets the usual one"},
		{"TransductiveNorm.Shapes", func() { TransductiveNorm{}.Shapes() }, "nn: TransductiveNorm: " + unitsSays},
		{"TransductiveNorm.Init", func() { TransductiveNorm{}.Init(rng) }, "nn: TransductiveNorm: " + unitsSays},
		{"TransductiveNorm.Apply", func() { NewTransductiveNorm(3).Apply(nil, p, x) },
			"nn: TransductiveNorm: parameter 0 is W1 3×2, want gain 1×3"},
		{"TransductiveNorm.For", func() { NewTransductiveNorm(1).For(0).Shapes() }, "nn: TransductiveNorm: " + unitsSays},
		{"NewConvNet", func() { NewConvNet(im, -1).Shapes() },
			"nn: ConvNet: Outputs is -1; it must be at least 1, or 0 for no head"},
		{"NewStridedConvNet", func() { NewStridedConvNet(autodiff.Image{}, 1).Shapes() }, "autodiff: Filter: an image 0×0×0" + pixels},
		{"ConvNet.Image", with(func(n *ConvNet) { n.Image.Width = 0 }), "autodiff: Filter: an image 4×0×2" + pixels},
		{"ConvNet.Filters", with(func(n *ConvNet) { n.Filters = nil }),
			"nn: ConvNet: Filters is empty; give each block a number, such as 64, 64, 64, 64"},
		{"ConvNet.Norm", with(func(n *ConvNet) { n.Norm = TransductiveNorm{} }),
			"nn: TransductiveNorm: Epsilon is 0; it must be finite and above 0, and NewTransductiveNorm sets the usual one"},
		{"ConvNet.Pool", with(func(n *ConvNet) { n.Filters = []int{2, 2, 2} }),
			"nn: ConvNet: block 3 has nothing to pool: its images are 1×1×2; take fewer blocks, or larger images"},
		{"ConvNet.Outputs", with(func(n *ConvNet) { n.Outputs = -2 }),
			"nn: ConvNet: Outputs is -2; it must be at least 1, or 0 for no head"},
		{"ConvNet.Weights", func() { ConvNet{Image: im, Filters: []int{1}, Weights: TruncatedNormal{-2}}.Init(rng) },
			"nn: TruncatedNormal: Std is -2; it must be finite and not negative"},
		{"ConvNet.Shapes", func() { ConvNet{Image: im}.Shapes() },
			"nn: ConvNet: Filters is empty; give each block a number, such as 64, 64, 64, 64"},
		{"ConvNet.LayerOf", func() { ConvNet{Image: im}.LayerOf() },
			"nn: ConvNet: Filters is empty; give each block a number, such as 64, 64, 64, 64"},
		{"ConvNet.Embedding", func() { ConvNet{Image: im}.Embedding() },
			"nn: ConvNet: Filters is empty; give each block a number, such as 64, 64, 64, 64"},
		{"ConvNet.Init", func() { net.Init(nil) },
			"nn: ConvNet.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))"},
		{"ConvNet.Apply", func() { net.Apply(nil, p, x) },
			"nn: ConvNet: 2 matrices of parameters, want [W1 18×2 norm1.gain 1×2 norm1.bias 1×2]"},
		{"ConvNet.Embed", func() { net.Embed(nil, g.Params(net.Shapes()), g.Input("y", 3, 31)) },
			"nn: ConvNet: the inputs y 3×31 have 31 columns, want 32"},
	}
}
