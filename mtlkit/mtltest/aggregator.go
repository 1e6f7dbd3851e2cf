package mtltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/mtlkit/balance"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// TestAggregator runs a subtest for each of [Matrices], which fails unless b passes [CheckCall] there and has all of
// props, and one that fails unless it passes [CheckFinite], [CheckAbsent] and [CheckKeepsNothing]. A batch aggregator is
// given the same Jacobian for all batches.
func TestAggregator(t *testing.T, b balance.Balancer, props balance.Property) {
	t.Helper()
	TestAggregators(t, func(int) balance.Balancer { return b }, props)
}

// TestAggregators is [TestAggregator] for an aggregator with fields that depend on the number of tasks.
func TestAggregators(t *testing.T, b func(tasks int) balance.Balancer, props balance.Property) {
	t.Helper()
	for _, m := range Matrices() {
		t.Run(m.Name, func(t *testing.T) {
			tasks, _ := m.J.Dims()
			if err := CheckCall(b(tasks), m); err != nil {
				t.Error(err)
			}
			for _, p := range balance.Properties() {
				if !props.Has(p) {
					continue
				}
				if err := Check(b(tasks), p, m); err != nil {
					t.Errorf("not %v: %v", p, err)
				}
			}
		})
	}
	t.Run("the contract", func(t *testing.T) {
		if err := CheckFinite(b, 300); err != nil {
			t.Error(err)
		}
		if err := CheckAbsent(b(4)); err != nil {
			t.Error(err)
		}
		if err := CheckKeepsNothing(b(4)); err != nil {
			t.Error(err)
		}
	})
}

// CheckFinite returns an error unless b gives finite directions, and remembers finite numbers, in three steps on each of
// count [Hostile] matrices.
func CheckFinite(b func(tasks int) balance.Balancer, count int) error {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range count {
		j := Hostile(rng)
		m, n := j.Dims()
		method := b(m)
		s := balance.Start(method, balance.Setting{Tasks: m, Params: n})
		for step := range 3 {
			d, err := taken(method, j, losses(j), s)
			if err != nil {
				return fmt.Errorf("matrix %d, step %d: %w, for the rows %v", trial, step, err, j.RawMatrix().Data)
			}
			for _, x := range [][]float64{d, s.Memory} {
				for i, v := range x {
					if math.IsNaN(v) || math.IsInf(v, 0) {
						return fmt.Errorf("matrix %d, step %d: number %d of the direction %v, or of the memory, is %v, for the "+
							"rows %v", trial, step, i, d, v, j.RawMatrix().Data)
					}
				}
			}
		}
	}
	return nil
}

// Counterexample returns the first of [Matrices] on which b does not have property p, and in what way, or ok = false.
func Counterexample(b func(tasks int) balance.Balancer, p balance.Property) (m Matrix, why error, ok bool) {
	for _, m := range Matrices() {
		tasks, _ := m.J.Dims()
		if err := Check(b(tasks), p, m); err != nil {
			return m, err, true
		}
	}
	return Matrix{}, nil, false
}

// CheckCall returns an error unless b gives a finite direction for m, the same twice, and leaves the Jacobian alone.
func CheckCall(b balance.Balancer, m Matrix) error {
	before := mat.DenseCopyOf(m.J)
	d, err := apply(b, m.J, losses(m.J))
	if err != nil {
		return err
	}
	for k, v := range d {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("entry %d of the direction is %v", k, v)
		}
	}
	if again, _ := apply(b, m.J, losses(m.J)); !slices.Equal(d, again) {
		return fmt.Errorf("the direction is %v, and %v from the same state", d, again)
	}
	if !mat.Equal(m.J, before) {
		return fmt.Errorf("the Jacobian has changed")
	}
	return nil
}

// tolerance is relative. Exact methods err by a few units of 2⁻⁵² times the condition of their problem, which is 2·10⁴
// for the nearly opposed rows, squared where they work on inner products.
const tolerance = 1e-7

// Check returns an error unless b has property p on m.
func Check(b balance.Balancer, p balance.Property, m Matrix) error {
	d, err := apply(b, m.J, losses(m.J))
	if err != nil {
		return err
	}
	tasks, _ := m.J.Dims()
	// What is lost beside the longest gradient is rounding.
	longest := 0.0
	for i := range tasks {
		longest = max(longest, floats.Norm(m.J.RawRowView(i), 2))
	}
	rounding := 1e-13 * float64(tasks) * longest
	rng := rand.New(rand.NewPCG(11, 0))
	scaled := func(c []float64) ([]float64, error) {
		j := mat.DenseCopyOf(m.J)
		for i, v := range c {
			floats.Scale(v, j.RawRowView(i))
		}
		return apply(b, j, losses(m.J))
	}
	same := func(what string, got, want []float64) error {
		if off := floats.Distance(got, want, 2); !(off <= tolerance*floats.Norm(want, 2)+rounding) {
			return fmt.Errorf("%s: %v, want %v", what, got, want)
		}
		return nil
	}

	switch p {
	case balance.NonConflicting:
		for i := range tasks {
			g := m.J.RawRowView(i)
			if gain := floats.Dot(g, d); gain < -floats.Norm(g, 2)*(tolerance*1e-3*floats.Norm(d, 2)+rounding) {
				return fmt.Errorf("task %d: g·d = %v", i, gain)
			}
		}
	case balance.PermutationEquivariant:
		for range 5 {
			order := rng.Perm(tasks)
			j, l := mat.DenseCopyOf(m.J), losses(m.J)
			for to, from := range order {
				j.SetRow(to, m.J.RawRowView(from))
				l[to] = losses(m.J)[from]
			}
			got, err := apply(b, j, l)
			if err == nil {
				err = same(fmt.Sprintf("tasks in the order %v", order), got, d)
			}
			if err != nil {
				return err
			}
		}
	case balance.LinearUnderScaling:
		for range 5 {
			c1, c2, c := factors(rng, tasks), factors(rng, tasks), make([]float64, tasks)
			for i := range c {
				c[i] = 0.3*c1[i] + 2*c2[i]
			}
			d1, err1 := scaled(c1)
			d2, err2 := scaled(c2)
			got, err := scaled(c)
			if err1 != nil || err2 != nil || err != nil {
				return fmt.Errorf("scaled: %v, %v, %v", err1, err2, err)
			}
			for k := range d1 {
				d1[k] = 0.3*d1[k] + 2*d2[k]
			}
			if err := same(fmt.Sprintf("rows times 0.3·%v + 2·%v", c1, c2), got, d1); err != nil {
				return err
			}
		}
	case balance.StronglyStationary:
		if norm := floats.Norm(d, 2); !m.Strong && norm <= rounding {
			return fmt.Errorf("the direction has length %v, but J is not strongly stationary", norm)
		}
	case balance.ScaleInvariant:
		for range 5 {
			c := factors(rng, tasks)
			got, err := scaled(c)
			if err == nil {
				err = same(fmt.Sprintf("rows times %v", c), got, d)
			}
			if err != nil {
				return err
			}
		}
	default:
		panic(fmt.Sprintf("mtltest: Check: %v is not one property", p))
	}
	return nil
}

// factors returns numbers between 0.1 and 1.1.
func factors(rng *rand.Rand, n int) []float64 {
	c := make([]float64, n)
	for i := range c {
		c[i] = 0.1 + rng.Float64()
	}
	return c
}

// losses returns a positive loss for each task.
func losses(j *mat.Dense) []float64 {
	m, _ := j.Dims()
	l := make([]float64, m)
	for i := range l {
		l[i] = 0.5 + 0.25*float64(i)
	}
	return l
}

// apply returns the direction of b in its first step.
func apply(b balance.Balancer, j *mat.Dense, losses []float64) ([]float64, error) {
	m, n := j.Dims()
	return taken(b, j, losses, balance.Start(b, balance.Setting{Tasks: m, Params: n}))
}
