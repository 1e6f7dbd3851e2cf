package nn

import "slices"

// ruled is the matrices of one rule, with what it remembers of them. Its own entries are theirs, end to end.
type ruled struct {
	rule     Rule
	matrices []int     // in order
	n        int       // entries
	slots    []float64 // slot after slot, each of n numbers

	programs []*blockProgram // the first is the largest
	order    []int           // matrices that move, by their number of steps
	pieces   []piece

	// Of the step under way:
	rateNow, cutNow   float64
	params, gradients []float64
}

// smallest is the least size for which a program of its own is compiled: below it a run costs the same.
const smallest = 32

// start makes room for what is remembered and compiles the program of the common case, all entries in blocks of about
// one size.
func (m *ruled) start() {
	m.slots = make([]float64, m.rule.Slots()*m.n)
	blocks := (m.n + blockSize - 1) / blockSize
	m.programs = append(m.programs, compile(m, (m.n+blocks-1)/blocks, blocks > 1))
}

// slot returns what slot j holds of a piece.
func (m *ruled) slot(j int, c piece) []float64 { return m.slots[j*m.n+c.at : j*m.n+c.at+c.n] }

// program returns the smallest program for blocks of n entries. One that is not there yet is compiled: of half the
// largest's size, a quarter, and so on. They serve matrices that have taken fewer steps than others.
func (m *ruled) program(n int) *blockProgram {
	size := m.programs[0].size
	k := 0
	for size/2 >= max(n, smallest) {
		size /= 2
		k++
	}
	for len(m.programs) <= k {
		m.programs = append(m.programs, nil)
	}
	if m.programs[k] == nil {
		m.programs[k] = compile(m, size, false)
	}
	return m.programs[k]
}

// plan cuts the matrices that move into blocks, those together that have taken equally many steps.
func (m *ruled) plan(matrices []matrix, held []bool) {
	m.pieces, m.order = m.pieces[:0], m.order[:0]
	for _, p := range m.programs {
		if p != nil {
			p.blocks = p.blocks[:0]
		}
	}
	for _, k := range m.matrices {
		if held == nil || !held[k] {
			m.order = append(m.order, k)
		}
	}
	slices.SortStableFunc(m.order, func(a, b int) int { return matrices[a].steps - matrices[b].steps })
	for from := 0; from < len(m.order); {
		to, n := from, 0
		for to < len(m.order) && matrices[m.order[to]].steps == matrices[m.order[from]].steps {
			n += matrices[m.order[to]].size
			to++
		}
		m.cut(matrices, m.order[from:to], n)
		from = to
	}
}

// cut cuts matrices of n entries together, which have taken equally many steps, into blocks of about one size.
func (m *ruled) cut(matrices []matrix, order []int, n int) {
	largest := m.programs[0].size
	blocks := (n + largest - 1) / largest
	size := (n + blocks - 1) / blocks
	p := m.program(size)
	left := 0 // of the block under way
	for _, k := range order {
		c := matrices[k]
		for done := 0; done < c.size; {
			if left == 0 {
				p.blocks = append(p.blocks, block{matrix: k, first: len(m.pieces), last: len(m.pieces)})
				left = size
			}
			b := &p.blocks[len(p.blocks)-1]
			next := piece{c.from + done, c.at + done, min(c.size-done, left)}
			if b.last > b.first && follows(m.pieces[b.last-1], next) {
				m.pieces[b.last-1].n += next.n
			} else {
				m.pieces = append(m.pieces, next)
				b.last++
			}
			done, left = done+next.n, left-next.n
		}
	}
}

// follows tells whether b begins where a ends.
func follows(a, b piece) bool { return a.from+a.n == b.from && a.at+a.n == b.at }

// number gives every block the number of its step.
func (m *ruled) number(matrices []matrix) {
	for _, p := range m.programs {
		if p == nil {
			continue
		}
		for k := range p.blocks {
			b := &p.blocks[k]
			b.t, b.failed = float64(matrices[b.matrix].steps+1), nil
		}
	}
}

// fault returns the first fault of the step, nil if there is none.
func (m *ruled) fault() *fault {
	var first *fault
	for _, p := range m.programs {
		if p == nil {
			continue
		}
		for _, b := range p.blocks {
			if f := b.failed; f != nil && (first == nil || f.entry < first.entry) {
				first = f
			}
		}
	}
	return first
}
