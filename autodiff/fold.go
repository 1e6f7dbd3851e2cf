package autodiff

// foldLimit is the largest number of entries of a constant that is computed ahead; a larger one, most likely a number
// repeated, costs more to keep than to make.
const foldLimit = 1 << 12

// fold computes what depends on constants alone, in the precision of the program.
func (c *code) fold(precision Precision) {
	constant := map[int32]bool{}
	for _, n := range c.list {
		all := n.op != opInput && n.rows*n.cols <= foldLimit
		for _, in := range n.in {
			all = all && constant[in]
		}
		constant[n.id] = all
	}
	wanted := map[int32]bool{} // constants that something else reads
	for _, n := range c.list {
		for _, in := range n.in {
			wanted[in] = wanted[in] || !constant[n.id]
		}
	}
	for _, v := range c.outs {
		wanted[v.id] = true
	}
	ahead := &code{g: c.g, nodes: c.nodes}
	for _, n := range c.list {
		if !constant[n.id] {
			continue
		}
		ahead.list = append(ahead.list, c.newInstr(n.id))
		if wanted[n.id] && !n.constant() {
			ahead.outs = append(ahead.outs, Value{c.g, n.id})
		}
	}
	if len(ahead.outs) == 0 {
		return
	}
	ahead.sweep()
	ws := ahead.plan(precision).NewWorkspace()
	ws.Run()
	at := c.find()
	for _, v := range ahead.outs {
		n := at[v.id]
		n.node = node{op: opConst, rows: n.rows, cols: n.cols, data: ws.Read(v, nil)}
		n.product = nil
	}
	c.sweep()
}
