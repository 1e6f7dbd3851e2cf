package autodiff

import "kindred/internal/kernel"

// makeReady looks up, once, what the kernels of small steps need: most of their time would go into it in every run. A
// step is ready whose operands and result lie in the memory of the workspace and which runs as a whole; the others look
// for theirs in each run.
func (p *Program) makeReady() {
	for k := range p.steps {
		s := &p.steps[k]
		here := !s.own && s.piece == 0 && s.span == 0
		for _, in := range s.in {
			here = here && !in.own
		}
		switch {
		case !here:
		case elementwise[s.op]:
			if pass := s.passOf(); pass.Kernel != kernel.NoPass && kernel.Passes() {
				s.pass = &pass
			}
		case s.op == opMatMul && s.parts == 1:
			if placed, ok := s.placedProduct(); ok {
				s.placed = &placed
			}
		}
	}
}

// passOf returns the pass of an elementwise step, without a kernel if there is none for it.
func (s *step) passOf() kernel.Pass {
	p := kernel.Pass{N: s.rows * s.cols, Out: s.out, X: s.x, Y: s.y}
	full := true
	for k, in := range s.in {
		p.In[k] = in.at
		full = full && in.extent == kernel.Full
	}
	switch s.op {
	case opAdd, opSub, opMul, opDiv, opMax, opMin, opGreater, opEqual:
		p.Binary(binaries[s.op], s.in[0].extent, s.in[1].extent)
	case opScale:
		p.Kernel = kernel.PassScale
	case opShift:
		p.Kernel = kernel.PassShift
	case opAddScaled:
		p.Kernel = kernel.PassAddScaled
	case opSquare:
		p.Kernel, p.In[1] = kernel.PassVV+kernel.PassKernel(kernel.Mul), p.In[0]
	case opReciprocal:
		p.Kernel, p.X = kernel.PassReciprocal, 1
	case opLeakyReLU:
		p.Kernel = kernel.PassLeakyReLU
		if s.x == 0 {
			p.Kernel = kernel.PassReLU
		}
	case opGate:
		p.Kernel = kernel.PassLeakyGate
		if s.x == 0 {
			p.Kernel = kernel.PassGate
		}
	case opClamp:
		p.Kernel = kernel.PassClamp
	case opWithin:
		p.Kernel = kernel.PassWithin
	case opSelect:
		if full {
			p.Kernel = kernel.PassSelect
		}
	case opExp, opLog, opLog1p, opTanh, opSigmoid, opSoftplus, opErf, opSqrt, opAbs:
		p.Kernel = kernel.PassFun + kernel.PassKernel(functions[s.op])
	}
	return p
}

// placedProduct returns the product of a step where its operands lie.
func (s *step) placedProduct() (kernel.Placed, bool) {
	var d, by int
	rest := s.in[2:]
	if s.product.Add != kernel.Nothing {
		d, rest = rest[0].at, rest[1:]
	}
	if s.product.Gate {
		by = rest[0].at
	}
	return s.product.Place(s.out, s.in[0].at, s.in[1].at, d, by)
}
