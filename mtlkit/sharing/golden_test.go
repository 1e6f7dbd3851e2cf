package sharing

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/mtlkit"
	"kindred/nn"
)

// array is a matrix of the golden values.
type array struct {
	Name  string
	Shape []int
	Data  []float64
}

// goldenCase is a network with its numbers, as facebookresearch/AdaTT computes them.
type goldenCase struct {
	Name, Kind    string
	Inputs, Tasks int
	ExpertDims    [][]int   `json:"expert_dims"`
	TowerWidths   []int     `json:"tower_widths"`
	Own           int       `json:"own_experts"`
	Shared        int       `json:"shared_experts"`
	LossWeights   []float64 `json:"loss_weights"`
	X, Y          array
	Loss          float64
	Outputs       []array
	Parameters    []array
	Gradients     []array
}

// models returns the networks that are the case's, none if it is of an unknown kind.
func (c goldenCase) models() []mtlkit.Model {
	heads := slices.Repeat([][]int{c.TowerWidths}, c.Tasks)
	switch c.Kind {
	case "share_bottom":
		trunk := append([]int{c.Inputs}, slices.Concat(c.ExpertDims...)...)
		return []mtlkit.Model{HardSharing{Trunk: trunk, Heads: heads, Activation: nn.ReLU}}
	case "cross_st":
		return []mtlkit.Model{CrossStitch{c.Inputs, c.ExpertDims, heads, nn.ReLU, nil}}
	case "mmoe":
		return []mtlkit.Model{MMoE{c.Inputs, c.ExpertDims, c.Shared, heads, nn.ReLU, nil, nil}}
	case "ple":
		ple := PLE{c.Inputs, c.ExpertDims, c.Own, c.Shared, heads, nn.ReLU, nil, nil}
		if len(c.ExpertDims) > 1 {
			return []mtlkit.Model{ple}
		}
		return []mtlkit.Model{ple, CGC{c.Inputs, c.ExpertDims[0], c.Own, c.Shared, heads, nn.ReLU, nil, nil}}
	case "att_sp":
		return []mtlkit.Model{AdaTT{c.Inputs, c.ExpertDims, c.Own, 0, heads, nn.ReLU, nil}}
	}
	return nil
}

// there returns what one of our matrices is called in the file, and where in that array it begins: arrays of a gate,
// and of the weights of own experts, have several of ours side by side or one above the other.
func (c goldenCase) there(ours string) (name string, row, column int) {
	var l, t, u, e, k int
	var rest string
	scan := func(format string, into ...any) bool {
		n, err := fmt.Sscanf(ours, format, into...)
		return err == nil && n == len(into)
	}
	switch last := ours[strings.LastIndex(ours, ".")+1:]; {
	case strings.HasPrefix(ours, "trunk."):
		return ours, 0, 0
	case scan("head%d.%s", &t, &rest):
		return fmt.Sprintf("tower.%d.%s", t-1, rest), 0, 0
	case scan("stitch%d", &l):
		return fmt.Sprintf("stitch.%d", l-1), 0, 0
	case scan("column%d.W%d", &t, &k), scan("column%d.b%d", &t, &k):
		for l = 0; k > len(c.ExpertDims[l]); l++ {
			k -= len(c.ExpertDims[l])
		}
		return fmt.Sprintf("expert.%d.%d.%s%d", l, t-1, last[:1], k), 0, 0
	case scan("level%d.expert%d.%s", &l, &e, &rest):
		return fmt.Sprintf("expert.%d.%d.%s", l-1, e-1, rest), 0, 0
	case scan("level%d.gate%d.%s", &l, &e, &rest):
		return fmt.Sprintf("gate.%d.%d.%s", l-1, e-1, rest), 0, 0
	case scan("level%d.task%d.expert%d.%s", &l, &t, &e, &rest):
		return fmt.Sprintf("expert.%d.%d.%s", l-1, (t-1)*c.Own+e-1, rest), 0, 0
	case scan("level%d.shared.expert%d.%s", &l, &e, &rest):
		return fmt.Sprintf("expert.%d.%d.%s", l-1, c.Tasks*c.Own+e-1, rest), 0, 0
	case c.Kind == "mmoe" && scan("level%d.task%d.gate.%s", &l, &t, &rest):
		return fmt.Sprintf("gate.%d.%d.%s", l-1, t-1, rest), 0, 0
	case scan("level%d.task%d.gate.task%d", &l, &t, &u):
		if c.Kind == "ple" {
			u = 1 // a task's gate begins with its own experts
		}
		return fmt.Sprintf("gate.%d.%d.%s", l-1, t-1, last), 0, (u - 1) * c.Own
	case scan("level%d.task%d.gate.shared.%s", &l, &t, &rest):
		return fmt.Sprintf("gate.%d.%d.%s", l-1, t-1, rest), 0, c.Own
	case scan("level%d.shared.gate.task%d", &l, &u):
		return fmt.Sprintf("gate.%d.%d.%s", l-1, c.Tasks, last), 0, (u - 1) * c.Own
	case scan("level%d.shared.gate.shared.%s", &l, &rest):
		return fmt.Sprintf("gate.%d.%d.%s", l-1, c.Tasks, rest), 0, c.Tasks * c.Own
	case scan("level%d.task%d.own", &l, &t):
		return fmt.Sprintf("own.%d", l-1), t - 1, 0
	}
	return "", 0, 0
}

// flat returns arrays of the file as our flat vector, and for each entry the largest of its array. It fails unless each
// entry of each array has a place in the vector.
func (c goldenCase) flat(t *testing.T, shapes []autodiff.Shape, arrays []array) (flat, largest []float64) {
	t.Helper()
	size, named := 0, map[string]array{}
	for _, a := range arrays {
		size, named[a.Name] = size+len(a.Data), a
	}
	if size != nn.Size(shapes) || len(named) != len(arrays) {
		t.Fatalf("%d numbers in %d arrays; the model has %d in %v", size, len(arrays), nn.Size(shapes), shapes)
	}
	taken := map[[2]any]bool{}
	for _, s := range shapes {
		name, row, column := c.there(s.Name)
		a, ok := named[name]
		if !ok || row+s.Rows > a.Shape[0] || column+s.Cols > a.Shape[1] {
			t.Fatalf("%v has no place in %q", s, name)
		}
		for k := range s.Size() {
			at := (row+k/s.Cols)*a.Shape[1] + column + k%s.Cols
			if taken[[2]any{name, at}] {
				t.Fatalf("%v meets another matrix in %q", s, name)
			}
			taken[[2]any{name, at}] = true
			flat, largest = append(flat, a.Data[at]), append(largest, absolute(a.Data))
		}
	}
	return flat, largest
}

// absolute returns the largest absolute value.
func absolute(v []float64) (largest float64) {
	for _, x := range v {
		largest = max(largest, math.Abs(x))
	}
	return largest
}

// near fails unless got is want within 1e-10 of the largest entry of its array, as the file asks. An array of zeros is
// held to 1e-13.
func near(t *testing.T, what string, got, want, largest []float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for k := range want {
		if !(math.Abs(got[k]-want[k]) <= 1e-10*max(largest[k], 1e-3)) {
			t.Errorf("%s[%d] = %v, want %v", what, k, got[k], want[k])
		}
	}
}

// TestGoldenSharing holds the architectures to a published implementation: outputs, loss and gradients, traced for
// inputs that all tasks share, and for the same rows as inputs of each task's own.
func TestGoldenSharing(t *testing.T) {
	var file struct{ Cases []goldenCase }
	golden.Load(t, "sharing.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("the file has no cases")
	}
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			if len(c.models()) == 0 {
				t.Skipf("no architecture here is of the kind %q", c.Kind)
			}
			for _, model := range c.models() {
				c.compare(t, model, true)
				c.compare(t, model, false)
			}
		})
	}
}

func (c goldenCase) compare(t *testing.T, model mtlkit.Model, shared bool) {
	g := autodiff.New()
	theta := g.Params(model.Shapes())
	x := []autodiff.Value{g.Input("x", c.X.Shape[0], c.X.Shape[1])}
	for task := 1; task < c.Tasks; task++ {
		if shared {
			x = append(x, x[0])
		} else {
			x = append(x, g.Input(fmt.Sprint("x", task), c.X.Shape[0], c.X.Shape[1]))
		}
	}
	y := g.Const(c.Y.Shape[0], c.Y.Shape[1], c.Y.Data)
	out := model.Apply(nn.NewTrace(g, true), theta, x)
	loss := g.Scalar(0)
	var outputs []autodiff.Output
	for task, v := range out {
		loss = loss.Add(v.Sub(y.SliceCols(task, task+1)).Square().Mean().Scale(c.LossWeights[task]))
		outputs = append(outputs, v)
	}
	grad := autodiff.GradParams(loss, theta)
	ws := autodiff.Compile(append(outputs, loss, grad)...).NewWorkspace()
	numbers, _ := c.flat(t, model.Shapes(), c.Parameters)
	ws.Set(theta, numbers)
	for _, v := range x {
		ws.Set(v, c.X.Data)
	}
	ws.Run()
	near(t, "loss", []float64{ws.Scalar(loss)}, []float64{c.Loss}, []float64{math.Abs(c.Loss)})
	for task, v := range out {
		want := c.Outputs[task].Data
		near(t, fmt.Sprint("output ", task), ws.Read(v, nil), want, slices.Repeat([]float64{absolute(want)}, len(want)))
	}
	want, largest := c.flat(t, model.Shapes(), c.Gradients)
	near(t, "gradient", ws.Read(grad, nil), want, largest)
}
