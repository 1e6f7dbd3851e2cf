package metakit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/nn"
)

// A layersCase is a learner with numbers for its meta-parameters, and what JAX makes of one episode.
type layersCase struct {
	Steps         int
	Rate          float64
	StepWeights   []float64 `json:"step_weights"`
	Activation    nn.Activation
	SupportX      golden.Array `json:"support_x"`
	SupportY      golden.Array `json:"support_y"`
	QueryX        golden.Array `json:"query_x"`
	QueryY        golden.Array `json:"query_y"`
	Parameters    map[string]golden.Array
	Output        golden.Array
	Gradient      map[string]golden.Array
	Direction     map[string]golden.Array
	HessianVector map[string]golden.Array `json:"hessian_vector"`
}

// network returns the network that has the parameters W1, b1, W2, … of a case.
func (c layersCase) network() nn.MLP {
	net := nn.MLP{Widths: []int{c.Parameters["W1"].Shape[0]}, Activation: c.Activation}
	for k := 1; ; k++ {
		w, ok := c.Parameters[fmt.Sprint("W", k)]
		if !ok {
			return net
		}
		net.Widths = append(net.Widths, w.Shape[1])
	}
}

// TestGoldenMetaCurvature and TestGoldenMultiStep hold losses, gradients and Hessian-vector products to JAX.
func TestGoldenMetaCurvature(t *testing.T) {
	eachLayersCase(t, "meta_curvature", func(c layersCase) metakit.Learner {
		return metakit.MetaCurvature{Network: c.network(), Loss: mse, Steps: c.Steps, Rate: c.Rate}
	})
}

func TestGoldenMultiStep(t *testing.T) {
	eachLayersCase(t, "multi_step", func(c layersCase) metakit.Learner {
		m := metakit.NewMAMLPlusPlus(c.network(), mse, 0)
		m.Steps, m.Weights = c.Steps, c.StepWeights
		return m
	})
}

func eachLayersCase(t *testing.T, kind string, learner func(c layersCase) metakit.Learner) {
	var file map[string]json.RawMessage
	golden.Load(t, "layers.json", &file)
	var cases []layersCase
	if err := json.Unmarshal(file[kind], &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases of %s: %v", len(cases), kind, err)
	}
	for k, c := range cases {
		t.Run(fmt.Sprint(kind, " ", k+1), func(t *testing.T) { c.compare(t, learner(c)) })
	}
}

// fileName returns the name that a file has for a meta-parameter: M_in of W1 is Min1, M_out of b1 is Mb1.
func fileName(name string) string {
	return strings.NewReplacer("in W", "Min", "out W", "Mout", "out b", "Mb").Replace(name)
}

func (c layersCase) compare(t *testing.T, l metakit.Learner) {
	g := autodiff.New()
	shapes := l.Shapes()
	meta, v := g.Params(shapes), g.Params(shapes)
	input := func(name string, a golden.Array) autodiff.Value { return g.Input(name, a.Shape[0], a.Shape[1]) }
	support := metakit.TracedSet{X: input("x", c.SupportX), Y: input("y", c.SupportY)}
	query := metakit.TracedSet{X: input("qx", c.QueryX), Y: input("qy", c.QueryY)}
	var loss autodiff.Value
	gradient := autodiff.Params{}
	if own, ok := l.(metakit.OwnGradient); ok {
		loss, gradient = own.MetaGradient(nil, meta, support, query)
	} else {
		loss = metakit.MeanLoss(l, l.Predict(nil, meta, support, query.X, c.Steps)[c.Steps], query.Y)
		gradient = autodiff.GradParams(loss, meta)
	}
	product := autodiff.HessianVector(loss, meta, v)
	ws := autodiff.Compile(loss, gradient, product).NewWorkspace()
	var names []string
	for _, s := range shapes {
		names = append(names, fileName(s.Name))
	}
	if unknown := slices.DeleteFunc(slices.Sorted(maps.Keys(c.Parameters)), func(name string) bool {
		return slices.Contains(names, name)
	}); len(unknown) > 0 {
		t.Fatalf("%T has no %v", l, unknown)
	}
	ws.Set(meta, laid(names, c.Parameters))
	ws.Set(v, laid(names, c.Direction))
	ws.Set(support.X, c.SupportX.Data)
	ws.Set(support.Y, c.SupportY.Data)
	ws.Set(query.X, c.QueryX.Data)
	ws.Set(query.Y, c.QueryY.Data)
	ws.Run()
	near(t, "output", []float64{ws.Scalar(loss)}, c.Output.Data)
	near(t, "gradient", ws.Read(gradient, nil), laid(names, c.Gradient))
	near(t, "Hessian-vector product", ws.Read(product, nil), laid(names, c.HessianVector))
}

// laid returns the arrays of these names end to end.
func laid(names []string, of map[string]golden.Array) (all []float64) {
	for _, name := range names {
		all = append(all, of[name].Data...)
	}
	return all
}
