package sharing

import (
	"fmt"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

var sluices = []Sluice{
	{2, [][]int{{4}, {3, 4}}, 2, [][]int{{1}, {3, 2}}, 0.3, nn.Tanh, nil},
	{2, [][]int{{3}, {3}, {3}}, 3, [][]int{{1}, {1}, {2}}, 0.1, nn.Tanh, nil},
	{2, [][]int{{3}}, 1, [][]int{{1}, {1}}, 0.1, nn.Tanh, nil},
	{2, [][]int{{4}, {4}}, 2, [][]int{{1}}, 0.1, nn.Tanh, nil},
}

// Outputs, penalty and gradient are those of loops over units.
func TestSluiceFormula(t *testing.T) {
	for _, s := range sluices {
		tasks := len(s.Heads)
		agrees(t, s, moved(s), rowsOf(tasks, 3, 2), nil, func(n naive, x []rows,
			_ [][]float64) (out []rows, penalty complex128) {
			for task := range tasks {
				z, layer := slices.Repeat(x[task:task+1], tasks), 1
				h := last(s.Levels[0])
				mixed := make(rows, len(x[task]))
				for r := range mixed {
					mixed[r] = make([]complex128, h)
				}
				for l, units := range s.Levels {
					var alpha rows
					if tasks > 1 {
						alpha = n.matrix(alphaName(l))
					}
					for range units {
						for u := range z {
							z[u] = n.dense(cmplx.Tanh, columnName(u), layer, z[u])
						}
						layer++
					}
					next := slices.Clone(z)
					for u := range next {
						next[u] = make(rows, len(mixed))
						for r := range next[u] {
							next[u][r] = slices.Clone(z[u][r])
							for c := range h {
								if tasks == 1 {
									continue
								}
								next[u][r][c] = 0
								width := h / s.Subspaces
								for v := range tasks {
									for b := range s.Subspaces {
										a := alpha[u*s.Subspaces+c/width][v*s.Subspaces+b]
										next[u][r][c] += a * z[v][r][b*width+c%width]
									}
								}
							}
						}
					}
					z = next
					beta := n.matrix(betaName(task))[0][l]
					for r := range mixed {
						for c := range h {
							mixed[r][c] += beta * z[task][r][c]
						}
					}
				}
				for k := range len(s.Heads[task]) - 1 {
					mixed = n.dense(cmplx.Tanh, headName(task), k+1, mixed)
				}
				out = append(out, n.dense(identity, headName(task), len(s.Heads[task]), mixed))
			}
			for task := range tasks {
				layer, width := 0, last(s.Levels[0])/s.Subspaces
				for _, units := range s.Levels {
					layer += len(units)
					w := n.matrix(fmt.Sprintf("%s.W%d", columnName(task), layer))
					for j := range w[0] {
						for k := range w[0] {
							if j/width < k/width {
								dot := complex128(0)
								for i := range w {
									dot += w[i][j] * w[i][k]
								}
								penalty += complex(s.Orthogonal, 0) * dot * dot
							}
						}
					}
				}
			}
			return out, penalty
		})
	}
}

// With one subspace, and a mixture of the last level alone, it is the cross-stitch network.
func TestSluiceOfOneSubspaceIsCrossStitch(t *testing.T) {
	levels, heads := [][]int{{4}, {5, 4}}, [][]int{{1}, {2}, {1}}
	s := Sluice{2, levels, 1, heads, 0, nn.Tanh, nil}
	c := CrossStitch{2, levels, heads, nn.Tanh, nil}
	x, theta := gaussian(5, 2), c.Init(rand.New(rand.NewPCG(1, 0)))
	from := nn.NewParams(c.Shapes(), theta)
	first := s.Init(rand.New(rand.NewPCG(1, 0)))
	p := nn.NewParams(s.Shapes(), first)
	for _, name := range namesOf(s) {
		switch {
		case slices.Contains(namesOf(c), name):
			if !mat.Equal(p.View(name), from.View(name)) {
				t.Errorf("%s begins as %v, of the cross-stitch network as %v", name, p.View(name), from.View(name))
			}
		case name[:5] == "alpha":
			if !mat.Equal(p.View(name), from.View("stitch"+name[5:])) {
				t.Errorf("%s begins as %v", name, p.View(name))
			}
		default:
			p.View(name).Copy(mat.NewDense(1, 2, []float64{0, 1}))
		}
	}
	got, shown := outputsOf(s, first, x)
	want, _ := outputsOf(c, theta, x)
	for i := range want {
		same(t, fmt.Sprint("output ", i), got[i], want[i])
	}
	if len(shown) != 2+3 {
		t.Errorf("%d values are shown", len(shown))
	}
}

// α leans towards the last subspace of each column for the first task, the first one for the second; β to the last
// level.
func TestSluiceStart(t *testing.T) {
	s := Sluice{2, [][]int{{4}, {4}, {4}}, 2, [][]int{{1}, {1}}, 0, nn.Tanh, nil}
	p := nn.NewParams(s.Shapes(), s.Init(rand.New(rand.NewPCG(1, 0))))
	same(t, "alpha2", p.View("alpha2"), mat.NewDense(4, 4, []float64{
		0.025, 0.475, 0.025, 0.475,
		0.025, 0.475, 0.025, 0.475,
		0.475, 0.025, 0.475, 0.025,
		0.475, 0.025, 0.475, 0.025,
	}))
	same(t, "beta2", p.View("beta2"), mat.NewDense(1, 3, []float64{0.05, 0.05, 0.9}))
	for _, s := range sluices {
		p := nn.NewParams(s.Shapes(), s.Init(rand.New(rand.NewPCG(1, 0))))
		for _, shape := range s.Shapes() {
			if shape.Name[:4] != "alph" && shape.Name[:4] != "beta" {
				continue
			}
			for r := range shape.Rows {
				if sum := mat.Sum(p.View(shape.Name).Slice(r, r+1, 0, shape.Cols)); sum < 1-1e-15 || sum > 1+1e-15 {
					t.Errorf("row %d of %s of %+v sums to %v", r, shape.Name, s, sum)
				}
			}
		}
	}
}

// The penalty is none where subspaces read different inputs, and it belongs to no task.
func TestSluicePenalty(t *testing.T) {
	s := Sluice{2, [][]int{{4}}, 2, [][]int{{1}, {1}}, 0.5, nn.Tanh, nil}
	theta := s.Init(rand.New(rand.NewPCG(1, 0)))
	p := nn.NewParams(s.Shapes(), theta)
	value := func() float64 {
		g := autodiff.New()
		trace, params := nn.NewTrace(g, true), g.Params(s.Shapes())
		x := g.Input("x", 3, 2)
		s.Apply(trace, params, []autodiff.Value{x, x})
		penalties := trace.Penalties()
		if len(penalties) != 1 || penalties[0].Name != "orthogonal" {
			t.Fatalf("penalties %v", penalties)
		}
		ws := autodiff.Compile(penalties[0].Value).NewWorkspace()
		ws.Set(params, theta)
		ws.Run()
		return ws.Scalar(penalties[0].Value)
	}
	for _, column := range []string{"column1.W1", "column2.W1"} {
		p.View(column).Copy(mat.NewDense(2, 4, []float64{1, 2, 0, 0, 0, 0, 3, 4}))
	}
	if v := value(); v != 0 {
		t.Errorf("of subspaces that read different inputs it is %v", v)
	}
	p.View("column2.W1").Set(0, 2, 5) // unit 3 is at 5·1 and 5·2 to units 1 and 2
	if v := value(); v != 0.5*(25+100) {
		t.Errorf("it is %v, want %v", v, 0.5*(25+100))
	}
}
