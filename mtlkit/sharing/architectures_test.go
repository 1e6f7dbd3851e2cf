package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

// settings are the fields that the architectures of levels have, some of them.
type settings struct {
	inputs               int
	levels               [][]int
	experts, own, shared int
	heads                [][]int
	activation           nn.Activation
	weights              nn.Initializer
	gate                 Gate
}

// expert is the one level of an architecture that has no more.
func (s settings) expert() []int {
	if len(s.levels) == 0 {
		return nil
	}
	return s.levels[0]
}

// even returns the levels with a last width that is the same for all, and even.
func (s settings) even() (levels [][]int) {
	for _, units := range s.levels {
		units = slices.Clone(units)
		if n := len(units); n > 0 && units[n-1] > 0 {
			units[n-1] = (last(s.levels[0]) + 1) / 2 * 2
		}
		levels = append(levels, units)
	}
	return levels
}

var stacked = map[string]func(s settings) mtlkit.Twinned{
	"AdaTT": func(s settings) mtlkit.Twinned {
		return AdaTT{s.inputs, s.levels, s.own, s.shared, s.heads, s.activation, s.weights}
	},
	"CGC": func(s settings) mtlkit.Twinned {
		return CGC{s.inputs, s.expert(), s.own, s.shared, s.heads, s.activation, s.weights, s.gate}
	},
	"CrossStitch": func(s settings) mtlkit.Twinned {
		return CrossStitch{s.inputs, s.levels, s.heads, s.activation, s.weights}
	},
	"MMoE": func(s settings) mtlkit.Twinned {
		return MMoE{s.inputs, s.levels, s.experts, s.heads, s.activation, s.weights, s.gate}
	},
	"MTAN": func(s settings) mtlkit.Twinned {
		return MTAN{s.inputs, s.levels, s.heads, s.activation, s.weights}
	},
	"OMoE": func(s settings) mtlkit.Twinned {
		return OMoE{s.inputs, s.expert(), s.experts, s.heads, s.activation, s.weights, s.gate}
	},
	"PLE": func(s settings) mtlkit.Twinned {
		return PLE{s.inputs, s.levels, s.own, s.shared, s.heads, s.activation, s.weights, s.gate}
	},
	"Sluice": func(s settings) mtlkit.Twinned {
		return Sluice{s.inputs, s.even(), s.own, s.heads, 0.1, s.activation, s.weights}
	},
}

// usual has two levels, the first of two layers, and heads of different depth and width.
var usual = settings{2, [][]int{{5, 4}, {3}}, 3, 2, 1, [][]int{{1}, {4, 2}, {1}}, nn.Tanh, nil, nil}

func TestModels(t *testing.T) {
	for name, of := range stacked {
		t.Run(name, func(t *testing.T) { mtltest.TestModel(t, of(usual), []int{1, 2, 1}, 2) })
		t.Run(name+" of one task", func(t *testing.T) {
			one := usual
			one.heads, one.levels, one.own = [][]int{{2}}, [][]int{{3}}, 1
			mtltest.TestModel(t, of(one), []int{2}, 2)
		})
	}
}

// A few epochs lower the loss of each task, on rows that the tasks share and on rows of their own.
func TestModelsLearn(t *testing.T) {
	s := usual
	s.heads, s.activation = [][]int{{1}, {4, 1}}, nn.ReLU
	models := map[string]mtlkit.Model{
		"Branching":    Branching{2, [][]int{{8}, {8}}, []int{2, 2}, s.heads, Temperature{2, 0.1, 40}, nn.ReLU, nil},
		"Hierarchical": Hierarchical{[]int{2, 8, 8}, []int{1, 2}, s.heads, nn.ReLU, nil},
		"OwnFirst":     OwnFirst{[][]int{{2, 8}, {2, 8, 8}}, []int{4, 1}, nn.ReLU, nil},
		"SoftSharing":  SoftSharing{[]int{2, 8}, s.heads, 0.001, nn.ReLU, nil},
	}
	for name, of := range stacked {
		models[name] = of(s)
	}
	for name, model := range models {
		for _, apart := range []bool{false, true} {
			rng := rand.New(rand.NewPCG(7, 0))
			trainer := mtlkit.Trainer{Model: model, Optimizer: nn.NewAdam(0.01), Epochs: 20, BatchSize: 16, Seed: 3}
			for i := range s.heads {
				x, y := mat.NewDense(64, 2, nil), mat.NewDense(64, 1, nil)
				for r := range 64 {
					a, b := rng.NormFloat64(), rng.NormFloat64()
					x.SetRow(r, []float64{a, b})
					y.Set(r, 0, a-b+float64(i)*max(a, b))
				}
				if !apart && i > 0 {
					for r := range 64 {
						a, b := trainer.Data.X[0].At(r, 0), trainer.Data.X[0].At(r, 1)
						y.Set(r, 0, a-b+float64(i)*max(a, b))
					}
				} else {
					trainer.Data.X = append(trainer.Data.X, x)
				}
				trainer.Data.Y = append(trainer.Data.Y, y)
				trainer.Tasks = append(trainer.Tasks,
					mtlkit.Task{Name: fmt.Sprint("task ", i+1), Loss: nn.SquaredError{}})
			}
			run, err := trainer.Start()
			if err != nil {
				t.Fatal(err)
			}
			var first, end []float64
			for epoch, err := range run.Epochs(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				if end = slices.Clone(epoch.Losses); first == nil {
					first = end
				}
			}
			for i := range end {
				if !(end[i] < 0.8*first[i]) {
					t.Errorf("%s, rows apart %v: the loss of task %d goes from %v to %v", name, apart, i+1,
						first[i], end[i])
				}
			}
		}
	}
}

// outputsOf runs a model at parameters on the same rows for all tasks, and returns the outputs and what it shows.
func outputsOf(m mtlkit.Model, theta []float64, x *mat.Dense) (out []*mat.Dense, shown map[string]*mat.Dense) {
	g := autodiff.New()
	trace, p := nn.NewTrace(g, false), g.Params(m.Shapes())
	rows, columns := x.Dims()
	in := g.Input("x", rows, columns)
	values := m.Apply(trace, p, slices.Repeat([]autodiff.Value{in}, m.Tasks()))
	var outputs []autodiff.Output
	for _, v := range values {
		outputs = append(outputs, v)
	}
	for _, s := range trace.Shown() {
		outputs = append(outputs, s.Value)
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Set(p, theta)
	ws.Set(in, x.RawMatrix().Data)
	ws.Run()
	read := func(v autodiff.Value) *mat.Dense { return mat.NewDense(v.Rows(), v.Cols(), ws.Read(v, nil)) }
	for _, v := range values {
		out = append(out, read(v))
	}
	shown = map[string]*mat.Dense{}
	for _, s := range trace.Shown() {
		shown[s.Name] = read(s.Value)
	}
	return out, shown
}

// moved returns a model's first parameters, moved so that biases are not 0.
func moved(m mtlkit.Model) []float64 {
	rng := rand.New(rand.NewPCG(5, 0))
	theta := m.Init(rng)
	for k := range theta {
		theta[k] += 0.2 * rng.NormFloat64()
	}
	return theta
}

func gaussian(rows, columns int) *mat.Dense {
	rng := rand.New(rand.NewPCG(6, 0))
	x := mat.NewDense(rows, columns, nil)
	x.Apply(func(int, int, float64) float64 { return rng.NormFloat64() }, x)
	return x
}

// namesOf returns the names of a model's matrices.
func namesOf(m mtlkit.Model) (names []string) {
	for _, s := range m.Shapes() {
		names = append(names, s.Name)
	}
	return names
}

// A reader finds the matrices of a model by their names, for implementations by the plain formula.
type reader struct{ nn.Params }

func readerOf(m mtlkit.Model, theta []float64) reader { return reader{nn.NewParams(m.Shapes(), theta)} }

// dense returns x·W + b for layer k of the part of that name.
func (r reader) dense(name string, k int, x *mat.Dense) *mat.Dense {
	w, b := r.View(fmt.Sprintf("%s.W%d", name, k)), r.View(fmt.Sprintf("%s.b%d", name, k))
	rows, _ := x.Dims()
	_, columns := w.Dims()
	out := mat.NewDense(rows, columns, nil)
	out.Mul(x, w)
	out.Apply(func(_, j int, v float64) float64 { return v + b.At(0, j) }, out)
	return out
}

// tanh returns tanh(x·W + b).
func (r reader) tanh(name string, k int, x *mat.Dense) *mat.Dense {
	out := r.dense(name, k, x)
	out.Apply(func(_, _ int, v float64) float64 { return math.Tanh(v) }, out)
	return out
}

// softmax returns the softmax of each row of matrices side by side.
func softmax(logits ...*mat.Dense) *mat.Dense {
	rows, _ := logits[0].Dims()
	out := new(mat.Dense)
	for r := range rows {
		var row []float64
		sum := 0.0
		for _, l := range logits {
			for _, v := range l.RawRowView(r) {
				row, sum = append(row, math.Exp(v)), sum+math.Exp(v)
			}
		}
		if r == 0 {
			out = mat.NewDense(rows, len(row), nil)
		}
		for k := range row {
			out.Set(r, k, row[k]/sum)
		}
	}
	return out
}

// weighed adds to each row of sum the rows of h, weighed by the columns of the gate from at on; a gate of one row holds
// for all.
func weighed(sum, gate *mat.Dense, at int, h ...*mat.Dense) {
	gates, _ := gate.Dims()
	rows, columns := sum.Dims()
	for r := range rows {
		for c := range columns {
			for k, e := range h {
				sum.Set(r, c, sum.At(r, c)+gate.At(min(r, gates-1), at+k)*e.At(r, c))
			}
		}
	}
}

// same fails the test unless two matrices agree to rounding.
func same(t *testing.T, what string, got, want *mat.Dense) {
	t.Helper()
	if got == nil || !mat.EqualApprox(got, want, 1e-13) {
		t.Errorf("%s is\n%v\nwant\n%v", what, got, want)
	}
}

// reached returns the matrices that output task depends on, by name.
func reached(m mtlkit.Model, task int) (names []string) {
	g := autodiff.New()
	theta := g.Params(m.Shapes())
	var values, x []autodiff.Value
	for k := range theta.Len() {
		values = append(values, theta.At(k))
	}
	for i := range m.Tasks() {
		x = append(x, g.Input(fmt.Sprint("x", i), 4, m.Shapes()[0].Rows))
	}
	for k, is := range autodiff.Reaches(m.Apply(nil, theta, x)[task].Sum(), values) {
		if is {
			names = append(names, theta.Name(k))
		}
	}
	return names
}
