package metakit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/nn"
)

// metaTol is what the file asks for, relative to the largest entry of an array.
const metaTol = 1e-10

// A goldenCase is a network with a few tasks and what the methods make of them.
type goldenCase struct {
	Name       string
	Sizes      []int
	Activation nn.Activation
	Loss       string
	LR         float64
	Theta, V   golden.Array
	Alpha      golden.Array `json:"meta_sgd_alpha"`
	Mu         float64      `json:"momentum_mu"`
	Lambda     float64      `json:"imaml_lambda"`
	Context    int          `json:"cavia_context"`
	CaviaSizes []int        `json:"cavia_sizes"`
	CaviaTheta golden.Array `json:"theta_cavia"`
	Tasks      []struct {
		SupportX golden.Array `json:"support_x"`
		SupportY golden.Array `json:"support_y"`
		QueryX   golden.Array `json:"query_x"`
		QueryY   golden.Array `json:"query_y"`
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
			Support: metakit.Set{X: task.SupportX.Dense(), Y: task.SupportY.Dense()},
			Query:   metakit.Set{X: task.QueryX.Dense(), Y: task.QueryY.Dense()},
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
	var matrix golden.Array
	var matrices []golden.Array
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
		golden.Near(t, fmt.Sprint(key, " ", i), got[i], want[i], tol)
	}
}

// done fails if something was left out, or if there was nothing to compare.
func (e *expected) done(t *testing.T) {
	t.Helper()
	if len(e.left) > 0 || e.compared == 0 {
		t.Errorf("%d values were compared, and not %q", e.compared, slices.Sorted(maps.Keys(e.left)))
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
	golden.Near(t, what, got, want, metaTol)
}
