package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/autodiff"
)

// naiveDSelectK is the gate of a row expert by expert, and its two sums, from its z and w.
func naiveDSelectK(d DSelectK, z, w []float64) (gate []float64, entropy, inverse float64) {
	m := len(z) / d.K
	total := 0.0
	for _, v := range w {
		total += math.Exp(v)
	}
	gate = make([]float64, d.Experts)
	for j := range d.K {
		sum := 0.0
		for i := range gate {
			r := 1.0
			for b := range m {
				t := z[j*m+b]
				s := -2*math.Pow(t/d.Gamma, 3) + 1.5*t/d.Gamma + 0.5
				if t >= d.Gamma/2 {
					s = 1
				} else if t <= -d.Gamma/2 {
					s = 0
				}
				if i>>b&1 == 0 {
					s = 1 - s
				}
				r *= s
			}
			gate[i] += math.Exp(w[j]) / total * r
			if r > 0 {
				entropy -= r * math.Log(r)
			}
			sum += r
		}
		inverse += 1 / max(sum, 1e-9)
	}
	return gate, entropy, inverse
}

func TestDSelectK(t *testing.T) {
	const rows = 7
	rng := rand.New(rand.NewPCG(6, 0))
	for _, d := range []DSelectK{
		{0, 2, 1, 1, 0.3, 0.7}, {0, 6, 3, 0.5, 0.3, 0.7}, {0, 8, 2, 2, 0.3, 0}, {3, 4, 1, 1, 0, 0.7}, {3, 5, 2, 1.3, 0.3, 0.7},
		{3, 16, 4, 1, 0.3, 0.7},
	} {
		t.Run(fmt.Sprintf("%d inputs, %d of %d", d.Inputs, d.K, d.Experts), func(t *testing.T) {
			theta, x := normals(rng, Size(d.Shapes())), normals(rng, rows*3)
			for k := range theta { // between the ends of the step, most of them
				theta[k] *= 0.1 * d.Gamma
			}
			all := slopes(d, theta, x, rows, autodiff.Float64)
			n, m := rows*d.Experts, d.bits()
			sum, weights := all[len(all)-1], normals(rand.New(rand.NewPCG(9, 0)), n)
			penalties := sum
			for k, v := range all[:n] {
				penalties -= v * weights[k]
			}
			var gates []float64
			entropies, inverses := 0.0, 0.0
			for row := range slices.Chunk(x, 3) {
				z, w := theta[:d.K*m], theta[d.K*m:]
				if d.Inputs > 0 {
					z = affine(row, theta[:3*d.K*m], theta[3*d.K*m:4*d.K*m])
					w = affine(row, theta[4*d.K*m:4*d.K*m+3*d.K], theta[4*d.K*m+3*d.K:])
				}
				gate, entropy, inverse := naiveDSelectK(d, z, w)
				gates, entropies, inverses = append(gates, gate...), entropies+entropy/rows, inverses+inverse/rows
			}
			nearLargest(t, "gates", all[:n], gates)
			want := d.Entropy * entropies
			if d.Experts&(d.Experts-1) != 0 {
				want += d.Inverse * inverses
			}
			if math.Abs(penalties-want) > 1e-12*(math.Abs(want)+math.Abs(sum)) {
				t.Errorf("penalties of %v, want %v", penalties, want)
			}
			checkSlopes(t, d, theta, x, rows)
		})
	}
}

// affine returns x·W + b.
func affine(x, w, b []float64) []float64 {
	out := slices.Clone(b)
	for r, v := range x {
		for c := range out {
			out[c] += v * w[r*len(b)+c]
		}
	}
	return out
}

// Beyond the step the choice is final: one expert each, exactly, no entropy, and no slope by z, whatever γ is.
func TestDSelectKEndsHard(t *testing.T) {
	for _, gamma := range []float64{1, 0.3, 7} {
		d := DSelectK{Experts: 4, K: 2, Gamma: gamma, Entropy: 1}
		h := gamma / 2
		theta := []float64{h, -h, 2 * h, 3 * h /* experts 1 and 3 */, 0, 0}
		all := slopes(d, theta, make([]float64, 2), 2, autodiff.Float64)
		if want := []float64{0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5}; !slices.Equal(all[:8], want) {
			t.Errorf("γ %v: gates %v, want %v", gamma, all[:8], want)
		}
		for k, v := range all[8:12] {
			if math.Abs(v) > 1e-12/gamma {
				t.Errorf("γ %v: slope %v by z %d, want 0", gamma, v, k)
			}
		}
		for k, v := range all {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("γ %v: number %d is %v", gamma, k, v)
			}
		}
	}
}

// A selector that has left the experts which exist leaves finite numbers.
func TestDSelectKOutside(t *testing.T) {
	d := NewDSelectK(0, 5, 2)
	d.Entropy = 1
	theta := []float64{9, 9, 9 /* expert 7 */, -9, -9, 9 /* expert 4 */, 0, 0}
	all := slopes(d, theta, []float64{0}, 1, autodiff.Float64)
	if want := []float64{0, 0, 0, 0, 0.5}; !slices.Equal(all[:5], want) {
		t.Errorf("gates %v, want %v", all[:5], want)
	}
	if k := slices.IndexFunc(all, func(v float64) bool { return v-v != 0 }); k >= 0 {
		t.Errorf("number %d is %v", k, all[k])
	}
}

// With an entropy penalty a gate among six comes to choose at most two that exist, and those whose sum is wanted.
func TestDSelectKLearnsToChoose(t *testing.T) {
	d := NewDSelectK(0, 6, 2)
	d.Entropy = 0.01
	g := autodiff.New()
	tr := NewTrace(g, true)
	p, x := g.Params(d.Shapes()), g.Input("x", 1, 1)
	gate := d.Apply(tr, p, x)
	loss := gate.Sub(g.Const(1, 6, []float64{0, 0.5, 0, 0, 0.5, 0})).Square().Sum()
	for _, penalty := range tr.Penalties() {
		loss = loss.Add(penalty.Value)
	}
	if n := len(tr.Penalties()); n != 2 {
		t.Fatalf("%d penalties, want 2", n)
	}
	grad := autodiff.GradParams(loss, p)
	ws := autodiff.Compile(gate, grad).NewWorkspace()
	theta := d.Init(rand.New(rand.NewPCG(1, 0)))
	opt := NewOptimizer(NewAdam(0.02), d.Shapes())
	for range 500 {
		ws.Set(p, theta)
		ws.Run()
		if err := opt.Step(theta, ws.Read(grad, nil), 1, nil); err != nil {
			t.Fatal(err)
		}
	}
	sum, chosen := 0.0, 0
	for _, v := range ws.Read(gate, nil) {
		sum += v
		if v > 0.01 {
			chosen++
		}
	}
	if chosen < 1 || chosen > 2 || math.Abs(sum-1) > 0.01 {
		t.Errorf("the gate is %v, want at most two experts and a sum of 1", ws.Read(gate, nil))
	}
}

// Gates of two tasks have penalties of their own, in scopes of their own; one scope for both is refused.
func TestDSelectKPenaltiesOfEachTask(t *testing.T) {
	d := DSelectK{Experts: 4, K: 1, Gamma: 1, Entropy: 1}
	g := autodiff.New()
	tr := NewTrace(g, true)
	x := g.Input("x", 2, 1)
	for _, name := range []string{"gate1", "gate2", "gate1"} { // the first one twice, as for the rows of two tasks
		theta := g.Params([]autodiff.Shape{{Name: name + ".z", Rows: 1, Cols: 2}, {Name: name + ".w", Rows: 1, Cols: 1}})
		d.Apply(tr.Scope(name), theta, x)
	}
	var names []string
	for _, p := range tr.Penalties() {
		names = append(names, p.Name)
	}
	if want := []string{"gate1.entropy", "gate2.entropy"}; !slices.Equal(names, want) {
		t.Errorf("penalties %q, want %q", names, want)
	}
}
