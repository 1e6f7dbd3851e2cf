package gp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/goroutines"
)

// truth is a kernel of three tasks, of which the first two go together and the third goes against them.
func truth() Kernel {
	return Kernel{
		L: mat.NewDense(3, 1, []float64{1, 0.9, -0.8}), Kappa: []float64{0.02, 0.05, 0.05},
		Lengthscales: []float64{0.6, 3}, Noise: []float64{0.1, 0.2, 0.1},
	}
}

// draw returns rows of the tasks whose values and labels are drawn from the kernel, by a factor of its covariance that
// is computed entry by entry.
func draw(k Kernel, seed uint64, tasks ...int) Data {
	r := rand.New(rand.NewPCG(seed, 0))
	n, columns := len(tasks), len(k.Lengthscales)
	d := Data{X: mat.NewDense(n, columns, nil), Task: tasks, Y: make([]float64, n), Tasks: len(k.Kappa)}
	for i := range n {
		for j := range columns {
			d.X.Set(i, j, 2*r.NormFloat64())
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(naive(k, d, true)) {
		panic("the truth is not positive definite")
	}
	var l mat.TriDense
	chol.LTo(&l)
	z := mat.NewVecDense(n, nil)
	for i := range n {
		z.SetVec(i, r.NormFloat64())
	}
	mat.NewVecDense(n, d.Y).MulVec(&l, z)
	return d
}

// naive is the covariance of the rows as the doc writes it.
func naive(k Kernel, d Data, noise bool) *mat.SymDense {
	n, columns := d.X.Dims()
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			sum := 0.0
			for c := range columns {
				v := (d.X.At(i, c) - d.X.At(j, c)) / k.Lengthscales[c]
				sum += v * v
			}
			b := mat.Dot(k.L.RowView(d.Task[i]), k.L.RowView(d.Task[j]))
			if d.Task[i] == d.Task[j] {
				b += k.Kappa[d.Task[i]]
			}
			v := b * math.Exp(-sum/2)
			if i == j && noise {
				v += k.Noise[d.Task[i]] * k.Noise[d.Task[i]]
			}
			out.SetSym(i, j, v)
		}
	}
	return out
}

// Likelihood and predictions, by the inverse of the covariance written out; a label that is missing is a row less.
func TestCondition(t *testing.T) {
	k := truth()
	k.L = mat.NewDense(3, 2, []float64{1, 0.3, 0.9, -0.2, -0.8, 0.5})
	d := draw(k, 1, 0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 2, 0)
	missing := d
	missing.Y = slices.Clone(d.Y)
	missing.Y[3] = math.NaN()
	less := Data{X: mat.NewDense(11, 2, nil), Tasks: 3}
	for i, y := range missing.Y {
		if i != 3 {
			less.X.SetRow(len(less.Y), d.X.RawRowView(i))
			less.Y, less.Task = append(less.Y, y), append(less.Task, d.Task[i])
		}
	}
	for _, c := range []struct{ give, want Data }{{d, d}, {missing, less}} {
		model, err := k.Condition(c.give)
		if err != nil {
			t.Fatal(err)
		}
		n := len(c.want.Y)
		cov, y := naive(k, c.want, true), mat.NewVecDense(n, c.want.Y)
		var inverse mat.Dense
		if err := inverse.Inverse(cov); err != nil {
			t.Fatal(err)
		}
		want := -mat.Inner(y, &inverse, y)/2 - math.Log(mat.Det(cov))/2 - float64(n)/2*math.Log(2*math.Pi)
		near(t, "likelihood", []float64{model.LogLikelihood}, []float64{want}, 1e-11)
		places := draw(k, 2, 0, 0, 0, 0, 0).X
		for task := range 3 {
			mean, variance, err := model.Predict(places, task)
			if err != nil {
				t.Fatal(err)
			}
			for i := range mean {
				both := Data{X: mat.NewDense(n+1, 2, nil), Task: append(slices.Clone(c.want.Task), task), Tasks: 3}
				both.X.Copy(c.want.X)
				both.X.SetRow(n, places.RawRowView(i))
				joint := naive(k, both, false)
				cross := mat.NewVecDense(n, nil)
				for j := range n {
					cross.SetVec(j, joint.At(n, j))
				}
				near(t, "mean", []float64{mean[i]}, []float64{mat.Inner(cross, &inverse, y)}, 1e-9)
				near(t, "variance", []float64{variance[i]},
					[]float64{joint.At(n, n) - mat.Inner(cross, &inverse, cross)}, 1e-9)
			}
		}
	}
}

// The gradient is that of the likelihood, by differences.
func TestGradient(t *testing.T) {
	d := draw(truth(), 3, 0, 1, 2, 0, 1, 2, 2, 1, 0)
	rows, err := d.present()
	if err != nil {
		t.Fatal(err)
	}
	p := trace(rows, 3, 2)
	c := newClimb(t.Context(), p, len(rows.y))
	numbers := p.numbers(ICM{Rank: 2}.start(rows, 3))
	grad := make([]float64, len(numbers))
	c.gradient(grad, numbers)
	for i := range numbers {
		const h = 1e-5
		up, down := slices.Clone(numbers), slices.Clone(numbers)
		up[i] += h
		down[i] -= h
		if d := (c.value(up) - c.value(down)) / (2 * h); math.Abs(d-grad[i]) > 1e-8 {
			t.Errorf("derivative %d is %v, by differences %v", i, grad[i], d)
		}
	}
}

// Tasks that have nothing in common are processes by themselves; tasks that are the same are one.
func TestExtremes(t *testing.T) {
	apart := truth()
	apart.L = mat.NewDense(3, 1, nil)
	apart.Kappa = []float64{1, 0.5, 2}
	d := draw(apart, 4, 0, 1, 2, 0, 1, 2, 0, 0, 1)
	all, err := apart.Condition(d)
	if err != nil {
		t.Fatal(err)
	}
	places, sum := draw(apart, 5, 0, 0, 0).X, 0.0
	for task := range 3 {
		own := Data{X: d.X, Task: make([]int, 9), Y: slices.Clone(d.Y), Tasks: 1}
		for i := range own.Y {
			if d.Task[i] != task {
				own.Y[i] = math.NaN()
			}
		}
		alone, err := Kernel{mat.NewDense(1, 1, nil), apart.Kappa[task : task+1], apart.Lengthscales,
			apart.Noise[task : task+1]}.Condition(own)
		if err != nil {
			t.Fatal(err)
		}
		sum += alone.LogLikelihood
		mean, variance, _ := all.Predict(places, task)
		ownMean, ownVariance, _ := alone.Predict(places, 0)
		near(t, "mean", mean, ownMean, 1e-11)
		near(t, "variance", variance, ownVariance, 1e-11)
	}
	near(t, "likelihood", []float64{all.LogLikelihood}, []float64{sum}, 1e-11)

	same := Kernel{mat.NewDense(3, 1, []float64{1, 1, 1}), make([]float64, 3), []float64{0.6, 3},
		[]float64{0.1, 0.1, 0.1}}
	one := d
	one.Task, one.Tasks = make([]int, 9), 1
	pooled, err := Kernel{mat.NewDense(1, 1, []float64{1}), []float64{0}, same.Lengthscales,
		[]float64{0.1}}.Condition(one)
	if err != nil {
		t.Fatal(err)
	}
	together, err := same.Condition(d)
	if err != nil {
		t.Fatal(err)
	}
	mean, variance, _ := together.Predict(places, 2)
	pooledMean, pooledVariance, _ := pooled.Predict(places, 0)
	near(t, "mean of one", mean, pooledMean, 1e-10)
	near(t, "variance of one", variance, pooledVariance, 1e-10)
}

// learned returns a model of labels of which task 1 has few: what a fit is tried on.
func learned(t *testing.T) (Data, *Model) {
	t.Helper()
	tasks := make([]int, 90)
	for i := range tasks {
		tasks[i] = []int{0, 2}[i%2]
		if i%15 == 14 {
			tasks[i] = 1
		}
	}
	d := draw(truth(), 6, tasks...)
	model, err := NewICM(1).Fit(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return d, model
}

// A fit is likelier than the truth, has a small slope, finds which tasks go together and which column counts less, and
// predicts the task of few rows better than that task alone, within the variance that it says.
func TestFit(t *testing.T) {
	d, model := learned(t)
	actual, err := truth().Condition(d)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("log likelihood %.2f, of the truth %.2f; %d iterations, slope %.1e; lengths %.2f", model.LogLikelihood,
		actual.LogLikelihood, model.Iterations, model.Slope, model.Kernel.Lengthscales)
	if model.LogLikelihood < actual.LogLikelihood || model.Slope > 1e-4 {
		t.Errorf("log likelihood %v, of the truth %v; slope %v", model.LogLikelihood, actual.LogLikelihood, model.Slope)
	}
	b := model.Kernel.Covariance()
	for _, c := range []struct {
		s, t int
		sign float64
	}{{0, 1, 1}, {0, 2, -1}, {1, 2, -1}} {
		if v := c.sign * b.At(c.s, c.t) / math.Sqrt(b.At(c.s, c.s)*b.At(c.t, c.t)); v < 0.7 {
			t.Errorf("the correlation of %d and %d is %v", c.s, c.t, c.sign*v)
		}
	}
	if l := model.Kernel.Lengthscales; l[1] < 2*l[0] {
		t.Errorf("the lengths are %v, of the truth %v", l, truth().Lengthscales)
	}
	// 300 labels of task 1 that no model has seen, drawn together with those it has.
	const more = 300
	tasks := slices.Concat(d.Task, slices.Repeat([]int{1}, more))
	wide := draw(truth(), 6, tasks...) // of the same seed: other places, so that a new fit is made
	seen := Data{X: wide.X, Task: tasks, Y: slices.Clone(wide.Y), Tasks: 3}
	only := seen
	only.Y = slices.Clone(wide.Y)
	for i := range tasks {
		if i >= len(d.Task) {
			seen.Y[i] = math.NaN()
		}
		if i >= len(d.Task) || tasks[i] != 1 {
			only.Y[i] = math.NaN()
		}
	}
	places, labels := mat.DenseCopyOf(wide.X.Slice(len(d.Task), len(tasks), 0, 2)), wide.Y[len(d.Task):]
	squares := map[string]float64{}
	for name, data := range map[string]Data{"together": seen, "alone": only} {
		m, err := NewICM(1).Fit(t.Context(), data)
		if err != nil && name == "together" {
			t.Fatal(err)
		}
		mean, variance, _ := m.Predict(places, 1)
		inside := 0
		for i, y := range labels {
			squares[name] += (mean[i] - y) * (mean[i] - y) / more
			if math.Abs(mean[i]-y) <= 1.96*math.Sqrt(variance[i]+m.Kernel.Noise[1]*m.Kernel.Noise[1]) {
				inside++
			}
		}
		t.Logf("%s: mean square %.3f, %d of %d labels within 95 %%", name, squares[name], inside, more)
		if name == "together" && inside < more*8/10 {
			t.Errorf("%d of %d labels are within their 95 %%", inside, more)
		}
	}
	if !(squares["together"] < squares["alone"]*0.7) {
		t.Errorf("mean squares %v", squares)
	}
}

// The same bits on any number of processors.
func TestDeterminismFit(t *testing.T) {
	var first []float64
	for _, processors := range []int{1, 3} {
		func() {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			_, m := learned(t)
			bits := slices.Concat(m.Kernel.L.RawMatrix().Data, m.Kernel.Kappa, m.Kernel.Lengthscales, m.Kernel.Noise,
				[]float64{m.LogLikelihood, m.Slope})
			if first == nil {
				first = bits
			}
			if !slices.Equal(bits, first) {
				t.Errorf("%d processors: %v, want %v", processors, bits, first)
			}
		}()
	}
}

// What the world does wrong is an error with the place; what there is goes with it.
func TestFaults(t *testing.T) {
	k, good := truth(), draw(truth(), 7, 0, 1, 2, 0, 1, 2, 0, 1)
	with := func(change func(d *Data)) Data {
		d := good
		d.X, d.Y = mat.DenseCopyOf(good.X), slices.Clone(good.Y)
		change(&d)
		return d
	}
	for words, d := range map[string]Data{
		"column 1 of row 2 is NaN; want finite numbers": with(func(d *Data) { d.X.Set(2, 1, math.NaN()) }),
		"the label of row 3 is +Inf; want a finite":     with(func(d *Data) { d.Y[3] = math.Inf(1) }),
		"no row has a label": with(func(d *Data) {
			for i := range d.Y {
				d.Y[i] = math.NaN()
			}
		}),
	} {
		_, one := k.Condition(d)
		_, two := NewICM(1).Fit(t.Context(), d)
		for _, err := range []error{one, two} {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%v, want %q", err, words)
			}
		}
	}
	quiet := truth()
	quiet.Noise = make([]float64, 3)
	twice := with(func(d *Data) { d.X.SetRow(3, d.X.RawRowView(0)) })
	if _, err := quiet.Condition(twice); err == nil || !strings.Contains(err.Error(), "give it more Noise") {
		t.Errorf("two labels at one place without noise: %v", err)
	}
	if _, err := k.Condition(with(func(d *Data) { d.Y[0] = 1e300 })); err == nil ||
		!strings.Contains(err.Error(), "overflow") {
		t.Errorf("a huge label: %v", err)
	}
	model, err := k.Condition(good)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := model.Predict(mat.NewDense(1, 2, []float64{0, math.NaN()}), 0); err == nil {
		t.Error("a place that is NaN is predicted")
	}
	short := NewICM(1)
	short.Iterations = 1
	var unfinished *Unfinished
	if m, err := short.Fit(t.Context(), good); !errors.As(err, &unfinished) || unfinished.Model != m ||
		m.Iterations > 1 {
		t.Errorf("one iteration: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewICM(1).Fit(gone, good); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Rows at one place, a constant column, a constant label, a task without rows: a model all the same.
func TestSingular(t *testing.T) {
	d := draw(truth(), 8, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0)
	for i := range d.Y {
		d.X.Set(i, 1, 5)
	}
	d.X.SetRow(1, d.X.RawRowView(0))
	m, err := ICM{Rank: 1, Tol: 1e-4, Iterations: 500}.Fit(t.Context(), d)
	if m == nil {
		t.Fatal(err)
	}
	start := ICM{Rank: 1}.start(present{d.X, d.Task, d.Y}, 3)
	near(t, "what no row tells of", []float64{m.Kernel.L.At(2, 0), m.Kernel.Kappa[2], m.Kernel.Noise[2],
		m.Kernel.Lengthscales[1]}, []float64{start.L.At(2, 0), start.Kappa[2], start.Noise[2], start.Lengthscales[1]},
		1e-14)
	if mean, variance, err := m.Predict(d.X, 2); err != nil || math.IsNaN(mean[0]) || !(variance[0] > 0) {
		t.Errorf("a task without rows: mean %v, variance %v, %v", mean, variance, err)
	}
	zero := Data{X: d.X, Task: d.Task, Y: make([]float64, 10), Tasks: 3}
	if m, err := (ICM{Rank: 1, Tol: 1e-4, Iterations: 5}).Fit(t.Context(), zero); m == nil ||
		math.IsNaN(m.LogLikelihood) {
		t.Errorf("labels that are 0: %v", err)
	}
}

// Labels without noise are ever likelier the less noise there is: it ends at the floor. Without one it ends where the
// covariance is no longer positive definite, and the error says that it did not come to an end.
func TestFloor(t *testing.T) {
	d := Data{X: mat.NewDense(40, 1, nil), Task: make([]int, 40), Y: make([]float64, 40), Tasks: 1}
	sum := 0.0
	for i := range d.Y {
		x := float64(i)/10 - 2
		d.X.Set(i, 0, x)
		d.Y[i] = math.Sin(2 * x)
		sum += d.Y[i] * d.Y[i] / 40
	}
	m, err := NewICM(1).Fit(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "noise", m.Kernel.Noise, []float64{1e-3 * math.Sqrt(sum)}, 1e-12)
	none := NewICM(1)
	none.Floor = 0
	var unfinished *Unfinished
	if m, err := none.Fit(t.Context(), d); !errors.As(err, &unfinished) || m.Kernel.Noise[0] > 1e-5 {
		t.Errorf("without a floor the noise is %v, %v", m.Kernel.Noise, err)
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	d := draw(truth(), 7, 0, 1, 2, 0, 1, 2)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, ctx := range map[string]context.Context{"Fit": t.Context(), "Fit, cancelled": gone} {
		goroutines.NoneLeft(t, what, func() { _, _ = NewICM(1).Fit(ctx, d) })
	}
}
