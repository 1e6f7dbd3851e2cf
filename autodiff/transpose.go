package autodiff

import "slices"

// transposeOnce transposes the left operands of large products that are given transposed, and lets all products of the
// same operand share the result: those of the gradients of several losses by one layer, for example.
func (c *code) transposeOnce(bytes int) {
	transposed := map[int32]int32{}
	list := make([]*instr, 0, len(c.list))
	for _, n := range c.list {
		if n.product != nil && n.product.Plan(bytes).WantsRows() {
			of := n.in[0]
			id, ok := transposed[of]
			if !ok {
				id = int32(len(c.nodes))
				transposed[of] = id
				v := &c.nodes[of]
				c.nodes = append(c.nodes, node{op: opTranspose, rows: v.cols, cols: v.rows, in: []int32{of}})
				c.home = append(c.home, c.home[of])
				transpose := c.newInstr(id)
				list = append(list, &transpose)
			}
			p := *n.product
			p.TransA = false
			n.product, n.i = &p, 0
			n.in = slices.Clone(n.in)
			n.in[0] = id
		}
		list = append(list, n)
	}
	c.list = list
}
