package balance

import (
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
