package autodiff

import "fmt"

// View returns the numbers of an input or an output of a float64 program where they lie: what is written to an input
// there is set, as by [Workspace.Set], and what a run computes can be read there without a copy. It is nil for an input
// that the program does not need. It panics if v is neither input nor output, or if the program is one of float32.
func (ws *Workspace) View(v Value) []float64 {
	ws.check()
	at, ok := ws.p.find(v)
	if ws.p.precision != Float64 || !ok && (v.g != ws.p.graph || v.node().op != opInput) {
		panic(fmt.Sprintf("autodiff: View: %v is not an input or output of this program, of %v", v, ws.p.precision))
	}
	if !ok {
		return nil
	}
	ws.checkDone("View", v)
	if ws.unset[v.id] {
		ws.unset[v.id] = false
		ws.wants--
	}
	size := v.Size()
	return ws.f64[at : at+size : at+size]
}

// ViewParams is [Workspace.View] for parameters among the outputs, laid end to end. It is nil if they do not lie so,
// since one of them is an input, a constant or a part of another value, or is listed twice.
func (ws *Workspace) ViewParams(p Params) []float64 {
	ws.check()
	if p.Len() == 0 {
		return nil
	}
	from, to := -1, -1
	for k, v := range p.values {
		at, ok := ws.p.find(v)
		if !ok || ws.p.precision != Float64 {
			panic(fmt.Sprintf("autodiff: ViewParams: %v is not an output of this program, of %v", v, ws.p.precision))
		}
		if k == 0 {
			from, to = at, at
		}
		if at != to {
			return nil
		}
		to += v.Size()
	}
	return ws.f64[from:to:to]
}
