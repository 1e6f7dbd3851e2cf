package autodiff

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"kindred/internal/kernel"
)

// Cost is what one run of a program does.
type Cost struct {
	Steps  int // operations, after some were joined
	FLOPs  int // additions, multiplications and the like; an elementary function counts as one
	Bytes  int // read and written by all steps, wherever they lie
	Memory int // bytes of a workspace, for as many processors as Go may use
}

// Cost counts what one run does.
func (p *Program) Cost() Cost {
	p.check()
	bytes := p.precision.bytes()
	hands := 1
	if p.lanes() {
		hands = runtime.GOMAXPROCS(0)
	}
	c := Cost{Steps: len(p.steps), Memory: (p.size + hands*(p.own+p.scratch+p.shared)) * bytes}
	for k := range p.steps {
		s := &p.steps[k]
		c.FLOPs += s.flops()
		c.Bytes += s.bytes(bytes)
	}
	return c
}

// bytes counts what a step reads and writes, in numbers of the given size.
func (s *step) bytes(size int) int {
	n := s.rows * s.cols
	for _, in := range s.in {
		n += in.rows * in.cols
	}
	return n * size
}

// flops counts the operations of a step.
func (s *step) flops() int {
	size := s.rows * s.cols
	switch s.op {
	case opMatMul:
		p := s.product
		n := 2*p.K - 1
		for _, more := range []bool{p.Scale, p.Add != kernel.Nothing, p.ReLU, p.Gate} {
			if more {
				n++
			}
		}
		return n * size
	case opDot, opDotCols:
		return 2*s.in[0].rows*s.in[0].cols - size
	case opAddScaled, opAddMul:
		return 2 * size
	case opTotal:
		return (len(s.in) - 1) * size
	case opSum, opMaxAxis:
		return s.in[0].rows*s.in[0].cols - size
	case opConv, opConvImages, opConvWeights:
		return s.conv.FLOPs()
	case opPool, opUnpool:
		return 3 * s.rows * s.cols
	case opMoments:
		return 4 * s.in[0].rows * s.in[0].cols
	case opCholesky:
		return s.rows * s.rows * s.rows / 3
	case opSolveLower:
		return s.rows * s.rows * s.cols
	case opScatterRows:
		return s.in[0].rows * s.in[0].cols
	}
	if elementwise[s.op] {
		return size
	}
	return 0 // copies
}

// String lists the steps, each with the result's number, its shape, the operation and the operands, after a line with
// the counts of [Program.Cost]. Steps under a brace run together, some rows at a time.
func (p *Program) String() string {
	var b strings.Builder
	c := p.Cost()
	fmt.Fprintf(&b, "%v: %d steps, %d FLOP, %d bytes read and written, %d bytes of memory\n",
		p.precision, c.Steps, c.FLOPs, c.Bytes, c.Memory)
	together := 0
	for k := range p.steps {
		s := &p.steps[k]
		mark := "  "
		for w, wave := range p.waves {
			lane := slices.Index(wave[:len(wave)-1], k)
			if lane >= 0 && len(wave) > 2 {
				fmt.Fprintf(&b, "side by side, %d of %d:\n", lane+1, len(wave)-1)
			} else if lane >= 0 && w > 0 && len(p.waves[w-1]) > 2 {
				fmt.Fprintf(&b, "afterwards:\n")
			}
		}
		if s.group > 0 {
			together = s.group
			mark = "⎧ "
		} else if together > 1 {
			mark = "⎪ "
		} else if together == 1 {
			mark = "⎩ "
		}
		together = max(together-1, 0)
		fmt.Fprintf(&b, "%s%-6s %9s  %s\n", mark, p.name(s.id), p.shape(s.id), p.describe(s))
	}
	return b.String()
}

// describe writes a step as a formula.
func (p *Program) describe(s *step) string {
	name := func(k int) string { return p.name(s.in[k].id) }
	switch s.op {
	case opMatMul:
		return p.describeProduct(s)
	case opAdd, opSub, opMul, opDiv:
		return name(0) + map[op]string{opAdd: " + ", opSub: " − ", opMul: " · ", opDiv: " / "}[s.op] + name(1)
	case opAddScaled:
		return fmt.Sprintf("%s + %.4g·%s", name(0), s.x, name(1))
	case opAddMul:
		return name(0) + " + " + name(1) + " · " + name(2)
	case opScale:
		return fmt.Sprintf("%.4g·%s", s.x, name(0))
	case opShift:
		return fmt.Sprintf("%s + %.4g", name(0), s.x)
	}
	var args []string
	for k := range s.in {
		args = append(args, name(k))
	}
	text := s.op.String()
	switch s.op {
	case opSum, opMaxAxis:
		text += [...]string{" over rows", " over columns", ""}[s.i]
	case opLeakyReLU, opGate, opPow:
		text += fmt.Sprintf("[%.4g]", s.x)
	case opClamp, opWithin:
		text += fmt.Sprintf("[%.4g, %.4g]", s.x, s.y)
	}
	return text + "(" + strings.Join(args, ", ") + ")"
}

func (p *Program) describeProduct(s *step) string {
	r := s.product
	rest := s.in[2:]
	transposed := map[bool]string{true: "ᵀ"}
	text := p.name(s.in[0].id) + transposed[r.TransA] + " × " + p.name(s.in[1].id) + transposed[r.TransB]
	if r.Scale && r.Alpha == -1 {
		text = "−" + text
	} else if r.Scale {
		text = fmt.Sprintf("%.4g·%s", r.Alpha, text)
	}
	if r.Add != kernel.Nothing {
		text += " + " + p.name(rest[0].id)
		rest = rest[1:]
	}
	if r.ReLU {
		text = "relu(" + text + ")"
	}
	if r.Gate {
		text = "gate(" + text + ", " + p.name(rest[0].id) + ")"
	}
	return text
}

// name returns the name of an input, the number of a constant, or the number of a node.
func (p *Program) name(id int32) string {
	switch n := &p.nodes[id]; n.op {
	case opInput:
		return n.name
	case opScalar:
		return fmt.Sprintf("%.4g", n.x)
	default:
		return fmt.Sprintf("%%%d", id)
	}
}

func (p *Program) shape(id int32) string {
	n := &p.nodes[id]
	return fmt.Sprintf("%d×%d", n.rows, n.cols)
}

// String returns the name of the type.
func (p Precision) String() string {
	switch p {
	case Float64:
		return "float64"
	case Float32:
		return "float32"
	}
	return fmt.Sprintf("Precision(%d)", uint8(p))
}
