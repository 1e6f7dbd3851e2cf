package kernel

// A Pass is an elementwise operation whose operands have fixed places in a memory: what [Binary], [Scale] and the others
// look up whenever they are called, is looked up once. It gives the same bits as they do.
type Pass struct {
	Kernel PassKernel
	N      int     // entries of the result
	Out    int     // where the result begins in the memory, in numbers
	In     [3]int  // and the operands
	X, Y   float64 // numbers beside the operands
}

// A PassKernel is the kernel of a pass.
type PassKernel uint8

// Kernels of passes: of two vectors, of a vector and a number in the memory, and of such a number and a vector, to which
// a [BinaryOp] is added; of functions, to which a [Function] up to Abs is added; and the others.
const (
	NoPass  PassKernel = iota
	PassVV             // a op b
	PassVS  = PassVV + PassKernel(Equal) + 1
	PassSV  = PassVS + PassKernel(Equal) + 1
	PassFun = PassSV + PassKernel(Equal) + 1
)

const (
	PassScale      = PassFun + PassKernel(Abs) + 1 + iota // X·a
	PassShift                                             // a + X
	PassReciprocal                                        // X / a, with an X of 1
	PassAddScaled                                         // a + X·b
	PassSelect
	PassReLU
	PassLeakyReLU // of slope X
	PassGate
	PassLeakyGate // of slope X
	PassClamp     // from X to Y
	PassWithin    // from X to Y
)

// Binary sets the kernel of an operation on two operands of the given extents, and reports whether there is one.
func (p *Pass) Binary(op BinaryOp, a, b Extent) bool {
	k := PassKernel(op)
	switch {
	case a == Full && b == Full:
		p.Kernel = PassVV + k
	case a == Full && b == One:
		p.Kernel = PassVS + k
	case a != One || b != Full:
		return false
	case op == Sub || op == Div || op == Greater:
		p.Kernel = PassSV + k
	default: // the operation is symmetric
		p.Kernel = PassVS + k
		p.In[0], p.In[1] = p.In[1], p.In[0]
	}
	return true
}
