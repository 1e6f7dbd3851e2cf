package convex

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// squared is the squared loss. Of the rows of a task only the triangle R of X/√n = QR is kept, and what Qᵀ makes of the
// labels, so that an iteration costs the same for any number of rows; the rows themselves where they are fewer than
// columns. Unlike XᵀX, R loses no digits of what is nearly collinear.
type squared struct {
	columns int
	tasks   []compressed
	shared  bool // all tasks have the same a
	half    float64
	along   float64
	room    []float64 // of the largest residual, or that of all tasks that share a
}

// compressed is a task of ½c‖aw − q‖² + ½c·rest.
type compressed struct {
	c       float64
	a       blas64.General // m × columns; none without rows
	q       []float64
	rest    float64
	largest float64 // eigenvalue of aᵀa
	xMeans  []float64
	yMean   float64
}

// newSquared factorises the tasks.
func newSquared(p Problem, columns int) *squared {
	f := &squared{columns: columns, tasks: make([]compressed, len(p.Tasks)), shared: p.allShare()}
	if f.shared {
		rows := p.present(0, columns)
		y := make([][]float64, len(p.Tasks))
		means := make([]float64, len(p.Tasks))
		for t := range y {
			y[t] = slices.Clone(p.Tasks[t].Y)
			if p.Intercepts {
				means[t] = center(y[t], 1)
			}
		}
		a, q, rest := compress(rows, columns, y)
		largest := largestSquare(a)
		for t := range f.tasks {
			f.tasks[t] = compressed{p.weight(t), a, q[t], rest[t], largest, rows.xMeans, means[t]}
		}
		f.room = make([]float64, len(p.Tasks)*a.Rows)
		return f
	}
	most := 0
	for t := range f.tasks {
		rows := p.present(t, columns)
		f.tasks[t] = compressed{c: p.weight(t), xMeans: rows.xMeans, yMean: rows.yMean}
		if rows.n > 0 {
			a, q, rest := compress(rows, columns, [][]float64{rows.y})
			f.tasks[t].a, f.tasks[t].q, f.tasks[t].rest, f.tasks[t].largest = a, q[0], rest[0], largestSquare(a)
			most = max(most, a.Rows)
		}
	}
	f.room = make([]float64, most)
	return f
}

// allShare reports whether all tasks have the same rows, and every label.
func (p Problem) allShare() bool {
	for _, task := range p.Tasks {
		if task.X == nil || task.X != p.Tasks[0].X || slices.ContainsFunc(task.Y, math.IsNaN) {
			return false
		}
	}
	return true
}

// compress returns a, and for each vector of labels q and rest, such that ‖xw − y‖²/n = ‖aw − q‖² + rest for every w:
// from the triangle of the QR factors of x and y side by side.
func compress(rows present, columns int, y [][]float64) (a blas64.General, q [][]float64, rest []float64) {
	scale := 1 / math.Sqrt(float64(rows.n))
	q, rest = make([][]float64, len(y)), make([]float64, len(y))
	if rows.n <= columns {
		a = blas64.General{Rows: rows.n, Cols: columns, Stride: columns, Data: rows.x}
		floats.Scale(scale, a.Data)
		for t := range y {
			q[t] = slices.Clone(y[t])
			floats.Scale(scale, q[t])
		}
		return a, q, rest
	}
	width := columns + len(y)
	both := blas64.General{Rows: rows.n, Cols: width, Stride: width, Data: make([]float64, rows.n*width)}
	for i := range rows.n {
		row := both.Data[i*width:][:width]
		copy(row, rows.x[i*columns:][:columns])
		for t := range y {
			row[columns+t] = y[t][i]
		}
	}
	tau, ask := make([]float64, min(rows.n, width)), make([]float64, 1)
	lapack64.Geqrf(both, tau, ask, -1)
	work := make([]float64, int(ask[0]))
	lapack64.Geqrf(both, tau, work, len(work))
	a = blas64.General{Rows: columns, Cols: columns, Stride: columns, Data: make([]float64, columns*columns)}
	for i := range columns {
		for j := i; j < columns; j++ {
			a.Data[i*columns+j] = scale * both.Data[i*width+j]
		}
	}
	for t := range y {
		q[t] = make([]float64, columns)
		for i := range min(rows.n, columns+t+1) {
			v := scale * both.Data[i*width+columns+t]
			if i < columns {
				q[t][i] = v
			} else {
				rest[t] += v * v
			}
		}
	}
	return a, q, rest
}

// largestSquare returns the square of the largest singular value.
func largestSquare(a blas64.General) float64 {
	var m mat.Dense
	m.SetRawMatrix(a)
	var svd mat.SVD
	if !svd.Factorize(&m, mat.SVDNone) {
		norm := mat.Norm(&m, 2)
		return norm * norm
	}
	largest := svd.Values(nil)[0]
	return largest * largest
}

func (f *squared) gradient(w, g []float64) float64 {
	f.half, f.along = 0, 0
	f.pass(w, g, f.account)
	return f.half
}

// multiply stores cₜaₜᵀaₜwₜ for each task in g.
func (f *squared) multiply(w, g []float64) {
	f.pass(w, g, func(task compressed, r []float64) { floats.Scale(task.c, r) })
}

// pass stores aᵀr for each task in g, where residual makes r of aw.
func (f *squared) pass(w, g []float64, residual func(task compressed, r []float64)) {
	d := f.columns
	if f.shared {
		a, n := f.tasks[0].a, len(f.tasks)
		all := blas64.General{Rows: n, Cols: d, Stride: d, Data: w}
		r := blas64.General{Rows: n, Cols: a.Rows, Stride: a.Rows, Data: f.room}
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, all, a, 0, r)
		for t, task := range f.tasks {
			residual(task, r.Data[t*a.Rows:][:a.Rows])
		}
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, r, a, 0, blas64.General{Rows: n, Cols: d, Stride: d, Data: g})
		return
	}
	for t, task := range f.tasks {
		own := g[t*d:][:d]
		if task.a.Rows == 0 {
			clear(own)
			continue
		}
		r := blas64.Vector{N: task.a.Rows, Inc: 1, Data: f.room[:task.a.Rows]}
		blas64.Gemv(blas.NoTrans, 1, task.a, blas64.Vector{N: d, Inc: 1, Data: w[t*d:][:d]}, 0, r)
		residual(task, r.Data)
		blas64.Gemv(blas.Trans, 1, task.a, r, 0, blas64.Vector{N: d, Inc: 1, Data: own})
	}
}

// account makes aw, in r, c(aw − q), and adds what value and dual bound have of it.
func (f *squared) account(task compressed, r []float64) {
	square, along := task.rest, -task.rest
	for i, q := range task.q {
		v := r[i] - q
		square += v * v
		along += v * q
		r[i] = task.c * v
	}
	f.half += task.c * square / 2
	f.along += task.c * along
}

// dual maximises −(half + quadratic)s² − along·s over 0 ≤ s ≤ limit.
func (f *squared) dual(quadratic, limit float64) float64 {
	curve := f.half + quadratic
	s := min(limit, math.MaxFloat64)
	if curve > 0 {
		s = min(limit, max(0, -f.along/(2*curve)))
	}
	return s * (-f.along - s*curve)
}

func (f *squared) curvature() float64 {
	most := 0.0
	for _, task := range f.tasks {
		most = max(most, task.c*task.largest)
	}
	return most
}

func (f *squared) intercepts(w []float64) []float64 {
	b := make([]float64, len(f.tasks))
	for t, task := range f.tasks {
		b[t] = task.yMean - floats.Dot(task.xMeans, w[t*f.columns:][:f.columns])
	}
	return b
}
