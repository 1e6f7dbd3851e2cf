package autodiff

// Elementwise steps that follow each other on matrices too large for the first-level cache run together, some rows at
// a time, so that what one has written is still in the cache when the next reads it.

// pieceBytes is the size of a piece of one matrix. Matrices below groupBytes are not divided.
const (
	pieceBytes = 8 << 10
	groupBytes = 32 << 10
)

// A group is a run of instructions that are done piece by piece.
type group struct{ first, end int }

// groupSteps finds the runs of at least two elementwise instructions of one shape.
func (p *planner) groupSteps(bytes int) (groups []group) {
	for k := 0; k < len(p.list); {
		n := p.list[k]
		end := k
		steps := 0
		for end < len(p.list) && joins(p.list[end], n) && p.laneOf(p.list[end]) == p.laneOf(n) {
			if p.computed(p.list[end]) {
				steps++
			}
			end++
		}
		if steps > 1 && n.rows*n.cols*bytes >= p.grain.group {
			groups = append(groups, group{k, end})
		}
		k = max(end, k+1)
	}
	return groups
}

// joins reports whether an instruction can be part of a group that begins with first. A leaf takes no part in it and
// does not end it either.
func joins(n, first *instr) bool {
	if n.leaf() {
		return n != first
	}
	return elementwise[n.op] && n.rows == first.rows && n.cols == first.cols
}

// placeGroup places the results of a group. A result that is read within the group alone needs room for a piece.
func (p *planner) placeGroup(gr group) {
	shape := p.list[gr.first]
	bytes := p.program.precision.bytes()
	rows, cols := shape.rows, shape.cols
	flat := true // no operand is a row or a column: the matrix is divided anywhere
	for k := gr.first; k < gr.end; k++ {
		p.noteAstray(k)
		for _, in := range p.list[k].in {
			v := p.nodes[in]
			flat = flat && (v.rows*v.cols == 1 || v.rows == rows && v.cols == cols)
		}
	}
	if flat {
		rows, cols = rows*cols, 1
	}
	piece := min(rows, max(1, p.grain.piece/bytes/cols))
	firstStep := len(p.program.steps)
	var dead []int32
	for k := gr.first; k < gr.end; k++ {
		n := p.list[k]
		if !p.computed(n) {
			continue
		}
		if p.last[n.id] < gr.end && !p.pinned[n.id] {
			p.local[n.id] = true
			p.size[n.id] = piece * cols
		}
		var st *step
		st, dead = p.placeStep(k, gr.first, dead)
		if flat {
			st.rows, st.cols = rows, cols
		}
		st.piece = piece
	}
	p.looks.due = true
	p.program.steps[firstStep].special = true
	p.program.steps[firstStep].group = len(p.program.steps) - firstStep
	p.free(dead)
}
