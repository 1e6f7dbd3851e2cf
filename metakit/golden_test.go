package metakit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/nn"
)

// metaTol is what the file asks for, relative to the largest entry of an array.
const metaTol = 1e-10

// An array of a golden file.
type array struct {
	Shape []int
	Data  []float64
}

func (a array) dense() *mat.Dense {
	cols := 1
	if len(a.Shape) > 1 {
		cols = a.Shape[1]
	}
	return mat.NewDense(a.Shape[0], cols, a.Data)
}

// A goldenCase is a network with a few tasks and what the methods make of them.
type goldenCase struct {
	Name       string
	Sizes      []int
	Activation nn.Activation
	Loss       string
	LR         float64
	Theta, V   array
	Alpha      array   `json:"meta_sgd_alpha"`
	Mu         float64 `json:"momentum_mu"`
	Lambda     float64 `json:"imaml_lambda"`
	Context    int     `json:"cavia_context"`
	CaviaSizes []int   `json:"cavia_sizes"`
	CaviaTheta array   `json:"theta_cavia"`
	Tasks      []struct {
		SupportX array `json:"support_x"`
		SupportY array `json:"support_y"`
		QueryX   array `json:"query_x"`
		QueryY   array `json:"query_y"`
	}
	Expected map[string]json.RawMessage // by method
}

func (c goldenCase) network() nn.MLP { return nn.MLP{Widths: c.Sizes, Activation: c.Activation} }

func (c goldenCase) loss(t *testing.T) nn.Loss {
	switch c.Loss {
	case "mse":
		return nn.SquaredError{}
	case "softmax_cross_entropy":
		return nn.SoftmaxLoss{}
	}
	t.Fatalf("loss %q of the golden file is not known", c.Loss)
	return nil
}

func (c goldenCase) episodes() []*metakit.Episode {
	var out []*metakit.Episode
	for _, task := range c.Tasks {
		out = append(out, &metakit.Episode{
			Support: metakit.Set{X: task.SupportX.dense(), Y: task.SupportY.dense()},
			Query:   metakit.Set{X: task.QueryX.dense(), Y: task.QueryY.dense()},
		})
	}
	return out
}

// Every number that the file expects is compared, and one that no check asks for is a failure.
func TestGoldenMetaGradients(t *testing.T) {
	var file struct{ Cases []goldenCase }
	golden.Load(t, "meta_gradients.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, method := range slices.Sorted(maps.Keys(c.Expected)) {
				check, ok := map[string]func(*testing.T, int, *expected){
					"maml": c.checkMAML, "fomaml": c.checkFirstOrder, "momentum": c.checkMomentum, "anil": c.checkANIL,
					"boil": c.checkBOIL, "reptile": c.checkReptile, "meta_sgd": c.checkMetaSGD, "scalar_lr": c.checkScalarRate,
					"lslr": c.checkLayerRates, "cavia": c.checkCAVIA,
				}[method]
				all := expect(t, c.Expected[method])
				switch {
				case method == "at_theta":
					t.Run(method, func(t *testing.T) { c.checkAtTheta(t, all) })
				case method == "imaml":
					t.Run(method, func(t *testing.T) { c.checkIMAML(t, all); all.done(t) })
				case !ok:
					t.Errorf("method %q of the file is not known", method)
				default:
					for _, steps := range slices.Sorted(maps.Keys(all.left)) {
						t.Run(method+" "+steps, func(t *testing.T) {
							k, err := strconv.Atoi(steps)
							if err != nil {
								t.Fatal(err)
							}
							want := expect(t, all.left[steps])
							check(t, k, want)
							want.done(t)
						})
					}
				}
			}
		})
	}
}

// Expected numbers of a golden file, those that were not compared yet.
type expected struct {
	left     map[string]json.RawMessage
	compared int
}

func expect(t *testing.T, raw json.RawMessage) *expected {
	t.Helper()
	var e expected
	if err := json.Unmarshal(raw, &e.left); err != nil {
		t.Fatal(err)
	}
	return &e
}

// take returns the numbers under a key: of one number, of a list of numbers or of an array one slice, of a list of
// arrays a slice for each. It is nil if the file has no such key.
func (e *expected) take(t *testing.T, key string) [][]float64 {
	t.Helper()
	raw, ok := e.left[key]
	if !ok {
		return nil
	}
	delete(e.left, key)
	e.compared++
	var one float64
	var list []float64
	var matrix array
	var matrices []array
	switch {
	case json.Unmarshal(raw, &one) == nil:
		return [][]float64{{one}}
	case json.Unmarshal(raw, &list) == nil:
		return [][]float64{list}
	case json.Unmarshal(raw, &matrix) == nil:
		return [][]float64{matrix.Data}
	case json.Unmarshal(raw, &matrices) == nil && len(matrices) > 0:
		var all [][]float64
		for _, m := range matrices {
			all = append(all, m.Data)
		}
		return all
	}
	t.Fatalf("%s is neither numbers nor arrays", key)
	return nil
}

// compare compares what is under a key, if the file has it: one slice, or one for each task.
func (e *expected) compare(t *testing.T, tol float64, key string, got ...[]float64) {
	t.Helper()
	want := e.take(t, key)
	if want != nil && len(want) != len(got) {
		t.Fatalf("%s: %d arrays, want %d", key, len(got), len(want))
	}
	for i := range want {
		within(t, fmt.Sprint(key, " ", i), got[i], want[i], tol)
	}
}

// done fails if something was left out, or if there was nothing to compare.
func (e *expected) done(t *testing.T) {
	t.Helper()
	if len(e.left) > 0 || e.compared == 0 {
		t.Errorf("%d values were compared, and not %q", e.compared, slices.Sorted(maps.Keys(e.left)))
	}
}

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

// checkIMAML compares with a dense solution: the inner steps go on until rounding stops them, and so do conjugate
// gradients.
func (c goldenCase) checkIMAML(t *testing.T, want *expected) {
	const tol = 1e-9 // the file asks for it
	m := metakit.IMAML{Network: c.network(), Loss: c.loss(t), Steps: 1000, Inner: nn.SGD{Rate: 0.05}, Lambda: c.Lambda,
		Iterations: 100, Tolerance: 1e-13}
	var phi, grad [][]float64
	var losses, least []float64
	mean := make([]float64, len(c.Theta.Data))
	for _, e := range c.episodes() {
		s, err := m.Solve(c.Theta.Data, e)
		if err != nil {
			t.Fatal(err)
		}
		if !(s.Inner < 1e-13) || !(s.Residual < 1e-12) || s.Iterations >= m.Iterations {
			t.Errorf("an inner gradient of %v; a residual of %v after %d iterations", s.Inner, s.Residual, s.Iterations)
		}
		phi, grad, losses = append(phi, s.Phi), append(grad, s.Gradient), append(losses, s.Loss)
		floats.AddScaled(mean, 1/float64(len(c.Tasks)), s.Gradient)
		var eigen mat.EigenSym
		if !eigen.Factorize(hessian(c.maml(t, 0), s.Phi, e), false) {
			t.Fatal("no eigenvalues")
		}
		least = append(least, slices.Min(eigen.Values(nil))+c.Lambda)
	}
	want.compare(t, tol, "loss", []float64{average(losses)})
	want.compare(t, tol, "per_task_loss", losses)
	want.compare(t, tol, "grad", mean)
	want.compare(t, tol, "per_task_grad", grad...)
	want.compare(t, tol, "per_task_phi", phi...)
	want.compare(t, tol, "per_task_min_eig", least)
	for _, residual := range want.take(t, "per_task_inner_residual_inf") { // rounding, there and here
		if !(floats.Max(residual) < 1e-14) {
			t.Errorf("inner residuals %v", residual)
		}
	}
}

// hessian returns the Hessian of a network's mean loss on a support set.
func hessian(l metakit.MAML, at []float64, e *metakit.Episode) *mat.SymDense {
	n := len(at)
	var units [][]float64
	for k := range n {
		unit := make([]float64, n)
		unit[k] = 1
		units = append(units, unit)
	}
	_, _, columns := curvature(l, at, e, units...)
	h := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			h.SetSym(i, j, columns[j][i])
		}
	}
	return h
}

func (c goldenCase) checkCAVIA(t *testing.T, k int, want *expected) {
	l := metakit.CAVIA{Network: nn.MLP{Widths: c.CaviaSizes, Activation: c.Activation}, Loss: c.loss(t), Context: c.Context,
		Steps: k, Inner: nn.SGD{Rate: c.LR}}
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

// gradients returns the losses of the tasks, the mean of their meta-gradients, and these.
func (c goldenCase) gradients(t *testing.T, l metakit.Learner, meta []float64) (losses, mean []float64, perTask [][]float64) {
	mean = make([]float64, len(meta))
	episodes := c.episodes()
	for _, e := range episodes {
		loss, g := metaGradient(t, l, meta, e)
		losses, perTask = append(losses, loss), append(perTask, g)
		for i := range mean {
			mean[i] += g[i] / float64(len(episodes))
		}
	}
	return losses, mean, perTask
}

func average(x []float64) float64 { return metakit.MeanInterval(x).Mean }

// near fails unless |got − want| ≤ metaTol·max|want| in every entry.
func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	within(t, what, got, want, metaTol)
}

// within fails unless |got − want| ≤ tol·max|want| in every entry.
func within(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tol*largest) {
			t.Errorf("%s[%d] = %v, want %v within %v of %v", what, i, got[i], want[i], tol, largest)
		}
	}
}
