package mtltest

import (
	"math"
	"testing"

	"kindred/mtlkit/balance"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// faulty is the mean of the gradients, spoiled.
type faulty struct {
	spoil func(dst []float64, jac *mat.Dense)
}

func (faulty) NewState(s balance.Setting) []float64 { return nil }

func (f faulty) Combine(dst []float64, jac *mat.Dense, s balance.State) {
	m, _ := jac.Dims()
	clear(dst)
	for i := range m {
		floats.AddScaled(dst, 1/float64(m), jac.RawRowView(i))
	}
	f.spoil(dst, jac)
}

func TestCheckCallRejects(t *testing.T) {
	m := Matrices()[2]
	calls := 0.0
	for name, spoil := range map[string]func(dst []float64, jac *mat.Dense){
		"NaN":                  func(dst []float64, jac *mat.Dense) { dst[0] = math.NaN() },
		"a changed Jacobian":   func(dst []float64, jac *mat.Dense) { jac.Set(0, 0, jac.At(0, 0)+1) },
		"a changing direction": func(dst []float64, jac *mat.Dense) { calls++; dst[0] += calls },
	} {
		if err := CheckCall(faulty{spoil}, m); err == nil {
			t.Errorf("accepts %s", name)
		}
	}
	if err := CheckCall(faulty{func([]float64, *mat.Dense) {}}, Matrices()[2]); err != nil {
		t.Errorf("rejects the mean: %v", err)
	}
}

// The matrices are what they are said to be.
func TestMatricesAreStationaryAsTheySay(t *testing.T) {
	for _, m := range Matrices() {
		t.Run(m.Name, func(t *testing.T) {
			if got := stronglyStationary(t, m.J); got != m.Strong {
				t.Errorf("strongly stationary: %v, said to be %v", got, m.Strong)
			}
		})
	}
}

// stronglyStationary decides whether Jᵀw = 0 for a w > 0: whether no direction serves one task and hurts none, that is
// whether the unit gradients projected on the dual cone add up to nothing.
func stronglyStationary(t *testing.T, j *mat.Dense) bool {
	m, n := j.Dims()
	unit := mat.DenseCopyOf(j)
	for i := range m {
		if norm := floats.Norm(unit.RawRowView(i), 2); norm > 0 {
			floats.Scale(1/norm, unit.RawRowView(i))
		}
	}
	d := make([]float64, n)
	if err := balance.Aggregate(d, balance.UPGrad{}, unit, nil, balance.State{Setting: balance.Setting{Tasks: m, Params: n}}); err != nil {
		t.Fatal(err)
	}
	return floats.Norm(d, 2) < 1e-12
}

// careless divides each gradient by its length.
type careless struct{ balance.Stateless }

func (careless) Combine(dst []float64, jac *mat.Dense, s balance.State) {
	m, _ := jac.Dims()
	clear(dst)
	for i := range m {
		g := jac.RawRowView(i)
		floats.AddScaled(dst, 1/math.Sqrt(floats.Dot(g, g)), g)
	}
}

func TestCheckFiniteRejects(t *testing.T) {
	if CheckFinite(func(int) balance.Balancer { return careless{} }, 300) == nil {
		t.Error("accepts a division by the length of a zero gradient")
	}
	if err := CheckFinite(func(int) balance.Balancer { return balance.Mean{} }, 300); err != nil {
		t.Errorf("rejects the mean: %v", err)
	}
}
