package kernel

import (
	"math"

	"kindred/internal/stop"
)

// band is the number of rows or columns of a triangular matrix that are done at a time: what is done already is taken
// into account by a product, and within the band entry by entry.
const band = 32

// A Triangle is a triangular matrix, n × n, made ready for being computed or solved with.
type Triangle struct {
	n, cols int     // cols of what is solved for
	plans   []*Plan // of each band, the product with what is done; that of the first is nil
	scratch int
}

// NewCholesky makes a factorisation ready, of numbers of the given size, in bytes.
func NewCholesky(n, size int) *Triangle {
	t := &Triangle{n: n}
	for from := 0; from < n; from += band {
		t.add(Product{M: n - from, N: min(band, n-from), K: from, TransB: true}, size)
	}
	return t
}

// NewSolve makes solving with a lower triangle, or its transpose, for cols right sides ready.
func NewSolve(n, cols int, transposed bool, size int) *Triangle {
	t := &Triangle{n: n, cols: cols}
	for from := 0; from < n && cols > 1; from += band {
		width := min(band, n-from)
		if transposed {
			t.add(Product{M: width, N: cols, K: n - from - width, TransA: true}, size)
		} else {
			t.add(Product{M: width, N: cols, K: from}, size)
		}
	}
	return t
}

func (t *Triangle) add(p Product, size int) {
	if p.K == 0 {
		t.plans = append(t.plans, nil)
		return
	}
	plan := p.Plan(size)
	t.plans = append(t.plans, plan)
	t.scratch = max(t.scratch, p.M*p.K+p.M*p.N+plan.Scratch())
}

// Scratch returns how many numbers [Cholesky] or [SolveLower] needs room for beside its operands.
func (t *Triangle) Scratch() int { return t.scratch }

// bandProduct returns the product of band k with what is done, in scratch: of the part of l that begins at row and column, a
// matrix of the given number of columns, and b, or where b is nil that part's own first rows.
func bandProduct[T Float](t *Triangle, k int, l, b, scratch []T, row, col, rows, cols int,
	sign *stop.Sign) []T {
	plan := t.plans[k]
	a, product, scratch := scratch[:rows*cols], scratch[rows*cols:][:plan.M*plan.N], scratch[rows*cols+plan.M*plan.N:]
	Copy2D(a, 0, cols, l, row*t.n+col, t.n, rows, cols)
	if b == nil {
		b = a
	}
	Multiply(plan, product, a, b, nil, nil, scratch, plan.All(), sign)
	return product
}

// Cholesky stores the lower triangular l with l·lᵀ = (a + aᵀ)/2, and zeros above the diagonal. Where that matrix is not
// positive definite, the entries of l on and below the diagonal are NaN from the first column on that shows it. It is
// given up, between bands, when sign is up; so are [SolveLower] and [SolveLowerTransposed].
func Cholesky[T Float](t *Triangle, l, a, scratch []T, sign *stop.Sign) {
	n := t.n
	for i := range n {
		if i%band == 0 && sign.Up() {
			return
		}
		for j := range i + 1 {
			l[i*n+j] = (a[i*n+j] + a[j*n+i]) / 2
		}
		clear(l[i*n+i+1 : (i+1)*n])
	}
	for k, from := 0, 0; from < n; k, from = k+1, from+band {
		end := min(n, from+band)
		if from > 0 {
			done := bandProduct(t, k, l, nil, scratch, from, 0, n-from, from, sign)
			for i := from; i < n; i++ { // above the diagonal this writes what is cleared below
				row := l[i*n+from : i*n+end]
				vectors(Sub, row, row, done[(i-from)*(end-from):])
			}
		}
		for i := from; i < n; i++ {
			if i%(8*band) == 0 && sign.Up() {
				return
			}
			row := l[i*n+from : i*n+end]
			for j := range row[:min(i-from, end-from)] {
				above := l[(from+j)*n+from:]
				row[j] = (row[j] - Dot(row[:j], above[:j])) / above[j]
			}
			if j := i - from; i < end {
				d := row[j] - Dot(row[:j], row[:j])
				if !(d > 0) {
					d = T(math.NaN())
				}
				row[j] = T(math.Sqrt(float64(d)))
				clear(row[j+1:])
			}
		}
	}
}

// SolveLower stores x with l·x = b, where l is lower triangular; what is above its diagonal is not read. x must not
// overlap with l or b.
func SolveLower[T Float](t *Triangle, x, l, b, scratch []T, sign *stop.Sign) {
	n, cols := t.n, t.cols
	copy(x, b)
	if cols == 1 {
		for i := range n {
			if i%band == 0 && sign.Up() {
				return
			}
			x[i] = (x[i] - Dot(l[i*n:i*n+i], x[:i])) / l[i*n+i]
		}
		return
	}
	for k, from := 0, 0; from < n; k, from = k+1, from+band {
		end := min(n, from+band)
		rows := x[from*cols : end*cols]
		if from > 0 {
			vectors(Sub, rows, rows, bandProduct(t, k, l, x, scratch, from, 0, end-from, from, sign))
		}
		for i := from; i < end; i++ {
			if sign.Up() {
				return
			}
			to := x[i*cols : (i+1)*cols]
			for j := from; j < i; j++ {
				AddScaled(to, to, x[j*cols:(j+1)*cols], -l[i*n+j])
			}
			vectorScalar(Div, to, to, l[i*n+i])
		}
	}
}

// SolveLowerTransposed stores x with lᵀ·x = b, as [SolveLower] does for l.
func SolveLowerTransposed[T Float](t *Triangle, x, l, b, scratch []T, sign *stop.Sign) {
	n, cols := t.n, t.cols
	copy(x, b)
	if cols == 1 {
		for i := n - 1; i >= 0; i-- {
			if i%band == 0 && sign.Up() {
				return
			}
			x[i] /= l[i*n+i]
			AddScaled(x[:i], x[:i], l[i*n:i*n+i], -x[i])
		}
		return
	}
	for k := (n - 1) / band; k >= 0; k-- {
		from, end := k*band, min(n, (k+1)*band)
		rows := x[from*cols : end*cols]
		if end < n {
			vectors(Sub, rows, rows, bandProduct(t, k, l, x[end*cols:], scratch, end, from, n-end, end-from, sign))
		}
		for i := end - 1; i >= from; i-- {
			if sign.Up() {
				return
			}
			done := x[i*cols : (i+1)*cols]
			vectorScalar(Div, done, done, l[i*n+i])
			for j := from; j < i; j++ {
				to := x[j*cols : (j+1)*cols]
				AddScaled(to, to, done, -l[i*n+j])
			}
		}
	}
}

// Lower stores the lower triangle of a, n × n, its diagonal multiplied by scale, and zeros above.
func Lower[T Float](out, a []T, n int, scale T) {
	for i := range n {
		copy(out[i*n:], a[i*n:i*n+i])
		out[i*n+i] = a[i*n+i] * scale
		clear(out[i*n+i+1 : (i+1)*n])
	}
}
