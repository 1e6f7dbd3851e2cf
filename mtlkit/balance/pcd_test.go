package balance_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/mtlkit/balance"
)

func TestGoldenPCD(t *testing.T) {
	var file struct {
		PCD []struct {
			Tau       json.RawMessage // a number, or one for each secondary task
			Beta, Eps float64
			Steps     []struct {
				J struct {
					Shape []int
					Data  []float64
				}
				Direction []float64
			}
		}
	}
	golden.Load(t, "preferences.json", &file)
	if len(file.PCD) == 0 {
		t.Fatal("no case of PCD in preferences.json")
	}
	for k, c := range file.PCD {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			b := balance.PCD{Beta: c.Beta, Eps: c.Eps}
			if json.Unmarshal(c.Tau, &b.Tau) != nil {
				var taus []float64
				if err := json.Unmarshal(c.Tau, &taus); err != nil {
					t.Fatal(err)
				}
				b.Taus = append([]float64{0}, taus...)
			}
			var s balance.State
			for step, in := range c.Steps {
				j := mat.NewDense(in.J.Shape[0], in.J.Shape[1], in.J.Data)
				if step == 0 {
					s = start(b, in.J.Shape[0], in.J.Shape[1])
				}
				d := make([]float64, in.J.Shape[1])
				if err := balance.Aggregate(d, b, j, nil, s); err != nil {
					t.Fatal(err)
				}
				// Each entry beside the length: those that are small are differences.
				if off, length := floats.Distance(d, in.Direction, 2), floats.Norm(in.Direction, 2); !(off <= 1e-9*length) {
					t.Errorf("step %d: %v is %.2g off %v", step, d, off/length, in.Direction)
				}
				golden.Within(t, fmt.Sprintf("direction of step %d", step), d, in.Direction, 1e-9)
			}
		})
	}
	if len(file.PCD[0].Steps) == 0 {
		t.Error("no step ran")
	}
}

// Nearest with its gradient to the primary one, feasible, and pulled by those alone whose share it just gives.
func TestPCDIsOptimal(t *testing.T) {
	bound := 0
	eachInstance(t, func(t *testing.T, in instance) {
		m, n := in.j.Dims()
		unit := mat.DenseCopyOf(in.j) // with Beta and Eps of 0 each gradient is measured by its length
		norms := make([]float64, m)
		for i := range m {
			norms[i] = floats.Norm(in.j.RawRowView(i), 2)
			floats.Scale(1/norms[i], unit.RawRowView(i))
		}
		for _, tau := range []float64{0, 0.02, 0.3, 1} {
			w, d, _, _ := weigh(t, balance.PCD{Tau: tau}, in.j)
			if off := floats.Norm(d, 2) / norms[0]; math.Abs(off-1) > in.tol {
				t.Errorf("τ = %v: |d| is %v of the primary gradient's", tau, off)
			}
			scale := norms[0] / (w[0] * norms[0]) // d̃ has weight 1 for the first unit gradient
			floats.Scale(scale/norms[0], d)
			rest := make([]float64, n)
			size := 0.0
			for i := range m {
				mu := scale * w[i] * norms[i] / norms[0]
				size += mu
				floats.AddScaled(rest, mu, unit.RawRowView(i))
				if mu < 0 {
					t.Errorf("τ = %v, task %d: pulls by %v", tau, i, mu)
				}
			}
			if off := floats.Distance(rest, d, 2); off > in.tol*size {
				t.Errorf("τ = %v: d is %v off the sum of its pulls", tau, off)
			}
			for i := 1; i < m; i++ {
				slack := floats.Dot(unit.RawRowView(i), d) - tau
				if slack < -in.tol*size || w[i] > 0 && slack > in.tol*size {
					t.Errorf("τ = %v, task %d, weight %v: gets %v more than its share", tau, i, w[i], slack)
				}
				if w[i] > 0 {
					bound++
				}
			}
		}
	})
	if bound == 0 {
		t.Error("no secondary task pulled")
	}
}

// By hand, in steps of which each measures gradients by their own length.
func TestPCDByHand(t *testing.T) {
	r := math.Sqrt(0.5)
	for _, c := range []struct {
		name string
		b    balance.PCD
		jac  [][]float64
		want []float64
	}{
		{"alone", balance.PCD{Tau: 1}, [][]float64{{3, -4}}, []float64{3, -4}},
		{"all served", balance.PCD{Tau: 0.5}, [][]float64{{3, 3}, {7, 0}, {0, 0.1}}, []float64{3, 3}},
		{"the primary gradient is 0", balance.PCD{Tau: 0.5}, [][]float64{{0, 0}, {7, 0}}, []float64{0, 0}},
		{"a secondary one is 0", balance.PCD{Tau: 1}, [][]float64{{1, 2}, {0, 0}}, []float64{1, 2}},
		{"projected", balance.PCD{}, [][]float64{{3, -4}, {0, 9}}, []float64{5, 0}},
		{"half of its own way", balance.PCD{Tau: 0.6}, [][]float64{{2, 0}, {0, 9}},
			[]float64{2 / math.Hypot(1, 0.6), 1.2 / math.Hypot(1, 0.6)}},
		{"a share each", balance.PCD{Taus: []float64{0.3, 1, 0}}, [][]float64{{-4, 0, 3}, {2, 0, 0}, {1, 0, 0}},
			[]float64{5 / math.Hypot(1, 0.6), 0, 3 / math.Hypot(1, 0.6)}},
		{"opposed to the primary one, τ = 0", balance.PCD{}, [][]float64{{3, -4}, {-6, 8}}, []float64{0, 0}},
		{"opposed to the primary one", balance.PCD{Tau: 0.02}, [][]float64{{3, -4}, {-6, 8}}, []float64{-3, 4}},
		{"opposed to each other, τ = 0", balance.PCD{}, [][]float64{{1, 1}, {0, -3}, {0, 2}}, []float64{math.Sqrt2, 0}},
		{"opposed to each other", balance.PCD{Tau: 0.02}, [][]float64{{1, 1}, {0, -3}, {0, 2}}, []float64{1, 1}},
		{"opposed up to the rounding of float32", balance.PCD{Tau: 0.02}, [][]float64{{1, 1}, {1e-7, -3}, {0, 2}},
			[]float64{1, 1}},
		{"three that shut each other out", balance.PCD{Tau: 0.02}, [][]float64{{5, 1}, {1, 0}, {-r, r}, {-r, -r}}, []float64{5, 1}},
		{"equal ones of unequal share", balance.PCD{Taus: []float64{0, 0.3, 0.75, 0.5}}, [][]float64{{2, 0}, {0, 5}, {0, 5}, {0, 5}},
			[]float64{1.6, 1.2}},
		{"two shares at once", balance.PCD{Tau: r}, [][]float64{{0, -1}, {0, 1}, {r, r}},
			[]float64{(1 - r) / math.Hypot(1-r, r), r / math.Hypot(1-r, r)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			near(t, "direction", aggregate(t, c.b, dense(c.jac)), c.want, 1e-14*floats.Norm(dense(c.jac).RawRowView(0), 2))
		})
	}
}

// By hand: after gradients of lengths 3 and 1 with Beta = ½, v = (9/2 + 1)/(3/2) = 11/3, and Eps is added to it. The
// secondary gradient was away in between, and v is that of its one step: its length 1 before, and then 2 makes it 3.
func TestPCDRemembers(t *testing.T) {
	b := balance.PCD{Tau: 1, Beta: 0.5, Eps: 1. / 3}
	s := start(b, 2, 2)
	step := func(present []int, rows ...[]float64) []float64 {
		s.Present = present
		d := make([]float64, 2)
		if err := balance.Aggregate(d, b, dense(rows), nil, s); err != nil {
			t.Fatal(err)
		}
		return d
	}
	step(nil, []float64{3, 0}, []float64{0, 1})
	near(t, "direction alone", step([]int{0}, []float64{1, 0}), []float64{1, 0}, 0)
	near(t, "memory", s.Memory, []float64{11. / 3, 1, 2, 1}, 1e-14)
	d := step(nil, []float64{1, 0}, []float64{0, 2})
	// v₁ = (9/4 + 1/2 + 1)/(7/4) = 15/7, v₂ = (1/2 + 4)/(3/2) = 3: g̃₁ = (1, 0)/√(15/7 + 1/3), g̃₂ = (0, 2)/√(3 + 1/3),
	// and d̃ = g̃₁ + g̃₂.
	x, y := 1/math.Sqrt(15./7+1./3), 2/math.Sqrt(3+1./3)
	near(t, "direction", d, []float64{x / math.Hypot(x, y), y / math.Hypot(x, y)}, 1e-14)
	near(t, "memory, then", s.Memory, []float64{15. / 7, 3, 3, 2}, 1e-14)
}
