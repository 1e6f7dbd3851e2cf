package autodiff

import "kindred/internal/kernel"

// prepare makes ready what the kernel of a step needs to know, and notes the room that it needs.
func (p *planner) prepare(s *step) {
	n, bytes := &p.nodes[s.id], p.program.precision.bytes()
	switch s.op {
	case opConv, opConvImages, opConvWeights:
		s.conv = s.convolution(p.windows[n.i], bytes)
		p.program.scratch = max(p.program.scratch, s.conv.Scratch())
		p.program.shared = max(p.program.shared, s.conv.Room())
	case opPool, opUnpool:
		s.window = p.windows[s.i]
		p.program.scratch = max(p.program.scratch, s.window.Channels)
	case opMoments:
		s.moments = kernel.NewMoments(p.nodes[n.in[0]].rows, n.cols)
		p.program.scratch = max(p.program.scratch, s.moments.Scratch())
		p.program.shared = max(p.program.shared, s.moments.Room())
	case opUniform, opNormal:
		p.program.noisy = true
	case opCholesky:
		s.triangle = kernel.NewCholesky(s.rows, bytes)
		p.program.scratch = max(p.program.scratch, s.triangle.Scratch())
	case opSolveLower:
		s.triangle = kernel.NewSolve(s.rows, s.cols, s.i == 1, bytes)
		p.program.scratch = max(p.program.scratch, s.triangle.Scratch())
	}
}
