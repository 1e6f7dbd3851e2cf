package autodiff

import (
	"fmt"
	"runtime"
	"slices"

	"kindred/internal/kernel"
)

// A Workspace holds the numbers of one run of a program. It must not be used by two goroutines at once; make one for
// each.
type Workspace struct {
	p     *Program
	f64   []float64 // its numbers, if the program is one of float64
	f32   []float32
	runs  runner // the program, on those numbers
	unset []bool // by node: inputs that were never set
	wants int    // how many

	noise    noiseKey
	noiseSet bool
	stopped  bool // the last run was given up
}

// NewWorkspace returns a workspace; no input of it is set.
func (p *Program) NewWorkspace() *Workspace {
	p.check()
	ws := &Workspace{p: p, unset: make([]bool, len(p.at)), wants: len(p.input)}
	workers := runtime.GOMAXPROCS(0)
	size := p.size + p.own*workers
	if p.precision == Float32 {
		ws.f32 = make([]float32, size)
		ws.runs = newMemory(p, workers, ws.f32)
	} else {
		ws.f64 = make([]float64, size)
		ws.runs = newMemory(p, workers, ws.f64)
	}
	for _, c := range p.consts {
		ws.write(c.at, c.data)
	}
	for _, id := range p.input {
		ws.unset[id] = true
	}
	return ws
}

// check panics for a program that no call of Compile returned.
func (p *Program) check() {
	if p == nil || p.graph == nil {
		panic("autodiff: the zero Program computes nothing; make one with Compile")
	}
}

// check panics for a workspace that no program made.
func (ws *Workspace) check() {
	if ws == nil || ws.p == nil {
		panic("autodiff: the zero Workspace belongs to no program; make one with Program.NewWorkspace")
	}
}

// find returns where an input or output lies in a workspace.
func (p *Program) find(v Value) (at int, ok bool) {
	if v.g != p.graph || int(v.id) >= len(p.at) {
		return 0, false
	}
	at = p.at[v.id]
	return at, at >= 0
}

// Set copies data into an input, or into parameters laid end to end. It panics if the length is not theirs or if what
// is given is not an input. An input that the program does not need is passed over.
func (ws *Workspace) Set(input Output, data []float64) {
	ws.check()
	rest := data
	var one [1]Value
	values := valuesOf(input, &one)
	for _, v := range values {
		n := v.node()
		if v.g != ws.p.graph || n.op != opInput {
			panic(fmt.Sprintf("autodiff: Set: %v is not an input of this program", v))
		}
		size := n.rows * n.cols
		if len(rest) < size {
			panic(fmt.Sprintf("autodiff: Set: %v needs %d numbers, got %d", v, size, len(rest)))
		}
		if at, ok := ws.p.find(v); ok {
			ws.write(at, rest[:size])
			if ws.unset[v.id] {
				ws.unset[v.id] = false
				ws.wants--
			}
		}
		rest = rest[size:]
	}
	if len(rest) > 0 {
		panic(fmt.Sprintf("autodiff: Set: %d numbers, %d more than the input holds", len(data), len(rest)))
	}
}

// Run computes all outputs; large products are divided among the processors that are free. It panics if an input that
// the program needs was never set, or random numbers that it draws were not chosen by [Workspace.SetNoise].
func (ws *Workspace) Run() {
	ws.check()
	ws.checkSet("Run")
	_ = ws.run(never) // which is never given up
}

// checkSet panics unless all that a run needs was set.
func (ws *Workspace) checkSet(what string) {
	if ws.wants > 0 {
		id := int32(slices.Index(ws.unset, true))
		panic(fmt.Sprintf("autodiff: %s: input %v was never set", what, Value{ws.p.graph, id}))
	}
	if ws.p.noisy && !ws.noiseSet {
		panic(fmt.Sprintf("autodiff: %s: the program draws random numbers, and which was never set; call SetNoise", what))
	}
}

// Read copies an output, or an input, into dst and returns it; a nil dst is allocated. Parameters are laid end to end.
func (ws *Workspace) Read(output Output, dst []float64) []float64 {
	ws.check()
	var one [1]Value
	values := valuesOf(output, &one)
	size := 0
	for _, v := range values {
		size += v.Size()
	}
	if dst == nil {
		dst = make([]float64, size)
	}
	if len(dst) != size {
		panic(fmt.Sprintf("autodiff: Read: %d numbers into a slice of length %d", size, len(dst)))
	}
	rest := dst
	for _, v := range values {
		at, ok := ws.p.find(v)
		if !ok {
			panic(fmt.Sprintf("autodiff: Read: %v is not an output of this program", v))
		}
		ws.checkDone("Read", v)
		n := v.Size()
		ws.read(rest[:n], at)
		rest = rest[n:]
	}
	return dst
}

// Scalar returns an output of one entry.
func (ws *Workspace) Scalar(v Value) float64 {
	if v.Size() != 1 {
		panic(fmt.Sprintf("autodiff: Scalar: %v has %d entries", v, v.Size()))
	}
	var one [1]float64
	return ws.Read(v, one[:])[0]
}

func (ws *Workspace) read(data []float64, at int) {
	if ws.p.precision == Float32 {
		kernel.Widen(data, ws.f32[at:at+len(data)])
		return
	}
	copy(data, ws.f64[at:at+len(data)])
}

func (ws *Workspace) write(at int, data []float64) {
	if ws.p.precision == Float32 {
		kernel.Narrow(ws.f32[at:at+len(data)], data)
		return
	}
	copy(ws.f64[at:at+len(data)], data)
}

// valuesOf lists the values of an output without allocating: a single value goes into one.
func valuesOf(o Output, one *[1]Value) []Value {
	switch o := o.(type) {
	case Value:
		one[0] = o
		return one[:]
	case Params:
		return o.values
	case nil:
		panic("autodiff: neither a Value nor Params are given, but nil")
	}
	return o.outputs()
}
