package acting

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mathext"
)

// Thompson is Thompson sampling: it pulls an arm with the probability that this arm is the best one, given what is
// known,
//
//	p(arm) = ∫₀¹ f_arm(x) · Π over other arms F(x) dx
//
// with the density f and the distribution F of Beta(wins + 1, losses + 1). That is what drawing a number from each and
// pulling the arm of the largest does; here the integral is computed, a polynomial by Gauss-Legendre nodes, exact to
// rounding, so that [Bandit.Value] has no chance in it.
//
// The zero Thompson is ready; it remembers densities, so hand on a pointer to it.
//
// Reference: Thompson. On the likelihood that one unknown probability exceeds another in view of the evidence of two
// samples. Biometrika 25, 1933.
type Thompson struct {
	mu     sync.Mutex
	tables map[int]*betas // by the number of nodes
}

var _ Player = new(Thompson)

// Betas are densities and distributions at nodes.
type betas struct {
	x, weight []float64
	of        map[Tally]*beta
}

type beta struct{ density, distribution []float64 }

// Choose implements [Player].
func (t *Thompson) Choose(p []float64, arms []Tally, left int) {
	checkState("Thompson.Choose", arms, left)
	t.mu.Lock()
	defer t.mu.Unlock()
	degree := len(arms) - 1
	for _, a := range arms {
		degree += a.Pulls()
	}
	table := t.table(degree/2 + 1) // n nodes are exact up to the degree 2n − 1
	of := make([]*beta, len(arms))
	for k, a := range arms {
		of[k] = table.at(a)
	}
	clear(p)
	total := 0.0
	for i, w := range table.weight {
		for k := range arms {
			product := w * of[k].density[i]
			for j := range arms {
				if j != k {
					product *= of[j].distribution[i]
				}
			}
			p[k] += product
		}
	}
	for _, v := range p {
		total += v
	}
	for k := range p {
		p[k] /= total // 1 but for rounding
	}
}

func (t *Thompson) table(nodes int) *betas {
	nodes = (nodes + 15) / 16 * 16 // a few tables serve all
	if t.tables == nil {
		t.tables = map[int]*betas{}
	}
	if t.tables[nodes] == nil {
		b := &betas{x: make([]float64, nodes), weight: make([]float64, nodes), of: map[Tally]*beta{}}
		quad.Legendre{}.FixedLocations(b.x, b.weight, 0, 1)
		t.tables[nodes] = b
	}
	return t.tables[nodes]
}

func (b *betas) at(t Tally) *beta {
	if known, ok := b.of[t]; ok {
		return known
	}
	v := &beta{make([]float64, len(b.x)), make([]float64, len(b.x))}
	alpha, beta := float64(t.Wins+1), float64(t.Losses+1)
	scale := mathext.Lbeta(alpha, beta)
	for i, x := range b.x {
		v.density[i] = math.Exp((alpha-1)*math.Log(x) + (beta-1)*math.Log1p(-x) - scale)
		v.distribution[i] = mathext.RegIncBeta(alpha, beta, x)
	}
	b.of[t] = v
	return v
}
