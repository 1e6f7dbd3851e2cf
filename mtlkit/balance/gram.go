package balance

import (
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/kernel"
	"kindred/internal/team"
)

const (
	blockColumns = 1024  // of twenty gradients stay in the second-level cache
	tileColumns  = 512   // the same, of gradients that are copied
	tileRows     = 6     // that are multiplied with all others at a time
	spanColumns  = 16384 // about as many to a span; with fewer, it is not worth another processor
	maxSpans     = 32    // so that the partial sums stay small
)

// A crew walks over the columns of m×n matrices on all processors. The spans of columns that its members take depend
// on n alone and partial sums are added in span order, so results have the same bits on any number of processors.
type crew struct {
	do         func(c *crew, span, from, to int)
	jac, other blas64.General
	weights    []float64
	dst        []float64
	plan       *kernel.Plan            // of the last combination
	trim       int                     // of [TrimmedMean]
	purity     func(p float64) float64 // of [GradDrop]

	partial, sums []float64 // len(sums) numbers for each span

	n, width, spans int
	job             team.Job
	portion         func(worker, span int) // c.one, once
}

// crews holds those that are idle. What they compute never depends on which one it is.
var crews = sync.Pool{New: func() any {
	c := new(crew)
	c.portion = c.one
	return c
}}

func newCrew(jac *mat.Dense, do func(c *crew, span, from, to int)) *crew {
	c := crews.Get().(*crew)
	c.do, c.jac = do, jac.RawMatrix()
	c.n = c.jac.Cols
	spans := min(maxSpans, (c.n+spanColumns-1)/spanColumns)
	c.width = (c.n + spans*tileColumns - 1) / (spans * tileColumns) * tileColumns
	c.spans = (c.n + c.width - 1) / c.width
	return c
}

// walk calls c.do for all spans, and ends the use of c.
func (c *crew) walk() {
	c.run()
	c.end()
}

// end returns c to the pool.
func (c *crew) end() {
	c.do, c.purity, c.jac, c.other = nil, nil, blas64.General{}, blas64.General{}
	c.weights, c.dst, c.sums = nil, nil, nil
	crews.Put(c)
}

func (c *crew) run() { c.job.Do(c.spans, runtime.GOMAXPROCS(0), c.portion) }

func (c *crew) one(_, span int) { c.do(c, span, span*c.width, min((span+1)*c.width, c.n)) }

// add is walk for a c.do that adds to c.part: it stores the sums over all spans in sums.
func (c *crew) add(sums []float64) {
	size := c.spans * len(sums)
	if len(c.partial) < size {
		c.partial = make([]float64, size)
	}
	partial := c.partial[:size]
	clear(partial)
	c.sums = sums
	c.run()
	clear(sums)
	for ; len(partial) > 0; partial = partial[len(sums):] {
		for i := range sums {
			sums[i] += partial[i]
		}
	}
	c.end()
}

func (c *crew) part(span int) []float64 { return c.partial[span*len(c.sums) : (span+1)*len(c.sums)] }

// gramProduct stores JJᵀ in gram.
func gramProduct(gram *mat.SymDense, jac *mat.Dense) {
	newCrew(jac, gramSpan).add(gram.RawSymmetric().Data)
}

func gramSpan(c *crew, span, from, to int) {
	m := c.jac.Rows
	sum := c.part(span)
	if m >= tileRows {
		t := newTile(m)
		for ; to-from >= tileColumns; from += tileColumns {
			t.add(sum, c.jac, from)
		}
		tiles.Put(t)
	}
	for ; from < to; from += blockColumns {
		end := min(from+blockColumns, to)
		for i := range m {
			x := columns(c.jac, i, from, end)
			for j := i; j < m; j++ {
				sum[i*m+j] += kernel.Dot(x, columns(c.jac, j, from, end))
			}
		}
	}
}

// A tile multiplies blocks of columns of m gradients with each other.
type tile struct {
	m      int
	plan   *kernel.Plan
	block  []float64 // m×tileColumns: what it multiplies, copied so that it is dense
	result []float64 // m×m; right on the diagonal and above it
}

// tiles holds those that are idle.
var tiles = sync.Pool{New: func() any { return new(tile) }}

func newTile(m int) *tile {
	t := tiles.Get().(*tile)
	if t.m != m {
		t.m = m
		t.plan = kernel.Product{TransB: true, M: tileRows, N: m, K: tileColumns}.Plan(8)
		t.block, t.result = make([]float64, m*tileColumns), make([]float64, m*m)
	}
	return t
}

// add adds to sum the inner products over the columns from from on.
func (t *tile) add(sum []float64, jac blas64.General, from int) {
	m := t.m
	kernel.Copy2D(t.block, 0, tileColumns, jac.Data, from, jac.Stride, m, tileColumns)
	for top := 0; top < m; top += tileRows {
		part := kernel.Region{Row1: min(tileRows, m-top), Col0: top, Col1: m}
		kernel.Multiply(t.plan, t.result[top*m:], t.block[top*tileColumns:], t.block, nil, nil, nil, part, nil)
	}
	for i := range m {
		for j := i; j < m; j++ {
			sum[i*m+j] += t.result[i*m+j]
		}
	}
}

// crossProduct stores ABᵀ in dst.
func crossProduct(dst square, a, b *mat.Dense) {
	c := newCrew(a, crossSpan)
	c.other = b.RawMatrix()
	c.add(dst.data)
}

func crossSpan(c *crew, span, from, to int) {
	m := c.jac.Rows
	sum := c.part(span)
	for ; from < to; from += blockColumns {
		end := min(from+blockColumns, to)
		for i := range m {
			for j := range m {
				sum[i*m+j] += kernel.Dot(columns(c.jac, i, from, end), columns(c.other, j, from, end))
			}
		}
	}
}

// squaredNorms stores the |gᵢ|² in norms.
func squaredNorms(norms []float64, jac *mat.Dense) { newCrew(jac, normSpan).add(norms) }

func normSpan(c *crew, span, from, to int) {
	for i := range c.jac.Rows {
		g := columns(c.jac, i, from, to)
		c.part(span)[i] = kernel.Dot(g, g)
	}
}

// times stores the gᵢ·x in dst.
func times(dst []float64, jac *mat.Dense, x []float64) {
	c := newCrew(jac, timesSpan)
	c.dst = x
	c.add(dst)
}

func timesSpan(c *crew, span, from, to int) {
	x := c.dst[from:to]
	for i := range c.jac.Rows {
		c.part(span)[i] = kernel.Dot(columns(c.jac, i, from, to), x)
	}
}

// combine stores Σᵢ wᵢgᵢ in dst, added in the order of the rows.
func combine(dst []float64, jac *mat.Dense, weights []float64) {
	c := newCrew(jac, combineSpan)
	c.dst, c.weights = dst, weights
	if m := c.jac.Rows; c.spans > 1 && c.jac.Stride == c.n {
		c.do = combineDense
		if c.plan == nil || c.plan.K != m || c.plan.N != c.n {
			c.plan = kernel.Product{M: 1, N: c.n, K: m}.Plan(8)
		}
	}
	c.walk()
}

func combineSpan(c *crew, _, from, to int) {
	for ; from < to; from += blockColumns {
		end := min(from+blockColumns, to)
		clear(c.dst[from:end])
		for i, w := range c.weights {
			kernel.AddScaled(c.dst[from:end], c.dst[from:end], columns(c.jac, i, from, end), w)
		}
	}
}

// combineDense is combineSpan for long gradients without gaps between them. It takes one step of each at a time and
// keeps the sums in registers, where that other one goes through dst again for every gradient.
func combineDense(c *crew, _, from, to int) {
	kernel.Multiply(c.plan, c.dst, c.weights, c.jac.Data, nil, nil, nil,
		kernel.Region{Row1: 1, Col0: from, Col1: to}, nil)
}

// columns returns the entries from … to−1 of row i.
func columns(j blas64.General, i, from, to int) []float64 {
	return j.Data[i*j.Stride+from : i*j.Stride+to]
}
