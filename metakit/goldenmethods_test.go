package metakit_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// checkAtTheta compares losses, gradients and Hessian-vector products at θ.
func (c goldenCase) checkAtTheta(t *testing.T, all *expected) {
	var perTask []json.RawMessage
	if err := json.Unmarshal(all.left["per_task"], &perTask); err != nil || len(all.left) != 1 {
		t.Fatalf("%d values at θ, want one, per_task: %v", len(all.left), err)
	}
	net := c.network()
	l := metakit.MAML{Network: net, Loss: c.loss(t)}
	for i, e := range c.episodes() {
		want := expect(t, perTask[i])
		queryLoss, queryGrad := metaGradient(t, l, c.Theta.Data, e) // without a step
		want.compare(t, metaTol, "query_loss", []float64{queryLoss})
		want.compare(t, metaTol, "query_grad", queryGrad)
		loss, grad, hvp := curvature(l, c.Theta.Data, e, c.V.Data)
		want.compare(t, metaTol, "support_loss", []float64{loss})
		want.compare(t, metaTol, "support_grad", grad)
		want.compare(t, metaTol, "hvp", hvp[0])
		want.done(t)
	}
}

// curvature returns the mean loss of a network on a support set, its gradient, and the products of its Hessian with
// vectors.
func curvature(l metakit.MAML, at []float64, e *metakit.Episode, vectors ...[]float64) (
	value float64, gradient []float64, products [][]float64) {
	theta, support := inputs(l, e)
	v := theta.Map(func(p autodiff.Value) autodiff.Value { return p.Graph().Input("v", p.Rows(), p.Cols()) })
	loss := metakit.SupportLoss(l.Network, l, support)(nil, theta)
	grad, hvp := autodiff.GradParams(loss, theta), autodiff.HessianVector(loss, theta, v)
	ws := autodiff.Compile(loss, grad, hvp).NewWorkspace()
	ws.Set(theta, at)
	ws.Set(support.X, e.Support.X.RawMatrix().Data)
	ws.Set(support.Y, e.Support.Y.RawMatrix().Data)
	for _, vector := range vectors {
		ws.Set(v, vector)
		ws.Run()
		products = append(products, ws.Read(hvp, nil))
	}
	return ws.Scalar(loss), ws.Read(grad, nil), products
}

func (c goldenCase) maml(t *testing.T, k int) metakit.MAML {
	return metakit.MAML{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.SGD{Rate: c.LR}}
}

func (c goldenCase) checkMAML(t *testing.T, k int, want *expected) {
	m := c.maml(t, k)
	c.checkPath(t, m, want)
	first := m
	first.FirstOrder = true
	_, exact, _ := c.gradients(t, m, c.Theta.Data)
	_, approximate, _ := c.gradients(t, first, c.Theta.Data)
	distance := floats.Distance(exact, approximate, 2) / floats.Norm(exact, 2)
	want.compare(t, metaTol, "relative_distance_of_fomaml", []float64{distance})
}

func (c goldenCase) checkFirstOrder(t *testing.T, k int, want *expected) {
	m := c.maml(t, k)
	m.FirstOrder = true
	c.checkPath(t, m, want)
}

func (c goldenCase) checkMomentum(t *testing.T, k int, want *expected) {
	m := c.maml(t, k)
	m.Inner = nn.Momentum{Rate: c.LR, Mu: c.Mu}
	c.checkPath(t, m, want)
}

func (c goldenCase) checkANIL(t *testing.T, k int, want *expected) {
	m := c.maml(t, k)
	m.Adapts = metakit.Head
	c.checkPath(t, m, want)
}

func (c goldenCase) checkBOIL(t *testing.T, k int, want *expected) {
	m := c.maml(t, k)
	m.Adapts = metakit.Body
	c.checkPath(t, m, want)
}

// checkPath compares losses and gradients of MAML, and where its inner steps lead; in pieces that are computed again
// too.
func (c goldenCase) checkPath(t *testing.T, m metakit.MAML, want *expected) {
	losses, grad, perTask := c.gradients(t, m, c.Theta.Data)
	m.Recompute = 2
	_, again, _ := c.gradients(t, m, c.Theta.Data)
	near(t, "gradient in pieces of two steps", again, grad)
	var last [][]float64
	var support []float64
	for _, e := range c.episodes() {
		end := pathEnd(m, c.Theta.Data, e, m.Steps)
		loss, _, _ := curvature(m, end, e, c.V.Data)
		last, support = append(last, end), append(support, loss)
	}
	want.compare(t, metaTol, "loss", []float64{average(losses)})
	want.compare(t, metaTol, "per_task_loss", losses)
	want.compare(t, metaTol, "grad", grad)
	want.compare(t, metaTol, "per_task_grad", perTask...)
	want.compare(t, metaTol, "per_task_adapted", last...)
	want.compare(t, metaTol, "per_task_support_loss", support)
}

func (c goldenCase) checkReptile(t *testing.T, k int, want *expected) {
	r := metakit.Reptile{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.SGD{Rate: c.LR}}
	_, plain, _ := c.gradients(t, r, c.Theta.Data)
	want.compare(t, metaTol, "plain", plain)
	r.OverRate = true
	_, over, perTask := c.gradients(t, r, c.Theta.Data)
	want.compare(t, metaTol, "over_lr", over)
	want.compare(t, metaTol, "per_task_over_lr", perTask...)
}

func (c goldenCase) checkMetaSGD(t *testing.T, k int, want *expected) {
	m := metakit.MetaSGD{Network: c.network(), Loss: c.loss(t), Steps: k}
	losses, mean, perTask := c.gradients(t, m, slices.Concat(c.Theta.Data, c.Alpha.Data))
	n := len(c.Theta.Data)
	var theta, alpha, last [][]float64
	for i, e := range c.episodes() {
		theta, alpha = append(theta, perTask[i][:n]), append(alpha, perTask[i][n:])
		last = append(last, followed(ruleOf(c.Alpha.Data), c.maml(t, k), c.Theta.Data, e))
	}
	want.compare(t, metaTol, "loss", []float64{average(losses)})
	want.compare(t, metaTol, "per_task_loss", losses)
	want.compare(t, metaTol, "grad_theta", mean[:n])
	want.compare(t, metaTol, "grad_alpha", mean[n:])
	want.compare(t, metaTol, "per_task_grad_theta", theta...)
	want.compare(t, metaTol, "per_task_grad_alpha", alpha...)
	want.compare(t, metaTol, "per_task_adapted", last...)
}

// ruleOf returns steps with a rate of its own for every parameter.
func ruleOf(rates []float64) func(k int, theta, gradient autodiff.Params) autodiff.Params {
	return func(_ int, theta, gradient autodiff.Params) autodiff.Params {
		rest := rates
		return theta.Zip(gradient, func(p, g autodiff.Value) autodiff.Value {
			alpha := p.Graph().Const(p.Rows(), p.Cols(), rest[:p.Size()])
			rest = rest[p.Size():]
			return p.Sub(alpha.Mul(g))
		})
	}
}

// layerRates is MAML by gradient descent that learns a rate for each step and layer, from Rate on: the network's
// parameters, then Steps × layers of rates.
type layerRates struct {
	nn.MLP
	nn.Loss
	Steps int
	Rate  float64
}

func (l layerRates) layers() int { return len(l.Widths) - 1 }

func (l layerRates) Shapes() []autodiff.Shape {
	return append(l.MLP.Shapes(), autodiff.Shape{Name: "rates", Rows: l.Steps, Cols: l.layers()})
}

func (l layerRates) Init(rng *rand.Rand) []float64 {
	return append(l.MLP.Init(rng), slices.Repeat([]float64{l.Rate}, l.Steps*l.layers())...)
}

func (l layerRates) TrainingSteps() int { return l.Steps }

func (l layerRates) Predict(t *nn.Trace, meta autodiff.Params, support metakit.TracedSet,
	queryX autodiff.Value, steps int) []autodiff.Value {
	n := meta.Len() - 1
	rates, layerOf := meta.At(n), l.LayerOf()
	d := metakit.Descent{Step: func(k int, theta, gradient autodiff.Params) autodiff.Params {
		at := 0
		return theta.Zip(gradient, func(p, g autodiff.Value) autodiff.Value {
			layer := layerOf[at]
			at++
			return p.Sub(rates.Slice(k, k+1, layer, layer+1).Mul(g))
		})
	}}
	path := d.Path(t, meta.Slice(0, n), steps, metakit.SupportLoss(l.MLP, l.Loss, support))
	return metakit.Along(t, l.MLP, path, queryX)
}

// rates returns the derivatives by rates of every task.
func (c goldenCase) rates(t *testing.T, k int) [][]float64 {
	l := layerRates{c.network(), c.loss(t), k, c.LR}
	_, _, perTask := c.gradients(t, l, slices.Concat(c.Theta.Data, slices.Repeat([]float64{c.LR}, k*l.layers())))
	for i := range perTask {
		perTask[i] = perTask[i][len(c.Theta.Data):]
	}
	return perTask
}

// checkScalarRate compares the derivative by one rate for all parameters and steps: the sum of those by all rates.
func (c goldenCase) checkScalarRate(t *testing.T, k int, want *expected) {
	var sums []float64
	for _, g := range c.rates(t, k) {
		sums = append(sums, floats.Sum(g))
	}
	want.compare(t, metaTol, "grad_lr", []float64{average(sums)})
	want.compare(t, metaTol, "per_task_grad_lr", sums)
}

func (c goldenCase) checkLayerRates(t *testing.T, k int, want *expected) {
	perTask := c.rates(t, k)
	mean := make([]float64, len(perTask[0]))
	for _, g := range perTask {
		floats.AddScaled(mean, 1/float64(len(perTask)), g)
	}
	want.compare(t, metaTol, "grad", mean)
}

func (c goldenCase) checkCAVIA(t *testing.T, k int, want *expected) {
	l := metakit.CAVIA{Network: nn.MLP{Widths: c.CaviaSizes, Activation: c.Activation}, Loss: c.loss(t),
		Context: c.Context, Steps: k, Inner: nn.SGD{Rate: c.LR}}
	losses, grad, perTask := c.gradients(t, l, c.CaviaTheta.Data)
	var contexts [][]float64
	for _, e := range c.episodes() {
		contexts = append(contexts, pathEnd(l, c.CaviaTheta.Data, e, k))
	}
	want.compare(t, metaTol, "loss", []float64{average(losses)})
	want.compare(t, metaTol, "per_task_loss", losses)
	want.compare(t, metaTol, "grad", grad)
	want.compare(t, metaTol, "per_task_grad", perTask...)
	want.compare(t, metaTol, "per_task_context", contexts...)
	l.FirstOrder = true
	_, first, _ := c.gradients(t, l, c.CaviaTheta.Data)
	want.compare(t, metaTol, "grad_first_order", first)
}
