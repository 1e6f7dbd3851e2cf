package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// census has categories in columns 3 and 0, and numbers in the others.
var census = Embedding{Inputs: 5, Tables: []Table{{Column: 3, Categories: 4, Width: 2}, {Column: 0, Categories: 7, Width: 3}}}

// people returns rows of census.
func people(rng *rand.Rand, rows int) []float64 {
	x := normals(rng, 5*rows)
	for r := range rows {
		x[5*r], x[5*r+3] = float64(rng.IntN(7)), float64(rng.IntN(4))
	}
	return x
}

// oneHot is an embedding by products of one-hot columns with the tables.
type oneHot struct{ Embedding }

func (e oneHot) Apply(_ *Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	first := autodiff.OneHot(x.SliceCols(3, 4), 4).MatMul(theta.At(0))
	second := autodiff.OneHot(x.SliceCols(0, 1), 7).MatMul(theta.At(1))
	return autodiff.ConcatCols(x.SliceCols(1, 3), x.SliceCols(4, 5), first, second)
}

func TestEmbedding(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	if got := fmt.Sprint(census.Shapes()); got != "[table1 4×2 table2 7×3]" || census.Outputs() != 8 {
		t.Errorf("shapes %v and %d outputs", got, census.Outputs())
	}
	theta := census.Init(rng)
	for _, rows := range []int{1, 2, 40} {
		x := people(rng, rows)
		if err := census.CheckInputs(mat.NewDense(rows, 5, x)); err != nil {
			t.Error(err)
		}
		var want []float64
		for row := range slices.Chunk(x, 5) {
			want = append(want, row[1], row[2], row[4])
			want = append(want, theta[2*int(row[3]):2*int(row[3])+2]...)
			want = append(want, theta[8+3*int(row[0]):8+3*int(row[0])+3]...)
		}
		if got := run(census, theta, x, rows); !slices.Equal(got, want) {
			t.Errorf("%d rows: %v, want %v", rows, got, want)
		}
		nearLargest(t, "slopes", slopes(census, theta, x, rows, autodiff.Float64),
			slopes(oneHot{census}, theta, x, rows, autodiff.Float64))
		nearLargest(t, "curvature", curvature(census, theta, x, rows), curvature(oneHot{census}, theta, x, rows))
		single := slopes(census, theta, x, rows, autodiff.Float32)
		for k, v := range run(census, theta, x, rows) {
			if float64(float32(v)) != single[k] {
				t.Errorf("%d rows: %v in float32, want %v rounded", rows, single[k], v)
			}
		}
	}
	all := Embedding{Inputs: 1, Tables: []Table{{0, 3, 2}}, Weights: Zeros{}}
	if got := run(all, []float64{1, 2, 3, 4, 5, 6}, []float64{2, 0}, 2); !slices.Equal(got, []float64{5, 6, 1, 2}) {
		t.Errorf("a column alone becomes %v", got)
	}
	if first := all.Init(rng); !slices.Equal(first, make([]float64, 6)) {
		t.Errorf("Weights are not used: %v", first)
	}
}

// curvature returns the Hessian of the sum of cubes of the outputs times the parameters.
func curvature(net Network, theta, x []float64, rows int) []float64 {
	g := autodiff.New()
	p := g.Params(net.Shapes())
	out := net.Apply(nil, p, g.Const(rows, len(x)/rows, x))
	product := autodiff.HessianVector(out.Mul(out.Square()).Sum(), p, p.StopGradient())
	ws := autodiff.Compile(product).NewWorkspace()
	ws.Set(p, theta)
	ws.Run()
	return ws.Read(product, nil)
}

func TestEmbeddingChecksInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	for _, c := range []struct {
		column int
		v      float64
		says   string
	}{
		{0, 7, "row 2, column 0 holds 7; with 7 categories, a category is a whole number from 0 to 6"},
		{3, -1, "row 2, column 3 holds -1; with 4 categories, a category is a whole number from 0 to 3"},
		{3, 0.5, "row 2, column 3 holds 0.5; with 4 categories, a category is a whole number from 0 to 3"},
		{0, math.NaN(), "row 2, column 0 holds NaN; with 7 categories, a category is a whole number from 0 to 6"},
		{0, math.Inf(1), "row 2, column 0 holds +Inf; with 7 categories, a category is a whole number from 0 to 6"},
		{1, 1e9, "<nil>"},
	} {
		x := mat.NewDense(4, 5, people(rng, 4))
		x.Set(2, c.column, c.v)
		if got := fmt.Sprint(census.CheckInputs(x)); got != c.says {
			t.Errorf("column %d, %v: %s, want %s", c.column, c.v, got, c.says)
		}
	}
	for want, x := range map[string]*mat.Dense{
		"4 columns; the embedding takes 5": mat.NewDense(1, 4, nil), "no rows, or no columns": nil,
	} {
		if got := fmt.Sprint(census.CheckInputs(x)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestDeterminismEmbedding(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(12, 0))
	theta, x := census.Init(rng), people(rng, 20_000)
	var want []float64
	for _, processors := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(processors)
		got := slopes(census, theta, x, 20_000, autodiff.Float64)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("other bits on %d processors", processors)
		}
	}
}
