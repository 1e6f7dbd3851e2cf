package balance

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// gramOf returns the inner products of the rows of j.
func gramOf(j *mat.Dense) square {
	m, _ := j.Dims()
	g := square{m, make([]float64, m*m)}
	mat.NewDense(m, m, g.data).Mul(j, j.T())
	return g
}

// subset returns the rows of j whose bits are set.
func subset(j *mat.Dense, bits int) *mat.Dense {
	m, n := j.Dims()
	var data []float64
	for i := range m {
		if bits>>i&1 == 1 {
			data = append(data, j.RawRowView(i)...)
		}
	}
	return mat.NewDense(len(data)/n, n, data)
}

// rowsum returns Σᵢ wᵢgᵢ.
func rowsum(j *mat.Dense, w []float64) []float64 {
	_, n := j.Dims()
	d := make([]float64, n)
	for i, v := range w {
		floats.AddScaled(d, v, j.RawRowView(i))
	}
	return d
}

// shortestInHull tries all subsets: the shortest vector in the affine hull of the rows is that of the convex hull, if
// its weights are positive.
func shortestInHull(j *mat.Dense) []float64 {
	m, n := j.Dims()
	var best []float64
	for bits := 1; bits < 1<<m; bits++ {
		rows := subset(j, bits)
		k, _ := rows.Dims()
		d, rest := mat.Row(nil, 0, rows), 1.0
		ok := true
		if k > 1 {
			if k-1 > n {
				continue
			}
			differences := mat.NewDense(n, k-1, nil)
			for i := 1; i < k; i++ {
				row := mat.Row(nil, i, rows)
				floats.Sub(row, d)
				differences.SetCol(i-1, row)
			}
			var w mat.VecDense
			if w.SolveVec(differences, mat.NewVecDense(n, d)) != nil {
				continue
			}
			for i := range k - 1 {
				v := -w.AtVec(i)
				ok = ok && v >= 0
				rest -= v
				floats.AddScaled(d, v, mat.Col(nil, i, differences))
			}
		}
		if ok && rest >= 0 && (best == nil || floats.Norm(d, 2) < floats.Norm(best, 2)) {
			best = d
		}
	}
	return best
}

// The shortest vector in the hull, as it is and moved by sc, against the search through all subsets.
func TestMinNormAgainstAllSubsets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for trial := range 300 {
		m, n := 1+rng.IntN(6), 1+rng.IntN(7)
		j := normalDense(m, n, uint64(trial))
		c := make([]float64, n)
		for k := range c {
			c[k] = rng.NormFloat64()
		}
		for _, shift := range []float64{0, 0.3, 3} {
			tmp := borrow()
			w := make([]float64, m)
			p := newMinNorm(tmp, w, gramOf(j))
			p.b, p.s, p.length = make([]float64, m), shift, floats.Norm(c, 2)
			for i := range m {
				p.b[i] = floats.Dot(j.RawRowView(i), c)
			}
			p.solve()
			tmp.release()

			moved := mat.DenseCopyOf(j)
			for i := range m {
				floats.AddScaled(moved.RawRowView(i), shift, c)
			}
			got, want := rowsum(moved, w), shortestInHull(moved)
			if floats.Min(w) < 0 || math.Abs(floats.Sum(w)-1) > 1e-14 || floats.Distance(got, want, 2) > 1e-11 {
				t.Errorf("trial %d, shift %v: weights %v give %v, want %v", trial, shift, w, got, want)
			}
		}
	}
}

// CAGrad's dual for two tasks, against a search along the segment of weights.
func TestCAGradDualOfTwo(t *testing.T) {
	for trial := range uint64(100) {
		j := normalDense(2, 1+int(trial%3), trial)
		c := 0.1 + 0.009*float64(trial)
		g0 := rowsum(j, []float64{0.5, 0.5})
		dual := func(w float64) float64 {
			gw := rowsum(j, []float64{w, 1 - w})
			return floats.Dot(gw, g0) + c*floats.Norm(g0, 2)*floats.Norm(gw, 2)
		}
		lo, hi := 0.0, 1.0
		for range 100 {
			a, b := lo+(hi-lo)/3, hi-(hi-lo)/3
			if dual(a) < dual(b) {
				hi = b
			} else {
				lo = a
			}
		}
		tmp := borrow()
		v := make([]float64, 2)
		worstOff(tmp, v, gramOf(j), c)
		tmp.release()
		d := rowsum(j, v)
		worst := min(floats.Dot(d, j.RawRowView(0)), floats.Dot(d, j.RawRowView(1)))
		if want := min(dual(lo), dual(0), dual(1)); math.Abs(worst-want) > 1e-12 {
			t.Errorf("trial %d: the worst-off task gains %v, the dual says %v", trial, worst, want)
		}
	}
}

// Of (1, 0) and (1 − η, a), the shortest vector in the hull is the first but for t = η/(η² + a²) of the way to the
// second, (1 − tη, ta). A second point that lies against the first by no more than η = 1e-10 is seen, and so are two
// points only a = 3e-5 apart.
func TestMinNormSeesSmallGains(t *testing.T) {
	const eta = 1e-10
	for _, a := range []float64{1e-4, 3e-5} {
		j := mat.NewDense(2, 2, []float64{1, 0, 1 - eta, a})
		tmp := borrow()
		w := make([]float64, 2)
		p := newMinNorm(tmp, w, plainGram(j))
		p.solve()
		tmp.release()
		along := eta / (eta*eta + a*a)
		// Rounding, 2⁻⁵², beside η and beside a²: 2e-6 and 2.5e-7 of the weight.
		if math.Abs(w[1]-along) > 1e-5*along {
			t.Errorf("a = %v: weights %v, want %v for the second", a, w, along)
		}
	}
}
