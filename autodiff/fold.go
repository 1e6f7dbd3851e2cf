package autodiff

import "slices"

// foldLimit is the largest number of entries of a constant that is computed ahead; a larger one, most likely a number
// repeated, costs more to keep than to make.
const foldLimit = 1 << 12

// fold computes what depends on constants alone, in the precision of the program.
func (c *code) fold(precision Precision) {
	constant := make([]bool, len(c.nodes))
	for _, n := range c.list {
		all := n.op != opInput && !noisy[n.op] && n.rows*n.cols <= foldLimit
		for _, in := range n.in {
			all = all && constant[in]
		}
		constant[n.id] = all
	}
	wanted := make([]bool, len(c.nodes)) // constants that something else reads
	for _, n := range c.list {
		for _, in := range n.in {
			wanted[in] = wanted[in] || !constant[n.id]
		}
	}
	for _, id := range c.outs {
		wanted[id] = true
	}
	ahead := &code{g: c.g, nodes: slices.Clip(c.nodes), home: slices.Clip(c.home), windows: c.windows,
		span: len(c.nodes), grain: c.grain}
	for _, n := range c.list {
		if !constant[n.id] {
			continue
		}
		same := c.newInstr(n.id)
		ahead.list = append(ahead.list, &same)
		if wanted[n.id] && !n.constant() {
			ahead.outs, ahead.asked = append(ahead.outs, n.id), append(ahead.asked, n.id)
		}
	}
	if len(ahead.outs) == 0 {
		return
	}
	ahead.prune()
	ahead.transposeOnce(precision.bytes()) // as it would be done later, to the last bit
	ws := ahead.plan(precision).NewWorkspace()
	ws.Run()
	at := c.find()
	for _, id := range ahead.outs {
		n := at[id]
		data := make([]float64, n.rows*n.cols)
		ws.read(data, ws.p.at[id])
		n.node = node{op: opConst, rows: n.rows, cols: n.cols, data: data}
		n.product = nil
	}
	c.prune()
}
