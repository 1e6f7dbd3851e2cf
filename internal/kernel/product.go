package kernel

import (
	"unsafe"

	"kindred/internal/stop"
)

// A Product is a matrix product c = op(a)·op(b), of M × N entries and inner length K, where op transposes if its flag
// is set. All matrices are row-major and dense: a is M × K, or K × M if transposed; b is K × N, or N × K. What follows
// the product is done before a block of c is stored, with the same roundings as passes of their own would make.
type Product struct {
	TransA, TransB bool
	M, N, K        int

	Scale bool // c is multiplied by Alpha
	Alpha float64
	Add   Addend // then d is added
	ReLU  bool   // then c becomes max(c, 0)
	Gate  bool   // then c becomes 0 where by, M × N, is not above 0
}

// An Addend tells what is added to a product.
type Addend uint8

const (
	Nothing   Addend = iota
	AddMatrix        // d is M × N
	AddRow           // d is 1 × N
)

// Blocks of a large product: panels of b, blockK deep, are copied so that they lie in order; blockBytes of them stay
// in the second-level cache.
const (
	blockK     = 256
	blockBytes = 512 << 10
)

// A large a that is given transposed is read along its columns. Where its rows are a multiple of turnedStride bytes apart,
// these compete for few places in the first-level cache, and it is transposed before, if the other lengths are such that
// this is little work. Above leastWanted bytes of b, [Plan.WantsRows] asks for it.
const (
	leastTurned  = 96
	turnedStride = 512
	leastWanted  = 256 << 10
)

// pieceFLOPs is about how much of a product is computed between two looks at whether it is still wanted: some
// milliseconds.
const pieceFLOPs = 1 << 25

// path tells how a product is computed. It depends on its shape alone, and not on how many rows are asked for.
type path uint8

const (
	direct path = iota // b as it lies
	inner              // inner products with the rows of a transposed b
	packed             // b copied into panels
)

// A Plan is a product made ready for numbers of a given size: a result of one column is turned into a row.
type Plan struct {
	Product
	m, n, k        int
	transA, transB bool // a is k × m, b is n × k
	rowA, rowB     int  // entries from row to row of a and b as they lie
	swapped        bool // a and b change places
	turned         bool // a is transposed before it is used
	path           path
	panel, width   int    // columns of a panel and of a block of panels
	size           int    // of a number, in bytes
	small          bool   // too little work to be given up in its midst
	whole          []call // what computes all entries; nil if that is not made beforehand
}

// Plan makes a product of numbers of the given size, in bytes, ready.
func (p Product) Plan(size int) *Plan {
	l := &Plan{Product: p, m: p.M, n: p.N, k: p.K, transA: p.TransA, transB: p.TransB, size: size}
	if p.N == 1 && p.M > 1 && p.Add != AddRow {
		l.m, l.n, l.swapped = 1, p.M, true
		l.transA, l.transB = !p.TransB, !p.TransA
	}
	// A single row or column lies in memory as its transpose does.
	l.transA = l.transA && l.m > 1 && l.k > 1
	l.transB = l.n == 1 || l.transB && l.k > 1
	if l.transA && !l.swapped && l.n >= leastTurned && l.k >= leastTurned && l.m*size%turnedStride == 0 &&
		l.k*l.n*size <= leastWanted {
		l.turned, l.transA = true, false
	}
	l.rowA, l.rowB = l.k, l.n
	if l.transA {
		l.rowA = l.m
	}
	if l.transB {
		l.rowB = l.k
	}
	l.panel = panelBytes() / size
	l.width = blockBytes / (blockK * size) / l.panel * l.panel
	switch {
	case l.transB && l.m <= 16 && !l.transA:
		l.path = inner
	case l.transB, l.m >= 24 && l.k*l.n*size > 256<<10, l.transA && l.m >= 96 && l.k*l.n*size > 64<<10:
		l.path = packed
	}
	l.small = 2*l.m*l.n*l.k <= pieceFLOPs
	l.prepare()
	return l
}

// Small reports whether the product is too little work to be given up in its midst.
func (p *Plan) Small() bool { return p.small }

// Scratch returns how many numbers [Multiply] needs room for beside its operands.
func (p *Plan) Scratch() int {
	n := p.rowsScratch()
	if p.path == packed {
		n += min(p.k, blockK) * min((p.n+p.panel-1)/p.panel*p.panel, p.width)
	}
	return n
}

// rowsScratch returns how much of that is for a, transposed.
func (p *Plan) rowsScratch() int {
	if !p.turned {
		return 0
	}
	return p.m * p.k
}

// WantsRows reports whether the product is faster with a transposed beforehand: its columns, which are read for every
// panel of b, compete for the same places in the cache.
func (p *Plan) WantsRows() bool { return p.transA && p.path == packed && p.k*p.n*p.size > leastWanted }

// A Region is a part of the entries of a product: rows Row0 to Row1−1 and columns Col0 to Col1−1.
type Region struct{ Row0, Row1, Col0, Col1 int }

// rowUnit is what the number of rows of a piece is a multiple of: of the heights of all blocks.
const rowUnit = 30

// Part returns part k of the given number of parts into which a product is divided, so that none copies what another
// does. A part may be empty.
func (p *Plan) Part(k, parts int) Region {
	if p.path == packed || p.N > p.M {
		return Region{0, p.M, cut(p.N, k, parts, p.panel), cut(p.N, k+1, parts, p.panel)}
	}
	return Region{cut(p.M, k, parts, blockRows()), cut(p.M, k+1, parts, blockRows()), 0, p.N}
}

// cut returns where part k of n entries begins: at the multiple of unit that is nearest.
func cut(n, k, parts, unit int) int {
	if k == parts {
		return n
	}
	return min(n, (n*k/parts+unit/2)/unit*unit)
}

// Multiply computes a region of a product. d and by are what p.Add and p.Gate ask for, or nil; scratch has at least
// [Plan.Scratch] entries. An entry has the same bits whatever the region. It is given up, between pieces of the region,
// when sign is up.
func Multiply[T Float](p *Plan, c, a, b, d, by, scratch []T, r Region, sign *stop.Sign) {
	if r.Row0 >= r.Row1 || r.Col0 >= r.Col1 {
		return
	}
	a, scratch = turn(p, a, scratch, r)
	if p.path == packed && packedProduct(p, c, a, b, d, by, scratch, r, sign) {
		return
	}
	if p.small {
		if !p.run(ptr(c), ptr(a), ptr(b), ptr(d), ptr(by), r) {
			multiply(&p.Product, c, a, b, d, by, r)
		}
		return
	}
	rows, cols := p.piece(r.Row1-r.Row0, r.Col1-r.Col0)
	for row := r.Row0; row < r.Row1; row += rows {
		for col := r.Col0; col < r.Col1; col += cols {
			if (row > r.Row0 || col > r.Col0) && sign.Up() {
				return
			}
			part := Region{row, min(row+rows, r.Row1), col, min(col+cols, r.Col1)}
			if !p.run(ptr(c), ptr(a), ptr(b), ptr(d), ptr(by), part) {
				multiply(&p.Product, c, a, b, d, by, part)
			}
		}
	}
}

// piece returns how many rows and columns of a region are computed between two looks at whether they are still wanted.
func (p *Plan) piece(rows, cols int) (int, int) {
	switch {
	case 2*p.K*rows*cols <= pieceFLOPs:
	case p.N > p.M:
		cols = atLeast(pieceFLOPs/(2*p.K*rows), p.panel)
	default:
		rows = atLeast(pieceFLOPs/(2*p.K*cols), rowUnit)
	}
	return rows, cols
}

// atLeast returns the largest multiple of unit up to n, or unit.
func atLeast(n, unit int) int { return max(1, n/unit) * unit }

// A Placed product is one whose operands have fixed places in a memory. It gives the same bits as [Multiply].
type Placed struct{ calls []call }

func ptr[T Float](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// All is the region of all entries.
func (p *Plan) All() Region { return Region{0, p.M, 0, p.N} }

// multiply is [Multiply] in Go.
func multiply[T Float](p *Product, c, a, b, d, by []T, r Region) {
	rowA, colA := p.K, 1
	if p.TransA {
		rowA, colA = 1, p.M
	}
	for i := r.Row0; i < r.Row1; i++ {
		from, to := i*p.N+r.Col0, i*p.N+r.Col1
		line := c[from:to]
		if p.TransB {
			for j := range line {
				var s T
				for k, v := range b[(r.Col0+j)*p.K : (r.Col0+j+1)*p.K] {
					s += a[i*rowA+k*colA] * v
				}
				line[j] = s
			}
		} else {
			clear(line)
			for k := range p.K {
				f := a[i*rowA+k*colA]
				for j, v := range b[k*p.N+r.Col0 : k*p.N+r.Col1] {
					line[j] += f * v
				}
			}
		}
		if p.Scale {
			vectorScalar(Mul, line, line, T(p.Alpha))
		}
		switch p.Add {
		case AddMatrix:
			vectors(Add, line, line, d[from:to])
		case AddRow:
			vectors(Add, line, line, d[r.Col0:r.Col1])
		}
		if p.ReLU {
			LeakyReLU(line, line, 0)
		}
		if p.Gate {
			Gate(line, line, by[from:to], 0)
		}
	}
}

// multiplyAddGo does rounds of multiplications and additions in four chains, and returns their number.
func multiplyAddGo(rounds int) (flops int) {
	var a, b, c, d float64
	for range rounds {
		a, b, c, d = a*a+a, b*b+b, c*c+c, d*d+d
	}
	return 8*rounds + int(a+b+c+d)
}
