package models_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// near compares as the golden files ask, within 1e-10 of the largest entry of an array.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	golden.Near(t, what, got, want, 1e-10)
}

// A metricCase is an episode with a network and what a learner makes of it.
type metricCase struct {
	Name                 string
	Sizes                []int
	Activation           nn.Activation
	Classes              int
	Theta                golden.Array
	SupportX             golden.Array `json:"support_x"`
	SupportY             golden.Array `json:"support_y"`
	QueryX               golden.Array `json:"query_x"`
	QueryY               golden.Array `json:"query_y"`
	Task                 string
	Bias                 bool `json:"bias_column"`
	Lambda, Scale, Shift float64
	Expected             struct {
		Loss, Accuracy           float64
		Grad                     golden.Array
		Logits, Probs, Attention golden.Array
		Cosine                   golden.Array
		SupportEmbedding         golden.Array `json:"support_embedding"`
		LogProbs                 golden.Array `json:"log_probs"`
		QueryEmbedding           golden.Array `json:"query_embedding"`
		Prototypes               golden.Array
		LinearW                  golden.Array `json:"linear_w"`
		LinearB                  golden.Array `json:"linear_b"`
		SupportFeatures          golden.Array `json:"support_features"`
		W, Predictions           golden.Array
		GradTheta                golden.Array `json:"grad_theta"`
		GradLambda               float64      `json:"grad_lambda"`
		GradScale                float64      `json:"grad_scale"`
		GradShift                float64      `json:"grad_shift"`
	}
}

func (c metricCase) network() nn.Network { return nn.MLP{Widths: c.Sizes, Activation: c.Activation} }

func (c metricCase) episode() *metakit.Episode {
	return &metakit.Episode{Support: metakit.Set{X: c.SupportX.Dense(), Y: c.SupportY.Dense()},
		Query: metakit.Set{X: c.QueryX.Dense(), Y: c.QueryY.Dense()}}
}

// eachCase runs a subtest for every case of a learner in the file of metric learners.
func eachCase(t *testing.T, learner string, check func(t *testing.T, c metricCase)) {
	t.Helper()
	var file map[string]json.RawMessage
	golden.Load(t, "metric_learners.json", &file)
	var cases []metricCase
	if err := json.Unmarshal(file[learner], &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases of %s: %v", len(cases), learner, err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { check(t, c) })
	}
}

// predicted returns the predictions for the query points.
func predicted(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode) *mat.Dense {
	t.Helper()
	all, err := metakit.Predict(l, meta, e.Support, e.Query.X, []int{0})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// shown returns what the learner shows of that name beside its predictions.
func shown(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode, name string) *mat.Dense {
	t.Helper()
	all, err := metakit.NewAdapter(l, meta, nil, 0).Shown(e.Support, e.Query.X)
	if err != nil {
		t.Fatal(err)
	}
	k := slices.IndexFunc(all, func(s metakit.Shown) bool { return s.Name == name })
	if k < 0 {
		t.Fatalf("%T shows no %q", l, name)
	}
	return all[k].Value
}

func metaGradient(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode) (float64, []float64) {
	t.Helper()
	loss, gradient, err := metakit.MetaGradient(l, meta, e)
	if err != nil {
		t.Fatal(err)
	}
	return loss, gradient
}

// evaluated returns how well one task is solved.
func evaluated(t *testing.T, l metakit.Learner, meta []float64, e *metakit.Episode) metakit.Outcome {
	t.Helper()
	o, err := metakit.Evaluation{Learner: l, Tasks: metakit.Collection{e}, Steps: []int{0}}.Run(t.Context(), meta)
	if err != nil {
		t.Fatal(err)
	}
	return o[0]
}

// checkAccuracy compares the share of right predictions.
func (c metricCase) checkAccuracy(t *testing.T, l metakit.Learner, meta []float64) {
	t.Helper()
	near(t, "accuracy", evaluated(t, l, meta, c.episode()).Score.Values, []float64{c.Expected.Accuracy})
}

func TestGoldenPrototypical(t *testing.T) {
	eachCase(t, "protonet", func(t *testing.T, c metricCase) {
		l, e, want := models.NewPrototypical(c.network(), c.Classes), c.episode(), c.Expected
		logits := predicted(t, l, c.Theta.Data, e)
		near(t, "logits", logits.RawMatrix().Data, want.Logits.Data)
		near(t, "prototypes", shown(t, l, c.Theta.Data, e, "prototypes").RawMatrix().Data, want.Prototypes.Data)
		embedding := shown(t, l, c.Theta.Data, e, "embedding")
		near(t, "embedding", embedding.RawMatrix().Data, want.QueryEmbedding.Data)
		near(t, "support embedding", embed(t, c.network(), c.Theta.Data, e.Support.X).RawMatrix().Data,
			want.SupportEmbedding.Data)
		loss, gradient := metaGradient(t, l, c.Theta.Data, e)
		near(t, "loss", []float64{loss}, []float64{want.Loss})
		near(t, "gradient", gradient, want.Grad.Data)
		c.checkAccuracy(t, l, c.Theta.Data)

		// log p, and the linear classifier: logits + ‖f‖² = f·w + b.
		var logs, linear []float64
		for i := range logits.RawMatrix().Rows {
			row, f := logits.RawRowView(i), embedding.RawRowView(i)
			for _, v := range row {
				logs = append(logs, v-floats.LogSumExp(row))
				linear = append(linear, v+floats.Dot(f, f))
			}
		}
		near(t, "log p", logs, want.LogProbs.Data)
		var classifier mat.Dense
		classifier.Mul(embedding, want.LinearW.Dense().T())
		classifier.Apply(func(_, k int, v float64) float64 { return v + want.LinearB.Data[k] }, &classifier)
		near(t, "linear classifier", linear, classifier.RawMatrix().Data)
	})
}

func TestGoldenMatching(t *testing.T) {
	eachCase(t, "matching", func(t *testing.T, c metricCase) {
		l, e, want := models.NewMatching(c.network(), c.Classes), c.episode(), c.Expected
		l.Scale = c.Scale
		p := predicted(t, l, c.Theta.Data, e)
		p.Apply(func(_, _ int, v float64) float64 { return math.Exp(v) }, p)
		near(t, "p", p.RawMatrix().Data, want.Probs.Data)
		attention := shown(t, l, c.Theta.Data, e, "attention")
		near(t, "attention", attention.RawMatrix().Data, want.Attention.Data)
		// Attention is the softmax of the cosines times the scale.
		cosines := want.Cosine.Dense()
		cosines.Apply(func(_, _ int, v float64) float64 { return c.Scale * v }, cosines)
		for i := range cosines.RawMatrix().Rows {
			row := cosines.RawRowView(i)
			sum := floats.LogSumExp(row)
			for j := range row {
				row[j] = math.Exp(row[j] - sum)
			}
		}
		near(t, "attention by the cosines", attention.RawMatrix().Data, cosines.RawMatrix().Data)
		loss, gradient := metaGradient(t, l, c.Theta.Data, e)
		near(t, "loss", []float64{loss}, []float64{want.Loss})
		near(t, "gradient", gradient, want.Grad.Data)
		c.checkAccuracy(t, l, c.Theta.Data)
	})
}

// The derivatives of the file are by λ itself; here the meta-parameter is log λ, and theirs times λ the derivative.
func TestGoldenRidge(t *testing.T) {
	eachCase(t, "ridge", func(t *testing.T, c metricCase) {
		e, want := c.episode(), c.Expected
		meta := append(slices.Clone(c.Theta.Data), math.Log(c.Lambda))
		var l metakit.Learner
		var predictions golden.Array
		ours := []float64{want.GradLambda * c.Lambda}
		switch c.Task {
		case "classification":
			r := models.NewR2D2(c.network(), c.Classes)
			r.Bias = c.Bias
			l, predictions = r, want.Logits
			meta = append(meta, c.Scale, c.Shift)
			ours = append(ours, want.GradScale, want.GradShift)
			c.checkAccuracy(t, l, meta)
		case "regression":
			r := models.NewRidgeAttention(c.network())
			r.Bias = c.Bias
			l, predictions = r, want.Predictions
		default:
			t.Fatalf("the task is %q", c.Task)
		}
		p := predicted(t, l, meta, e)
		near(t, "predictions", p.RawMatrix().Data, predictions.Data)
		loss, gradient := metaGradient(t, l, meta, e)
		near(t, "loss", []float64{loss}, []float64{want.Loss})
		k := len(want.GradTheta.Data)
		near(t, "gradient of the network", gradient[:k], want.GradTheta.Data)
		near(t, "other gradients", gradient[k:], ours)

		// Attention times labels are the predictions before scale and shift, and those of the features times W.
		labels := e.Support.Y
		if c.Task == "classification" {
			labels = oneHot(e.Support.Y, c.Classes)
		}
		attention := shown(t, l, meta, e, "attention")
		var voted, byWeights mat.Dense
		voted.Mul(attention, labels)
		byWeights.Mul(c.features(t, e.Query.X), want.W.Dense())
		near(t, "support features", c.features(t, e.Support.X).RawMatrix().Data, want.SupportFeatures.Data)
		near(t, "attention times labels", voted.RawMatrix().Data, byWeights.RawMatrix().Data)
	})
}

// features returns what the network of a case makes of x, with the column of ones if it has one.
func (c metricCase) features(t *testing.T, x *mat.Dense) *mat.Dense {
	t.Helper()
	f := embed(t, c.network(), c.Theta.Data, x)
	if c.Bias {
		return withOnes(f)
	}
	return f
}

// A layerCase is a learner in the file of layers, with the gradient of its loss and the Hessian times a direction.
type layerCase struct {
	X, Y                golden.Array
	XTest               golden.Array `json:"x_test"`
	XQuery              golden.Array `json:"x_query"`
	YQuery              golden.Array `json:"y_query"`
	Sigma               float64
	Parameters          map[string]golden.Array
	Output, Cotangent   golden.Array
	Gradient, Direction map[string]golden.Array
	HessianVector       map[string]golden.Array `json:"hessian_vector"`
	PosteriorMean       golden.Array            `json:"posterior_mean"`
	PosteriorVariance   golden.Array            `json:"posterior_variance"`
	Mean, Variance      golden.Array
}

// flat returns arrays of these names end to end.
func flat(t *testing.T, arrays map[string]golden.Array, names []string) (all []float64) {
	t.Helper()
	if len(arrays) != len(names) {
		t.Fatalf("%d arrays, want %d", len(arrays), len(names))
	}
	for _, name := range names {
		if len(arrays[name].Data) == 0 {
			t.Fatalf("no array %q", name)
		}
		all = append(all, arrays[name].Data...)
	}
	return all
}

// checkSecond compares the loss that training reports, times factor, its gradient, and the Hessian times the direction
// of the case.
func (c layerCase) checkSecond(t *testing.T, l metakit.Learner, e *metakit.Episode, names []string, factor float64) {
	t.Helper()
	g, size := autodiff.New(), e.Size()
	meta, v := g.Params(l.Shapes()), g.Params(l.Shapes())
	set := func(name string, rows int) metakit.TracedSet {
		return metakit.TracedSet{X: g.Input(name+" x", rows, size.In), Y: g.Input(name+" y", rows, size.Out)}
	}
	support, query := set("support", size.Support), set("query", size.Query)
	var loss autodiff.Value
	var gradient autodiff.Params
	if own, ok := l.(metakit.OwnGradient); ok {
		loss, gradient = own.MetaGradient(nn.NewTrace(g, true), meta, support, query)
	} else {
		loss = metakit.MeanLoss(l, l.Predict(nn.NewTrace(g, true), meta, support, query.X, 0)[0], query.Y)
		gradient = autodiff.GradParams(loss, meta)
	}
	second := autodiff.GradParams(gradient.Dot(v), meta)
	factor *= c.Cotangent.Data[0]
	loss, gradient, second = loss.Scale(factor), gradient.Scale(factor), second.Scale(factor)
	ws := autodiff.Compile(loss, gradient, second).NewWorkspace()
	ws.Set(meta, flat(t, c.Parameters, names))
	ws.Set(v, flat(t, c.Direction, names))
	ws.Set(support.X, e.Support.X.RawMatrix().Data)
	ws.Set(support.Y, e.Support.Y.RawMatrix().Data)
	ws.Set(query.X, e.Query.X.RawMatrix().Data)
	ws.Set(query.Y, e.Query.Y.RawMatrix().Data)
	ws.Run()
	near(t, "loss", []float64{ws.Scalar(loss)}, []float64{c.Output.Data[0] * c.Cotangent.Data[0]})
	near(t, "gradient", ws.Read(gradient, nil), flat(t, c.Gradient, names))
	golden.Near(t, "Hessian times direction", ws.Read(second, nil), flat(t, c.HessianVector, names), 1e-8)
}

func layerCases(t *testing.T, name string, check func(t *testing.T, c layerCase)) {
	t.Helper()
	var file map[string]json.RawMessage
	golden.Load(t, "layers.json", &file)
	var cases []layerCase
	if err := json.Unmarshal(file[name], &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases of %s: %v", len(cases), name, err)
	}
	for k, c := range cases {
		t.Run(fmt.Sprint(k), func(t *testing.T) { check(t, c) })
	}
}

// mlp returns the network of a case, of which W1, b1, W2, b2 … are the parameters.
func (c layerCase) mlp() (net nn.MLP, names []string) {
	net = nn.MLP{Activation: nn.Tanh}
	for k := 1; ; k++ {
		w, ok := c.Parameters[fmt.Sprint("W", k)]
		if !ok {
			return net, names
		}
		if k == 1 {
			net.Widths = append(net.Widths, w.Shape[0])
		}
		net.Widths = append(net.Widths, w.Shape[1])
		names = append(names, fmt.Sprint("W", k), fmt.Sprint("b", k))
	}
}

// The likelihood of the file is that of all points, whatever is support and what query, and a sum over them.
func TestGoldenDeepKernel(t *testing.T) {
	layerCases(t, "deep_kernel", func(t *testing.T, c layerCase) {
		net, names := c.mlp()
		names = append(names, "log_amplitude", "log_lengthscale", "log_noise")
		l := models.NewDeepKernel(net)
		x, y := c.X.Dense(), c.Y.Dense()
		n, _ := x.Dims()
		_, out := y.Dims()
		for _, at := range []int{1, n / 2, n - 1} {
			c.checkSecond(t, l, cut(metakit.Set{X: x, Y: y}, at), names, float64(n*out))
		}
		meta := flat(t, c.Parameters, names)
		test := c.XTest.Dense()
		rows, _ := test.Dims()
		e := &metakit.Episode{Support: metakit.Set{X: x, Y: y}, Query: metakit.Set{X: test, Y: mat.NewDense(rows, out, nil)}}
		p := predicted(t, l, meta, e)
		near(t, "mean", mat.DenseCopyOf(p.Slice(0, rows, 0, out)).RawMatrix().Data, c.PosteriorMean.Data)
		var variance []float64 // of the function, without noise
		for i := range rows {
			variance = append(variance, p.At(i, out)*p.At(i, out)-math.Exp(2*c.Parameters["log_noise"].Data[0]))
		}
		near(t, "variance", variance, c.PosteriorVariance.Data)
	})
}

// In the file σ is no parameter, and the floor 0.1.
func TestGoldenALPaCA(t *testing.T) {
	layerCases(t, "alpaca", func(t *testing.T, c layerCase) {
		net, names := c.mlp()
		net.Output = nn.Tanh
		names = append(names, "K0", "A")
		k0 := c.Parameters["K0"].Shape
		l := models.NewALPaCA(net, k0[0], k0[1])
		l.FixedNoise, l.Noise, l.Floor = true, c.Sigma, 0.1
		e := &metakit.Episode{Support: metakit.Set{X: c.X.Dense(), Y: c.Y.Dense()},
			Query: metakit.Set{X: c.XQuery.Dense(), Y: c.YQuery.Dense()}}
		c.checkSecond(t, l, e, names, 1)
		meta := flat(t, c.Parameters, names)
		check := func(what string, l models.ALPaCA, meta []float64) {
			p, d := predicted(t, l, meta, e), k0[1]
			rows, _ := p.Dims()
			near(t, what+": mean", mat.DenseCopyOf(p.Slice(0, rows, 0, d)).RawMatrix().Data, c.Mean.Data)
			deviations := mat.DenseCopyOf(p.Slice(0, rows, d, 2*d))
			deviations.MulElem(deviations, deviations)
			near(t, what+": variance", deviations.RawMatrix().Data, c.Variance.Data)
		}
		check("σ fixed", l, meta)
		l.FixedNoise = false
		for range k0[1] {
			meta = append(meta, math.Log(c.Sigma))
		}
		check("σ learned", l, meta)
	})
}
