package autodiff

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/internal/kernel"
)

// A Fault is where a run first made a number that is not finite and that one of its outputs comes from: an operation
// whose operands were finite, an input, or a constant.
type Fault struct {
	Operation  string         // its name; "input" or "const" if it was set, not made
	Name       string         // of the input
	Rows, Cols int            // of the result
	Row, Col   int            // of the first entry that is not finite, counted from 0
	Number     float64        // which is there
	Operands   []FaultOperand // of the operation
	Inputs     []string       // names of the inputs that the operation depends on

	op op
}

// A FaultOperand is an operand of an operation that made a number that is not finite.
type FaultOperand struct {
	Name       string // of an input, else its operation
	Rows, Cols int
	Number     float64 // for an operation entry by entry, that for the result's entry; else the largest in size
}

// String says it in a sentence, such as "log of x 10×1 made -Inf in row 3, column 0, of 0".
func (f Fault) String() string {
	var b strings.Builder
	place := fmt.Sprintf("%v in row %d, column %d", f.Number, f.Row, f.Col)
	switch f.op {
	case opInput:
		fmt.Fprintf(&b, "input %s %d×%d holds %s", f.Name, f.Rows, f.Cols, place)
		return b.String()
	case opConst, opScalar:
		fmt.Fprintf(&b, "a constant %d×%d holds %s", f.Rows, f.Cols, place)
		return b.String()
	}
	var names, numbers []string
	for _, o := range f.Operands {
		names = append(names, fmt.Sprintf("%s %d×%d", o.Name, o.Rows, o.Cols))
		numbers = append(numbers, fmt.Sprint(o.Number))
	}
	fmt.Fprintf(&b, "%s of %s made %s, ", f.Operation, strings.Join(names, " and "), place)
	switch {
	case f.op == opCholesky:
		b.WriteString("where the matrix is not positive definite")
	case elementwise[f.op]:
		b.WriteString("of " + strings.Join(numbers, " and "))
	default:
		b.WriteString("of numbers no larger than " + strings.Join(numbers, " and "))
	}
	if n := len(f.Inputs); n > 0 {
		fmt.Fprintf(&b, "; it depends on %s", strings.Join(f.Inputs[:min(n, 8)], ", "))
		if n > 8 {
			fmt.Fprintf(&b, " and %d more", n-8)
		}
	}
	return b.String()
}

// NotFinite tells what made an output of the last run infinite or not a number, with the inputs as they are set now: it
// computes the program once more, an operation at a time, and goes from such outputs back to where such numbers first
// appear. Infinities that no such output comes from are passed over: 1/∞, or the branch that [Select] did not take. ok is
// false if all outputs are finite. It costs nothing until it is called, and then a compilation and a run.
func (ws *Workspace) NotFinite() (f Fault, ok bool) {
	ws.check()
	ws.checkSet("NotFinite")
	return ws.snapshot().explain()
}

// A snapshot is what a run computes from.
type snapshot struct {
	p      *Program
	inputs [][]float64 // those that the program needs, in its order
	noise  noiseKey
}

func (ws *Workspace) snapshot() snapshot {
	s := snapshot{p: ws.p, noise: ws.noise}
	for _, id := range ws.p.input {
		s.inputs = append(s.inputs, ws.Read(Value{ws.p.graph, id}, nil))
	}
	return s
}

// explain runs the program an operation at a time.
func (s snapshot) explain() (Fault, bool) {
	p := s.p.apart()
	ws := p.NewWorkspace()
	for k, id := range s.p.input {
		if at := p.at[id]; at >= 0 {
			ws.write(at, s.inputs[k])
		}
	}
	ws.SetNoise(s.noise[0], s.noise[1], s.noise[2])
	d := diagnosis{p: p, bad: map[int32][]int32{}, faults: map[int32]Fault{}}
	ws.runs.diagnose(&d)
	return d.first()
}

// apart returns a program that computes the same, every result by a step of its own that leaves its operands as they are.
func (p *Program) apart() *Program {
	c := &code{g: p.graph, nodes: p.source.nodes, windows: p.windows, outs: p.source.outs, asked: p.asked, span: len(p.at),
		grain: usual, apart: true}
	c.instruct()
	return c.plan(p.precision)
}

// A diagnosis is what is known of nodes that are not finite. A node that is a part of another's storage stands for all
// of that.
type diagnosis struct {
	p      *Program
	bad    map[int32][]int32 // nodes that are not finite, with those among their operands
	faults map[int32]Fault   // those of them whose operands all are finite
	outs   []int32           // outputs that are not finite
}

// root returns the node in whose storage a node lies.
func (d *diagnosis) root(id int32) int32 {
	for {
		n := instr{node: d.p.nodes[id], id: id}
		if _, ok := view(d.p.nodes, &n); !ok {
			return id
		}
		id = n.in[0]
	}
}

// first goes back from the outputs that are not finite: to an input, or else to the operation that was first, or else
// to a constant.
func (d *diagnosis) first() (Fault, bool) {
	met := map[int32]bool{}
	var found []int32
	var visit func(id int32)
	visit = func(id int32) {
		from, bad := d.bad[id]
		if met[id] || !bad {
			return
		}
		met[id] = true
		if len(from) == 0 {
			found = append(found, id)
		}
		for _, in := range from {
			visit(in)
		}
	}
	for _, id := range d.outs {
		visit(d.root(id))
	}
	if len(found) == 0 {
		return Fault{}, false
	}
	rank := func(id int32) int {
		switch d.p.nodes[id].op {
		case opInput:
			return 0
		case opConst, opScalar:
			return 2
		}
		return 1
	}
	id := slices.MinFunc(found, func(a, b int32) int {
		if ra, rb := rank(a), rank(b); ra != rb {
			return ra - rb
		}
		return int(a - b)
	})
	f := d.faults[id]
	if rank(id) == 1 {
		f.Inputs = d.inputs(id)
	}
	return f, true
}

// inputs lists the names of the inputs that a node depends on.
func (d *diagnosis) inputs(id int32) (names []string) {
	need := make([]bool, id+1)
	need[id] = true
	for k := id; k >= 0; k-- {
		if !need[k] {
			continue
		}
		n := &d.p.nodes[k]
		if n.op == opInput {
			names = append(names, n.name)
		}
		for _, in := range n.in {
			need[in] = true
		}
	}
	slices.Reverse(names)
	return names
}

// describe begins a fault of a node.
func (d *diagnosis) describe(id int32, entry int, number float64) Fault {
	n := &d.p.nodes[id]
	f := Fault{Operation: n.op.String(), Name: n.name, Rows: n.rows, Cols: n.cols, Row: entry / n.cols, Col: entry % n.cols,
		Number: number, op: n.op}
	if n.op == opScalar {
		f.Operation = opConst.String()
	}
	return f
}

// diagnose runs the steps and notes what is not finite.
func (m *memory[T]) diagnose(d *diagnosis) {
	h := &m.hands[0]
	for _, l := range d.p.leaves {
		n := &d.p.nodes[l.id]
		if k := notFinite(m.mem[l.at : l.at+n.rows*n.cols]); k >= 0 {
			d.bad[l.id], d.faults[l.id] = nil, d.describe(l.id, k, float64(m.mem[l.at+k]))
		}
	}
	for k := range d.p.steps {
		s := &d.p.steps[k]
		h.run(d.p.steps[k : k+1])
		out := h.out(s)
		entry := notFinite(out)
		if entry < 0 {
			continue
		}
		var from []int32
		for i := range s.in {
			if notFinite(h.entries(&s.in[i])) >= 0 {
				from = append(from, d.root(s.in[i].id))
			}
		}
		d.bad[s.id] = from
		if len(from) > 0 {
			continue
		}
		f := d.describe(s.id, entry, float64(out[entry]))
		for i := range s.in {
			f.Operands = append(f.Operands, faultOperand(h, s, i, f))
		}
		d.faults[s.id] = f
	}
	for k, id := range d.p.outs {
		n, at := &d.p.nodes[id], d.p.at[d.p.asked[k]]
		if notFinite(m.mem[at:at+n.rows*n.cols]) >= 0 {
			d.outs = append(d.outs, id)
		}
	}
}

// faultOperand describes operand i of a step.
func faultOperand[T kernel.Float](h *hand[T], s *step, i int, f Fault) FaultOperand {
	in, numbers := &s.in[i], h.entries(&s.in[i])
	n := &h.m.p.nodes[in.id]
	o := FaultOperand{Name: n.name, Rows: in.rows, Cols: in.cols}
	if o.Name == "" {
		o.Name = n.op.String()
	}
	if elementwise[s.op] {
		o.Number = float64(numbers[min(f.Row, in.rows-1)*in.cols+min(f.Col, in.cols-1)])
		return o
	}
	for _, v := range numbers {
		o.Number = max(o.Number, math.Abs(float64(v)))
	}
	return o
}

// notFinite returns the first entry that is not finite, or −1.
func notFinite[T kernel.Float](numbers []T) int {
	if sum := kernel.Total(numbers); sum-sum == 0 {
		return -1
	}
	return slices.IndexFunc(numbers, func(v T) bool { return v-v != 0 })
}
