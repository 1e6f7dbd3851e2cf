package nn

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
)

// A layerCase is a layer with numbers for everything that it is a function of, and what JAX makes of them: the output, the
// gradient of F = Σ output ∘ cotangent, and the Hessian of F times a direction.
type layerCase struct {
	Eps, Gamma          float64
	Experts, K, Heads   int
	Causal              bool
	Parameters          map[string]golden.Array
	Output, Cotangent   golden.Array
	Gradient, Direction map[string]golden.Array
	HessianVector       map[string]golden.Array `json:"hessian_vector"`
	Entropy             *float64
	InverseSum          *float64 `json:"inverse_sum"`
}

// elsewhere are the kinds in the file that are no layers, with the packages whose tests read them.
var elsewhere = map[string]string{"deep_kernel": "metakit/models", "alpaca": "metakit/models",
	"meta_curvature": "metakit", "multi_step": "metakit", "icm": "mtlkit/gp"}

// TestGoldenLayers holds layers to another implementation. A kind that no package knows is a failure.
func TestGoldenLayers(t *testing.T) {
	var file map[string]json.RawMessage
	golden.Load(t, "layers.json", &file)
	ran := 0
	for _, kind := range slices.Sorted(maps.Keys(file)) {
		apply, ok := goldenLayers[kind]
		var cases []layerCase
		if !ok {
			if _, known := elsewhere[kind]; !known && json.Unmarshal(file[kind], &cases) == nil {
				t.Errorf("%d cases of %s, which is no layer of this package, and no other reads them", len(cases), kind)
			}
			continue
		}
		if err := json.Unmarshal(file[kind], &cases); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		for k, c := range cases {
			ran++
			t.Run(fmt.Sprint(kind, " ", k+1), func(t *testing.T) { c.compare(t, apply) })
		}
	}
	if ran == 0 {
		t.Error("the file has no layer")
	}
}

// goldenLayers trace the layer of a case. Each returns the output, and values beside it with their names.
var goldenLayers = map[string]func(c layerCase, p map[string]autodiff.Value) (autodiff.Value, []beside){
	"layer_norm": func(c layerCase, p map[string]autodiff.Value) (autodiff.Value, []beside) {
		l := LayerNorm{Units: p["x"].Cols(), Epsilon: c.Eps}
		theta := autodiff.ParamsOf([]string{"gain", "bias"}, []autodiff.Value{p["gamma"], p["beta"]})
		return l.Apply(nil, theta, p["x"]), nil
	},
	"dselect_k": func(c layerCase, p map[string]autodiff.Value) (autodiff.Value, []beside) {
		d := DSelectK{Experts: c.Experts, K: c.K, Gamma: c.Gamma}
		gate, entropy, inverse := d.Select(p["z"].Reshape(1, p["z"].Size()), p["w"])
		theta := autodiff.ParamsOf([]string{"z", "w"}, []autodiff.Value{p["z"], p["w"]})
		network := d.Apply(nil, theta, p["w"].Graph().Fill(1, 3, 0)) // which is the same gate
		return gate.Add(network).Scale(0.5), []beside{{"entropy", entropy, c.Entropy}, {"inverse sum", inverse, c.InverseSum}}
	},
	"attention": func(c layerCase, p map[string]autodiff.Value) (autodiff.Value, []beside) {
		a := Attention{Inputs: p["x"].Cols(), Keys: p["z"].Cols(), Values: p["z"].Cols(), Width: p["Wq"].Cols(),
			Heads: c.Heads, Outputs: p["Wo"].Cols(), Causal: c.Causal}
		theta := autodiff.ParamsOf([]string{"Wq", "Wk", "Wv", "Wo"}, []autodiff.Value{p["Wq"], p["Wk"], p["Wv"], p["Wo"]})
		return a.Attend(nil, theta, p["x"], p["z"], p["z"], nil), nil
	},
	"gru": func(c layerCase, p map[string]autodiff.Value) (autodiff.Value, []beside) {
		u := GRU{Inputs: p["x"].Cols(), Units: p["h0"].Cols()}
		theta := autodiff.ParamsOf([]string{"W", "U", "b", "cn"}, []autodiff.Value{
			autodiff.ConcatCols(p["Wr"], p["Wz"], p["Wn"]), autodiff.ConcatCols(p["Ur"], p["Uz"], p["Un"]),
			autodiff.ConcatCols(p["br"], p["bz"], p["bn"]), p["cn"]})
		return u.Read(theta, p["x"], p["h0"]), nil
	},
}

// A beside is a number beside the output.
type beside struct {
	name string
	is   autodiff.Value
	want *float64
}

func (c layerCase) compare(t *testing.T, apply func(layerCase, map[string]autodiff.Value) (autodiff.Value, []beside)) {
	g := autodiff.New()
	var shapes []autodiff.Shape
	var at, along []float64
	names := slices.Sorted(maps.Keys(c.Parameters))
	for _, name := range names {
		a := c.Parameters[name]
		shapes = append(shapes, autodiff.Shape{Name: name, Rows: a.Shape[0], Cols: a.Shape[1]})
		at, along = append(at, a.Data...), append(along, c.Direction[name].Data...)
	}
	p, v := g.Params(shapes), g.Params(shapes)
	values := map[string]autodiff.Value{}
	for k, name := range names {
		values[name] = p.At(k)
	}
	out, extras := apply(c, values)
	f := out.Mul(g.Const(out.Rows(), out.Cols(), c.Cotangent.Data)).Sum()
	gradient, product := autodiff.GradParams(f, p), autodiff.HessianVector(f, p, v)
	outputs := []autodiff.Output{out, gradient, product}
	for _, b := range extras {
		outputs = append(outputs, b.is)
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Set(p, at)
	ws.Set(v, along)
	ws.Run()
	nearLargest(t, "output", ws.Read(out, nil), c.Output.Data)
	nearLargest(t, "gradient", ws.Read(gradient, nil), joined(names, c.Gradient))
	nearLargest(t, "Hessian-vector product", ws.Read(product, nil), joined(names, c.HessianVector))
	for _, b := range extras {
		if b.want == nil {
			t.Errorf("the case says no %s", b.name)
			continue
		}
		nearLargest(t, b.name, ws.Read(b.is, nil), []float64{*b.want})
	}
}

func joined(names []string, of map[string]golden.Array) (all []float64) {
	for _, name := range names {
		all = append(all, of[name].Data...)
	}
	return all
}

// nearLargest fails the test unless each number is that of want within 1e-10 of the largest of them, as the file asks.
func nearLargest(t *testing.T, what string, got, want []float64) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
		return
	}
	for k, w := range want {
		if !(math.Abs(got[k]-w) <= 1e-10*largest) {
			t.Errorf("%s[%d] is %v, want %v", what, k, got[k], w)
		}
	}
}
