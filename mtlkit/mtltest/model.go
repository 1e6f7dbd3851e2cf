package mtltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// TestModel runs a subtest for each property of a [mtlkit.Model], which fails unless m has it. widths are the columns
// of the tasks' outputs, columns those of the inputs, which all tasks have. For a model of your own:
//
//	func TestMine(t *testing.T) {
//		mtltest.TestModel(t, Mine{…}, []int{1, 3}, 8)
//	}
//
// The properties are: matrices with names of their own, and Init of their size; outputs of the tasks' widths; the same
// when traced again, without keeping or changing what it was given; output t a function of task t's rows alone; in
// evaluation each row for itself, unless the model says [nn.Trace.AllRows]; gradients that are those of central
// differences; the same bits on 1, 2, 3 and 8 processors; of a [mtlkit.Resizable] model, others of its kind with the same
// matrices by name; and, of a [mtlkit.Twinned] model, twins that start from matrices of their size and have these
// properties too. Inputs are any numbers: for a model that takes categories
// ([mtlkit.InputChecker]), test one that makes them of the signs of its inputs.
func TestModel(t *testing.T, m mtlkit.Model, widths []int, columns int) {
	t.Helper()
	for _, p := range modelProperties {
		t.Run(p.name, func(t *testing.T) {
			if err := p.check(subject{m, widths, columns}); err != nil {
				t.Error(err)
			}
		})
	}
}

// CheckModel returns the first property of [TestModel] that m does not have, and in what way, or nil.
func CheckModel(m mtlkit.Model, widths []int, columns int) error {
	for _, p := range modelProperties {
		if err := p.check(subject{m, widths, columns}); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

var modelProperties []struct {
	name  string
	check func(s subject) error
}

func init() { // the twins have them too
	modelProperties = []struct {
		name  string
		check func(s subject) error
	}{
		{"parameters", checkParameters},
		{"outputs", checkShapes},
		{"traced twice", checkTwice},
		{"own rows", checkOwnRows},
		{"rows apart", checkRowsApart},
		{"gradients", checkGradients},
		{"processors", checkProcessors},
		{"resized", checkResized},
		{"twins", checkTwins},
	}
}

// A subject is a model under test.
type subject struct {
	mtlkit.Model
	widths  []int
	columns int
}

// theta returns parameters near the first ones, so that biases are not 0.
func (s subject) theta() []float64 {
	rng := rand.New(rand.NewPCG(1, 0))
	theta := slices.Clone(s.Init(rng))
	for k := range theta {
		theta[k] += 0.1 * rng.NormFloat64()
	}
	return theta
}

// inputs returns rows of inputs for each task.
func (s subject) inputs(rows int) [][]float64 {
	rng := rand.New(rand.NewPCG(2, 0))
	x := make([][]float64, len(s.widths))
	for i := range x {
		for range rows * s.columns {
			x[i] = append(x[i], rng.NormFloat64())
		}
	}
	return x
}

// A run is a model traced and compiled, with inputs of their own for all tasks.
type run struct {
	trace *nn.Trace
	out   []autodiff.Value
	sum   autodiff.Value  // of all outputs, weighed at random
	grad  autodiff.Output // of sum
	theta autodiff.Params
	x     []autodiff.Value
	ws    *autodiff.Workspace
}

func (s subject) trace(rows int, training bool) *run {
	g := autodiff.New()
	r := &run{trace: nn.NewTrace(g, training), theta: g.Params(s.Shapes())}
	for i := range s.widths {
		r.x = append(r.x, g.Input(fmt.Sprintf("x%d", i), rows, s.columns))
	}
	r.out = s.Apply(r.trace, r.theta, slices.Clone(r.x))
	return r
}

func (s subject) compile(rows int, training bool) *run {
	r := s.trace(rows, training)
	rng := rand.New(rand.NewPCG(3, 0))
	var outputs []autodiff.Output
	for i, v := range r.out {
		weights := make([]float64, v.Size())
		for k := range weights {
			weights[k] = rng.NormFloat64()
		}
		part := v.Mul(v.Graph().Const(v.Rows(), v.Cols(), weights)).Sum()
		if i > 0 {
			part = r.sum.Add(part)
		}
		r.sum = part
		outputs = append(outputs, v)
	}
	r.grad = autodiff.GradParams(r.sum, r.theta)
	r.ws = autodiff.Compile(append(outputs, r.sum, r.grad)...).NewWorkspace()
	return r
}

// at runs the model and returns each task's output.
func (r *run) at(theta []float64, x [][]float64) (out [][]float64) {
	r.ws.SetNoise(1, 2, 3)
	r.ws.Set(r.theta, theta)
	for i, v := range r.x {
		r.ws.Set(v, x[i])
	}
	for _, s := range r.trace.Statistics() {
		r.ws.Set(s.Value, slices.Repeat([]float64{s.Start}, s.Size()))
	}
	for _, s := range r.trace.ScheduledNumbers() {
		r.ws.Set(s.Value, []float64{s.At(0)})
	}
	r.ws.Run()
	for _, v := range r.out {
		out = append(out, r.ws.Read(v, nil))
	}
	return out
}

func checkParameters(s subject) error {
	if s.Tasks() != len(s.widths) {
		return fmt.Errorf("it has %d outputs, want %d", s.Tasks(), len(s.widths))
	}
	shapes := s.Shapes()
	for k, shape := range shapes {
		if shape.Name == "" || slices.ContainsFunc(shapes[:k], func(o autodiff.Shape) bool { return o.Name == shape.Name }) {
			return fmt.Errorf("matrix %d is called %q; each has a name of its own", k, shape.Name)
		}
	}
	for k := range shapes {
		shapes[k].Name += " changed"
	}
	if slices.ContainsFunc(s.Shapes(), func(o autodiff.Shape) bool { return slices.Contains(shapes, o) }) {
		return fmt.Errorf("it keeps what Shapes returned, and a change of it acts")
	}
	first := s.Init(rand.New(rand.NewPCG(1, 0)))
	if n := nn.Size(s.Shapes()); len(first) != n {
		return fmt.Errorf("Init returns %d parameters for matrices of %d", len(first), n)
	}
	for k, v := range first {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("parameter %d begins as %v", k, v)
		}
	}
	kept := slices.Clone(first)
	for k := range first {
		first[k] = math.NaN()
	}
	if !slices.Equal(s.Init(rand.New(rand.NewPCG(1, 0))), kept) {
		return fmt.Errorf("Init returns other parameters from the same source of random numbers")
	}
	return nil
}

func checkShapes(s subject) error {
	for _, training := range []bool{true, false} {
		out := s.trace(5, training).out
		if len(out) != len(s.widths) {
			return fmt.Errorf("it traces %d outputs, want %d", len(out), len(s.widths))
		}
		for i, v := range out {
			if v.Rows() != 5 || v.Cols() != s.widths[i] {
				return fmt.Errorf("output %d is %v for 5 rows, want 5×%d", i, v, s.widths[i])
			}
		}
	}
	return nil
}

// checkTwice traces two times into one graph, after what was given the first time has been overwritten.
func checkTwice(s subject) error {
	g := autodiff.New()
	theta := g.Params(s.Shapes())
	var x []autodiff.Value
	for i := range s.widths {
		x = append(x, g.Input(fmt.Sprintf("x%d", i), 5, s.columns))
	}
	given := slices.Clone(x)
	first := slices.Clone(s.Apply(nn.NewTrace(g, false), theta, given))
	if !slices.Equal(given, x) {
		return fmt.Errorf("Apply changes the list of inputs")
	}
	clear(given)
	r := &run{trace: nn.NewTrace(g, false), theta: theta, x: x}
	r.out = append(first, s.Apply(r.trace, theta, slices.Clone(x))...)
	var outputs []autodiff.Output
	for _, v := range r.out {
		outputs = append(outputs, v)
	}
	if len(r.trace.Statistics()) > 0 {
		return nil // each trace has inputs of its own for them
	}
	r.ws = autodiff.Compile(outputs...).NewWorkspace()
	out := r.at(s.theta(), s.inputs(5))
	for i := range s.widths {
		if !slices.Equal(out[i], out[len(s.widths)+i]) {
			return fmt.Errorf("output %d is %v, and %v when traced again", i, out[i], out[len(s.widths)+i])
		}
	}
	return nil
}

// checkOwnRows changes the inputs of one task and looks at the outputs of the others.
func checkOwnRows(s subject) error {
	for _, training := range []bool{true, false} {
		r, theta := s.compile(5, training), s.theta()
		want := r.at(theta, s.inputs(5))
		for changed := range s.widths {
			x := s.inputs(5)
			floats.AddConst(0.7, x[changed])
			for i, got := range r.at(theta, x) {
				if same := slices.Equal(got, want[i]); !same && i != changed {
					return fmt.Errorf("output %d is %v, and %v with other rows for task %d; it may depend on its own alone",
						i, want[i], got, changed)
				}
			}
		}
	}
	return nil
}

// checkRowsApart changes a row of all inputs and looks at the others.
func checkRowsApart(s subject) error {
	const rows = 5
	r, theta := s.compile(rows, false), s.theta()
	if r.trace.LooksAtAllRows() {
		return nil
	}
	want := r.at(theta, s.inputs(rows))
	for changed := range rows {
		x := s.inputs(rows)
		for i := range x {
			floats.AddConst(0.7, x[i][changed*s.columns:(changed+1)*s.columns])
		}
		for i, got := range r.at(theta, x) {
			w := s.widths[i]
			for row := range rows {
				if row != changed && !slices.Equal(got[row*w:(row+1)*w], want[i][row*w:(row+1)*w]) {
					return fmt.Errorf("row %d of output %d changes with row %d of the inputs in evaluation; a model of which "+
						"that is true says AllRows", row, i, changed)
				}
			}
		}
	}
	return nil
}

// checkGradients sets the derivative along random directions against central differences. Their error is about h² times
// a third derivative, and a rounding over h: at least one of the steps h has both below 1e-6 of the terms' size, unless
// a kink lies within all of them.
func checkGradients(s subject) error {
	r, theta, x := s.compile(5, true), s.theta(), s.inputs(5)
	rng := rand.New(rand.NewPCG(4, 0))
	for range 3 {
		direction := make([]float64, len(theta))
		for k := range direction {
			direction[k] = rng.NormFloat64()
		}
		r.at(theta, x)
		grad := r.ws.Read(r.grad, nil)
		slope := floats.Dot(grad, direction)
		size := 1 + floats.Norm(grad, 2)*floats.Norm(direction, 2)
		best, off := math.Inf(1), 0.0
		for _, h := range []float64{1e-4, 1e-5, 1e-6} {
			value := func(h float64) float64 {
				moved := slices.Clone(theta)
				floats.AddScaled(moved, h, direction)
				r.at(moved, x)
				return r.ws.Scalar(r.sum)
			}
			if d := (value(h) - value(-h)) / (2 * h); math.Abs(d-slope) < best {
				best, off = math.Abs(d-slope), d
			}
		}
		if !(best <= 1e-6*size) {
			return fmt.Errorf("a sum of the outputs has the slope %v along a direction; differences say %v", slope, off)
		}
	}
	return nil
}

func checkProcessors(s subject) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	const rows = 300 // enough for work in portions
	var want [][]float64
	for _, procs := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		r := s.compile(rows, true)
		got := r.at(s.theta(), s.inputs(rows))
		got = append(got, r.ws.Read(r.grad, nil))
		if want == nil {
			want = got
		} else if !slices.EqualFunc(got, want, slices.Equal[[]float64]) {
			return fmt.Errorf("on %d processors outputs or gradients have other bits than on one", procs)
		}
	}
	return nil
}
