package tasks_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit/tasks"
)

// The weights have length 1 and the cosine asked for, at both ends of what is possible too, and the labels are what the
// formula makes of them.
func TestMultiTabIsItsFormula(t *testing.T) {
	for _, c := range []struct {
		tasks       int
		correlation float64
	}{{1, 0.7}, {2, -1}, {2, 1}, {5, -0.25}, {5, 0}, {7, 0.4}, {7, 1}} {
		f := tasks.NewMultiTab(c.tasks, c.correlation)
		for i := range f.Degrees {
			f.Degrees[i], f.Noise[i] = 1+i%4, 0
		}
		w := f.Weights(3)
		d := f.Draw(3, 15)[0]
		for i := range w {
			for j := range w {
				want := c.correlation
				if i == j {
					want = 1
				}
				if got := dot(w[i], w[j]); math.Abs(got-want) > 1e-13 {
					t.Errorf("%+v: weights %d and %d have the product %v, want %v", c, i, j, got, want)
				}
			}
			for r := range 15 {
				z, want := dot(w[i], d.X[0].RawRowView(r)), 0.0
				for k := 1; k <= f.Degrees[i]; k++ {
					want += math.Pow(z, float64(k))
				}
				if got := d.Y[i].At(r, 0); math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
					t.Errorf("%+v: label %d of row %d is %v, want %v", c, i, r, got, want)
				}
			}
		}
	}
}

// By hand: Var(z + z²) = 1 + 2, Var(z + z² + z³) = 1 + 2 + 15 + 2·3, Cov(z, z + z² + z³) = 1 + 3 at the cosine 1, and
// with Isserlis Cov(z₁, z₂³) = 3ρ, Cov(z₁², z₂²) = 2ρ², Cov(z₁³, z₂³) = 9ρ + 6ρ³, odd with even 0.
func TestMultiTabCovarianceByHand(t *testing.T) {
	const rho = 0.4
	f := tasks.NewMultiTab(3, rho)
	f.Degrees, f.Noise = []int{1, 2, 3}, []float64{0, 0.5, 2}
	for _, c := range []struct {
		i, j int
		want float64
	}{
		{0, 0, 1}, {1, 1, 3 + 0.25}, {2, 2, 24 + 4},
		{0, 1, rho}, {0, 2, rho + 3*rho}, {1, 2, rho + 3*rho + 2*rho*rho}, {2, 1, rho + 3*rho + 2*rho*rho},
	} {
		if got := f.Covariance(c.i, c.j); math.Abs(got-c.want) > 1e-13 {
			t.Errorf("covariance of %d and %d is %v, want %v", c.i, c.j, got, c.want)
		}
	}
	f.Degrees, f.Noise = []int{3, 3, 1}, []float64{0, 0, 0}
	if got, want := f.Covariance(0, 1), rho+2*3*rho+2*rho*rho+9*rho+6*rho*rho*rho; math.Abs(got-want) > 1e-13 {
		t.Errorf("covariance of two cubics is %v, want %v", got, want)
	}
}

// The formula against rows: products of degree 2 have a kurtosis of about 100, so that 40,000 rows have a relative
// standard error of some 5 %; four of them are allowed.
func TestMultiTabCovarianceOfRows(t *testing.T) {
	f := tasks.NewMultiTab(3, 0.6)
	f.Degrees, f.Noise = []int{1, 2, 2}, []float64{0.5, 0, 1}
	d := f.Draw(1, 40_000)[0]
	for i := range 3 {
		for j := range 3 {
			near(t, "covariance", stat.Covariance(column(d, i), column(d, j), nil), f.Covariance(i, j), 0.2)
		}
	}
}

// Another correlation keeps the inputs, more rows of one set those of the other, and a task keeps its labels whatever
// the degree of another.
func TestDeterminismMultiTab(t *testing.T) {
	f := tasks.NewMultiTab(3, 0.4)
	one, again := f.Draw(2, 20, 10), f.Draw(2, 25, 10)
	if err := one[0].Check(f.Tasks()); err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(one[1].X[0], again[1].X[0]) || !slices.Equal(column(one[1], 2), column(again[1], 2)) {
		t.Error("the second set depends on the rows of the first, or on nothing that was said")
	}
	other := tasks.NewMultiTab(3, 0.8)
	other.Degrees[0] = 4
	d := other.Draw(2, 20, 10)
	if !mat.Equal(d[1].X[0], one[1].X[0]) || slices.Equal(column(d[1], 2), column(one[1], 2)) {
		t.Error("another correlation must keep the inputs and change the labels")
	}
	other.Correlation = 0.4
	if d := other.Draw(2, 20, 10); !slices.Equal(column(d[1], 2), column(one[1], 2)) {
		t.Error("the labels of a task depend on the degree of another")
	}
}
