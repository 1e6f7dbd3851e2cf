package tasks_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/mtlkit/tasks"
)

func column(d mtlkit.Data, task int) []float64 { return d.Y[task].RawMatrix().Data }

func dot(v, w []float64) float64 {
	return mat.Dot(mat.NewVecDense(len(v), v), mat.NewVecDense(len(w), w))
}

// The weights have the length and the cosine asked for, and the labels are what the formula makes of them, but for
// noise.
func TestMa2018IsItsFormula(t *testing.T) {
	for _, p := range []float64{-1, -0.3, 0, 0.5, 0.9, 1} {
		f := tasks.NewMa2018(p)
		f.Scale, f.Noise = 2, 0
		w := f.Weights(3)
		for i := range w {
			if got := dot(w[i], w[i]); math.Abs(got-4) > 1e-13 {
				t.Errorf("p = %v: the square of weight %d is %v, want 4", p, i, got)
			}
		}
		if got := dot(w[0], w[1]) / 4; math.Abs(got-p) > 1e-13 {
			t.Errorf("the cosine is %v, want %v", got, p)
		}
		d := f.Draw(3, 20)[0]
		alpha, beta := f.Shape(3)
		for i := range w {
			for r := range 20 {
				z := dot(w[i], d.X[0].RawRowView(r))
				want := z + math.Sin(alpha[0]*z+beta[0]) + math.Sin(alpha[1]*z+beta[1]) + math.Sin(alpha[2]*z+beta[2]) +
					math.Sin(alpha[3]*z+beta[3])
				if got := d.Y[i].At(r, 0); math.Abs(got-want) > 1e-12 {
					t.Fatalf("p = %v: label %d of row %d is %v, want %v", p, i, r, got, want)
				}
			}
		}
	}
}

// Another correlation, scale or noise changes nothing of what it is not in; a set does not depend on the other's rows.
func TestDeterminismMa2018(t *testing.T) {
	f := tasks.NewMa2018(0.5)
	one := f.Draw(7, 30, 20)
	if err := one[0].Check(f.Tasks()); err != nil {
		t.Fatal(err)
	}
	again := f.Draw(7, 30, 20)
	other := tasks.NewMa2018(0.9).Draw(7, 5, 20)
	if !slices.Equal(column(one[1], 1), column(again[1], 1)) {
		t.Error("the same seed draws other labels")
	}
	if !mat.Equal(one[1].X[0], other[1].X[0]) || !slices.Equal(column(one[1], 0), column(other[1], 0)) {
		t.Error("the second set's inputs or labels of task 1 depend on the correlation, or on the rows of the first")
	}
	if slices.Equal(column(one[1], 1), column(other[1], 1)) {
		t.Error("another correlation does not change the labels of task 2")
	}
	if mat.Equal(one[0].X[0].Slice(0, 20, 0, 100), one[1].X[0]) || mat.Equal(f.Draw(8, 30)[0].X[0], one[0].X[0]) {
		t.Error("two sets, or two seeds, have the same rows")
	}
	a, _ := f.Shape(1)
	b, _ := tasks.NewMa2018(-1).Shape(1)
	c, _ := f.Shape(2)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("the shape must depend on the seed, and on nothing else")
	}
	f.Sines, f.Alpha, f.Beta = 0, []float64{2}, []float64{1}
	if a, _ := f.Shape(2); !slices.Equal(a, f.Alpha) {
		t.Error("given shapes are not taken")
	}
}

// The floors in closed form against least squares and the variance on rows of the draw: 20,000 rows, whose second
// moments have a relative standard error of about √(kurtosis/20,000) ≈ 1.5 %, four of which are allowed.
func TestMa2018Floors(t *testing.T) {
	for seed := range uint64(6) {
		f := tasks.NewMa2018(0.5)
		f.Inputs, f.Scale, f.Noise = 2, 1.3, 0.3
		d := f.Draw(seed, 20_000)[0]
		w := f.Weights(seed)
		for i := range w {
			var z []float64
			for r := range 20_000 {
				z = append(z, dot(w[i], d.X[0].RawRowView(r)))
			}
			y := column(d, i)
			a, b := stat.LinearRegression(z, y, nil, false)
			left := 0.0
			for r := range y {
				left += math.Pow(y[r]-a-b*z[r], 2) / float64(len(y))
			}
			near(t, "left by a line", left, f.LinearFloor(seed), 0.06)
			near(t, "variance", stat.Variance(y, nil), f.ConstantFloor(seed), 0.06)
		}
		if !(f.NoiseFloor() <= f.LinearFloor(seed) && f.LinearFloor(seed) <= f.ConstantFloor(seed)) {
			t.Errorf("seed %d: floors %v, %v and %v do not rise", seed, f.NoiseFloor(), f.LinearFloor(seed),
				f.ConstantFloor(seed))
		}
	}
}

func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if math.Abs(got-want) > relative*math.Abs(want) {
		t.Errorf("%s: %v, want %v within %v of it", what, got, want, relative)
	}
}

// What a straight line leaves differs by a factor of a thousand between draws of α and β: means over draws are those
// of a few, and methods have to be compared on the same ones. The authors' later choice of α and β is one fixed pair
// of lists.
func TestMa2018DependsOnItsShape(t *testing.T) {
	var floors []float64
	f := tasks.NewMa2018(0.5)
	f.Noise = 0
	for seed := range uint64(200) {
		floors = append(floors, f.LinearFloor(seed))
	}
	slices.Sort(floors)
	ratio := floors[199] / floors[0]
	t.Logf("left by a line over 200 draws: least %.2g, median %.2g, most %.2g, ratio %.0f", floors[0],
		stat.Quantile(0.5, stat.Empirical, floors, nil), floors[199], ratio)
	if ratio < 1000 {
		t.Errorf("the largest is %v times the least; the documentation says a thousand", ratio)
	}
	f.Sines = 0
	for k := range 10 {
		f.Alpha, f.Beta = append(f.Alpha, float64(k+1)), append(f.Beta, float64(k*k))
	}
	if f.LinearFloor(0) != f.LinearFloor(1) {
		t.Error("given shapes leave another floor on another seed")
	}
}

// The correlation of the labels grows with that of the weights, which the paper shows, and is 1 for p = 1 without
// noise.
func TestMa2018LabelsGoTogether(t *testing.T) {
	last := -1.0
	for _, p := range []float64{0, 0.5, 0.9, 1} {
		f := tasks.NewMa2018(p)
		f.Noise = 0
		d := f.Draw(4, 4000)[0]
		r := stat.Correlation(column(d, 0), column(d, 1), nil)
		if r <= last {
			t.Errorf("p = %v: the labels have the correlation %v, at the p before it %v", p, r, last)
		}
		last = r
	}
	if math.Abs(last-1) > 1e-12 {
		t.Errorf("p = 1: the labels have the correlation %v", last)
	}
}
