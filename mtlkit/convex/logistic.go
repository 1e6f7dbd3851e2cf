package convex

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// logistic is the logistic loss, with the best intercepts for the weights at hand: the least over the intercepts of a
// convex function is a convex function of the weights, with the same gradient.
type logistic struct {
	columns   int
	intercept bool
	tasks     []labelled
	curve     float64
}

// labelled is a task with the predictions of the last gradient.
type labelled struct {
	c     float64 // of a row: that of the task, divided by its rows
	x     blas64.General
	y     []float64
	ones  float64   // how many labels are 1
	z     []float64 // x·w, without the intercept
	slope []float64 // σ(z + b) − y
	b     float64
	means []float64 // of the columns, which were taken off
}

func newLogistic(p Problem, columns int) *logistic {
	f := &logistic{columns: columns, intercept: p.Intercepts, tasks: make([]labelled, len(p.Tasks))}
	for t := range f.tasks {
		rows := p.present(t, columns)
		task := labelled{y: rows.y, means: rows.xMeans, ones: floats.Sum(rows.y)}
		if rows.n > 0 {
			task.c = p.weight(t) / float64(rows.n)
			task.x = blas64.General{Rows: rows.n, Cols: columns, Stride: columns, Data: rows.x}
			task.z, task.slope = make([]float64, rows.n), make([]float64, rows.n)
			copied := rows
			copied.x = append([]float64(nil), rows.x...)
			a, _, _ := compress(copied, columns, nil)
			f.curve = max(f.curve, p.weight(t)*largestSquare(a)/4)
		}
		f.tasks[t] = task
	}
	return f
}

func (f *logistic) gradient(w, g []float64) (value float64) {
	d := f.columns
	for t := range f.tasks {
		task, own := &f.tasks[t], g[t*d:][:d]
		if task.x.Rows == 0 || task.c == 0 {
			clear(own)
			continue
		}
		z := blas64.Vector{N: task.x.Rows, Inc: 1, Data: task.z}
		blas64.Gemv(blas.NoTrans, 1, task.x, blas64.Vector{N: d, Inc: 1, Data: w[t*d:][:d]}, 0, z)
		if f.intercept {
			task.meet()
		}
		for i, v := range task.z {
			v += task.b
			value += task.c * (softplus(v) - task.y[i]*v)
			task.slope[i] = sigmoid(v) - task.y[i]
		}
		blas64.Gemv(blas.Trans, task.c, task.x, blas64.Vector{N: task.x.Rows, Inc: 1, Data: task.slope}, 0,
			blas64.Vector{N: d, Inc: 1, Data: own})
	}
	return value
}

// meet finds the intercept with which the probabilities add up to the labels, by Newton's method from the last one
// within bounds that hold the root; it is halved where a step leaves them.
func (task *labelled) meet() {
	n := float64(len(task.z))
	odds := math.Log(task.ones / (n - task.ones))
	low, high := odds-floats.Max(task.z), odds-floats.Min(task.z)
	b := min(max(task.b, low), high)
	for range 100 {
		excess, slope := -task.ones, 0.0
		for _, v := range task.z {
			p := sigmoid(v + b)
			excess += p
			slope += p * (1 - p)
		}
		if excess > 0 {
			high = b
		} else {
			low = b
		}
		if math.Abs(excess) <= 4e-16*n {
			break
		}
		next := b - excess/slope
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if next == b {
			break
		}
		b = next
	}
	task.b = b
}

// dual returns the bound at the slopes of the last gradient, scaled to be allowed: ℓ*(u) is, with v = u + y in [0, 1],
// v·log v + (1 − v)·log(1 − v).
func (f *logistic) dual(quadratic, limit float64) float64 {
	s := min(1, limit)
	bound := -quadratic * s * s
	for t := range f.tasks {
		task := &f.tasks[t]
		for i, u := range task.slope {
			v := s*u + task.y[i]
			bound -= task.c * (entropy(v) + entropy(1-v))
		}
	}
	return bound
}

func (f *logistic) curvature() float64 { return f.curve }

func (f *logistic) intercepts(w []float64) []float64 {
	b := make([]float64, len(f.tasks))
	if !f.intercept {
		return b
	}
	f.gradient(w, make([]float64, len(w)))
	for t, task := range f.tasks {
		b[t] = task.b - floats.Dot(task.means, w[t*f.columns:][:f.columns])
	}
	return b
}

// softplus returns log(1 + eᶻ).
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// sigmoid returns 1/(1 + e⁻ᶻ).
func sigmoid(z float64) float64 {
	e := math.Exp(-math.Abs(z))
	if z < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}

// entropy returns v·log v, which is 0 at 0 and for the −1e-17 that rounding leaves.
func entropy(v float64) float64 {
	if v <= 0 {
		return 0
	}
	return v * math.Log(v)
}
