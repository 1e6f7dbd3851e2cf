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
	Tasks      []struct {
		SupportX array `json:"support_x"`
		SupportY array `json:"support_y"`
		QueryX   array `json:"query_x"`
		QueryY   array `json:"query_y"`
	}
	Expected map[string]json.RawMessage // by method
}

// A goldenResult is what a method makes of the tasks with a number of inner steps; a file need not hold all of it.
type goldenResult struct {
	Loss             *float64
	PerTaskLoss      []float64 `json:"per_task_loss"`
	Grad             array
	PerTaskGrad      []array `json:"per_task_grad"`
	PerTaskAdapted   []array `json:"per_task_adapted"`
	GradTheta        array   `json:"grad_theta"`
	GradAlpha        array   `json:"grad_alpha"`
	PerTaskGradTheta []array `json:"per_task_grad_theta"`
	PerTaskGradAlpha []array `json:"per_task_grad_alpha"`
	Plain            array
	OverLR           array    `json:"over_lr"`
	PerTaskOverLR    []array  `json:"per_task_over_lr"`
	GradLR           *float64 `json:"grad_lr"`
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

func TestGoldenMetaGradients(t *testing.T) {
	var file struct{ Cases []goldenCase }
	golden.Load(t, "meta_gradients.json", &file)
	ran := 0
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, method := range slices.Sorted(maps.Keys(c.Expected)) {
				if method == "at_theta" {
					t.Run(method, func(t *testing.T) { c.checkAtTheta(t); ran++ })
					continue
				}
				check, ok := map[string]func(*testing.T, int, goldenResult){
					"maml": c.checkMAML, "fomaml": c.checkFirstOrder, "momentum": c.checkMomentum,
					"reptile": c.checkReptile, "meta_sgd": c.checkMetaSGD, "scalar_lr": c.checkScalarRate,
				}[method]
				if !ok {
					t.Run(method, func(t *testing.T) { t.Skip("not built") })
					continue
				}
				var results map[string]goldenResult
				if err := json.Unmarshal(c.Expected[method], &results); err != nil {
					t.Fatal(err)
				}
				for steps, want := range results {
					t.Run(method+" "+steps, func(t *testing.T) {
						k, err := strconv.Atoi(steps)
						if err != nil {
							t.Fatal(err)
						}
						check(t, k, want)
						ran++
					})
				}
			}
		})
	}
	if ran == 0 {
		t.Fatal("no case ran")
	}
}

// checkAtTheta compares losses, gradients and Hessian-vector products at θ.
func (c goldenCase) checkAtTheta(t *testing.T) {
	var want struct {
		PerTask []struct {
			SupportLoss float64 `json:"support_loss"`
			QueryLoss   float64 `json:"query_loss"`
			SupportGrad array   `json:"support_grad"`
			QueryGrad   array   `json:"query_grad"`
			HVP         array
		} `json:"per_task"`
	}
	if err := json.Unmarshal(c.Expected["at_theta"], &want); err != nil {
		t.Fatal(err)
	}
	net := c.network()
	l := metakit.MAML{Network: net, Loss: c.loss(t)}
	for i, e := range c.episodes() {
		w := want.PerTask[i]
		queryLoss, queryGrad := metaGradient(t, l, c.Theta.Data, e) // without a step
		near(t, "query_loss", []float64{queryLoss}, []float64{w.QueryLoss})
		near(t, "query_grad", queryGrad, w.QueryGrad.Data)

		theta, support := inputs(l, e)
		v := theta.Map(func(p autodiff.Value) autodiff.Value { return p.Graph().Input("v", p.Rows(), p.Cols()) })
		loss := metakit.SupportLoss(net, l, support)(nil, theta)
		grad, hvp := autodiff.GradParams(loss, theta), autodiff.HessianVector(loss, theta, v)
		ws := autodiff.Compile(loss, grad, hvp).NewWorkspace()
		ws.Set(theta, c.Theta.Data)
		ws.Set(support.X, e.Support.X.RawMatrix().Data)
		ws.Set(support.Y, e.Support.Y.RawMatrix().Data)
		ws.Set(v, c.V.Data)
		ws.Run()
		near(t, "support_loss", []float64{ws.Scalar(loss)}, []float64{w.SupportLoss})
		near(t, "support_grad", ws.Read(grad, nil), w.SupportGrad.Data)
		near(t, "hvp", ws.Read(hvp, nil), w.HVP.Data)
	}
}

func (c goldenCase) checkMAML(t *testing.T, k int, want goldenResult) {
	m := metakit.MAML{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.SGD{Rate: c.LR}}
	c.checkGradient(t, m, want)
	c.checkAdapted(t, m.Inner, k, want)
}

func (c goldenCase) checkFirstOrder(t *testing.T, k int, want goldenResult) {
	m := metakit.MAML{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.SGD{Rate: c.LR}, FirstOrder: true}
	c.checkGradient(t, m, want)
}

func (c goldenCase) checkMomentum(t *testing.T, k int, want goldenResult) {
	m := metakit.MAML{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.Momentum{Rate: c.LR, Mu: c.Mu}}
	c.checkGradient(t, m, want)
	c.checkAdapted(t, m.Inner, k, want)
}

func (c goldenCase) checkReptile(t *testing.T, k int, want goldenResult) {
	r := metakit.Reptile{Network: c.network(), Loss: c.loss(t), Steps: k, Inner: nn.SGD{Rate: c.LR}}
	_, plain, _ := c.gradients(t, r, c.Theta.Data)
	near(t, "plain", plain, want.Plain.Data)
	r.OverRate = true
	_, over, perTask := c.gradients(t, r, c.Theta.Data)
	near(t, "over_lr", over, want.OverLR.Data)
	for i, w := range want.PerTaskOverLR {
		near(t, fmt.Sprint("per_task_over_lr ", i), perTask[i], w.Data)
	}
}

func (c goldenCase) checkMetaSGD(t *testing.T, k int, want goldenResult) {
	m := metakit.MetaSGD{Network: c.network(), Loss: c.loss(t), Steps: k}
	losses, mean, perTask := c.gradients(t, m, slices.Concat(c.Theta.Data, c.Alpha.Data))
	n := len(c.Theta.Data)
	near(t, "loss", []float64{average(losses)}, []float64{*want.Loss})
	near(t, "per_task_loss", losses, want.PerTaskLoss)
	near(t, "grad_theta", mean[:n], want.GradTheta.Data)
	near(t, "grad_alpha", mean[n:], want.GradAlpha.Data)
	for i := range perTask {
		near(t, fmt.Sprint("per_task_grad_theta ", i), perTask[i][:n], want.PerTaskGradTheta[i].Data)
		near(t, fmt.Sprint("per_task_grad_alpha ", i), perTask[i][n:], want.PerTaskGradAlpha[i].Data)
	}
}

// checkScalarRate compares the derivative by one rate for all parameters and steps: the sum of those by the entries of
// α.
func (c goldenCase) checkScalarRate(t *testing.T, k int, want goldenResult) {
	m := metakit.MetaSGD{Network: c.network(), Loss: c.loss(t), Steps: k, Rate: c.LR}
	alpha := m.Init(rand.New(rand.NewPCG(0, 0)))[len(c.Theta.Data):]
	_, mean, _ := c.gradients(t, m, slices.Concat(c.Theta.Data, alpha))
	sum := 0.0
	for _, g := range mean[len(c.Theta.Data):] {
		sum += g
	}
	near(t, "grad_lr", []float64{sum}, []float64{*want.GradLR})
}

func (c goldenCase) checkGradient(t *testing.T, l metakit.Learner, want goldenResult) {
	losses, mean, perTask := c.gradients(t, l, c.Theta.Data)
	if want.Loss != nil {
		near(t, "loss", []float64{average(losses)}, []float64{*want.Loss})
		near(t, "per_task_loss", losses, want.PerTaskLoss)
	}
	near(t, "grad", mean, want.Grad.Data)
	for i, w := range want.PerTaskGrad {
		near(t, fmt.Sprint("per_task_grad ", i), perTask[i], w.Data)
	}
}

// checkAdapted compares the parameters after the inner steps.
func (c goldenCase) checkAdapted(t *testing.T, rule nn.Rule, steps int, want goldenResult) {
	l := metakit.MAML{Network: c.network(), Loss: c.loss(t)}
	for i, e := range c.episodes() {
		last := adapted(metakit.Follow(rule), l, c.Theta.Data, e, steps)
		near(t, fmt.Sprint("per_task_adapted ", i), last, want.PerTaskAdapted[i].Data)
	}
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
	if len(got) != len(want) {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= metaTol*largest) {
			t.Errorf("%s[%d] = %v, want %v within %v of %v", what, i, got[i], want[i], metaTol, largest)
		}
	}
}
