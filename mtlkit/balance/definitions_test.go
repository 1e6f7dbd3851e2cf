package balance_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// GradDrop, recomputed entry by entry from its definition and the documented generator.
func TestGradDropByDefinition(t *testing.T) {
	const m, n = 4, 1300 // over two blocks
	j := normal(m, n, 1)
	for k := range m {
		j.Set(k, 5, 0) // an entry that is 0 in all gradients
		j.Set(k, 6, math.Abs(j.At(k, 6)))
	}
	square := func(p float64) float64 { return p * p }
	for _, b := range []balance.GradDrop{{Seed: 9}, {Seed: 9, F: square}, {Seed: 9, Leak: []float64{0, 0.25, 0.5, 1}}} {
		state := start(b, m, n)
		for step := range uint64(3) {
			d := make([]float64, n)
			if err := balance.Aggregate(d, b, j, nil, state); err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(9, step))
			for k := range n {
				sum, size := 0.0, 0.0
				for i := range m {
					sum += j.At(i, k)
					size += math.Abs(j.At(i, k))
				}
				u, p := rng.Float64(), 0.5*(1+sum/size)
				if b.F != nil {
					p = b.F(p)
				}
				want := 0.0
				for i := range m {
					g, leak, mask := j.At(i, k), 0.0, 0.0
					if b.Leak != nil {
						leak = b.Leak[i]
					}
					if p > u && g > 0 || p < u && g < 0 {
						mask = 1
					}
					want += (leak + (1-leak)*mask) * g
				}
				if math.Abs(d[k]-want) > 1e-14 {
					t.Fatalf("step %d, entry %d: %v, want %v", step, k, d[k], want)
				}
			}
			if d[5] != 0 || d[6] == 0 {
				t.Errorf("entries %v and %v, want 0 and all of it", d[5], d[6])
			}
		}
	}
}

// nearestOnSimplex is the projection by bisection on what is taken off.
func nearestOnSimplex(x []float64) []float64 {
	lo, hi := floats.Min(x)-1, floats.Max(x)
	p := make([]float64, len(x))
	for range 200 {
		off := (lo + hi) / 2
		for i, v := range x {
			p[i] = max(v-off, 0)
		}
		if floats.Sum(p) > 1 {
			lo = off
		} else {
			hi = off
		}
	}
	return p
}

func threeBatches(m, n int) []*mat.Dense {
	truth := normal(m, n, 2)
	jacs := make([]*mat.Dense, 3)
	for i := range jacs {
		jacs[i] = normal(m, n, uint64(3+i))
		jacs[i].Add(jacs[i], truth)
	}
	return jacs
}

func transposeTimes(j *mat.Dense, w []float64) []float64 {
	var d mat.VecDense
	d.MulVec(j.T(), mat.NewVecDense(len(w), w))
	return d.RawVector().Data
}

func TestMoDoByDefinition(t *testing.T) {
	const m, n = 4, 9
	jacs := threeBatches(m, n)
	b := balance.MoDo{Rate: 0.2, Rho: 0.1}
	state, w := start(b, m, n), []float64{0.25, 0.25, 0.25, 0.25}
	moved := false
	for range 10 {
		d := make([]float64, n)
		if err := new(balance.Aggregation).ApplyBatches(d, b, jacs, state); err != nil {
			t.Fatal(err)
		}
		var slope mat.VecDense
		slope.MulVec(jacs[0], mat.NewVecDense(n, transposeTimes(jacs[1], w)))
		for i := range w {
			w[i] -= 0.2 * (slope.AtVec(i) + 0.1*w[i])
		}
		w = nearestOnSimplex(w)
		near(t, "weights", state.Memory, w, 1e-13)
		near(t, "direction", d, transposeTimes(jacs[2], w), 1e-12)
		moved = moved || floats.Min(w) == 0
	}
	if !moved {
		t.Error("no weight reached 0: the projection did nothing")
	}
}

func TestSDMGradByDefinition(t *testing.T) {
	const m, n = 4, 9
	jacs := threeBatches(m, n)
	for _, b := range []balance.SDMGrad{
		{Lambda: 0.3, Steps: 5, Rate: 0.3, Momentum: 0.5}, {Lambda: 0.3, Steps: 3, Rate: 0.01, Unscaled: true},
		{Steps: 20, Rate: 5},
	} {
		state, w := start(b, m, n), []float64{0.25, 0.25, 0.25, 0.25}
		for range 3 {
			d := make([]float64, n)
			if err := new(balance.Aggregation).ApplyBatches(d, b, jacs, state); err != nil {
				t.Fatal(err)
			}
			var h mat.Dense
			h.Mul(jacs[0], jacs[1].T())
			scale := 0.0
			for i := range m {
				scale += math.Sqrt(max(h.At(i, i), 0)) / m
			}
			if b.Unscaled {
				scale = 1
			}
			speed := make([]float64, m)
			for range b.Steps {
				pulled := slices.Clone(w)
				floats.AddConst(b.Lambda/m, pulled)
				var slope mat.VecDense
				slope.MulVec(&h, mat.NewVecDense(m, pulled))
				for i := range w {
					speed[i] = b.Momentum*speed[i] + slope.AtVec(i)/(scale*scale)
					w[i] -= b.Rate * speed[i]
				}
				w = nearestOnSimplex(w)
			}
			near(t, "weights", state.Memory, w, 1e-11)
			pulled := slices.Clone(w)
			floats.AddConst(b.Lambda/m, pulled)
			want := transposeTimes(jacs[2], pulled)
			floats.Scale(1/(1+b.Lambda), want)
			near(t, "direction", d, want, 1e-10)
		}
	}
}

// A shuffled PCGrad gives, in every step, one of the results that orders can give, not always the same one, and the
// same when it starts again.
func TestPCGradShuffles(t *testing.T) {
	j := mat.NewDense(3, 3, []float64{1, 0, 0.1, -0.9, 1, 0.1, 0.2, -1, 0.1})
	b := balance.PCGrad{Shuffle: true, Seed: 4}
	// For three tasks there are two orders for each of three gradients.
	var possible [][]float64
	for bits := range 8 {
		d := make([]float64, 3)
		for i := range 3 {
			others := []int{(i + 1) % 3, (i + 2) % 3}
			if bits>>i&1 == 1 {
				slices.Reverse(others)
			}
			p := slices.Clone(j.RawRowView(i))
			for _, o := range others {
				g := j.RawRowView(o)
				if along := floats.Dot(p, g); along < 0 {
					floats.AddScaled(p, -along/floats.Dot(g, g), g)
				}
			}
			floats.Add(d, p)
		}
		possible = append(possible, d)
	}
	var first [][]float64
	for range 2 {
		seen := map[int]bool{}
		state := start(b, 3, 3)
		for step := range 40 {
			d := make([]float64, 3)
			if err := balance.Aggregate(d, b, j, nil, state); err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(possible, func(p []float64) bool { return floats.Distance(p, d, 2) < 1e-14 })
			if at < 0 {
				t.Fatalf("%v is not what any order gives", d)
			}
			seen[at] = true
			if len(first) <= step {
				first = append(first, d)
			} else if !slices.Equal(first[step], d) {
				t.Errorf("step %d: %v, and %v when started again", step, first[step], d)
			}
		}
		if len(seen) < 3 {
			t.Errorf("40 steps drew %d of the orders", len(seen))
		}
	}
}

// A shuffled GradVac with Beta = 0 is a shuffled PCGrad, of the same draws.
func TestGradVacWithoutMemoryIsPCGrad(t *testing.T) {
	j := normal(5, 4, 8)
	vac, pc := balance.GradVac{Shuffle: true, Seed: 1}, balance.PCGrad{Shuffle: true, Seed: 1}
	vs, ps := start(vac, 5, 4), start(pc, 5, 4)
	for range 5 {
		d, want := make([]float64, 4), make([]float64, 4)
		if err := balance.Aggregate(d, vac, j, nil, vs); err != nil {
			t.Fatal(err)
		}
		if err := balance.Aggregate(want, pc, j, nil, ps); err != nil {
			t.Fatal(err)
		}
		near(t, "direction", d, want, 1e-12)
	}
}

// Nash-MTL that keeps its weights for two further steps finds new ones in every third.
func TestNashMTLKeepsWeights(t *testing.T) {
	b, fresh := balance.NashMTL{Keep: 2, MaxNorm: 1}, balance.NashMTL{}
	state := start(b, 3, 8)
	var kept []float64
	for step := range 7 {
		j := normal(3, 8, uint64(20+step))
		if step%3 == 0 {
			kept, _, _, _ = weigh(t, fresh, j)
			kept = slices.Clone(kept)
		}
		d := make([]float64, 8)
		if err := balance.Aggregate(d, b, j, nil, state); err != nil {
			t.Fatal(err)
		}
		want := aggregate(t, balance.Constant{Weights: kept}, j)
		if norm := floats.Norm(want, 2); norm > 1 {
			floats.Scale(1/norm, want)
		}
		near(t, "direction", d, want, 1e-12)
	}
}

// The published variants that fields choose between.
func TestAggregatorVariants(t *testing.T) {
	j := normal(3, 6, 11)
	scaled := func(factor float64, d []float64) []float64 { floats.Scale(factor, d); return d }
	near(t, "PCGrad, mean", aggregate(t, balance.PCGrad{Mean: true}, j),
		scaled(1./3, aggregate(t, balance.PCGrad{}, j)), 1e-14)
	near(t, "GradVac, mean", aggregate(t, balance.GradVac{Mean: true}, j),
		scaled(1./3, aggregate(t, balance.GradVac{}, j)), 1e-14)
	near(t, "CAGrad by 1 + C²", aggregate(t, balance.CAGrad{C: 0.4, Rescale: balance.CAGradBySquare}, j),
		scaled(1/1.16, aggregate(t, balance.CAGrad{C: 0.4}, j)), 1e-14)
	near(t, "CAGrad by 1 + C", aggregate(t, balance.CAGrad{C: 0.4, Rescale: balance.CAGradByRadius}, j),
		scaled(1/1.4, aggregate(t, balance.CAGrad{C: 0.4}, j)), 1e-14)
	near(t, "CAGrad, C = 0", aggregate(t, balance.CAGrad{}, j), aggregate(t, balance.Mean{}, j), 0)
	near(t, "Krum, all selected", aggregate(t, balance.Krum{Select: 3}, j), aggregate(t, balance.Mean{}, j), 1e-15)
	near(t, "UPGrad, preference", aggregate(t, balance.UPGrad{Pref: []float64{1, 1, 1}}, j),
		scaled(3, aggregate(t, balance.UPGrad{}, j)), 1e-14)

	// MGDA of scaled gradients gives the weights for the gradients as they are.
	losses := []float64{0.5, 2, 4}
	for scale, by := range map[balance.MGDAScale]func(i int) float64{
		balance.MGDAByNorm:          func(i int) float64 { return floats.Norm(j.RawRowView(i), 2) },
		balance.MGDAByLoss:          func(i int) float64 { return losses[i] },
		balance.MGDAByNormTimesLoss: func(i int) float64 { return losses[i] * floats.Norm(j.RawRowView(i), 2) },
	} {
		divided := mat.DenseCopyOf(j)
		for i := range 3 {
			floats.Scale(1/by(i), divided.RawRowView(i))
		}
		w, _, _, _ := weigh(t, balance.MGDA{}, divided)
		d := make([]float64, 6)
		if err := balance.Aggregate(d, balance.MGDA{Scale: scale}, j, losses, start(balance.MGDA{}, 3, 6)); err != nil {
			t.Fatal(err)
		}
		near(t, "MGDA, scaled", d, aggregate(t, balance.Constant{Weights: w}, j), 1e-13)
	}
}

// With TorchJD's regulariser in place, its values: the exact ones differ by up to tens of percent. TorchJD returns the
// mean when trace(G) < 1e-4, which is not done here, and divides by nothing when G is 0.
func TestGoldenRegularized(t *testing.T) {
	ran := 0
	for _, c := range loadAggregatorCases(t) {
		j := c.jacobian()
		if norm := floats.Norm(j.RawMatrix().Data, 2); norm*norm < 1e-4 {
			continue
		}
		for name, b := range map[string]balance.Balancer{
			"UPGrad": balance.UPGrad{Reg: 1e-4}, "DualProj": balance.DualProj{Reg: 1e-4},
		} {
			if want := c.Outputs[name].TorchJD; want != nil {
				t.Run(name+"/"+c.Name, func(t *testing.T) {
					ran++
					near(t, "direction", aggregate(t, b, j), want, 100*c.tolerance(want)) // its solver stops at about 1e-8
				})
			}
		}
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}
