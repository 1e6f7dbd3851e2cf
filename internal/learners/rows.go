package learners

import (
	"kindred/metakit"
	"kindred/metakit/learnedopt"
	"kindred/metakit/models"
	"kindred/nn"
)

// What rows learn with: networks for waves and for spots, and features for heads.
var (
	small    = nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}
	features = nn.MLP{Widths: []int{1, 12, 6}, Activation: nn.Tanh, Output: nn.Tanh}
	spots    = nn.MLP{Widths: []int{16, 8}}
	mse      = nn.SquaredError{}
	softmax  = nn.SoftmaxLoss{}
	sgd      = nn.SGD{Rate: 0.01}
)

const (
	finn       = "Finn, Abbeel, Levine 2017, arXiv:1703.03400"
	antoniou   = "Antoniou, Edwards, Storkey 2019, arXiv:1810.09502"
	bertinetto = "Bertinetto, Henriques, Torr, Vedaldi 2019, arXiv:1805.08136"
)

// Rows returns a row for every learner, family by family. Where no order is said, it is exact.
func Rows() []Row {
	waves, classes := Waves, Spots()

	maml := metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd}
	first, head, body := maml, maml, maml
	first.FirstOrder, head.Adapts, body.Adapts = true, metakit.Head, metakit.Body
	// Both loops go on until little is left: the meta-gradient is exact then.
	imaml := metakit.IMAML{Network: small, Loss: mse, Steps: 40, Inner: nn.SGD{Rate: 0.03}, Lambda: 20, Iterations: 25,
		Tolerance: 1e-12}
	context := nn.MLP{Widths: []int{1 + 5, 12, 1}, Activation: nn.Tanh}
	proto := metakit.ProtoMAML{Network: spots, Loss: softmax, Ways: 5, Steps: 2, Inner: nn.SGD{Rate: 0.02}}

	rates := metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.01}
	lslr := rates
	lslr.Of, lslr.PerStep = metakit.EveryLayer, true
	plusplus := metakit.NewMAMLPlusPlus(small, mse, 10)
	plusplus.Steps = 2
	lstm := learnedopt.NewLSTM()
	lstm.Units, lstm.Layers = 4, 1

	process := models.NewNeuralProcess(1, 1, 8)
	process.Encoder = nn.MLP{Widths: []int{2, 12, 8}, Activation: nn.Tanh}
	process.Decoder = nn.MLP{Widths: []int{9, 12, 2}, Activation: nn.Tanh}
	attentive := models.NewAttentiveProcess(1, 1, 8)
	attentive.Encoder, attentive.Decoder = process.Encoder, process.Decoder
	attentive.Keys = nn.MLP{Widths: []int{1, 8}, Activation: nn.Tanh}
	attentive.Attention = nn.NewAttention(8, 2)

	rows := []Row{
		{Name: "MAML", Family: Initialisation, File: "metakit/maml.go", Learned: "a start θ",
			Adapted: "θ, by steps of a rule", Paper: finn, Learner: maml, Network: small, Tasks: waves},
		{Name: "MAML, FirstOrder", Family: Initialisation, File: "metakit/maml.go", Learned: "a start θ",
			Adapted: "θ, by steps of a rule", Order: metakit.FirstOrder, Paper: finn, Learner: first, Network: small,
			Tasks: waves},
		{Name: "MAML, Adapts: Head (ANIL)", Family: Initialisation, File: "metakit/maml.go", Learned: "a start θ",
			Adapted: "the last layer, by steps of a rule",
			Paper:   "Raghu, Raghu, Bengio, Vinyals 2020, arXiv:1909.09157", Learner: head, Network: small,
			Tasks: waves},
		{Name: "MAML, Adapts: Body (BOIL)", Family: Initialisation, File: "metakit/maml.go", Learned: "a start θ",
			Adapted: "all layers but the last, by steps of a rule", Paper: "Oh, Yoo, Kim, Yun 2021, arXiv:2008.08882",
			Learner: body, Network: small, Tasks: waves},
		{Name: "Reptile", Family: Initialisation, File: "metakit/reptile.go", Learned: "a start θ",
			Adapted: "θ, by steps of a rule", Order: metakit.OwnDirection,
			Paper:   "Nichol, Achiam, Schulman 2018, arXiv:1803.02999",
			Learner: metakit.Reptile{Network: small, Loss: mse, Steps: 3, Inner: sgd}, Network: small, Tasks: waves},
		{Name: "IMAML", Family: Initialisation, File: "metakit/imaml.go", Learned: "a start θ",
			Adapted: "θ, towards a minimum near the start",
			Paper:   "Rajeswaran, Finn, Kakade, Levine 2019, arXiv:1909.04630", Learner: imaml, Network: small,
			Tasks: waves},
		{Name: "CAVIA", Family: Initialisation, File: "metakit/cavia.go", Learned: "the network θ",
			Adapted: "a context beside x, from zeros on, by steps of a rule",
			Paper:   "Zintgraf et al. 2019, arXiv:1810.03642", Learner: metakit.NewCAVIA(context, mse), Network: context,
			Tasks: waves},
		{Name: "ProtoMAML", Family: Initialisation, File: "metakit/protomaml.go", Learned: "an embedding θ",
			Adapted: "θ and a head that prototypes make, by steps of a rule",
			Paper:   "Triantafillou et al. 2020, arXiv:1903.03096", Learner: proto, Network: spots, Tasks: classes},
		{Name: "MetaSGD", Family: Optimisation, File: "metakit/metasgd.go",
			Learned: "a start θ, a rate of each entry", Adapted: "θ, by gradient descent",
			Paper: "Li, Zhou, Chen, Li 2017, arXiv:1707.09835", Learner: rates, Network: small, Tasks: waves},
		{Name: "MetaSGD, Of: EveryLayer, PerStep (LSLR)", Family: Optimisation, File: "metakit/metasgd.go",
			Learned: "a start θ, rates of layers and steps", Adapted: "θ, by gradient descent", Paper: antoniou,
			Learner: lslr, Network: small, Tasks: waves},
		{Name: "MAMLPlusPlus", Family: Optimisation, File: "metakit/mamlplusplus.go",
			Learned: "a start θ, rates of layers and steps; by the losses after all steps",
			Adapted: "θ, by gradient descent", Paper: antoniou, Learner: plusplus, Network: small, Tasks: waves},
		{Name: "MetaCurvature", Family: Optimisation, File: "metakit/metacurvature.go",
			Learned: "a start θ, matrices that turn gradients", Adapted: "θ, by gradient descent",
			Paper:   "Park, Oliva 2019, arXiv:1902.03356",
			Learner: metakit.MetaCurvature{Network: small, Loss: mse, Steps: 2, Rate: 0.01}, Network: small,
			Tasks: waves},
		{Name: "TNet", Family: Optimisation, File: "metakit/tnet.go",
			Learned: "a start θ, a matrix after each layer", Adapted: "θ, by steps of a rule",
			Paper:   "Lee, Choi 2018, arXiv:1801.05558",
			Learner: metakit.TNet{Network: small, Loss: mse, Steps: 2, Inner: sgd}, Network: small, Tasks: waves},
		{Name: "learnedopt.Learner, Rule: MLP", Family: Optimisation, File: "metakit/learnedopt/mlp.go",
			Learned: "a start θ, a network that makes the step of every entry", Adapted: "θ, by these steps",
			Paper:   "Metz et al. 2019, arXiv:1810.10180; 2022, arXiv:2203.11860",
			Learner: learnedopt.Learner{Network: small, Loss: mse, Steps: 2, Rule: learnedopt.NewMLP(4)},
			Network: small, Tasks: waves},
		{Name: "learnedopt.Learner, Rule: LSTM", Family: Optimisation, File: "metakit/learnedopt/lstm.go",
			Learned: "a start θ, an LSTM that makes the step of every entry", Adapted: "θ, by these steps",
			Paper:   "Andrychowicz et al. 2016, arXiv:1606.04474",
			Learner: learnedopt.Learner{Network: small, Loss: mse, Steps: 2, Rule: lstm}, Network: small,
			Tasks: waves},
		{Name: "models.Prototypical", Family: Model, File: "metakit/models/prototypical.go",
			Learned: "an embedding", Adapted: "the mean embedding of each class",
			Paper: "Snell, Swersky, Zemel 2017, arXiv:1703.05175", Learner: models.NewPrototypical(spots, 5),
			Network: spots, Tasks: classes},
		{Name: "models.Matching", Family: Model, File: "metakit/models/matching.go", Learned: "an embedding",
			Adapted: "votes of the support points", Paper: "Vinyals et al. 2016, arXiv:1606.04080",
			Learner: models.NewMatching(spots, 5), Network: spots, Tasks: classes},
		{Name: "models.R2D2", Family: Model, File: "metakit/models/r2d2.go",
			Learned: "features; λ, scale and shift of the head", Adapted: "ridge regression to classes",
			Paper: bertinetto, Learner: models.NewR2D2(spots, 5), Network: spots, Tasks: classes},
		{Name: "models.RidgeAttention", Family: Model, File: "metakit/models/ridgeattention.go",
			Learned: "features, λ", Adapted: "ridge regression to numbers", Paper: bertinetto,
			Learner: models.NewRidgeAttention(features), Network: features, Tasks: waves},
		{Name: "models.ALPaCA", Family: Model, File: "metakit/models/alpaca.go",
			Learned: "features, a prior of weights, noise", Adapted: "the posterior of the weights",
			Paper: "Harrison, Sharma, Pavone 2018, arXiv:1807.08912", Learner: models.NewALPaCA(features, 6, 1),
			Network: features, Tasks: waves},
		{Name: "models.DeepKernel", Family: Model, File: "metakit/models/deepkernel.go",
			Learned: "features; amplitude, lengthscale and noise of a kernel",
			Adapted: "the posterior of a Gaussian process", Paper: "Patacchiola et al. 2020, arXiv:1910.05199",
			Learner: models.NewDeepKernel(features), Network: features, Tasks: waves},
		{Name: "models.NeuralProcess", Family: Model, File: "metakit/models/neuralprocess.go",
			Learned: "an encoder, a decoder", Adapted: "the mean of encoded pairs",
			Paper: "Garnelo et al. 2018, arXiv:1807.01613", Learner: process, Tasks: waves},
		{Name: "models.AttentiveProcess", Family: Model, File: "metakit/models/attentive.go",
			Learned: "an encoder, keys, attention, a decoder", Adapted: "attention to encoded pairs",
			Paper: "Kim et al. 2019, arXiv:1901.05761", Learner: attentive, Tasks: waves},
		{Name: "models.InContext", Family: Model, File: "metakit/models/incontext.go", Learned: "a transformer",
			Adapted: "attention to pairs", Paper: "Müller et al. 2022, arXiv:2112.10510",
			Learner: transformer(1, 1, nn.GaussianLoss{}, false), Tasks: waves},
		{Name: "models.InContext, of classes", Family: Model, File: "metakit/models/incontext.go",
			Learned: "a transformer", Adapted: "attention to pairs", Paper: "Müller et al. 2022, arXiv:2112.10510",
			Learner: transformer(16, 5, softmax, false), Tasks: classes},
		{Name: "models.InContext, Causal", Family: Model, File: "metakit/models/incontext.go",
			Learned: "a transformer; by the losses after all prefixes", Adapted: "attention to pairs",
			OrderMatters: true, Paper: "Garg, Tsipras, Liang, Valiant 2022, arXiv:2208.01066",
			Learner: transformer(1, 1, mse, true), Tasks: waves},
		{Name: "models.Recurrent", Family: Model, File: "metakit/models/recurrent.go",
			Learned: "a GRU, a decoder; by the losses after all prefixes", Adapted: "the state of the GRU",
			OrderMatters: true, Paper: "Hochreiter et al. 2001; Santoro et al. 2016, arXiv:1605.06065",
			Learner: models.NewRecurrent(1, 1, 6, nn.GaussianLoss{}), Tasks: waves},
		{Name: "models.Recurrent, of classes", Family: Model, File: "metakit/models/recurrent.go",
			Learned: "a GRU, a decoder; by the losses after all prefixes", Adapted: "the state of the GRU",
			OrderMatters: true, Paper: "Hochreiter et al. 2001; Santoro et al. 2016, arXiv:1605.06065",
			Learner: models.NewRecurrent(16, 5, 6, softmax), Tasks: classes},
		{Name: "Pooled", Family: Baseline, File: "metakit/pooled.go", Learned: "one network for all tasks",
			Adapted: "it, in the test alone, by steps of a rule",
			Learner: metakit.Pooled{Network: small, Loss: mse, Inner: sgd}, Network: small, Tasks: waves},
		{Name: "Scratch", Family: Baseline, File: "metakit/scratch.go",
			Learned: "nothing; each task has a start of its own", Adapted: "it, by steps of a rule",
			Order: metakit.OwnDirection, Learner: metakit.Scratch{Network: small, Loss: mse, Inner: sgd},
			Network: small, Tasks: waves},
	}
	for k := range rows {
		if rows[k].Order == metakit.Undecided {
			rows[k].Order = metakit.Exact
		}
	}
	return rows
}

// transformer returns a small one, with tanh where that of the package has ReLU.
func transformer(inputs, labels int, loss nn.Loss, causal bool) models.InContext {
	n := models.NewInContext(inputs, labels, loss)
	n.Width, n.Heads, n.Hidden, n.Causal, n.Activation = 8, 2, 12, causal, nn.Tanh
	return n
}
