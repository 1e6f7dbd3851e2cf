package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// naiveAttention is the formula, head by head and row by row.
func naiveAttention(a Attention, theta []*mat.Dense, x, keys, values *mat.Dense, sees []int) *mat.Dense {
	var q, k, v mat.Dense
	q.Mul(x, theta[0])
	k.Mul(keys, theta[1])
	v.Mul(values, theta[2])
	n, width := q.RawMatrix().Rows, a.Width/a.Heads
	heads := mat.NewDense(n, a.Width, nil)
	for h := range a.Heads {
		for i := range n {
			weights, sum := make([]float64, sees[i]), 0.0
			for j := range weights {
				score := 0.0
				for c := h * width; c < (h+1)*width; c++ {
					score += q.At(i, c) * k.At(j, c)
				}
				weights[j] = math.Exp(score / math.Sqrt(float64(width)))
				sum += weights[j]
			}
			for c := h * width; c < (h+1)*width; c++ {
				for j, w := range weights {
					heads.Set(i, c, heads.At(i, c)+w/sum*v.At(j, c))
				}
			}
		}
	}
	if a.Outputs == 0 {
		return heads
	}
	var out mat.Dense
	out.Mul(heads, theta[3])
	return &out
}

func TestAttention(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	for _, c := range []struct {
		a    Attention
		n, m int
		sees []int
	}{
		{NewAttention(6, 1), 4, 4, nil},
		{NewAttention(6, 3), 5, 2, nil},
		{Attention{Inputs: 2, Keys: 3, Values: 4, Width: 8, Heads: 4, Outputs: 5}, 3, 7, nil},
		{Attention{Inputs: 2, Keys: 3, Values: 4, Width: 6, Heads: 2}, 3, 7, nil},
		{Attention{Inputs: 2, Keys: 3, Values: 4, Width: 6, Heads: 2, Causal: true}, 7, 7, nil},
		{Attention{Inputs: 2, Keys: 3, Values: 4, Width: 6, Heads: 1, Causal: true}, 5, 3, nil}, // the last rows see all
		{Attention{Inputs: 2, Keys: 3, Values: 4, Width: 6, Heads: 6, Causal: true}, 3, 5, []int{5, 1, 2}},
		{NewAttention(4, 2), 1, 1, nil},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			theta, x := c.a.Init(rng), normals(rng, c.n*c.a.Inputs)
			keys, values := normals(rng, c.m*c.a.Keys), normals(rng, c.m*c.a.Values)
			sees := c.sees
			for i := range c.n {
				if len(c.sees) > 0 {
					break
				}
				seen := c.m
				if c.a.Causal {
					seen = min(i+1, c.m)
				}
				sees = append(sees, seen)
			}
			g := autodiff.New()
			tr := NewTrace(g, false)
			p := g.Params(c.a.Shapes())
			out := c.a.Attend(tr, p, g.Const(c.n, c.a.Inputs, x), g.Const(c.m, c.a.Keys, keys),
				g.Const(c.m, c.a.Values, values), c.sees)
			shown := tr.Shown()[0]
			ws := autodiff.Compile(out, shown.Value).NewWorkspace()
			ws.Set(p, theta)
			ws.Run()
			var matrices []*mat.Dense
			for _, s := range c.a.Shapes() {
				matrices = append(matrices, NewParams(c.a.Shapes(), theta).View(s.Name))
			}
			want := naiveAttention(c.a, matrices, mat.NewDense(c.n, c.a.Inputs, x), mat.NewDense(c.m, c.a.Keys, keys),
				mat.NewDense(c.m, c.a.Values, values), sees)
			nearLargest(t, "output", ws.Read(out, nil), want.RawMatrix().Data)
			// What is shown says how much each row has of each other: it adds up to 1, and is 0 where nothing is seen.
			for i, row := range slices.Collect(slices.Chunk(ws.Read(shown.Value, nil), c.m)) {
				sum := 0.0
				for j, v := range row {
					if sum += v; v < 0 || j >= sees[i] && v != 0 {
						t.Errorf("row %d has attention %v for row %d", i, v, j)
					}
				}
				if math.Abs(sum-1) > 1e-14 || shown.Name != "attention" {
					t.Errorf("%s of row %d adds up to %v", shown.Name, i, sum)
				}
			}
		})
	}
	a := NewAttention(4, 2)
	checkSlopes(t, a, a.Init(rng), normals(rng, 3*4), 3)
	a.Causal = true
	checkSlopes(t, a, a.Init(rng), normals(rng, 3*4), 3)
}

// Scores far beyond what an exponential holds are no trouble: the largest one takes all.
func TestAttentionOfLargeScores(t *testing.T) {
	a := Attention{Inputs: 1, Keys: 1, Values: 1, Width: 1, Heads: 1}
	g := autodiff.New()
	p, z := g.Params(a.Shapes()), g.Const(3, 1, []float64{-1000, 1000, 2000})
	out := a.Attend(nil, p, z, z, z, nil)
	slopes := autodiff.GradParams(out.Sum(), p)
	for _, precision := range []autodiff.Precision{autodiff.Float64, autodiff.Float32} {
		ws := autodiff.CompileAs(precision, out, slopes).NewWorkspace()
		ws.Set(p, []float64{1, 1, 1})
		ws.Run()
		if got := ws.Read(out, nil); !slices.Equal(got, []float64{-1000, 2000, 2000}) {
			t.Errorf("%v: attention to %v", precision, got)
		}
		if got := ws.Read(slopes, nil); !slices.Equal(got, []float64{0, 0, 3000}) {
			t.Errorf("%v: slopes %v", precision, got)
		}
	}
}
