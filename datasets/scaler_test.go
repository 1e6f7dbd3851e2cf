package datasets

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestScaler(t *testing.T) {
	m := mat.NewDense(4, 3, []float64{1, 7, 0.1, 2, 7, 0.1, 3, 7, 0.1, 4, 7, 0.1})
	s := NewScaler(m)
	scaled := s.Apply(m)
	again := NewScaler(scaled)
	near(t, "mean", again.Mean, []float64{0, 0, 0}, 1e-15)
	near(t, "deviation", again.Deviation, []float64{1, 1, 1}, 1e-15)
	equal(t, "a constant column", mat.Col(nil, 2, scaled), []float64{0, 0, 0, 0})
	near(t, "undone", flat(s.Undo(scaled)), flat(m), 1e-15)
}

func TestScalerLeavesMissingNumbersOut(t *testing.T) {
	nan := math.NaN()
	m := mat.NewDense(4, 3, []float64{
		1, nan, nan,
		nan, nan, 4,
		3, nan, 4,
		nan, nan, nan,
	})
	got := NewScaler(m).Apply(m)
	want := mat.NewDense(4, 3, []float64{
		-1, nan, nan,
		nan, nan, 0,
		1, nan, 0,
		nan, nan, nan,
	})
	for i, v := range got.RawMatrix().Data {
		if w := want.RawMatrix().Data[i]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
			t.Fatalf("scaled to\n%v, want\n%v", mat.Formatted(got), mat.Formatted(want))
		}
	}
}

// ulpBelow is the step from a to the next smaller number.
func ulpBelow(a float64) float64 { return a - math.Nextafter(a, 0) }

// Columns of two numbers that are some roundings apart: up to a deviation of 16 they are constant, from 17 on they are
// data. By every magnitude, the smallest numbers there are too.
func TestScalerTellsRoundingsFromData(t *testing.T) {
	for _, a := range []float64{293.15, -293.15, 1, 1e-200, 1e200, 1e-307, 1.2e308, 1e-310, 1e-320, 0x1p-1074} {
		for roundings, constant := range map[float64]bool{0: true, 0.5: true, 3: true, 16: true, 17: false, 1000: false} {
			step := ulpBelow(math.Abs(a))
			b := a + math.Copysign(2*roundings*step, a)
			if ulpBelow(math.Abs(b)) != step {
				continue // the next power of two has come between
			}
			s := NewScaler(column2(a, b))
			want := roundings * step
			if constant {
				want = 1
			}
			if s.Deviation[0] != want {
				t.Errorf("(%v, %v), %v roundings: deviation %v, want %v", a, b, roundings, s.Deviation[0], want)
			}
			if middle := a/2 + b/2; !(math.Abs(s.Mean[0]-middle) <= step) {
				t.Errorf("(%v, %v): mean %v, want %v", a, b, s.Mean[0], middle)
			}
		}
	}
}

// A test set may leave what was constant in training: by as much as it does, in its own unit.
func TestScalerShiftsWhatIsConstant(t *testing.T) {
	for _, train := range [][]float64{{293.15, 293.15000000000003}, {293.15}, {293.15, 293.15, 293.14999999999998}} {
		s := NewScaler(mat.NewDense(len(train), 1, train))
		if got := s.Apply(column2(293.2, 293.15)); !mat.EqualApprox(got, column2(0.05, 0), 1e-12) {
			t.Errorf("293.2 and 293.15 after %v: %v", train, flat(got))
		}
	}
}

// Whatever its unit, a column is scaled to the same numbers. Of denormal ones, only as many bits as they have.
func TestScalerKnowsNoUnit(t *testing.T) {
	column := []float64{-1, 0.5, 0.25, 0.75, math.NaN(), 1}
	want := flat(NewScaler(mat.NewDense(6, 1, column)).Apply(mat.NewDense(6, 1, column)))
	for _, c := range []struct{ unit, tol float64 }{
		{0x1p-700, 0}, {0x1p700, 0}, {0x1p1023, 1e-15}, {1e-200, 1e-15}, {1e200, 1e-15}, {1.7e308, 1e-15}, {1e-307, 1e-14},
		{1e-310, 1e-12}, {1e-318, 1e-4},
	} {
		m := mat.NewDense(6, 1, nil)
		m.Scale(c.unit, mat.NewDense(6, 1, column))
		for i, v := range flat(NewScaler(m).Apply(m)) {
			if !(math.Abs(v-want[i]) <= c.tol) && !(math.IsNaN(v) && math.IsNaN(want[i])) {
				t.Errorf("unit %v: row %d is %v, want %v", c.unit, i, v, want[i])
			}
		}
	}
}

// The difference to the mean is beyond float64 here, and so is the product on the way back; what is wanted is not.
func TestScalerAtTheEndsOfFloat64(t *testing.T) {
	const most = math.MaxFloat64
	m := mat.NewDense(4, 1, []float64{most, most, most, -most}) // mean most/2, deviation √3/2·most
	s := NewScaler(m)
	third := 1 / math.Sqrt(3)
	near(t, "scaled", flat(s.Apply(m)), []float64{third, third, third, -math.Sqrt(3)}, 1e-15)
	back := s.Undo(mat.NewDense(2, 1, []float64{-1.73, 0}))
	near(t, "taken back, in most", []float64{back.At(0, 0) / most, back.At(1, 0) / most},
		[]float64{0.5 - 1.73*math.Sqrt(0.75), 0.5}, 1e-15)
	inf := math.Inf(1)
	if got := flat(s.Apply(column2(inf, -inf))); !slices.Equal(got, []float64{inf, -inf}) {
		t.Errorf("infinite test data are scaled to %v", got)
	}
}

// By the rounding of each step, u = 2⁻⁵³: |Undo(Apply(v)) − v| ≤ 2u·|v − mean| + u·|v|, and terms in u².
func TestScalerRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 0))
	for range 500 {
		m := mat.NewDense(1+r.IntN(20), 3, nil)
		offset, scale := r.NormFloat64()*1e6, math.Ldexp(1, r.IntN(1800)-900)
		m.Apply(func(_, j int, _ float64) float64 {
			return (offset*float64(j) + math.Exp(10*r.NormFloat64())) * scale
		}, m)
		s := NewScaler(m)
		back := s.Undo(s.Apply(m))
		for i := range m.RawMatrix().Rows {
			for j := range 3 {
				v := m.At(i, j)
				bound := 1.001 * 0x1p-53 * (2*math.Abs(v-s.Mean[j]) + math.Abs(v))
				if got := back.At(i, j); !(math.Abs(got-v) <= bound) {
					t.Fatalf("%v comes back as %v, by mean %v and deviation %v", v, got, s.Mean[j], s.Deviation[j])
				}
			}
		}
	}
}

// Seconds since 1970, a value a millisecond: a sum of squares has no digit of their deviation left, and a mean of one
// pass is off by several of its roundings.
func TestScalerBesideAnOffset(t *testing.T) {
	const n = 100_001
	m := mat.NewDense(n, 1, nil)
	for i := range n {
		m.Set(i, 0, 1.7e9+float64(i)/1024)
	}
	s := NewScaler(m)
	near(t, "mean", s.Mean, []float64{1.7e9 + 50_000./1024}, 0)
	near(t, "deviation", s.Deviation, []float64{math.Sqrt((n*n-1)/12.) / 1024}, 1e-12)
}

func TestScalerIsKept(t *testing.T) {
	s := NewScaler(column2(0.1, 7))
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var kept Scaler
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Mean, kept.Mean) || !slices.Equal(s.Deviation, kept.Deviation) {
		t.Errorf("%v comes back from %s as %v", s, text, kept)
	}
}

// Predictions of a scaled target go back to its unit.
func ExampleScaler_Undo() {
	train, test := Energy().Split(0.75, 1)
	scale := NewScaler(train.Y)
	target := scale.Apply(train.Y) // what a network learns
	rows, _ := test.Y.Dims()
	predicted := mat.NewDense(rows, 2, nil) // 0 everywhere: the mean of the scaled target
	loads := scale.Undo(predicted)
	fmt.Printf("learned %.1f to %.1f, predicted %.1f kWh/m² of heating\n",
		slices.Min(mat.Col(nil, 0, target)), slices.Max(mat.Col(nil, 0, target)), loads.At(0, 0))
	// Output: learned -1.6 to 2.0, predicted 22.4 kWh/m² of heating
}

func column2(a, b float64) *mat.Dense { return mat.NewDense(2, 1, []float64{a, b}) }
