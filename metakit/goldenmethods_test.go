package metakit_test

import (
	"encoding/json"
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

// rates returns the mean of the derivatives by learned rates, all of c.LR, and those of every task.
func (c goldenCase) rates(t *testing.T, l metakit.MetaSGD) (mean []float64, perTask [][]float64) {
	meta := start(l, 1)
	n := copy(meta, c.Theta.Data)
	_, mean, perTask = c.gradients(t, l, meta)
	for i := range perTask {
		perTask[i] = perTask[i][n:]
	}
	return mean[n:], perTask
}

// checkScalarRate compares the derivative by one rate for all parameters and steps.
func (c goldenCase) checkScalarRate(t *testing.T, k int, want *expected) {
	mean, perTask := c.rates(t, metakit.MetaSGD{Network: c.network(), Loss: c.loss(t), Steps: k, Rate: c.LR,
		Of: metakit.TheNetwork})
	want.compare(t, metaTol, "grad_lr", mean)
	want.compare(t, metaTol, "per_task_grad_lr", slices.Concat(perTask...))
}

// checkLayerRates compares the derivatives by a rate for each layer and step.
func (c goldenCase) checkLayerRates(t *testing.T, k int, want *expected) {
	mean, _ := c.rates(t, metakit.MetaSGD{Network: c.network(), Loss: c.loss(t), Steps: k, Rate: c.LR,
		Of: metakit.EveryLayer, PerStep: true})
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
