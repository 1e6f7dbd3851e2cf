package balance

import (
	"math"
	"math/rand/v2"
	"testing"
)

// combination returns Σᵢ wᵢpᵢ.
func combination(w []float64, p [][]float64) []float64 {
	d := make([]float64, len(p[0]))
	for i, v := range w {
		for k, x := range p[i] {
			d[k] += v * x
		}
	}
	return d
}

// nearestOfAll tries all sets of half-spaces on whose boundary d may lie, and returns the nearest feasible point, or nil.
func nearestOfAll(g square, b []float64, p [][]float64) (nearest []float64) {
	least := math.Inf(1)
	for set := range 1 << (g.m - 1) {
		f, row, v := new(pool).factor(g.m), make([]float64, g.m), make([]float64, g.m)
		var active []int
		var short []float64
		feasible := true
		for j := 1; j < g.m && feasible; j++ {
			if set>>(j-1)&1 == 1 {
				for k, i := range active {
					row[k] = g.at(i, j)
				}
				row[len(active)] = g.at(j, j)
				feasible = f.push(row, 1e-9*g.at(j, j))
				active, short = append(active, j), append(short, b[j]-g.at(0, j))
			}
		}
		if !feasible {
			continue
		}
		f.solve(short)
		for k, j := range active {
			v[j] = short[k]
		}
		moved := norm2(g, v)
		v[0] = 1
		for j := 1; j < g.m; j++ {
			feasible = feasible && v[j] >= 0 && inner(g.row(j), v) >= b[j]-1e-9
		}
		if feasible && moved < least {
			least, nearest = moved, combination(v, p)
		}
	}
	return nearest
}

// Against a search through all sets, on random unit vectors, every third time on a grid where many are equal, opposed,
// zero or made of others.
func TestHalfspacesAgainstAllSets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	empty, active := 0, 0
	for trial := range 2000 {
		m, n := 2+rng.IntN(6), 1+rng.IntN(5)
		p, b, tau := make([][]float64, m), make([]float64, m), []float64{0, 0.02, 0.3, 1}[rng.IntN(4)]
		for i := range p {
			p[i] = make([]float64, n)
			for k := range p[i] {
				p[i][k] = rng.NormFloat64()
				if trial%3 == 0 {
					p[i][k] = float64(rng.IntN(3) - 1)
				}
			}
			if length := math.Sqrt(inner(p[i], p[i])); length > 0 {
				for k := range p[i] {
					p[i][k] /= length
				}
			}
		}
		g := new(pool).square(m)
		for i := range m {
			for j := range m {
				g.set(i, j, inner(p[i], p[j]))
			}
			b[i] = tau * g.at(i, i)
		}
		h, v := newHalfspaces(new(pool), g, b), make([]float64, m)
		found, want := h.nearest(v), nearestOfAll(g, b, p)
		if found != (want != nil) {
			t.Errorf("trial %d, b = %v: found a point %v; there is %v, for %v", trial, b, found, want, p)
		}
		if want == nil || !found {
			empty++
			continue
		}
		active += len(h.active)
		size := 1.0
		for _, w := range v {
			size += w
		}
		for k, x := range combination(v, p) {
			if !(math.Abs(x-want[k]) <= 1e-12*size) {
				t.Errorf("trial %d, b = %v: %v, want %v, for %v", trial, b, combination(v, p), want, p)
				break
			}
		}
	}
	if empty < 100 || active < 1000 {
		t.Errorf("%d trials without a point, %d active half-spaces: too few", empty, active)
	}
}
