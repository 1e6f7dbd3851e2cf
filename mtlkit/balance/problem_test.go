package balance

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func TestProblemGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	for _, p := range []Problem{NewToy2D(), Toy2D{Scale: 0.1}, NewFonseca(), Fonseca{Variables: 3}} {
		m, n := p.Dims()
		f, jac, x := make([]float64, m), mat.NewDense(m, n, nil), make([]float64, n)
		for range 20 {
			for i := range x {
				x[i] = 3 * r.NormFloat64() / math.Sqrt(float64(n))
			}
			numeric := mat.NewDense(m, n, nil)
			at := func(y, x []float64) { p.Evaluate(y, jac, x) }
			fd.Jacobian(numeric, at, x, &fd.JacobianSettings{Formula: fd.Central, Step: 1e-6})
			p.Evaluate(f, jac, x)
			// Central differences: 1e-12 times the third derivative, and rounding 1e-15/1e-6.
			if !mat.EqualApprox(jac, numeric, 1e-6) {
				t.Errorf("%#v at %v: gradients\n%v\nwant\n%v", p, x, mat.Formatted(jac), mat.Formatted(numeric))
			}
		}
	}
}

// No point near the Pareto set dominates one of its points, and the set is at distance 0 from itself.
func TestParetoSets(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 0))
	for _, p := range []Problem{NewToy2D(), NewFonseca(), Fonseca{Variables: 1}} {
		t.Run(fmt.Sprintf("%#v", p), func(t *testing.T) {
			m, n := p.Dims()
			jac := mat.NewDense(m, n, nil)
			value := func(x []float64) []float64 {
				f := make([]float64, m)
				p.Evaluate(f, jac, x)
				return f
			}
			set, dense := p.ParetoSet(21), p.ParetoSet(2001)
			for k, x := range set {
				f := value(x)
				if k > 0 {
					if before := value(set[k-1]); f[0] <= before[0] || f[1] >= before[1] {
						t.Errorf("point %d: %v after %v, want worse first and better second", k, f, before)
					}
				}
				if d := p.Distance(x); !(d < 1e-12) {
					t.Errorf("point %d is %v from the set", k, d)
				}
				for range 50 {
					near := slices.Clone(x)
					for i := range near {
						near[i] += 0.1 * r.NormFloat64()
					}
					if g := value(near); noGreater(g, f) {
						t.Errorf("%v at %v dominates %v at %v", g, near, f, x)
					}
					// The nearest of many points of the set, at most half of 14/2000 from the nearest of all.
					best := math.Inf(1)
					for _, y := range dense {
						best = min(best, floats.Distance(near, y, 2))
					}
					if d := p.Distance(near); d > best+1e-12 || d < best-0.0035 {
						t.Fatalf("distance of %v is %v, want just under %v", near, d, best)
					}
				}
			}
		})
	}
}

// The front of Fonseca's problem bulges the wrong way: a weighted sum runs to an end of it, a smooth maximum of the
// losses stops inside.
func TestFonsecaFront(t *testing.T) {
	start := []float64{0.3, -0.1, 0.2, 0.1, 0} // nearer to the first end
	run := func(b Balancer) []float64 {
		p := Fonseca{Variables: 5}
		points, err := Descent{Problem: p, Balance: b, Rate: 0.01}.Run(start, 5000)
		if err != nil {
			t.Fatal(err)
		}
		if d := p.Distance(points[0].X); d > 1e-3 {
			t.Errorf("%#v ends %v from the Pareto set", b, d)
		}
		return points[0].F
	}
	end := 1 - math.Exp(-4)
	if f := run(Equal{}); f[0] > 0.01 || f[1] < end-0.01 {
		t.Errorf("equal weights end at %v, want near (0, %.3f)", f, end)
	}
	// The middle of the front, s = 0, where both are 1 − 1/e.
	if f := run(STCH{Mu: 0.01}); math.Abs(f[0]-(1-1/math.E)) > 0.01 || math.Abs(f[0]-f[1]) > 0.01 {
		t.Errorf("a smooth maximum ends at %v, want both near %.3f", f, 1-1/math.E)
	}
}

func TestDescentSteps(t *testing.T) {
	d := NewDescent(NewToy2D(), Equal{})
	points, err := d.Run([]float64{1, 2}, 0, 1, 1, 3)
	if err != nil || len(points) != 4 || points[0].Step != 0 || points[3].Step != 3 {
		t.Fatalf("points %v, %v", points, err)
	}
	if !slices.Equal(points[0].X, []float64{1, 2}) || !slices.Equal(points[1].X, points[2].X) {
		t.Errorf("points %v", points)
	}
	// Adam's first step has the length of the rate in each variable.
	for i, x := range points[1].X {
		if moved := math.Abs(x - points[0].X[i]); math.Abs(moved-1e-3) > 1e-9 {
			t.Errorf("x%d moved by %v in the first step", i+1, moved)
		}
	}
	for _, start := range (NewToy2D()).Starts() {
		if points, err := d.Run(start, 10); err != nil || slices.Equal(points[0].X, start) {
			t.Errorf("from %v: %v, %v", start, points, err)
		}
	}
	mustPanic(t, "a start of three variables", func() { d.Run([]float64{1, 2, 3}, 1) })
	mustPanic(t, "steps back", func() { d.Run([]float64{1, 2}, 2, 1) })
	mustPanic(t, "no problem", func() { Descent{Balance: Equal{}}.Run(nil) })
	mustPanic(t, "no balancer", func() { Descent{Problem: NewToy2D()}.Run([]float64{1, 2}) })
}

// A cliff is a problem that ends: its first objective is NaN below x = 0.
type cliff struct{ Fonseca }

func (cliff) Evaluate(f []float64, jac *mat.Dense, x []float64) {
	f[0], f[1] = math.Sqrt(x[0]), x[0]
	jac.Set(0, 0, 0.5/math.Sqrt(x[0]))
	jac.Set(1, 0, 1)
}

func TestDescentEndsWhereNothingIsFinite(t *testing.T) {
	for _, b := range []Balancer{Equal{}, Sum{}} {
		d := Descent{Problem: cliff{Fonseca{Variables: 1}}, Balance: b, Rate: 0.3}
		points, err := d.Run([]float64{0.5}, 0, 1, 100)
		if !errors.Is(err, ErrNotFinite) || len(points) != 2 {
			t.Errorf("%T: %d points and error %v, want two and one that is %v", b, len(points), err, ErrNotFinite)
		}
	}
}

func ExampleDescent() {
	problem := NewToy2D()
	for _, balance := range []Balancer{Sum{}, NashMTL{MaxNorm: 1}} {
		points, err := NewDescent(problem, balance).Run([]float64{-8.5, 7.5}, 50_000)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%T reaches the Pareto set: %v\n", balance, problem.Distance(points[0].X) < 0.01)
	}
	// Output:
	// balance.Sum reaches the Pareto set: false
	// balance.NashMTL reaches the Pareto set: true
}

func ExampleHypervolume() {
	points := [][]float64{{1, 5}, {2, 3}, {4, 2}, {4, 4}} // test losses of two tasks, a point a method
	fmt.Println("on the front:", ParetoFilter(points))
	fmt.Println("dominated area below (6, 6):", Hypervolume(points, []float64{6, 6}))
	// Output:
	// on the front: [0 1 2]
	// dominated area below (6, 6): 15
}
