package models_test

import (
	"kindred/metakit/models"
	"kindred/nn"
)

func misuseOfReaders() []misuse {
	three, gaussian, softmax := blobs(3, 1), nn.GaussianLoss{}, nn.SoftmaxLoss{}
	process := func(change func(n *models.NeuralProcess)) func() { return changed(smallProcess(), waves, change) }
	attentive := func(change func(a *models.AttentiveProcess)) func() { return changed(smallAttentive(), waves, change) }
	context := func(change func(n *models.InContext)) func() {
		return changed(smallTransformer(1, 1, gaussian, false), waves, change)
	}
	recurrent := func(change func(r *models.Recurrent)) func() {
		return changed(models.NewRecurrent(1, 1, 6, gaussian), waves, change)
	}
	return []misuse{
		{"NewNeuralProcess", "Widths is [1 -1 -1 -1 -1]; every width must be at least 1",
			learn(models.NewNeuralProcess(1, 0, -1), waves)},
		{"NeuralProcess.Encoder", "NeuralProcess: the encoder is nil; give a network",
			process(func(n *models.NeuralProcess) { n.Encoder = nil })},
		{"NeuralProcess.Encoder", "the inputs concat 10×2 have 2 columns; widths [1 12 6] want 1",
			process(func(n *models.NeuralProcess) { n.Encoder = line })},
		{"NeuralProcess.Decoder", "NeuralProcess: the decoder is nil; give a network",
			process(func(n *models.NeuralProcess) { n.Decoder = nil })},
		{"NeuralProcess.Decoder", "are not a mean and a standard deviation for each label; their number of columns must",
			process(func(n *models.NeuralProcess) { n.Decoder = nn.MLP{Widths: []int{9, 3}} })},
		{"NeuralProcess.Decoder", "go with 2 of labels; Y has 1",
			process(func(n *models.NeuralProcess) { n.Decoder = nn.MLP{Widths: []int{9, 4}} })},
		{"NeuralProcess.Least", "NeuralProcess: Least is -0.1; it must be at least 0 and below 1, and 0.1 is usual",
			process(func(n *models.NeuralProcess) { n.Least = -0.1 })},
		{"NeuralProcess.Least", "NeuralProcess: Least is NaN", process(func(n *models.NeuralProcess) { n.Least = nan })},
		{"NeuralProcess.Shapes", "NeuralProcess: the encoder is nil", func() { models.NeuralProcess{}.Shapes() }},
		{"NeuralProcess.Init", "the source of random numbers is nil", func() { smallProcess().Init(nil) }},

		{"NewAttentiveProcess", "Width is 20 and Heads 8; each head has Width/Heads columns",
			learn(models.NewAttentiveProcess(1, 1, 20), waves)},
		{"AttentiveProcess.Encoder", "AttentiveProcess: the encoder is nil",
			attentive(func(a *models.AttentiveProcess) { a.Encoder = nil })},
		{"AttentiveProcess.Keys", "AttentiveProcess: the keys is nil",
			attentive(func(a *models.AttentiveProcess) { a.Keys = nil })},
		{"AttentiveProcess.Keys", "have 12 columns, want 6", attentive(func(a *models.AttentiveProcess) {
			a.Keys = nn.MLP{Widths: []int{1, 12}}
		})},
		{"AttentiveProcess.Attention", "Attention: Inputs is 0",
			attentive(func(a *models.AttentiveProcess) { a.Attention = nn.Attention{} })},
		{"AttentiveProcess.Attention", "Attention is Causal; query points have no order",
			attentive(func(a *models.AttentiveProcess) { a.Attention.Causal = true })},
		{"AttentiveProcess.Decoder", "AttentiveProcess: the decoder is nil",
			attentive(func(a *models.AttentiveProcess) { a.Decoder = nil })},
		{"AttentiveProcess.Least", "AttentiveProcess: Least is 1",
			attentive(func(a *models.AttentiveProcess) { a.Least = 1 })},
		{"AttentiveProcess.Shapes", "AttentiveProcess: the encoder is nil", func() { models.AttentiveProcess{}.Shapes() }},
		{"AttentiveProcess.Init", "the source of random numbers is nil", func() { smallAttentive().Init(nil) }},

		{"NewInContext", "Loss of models.InContext is nil", learn(models.NewInContext(1, 1, nil), waves)},
		{"NewInContext", "InContext: Ways is 1; it must be at least 2", learn(models.NewInContext(2, 1, softmax), three)},
		{"InContext.Loss", "Loss of models.InContext is nil", context(func(n *models.InContext) { n.Loss = nil })},
		{"InContext.Inputs", "InContext: Inputs is 0, Width 8, Blocks 2, Hidden 12; all must be at least 1",
			context(func(n *models.InContext) { n.Inputs = 0 })},
		{"InContext.Inputs", "InContext: x is query x 10×1; Inputs is 2",
			context(func(n *models.InContext) { n.Inputs = 2 })},
		{"InContext.Labels", "InContext: Labels is 0; it must be at least 1",
			context(func(n *models.InContext) { n.Labels = 0 })},
		{"InContext.Labels", "the labels support y 10×1 have 1 columns; Labels is 2",
			context(func(n *models.InContext) { n.Labels = 2 })},
		{"InContext.Ways", "InContext: Ways is 3 and nn.GaussianLoss has labels that are no classes; leave it 0",
			context(func(n *models.InContext) { n.Ways = 3 })},
		{"InContext.Width", "Width 0", context(func(n *models.InContext) { n.Width = 0 })},
		{"InContext.Heads", "InContext: Heads is 3 and Width 8", context(func(n *models.InContext) { n.Heads = 3 })},
		{"InContext.Blocks", "Blocks 0", context(func(n *models.InContext) { n.Blocks = 0 })},
		{"InContext.Hidden", "Hidden -4", context(func(n *models.InContext) { n.Hidden = -4 })},
		{"InContext.Activation", `no activation is called "swish"`,
			context(func(n *models.InContext) { n.Activation = "swish" })},
		{"InContext.Least", "InContext: Least is 2", context(func(n *models.InContext) { n.Least = 2 })},
		{"InContext.Shapes", "InContext: Loss is nil", func() { models.InContext{}.Shapes() }},
		{"InContext.Init", "the source of random numbers is nil",
			func() { smallTransformer(1, 1, gaussian, true).Init(nil) }},

		{"NewRecurrent", "NewRecurrent: Loss is nil", func() { models.NewRecurrent(1, 1, 6, nil) }},
		{"NewRecurrent", "NewRecurrent: Ways is 1", func() { models.NewRecurrent(1, 1, 6, softmax) }},
		{"Recurrent.Loss", "Loss of models.Recurrent is nil", recurrent(func(r *models.Recurrent) { r.Loss = nil })},
		{"Recurrent.GRU", "GRU: Inputs is 0 and Units 0", recurrent(func(r *models.Recurrent) { r.GRU = nn.GRU{} })},
		{"Recurrent.GRU", "have 2 columns, want 3", recurrent(func(r *models.Recurrent) { r.GRU.Inputs = 3 })},
		{"Recurrent.Decoder", "Recurrent: the decoder is nil", recurrent(func(r *models.Recurrent) { r.Decoder = nil })},
		{"Recurrent.Ways", "Recurrent: Ways is 3 with nn.GaussianLoss; it must be at least 2 for classes, and 0 for numbers",
			recurrent(func(r *models.Recurrent) { r.Ways = 3 })},
		{"Recurrent.Ways", "Recurrent: Ways is 0 with nn.SoftmaxLoss",
			changed(models.NewRecurrent(2, 3, 6, softmax), three, func(r *models.Recurrent) { r.Ways = 0 })},
		{"Recurrent.Least", "Recurrent: Least is -1", recurrent(func(r *models.Recurrent) { r.Least = -1 })},
		{"Recurrent.Shapes", "Recurrent: the decoder is nil",
			func() { models.Recurrent{GRU: nn.GRU{Inputs: 1, Units: 1}}.Shapes() }},
		{"Recurrent.Init", "the source of random numbers is nil",
			func() { models.NewRecurrent(1, 1, 6, gaussian).Init(nil) }},
	}
}
