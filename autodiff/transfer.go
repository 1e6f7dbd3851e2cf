package autodiff

import (
	"runtime"

	"kindred/internal/kernel"
	"kindred/internal/team"
)

// A transfer is numbers on their way into a workspace or out of it, in portions, side by side, if they are many.
type transfer struct {
	data    []float64
	at      int
	in      bool
	job     team.Job
	portion func(worker, k int) // ws.move, once
}

// A portion has so many numbers. Fewer than leastDivided are moved as a whole.
const (
	transferred  = 1 << 12
	leastDivided = 1 << 14
)

func (ws *Workspace) read(data []float64, at int) { ws.carry(data, at, false) }

func (ws *Workspace) write(at int, data []float64) { ws.carry(data, at, true) }

func (ws *Workspace) carry(data []float64, at int, in bool) {
	t := &ws.transfer
	t.data, t.at, t.in = data, at, in
	if len(data) < leastDivided {
		ws.move(0, len(data))
	} else {
		if t.portion == nil {
			t.portion = func(_, k int) { ws.move(k*transferred, min((k+1)*transferred, len(t.data))) }
		}
		t.job.Do((len(data)+transferred-1)/transferred, runtime.GOMAXPROCS(0), t.portion)
	}
	t.data = nil
}

// move moves the numbers from one up to another.
func (ws *Workspace) move(from, to int) {
	t := &ws.transfer
	data, from, to := t.data[from:to], t.at+from, t.at+to
	switch {
	case ws.p.precision == Float32 && t.in:
		kernel.Narrow(ws.f32.mem[from:to], data)
	case ws.p.precision == Float32:
		kernel.Widen(data, ws.f32.mem[from:to])
	case t.in:
		copy(ws.f64.mem[from:to], data)
	default:
		copy(data, ws.f64.mem[from:to])
	}
}
