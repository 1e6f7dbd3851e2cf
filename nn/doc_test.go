package nn_test

import (
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/nn"
)

// train is the package's example, word for word, and returns what was learned.
func train(inputs, labels []float64, learned func(loss float64)) error {
	net := nn.MLP{Widths: []int{2, 16, 1}, Activation: nn.Tanh}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))

	g := autodiff.New()
	p, x, y := g.Params(net.Shapes()), g.Input("x", 100, 2), g.Input("y", 100, 1)
	loss := nn.MSE(net.Apply(nil, p, x), y)
	grad := autodiff.GradParams(loss, p)
	ws := autodiff.Compile(loss, grad).NewWorkspace()
	ws.Set(x, inputs)
	ws.Set(y, labels)

	opt, schedule := nn.NewOptimizer(nn.NewAdam(0.01), net.Shapes()), nn.CosineDecay{Steps: 100}
	for step := range 100 {
		ws.Set(p, theta)
		ws.Run()
		if err := opt.Step(theta, ws.Read(grad, nil), schedule.Factor(step), nil); err != nil {
			return err
		}
	}
	learned(ws.Scalar(loss))
	return nil
}

func TestPackageExample(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	var inputs, labels []float64
	for range 100 {
		a, b := rng.Float64(), rng.Float64()
		inputs, labels = append(inputs, a, b), append(labels, a*b)
	}
	learned := math.Inf(1)
	if err := train(inputs, labels, func(loss float64) { learned = loss }); err != nil {
		t.Fatal(err)
	}
	if !(learned < 7./144/2) { // half the labels' variance
		t.Errorf("mean squared error %v after training", learned)
	}

	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	test, err := os.ReadFile("doc_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var code []string
	for line := range strings.Lines(string(doc)) {
		if rest, ok := strings.CutPrefix(line, "//\t"); ok || len(code) > 0 && line == "//\n" {
			code = append(code, strings.TrimSpace(strings.TrimPrefix(rest, "//")))
		}
	}
	var body []string
	for line := range strings.Lines(string(test)) {
		body = append(body, strings.TrimSpace(line))
	}
	want, got := strings.TrimSpace(strings.Join(code, "\n")), strings.Join(body, "\n")
	if len(code) < 20 || !strings.Contains(got, want) {
		t.Errorf("the example of doc.go is not what runs here:\n%s", want)
	}
}
