package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// naiveGRU is the formula, number by number, from the state h.
func naiveGRU(u GRU, theta, x, h []float64) (states []float64) {
	p := NewParams(u.Shapes(), theta)
	w, of, b, cn := p.View("W"), p.View("U"), p.View("b"), p.View("cn")
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	for row := range slices.Chunk(x, u.Inputs) {
		next := make([]float64, u.Units)
		for k := range next {
			var in, from [3]float64 // of r, z, and the candidate
			for gate := range 3 {
				at := gate*u.Units + k
				in[gate] = b.At(0, at)
				for i, v := range row {
					in[gate] += v * w.At(i, at)
				}
				for i, v := range h {
					from[gate] += v * of.At(i, at)
				}
			}
			r, z := sigmoid(in[0]+from[0]), sigmoid(in[1]+from[1])
			next[k] = (1-z)*math.Tanh(in[2]+r*(from[2]+cn.At(0, k))) + z*h[k]
		}
		h = next
		states = append(states, next...)
	}
	return states
}

func TestGRU(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for _, u := range []GRU{{1, 1, nil}, {3, 2, nil}, {2, 5, HeNormal{}}} {
		const n = 6
		theta, x, h := normals(rng, Size(u.Shapes())), normals(rng, n*u.Inputs), normals(rng, u.Units)
		nearLargest(t, "states", run(u, theta, x, n), naiveGRU(u, theta, x, make([]float64, u.Units)))
		g := autodiff.New()
		p, in, state := g.Params(u.Shapes()), g.Const(n, u.Inputs, x), g.Const(1, u.Units, h)
		read := u.Read(p, in, state)
		// Rows as steps of sequences side by side, all from that state, make the first state of each.
		side := u.Step(p, in, state.BroadcastTo(n, u.Units))
		ws := autodiff.Compile(read, side).NewWorkspace()
		ws.Set(p, theta)
		ws.Run()
		nearLargest(t, "states from h", ws.Read(read, nil), naiveGRU(u, theta, x, h))
		var want []float64
		for row := range slices.Chunk(x, u.Inputs) {
			want = append(want, naiveGRU(u, theta, row, h)...)
		}
		nearLargest(t, "states side by side", ws.Read(side, nil), want)
		checkSlopes(t, u, theta, x, n)
	}
}

// Each of the six matrices is drawn by itself, so that its size is that of one gate.
func TestGRUStart(t *testing.T) {
	u := GRU{Inputs: 50, Units: 40}
	theta := u.Init(rand.New(rand.NewPCG(9, 0)))
	p := NewParams(u.Shapes(), theta)
	for name, rows := range map[string]int{"W": 50, "U": 40} {
		largest := 0.0
		m := p.View(name)
		for _, v := range m.RawMatrix().Data {
			largest = max(largest, math.Abs(v))
		}
		if limit := math.Sqrt(6 / float64(rows+40)); largest > limit || largest < 0.99*limit {
			t.Errorf("the largest entry of %s is %v, that of GlorotUniform for a gate %v", name, largest, limit)
		}
	}
	for _, v := range append(p.View("b").RawMatrix().Data, p.View("cn").RawMatrix().Data...) {
		if v != 0 {
			t.Errorf("a bias begins with %v", v)
		}
	}
}
