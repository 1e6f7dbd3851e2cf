package mtlkit

import (
	"runtime"
	"sync"
	"sync/atomic"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

const (
	blockColumns = 512   // m×512 numbers stay in the second-level cache
	spanColumns  = 16384 // the least that is worth a goroutine
	maxSpans     = 32    // so that the partial Gram matrices stay small
)

// A crew walks over the columns of m×n matrices on all processors. The spans of columns that its members take depend
// on n alone and partial sums are added in span order, so results have the same bits on any number of processors.
type crew struct {
	do           func(c *crew, span, from, to int)
	jac, other   blas64.General
	weights, dst []float64
	partial      []float64 // an m×m matrix for each span
	trim         int       // what [TrimmedMean] leaves out at either end
	width, spans int
	next         atomic.Int64
	wait         sync.WaitGroup
	member       func()
}

var crews = sync.Pool{New: func() any {
	c := new(crew)
	c.member = func() { c.work(); c.wait.Done() }
	return c
}}

// walk calls c.do for all spans of n columns.
func (c *crew) walk(n int) {
	c.plan(n)
	c.next.Store(0)
	for range min(runtime.GOMAXPROCS(0), c.spans) - 1 {
		c.wait.Add(1)
		go c.member()
	}
	c.work()
	c.wait.Wait()
}

func (c *crew) plan(n int) {
	c.width = max(spanColumns, (n+maxSpans-1)/maxSpans)
	c.spans = (n + c.width - 1) / c.width
}

func (c *crew) work() {
	n := c.jac.Cols
	for {
		span := int(c.next.Add(1)) - 1
		if span >= c.spans {
			return
		}
		c.do(c, span, span*c.width, min((span+1)*c.width, n))
	}
}

// done forgets the matrices and returns c to the pool.
func (c *crew) done() {
	c.do, c.jac, c.other, c.weights, c.dst = nil, blas64.General{}, blas64.General{}, nil, nil
	crews.Put(c)
}

// gramProduct stores JJᵀ in gram.
func gramProduct(gram *mat.SymDense, jac *mat.Dense) {
	c := crews.Get().(*crew)
	c.jac = jac.RawMatrix()
	m, n := jac.Dims()
	c.plan(n)
	if len(c.partial) < c.spans*m*m {
		c.partial = make([]float64, c.spans*m*m)
	}
	clear(c.partial[:c.spans*m*m])
	c.do = gramSpan
	c.walk(n)
	for i := range m {
		for j := i; j < m; j++ {
			sum := 0.0
			for span := range c.spans {
				sum += c.partial[(span*m+i)*m+j]
			}
			gram.SetSym(i, j, sum)
		}
	}
	c.done()
}

func gramSpan(c *crew, span, from, to int) {
	m := c.jac.Rows
	partial := blas64.Symmetric{N: m, Stride: m, Data: c.partial[span*m*m : (span+1)*m*m], Uplo: blas.Upper}
	for ; from < to; from += blockColumns {
		block := c.jac
		block.Cols = min(blockColumns, to-from)
		block.Data = c.jac.Data[from:]
		blas64.Syrk(blas.NoTrans, 1, block, 1, partial)
	}
}

// combine stores Σᵢ wᵢgᵢ in dst, added in the order of the rows.
func combine(dst []float64, jac *mat.Dense, weights []float64) {
	c := crews.Get().(*crew)
	c.jac, c.dst, c.weights = jac.RawMatrix(), dst, weights
	c.do = combineSpan
	c.walk(len(dst))
	c.done()
}

func combineSpan(c *crew, _, from, to int) {
	for ; from < to; from += blockColumns {
		n := min(blockColumns, to-from)
		dst := blas64.Vector{N: n, Inc: 1, Data: c.dst[from:]}
		clear(dst.Data[:n])
		for i, w := range c.weights {
			blas64.Axpy(w, blas64.Vector{N: n, Inc: 1, Data: c.jac.Data[i*c.jac.Stride+from:]}, dst)
		}
	}
}

// times stores the gᵢ·x in dst.
func times(dst []float64, jac *mat.Dense, x []float64) {
	for i := range dst {
		dst[i] = blas64.Dot(vector(jac.RawRowView(i)), vector(x))
	}
}

// crossProduct stores ABᵀ in dst, a block of columns at a time.
func crossProduct(dst square, a, b *mat.Dense) {
	_, n := a.Dims()
	for from := 0; from < n; from += blockColumns {
		to := min(from+blockColumns, n)
		for i := range dst.m {
			row := dst.row(i)
			for j := range row {
				row[j] += blas64.Dot(vector(a.RawRowView(i)[from:to]), vector(b.RawRowView(j)[from:to]))
			}
		}
	}
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
