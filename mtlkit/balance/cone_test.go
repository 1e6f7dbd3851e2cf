package balance

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// nearestInCone tries all sets of gradients to be orthogonal to, and takes the nearest point that hurts nobody.
func nearestInCone(j *mat.Dense, x []float64) []float64 {
	m, n := j.Dims()
	var best []float64
	for bits := range 1 << m {
		d := append([]float64(nil), x...)
		if bits > 0 {
			rows := subset(j, bits)
			k, _ := rows.Dims()
			if k > n {
				continue
			}
			var lambda mat.VecDense
			if lambda.SolveVec(rows.T(), mat.NewVecDense(n, x)) != nil {
				continue
			}
			for i := range k {
				floats.AddScaled(d, -lambda.AtVec(i), rows.RawRowView(i))
			}
		}
		ok := true
		for i := range m {
			ok = ok && floats.Dot(d, j.RawRowView(i)) > -1e-12
		}
		if ok && (best == nil || floats.Distance(d, x, 2) < floats.Distance(best, x, 2)) {
			best = d
		}
	}
	return best
}

func TestDualConeAgainstAllSubsets(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	for trial := range 300 {
		m, n := 1+rng.IntN(6), 1+rng.IntN(7)
		j := normalDense(m, n, uint64(1000+trial))
		u, v := make([]float64, m), make([]float64, m)
		for i := range u {
			u[i] = rng.Float64()
		}
		tmp := borrow()
		c := newDualCone(tmp, gramOf(j))
		c.project(v, u)
		tmp.release()
		got, want := rowsum(j, v), nearestInCone(j, rowsum(j, u))
		if floats.Distance(got, want, 2) > 1e-11 {
			t.Errorf("trial %d: %v, want %v", trial, got, want)
		}
	}
}

// plainGram returns the inner products of the rows of j by plain loops, with the same roundings everywhere.
func plainGram(j *mat.Dense) square {
	m, _ := j.Dims()
	g := square{m, make([]float64, m*m)}
	for i := range m {
		for k := range m {
			g.set(i, k, inner(j.RawRowView(i), j.RawRowView(k)))
		}
	}
	return g
}

// projected returns the projection of Σᵢ uᵢgᵢ on the dual cone of the rows of j.
func projected(j *mat.Dense, u ...float64) []float64 {
	tmp := borrow()
	defer tmp.release()
	v := make([]float64, len(u))
	c := newDualCone(tmp, plainGram(j))
	c.project(v, u)
	return rowsum(j, v)
}

// A hurt far below what a glance at the lengths would see is a hurt all the same, down to a few units of rounding:
// (1, 0) hurts (−1e−10, 1) by 1e-10 and goes to (1 − 1e−20, 1e−10).
func TestDualConeSeesSmallHurts(t *testing.T) {
	d := projected(mat.NewDense(2, 2, []float64{1, 0, -1e-10, 1}), 1, 0)
	if d[0] != 1 || math.Abs(d[1]-1e-10) > 1e-15 {
		t.Errorf("%v, want (1, 1e-10)", d)
	}
}

// Two gradients 3e-5 apart are independent: their inner products tell them apart, 9e-10 being far above rounding. Both
// are needed to bring (−1, −1e−5, 1) to the nearest point that hurts neither, (0, 0, 1).
func TestDualConeTellsNearlyParallelGradientsApart(t *testing.T) {
	const angle = 3e-5
	d := projected(mat.NewDense(3, 3, []float64{
		-1, -1e-5, 1,
		1, 0, 0,
		math.Cos(angle), math.Sin(angle), 0,
	}), 1, 0, 0)
	// Rounding of the inner products, 2⁻⁵², over 9e-10 is 2.5e-7 of the weights, which multiply 3e-5.
	if want := []float64{0, 0, 1}; floats.Distance(d, want, 2) > 1e-10 {
		t.Errorf("%v, want %v", d, want)
	}
}

// A gradient that rounding makes look dependent on the active ones is left aside, and the others are still heard. Each
// of these has rows 2e-6 or 3e-6 apart, and 0 alone serves all; d is right up to 2⁻⁵² over the square of that beside
// the lengths, which are 9.7 and 8.3: 2.4e-4 and 4.6e-4, and some tens of roundings. It is off by 0.7 and by 2 if the
// gradient left aside is tried over and over.
func TestDualConeLeavesDependentGradientsAside(t *testing.T) {
	for _, c := range []struct {
		j   []float64
		u   []float64
		tol float64
	}{
		{[]float64{-1, 1, 1, -1, 1, 1.000003, 2, -2, -2, -2.000002, 2, 2, 0, 2, 2, 0, 2, 1}, []float64{0, 1, 1, 2, 1, 1}, 0.02},
		{[]float64{2, -2, -2, 2, -1.999998, -2, -2, 2, 2, 2, -2, -1.999998, -1, -2, 1, -2, -2, -1},
			[]float64{2, 1, 2, 0, 2, 1}, 0.04},
	} {
		if d := projected(mat.NewDense(6, 3, c.j), c.u...); floats.Norm(d, 2) > c.tol {
			t.Errorf("%v goes to %v, want 0", c.j, d)
		}
	}
}
